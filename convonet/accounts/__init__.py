"""Rules of accounts: who may have one, what proves who somebody is, how long that holds."""

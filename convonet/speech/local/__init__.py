"""Speech on this machine: hears and speaks without a key and without the network."""

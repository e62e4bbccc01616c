"""The two sides: how each is started on the fake providers, and which processes it consists of."""

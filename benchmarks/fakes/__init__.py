"""The provider servers of the tests, with fixed delays and one answer to everything."""

"""The edge: relays audio and events, answers queries, serves the pages."""

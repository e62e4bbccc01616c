"""`WS /voice`: one caller's connection, from hello to goodbye."""

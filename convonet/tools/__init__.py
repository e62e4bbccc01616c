"""Tools: our own MCP servers, other people's, and the host that calls them."""

"""What the routes of accounts take and answer."""

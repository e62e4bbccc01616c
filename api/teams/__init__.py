"""What the routes of teams take and answer, and who gets to them."""

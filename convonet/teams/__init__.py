"""Teams: who may do what in them, and what always holds of their members."""

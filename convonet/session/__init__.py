"""The media session: hears and speaks for one call, from state that outlives it."""

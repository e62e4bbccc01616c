"""A caller without a browser: speaks on `WS /voice` in real time and hears what comes back."""

"""Choose a set-up: sweep over settings, compare in pairs."""

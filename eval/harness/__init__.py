"""Run a set-up over gold questions."""

"""What makes parts of the documentation; not installed."""

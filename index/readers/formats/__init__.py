"""One file a format: text in, entries out."""

"""Readers, one file a format, chosen by looking at the content."""

"""Whether a sentence is supported by what it cites."""

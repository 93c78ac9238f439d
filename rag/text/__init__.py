"""Words, sanitising and injected instructions: what every stage does to text."""

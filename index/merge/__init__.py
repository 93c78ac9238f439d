"""Which records are one paper, and the richest of their fields."""

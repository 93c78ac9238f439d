"""Checks of meaning: negation, direction, roles, certainty."""

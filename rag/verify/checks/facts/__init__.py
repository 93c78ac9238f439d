"""Checks of facts: numbers, units, bounds, names."""

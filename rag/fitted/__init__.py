"""Weights and thresholds as fitted, with their provenance, and the one logistic model that reads them."""

"""Fit the weights and thresholds that rag ships."""

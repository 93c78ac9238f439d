"""LLM providers, one file each."""

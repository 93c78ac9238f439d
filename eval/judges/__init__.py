"""Who says whether a sentence is supported, and how far they can be trusted."""

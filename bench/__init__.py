"""Time, memory and retrieval quality of citewell beside a plain LlamaIndex recipe; `make bench` runs it."""

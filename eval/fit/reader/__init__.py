"""Train the reader that rag ships: rows, training, export; `make reader` runs the three."""

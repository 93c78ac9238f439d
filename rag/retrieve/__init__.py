"""From question to papers and ranked sentences."""

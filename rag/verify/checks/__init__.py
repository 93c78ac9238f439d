"""What is checked of a claim against its evidence, one file a kind of error."""

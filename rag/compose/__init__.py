"""An answer without a language model: sentences, fields and lists, each with its citation."""

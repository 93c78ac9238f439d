"""An answer without a language model: sentences, fields and lists, each with its citation."""

from rag.compose.naming import is_quoted, named

__all__ = ["is_quoted", "named"]

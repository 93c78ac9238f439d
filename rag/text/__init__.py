"""Words, sanitising and injected instructions: what every stage does to text."""

from rag.text.sanitise import visible
from rag.text.words import is_content, stem

__all__ = ["is_content", "stem", "visible"]

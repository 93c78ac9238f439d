"""Words, sanitising and injected instructions: what every stage does to text."""

from rag.text.sanitise import visible

__all__ = ["visible"]

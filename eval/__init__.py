"""Gold questions in, scores out."""

__all__: list[str] = []

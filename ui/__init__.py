"""People: the terminal and the browser."""

__all__: list[str] = []

"""The server side of each tab of the page: one file a tab, each with ``routes(door)``."""

__all__: list[str] = []

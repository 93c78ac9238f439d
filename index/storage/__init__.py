"""SQLite, the truth: tables, rows to types and back, the lock of the writer."""

from index.storage.codec import paper_to_dict

__all__ = ["paper_to_dict"]

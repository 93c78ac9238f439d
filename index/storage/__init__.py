"""SQLite, the truth: tables, rows to types and back, the lock of the writer."""

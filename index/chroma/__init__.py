"""The vectors in Chroma: collection, server, mirror of the truth in SQLite, outbox of what is still to be sent."""

"""Readers, one file a format, chosen by looking at the content."""

from index.readers.entries.entry import Entry, FileContent, Reject
from index.readers.entries.identifiers import arxiv, doi, pmid
from index.readers.files import READERS, Found, find_files, read_file, read_paths

__all__ = ["READERS", "Entry", "FileContent", "Found", "Reject", "arxiv", "doi", "find_files", "pmid", "read_file",
           "read_paths"]  # fmt: skip

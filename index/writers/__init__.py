"""Papers out, in the formats of reference managers: ``written(papers, "bibtex")``."""

from index.writers.references import FORMATS, bibtex, csl_json, keys, ris, table, written

__all__ = ["FORMATS", "bibtex", "csl_json", "keys", "ris", "table", "written"]

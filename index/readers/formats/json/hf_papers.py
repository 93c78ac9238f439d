"""Papers as Hugging Face lists them by day or finds them."""

from __future__ import annotations

from index.readers.entries.latex import untexed
from index.readers.formats.json.shape import Record, at

NAME = "hf-papers"


def fits(record: Record) -> bool:
    """Whether a record is, or holds, a paper of Hugging Face."""
    return isinstance(record.get("paper"), dict) or ("publishedAt" in record and "summary" in record)


def fields(record: Record) -> dict[str, list[object]]:
    """Each field's candidates, best first."""
    paper = at(record, "paper") or {}

    def both(name: str) -> list[object]:
        texts = (paper.get(name), record.get(name))
        return [untexed(text) if isinstance(text, str) else text for text in texts if text]

    number = paper.get("id") or record.get("id")
    return {
        "id": [number],
        "arxiv": [number],
        "title": both("title"),
        "abstract": both("summary") + both("abstract"),
        "authors": both("authors"),
        "date": both("publishedAt"),
        "organisation": [at(record, "organization", "fullname"), at(paper, "organization", "fullname")],
        "keywords": both("ai_keywords"),
    }

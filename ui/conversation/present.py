"""Answers and papers as the plain JSON that the page and programs get."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from typing import Any
from urllib.parse import urlsplit

from index.schema import Paper
from rag.schema import Answer, Citation, Sentence
from ui.conversation.state import Exchange


def sentence_view(sentence: Sentence) -> dict[str, Any]:
    """A sentence of an answer."""
    return asdict(sentence)


def citation_view(citation: Citation) -> dict[str, Any]:
    """A citation."""
    return asdict(citation)


def answer_view(answer: Answer) -> dict[str, Any]:
    """What the page shows of an answer: without the passages, which it fetches paper by paper.

    listed: whether it is a list of papers, a sentence for each.
    """
    whole = answer.to_dict()
    listed = bool(answer.reason and answer.text.startswith(answer.reason)) and not answer.abstained
    return {**{name: value for name, value in whole.items() if name != "contexts"}, "listed": listed}


def exchange_view(exchange: Exchange) -> dict[str, Any]:
    """A question with its answer."""
    return {
        "number": exchange.number,
        "question": exchange.question,
        "answer": answer_view(exchange.answer),
        "seconds": round(exchange.seconds, 3),
        "good": exchange.good,
    }


def pages_of(paper: Paper) -> list[str]:
    """The names of the files that a paper was read from, each once, without their folders."""
    return list(dict.fromkeys(source.file.replace("\\", "/").rpartition("/")[2] for source in paper.sources))


def row_view(paper: Paper) -> dict[str, Any]:
    """A paper as a row of the table."""
    return {
        "id": paper.paper_id,
        "title": paper.title,
        "year": paper.year,
        "date": paper.published or paper.published_text or "",
        "authors_count": paper.authors_count,
        "pages": pages_of(paper),
    }


def paper_view(paper: Paper, nearest: Iterable[tuple[Paper, float]] = ()) -> dict[str, Any]:
    """A paper's card with its abstract and its nearest papers. Only web links are passed on as links."""
    return {
        **row_view(paper),
        "abstract": paper.abstract,
        "authors": list(paper.authors),
        "organisation": paper.organisation,
        "venue": paper.venue,
        "identifiers": {name: value for name, value in asdict(paper.identifiers).items() if value},
        "links": [link for link in paper.links if is_web(link)],
        "nearest": [{"id": near.paper_id, "title": near.title, "score": round(score, 3)} for near, score in nearest],
    }


def is_web(link: str) -> bool:
    """Whether a link is http or https with a host; everything else (javascript:, data:, file:) is shown nowhere."""
    try:
        parts = urlsplit(link)
        return parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:
        return False

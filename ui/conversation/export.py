"""A conversation with its evidence as a file: Markdown, HTML, JSON; its cited papers as BibTeX, RIS, CSL-JSON."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape

from index import Index
from index.errors import InputError, UnknownName, UnknownPaper
from index.schema import Paper
from index.writers import bibtex, csl_json, ris, table
from ui.conversation.present import exchange_view
from ui.conversation.state import Conversation, Exchange


@dataclass(frozen=True, slots=True)
class Exported:
    """A file to download."""

    text: str
    media_type: str
    filename: str


CONVERSATIONS: dict[str, tuple[Callable[[Sequence[Exchange]], str], str, str]] = {
    "markdown": (lambda exchanges: markdown(exchanges), "text/markdown", "conversation.md"),
    "html": (lambda exchanges: html(exchanges), "text/html", "conversation.html"),
    "json": (lambda exchanges: as_json(exchanges), "application/json", "conversation.json"),
}
REFERENCES: dict[str, tuple[Callable[[Sequence[Paper]], str], str, str]] = {
    "bibtex": (bibtex, "application/x-bibtex", "cited.bib"),
    "ris": (ris, "application/x-research-info-systems", "cited.ris"),
    "csl-json": (csl_json, "application/vnd.citationstyles.csl+json", "cited.json"),
    "csv": (table, "text/csv", "cited.csv"),
}


def export(kind: str, conversation: Conversation, index: Index | None) -> Exported:
    """The conversation, or the papers that it cites, in the format of that name."""
    if kind not in CONVERSATIONS and kind not in REFERENCES:
        raise UnknownName("export", kind, (*CONVERSATIONS, *REFERENCES))
    if index is None:
        raise InputError("there is nothing to export yet: ask a question first")
    if kind in CONVERSATIONS:
        write, media_type, filename = CONVERSATIONS[kind]
        return Exported(write(conversation.exchanges), media_type, filename)
    refer, media_type, filename = REFERENCES[kind]
    return Exported(refer(cited(conversation, index)), media_type, filename)


def cited(conversation: Conversation, index: Index) -> list[Paper]:
    """The papers that the answers cite, each once, in the order of their first citation."""
    ids = dict.fromkeys(c.paper_id for one in conversation.exchanges for c in one.answer.citations)
    papers = []
    for paper_id in ids:
        try:
            papers.append(index.paper(paper_id))
        except UnknownPaper:  # removed since it was cited; the conversation still holds its quote
            continue
    return papers


def plain(text: str) -> str:
    """Text as Markdown that shows it and nothing else: no HTML, links or images come to life."""
    return re.sub(r"([\\`*_{}\[\]<>#|!~&])", r"\\\1", " ".join(text.split()))


def markdown(exchanges: Sequence[Exchange]) -> str:
    """Questions as headings, marked sentences, and each citation with its quote and place."""
    parts = []
    for one in exchanges:
        answer = one.answer
        lines = [f"## {plain(one.question)}", ""]
        if answer.abstained:
            lines += [f"*No answer: {plain(answer.reason or answer.outcome)}*", ""]
        for sentence in answer.sentences:
            marks = "".join(f"[^{one.number}-{marker}]" for marker in sentence.markers)
            doubt = "" if sentence.verdict == "supported" else f" *({sentence.verdict})*"
            lines += [f"{plain(sentence.text)}{marks}{doubt}", ""]
        for c in answer.citations:
            quote = f": “{plain(c.quote)}” (characters {c.start}–{c.end} of the abstract)" if c.quote else ""
            lines.append(f"[^{one.number}-{c.marker}]: {plain(c.title)}{quote}")
        lines += [f"- closest: {plain(near.title)}" for near in answer.nearest] if answer.abstained else []
        parts.append("\n".join(lines).rstrip() + "\n")
    return "\n".join(parts)


def html(exchanges: Sequence[Exchange]) -> str:
    """One self-contained page without scripts."""
    body = "".join(_article(one) for one in exchanges)
    style = (
        "body{font:1rem/1.6 system-ui,sans-serif;max-width:42rem;margin:2rem auto;padding:0 1rem}q{font-style:italic}"
    )
    policy = "default-src 'none'; style-src 'unsafe-inline'"
    return (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" '
        f'content="{policy}"><title>A conversation with citewell</title><style>{style}</style>{body}</html>\n'
    )


def _article(one: Exchange) -> str:
    answer = one.answer
    sentences = "".join(
        f"<p>{escape(s.text)} {''.join(f'<sup>[{m}]</sup>' for m in s.markers)}"
        f"{'' if s.verdict == 'supported' else f' <em>({escape(s.verdict)})</em>'}</p>"
        for s in answer.sentences
    )
    reason = f"<p><em>No answer: {escape(answer.reason or answer.outcome)}</em></p>" if answer.abstained else ""
    notes = "".join(
        f'<li value="{c.marker}">{escape(c.title)}{f": <q>{escape(c.quote)}</q>" if c.quote else ""}</li>'
        for c in answer.citations
    )
    return f"<article><h2>{escape(one.question)}</h2>{reason}{sentences}<ol>{notes}</ol></article>"


def as_json(exchanges: Sequence[Exchange]) -> str:
    """All exchanges with everything that the answers hold but the passages."""
    return json.dumps({"exchanges": [exchange_view(one) for one in exchanges]}, ensure_ascii=False, indent=1) + "\n"

"""An exchange as two messages of Gradio's Chatbot: the question, and the answer as Markdown with its marks as links."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from urllib.parse import quote

from rag.schema import Answer, Citation, Sentence, Table
from ui.conversation.asking import Shown
from ui.conversation.libraries import DEMO
from ui.conversation.state import Conversation, Exchange
from ui.conversation.suggest import suggestions
from ui.web.escaping import markdown

ALONE = "alone:"  # what an option's value begins with that asks the question again by itself
HEADINGS = {
    "closest": "Not stated; these sentences come near",
    "not_in_corpus": "Not in these papers",
    "not_stated": "Not stated in these papers",
    "false_premise": "The question takes something for granted that these papers do not say",
}
DOUBTS = {"unchecked": "not checked", "contradicted": "contradicted by its source"}
STAGES = {
    "": "Reading the question …",
    "retrieve": "Looking for the papers …",
    "compose": "Reading the papers …",
    "verify": "Checking the sentences against the papers …",
    "quote": "Quoting the papers instead …",
}
Message = dict[str, Any]


def messages(conversation: Conversation) -> list[Message]:
    """The conversation as messages, two an exchange; the last has suggestions of what to ask next."""
    made: list[Message] = []
    for one in conversation.exchanges:
        last = one is conversation.exchanges[-1]
        made += [question(one.question), said(exchange(one), options(one) if last else [])]
    return made


def question(text: str) -> Message:
    """What the reader asked."""
    return {"role": "user", "content": markdown(text)}


def said(text: str, options: Sequence[Mapping[str, str]] = ()) -> Message:
    """What citewell says."""
    return {"role": "assistant", "content": text, "options": [dict(one) for one in options]}


def options(one: Exchange) -> list[dict[str, str]]:
    """What can be asked next with one click."""
    alone = [{"value": f"{ALONE}{one.number}", "label": "Ask it by itself, not as a follow-up"}]
    return [*(alone if one.read_as else ()), *({"value": text} for text in suggestions(one.answer))]


def growing(shown: Shown, number: int) -> str:
    """An answer that is being made."""
    parts = sentences(shown.sentences, shown.citations, number)
    if shown.pending:
        parts.append(f"*{markdown(shown.pending)} …*")
    if not shown.sentences and not shown.pending:
        parts.append(f"*{STAGES.get(shown.stage, STAGES['compose'])}*")
    return "\n\n".join(parts)


def exchange(one: Exchange) -> str:
    """A whole answer: what it says, what speaks against it, and what it rests on."""
    answer = one.answer
    parts = [f"*Read as a follow-up: “{markdown(one.read_as)}”*"] if one.read_as else []
    if answer.abstained:
        parts.append(f"**{HEADINGS[answer.outcome]}**")
    if answer.reason:
        parts.append(markdown(answer.reason))
    made = sentences(answer.sentences, answer.citations, one.number, one.library)
    parts += ["\n".join(f"- {line}" for line in made)] if listed(answer) and made else made
    if answer.more:
        further = "\n\n".join(sentences(answer.more, cited_by(answer), one.number, one.library))
        parts.append(f"<details><summary>Further sentences ({len(answer.more)})</summary>\n\n{further}\n\n</details>")
    if answer.table is not None:
        parts.append(table(answer.table, answer.citations, one.number))
    if answer.unknown_markers:
        named = ", ".join(markdown(one) for one in answer.unknown_markers)
        parts.append(f"*The model cited {named}, which is no source.*")
    if answer.nearest and answer.outcome != "answered":
        near = "\n".join(f"- [{markdown(near.title)}]({paper_address(near.paper_id)})" for near in answer.nearest)
        parts.append(f"Closest papers:\n\n{near}")
    parts.append(f"<small>{foot(one)}</small>")
    return "\n\n".join(parts)


def cited_by(answer: Answer) -> tuple[Citation, ...]:
    """All citations of an answer, those of its folded sentences too."""
    shown = {citation.marker for citation in answer.citations}
    return (*answer.citations, *(one for one in answer.more_citations if one.marker not in shown))


def foot(one: Exchange) -> str:
    """What the answer rests on, in one line."""
    answer = one.answer
    by = "quoted from the papers, no language model" if answer.model == "extractive" else f"written by {answer.model}"
    cited = len({citation.paper_id for citation in answer.citations})
    parts = [f"[{cited} source{'s' * (cited != 1)}](#sources={one.number})"] if cited else []
    parts += [markdown(by), f"{one.seconds:.1f} s"]
    if one.asked_of:
        parts.append(markdown(f"asked of {one.asked_of}"))
    return " · ".join(parts)


def sentences(made: Iterable[Sentence], citations: Sequence[Citation], number: int, library: str = "") -> list[str]:
    """The sentences with their marks and what is doubtful about them."""
    cited = {citation.marker: citation for citation in citations}
    lines = []
    for one in made:
        text = markdown(one.text, emphasis=one.origin != "recited")
        verdict: str = one.verdict
        doubt = "" if verdict == "supported" else DOUBTS.get(verdict, verdict)
        if verdict == "contradicted":
            text = f"~~{text}~~"
        if doubt:
            note = f": {one.note}" if one.note else ""
            doubt = f" *({markdown(doubt + note)})*"
        lines.append(f"{text}{marks(one.markers, cited, number, library)}{doubt}")
    return lines


def marks(markers: Sequence[int], cited: Mapping[int, Citation], number: int, library: str = "") -> str:
    """The marks as links to the evidence, the title of the source on each."""
    whose = " (citewell's own summary)" if library == DEMO else ""
    made = ""
    for marker in markers:
        title = markdown(f"{cited[marker].title}{whose}") if marker in cited else ""
        made += f' [&#91;{marker}&#93;](#cite={number}.{marker} "Source {marker}: {title}")'
    return made


def table(found: Table, citations: Sequence[Citation], number: int) -> str:
    """A comparison as a table of Markdown."""
    cited = {citation.marker: citation for citation in citations}
    rows = [["", *(markdown(column) for column in found.columns)]]
    for row in found.rows:
        cells = [f"{markdown(cell.text)}{marks(cell.markers, cited, number)}" for cell in row.cells]
        rows.append([f"**{markdown(row.name)}**", *cells])
    lines = [f"| {' | '.join(row)} |" for row in rows]
    return "\n".join([lines[0], f"|{' --- |' * len(rows[0])}", *lines[1:]])


def paper_address(paper_id: str) -> str:
    """The link that opens a paper."""
    return f"#paper={quote(paper_id, safe='')}"


def listed(answer: Answer) -> bool:
    """Whether it is a list of papers, a sentence for each."""
    return bool(answer.reason and answer.text.startswith(answer.reason)) and not answer.abstained

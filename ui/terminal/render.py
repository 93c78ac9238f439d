"""Answers and search results as people read them: in the terminal, as Markdown, as BibTeX."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import IO, TYPE_CHECKING

from index.schema import Paper
from rag import Answer, SearchResult
from rag.compose import is_quoted, named
from rag.text import visible
from ui.terminal.side_by_side import drawn, markdown_table

if TYPE_CHECKING:
    from rich.table import Table as RichTable

OUTCOMES = {
    "partial": "Answered in part",
    "closest": "Not stated directly",
    "not_in_corpus": "Not in these papers",
    "not_stated": "Not stated in the abstracts",
    "false_premise": "Not as the question assumes",
}
_MARKDOWN = re.compile(r"([\\`*_{}\[\]<>#|~])")
_AUTHORS_SHOWN = 4  # of more than these the rest is "et al."


def date_of(paper: Paper | None) -> str:
    """The date of a paper as its source gives it; empty where none does."""
    return (paper.published or paper.published_text or "") if paper else ""


def show_answer(
    answer: Answer, papers: Mapping[str, Paper], out: IO[str], *, told: bool = False, more: bool = False
) -> None:
    """The answer, why it is partial or missing, and the numbered sources with title, date and quote.

    told: the sentences have been printed already, as they came. more: unfold what the answer leaves folded.
    """
    console = _console(out)
    if answer.abstained and answer.sentences:
        console.print(_plain(answer.reason or ""), style="yellow")
    elif answer.outcome in OUTCOMES:
        reason = f": {answer.reason}" if answer.reason else ""
        console.print(_plain(OUTCOMES[answer.outcome] + reason), style="yellow")
    elif answer.reason and not answer.text.startswith(answer.reason) and not (told and answer.model == "extractive"):
        console.print(_plain(f"({answer.reason})"), style="yellow")
    for line in retracted(answer):
        console.print(_plain(line), style="bold red")
    if answer.table is not None:
        console.draw(drawn(answer.table))
    elif not (told and answer.sentences) and (answer.sentences or not answer.abstained):
        console.print(_plain(_text(answer, papers)))
    if more and answer.more:
        console.print("\nMore", style="bold")
        console.print(_plain(named(answer.more, answer.more_citations, _years(papers))))
    for marker in answer.unknown_markers:
        console.print(_plain(f"The model cited {marker}, which is no source."), style="red")
    shown: set[str] = set()  # whose authors and venue are told already
    if answer.citations:
        console.print("\nSources", style="bold")
    for citation in (*answer.citations, *(answer.more_citations if more else ())):
        date = date_of(papers.get(citation.paper_id))
        console.print(_plain(f"[{citation.marker}] {citation.title}{f' ({date})' if date else ''}"), style="cyan")
        if citation.quote:
            console.print(_plain(f"    “{citation.quote}”"), style="dim")
        facts = described(papers.get(citation.paper_id))
        if facts and citation.paper_id not in shown:
            console.print(_plain(f"    {facts}"), style="dim")
        shown.add(citation.paper_id)
    if answer.abstained and answer.nearest and not answer.sentences:
        console.print("\nClosest papers", style="bold")
        for near in answer.nearest:
            console.print(_plain(f"- {near.title}"))


def described(paper: Paper | None) -> str:
    """Who wrote a paper, where it appeared, and the identifiers by which others find it."""
    if paper is None:
        return ""
    names = paper.authors if len(paper.authors) <= _AUTHORS_SHOWN else (*paper.authors[: _AUTHORS_SHOWN - 1], "et al.")
    ids = paper.identifiers
    known = (("doi:", ids.doi), ("arXiv:", ids.arxiv), ("PMID ", ids.pmid))
    facts = (", ".join(names), paper.venue, *(f"{name}{value}" for name, value in known if value))
    return ". ".join(fact for fact in facts if fact)


def retracted(answer: Answer) -> list[str]:
    """A warning for each retracted paper that an answer cites."""
    found = {c.paper_id: c for c in reversed(answer.citations) if c.retraction}
    marks = {one: "".join(f"[{c.marker}]" for c in answer.citations if c.paper_id == one) for one in found}
    said = reversed(found.items())
    return [f"Warning: {marks[one]} {c.title[:80]!r} is a retracted paper ({c.retraction})." for one, c in said]


def _text(answer: Answer, papers: Mapping[str, Paper]) -> str:
    """The text of an answer; where it quotes, with the papers named."""
    return named(answer.sentences, answer.citations, _years(papers)) if is_quoted(answer) else answer.text


def _years(papers: Mapping[str, Paper]) -> dict[str, str]:
    return {paper_id: str(paper.year) for paper_id, paper in papers.items() if paper.year}


def show_search(result: SearchResult, out: IO[str]) -> None:
    """Papers with their scores and the parts that each score came from."""
    console = _console(out)
    for hit in result.hits:
        date = date_of(hit.paper)
        console.print(_plain(f"{hit.rank:>2}. {hit.paper.title}{f' ({date})' if date else ''}"), style="bold")
        parts = "  ".join(f"{name} {value:.2f}" for name, value in hit.parts)
        console.print(f"    {hit.score:.3f} = {parts}", style="dim")
        if hit.paper.retraction:
            console.print(_plain(f"    Retracted: {hit.paper.retraction}"), style="bold red")
        if hit.chunks:
            console.print(_plain(f"    {hit.chunks[0].chunk.text[:200].rstrip()}…"))
    if not result.hits:
        console.print("No paper found.")
    if result.unknown_year:
        console.print(left_out(result.unknown_year), style="yellow")


def left_out(unknown_year: int) -> str:
    """What a filter by year says of the papers whose year nobody knows."""
    what = "1 paper of unknown year was" if unknown_year == 1 else f"{unknown_year} papers of unknown year were"
    return f"{what} left out."


def markdown(answer: Answer, papers: Mapping[str, Paper]) -> str:
    """The answer as Markdown with a footnote for each citation."""
    lines = [f"**{_escaped(' '.join(answer.question.split()))}**", ""]
    if answer.outcome in OUTCOMES:
        lines += [f"*{OUTCOMES[answer.outcome]}{f': {_escaped(answer.reason)}' if answer.reason else ''}*", ""]
    lines += [f"**{_escaped(line)}**\n" for line in retracted(answer)]
    if answer.table is not None:
        lines += markdown_table(answer.table, _escaped)
    elif answer.sentences:
        body = "\n".join(
            _escaped(line) if not line.startswith("- ") else f"- {_escaped(line[2:])}"
            for line in _text(answer, papers).splitlines()
        )
        lines += [re.sub(r"\\\[(\d+)\\\]", r"[^\1]", body), ""]
    for sentence in answer.sentences:
        if sentence.verdict != "supported":
            marks = "".join(f"[^{marker}]" for marker in sentence.markers)
            why = _escaped(f"({sentence.verdict}: {sentence.note})")
            lines += [f"~~{_escaped(sentence.text)}~~{marks} {why}", ""]
    for citation in answer.citations:
        date = date_of(papers.get(citation.paper_id))
        quote = f" “{_escaped(citation.quote)}”" if citation.quote else ""
        facts = described(papers.get(citation.paper_id))
        more = f" {_escaped(facts)}." if facts else ""
        date = _escaped(f" ({date})") if date else ""
        lines.append(f"[^{citation.marker}]: {_escaped(citation.title)}{date}.{quote}{more}")
    if answer.abstained and not answer.sentences:
        lines += [f"- closest: {_escaped(near.title)}" for near in answer.nearest]
    return "\n".join(lines).rstrip() + "\n"


def _escaped(text: str) -> str:
    return _MARKDOWN.sub(r"\\\1", _plain(text))


def _plain(text: str) -> str:
    """The text without control and invisible characters: a title must not steer the terminal."""
    return visible(text)


class _Printer:
    """A rich console that neither reads markup in our text nor breaks lines where nobody looks at them."""

    def __init__(self, out: IO[str]) -> None:
        from rich.console import Console

        self._console = Console(file=out, markup=False, highlight=False, emoji=False)

    def draw(self, table: RichTable) -> None:
        """Print a table."""
        self._console.print(table)

    def print(self, text: str, style: str | None = None) -> None:
        from rich.padding import Padding
        from rich.text import Text

        if not self._console.is_terminal:
            self._console.print(text, style=style, soft_wrap=True)
            return
        start = text.lstrip(" ")
        held = Padding(Text(start), (0, 0, 0, len(text) - len(start)), expand=False)
        self._console.print(held, style=style)


def _console(out: IO[str]) -> _Printer:
    return _Printer(out)

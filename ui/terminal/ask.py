"""`citewell ask` and `search`."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from index.errors import InputError
from ui.terminal import options
from ui.terminal.index import WITH_REJECTS
from ui.terminal.options import IndexOption, JsonOption, opened, print_json
from ui.terminal.saved import read_text
from ui.terminal.streamed import ask_aloud

if TYPE_CHECKING:
    from index import Filter, Index
    from rag import Answer, Assistant

YearOption = Annotated[str | None, typer.Option("--year", help="Only papers of 2024, 2022-2024, 2023- or -2020.")]
PageOption = Annotated[
    str | None, typer.Option("--page", "--source", help="Only papers from files or sources whose name holds this.")
]
AuthorOption = Annotated[str | None, typer.Option("--author", help="Only papers of an author of this name.")]
VenueOption = Annotated[str | None, typer.Option("--venue", help="Only papers whose venue holds all these words.")]
KindOption = Annotated[str | None, typer.Option("--type", help="Only papers of this type, e.g. review.")]
TitleOption = Annotated[str | None, typer.Option("--title", help="Only papers whose title holds all these words.")]


def add_to(app: typer.Typer) -> None:
    """Add the commands to the app."""
    app.command("ask")(ask)
    app.command("search")(search)


def ask(
    question: Annotated[str | None, typer.Argument(help="The question.", show_default=False)] = None,
    file: Annotated[
        Path | None,
        typer.Option("--file", help="Ask each line of this file (- for standard input); prints JSON Lines."),
    ] = None,
    index: IndexOption = None,
    top_k: Annotated[int, typer.Option("--top-k", min=1, help="How many papers an answer may draw from.")] = 5,
    year: YearOption = None,
    page: PageOption = None,
    title: TitleOption = None,
    author: AuthorOption = None,
    venue: VenueOption = None,
    kind: KindOption = None,
    llm: options.LlmOption = None,
    llm_url: options.LlmUrlOption = None,
    llm_timeout: options.LlmTimeoutOption = 120.0,
    llm_context: options.LlmContextOption = None,
    verifier: options.VerifierOption = "auto",
    policy: options.PolicyOption = "flag",
    judge: options.JudgeOption = "auto",
    strictness: options.StrictnessOption = "auto",
    no_fallback: options.NoFallbackOption = False,
    more: Annotated[bool, typer.Option("--more", help="Also show what an answer leaves folded.")] = False,
    as_json: JsonOption = False,
    as_markdown: Annotated[bool, typer.Option("--markdown", help="Print the answer as Markdown.")] = False,
    as_bibtex: Annotated[bool, typer.Option("--bibtex", help="Print the cited papers as BibTeX.")] = False,
) -> None:
    """Answer a question from your papers; every sentence is cited.

    Without an index of your own the bundled demo corpus answers. Exit code 0 for an answer or an honest refusal,
    3 where a question of a file could not be asked.
    """
    from rag.read import load_ahead
    from ui.terminal import render

    if (question is None) == (file is None):
        raise typer.BadParameter("give a question or --file, one of the two")
    where = parse_filter(year, page, title, author, venue, kind)
    model = options.make_llm(llm, llm_url, llm_timeout, llm_context, fallback=not no_fallback)
    load_ahead()
    with opened(index, quiet=as_json or file is not None) as index_:
        if year and where and (unknown := index_.select(where).unknown_year):
            typer.echo(render.left_out(unknown), err=True)
        held = {"verifier": verifier, "policy": policy, "judge": judge, "strictness": strictness}
        assistant = _assistant(index_, top_k, llm=model, fallback=not no_fallback, **held)
        if file is not None:
            return _ask_each(assistant, _questions(file), where)
        aloud = model is not None and not (as_json or as_markdown or as_bibtex)
        answer = ask_aloud(assistant, question or "", where) if aloud else assistant.ask(question or "", where=where)
        _print_answer(answer, index_, as_json, as_markdown, as_bibtex, told=aloud, more=more)


def _ask_each(assistant: Assistant, questions: list[str], where: Filter | None) -> None:
    """An answer a line; a question that cannot be asked is a line on standard error, and the next is asked."""
    failed = False
    for number, question in enumerate(questions, 1):
        try:
            answer = assistant.ask(question, where=where)
        except InputError as error:
            typer.echo(f"question {number}: {error}", err=True)
            failed = True
            continue
        typer.echo(json.dumps(answer.to_dict(), ensure_ascii=False))
    if failed:
        raise typer.Exit(WITH_REJECTS)


def search(
    question: Annotated[str, typer.Argument(help="Words or a question.", show_default=False)],
    index: IndexOption = None,
    limit: Annotated[int, typer.Option("--limit", min=1, help="How many papers to show.")] = 10,
    year: YearOption = None,
    page: PageOption = None,
    title: TitleOption = None,
    author: AuthorOption = None,
    venue: VenueOption = None,
    kind: KindOption = None,
    as_json: JsonOption = False,
) -> None:
    """Find papers, with scores and where each score came from."""
    from ui.terminal import render

    with opened(index, quiet=as_json) as index_:
        result = _assistant(index_, 5).search(
            question, limit=limit, where=parse_filter(year, page, title, author, venue, kind)
        )
    if not as_json:
        render.show_search(result, sys.stdout)
        return
    hits = [
        {"rank": h.rank, "paper_id": h.paper.paper_id, "title": h.paper.title, "score": h.score, "parts": dict(h.parts)}
        for h in result.hits
    ]
    print_json({"hits": hits, "unknown_year": result.unknown_year})


def parse_filter(
    year: str | None,
    page: str | None = None,
    title: str | None = None,
    author: str | None = None,
    venue: str | None = None,
    kind: str | None = None,
) -> Filter | None:
    """The options that narrow the papers as a filter; None without any."""
    from index import Filter

    if all(value is None for value in (year, page, title, author, venue, kind)):
        return None
    first, last = _years(year) if year else (None, None)
    return Filter(first, last, page, title, author=author, venue=venue, kind=kind)


def _years(text: str) -> tuple[int | None, int | None]:
    found = re.fullmatch(r"(\d{4})?(-)?(\d{4})?", text.strip().replace("–", "-"))
    if not found or not (found[1] or found[3]):
        raise typer.BadParameter(f"--year {text!r}: write 2024, 2022-2024, 2023- or -2020")
    first, last = (int(part) if part else None for part in (found[1], found[3]))
    if first is not None and last is not None and (first > last or not found[2]):
        raise typer.BadParameter(f"--year {text!r}: write the earlier year first, as in 2022-2024")
    return (first, last) if found[2] else (first, first)


def _assistant(index: Index, top_k: int, **options: Any) -> Assistant:
    from rag import Assistant

    return Assistant(index, top_k=top_k, **options)


def _print_answer(
    answer: Answer, index: Index, as_json: bool, as_markdown: bool, as_bibtex: bool, *, told: bool, more: bool
) -> None:
    from index.writers import bibtex
    from ui.terminal import render

    papers = {c.paper_id: index.paper(c.paper_id) for c in answer.citations}
    unfolded = {c.paper_id: index.paper(c.paper_id) for c in answer.more_citations} if more else {}
    if as_json:
        print_json(answer.to_dict())
    elif as_markdown:
        typer.echo(render.markdown(answer, papers), nl=False)
    elif not as_bibtex:
        render.show_answer(answer, papers | unfolded, sys.stdout, told=told, more=more)
    if as_bibtex and not as_json:
        typer.echo(("\n" if as_markdown else "") + bibtex(list(papers.values())), nl=False)


def _questions(file: Path) -> list[str]:
    text = read_text(file)
    found = [line.strip() for line in text.splitlines() if line.strip()]
    if not found:
        raise InputError(f"{file} holds no question; write one a line")
    return found

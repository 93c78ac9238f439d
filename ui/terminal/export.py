"""`citewell export`: papers of the library, or those that a saved answer cites, for reference managers."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from index.errors import InputError
from ui.terminal import ask
from ui.terminal.options import IndexOption, opened

if TYPE_CHECKING:
    from index import Index
    from index.schema import Paper

_ENDINGS = {".bib": "bibtex", ".ris": "ris", ".json": "csl-json", ".csv": "csv"}


def add_to(app: typer.Typer) -> None:
    """Add the command to the app."""
    app.command("export")(export)


def export(
    paper_ids: Annotated[
        list[str] | None, typer.Argument(help="Ids or citation keys (default: the whole library).", show_default=False)
    ] = None,
    index: IndexOption = None,
    form: Annotated[
        str | None, typer.Option("--format", help="bibtex, ris, csl-json or csv (default: by --output, else bibtex).")
    ] = None,
    output: Annotated[Path | None, typer.Option("--output", "-o", help="File to write (default: print).")] = None,
    cited: Annotated[
        Path | None, typer.Option("--cited", help="Only the papers cited in this answer of `citewell ask --json`.")
    ] = None,
    year: ask.YearOption = None,
    page: ask.PageOption = None,
    title: ask.TitleOption = None,
    author: ask.AuthorOption = None,
    venue: ask.VenueOption = None,
    kind: ask.KindOption = None,
    abstracts: Annotated[bool, typer.Option(help="With the abstracts.")] = True,
) -> None:
    """Write papers as BibTeX, RIS, CSL-JSON or CSV."""
    from index.writers import written

    name = form or (_ENDINGS.get(output.suffix.lower()) if output else None) or "bibtex"
    where = ask.parse_filter(year, page, title, author, venue, kind)
    with opened(index, quiet=True) as index_:
        papers = _named(index_, [*(paper_ids or ()), *(_cited(cited) if cited else ())])
        if where:
            chosen = index_.select(where).paper_ids
            papers = [paper for paper in papers if paper.paper_id in chosen]
    text = written(papers, name, abstracts=abstracts)
    if output is None:
        typer.echo(text, nl=False)
        return
    try:
        output.write_text(text, encoding="utf8")
    except OSError as error:
        raise InputError(f"cannot write {output}: {error.strerror}") from error
    typer.echo(f"{len(papers)} {'paper' if len(papers) == 1 else 'papers'} written to {output}", err=True)


def _named(index: Index, names: list[str]) -> list[Paper]:
    """The papers of these ids or keys, each once; all of them where none is named."""
    papers = index.papers()
    if not names:
        return list(papers)
    by_key = {key: paper for paper in papers for key in (*paper.keys, paper.paper_id)}
    found = [by_key.get(name) or index.paper(name) for name in names]
    return list({paper.paper_id: paper for paper in found}.values())


def _cited(file: Path) -> list[str]:
    """The papers that saved answers cite."""
    from rag.saved import read_answer
    from ui.terminal.saved import saved_answers

    return [citation.paper_id for row in saved_answers(file) for citation in read_answer(row).citations]

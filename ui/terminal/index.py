"""`citewell index …`: bring an index in step with files, and look into it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

import typer

from ui.terminal.index_report import print_report
from ui.terminal.options import IndexOption, JsonOption, print_json, say, shown_progress

if TYPE_CHECKING:
    from index.embedding import Embedder

WITH_REJECTS = 3  # the exit code of what has finished, though not all could be used

ChromaOption = Annotated[
    str | None, typer.Option("--chroma-url", help="Keep vectors on this Chroma server, e.g. http://localhost:8000.")
]
LANGUAGES = {"auto": None, "en": "minilm", "multilingual": "multilingual"}
ModelOption = Annotated[
    str | None,
    typer.Option("--model", help="Embedding model: minilm, a sentence-transformers name or folder (default: minilm)."),
]
ModelUrlOption = Annotated[
    str | None, typer.Option("--model-url", help="OpenAI-compatible endpoint that serves --model.")
]


LanguageOption = Annotated[
    Literal["auto", "en", "multilingual"],
    typer.Option(
        "--language",
        help="Model by language: en, multilingual (citewell[multilingual]); auto: as the index is, else en.",
    ),
]


def add_to(app: typer.Typer) -> None:
    """Add the group `index` to the app."""
    group = typer.Typer(help="Index your papers, and see what is in the index.", no_args_is_help=True)
    group.command("sync")(sync)
    group.command("info")(info)
    group.command("papers")(papers)
    group.command("remove")(remove)
    group.command("set")(set_)
    app.add_typer(group, name="index")


def sync(
    paths: Annotated[
        list[str],
        typer.Argument(
            help="Files and folders that hold papers; or arxiv:QUERY, pubmed:QUERY, openalex:QUERY, hf:QUERY, doi:DOI, "
            "zotero:COLLECTION, which are asked over the network.",
            show_default=False,
        ),
    ],
    index: IndexOption = None,
    chroma_url: ChromaOption = None,
    model: ModelOption = None,
    model_url: ModelUrlOption = None,
    language: LanguageOption = "auto",
    prune: Annotated[
        bool, typer.Option("--prune", help="Also drop papers of a PATH that is missing or empty.")
    ] = False,
    as_text: Annotated[
        bool, typer.Option("--as-text", help="Take a text in no known format as one paper, named after its file.")
    ] = False,
    limit: Annotated[
        int, typer.Option("--limit", min=1, max=10_000, help="Records that a source on the network brings at most.")
    ] = 500,
    verbose: Annotated[
        bool, typer.Option("--verbose", "-v", help="List every file, merge and record without abstract.")
    ] = False,
    full: Annotated[
        bool, typer.Option("--full", help="Read every file again, also those whose size and time are as before.")
    ] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show what would be done and do nothing.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Bring the index in step with files: adds, changes and deletes, nothing twice.

    Reads BibTeX, RIS, PubMed, Web of Science and EndNote exports, CSV, JSON, XML, saved listing pages and notes;
    docs/formats.md has the list. A record without an abstract is kept by its title. Exit code 3 says that it finished
    and that something could not be used; each such thing is listed.
    """
    import index as library

    if model and language != "auto":
        raise typer.BadParameter("give --model or --language, one of the two", param_hint="--language")
    embedder = _embedder(model or LANGUAGES[language], model_url)
    with shown_progress(enabled=not as_json) as progress:
        report = library.sync(
            paths,
            index=index,
            embedder=embedder,
            chroma_url=chroma_url,
            prune=prune,
            as_text=as_text,
            dry_run=dry_run,
            full=full,
            limit=limit,
            progress=progress,
        )
    if as_json:
        print_json(report.to_dict())
    else:
        print_report(report, verbose)
    if report.rejected > report.without_abstract:
        raise typer.Exit(WITH_REJECTS)


def info(index: IndexOption = None, as_json: JsonOption = False) -> None:
    """Show what the index holds and what it was built with."""
    import index as library

    facts = library.info(index).to_dict()
    if as_json:
        print_json(facts)
        return
    width = max(map(len, facts))
    for name, value in facts.items():
        say(f"{name.replace('_', ' '):<{width}}  {value}")


def papers(
    index: IndexOption = None,
    title: Annotated[str | None, typer.Option(help="Only titles that hold all these words.")] = None,
    page: Annotated[str | None, typer.Option(help="Only papers from files whose name holds this.")] = None,
    as_json: JsonOption = False,
) -> None:
    """List the papers: id, date and title."""
    import index as library
    from index.storage import paper_to_dict

    with library.open_index(index) as opened:
        chosen = opened.select(library.Filter(title=title, page=page)).paper_ids
        found = [paper for paper in opened.papers() if paper.paper_id in chosen]
    if as_json:
        print_json({"papers": [paper_to_dict(paper) for paper in found]})
        return
    for paper in found:
        say(f"{paper.paper_id}\t{paper.published or paper.published_text or '-'}\t{paper.title}")


def remove(
    paper_ids: Annotated[list[str], typer.Argument(help="Ids as `citewell index papers` lists them.")],
    index: IndexOption = None,
    as_json: JsonOption = False,
) -> None:
    """Take papers out of the index for good: no later sync brings them back."""
    import index as library

    removed = library.remove(paper_ids, index=index)
    if as_json:
        print_json({"removed": removed})
    else:
        typer.echo(f"removed {removed} {'paper' if removed == 1 else 'papers'}")


def set_(
    paper: Annotated[str, typer.Argument(help="Id or citation key.", show_default=False)],
    fields: Annotated[
        list[str], typer.Argument(help="FIELD=VALUE, e.g. year=2019 or authors='A. Lee; B. Kim'.", show_default=False)
    ],
    index: IndexOption = None,
) -> None:
    """Correct a paper's metadata by hand; kept over every sync. FIELD= without a value takes a correction back.

    Fields: title, authors, year, date, venue, doi, arxiv, pmid, type, retracted, organisation, volume, issue, pages,
    publisher, issn, isbn, language.
    """
    import index as library
    from index.corrections import parsed

    found = parsed(fields)
    with library.open_index(index) as opened:
        named = {key: one.paper_id for one in opened.papers() for key in (*one.keys, one.paper_id)}
    library.set_fields(named.get(paper, paper), found, index=index)
    say(f"{named.get(paper, paper)}: {', '.join(found)} set")


def _embedder(model: str | None, url: str | None) -> Embedder | None:
    if model is None and url is None:
        return None
    if url is not None and model is None:
        raise typer.BadParameter("say with --model which model the endpoint serves", param_hint="--model-url")
    from index import get_embedder

    return get_embedder(model or "minilm", url=url)

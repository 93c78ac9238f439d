"""Keep an index in step with the BibTeX file that a reference manager (Zotero, JabRef, …) exports."""

import sys
from pathlib import Path

from index import open_index, sync
from rag import query

EXPORT = Path(__file__).with_name("references.bib")


def main(export: Path, folder: Path) -> None:
    """Run it after each export: what is new comes in, what is gone goes out, the rest is left alone."""
    report = sync([export], index=folder)
    print(f"{report.added} added, {report.changed} changed, {report.deleted} deleted, {report.unchanged} unchanged")
    with open_index(folder) as papers:
        print(*(paper.title for paper in papers.papers()), sep="\n")
    answer = query("Which loss keeps the teapot from boiling over?", index=folder)
    print(answer.outcome, "-", answer.text)


if __name__ == "__main__":
    given = [Path(word) for word in sys.argv[1:]]
    main(given[0] if given else EXPORT, given[1] if len(given) > 1 else Path("runs/references"))

"""Papers as BibTeX, RIS, CSL-JSON and CSV; what citewell's own readers take back is what was there."""

from __future__ import annotations

import csv
import io
import json
import re
import unicodedata
from collections.abc import Callable, Sequence
from typing import Any

from index.errors import UnknownName
from index.merge.identity import slug
from index.schema import Paper
from index.writers.people import family_and_given

TEX = str.maketrans(
    {"\\": r"\textbackslash{}", "{": r"\{", "}": r"\}", "%": r"\%", "&": r"\&", "#": r"\#", "$": r"\$", "_": r"\_",
     "~": r"\textasciitilde{}", "^": r"\textasciicircum{}"}
)  # fmt: skip
_BIBTEX_NAMES = {"volume": "volume", "issue": "number", "pages": "pages", "publisher": "publisher", "issn": "issn",
                 "isbn": "isbn", "language": "language"}  # fmt: skip
_RIS_TYPES = (("conference", "CPAPER"), ("proceedings", "CPAPER"), ("chapter", "CHAP"), ("thesis", "THES"),
              ("report", "RPRT"), ("preprint", "UNPB"), ("book", "BOOK"))  # fmt: skip
_CSL_NAMES = {"volume": "volume", "issue": "issue", "pages": "page", "publisher": "publisher", "issn": "ISSN",
              "isbn": "ISBN", "language": "language"}  # fmt: skip
_COLUMNS = ("id", "title", "authors", "year", "date", "venue", "doi", "arxiv", "pmid", "type", "volume", "issue",
            "pages", "publisher", "issn", "isbn", "language", "keywords", "url", "retracted", "abstract")  # fmt: skip


def written(papers: Sequence[Paper], name: str, *, abstracts: bool = True) -> str:
    """The papers in the format of that name; UnknownName lists the valid ones."""
    if name not in FORMATS:
        raise UnknownName("export format", name, tuple(FORMATS))
    return FORMATS[name](papers, abstracts)


def one_line(text: str) -> str:
    """Text without line breaks and control characters, so that no title can begin a field of its own."""
    return " ".join("".join(c if c.isprintable() or c.isspace() else "\ufffd" for c in text).split())


def keys(papers: Sequence[Paper]) -> list[str]:
    """A citation key for each paper, unique among them: its own where a source gave one, else author and year."""
    made: list[str] = []
    for paper in papers:
        given = re.fullmatch(r"[A-Za-z][\w:.+/-]{2,60}", paper.paper_id, re.ASCII)
        base, suffix = paper.paper_id if given and paper.paper_id != slug(paper.title) else _made_key(paper), 0
        while (key := base + ("" if not suffix else f"-{suffix + 1}")) in made:
            suffix += 1
        made.append(key)
    return made


def _made_key(paper: Paper) -> str:
    name = paper.authors[0].split(",")[0].split()[-1] if paper.authors and paper.authors[0].split() else paper.title
    ascii_name = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    words = [word for word in re.findall(r"[a-z0-9]+", ascii_name.lower()) if len(word) > 2] or ["paper"]
    return f"{''.join(words[:2])[:30]}{paper.year or ''}"


def bibtex(papers: Sequence[Paper], abstracts: bool = False) -> str:
    """BibTeX entries, written by bibtexparser; every value is escaped first."""
    from bibtexparser.bibdatabase import BibDatabase
    from bibtexparser.bwriter import BibTexWriter

    database, writer = BibDatabase(), BibTexWriter()
    writer.indent, writer.order_entries_by, writer.add_trailing_comma = "  ", None, True
    writer.display_order = ["title", "author", "year", "month", "journal", "booktitle", "doi", "url"]
    for key, paper in zip(keys(papers), papers, strict=True):
        database.entries.append({"ID": key, **_bibtex_fields(paper, abstracts)})
    return str(writer.write(database)).lstrip("\n")


def _bibtex_fields(paper: Paper, abstracts: bool) -> dict[str, str]:
    kind = (paper.kind or "").lower()
    conference = "proceeding" in kind or "conference" in kind
    month = re.fullmatch(r"\d{4}-(\d\d).*", paper.published or "")
    fields = {
        "title": "{" + _tex(paper.title) + "}",
        "author": " and ".join(_bibtex_name(author) for author in paper.authors),
        "year": str(paper.year or ""),
        "month": str(int(month[1])) if month else "",
        "booktitle" if conference else "journal": _tex(paper.venue or ""),
        "doi": _bare(paper.identifiers.doi),
        "pmid": _bare(paper.identifiers.pmid),
        "eprint": _bare(paper.identifiers.arxiv),
        "archiveprefix": "arXiv" if paper.identifiers.arxiv else "",
        "url": _bare(paper.links[0]) if paper.links else "",
        "keywords": _tex("; ".join(paper.keywords)),
        "note": _tex(f"Retracted: {paper.retraction}") if paper.retraction else "",
        "abstract": _tex(paper.abstract) if abstracts else "",
    }
    fields |= {_BIBTEX_NAMES[name]: _tex(value) for name, value in paper.extra if name in _BIBTEX_NAMES}
    entry_type = "inproceedings" if conference else "article" if paper.venue else "misc"
    return {name: value for name, value in fields.items() if value} | {"ENTRYTYPE": entry_type}


def _tex(text: str) -> str:
    return one_line(text).translate(TEX)


def _bare(text: str | None) -> str:
    """An address or a number as it is, without what would end the field."""
    return re.sub(r"[{}\s\\]", "", text or "")


def _bibtex_name(name: str) -> str:
    family, given = family_and_given(one_line(name))
    return f"{_tex(family)}, {_tex(given)}" if given else "{" + _tex(family) + "}"


def ris(papers: Sequence[Paper], abstracts: bool = False) -> str:
    """RIS records, written by rispy."""
    import rispy

    records = []
    for key, paper in zip(keys(papers), papers, strict=True):
        kind = (paper.kind or "").lower()
        known = dict(paper.extra)
        first, _, last = known.get("pages", "").partition("-")
        record: dict[str, Any] = {
            "type_of_reference": next(
                (code for word, code in _RIS_TYPES if word in kind), "JOUR" if paper.venue else "GEN"
            ),
            "id": key,
            "title": paper.title,
            "authors": [", ".join(filter(None, family_and_given(one_line(name)))) for name in paper.authors],
            "year": str(paper.year or ""),
            "date": (paper.published or "").replace("-", "/"),
            "secondary_title": paper.venue or "",
            "doi": paper.identifiers.doi or "",
            "urls": list(paper.links),
            "keywords": list(paper.keywords),
            "notes": [f"Retracted: {paper.retraction}"] if paper.retraction else [],
            "abstract": paper.abstract if abstracts else "",
            "volume": known.get("volume", ""),
            "number": known.get("issue", ""),
            "start_page": first,
            "end_page": last,
            "publisher": known.get("publisher", ""),
            "issn": known.get("issn") or known.get("isbn", ""),
            "language": known.get("language", ""),
        }
        records.append({name: _lines(value) for name, value in record.items() if value})
    return str(rispy.dumps(records)) if records else ""


def _lines(value: Any) -> Any:
    return [one_line(one) for one in value] if isinstance(value, list) else one_line(value)


def csl_json(papers: Sequence[Paper], abstracts: bool = False) -> str:
    """CSL-JSON items."""
    items = []
    for key, paper in zip(keys(papers), papers, strict=True):
        named = [family_and_given(author) for author in paper.authors]
        optional: dict[str, Any] = {
            "author": [{"family": last, "given": first} if first else {"literal": last} for last, first in named],
            "issued": {"date-parts": [[int(part) for part in paper.published.split("-")]]} if paper.published else None,
            "container-title": paper.venue,
            "DOI": paper.identifiers.doi,
            "PMID": paper.identifiers.pmid,
            "number": f"arXiv:{paper.identifiers.arxiv}" if paper.identifiers.arxiv else None,
            "URL": paper.links[0] if paper.links else None,
            "keyword": ", ".join(paper.keywords),
            "note": f"Retracted: {paper.retraction}" if paper.retraction else None,
            "abstract": paper.abstract if abstracts else None,
        }
        optional |= {_CSL_NAMES[name]: value for name, value in paper.extra if name in _CSL_NAMES}
        item: dict[str, Any] = {
            "id": key,
            "type": "article-journal" if paper.venue else "article",
            "title": paper.title,
        }
        items.append(item | {name: value for name, value in optional.items() if value})
    return json.dumps(items, ensure_ascii=False, indent=1) + "\n"


def table(papers: Sequence[Paper], abstracts: bool = True) -> str:
    """A table with a header, comma-separated; no cell begins as a formula of a spreadsheet."""
    text = io.StringIO()
    writer = csv.DictWriter(text, _COLUMNS if abstracts else _COLUMNS[:-1], extrasaction="ignore", lineterminator="\n")
    writer.writeheader()
    for paper in papers:
        names = paper.identifiers
        row = dict(paper.extra) | {
            "id": paper.paper_id,
            "title": paper.title,
            "authors": "; ".join(paper.authors),
            "year": str(paper.year or ""),
            "date": paper.published or paper.published_text or "",
            "venue": paper.venue or "",
            "doi": names.doi or "",
            "arxiv": names.arxiv or "",
            "pmid": names.pmid or "",
            "type": paper.kind or "",
            "keywords": "; ".join(paper.keywords),
            "url": paper.links[0] if paper.links else "",
            "retracted": paper.retraction or "",
            "abstract": paper.abstract,
        }
        writer.writerow(
            {name: f"'{value}" if value[:1] in "=+@\t\r" and value else value for name, value in row.items()}
        )
    return text.getvalue()


FORMATS: dict[str, Callable[[Sequence[Paper], bool], str]] = {
    "bibtex": bibtex,
    "ris": ris,
    "csl-json": csl_json,
    "csv": table,
}

"""Papers as entries of reference managers."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Sequence
from typing import Any

from index.schema import Paper

TEX = str.maketrans(
    {"\\": r"\textbackslash{}", "{": r"\{", "}": r"\}", "%": r"\%", "&": r"\&", "#": r"\#", "$": r"\$", "_": r"\_",
     "~": r"\textasciitilde{}", "^": r"\textasciicircum{}"}
)  # fmt: skip


def one_line(text: str) -> str:
    """Text without line breaks, so that no title can begin a field of its own."""
    return " ".join(text.split())


def keys(papers: Sequence[Paper]) -> list[str]:
    """A citation key for each paper, unique among them: first author or title word, year, a letter if need be."""
    made: list[str] = []
    for paper in papers:
        name = paper.authors[0].split(",")[0].split()[-1] if paper.authors and paper.authors[0].split() else paper.title
        ascii_name = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
        words = [word for word in re.findall(r"[a-z0-9]+", ascii_name.lower()) if len(word) > 2] or ["paper"]
        base, suffix = f"{''.join(words[:2])[:30]}{paper.year or ''}", 0
        while (key := base + ("" if not suffix else f"-{suffix + 1}")) in made:
            suffix += 1
        made.append(key)
    return made


def bibtex(papers: Sequence[Paper]) -> str:
    """BibTeX entries of type misc, or article where the venue is known."""
    entries = []
    for key, paper in zip(keys(papers), papers, strict=True):
        fields = {
            "title": "{" + one_line(paper.title).translate(TEX) + "}",
            "author": " and ".join(one_line(author).translate(TEX) for author in paper.authors),
            "year": str(paper.year or ""),
            "journal": one_line(paper.venue or "").translate(TEX),
            "doi": paper.identifiers.doi or "",
            "eprint": paper.identifiers.arxiv or "",
            "archiveprefix": "arXiv" if paper.identifiers.arxiv else "",
            "url": paper.links[0].replace("{", "").replace("}", "") if paper.links else "",
        }
        rows = "".join(f"  {name} = {{{value}}},\n" for name, value in fields.items() if value)
        entries.append(f"@{'article' if paper.venue else 'misc'}{{{key},\n{rows}}}\n")
    return "\n".join(entries)


def ris(papers: Sequence[Paper]) -> str:
    """RIS records."""
    records = []
    for paper in papers:
        rows = [("TY", "JOUR" if paper.venue else "GEN"), ("TI", paper.title)]
        rows += [("AU", author) for author in paper.authors]
        rows += [("PY", str(paper.year or "")), ("T2", paper.venue or ""), ("DO", paper.identifiers.doi or "")]
        rows += [("UR", link) for link in paper.links]
        lines = [f"{tag}  - {one_line(value)}" for tag, value in rows if value]
        records.append("\r\n".join([*lines, "ER  - ", ""]))
    return "\r\n".join(records)


def csl_json(papers: Sequence[Paper]) -> str:
    """CSL-JSON items."""
    items = []
    for key, paper in zip(keys(papers), papers, strict=True):
        item: dict[str, Any] = {
            "id": key,
            "type": "article-journal" if paper.venue else "article",
            "title": paper.title,
        }
        if paper.authors:
            item["author"] = [{"literal": author} for author in paper.authors]
        if paper.published:
            item["issued"] = {"date-parts": [[int(part) for part in re.findall(r"\d+", paper.published)[:3]]]}
        optional = {"container-title": paper.venue, "DOI": paper.identifiers.doi, "PMID": paper.identifiers.pmid}
        item |= {name: value for name, value in optional.items() if value}
        if paper.links:
            item["URL"] = paper.links[0]
        items.append(item)
    return json.dumps(items, ensure_ascii=False, indent=1) + "\n"

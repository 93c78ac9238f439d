"""Questions that the metadata answers: when a paper was published, how many authors it has, where it is listed."""

from __future__ import annotations

from index.schema import Paper
from rag.compose.citations import cite_record
from rag.compose.draft import Draft, marked
from rag.question.kind import Attribute, Question
from rag.schema import Outcome, Sentence

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_WANTED: dict[Attribute, str] = {
    "date": "publication date",
    "authors_count": "number of authors",
    "authors": "names of the authors",
    "organisation": "organisation",
    "pages": "source",
    "venue": "venue",
    "doi": "DOI",
    "arxiv": "arXiv id",
    "pmid": "PMID",
    "key": "citation key",
    "retraction": "whether it is retracted",
    "links": "link",
}


def answer(question: Question, paper: Paper) -> Draft:
    """Answer from a paper's metadata; what no source states is named, never guessed."""
    found = {name: _state(name, paper) for name in question.attributes}
    stated = [text for text in found.values() if text]
    missing = [_WANTED[name] for name, text in found.items() if not text]
    reason = None
    if missing:
        reason = f"The sources of “{paper.title}” do not give the {' and the '.join(missing)}."
        if "authors" in question.attributes and not stated and paper.authors_count:
            reason += f" They give the number of authors alone: {paper.authors_count}."
        if "date" in question.attributes and paper.published_text and not paper.published:
            stated.append(_yearless(paper))
    if not stated:
        return Draft((), (), "not_stated", reason)
    sentences = tuple(Sentence(text, (1,), 1.0, "supported", "recited") for text in stated)
    outcome: Outcome = "partial" if missing else "answered"
    return Draft(sentences, (cite_record(1, paper),), outcome, reason, marked(sentences))


def states(question: Question, paper: Paper) -> bool:
    """Whether the record is what is asked for; where it has no link, the abstract may say where the code is."""
    return bool(question.attributes) and (question.attributes != ("links",) or bool(paper.links))


def statements(paper: Paper) -> frozenset[str]:
    """Every sentence that can be recited from a paper's metadata."""
    stated = {text for name in _WANTED if (text := _state(name, paper))}
    return frozenset(stated | {describe(paper), _yearless(paper)})


def _yearless(paper: Paper) -> str:
    return f"A source dates “{paper.title}” {paper.published_text}, without a year."


def _state(name: Attribute, paper: Paper) -> str | None:
    title = f"“{paper.title}”"
    if name == "date":
        return f"{title} was published {spoken_date(paper.published)} ({paper.published})." if paper.published else None
    if name == "authors_count":
        count = paper.authors_count or len(paper.authors)
        return f"{title} has {count} author{'s' * (count != 1)}." if count else None
    if name == "authors":
        return f"The authors of {title} are {', '.join(paper.authors)}." if paper.authors else None
    if name == "organisation":
        return f"The organisation listed for {title} is {paper.organisation}." if paper.organisation else None
    if name == "venue":
        return f"{title} appeared in {paper.venue}." if paper.venue else None
    if name in ("doi", "arxiv", "pmid"):
        known: str | None = getattr(paper.identifiers, name)
        return f"The {_WANTED[name]} of {title} is {known}." if known else None
    if name == "key":
        return f"The citation key of {title} is {' or '.join(dict.fromkeys((paper.paper_id, *paper.keys)))}."
    if name == "links":
        return f"The link that the sources give for {title}: {' '.join(paper.links)}" if paper.links else None
    if name == "retraction":
        said = paper.retraction
        return f"{title} is retracted ({said})." if said else f"No source says that {title} is retracted."
    places = [
        f"{source.file} (entry {source.position})" if source.position else source.file for source in paper.sources
    ]
    return f"{title} is listed in {', '.join(places)}." if places else None


def describe(paper: Paper) -> str:
    """One line of what the metadata say of a paper."""
    known = [paper.published or paper.published_text or "", paper.organisation or ""]
    if paper.authors_count or paper.authors:
        count = paper.authors_count or len(paper.authors)
        known.append(f"{count} author{'s' * (count != 1)}")
    facts = ", ".join(fact for fact in known if fact)
    return f"“{paper.title}”" + (f" ({facts})" if facts else "")


def spoken_date(date: str) -> str:
    """An ISO date, or its known part, as people write it: "on Dec 27, 2024", "in Mar 2024", "in 2024"."""
    parts = date.split("-")
    if len(parts) == 3:
        return f"on {_MONTHS[int(parts[1]) - 1]} {int(parts[2])}, {parts[0]}"
    return f"in {_MONTHS[int(parts[1]) - 1]} {parts[0]}" if len(parts) == 2 else f"in {date}"

"""What the evidence shows: nothing yet, the sources of an answer, one citation, one paper."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from urllib.parse import quote, urlsplit

from index import Index
from index.errors import UnknownPaper
from index.schema import Paper
from rag.schema import Citation
from ui.conversation.libraries import DEMO
from ui.conversation.present import is_web, pages_of
from ui.conversation.state import Exchange
from ui.web.answer import cited_by, paper_address

View = dict[str, Any]
OURS = "These words are citewell's own summary of the paper, not the paper's abstract."
RESOLVERS = (("doi", "https://doi.org/{}"), ("arxiv", "https://arxiv.org/abs/{}"))


def welcome(label: str, papers: Iterable[Paper], demo: bool) -> View:
    """What there is to ask, before the first answer."""
    found = sorted(papers, key=lambda one: one.published or "", reverse=True)
    years = sorted(one.year for one in found if one.year)
    span = f", {years[0]} to {years[-1]}" if years and years[0] != years[-1] else ""
    return {
        "kicker": "The library",
        "title": f"{label}: {len(found):,} papers{span}",
        "said": "The sources of an answer appear here." if found else "Add papers on the Library tab.",
        "warning": f"A citation from this library quotes no paper. {OURS} Each links to its paper." if demo else "",
        "nearest_heading": "Newest papers" if found else "",
        "nearest": [{"href": paper_address(one.paper_id), "title": one.title} for one in found[:8]],
        "open": "false",
    }


def sources(one: Exchange, demo: bool, *, open_it: bool) -> View:
    """All citations of an answer, paper by paper."""
    papers: dict[str, View] = {}
    for cited in cited_by(one.answer):
        href = f"#cite={one.number}.{cited.marker}"
        note = "citewell's own summary" if demo and cited.quote else ""
        paper = papers.setdefault(cited.paper_id, {"title": cited.title, "href": href, "note": note, "quotes": []})
        words = cited.quote or "from the paper's details"
        paper["quotes"].append({"marker": cited.marker, "href": href, "words": words})
    made = list(papers.values())
    near = [{"href": paper_address(near.paper_id), "title": near.title} for near in one.answer.nearest]
    return {
        "address": f"sources={one.number}",
        "open": "true" if open_it else "false",
        "back": "#ask" if open_it else "",
        "back_label": "Back to the answer",
        "kicker": "Sources of the answer to",
        "title": one.question,
        "warning": OURS if demo and made else "",
        "said": "" if made else "This answer cites no paper.",
        "sources": made,
        "nearest_heading": "Closest papers" if near and not made else "",
        "nearest": near if not made else [],
    }


def citation(one: Exchange, cited: Citation, index: Index | None, demo: bool) -> View:
    """The paper of a citation, its very words marked. index: None where its library is no more."""
    head = {
        "address": f"cite={one.number}.{cited.marker}",
        "kicker": f"Source {cited.marker} of the answer to “{one.question[:120]}”",
        "back": f"#sources={one.number}",
        "back_label": "All sources of this answer",
    }
    try:
        if index is None:
            raise UnknownPaper(cited.paper_id)
        paper = index.paper(cited.paper_id)
    except UnknownPaper:
        lost = "This paper has been removed from the library since; these words were cited."
        return {**head, "open": "true", "title": cited.title, "warning": lost, "said": cited.quote}
    before = paper.abstract[: cited.start], cited.quote, paper.abstract[cited.end :]
    stands = paper.abstract[cited.start : cited.end] == cited.quote
    view = {**card(paper, demo), **head}
    if cited.quote and stands:
        view["abstract"] = [{"text": text, "cited": n == 1} for n, text in enumerate(before) if text]
    elif cited.quote:
        view["warning"] = f"The abstract has changed since. Cited was: {cited.quote}"
    return view


def card(paper: Paper, demo: bool, nearest: Iterable[tuple[Paper, float]] = ()) -> View:
    """One paper: what is known of it, its abstract, and the papers nearest to it."""
    near = [{"href": paper_address(one.paper_id), "title": one.title} for one, _ in nearest]
    retracted = f"This paper is marked as retracted: {paper.retraction}. " if paper.retraction else ""
    return {
        "address": paper_address(paper.paper_id)[1:],
        "open": "true",
        "back": "#papers",
        "back_label": "All papers",
        "kicker": "Paper",
        "title": paper.title,
        "facts": " · ".join(facts(paper, demo)),
        "warning": retracted + (OURS if demo else ""),
        "links": links(paper) or (search_links(paper) if demo else []),
        "heading": "Summary by citewell" if demo else "Abstract",
        "abstract": [{"text": paper.abstract, "cited": False}],
        "actions": [{"href": f"#only={paper_address(paper.paper_id)[7:]}", "label": "Ask this paper"}],
        "nearest_heading": "Nearest papers" if near else "",
        "nearest": near,
    }


def facts(paper: Paper, demo: bool) -> list[str]:
    """Date, authors, venue and where it was read."""
    named = ", ".join(paper.authors[:6]) + (" and others" if len(paper.authors) > 6 else "")
    counted = f"{paper.authors_count} authors" if paper.authors_count and not named else ""
    read_from = ", ".join(pages_of(paper)[:3])
    date = paper.published or paper.published_text or ""
    read = f"read from {read_from}" if read_from and not demo else ""
    return [one for one in (date, named or counted, paper.organisation, paper.venue, paper.kind, read) if one]


def links(paper: Paper) -> list[dict[str, str]]:
    """Where the paper itself can be read: its links, and those of its DOI and arXiv id; web addresses only."""
    found = [link for link in paper.links if is_web(link)]
    for name, address in RESOLVERS:
        known = getattr(paper.identifiers, name)
        if known:
            found.append(address.format(known))
    return [{"href": one, "label": urlsplit(one).hostname or "link"} for one in dict.fromkeys(found)]


def search_links(paper: Paper) -> list[dict[str, str]]:
    """Where a paper without a known address can be looked for by its title."""
    return [
        {"href": f"https://arxiv.org/search/?searchtype=title&query={quote(paper.title)}", "label": "Find the paper"}
    ]


def is_demo(library: str) -> bool:
    """Whether a library is the demo papers, whose texts are citewell's own."""
    return library == DEMO

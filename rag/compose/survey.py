"""Questions about the library ("which papers …", "how many …", "papers by …"): each paper that qualifies says why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import PurePath

from index import Filter, Index
from index.schema import Paper
from rag.compose.citations import cite, cite_record
from rag.compose.draft import Draft
from rag.compose.metadata import describe
from rag.compose.qualify import Match, precision, qualify
from rag.question.library import Library
from rag.question.topic import Topic, read_topic
from rag.retrieve.retriever import Retriever
from rag.schema import Citation, Sentence

SHOWN = 50  # papers listed at most; the count is of all


def survey(index: Index, retriever: Retriever, asked: Library, where: Filter | None = None) -> Draft | None:
    """Every paper that qualifies, each with the sentence, or the record, that qualifies it.

    None where no paper does by a topic alone: then the question is better read as any other.
    """
    papers = index.papers()
    chosen = index.select(where).paper_ids if where else frozenset(paper.paper_id for paper in papers)
    looked_at = [paper for paper in papers if paper.paper_id in chosen]
    if asked.files:
        return _files(looked_at)
    organisations = frozenset(paper.organisation.casefold() for paper in papers if paper.organisation)
    topic = read_topic(asked, retriever.corrected(asked.rest), organisations)
    if asked.authors and not any(paper.authors for paper in looked_at) and not _held(looked_at, topic):
        spoken = " and ".join(asked.authors)
        reason = f"The sources of these papers name no authors, so {spoken} cannot be looked up; ask by topic or title."
        return Draft((), (), "not_stated", reason)
    eligible, unknown = _eligible(looked_at, topic)
    matches = qualify(index, retriever, topic, [paper.paper_id for paper in eligible])
    if not topic.alternatives and not topic.names:
        matches = _by_date(matches)
    looked = f"{len(chosen)} of {len(papers)} looked at"
    if unknown:
        looked += f", {unknown} of which do not say ({', '.join(c.text for c in topic.conditions)})"
    if not matches and not (topic.conditions or asked.order or asked.number or where):
        return None
    if not matches:
        return Draft((), (), "not_in_corpus", f"{_none(asked, topic, len(eligible))}; {looked}.")
    return _found(index, asked, topic, matches, looked)


def _found(index: Index, asked: Library, topic: Topic, matches: Sequence[Match], looked: str) -> Draft:
    found = _count(len(matches))
    topical = bool(topic.alternatives and not topic.names)
    if asked.order:
        first, undated = asked.order.pick([match.view.paper for match in matches])
        found = f"{asked.order.told} of {found}"
        found += f", {undated} of which give no {asked.order.by}" if undated else ""
        matches = [Match(match.view, 0.0, None) for paper in first for match in matches if match.view.paper is paper]
    elif asked.number and not topic.alternatives and not topic.names and not topic.conditions:
        said = f"{found}; {looked}."
        return Draft((), (), "answered", said, said)
    told = f"{found}; {looked}" + (f" (the list aims at {round(10 * precision())} right in 10)" if topical else "")
    return _listed(index, matches, told)


def _held(papers: Sequence[Paper], topic: Topic) -> bool:
    """Whether what reads as an author meets some paper all the same: as the organisation that it comes from."""
    return any(all(condition.holds(paper) for condition in topic.conditions) for paper in papers)


def _eligible(papers: Sequence[Paper], topic: Topic) -> tuple[list[Paper], int]:
    """The papers whose metadata meet the conditions, and how many do not say."""
    verdicts = [(paper, [condition.holds(paper) for condition in topic.conditions]) for paper in papers]
    unknown = sum(None in held and False not in held for _, held in verdicts)
    return [paper for paper, held in verdicts if all(held)], unknown


def _by_date(matches: Sequence[Match]) -> list[Match]:
    """The newest first; those without a year last."""
    return sorted(matches, key=lambda match: match.view.paper.published or "", reverse=True)


def _none(asked: Library, topic: Topic, eligible: int) -> str:
    if asked.authors and not eligible and len(topic.conditions) == len(asked.authors):
        return f"No paper here lists {' and '.join(asked.authors)} as an author"
    if eligible and topic.conditions:
        conditions = ", ".join(condition.text for condition in topic.conditions)
        return f"Of {_count(eligible)} {conditions}, none is about “{topic.text}”"
    return "No paper qualifies"


def _files(papers: Sequence[Paper]) -> Draft:
    """Which files the papers were read from, and how many papers each gave."""
    counts = Counter(PurePath(file).name for paper in papers for file in {source.file for source in paper.sources})
    said = f"{_count(len(papers))} from {len(counts)} file{'s' * (len(counts) != 1)}:"
    lines = [f"- {name}: {_count(count)}" for name, count in sorted(counts.items())]
    return Draft((), (), "answered", said, "\n".join([said, *lines]))


def _count(number: int) -> str:
    return f"{number} paper{'s' * (number != 1)}"


def _listed(index: Index, matches: Sequence[Match], looked: str) -> Draft:
    sentences: list[Sentence] = []
    citations: list[Citation] = []
    lines = [f"{looked}{f'; the first {SHOWN}' if len(matches) > SHOWN else ''}:"]
    for marker, match in enumerate(matches[:SHOWN], 1):
        paper = match.view.paper
        if match.number is None or not match.view.spans:
            citations.append(cite_record(marker, paper))
            text = said = describe(paper)
        else:
            citations.append(cite(marker, paper, index.chunks(paper.paper_id), *match.view.spans[match.number]))
            text = citations[-1].quote
            said = f"{paper.title}: “{text}”"
        sentences.append(Sentence(text, (marker,), 1.0, "supported", "recited"))
        lines.append(f"- {said} [{marker}]")
    return Draft(tuple(sentences), tuple(citations), "answered", looked, "\n".join(lines))

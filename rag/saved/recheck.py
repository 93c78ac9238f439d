"""Check a saved answer against the index as it is now, without any model: do its quotes still stand?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal

from index import Index
from index.errors import UnknownPaper
from rag.compose.draft import marked
from rag.compose.metadata import statements
from rag.saved.stored import read_answer
from rag.schema import Answer, Citation

Status = Literal["verbatim", "moved", "changed", "missing"]


@dataclass(frozen=True, slots=True)
class CitationCheck:
    """What became of one citation.

    verbatim: the quote stands where it stood. moved: the abstract has changed, the quote is still in it.
    changed: the quote is no longer in the abstract. missing: the paper is not in the index.
    """

    marker: int
    paper_id: str
    title: str
    status: Status


@dataclass(frozen=True, slots=True)
class Recheck:
    """What became of a saved answer: its citations, and whether the corpus or the index differ from then.

    altered: sentences said to be recited that are not, word for word, what they cite. text_altered: the answer's text
    is not made of its supported sentences.
    """

    question: str
    citations: tuple[CitationCheck, ...]
    altered: tuple[str, ...]
    text_altered: bool
    corpus_changed: bool
    index_changed: bool

    @property
    def holds(self) -> bool:
        """Whether every quote is in its paper, every recited sentence what it cites, and the text made of them."""
        whole = not self.altered and not self.text_altered
        return whole and all(check.status in ("verbatim", "moved") for check in self.citations)

    def to_dict(self) -> dict[str, Any]:
        """The result as plain JSON types, with ``holds``."""
        return {**asdict(self), "holds": self.holds}


def recheck(saved: Mapping[str, Any], index: Index) -> Recheck:
    """Check an answer as ``Answer.to_dict()`` gives it. Raises InputError where it is none."""
    answer, manifest = read_answer(saved), index.manifest
    checks = tuple(_check(citation, index) for citation in answer.citations)
    corpus = answer.receipt.corpus_sha256 != manifest.corpus_sha256
    index_changed = answer.receipt.index_sha256 != manifest.index_sha256
    return Recheck(answer.question, checks, _altered(answer, index), _text_altered(answer), corpus, index_changed)


def _check(citation: Citation, index: Index) -> CitationCheck:
    def result(status: Status) -> CitationCheck:
        return CitationCheck(citation.marker, citation.paper_id, citation.title, status)

    try:
        paper = index.paper(citation.paper_id)
    except UnknownPaper:
        return result("missing")
    if paper.abstract[citation.start : citation.end] == citation.quote:
        same = paper.abstract_sha256 == citation.abstract_sha256 or not citation.quote
        return result("verbatim" if same else "moved")
    return result("moved" if citation.quote in paper.abstract else "changed")


def _altered(answer: Answer, index: Index) -> tuple[str, ...]:
    cited = {citation.marker: citation for citation in answer.citations}
    return tuple(
        sentence.text
        for sentence in answer.sentences
        if sentence.origin == "recited"
        and not any(marker in cited and sentence.text in _sayings(cited[marker], index) for marker in sentence.markers)
    )


def _text_altered(answer: Answer) -> bool:
    """Whether the text says other things than the supported sentences; a list of papers and a refusal say their own."""
    if answer.reason and answer.text.startswith(answer.reason):
        return False
    return answer.text != marked(tuple(one for one in answer.sentences if one.verdict == "supported"))


def _sayings(citation: Citation, index: Index) -> frozenset[str]:
    """What may be recited with a citation: its quote, or what the metadata of its paper say."""
    if citation.quote:
        return frozenset([citation.quote])
    try:
        return statements(index.paper(citation.paper_id))
    except UnknownPaper:
        return frozenset()

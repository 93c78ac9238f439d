"""Check a saved answer against the index as it is now, without any model: do its quotes still stand?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal

from index import Index
from index.errors import InputError, UnknownPaper
from rag.compose.draft import marked
from rag.compose.metadata import statements
from rag.schema import Sentence

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


def recheck(answer: Mapping[str, Any], index: Index) -> Recheck:
    """Check an answer as ``Answer.to_dict()`` gives it."""
    try:
        receipt, manifest = answer["receipt"], index.manifest
        checks = tuple(_check(citation, index) for citation in answer["citations"])
        corpus = receipt["corpus_sha256"] != manifest.corpus_sha256
        index_changed = receipt["index_sha256"] != manifest.index_sha256
        altered, text_altered = _altered(answer, index), _text_altered(answer)
        return Recheck(str(answer["question"]), checks, altered, text_altered, corpus, index_changed)
    except (KeyError, TypeError) as error:
        raise no_saved_answer(error) from error


def no_saved_answer(error: Exception) -> InputError:
    """What to say of a file in which a value is missing or of another kind."""
    what = f"{error} is missing" if isinstance(error, KeyError) else "a value is of another kind"
    return InputError(f"this is no saved answer of citewell: {what}")


def _check(citation: Mapping[str, Any], index: Index) -> CitationCheck:
    def result(status: Status) -> CitationCheck:
        return CitationCheck(int(citation["marker"]), citation["paper_id"], citation["title"], status)

    try:
        paper = index.paper(citation["paper_id"])
    except UnknownPaper:
        return result("missing")
    quote = citation["quote"]
    if paper.abstract[citation["start"] : citation["end"]] == quote:
        return result("verbatim" if paper.abstract_sha256 == citation["abstract_sha256"] or not quote else "moved")
    return result("moved" if quote in paper.abstract else "changed")


def _altered(answer: Mapping[str, Any], index: Index) -> tuple[str, ...]:
    cited = {citation["marker"]: citation for citation in answer["citations"]}
    recited = [sentence for sentence in answer["sentences"] if sentence["origin"] == "recited"]
    return tuple(
        sentence["text"]
        for sentence in recited
        if not any(sentence["text"] in _sayings(cited[marker], index) for marker in sentence["markers"])
    )


def _text_altered(answer: Mapping[str, Any]) -> bool:
    """Whether the text says other things than the supported sentences; a list of papers and a refusal say their own."""
    said, reason = str(answer["text"]), str(answer.get("reason") or "")
    if reason and said.startswith(reason):
        return False
    held = [
        Sentence(one["text"], tuple(one["markers"]), one["support"], one["verdict"], one["origin"])
        for one in answer["sentences"]
        if one["verdict"] == "supported"
    ]
    return said != marked(tuple(held))


def _sayings(citation: Mapping[str, Any], index: Index) -> frozenset[str]:
    """What may be recited with a citation: its quote, or what the metadata of its paper say."""
    if citation["quote"]:
        return frozenset([citation["quote"]])
    try:
        return statements(index.paper(citation["paper_id"]))
    except UnknownPaper:
        return frozenset()

"""The papers named beside their sentences: "SALSA (2024): …", so that "we" and "this approach" have an owner."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from itertools import groupby

from rag.compose.draft import EXTRACTIVE, marked
from rag.schema import Answer, Citation, Sentence

# what a paper is, not what it is called: "RETRACTED: Copper tape …"
_KIND = re.compile(
    r"\W*(?:retract|withdrawn|errat|corrigend|correction|editorial|comment(?:ary)?$|reply|letter$|review$)", re.I
)
HEAD, WHOLE = 5, 8  # words of the part before a colon that pass as a name; words that a title is cut to


def short_name(title: str) -> str:
    """What a paper is called in passing: the part of its title before a colon, where that is short; else its beginning.

    "SALSA: Soup-based Alignment Learning" is "SALSA".
    """
    head = title.split(":")[0].strip()
    if ":" in title and 0 < len(head.split()) <= HEAD and not _KIND.match(head):
        return head
    words = title.split()
    return title.strip() if len(words) <= WHOLE else " ".join(words[:WHOLE]).rstrip(",;:") + " …"


def by_paper(
    sentences: Sequence[Sentence], citations: Sequence[Citation]
) -> tuple[tuple[Citation, tuple[Sentence, ...]], ...]:
    """Neighbouring sentences of one paper together, each group with a citation that names the paper."""
    of = {citation.marker: citation for citation in citations}
    pairs = [(of[sentence.markers[0]], sentence) for sentence in sentences]
    groups = [list(group) for _, group in groupby(pairs, key=lambda pair: pair[0].paper_id)]
    return tuple((group[0][0], tuple(sentence for _, sentence in group)) for group in groups)


def is_quoted(answer: Answer) -> bool:
    """Whether an answer is sentences of papers as they stand, whose owners have to be named."""
    quoted = answer.model == EXTRACTIVE and answer.text == marked(answer.sentences)
    return quoted and bool(answer.citations) and all(citation.quote for citation in answer.citations)


def named(sentences: Sequence[Sentence], citations: Sequence[Citation], years: Mapping[str, str]) -> str:
    """The sentences, one line a paper: "SALSA (2024): It … [1]." ``years`` holds what is known, by paper_id."""
    lines = []
    for citation, group in by_paper(sentences, citations):
        year = years.get(citation.paper_id, "")
        lines.append(f"{short_name(citation.title)}{f' ({year})' if year else ''}: {marked(group)}")
    return "\n".join(lines)

"""What to ask next: three questions that the papers found can answer, made without a model."""

from __future__ import annotations

import re
from collections.abc import Iterator

from index.schema import Chunk
from rag.schema import Answer

MOST = 3
SHORT = 60  # characters of a title that is named whole
PATTERNS = (
    (re.compile(r"\d(?:\.\d+)?\s?%|\boutperform|\bimprov|\bachiev", re.IGNORECASE), "What results does {} report?"),
    (re.compile(r"\bdataset|\bbenchmark|\bcorpus|\bannotat", re.IGNORECASE), "What data does {} use?"),
    (re.compile(r"\bwe (?:propose|introduce|present)\b", re.IGNORECASE), "What does {} propose?"),
    (re.compile(r"\blimit|\bhowever\b|\bfail|\bchalleng", re.IGNORECASE), "What problem does {} address?"),
)


def suggestions(answer: Answer) -> tuple[str, ...]:
    """At most three questions: of the cited papers first, then of others that were found."""
    asked = answer.question.casefold()
    made: dict[str, str] = {}
    for chunk in _passages(answer):
        name = short_name(chunk.title)
        for pattern, question in PATTERNS:
            text = question.format(name)
            if pattern.search(chunk.text) and name not in made and text.casefold() != asked:
                made[name] = text
                break
        if len(made) == MOST:
            break
    return tuple(made.values())


def _passages(answer: Answer) -> Iterator[Chunk]:
    cited = {citation.paper_id for citation in answer.citations}
    for wanted in (True, False):
        yield from (one.chunk for one in answer.contexts if (one.chunk.paper_id in cited) is wanted)


def short_name(title: str) -> str:
    """A title as it is named in a question: what stands before its colon, or the beginning of it."""
    head = title.split(":")[0].strip()
    return head if ":" in title and len(head) <= SHORT else f"“{title if len(title) <= SHORT else title[:SHORT] + '…'}”"

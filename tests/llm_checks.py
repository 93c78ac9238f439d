"""What holds for every answer of a language model, whatever it wrote."""

from __future__ import annotations

from index import Index
from rag import Answer, Assistant
from rag.compose.draft import marked
from rag.schema import Finished, Pending, Verified
from rag.text.words import names, numbers, words


def ask(assistant: Assistant, question: str) -> tuple[Answer, list[str]]:
    """The answer to a question, streamed, and what is wrong with it."""
    events = list(assistant.stream(question))
    answer = events[-1].answer if isinstance(events[-1], Finished) else None
    assert answer is not None, "a stream ends with Finished"
    wrong = problems(answer, assistant.index)
    if [e.sentence for e in events if isinstance(e, Verified)] != list(answer.sentences):
        wrong.append("its sentences are not those that were streamed")
    if answer.usage.completion_tokens and answer.sentences and not any(isinstance(e, Pending) for e in events):
        wrong.append("nothing of it was seen before it was finished")
    return answer, wrong


def problems(answer: Answer, index: Index) -> list[str]:
    """Citations that are no spans, unsupported sentences in the text, numbers and names that nothing cited holds."""
    wrong = []
    quotes = {citation.marker: f"{citation.title} {citation.quote}" for citation in answer.citations}
    for c in answer.citations:
        if not c.quote or index.paper(c.paper_id).abstract[c.start : c.end] != c.quote:
            wrong.append(f"[{c.marker}] is not a span of its paper")
    supported = tuple(sentence for sentence in answer.sentences if sentence.verdict == "supported")
    if answer.sentences and answer.text != marked(supported):
        wrong.append("its text is not its supported sentences")
    for sentence in answer.sentences:
        if not set(sentence.markers) <= set(quotes):
            wrong.append(f"a marker without a citation: {sentence.text}")
    for sentence in supported:
        extra = unheld(sentence.text, " ".join(quotes.get(marker, "") for marker in sentence.markers))
        if not sentence.markers or extra:
            wrong.append(f"supported by nothing ({', '.join(extra)}): {sentence.text}")
    return wrong


def unheld(text: str, held: str) -> list[str]:
    """The numbers and names in a text that the held text has not; its words hold their abbreviation."""
    initials = "".join(word[0] for word in words(held))
    told = {number.replace(",", "") for number in numbers(held)}
    new = [number for number in numbers(text) if number.replace(",", "") not in told]
    return new + [
        name for name in names(text) if name not in held.casefold() and name.removesuffix("s") not in initials
    ]

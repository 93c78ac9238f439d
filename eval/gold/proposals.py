"""Proposed gold questions for a person to accept, edit or reject. Nothing enters a gold set unread."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from eval.gold.dataset import header_line, load_gold, to_line
from eval.schema import QAExample
from index.cut import split_sentences
from index.errors import InputError
from index.schema import Paper

FIGURE = re.compile(r"(?<![\w.])\d+(?:[.,]\d+)*(?:\s?%)?(?![\w-])")
NAMED = re.compile(r"^((?:The )?[A-Z][\w-]+(?: [A-Z][\w-]+){0,3}) is (an?|the) ")
ASKED = (
    "Write one question that a researcher would ask and that this passage answers, without quoting it. Reply with "
    'JSON: {{"question": "...", "answer": "one sentence", "key_fact": "the few words of the answer that decide"}}\n\n'
    "Paper: {title}\nPassage: {sentence}"
)
SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {name: {"type": "string"} for name in ("question", "answer", "key_fact")},
    "required": ["question", "answer", "key_fact"],
}


@dataclass(frozen=True, slots=True)
class Candidate:
    """A proposed question with the sentence that it was made from."""

    example: QAExample
    sentence: str


def by_rules(papers: Sequence[Paper], *, seed: int = 0) -> Iterator[Candidate]:
    """Candidates from sentences that state a figure or say what something is; one a paper, papers in random order."""
    draw = random.Random(seed)
    order = list(papers)
    draw.shuffle(order)
    for paper in order:
        found = [c for s in _sentences(paper) if (c := _rule(paper, s)) is not None]
        if found:
            yield draw.choice(found)


def by_llm(papers: Sequence[Paper], llm: Any, *, seed: int = 0) -> Iterator[Candidate]:
    """Candidates that an LLM words, from one sentence of each paper; a reply that cannot be used is passed over."""
    from rag.llms import Message

    draw = random.Random(seed)
    order = list(papers)
    draw.shuffle(order)
    for paper in order:
        sentences = [s for s in _sentences(paper) if len(s.split()) > 7]
        if not sentences:
            continue
        sentence = draw.choice(sentences)
        prompt = ASKED.format(title=paper.title, sentence=sentence)
        text = "".join(llm.stream([Message("user", prompt)], max_tokens=300, schema=SCHEMA if llm.constrains else None))
        candidate = _parsed(paper, sentence, text)
        if candidate is not None:
            yield candidate


def review(
    candidates: Iterator[Candidate],
    out: Path,
    *,
    ask: Callable[[str], str],
    say: Callable[[str], None],
    count: int = 20,
) -> int:
    """Show candidates one by one and append those accepted to the gold set ``out``: the number accepted.

    At each the person says accept, edit, reject or quit. Only what was accepted is written, at once.
    """
    taken = {e.query_id for e in load_gold(out).examples} if out.exists() else set()
    if not out.exists():
        out.write_text(header_line(out.stem) + "\n", encoding="utf8")
    accepted = 0
    for candidate in candidates:
        if accepted == count:
            break
        number = next(n for n in range(1, len(taken) + 2) if f"draft-{n:03d}" not in taken)
        example = replace(candidate.example, query_id=f"draft-{number:03d}")
        chosen = _decide(Candidate(example, candidate.sentence), ask, say)
        if chosen == "quit":
            break
        if isinstance(chosen, QAExample):
            with out.open("a", encoding="utf8", newline="\n") as file:
                file.write(to_line(chosen) + "\n")
            taken.add(chosen.query_id)
            accepted += 1
    if not taken:
        out.unlink()
    return accepted


def _decide(candidate: Candidate, ask: Callable[[str], str], say: Callable[[str], None]) -> QAExample | str:
    example = candidate.example
    while True:
        say(f"\n{example.relevant_titles[0]}\n  from: {candidate.sentence}\n  question: {example.question}")
        say(f"  reference: {example.reference_answers[0]}\n  key facts: {' ; '.join(example.key_facts)}")
        choice = ask("accept, edit, reject, quit [a/e/r/q]: ").strip().lower()[:1]
        if choice == "q":
            return "quit"
        if choice == "r":
            return "reject"
        if choice == "e":
            example = _edited(example, ask)
        if choice in ("a", "e"):
            fault = _fault(example)
            if fault is None and choice == "a":
                return example
            if fault is not None:
                say(f"  not yet: {fault}")


def _edited(example: QAExample, ask: Callable[[str], str]) -> QAExample:
    """The example with what the person typed; an empty line keeps what was there."""
    question = ask("question: ").strip() or example.question
    reference = ask("reference answer: ").strip() or example.reference_answers[0]
    typed = ask("key facts, regular expressions between ' ; ': ").strip()
    facts = tuple(fact.strip() for fact in typed.split(" ; ") if fact.strip()) or example.key_facts
    return replace(example, question=question, reference_answers=(reference,), key_facts=facts)


def _fault(example: QAExample) -> str | None:
    for fact in example.key_facts:
        try:
            if not re.search(fact, example.reference_answers[0], re.IGNORECASE):
                return f"the reference does not match the key fact {fact!r}"
        except re.error as error:
            return f"key fact {fact!r} is no regular expression: {error}"
    return None if example.question.strip() else "the question is empty"


def _sentences(paper: Paper) -> list[str]:
    return [paper.abstract[start:end] for start, end in split_sentences(paper.abstract)]


def _rule(paper: Paper, sentence: str) -> Candidate | None:
    named, figure = NAMED.match(sentence), FIGURE.search(sentence)
    if named:
        thing = named.group(1)
        fact = " ".join(sentence[named.end() :].split()[:3]).rstrip(".,;:")
        return _candidate(paper, sentence, f"What is {thing}?", sentence, pattern(fact), "definition")
    if figure:
        gap = f"{sentence[: figure.start()]}___{sentence[figure.end() :]}"
        asked = f"In “{paper.title}”, which figure belongs here: {gap}"
        return _candidate(paper, sentence, asked, sentence, rf"(?<!\d){pattern(figure.group())}", "figure")
    return None


def _parsed(paper: Paper, sentence: str, text: str) -> Candidate | None:
    start, end = text.find("{"), text.rfind("}")
    try:
        row = json.loads(text[start : end + 1])
        question, answer, fact = (str(row[name]).strip() for name in ("question", "answer", "key_fact"))
    except (ValueError, KeyError, TypeError):
        return None
    if not question or not answer or not fact:
        return None
    return _candidate(paper, sentence, question, answer, pattern(fact), "other")


def pattern(words: str) -> str:
    """The words as a key fact: special characters escaped, spaces and hyphens left readable."""
    return re.sub(r"[.^$*+?{}\[\]\\|()]", r"\\\g<0>", words)


def _candidate(paper: Paper, sentence: str, question: str, answer: str, fact: str, kind: str) -> Candidate:
    example = QAExample("draft", question, True, (answer,), (fact,), (paper.title,), kind)
    if not paper.title:
        raise InputError(f"paper {paper.paper_id} has no title; gold questions name papers by title")
    return Candidate(example, sentence)

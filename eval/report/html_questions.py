"""The questions of a report: each with its answer, the cited spans highlighted, and what went wrong."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from eval.metrics.answer import facts_missed
from eval.metrics.base import shown
from eval.report.faults import faults, status
from eval.schema import Result
from index.schema import Chunk
from rag.schema import Answer, Citation


def question(result: Result) -> str:
    """One question, folded: its answer, the cited spans, what was wanted and what went wrong."""
    example, ended = result.example, status(result)
    good = ended in ("right", "right refusal")
    words = f"{example.query_id} {example.question} {shown(result.answer.text) if result.answer else ''}".lower()
    lines = "".join(f"<li>{escape(fault)}</li>" for fault in faults(result))
    history = "".join(f"<p class='earlier'>earlier: {escape(turn)}</p>" for turn in example.history)
    return (
        f"<details class='question' data-kind='{escape(example.kind)}' data-status='{escape(ended)}' "
        f"data-words='{escape(words)}'><summary><span class='id'>{escape(example.query_id)}</span>"
        f"<span class='asked'>{escape(example.question)}</span><span class='kind'>{escape(example.kind)}</span>"
        f"<span class='status {'good' if good else 'bad'}'>{escape(ended)}</span></summary>"
        f"<div class='body'>{history}{_answer(result.answer)}{f'<ul class=faults>{lines}</ul>' if lines else ''}"
        f"{_gold(result)}{_scores(result)}</div></details>"
    )


def _answer(answer: Answer | None) -> str:
    if answer is None:
        return "<p class='reason'>no answer</p>"
    sentences = "".join(
        f"<li class='{escape(s.verdict)}'>{escape(shown(s.text))} "
        f"{''.join(f'<sup>[{m}]</sup>' for m in s.markers)} <span class='verdict'>{escape(s.verdict)}"
        f"{'' if s.support is None else f' {s.support:.2f}'}</span></li>"
        for s in answer.sentences
    )
    written = f"<ol class='answer'>{sentences}</ol><div class='spans'>{_spans(answer)}</div>" if sentences else ""
    if not answer.abstained:
        return written
    near = "".join(f"<li>{escape(n.title)} ({n.score:.2f})</li>" for n in answer.nearest)
    parts = [f"<p class='reason'>refused, {escape(f'{answer.outcome}: {answer.reason or str()}')}</p>"]
    parts += [f"<p>written, but not an answer</p>{written}"] if written else []
    parts += [f"<p>nearest</p><ul>{near}</ul>"] if near else []
    return "".join(parts)


def _spans(answer: Answer) -> str:
    """The cited passages with their spans highlighted; a quote whose passage is not among the contexts stands alone."""
    by_passage: dict[str, list[Citation]] = {}
    chunks = {}
    for citation in answer.citations:
        chunk = _holder(answer, citation)
        key = f"{citation.marker}" if chunk is None else chunk.chunk_id
        chunks[key] = chunk
        by_passage.setdefault(key, []).append(citation)
    return "".join(_passage(chunks[key], citations) for key, citations in by_passage.items())


def _holder(answer: Answer, citation: Citation) -> Chunk | None:
    for chunk in (scored.chunk for scored in answer.contexts):
        start, end = citation.start - chunk.start, citation.end - chunk.start
        if chunk.paper_id == citation.paper_id and start >= 0 and chunk.text[start:end] == citation.quote != "":
            return chunk
    return None


def _passage(chunk: Chunk | None, citations: Sequence[Citation]) -> str:
    if chunk is None:
        text = " ".join(_marked(c, c.quote) if c.quote else "<i>metadata</i>" for c in citations)
    else:
        pieces, at = [], 0
        for one in sorted(citations, key=lambda c: (c.start, c.end)):
            start, end = max(at, one.start - chunk.start), max(at, one.end - chunk.start)
            pieces += [escape(chunk.text[at:start]), _marked(one, chunk.text[start:end])]
            at = end
        text = "".join(pieces) + escape(chunk.text[at:])
    markers = " ".join(f"[{c.marker}]" for c in citations)
    return f"<blockquote><b>{markers} {escape(citations[0].title)}</b><br>{text}</blockquote>"


def _marked(citation: Citation, text: str) -> str:
    return f"<mark>{escape(text)}</mark><sup>[{citation.marker}]</sup>"


def _gold(result: Result) -> str:
    example = result.example
    if not example.answerable:
        return f"<p class='gold'><b>should be refused</b>: {escape(example.outcome)} ({escape(str(example.scope))})</p>"
    text = shown(result.answer.text) if result.answer and not result.answer.abstained else ""
    missed = facts_missed(result, text)
    facts = "".join(
        f"<li class='{'bad' if fact in missed else 'good'}'><code>{escape(fact)}</code> "
        f"{'missed' if fact in missed else 'found'}</li>"
        for fact in example.key_facts
    )
    titles = "; ".join(example.relevant_titles)
    return (
        f"<p class='gold'><b>reference</b>: {escape(' / '.join(example.reference_answers))}</p>"
        f"<ul class='facts'>{facts}</ul><p class='gold'><b>relevant</b>: {escape(titles)}</p>"
    )


def _scores(result: Result) -> str:
    cells = [f"{score.metric} {score.value:g}" for score in result.scores if score.value is not None]
    return f"<p class='scores'>{escape(' · '.join(cells))}</p>"

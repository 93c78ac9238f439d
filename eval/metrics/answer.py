"""Correctness of the answer against key facts and reference answers."""

from __future__ import annotations

import re
import string
from collections import Counter
from collections.abc import Sequence
from statistics import median

from eval.metrics.base import Metric, RunMetric, Tools, shown
from eval.schema import Result

Found = tuple[float | None, str]
ARTICLES = re.compile(r"\b(a|an|the)\b")


def _texts(result: Result) -> tuple[str, tuple[str, ...]]:
    return shown(result.answer.text if result.answer else ""), result.example.reference_answers


def facts_missed(result: Result, text: str) -> tuple[str, ...]:
    """The key facts that the text does not say."""
    return tuple(fact for fact in result.example.key_facts if not re.search(fact, text, re.IGNORECASE))


def key_fact_recall(result: Result, tools: Tools) -> Found:
    """The share of the key facts that the shown answer says (nugget recall, as in TREC's question answering).

    Only the text of the answer counts, without citation markers; quotes behind the citations do not. Read it beside
    ``words_shown``: an answer that shows everything finds every fact.
    """
    return facts_found(result, _texts(result)[0])


def facts_found(result: Result, text: str) -> Found:
    """The share of the key facts that a text says, whatever the outcome; a flat refusal shows no text."""
    facts = result.example.key_facts
    if not facts:
        return None, "no key facts"
    missed = facts_missed(result, text)
    return 1 - len(missed) / len(facts), f"misses {' and '.join(missed)}" if missed else ""


def key_facts_shown(result: Result, tools: Tools) -> Found:
    """The share of the key facts in the shown sentences, those of "closest" among them; a flat refusal shows none.

    Differs from ``key_fact_recall`` in this alone: there "closest" is an abstention and counts 0.
    """
    return facts_found(result, said(result))


def key_facts_unfolded(result: Result, tools: Tools) -> Found:
    """As ``key_facts_shown``, with what the answer leaves folded read as well."""
    return facts_found(result, said(result, more=True))


def first_sentence_answers(result: Result, tools: Tools) -> Found:
    """1 where the first shown sentence says a key fact (any, where there are several): what is read first answers."""
    if not result.example.key_facts:
        return None, "no key facts"
    shown_ = result.answer.sentences if result.answer else ()
    return float(bool(shown_) and len(facts_missed(result, shown_[0].text)) < len(result.example.key_facts)), ""


def said(result: Result, *, more: bool = False) -> str:
    """What an answer shows: its text, or the sentences of an abstention that has some; with ``more``, all of it."""
    answer = result.answer
    if answer is None or (answer.abstained and not answer.sentences):
        return ""
    return " ".join([shown(answer.text), *(sentence.text for sentence in answer.more if more)])


def correct(result: Result, tools: Tools) -> Found:
    """1 where the shown answer says every key fact, else 0: the accuracy that honesty and risk are built on."""
    recall, why = key_fact_recall(result, tools)
    return (None if recall is None else float(recall == 1)), why


def words_shown(result: Result, tools: Tools) -> float:
    """The number of words of the shown answer: what the reader pays for the facts found. Neither way is better."""
    return float(len(_texts(result)[0].split()))


def normalise(text: str) -> list[str]:
    """Words as SQuAD compares them: lower case, without punctuation and articles."""
    plain = "".join(c for c in text.lower() if c not in string.punctuation)
    return ARTICLES.sub(" ", plain).split()


def f1(answer: str, reference: str) -> float:
    """The harmonic mean of word precision and word recall, over words with their counts."""
    ours, theirs = Counter(normalise(answer)), Counter(normalise(reference))
    common = sum((ours & theirs).values())
    return 2 * common / (sum(ours.values()) + sum(theirs.values())) if common else 0.0


def token_f1(result: Result, tools: Tools) -> Found:
    """Token F1 against the best reference, as SQuAD defines it (Rajpurkar et al. 2016)."""
    answer, references = _texts(result)
    return (max(f1(answer, r) for r in references), "") if references else (None, "no reference answer")


def rouge_l(result: Result, tools: Tools) -> Found:
    """ROUGE-L F-measure with stemming against the best reference (Lin 2004), by the rouge-score library."""
    answer, references = _texts(result)
    if not references:
        return None, "no reference answer"
    from rouge_score.rouge_scorer import RougeScorer

    scorer = RougeScorer(["rougeL"], use_stemmer=True)
    return max(float(scorer.score(r, answer)["rougeL"].fmeasure) for r in references), ""


def bleu(result: Result, tools: Tools) -> Found:
    """Sentence BLEU with exponential smoothing and effective order (Papineni et al. 2002), by sacrebleu, in [0, 1]."""
    answer, references = _texts(result)
    if not references:
        return None, "no reference answer"
    import sacrebleu

    return float(sacrebleu.sentence_bleu(answer, list(references), use_effective_order=True).score) / 100, ""


def semantic_similarity(result: Result, tools: Tools) -> Found:
    """The cosine of the embeddings of answer and best reference, by the embedding model of the index, at least 0."""
    answer, references = _texts(result)
    if not references or tools.embed is None:
        return None, "no reference answer" if tools.embed else "no embedding model"
    vector = tools.embed(answer)
    return max(0.0, *(float(vector @ tools.embed(reference)) for reference in references)), ""


def words_median(results: Sequence[Result]) -> float | None:
    """The median of ``words_shown``: what a reader usually reads. Neither way is better."""
    counted = [words for result in results if (words := result.value("words_shown")) is not None]
    return median(counted) if counted else None


def _with_words(results: Sequence[Result]) -> int:
    return sum(result.value("words_shown") is not None for result in results)


ANSWER = (
    Metric("key_fact_recall", "answer", "correctness", key_fact_recall),
    Metric("first_sentence_answers", "answer", "found", first_sentence_answers),
    Metric("key_facts_shown", "answer", "found", key_facts_shown),
    Metric("key_facts_unfolded", "answer", "found", key_facts_unfolded),
    Metric("correct", "answer", "correctness", correct),
    Metric("words_shown", "answer", "shown", words_shown, better="neither"),
    Metric("token_f1", "answer", "correctness", token_f1),
    Metric("rouge_l", "answer", "correctness", rouge_l),
    Metric("bleu", "answer", "correctness", bleu),
    Metric("semantic_similarity", "answer", "correctness", semantic_similarity),
)
RUN_ANSWER = (RunMetric("words_median", "answer", words_median, _with_words, better="neither"),)

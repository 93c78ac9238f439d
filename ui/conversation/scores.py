"""The runs of the evaluation in plain words: what each figure says, the questions behind it, two runs compared."""

from __future__ import annotations

from pathlib import Path

from eval import Run, compare, load_run, summarise
from eval.report import Difference
from eval.runs import read_manifest
from eval.schema import Result
from index.errors import CitewellError, InputError
from ui.conversation.asking import line_of

# What the figures say, in plain words; those that count the first so many are named without their cutoff.
PLAIN = {
    "recall": "The right {what} that are among the first {first}",
    "mrr": "How far up the first right {one} stands, of {first}",
    "ndcg": "How well the first {first} {what} are ordered",
    "context_recall": "The right papers that are among those given to the answer",
    "key_fact_recall": "The facts that an answer should hold and does",
    "key_facts_shown": "The facts that an answer shows at once",
    "key_facts_unfolded": "The facts that an answer holds once all is unfolded",
    "first_sentence_answers": "Answers whose first sentence answers",
    "correct": "Answers that are right",
    "words_shown": "Words of an answer, on average",
    "words_median": "Words of a usual answer",
    "token_f1": "Words that an answer shares with one written by people",
    "rouge_l": "Word order that an answer shares with one written by people",
    "bleu": "Phrases that an answer shares with one written by people",
    "semantic_similarity": "Nearness in meaning to an answer written by people",
    "citation_recall": "Sentences that their citations support",
    "citation_precision": "Citations that are to the point",
    "unknown_markers": "Citations of what is no source",
    "span_validity": "Quotes that stand in the paper word for word",
    "supported_share": "Sentences told as supported",
    "refused_answerable": "Questions refused that could be answered",
    "refused_near": "Questions refused that are near the papers and not answered in them",
    "refused_far": "Questions refused that have nothing to do with the papers",
    "outcome_accuracy": "Refusals that give the right reason",
    "prudence": "Refused where it should refuse",
    "over_conservativeness": "Refused where it should answer",
    "honesty": "Refuses rightly and answers rightly, together",
    "aurc": "Risk left when the least certain answers are dropped",
}


def plain(metric: str) -> str:
    """A metric in plain words, with its name where there are none."""
    name, _, first = metric.partition("@")
    what = "passages" if name.startswith("chunk_") else "papers"
    said = PLAIN.get(name.removeprefix("chunk_"), metric)
    return said.format(first=first, what=what, one=what[:-1])


def runs(folder: Path) -> dict[str, str]:
    """The runs in a folder by name, each with how it stands; a run that cannot be read says why."""
    found = {}
    for path in sorted(folder.iterdir()) if folder.is_dir() else ():
        if not (path / "run.json").exists():
            continue
        try:
            questions = read_manifest(path)["gold"]["questions"]
            done = "" if (path / "results.jsonl").exists() else ", not finished"
            found[path.name] = f"{questions} questions{done}"
        except (CitewellError, KeyError, TypeError) as error:
            found[path.name] = f"cannot be read: {line_of(error)}"
    return found


def run(folder: Path, name: str) -> Run:
    """The run of that name; nothing outside the folder of runs."""
    if name not in runs(folder):
        raise InputError(f"there is no run {name[:80]!r}")
    return load_run(folder / name)


def figures(found: Run) -> list[list[str]]:
    """Each figure of a run: in plain words, its value with what chance may make of it, the direction, the questions."""
    rows = []
    for row in summarise(found):
        if row.value is not None:
            between = f"{row.low:.2f} to {row.high:.2f}" if row.low is not None and row.high is not None else ""
            better = {"higher": "more is better", "lower": "less is better"}.get(row.better, "")
            rows.append([plain(row.metric), f"{row.value:.3f}", between, better, str(row.scored), row.metric])
    return rows


def compared(a: Run, b: Run) -> list[list[str]]:
    """The differences of two runs, each with a word on it."""
    return [
        [plain(d.metric), f"{d.a:.3f}", f"{d.b:.3f}", _word(d), f"{d.wins} up, {d.losses} down"] for d in compare(a, b)
    ]


def _word(found: Difference) -> str:
    if not found.significant:
        return "no clear difference"
    return "the second is worse" if found.worse else "the second is better"


def questions(found: Run, metric: str) -> list[list[str]]:
    """The questions that a figure rests on, the worst first, each with its answer."""
    rows: list[tuple[float, Result]] = []
    for result in found.results:
        rows += [(s.value, result) for s in result.scores if s.metric == metric and s.value is not None]
    rows.sort(key=lambda row: (row[0], row[1].example.query_id))
    return [
        [f"{value:.2f}", one.example.question, one.answer.text if one.answer else one.error or ""]
        for value, one in rows
    ]

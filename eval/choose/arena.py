"""A tournament between set-ups without references: a judge picks the better answer, Elo ratings sum it up.

In the manner of Varco Arena (Son et al. 2024): for each question the runs meet in a single-elimination bracket drawn
at random, and the results of all matches give the ratings. No run is a fixed reference for the others.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from eval.judges.scorers import Judge, Scorer
from eval.metrics.base import shown
from eval.metrics.citations import cited, passage
from eval.runs.folder import Run
from eval.schema import Result
from index.errors import InputError

Prefer = Callable[[Result, Result], float]
BASE, SCALE = 1000.0, 400.0


@dataclass(frozen=True, slots=True)
class Match:
    """One meeting: two runs by number, and the share that the first won: 1, 0.5 or 0."""

    first: int
    second: int
    won: float


@dataclass(frozen=True, slots=True)
class Rating:
    """A run's Elo rating with its 95% bootstrap interval over questions, and its matches."""

    name: str
    elo: float
    low: float
    high: float
    matches: int
    wins: float


def arena(runs: Sequence[Run], prefer: Prefer, *, seed: int = 0, resamples: int = 200) -> tuple[Rating, ...]:
    """Play every question that all runs answered without error; best first."""
    if len(runs) < 2:
        raise InputError("an arena needs at least two runs")
    if len({run.manifest["gold"]["sha256"] for run in runs}) > 1:
        raise InputError("the runs asked different questions; an arena needs runs of one gold set and split")
    by_run = [{r.example.query_id: r for r in run.results if r.answer is not None and not r.error} for run in runs]
    shared = [q for q in by_run[0] if all(q in results for results in by_run)]
    if not shared:
        raise InputError("no question was answered in all runs")
    rounds = [
        _bracket([results[query_id] for results in by_run], prefer, random.Random(f"{seed}:{query_id}"))
        for query_id in shared
    ]
    ratings = elo([match for matches in rounds for match in matches], len(runs))
    draw = random.Random(seed)
    samples = [elo([m for ms in draw.choices(rounds, k=len(rounds)) for m in ms], len(runs)) for _ in range(resamples)]
    found = []
    for number, run in enumerate(runs):
        spread = sorted(sample[number] for sample in samples)
        low, high = spread[int(0.025 * (resamples - 1))], spread[round(0.975 * (resamples - 1))]
        played = [m for ms in rounds for m in ms if number in (m.first, m.second)]
        wins = sum(m.won if m.first == number else 1 - m.won for m in played)
        found.append(Rating(run.name, ratings[number], low, high, len(played), wins))
    return tuple(sorted(found, key=lambda rating: -rating.elo))


def elo(matches: Sequence[Match], players: int) -> list[float]:
    """Ratings whose differences give the odds of winning: Bradley and Terry's model, by Hunter's MM steps (2004).

    Every pair starts with one drawn match, so that a run that won all still has a finite rating. The mean is 1000.
    """
    wins = [0.5 * (players - 1)] * players
    games = [[0.0 if i == j else 1.0 for j in range(players)] for i in range(players)]
    for match in matches:
        wins[match.first] += match.won
        wins[match.second] += 1 - match.won
        games[match.first][match.second] += 1
        games[match.second][match.first] += 1
    strength = [1.0] * players
    for _ in range(200):
        moved = [
            wins[i] / sum(games[i][j] / (strength[i] + strength[j]) for j in range(players) if j != i)
            for i in range(players)
        ]
        middle = math.exp(sum(map(math.log, moved)) / players)
        before, strength = strength, [value / middle for value in moved]
        if max(abs(a - b) for a, b in zip(before, strength, strict=True)) < 1e-9:
            break
    return [BASE + SCALE * math.log10(value) for value in strength]


def by_scorer(scorer: Scorer) -> Prefer:
    """Without an LLM: the answer whose sentences its citations bear better wins; less than 0.05 apart is a tie.

    A refusal counts 0.5: better than an answer that its citations do not bear, worse than one that they do.
    """

    def prefer(first: Result, second: Result) -> float:
        gap = _worth(first, scorer) - _worth(second, scorer)
        return 0.5 if abs(gap) < 0.05 else float(gap > 0)

    return prefer


def by_judge(judge: Judge) -> Prefer:
    """The LLM reads question and both answers, in both orders."""
    return lambda first, second: judge.prefer(first.example.question, _text(first), _text(second))[0]


def _worth(result: Result, scorer: Scorer) -> float:
    answer = result.answer
    if answer is None or answer.abstained or not answer.sentences:
        return 0.5
    scores = []
    for sentence in answer.sentences:
        citations = cited(result, sentence)
        spans = [passage(c) for c in citations if c.quote]
        # what rests on metadata alone has no text to be scored against; it neither wins nor loses
        scores.append(scorer.entails(shown(sentence.text), spans).score if spans else 0.5 if citations else 0.0)
    return sum(scores) / len(scores)


def _text(result: Result) -> str:
    assert result.answer is not None
    return (
        f"I cannot answer this from the papers. {result.answer.reason or ''}"
        if result.answer.abstained
        else shown(result.answer.text)
    )


def _bracket(results: Sequence[Result], prefer: Prefer, draw: random.Random) -> list[Match]:
    left = list(range(len(results)))
    draw.shuffle(left)
    matches = []
    while len(left) > 1:
        winners = [left[-1]] if len(left) % 2 else []
        for first, second in zip(left[0::2], left[1::2], strict=False):
            won = prefer(results[first], results[second])
            matches.append(Match(first, second, won))
            winners.append(first if won > 0.5 or (won == 0.5 and draw.random() < 0.5) else second)
        left = winners
    return matches

"""From the states of a text's tokens to the vector of a window and the vectors of the sentences in it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from index.embedding.protocol import Passage, PassageVectors, Vector, unit


def pool(states: Vector, offsets: Sequence[tuple[int, int]], passage: Passage, begin: int) -> PassageVectors:
    """The mean of all token states (n, d), and the mean over each sentence; a sentence cut off gets the window's.

    offsets: where each token stands in the text, special tokens included; begin: where the passage begins there.
    """
    sums = states.cumsum(axis=0)
    window = unit(sums[-1])
    if not passage.sentences:
        return PassageVectors(window, np.zeros((0, states.shape[1]), dtype=np.float32))
    starts, ends = np.array(_token_spans(offsets, len(states), passage, begin)).T
    rows = unit(sums[ends - 1] - sums[starts - 1])
    rows[ends <= starts] = window
    return PassageVectors(window, rows)


def _token_spans(
    offsets: Sequence[tuple[int, int]], length: int, passage: Passage, begin: int
) -> list[tuple[int, int]]:
    """For each sentence the range of tokens inside it; an empty range where truncation left none."""
    starts = np.array([start for start, _ in offsets[1 : length - 1]] or [0]) - begin
    spans = []
    for start, end in passage.sentences:
        first, last = np.searchsorted(starts, (start, end))
        spans.append((int(first) + 1, int(last) + 1))
    return spans

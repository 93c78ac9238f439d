"""Choose a set-up: sweep over settings, compare in pairs."""

from eval.choose.arena import arena, by_judge, by_scorer
from eval.choose.sweep import SHOWN, board_of, direction, grid, leaderboard, sweep

__all__ = [
    "SHOWN",
    "arena",
    "board_of",
    "by_judge",
    "by_scorer",
    "direction",
    "grid",
    "leaderboard",
    "sweep",
]

"""A table in a model's text: its head, and what each cell of a row claims."""

from __future__ import annotations

from collections.abc import Sequence

from rag.generate.markers import Marked
from rag.generate.spans import Claim


class Table:
    """The rows so far. The first row is the head; a line of dashes follows it."""

    def __init__(self) -> None:
        self._head: tuple[Marked, ...] | None = None

    def claims(self, cells: Sequence[Marked]) -> list[Claim] | None:
        """What the cells claim, those that cite something; None for the head and the line under it."""
        if self._head is None:
            self._head = tuple(cells)
            return None
        if all(not cell.text.strip(" -:—") for cell in cells):
            return None
        about = cells[0].text if not cells[0].cites else ""
        found = []
        for place, cell in enumerate(cells):
            if cell.cites:
                head = self._head[place].text if place < len(self._head) else ""
                said = ", ".join(part for part in (head, about) if part)
                found.append(Claim(f"{said}: {cell.text}" if said else cell.text, cell.cites))
        return found

    def shown(self, raw: Sequence[str], cells: Sequence[Marked]) -> str:
        """The row as it is shown, without the model's markers."""
        return "| " + " | ".join(c.text or r.strip() * _dashes(r) for r, c in zip(raw, cells, strict=True)) + " |"


def _dashes(cell: str) -> bool:
    return bool(cell) and not cell.strip(" -:")

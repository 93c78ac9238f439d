"""A comparison side by side: in the terminal, and as a table of Markdown."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from rag.schema import Cell, Table
from rag.text import visible

if TYPE_CHECKING:
    from rich.table import Table as RichTable


def drawn(table: Table) -> RichTable:
    """The table as rich draws it, turned where there are more aspects than papers: lines stay long enough to read."""
    from rich.table import Table as RichTable
    from rich.text import Text

    heads = [row.name for row in table.rows]
    lines = [(name, [row.cells[place] for row in table.rows]) for place, name in enumerate(table.columns)]
    if len(table.columns) <= len(table.rows):
        heads, lines = list(table.columns), [(row.name, list(row.cells)) for row in table.rows]
    found = RichTable(show_lines=True)
    for head in ("", *heads):
        found.add_column(Text(visible(head)), overflow="fold")
    for name, cells in lines:
        found.add_row(Text(visible(name), style="bold"), *(Text(_cell(cell)) for cell in cells))
    return found


def markdown_table(table: Table, escaped: Callable[[str], str]) -> list[str]:
    """The table as lines of Markdown, its markers as footnotes."""
    lines = ["| | " + " | ".join(map(escaped, table.columns)) + " |", "|---" * (len(table.columns) + 1) + "|"]
    for row in table.rows:
        cells = [escaped(cell.text) + "".join(f"[^{marker}]" for marker in cell.markers) for cell in row.cells]
        lines.append("| " + " | ".join([f"**{escaped(row.name)}**", *cells]) + " |")
    return [*lines, ""]


def _cell(cell: Cell) -> str:
    return visible(cell.text) + "".join(f" [{marker}]" for marker in cell.markers)

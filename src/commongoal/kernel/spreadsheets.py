"""What is written for spreadsheets to open: cells that they would run are tamed, and dates stay dates."""

import csv
import re
from collections.abc import Iterable, Sequence
from datetime import date

# The wide forms of the four signs are signs too where a spreadsheet speaks Japanese or Chinese.
RUNS_IN_SPREADSHEET = re.compile(r"^\s*[=+\-@\t\r＝＋－＠](?!\d*\.?\d*$)")

Cell = str | int | float | date | None


def tamed(cell: str) -> str:
    """The text with an apostrophe before it where a spreadsheet would take it for something to run."""
    return f"'{cell}" if RUNS_IN_SPREADSHEET.match(cell) else cell


def csv_text(rows: Iterable[Sequence[Cell]]) -> str:
    """Rows as CSV: dates in ISO form, texts tamed, nothing for what is not known."""
    text = _Text()
    csv.writer(text).writerows([_plain(cell) for cell in row] for row in rows)
    return "".join(text)


class _Text(list[str]):
    """What is written to it, in pieces."""

    def write(self, piece: str) -> None:
        """Takes one record."""
        self.append(piece)


def _plain(cell: Cell) -> str:
    if cell is None:
        return ""
    return tamed(cell) if isinstance(cell, str) else cell.isoformat() if isinstance(cell, date) else str(cell)

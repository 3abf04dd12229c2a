"""A table as data: what stands beneath every picture, and what a terminal prints in its place."""

import math
from dataclasses import dataclass

from commongoal.kernel.estimates import Estimate
from commongoal.kernel.words import NOT_KNOWN, Written, interval


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell: its text, a second line under it (an interval, a reason), marks such as "assumed", and where it leads.

    A page of the platform makes a link of the text; where there is no platform `link` is left out.
    """

    text: str
    under: str = ""
    marks: tuple[str, ...] = ()
    link: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """Headers and rows; the first column names the row, and `text_columns` are those that are not numbers.

    `note` is said under the caption; `footing` rows at the end (totals, unattributed) are set apart.
    """

    caption: str
    headers: tuple[Cell, ...]
    rows: tuple[tuple[Cell, ...], ...]
    text_columns: tuple[int, ...] = (0,)
    note: str = ""
    footing: int = 0

    def __post_init__(self) -> None:
        if any(len(row) != len(self.headers) for row in self.rows):
            raise ValueError(f"a row of '{self.caption}' does not have {len(self.headers)} cells")


def heads(*names: str | Cell) -> tuple[Cell, ...]:
    """Headers from plain names, or cells where a header has a second line or a mark."""
    return cells(*names)


def cells(*texts: str | Cell) -> tuple[Cell, ...]:
    """A row from plain texts and cells."""
    return tuple(text if isinstance(text, Cell) else Cell(text) for text in texts)


def estimate_cell(estimate: Estimate | None, written: Written, marks: tuple[str, ...] = (), why: str = "") -> Cell:
    """A figure with its interval, or the reason there is none, on the second line.

    Without an estimate the cell says `why`, or that it is not known; a point that is no number says its own reason.
    """
    if estimate is None:
        return Cell(why or NOT_KNOWN)
    if math.isnan(estimate.point) and estimate.why:
        return Cell(estimate.why)
    return Cell(written(estimate.point), interval(estimate, written), marks)

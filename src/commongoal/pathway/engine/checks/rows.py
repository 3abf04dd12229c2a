"""A table's rows, typed as far as they could be read, with what is wrong with which."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from commongoal.kernel.errors import Problem
from commongoal.pathway.engine.checks.raw import Raw, cell_text, problem
from commongoal.pathway.engine.ledger import Table
from commongoal.pathway.engine.shape import ranks

Places = NDArray[np.int64]
Mask = NDArray[np.bool_]


@dataclass(slots=True)
class Part:
    """The rows of one table that came from one file; `headings` maps a column's name to its place in the file."""

    raw: Raw
    headings: dict[str, int]
    first: int = 0


@dataclass(slots=True)
class Rows:
    """One table from all its files: typed canonical columns, null where a cell is empty or unreadable.

    `bad` are rows with a fault of their own, `unread` the faulty cells by column, `skipped` the bad rows that the story
    of a person can do without (a repeated entry, one before the first referral).
    """

    table: Table
    cells: pa.Table
    parts: list[Part]
    bad: Mask
    unread: dict[str, Mask]
    skipped: Mask
    problems: list[Problem] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.bad)

    def column(self, name: str) -> pa.ChunkedArray:
        """A typed column."""
        return self.cells.column(name)

    def days(self, name: str, missing: int) -> Places:
        """A date column as days since 1970, `missing` where empty or unreadable."""
        days: Places = self.cells.column(name).cast(pa.int32()).fill_null(missing).to_numpy().astype(np.int64)
        return days

    def filled(self, *names: str) -> Mask:
        """Rows in which all of these columns could be read and are not empty."""
        present = np.ones(len(self), dtype=bool)
        for name in names:
            present &= self.cells.column(name).is_valid().to_numpy()
        return present

    def readable(self, *names: str) -> Mask:
        """Rows in which none of these columns holds something unreadable."""
        fine = np.ones(len(self), dtype=bool)
        for name in names:
            fine &= ~self.unread[name]
        return fine

    def place(self, at: int) -> tuple[Part, int]:
        """The file that row `at` came from, and the row as its reader counts."""
        part = next(part for part in reversed(self.parts) if part.first <= at)
        return part, int(part.raw.rows[at - part.first])

    def text(self, at: int, column: str) -> str:
        """A cell as it stands in the file."""
        part, _ = self.place(at)
        index = part.headings.get(column)
        return "" if index is None else cell_text(part.raw.columns[index][at - part.first].as_py()).strip()

    def where(self, at: int) -> str:
        """Row `at` in words: ``row 5``, with the file if there are several."""
        part, row = self.place(at)
        return f"row {row}" if len(self.parts) == 1 else f"{part.raw.file} row {row}"

    def fault(self, at: int, column: str, expected: str, code: str) -> Problem:
        """A problem at row `at`, not yet counted."""
        part, row = self.place(at)
        return problem(part.raw.file, row, column, self.text(at, column), expected, code)

    def refuse(self, places: Iterable[int], column: str, expected: str | Callable[[int], str], code: str) -> None:
        """Refuse these rows for one reason."""
        for at in places:
            said = expected if isinstance(expected, str) else expected(int(at))
            self.problems.append(self.fault(int(at), column, said, code))
            self.bad[at] = True

    def people_ranks(self) -> Places:
        """Equal numbers for equal people, 0 where the person could not be read."""
        return ranks(self.column("person"))[0]


def chosen(mask: Mask) -> Sequence[int]:
    """The places where a mask is true."""
    places: list[int] = np.flatnonzero(mask).tolist()
    return places

"""What a file gave, before anything is believed; and problems that never repeat what identifies a person."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from commongoal.kernel.errors import Problem

INSURANCE_NUMBER = r"[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z] ?\d\d ?\d\d ?\d\d ?[A-D]"
EMAIL = r"[^\s@,;<>]+@[^\s@,;<>]+\.[^\s@,;<>]+"
IDENTITY = re.compile(rf"(?<![A-Za-z0-9]){INSURANCE_NUMBER}(?![A-Za-z0-9])|{EMAIL}", re.IGNORECASE)
HIDDEN = "(hidden)"
LONGEST_SHOWN = 120

BLOCKING = frozenset(
    {
        "no_input", "unreadable", "bad_encoding", "broken_csv", "missing_table", "empty_table", "missing_column",
        "duplicate_column", "too_large",
    }
)  # fmt: skip
"""Codes of faults of a whole file or column: there are no good rows to keep."""


@dataclass(frozen=True, slots=True)
class Raw:
    """One table as it was read: headings as found, and each column's cells as text or as typed values.

    `rows` is each record's row as the reader of the file counts (the header is row 1). `problems` were found while
    reading; one with a row makes that record bad. `spoiled` are records that have no columns to stand in.
    """

    file: str
    table: str
    headings: tuple[str, ...]
    columns: tuple[pa.Array, ...]
    rows: NDArray[np.int64]
    problems: tuple[Problem, ...] = ()
    spoiled: Mapping[int, tuple[str, ...]] = field(default_factory=dict)

    def record(self, row: int) -> tuple[str, ...]:
        """The cells of one row as text, identities hidden; empty where the file has no such record."""
        at = int(np.searchsorted(self.rows, row))
        if at >= len(self.rows) or self.rows[at] != row:
            return tuple(hidden(cell) for cell in self.spoiled.get(row, ()))
        return tuple(hidden(cell_text(column[at].as_py())) for column in self.columns)


def cell_text(value: object) -> str:
    """A typed cell as the text a person would have typed: ISO dates, yes and no, numbers without noise."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 2**53 else f"{value:.15g}"
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    return str(value)


def hidden(text: str) -> str:
    """The text, or ``(hidden)`` if a National Insurance number or e-mail address stands in it."""
    return HIDDEN if IDENTITY.search(text) else text


def shown(text: str) -> str:
    """A cell as a problem may show it: hidden if it identifies, shortened if long."""
    text = hidden(text)
    return text if len(text) <= LONGEST_SHOWN else f"{text[:LONGEST_SHOWN]}…"


def problem(file: str, row: int, column: str, value: str, expected: str, code: str) -> Problem:
    """A `Problem` whose value and column are fit to be shown."""
    return Problem(file, row, shown(column), shown(value), expected, code)


def listed(names: Sequence[str], most: int = 12) -> str:
    """Names joined by commas, the tail counted when there are many."""
    more = len(names) - most
    return ", ".join(names[:most]) + (f" and {more} more" if more > 0 else "")

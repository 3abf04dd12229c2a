"""Delimited text, row by row: bytes in, cells out, and what was wrong with the line."""

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from commongoal.kernel.errors import BadInput, Problem

LONGEST_SHOWN = 60
LONGEST_CELL = 131_072


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import did: rows read that are new, that changed something, that changed nothing; and what was wrong.

    With problems, the rows they belong to were left out and the others kept.
    """

    added: int = 0
    changed: int = 0
    unchanged: int = 0
    problems: tuple[Problem, ...] = ()
    remarks: tuple[Problem, ...] = field(default=())  # taken all the same, with something left out or put right

    @property
    def rows(self) -> int:
        """All the rows taken."""
        return self.added + self.changed + self.unchanged


@dataclass(frozen=True, slots=True)
class Line:
    """One record of a file: its number as a reader counts (the header is row 1) and its cells without outer blanks."""

    row: int
    cells: tuple[str, ...]


def lines_of(lines: Iterable[bytes]) -> Iterator[Line]:
    """The records of a file in CSV, which is UTF-8; bytes that are not are marked with U+FFFD, never dropped.

    Raises `BadInput` where records cannot be told apart.
    """
    reader = csv.reader(_text(lines))
    try:
        for row, cells in enumerate(reader, start=1):
            if max(map(len, cells), default=0) > LONGEST_CELL:  # the reader's own bound is anybody's to move
                raise csv.Error(f"a cell is longer than {LONGEST_CELL:,} characters")
            if cells:
                yield Line(row, tuple(cell.strip() for cell in cells))
    except csv.Error as fault:
        expected = f"records that can be told apart: {fault}"
        raise BadInput([Problem("the file", reader.line_num, "", "", expected, "records")]) from None


def line_problem(line: Line, width: int, file: str) -> Problem | None:
    """What is wrong with the line as a whole: its number of cells, or bytes that are not text."""
    if len(line.cells) != width:
        return Problem(file, line.row, "", f"{len(line.cells)} cells", f"{width} cells, as in the header", "cells")
    for cell in line.cells:
        if "\ufffd" in cell:
            return Problem(file, line.row, "", shown(cell), "text in UTF-8", "encoding")
    return None


def shown(value: str) -> str:
    """A cell as a problem shows it."""
    return value if len(value) <= LONGEST_SHOWN else value[: LONGEST_SHOWN - 1] + "…"


def _text(lines: Iterable[bytes]) -> Iterator[str]:
    for number, line in enumerate(lines):
        yield line.decode("utf-8-sig" if number == 0 else "utf-8", errors="replace").replace("\0", "\ufffd")

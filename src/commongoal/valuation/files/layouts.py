"""Layouts of unit cost tables, as data, and finding one in a sheet by its headings."""

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Literal

from commongoal.kernel.errors import BadInput, Problem
from commongoal.pathway.engine.programme import Part
from commongoal.valuation.engine.parameters import Kind
from commongoal.valuation.files.grids import Grid

HEADINGS_WITHIN = 30
"""The row of headings is looked for in this many rows: published workbooks begin with a title and notes."""


class ValueColumns(Part):
    """Which column holds the value of a kind, and which its price year; no kind where a column says it."""

    kind: Kind | Literal[""]
    amount: str
    year: str


class Layout(Part):
    """One way to lay out unit values."""

    name: str
    source: str
    limits: Literal["refuse", "note", "off"]
    sheets: tuple[str, ...]
    values: tuple[ValueColumns, ...]
    required: tuple[str, ...]
    transfer_agencies: tuple[str, ...]
    known_transfers: tuple[str, ...] = ()
    columns: dict[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Record:
    """One row by our names of columns. `number` is the row as the reader of the file counts."""

    label: str
    number: int
    cells: Mapping[str, str]
    headings: Mapping[str, str]

    def get(self, column: str) -> str:
        """The text of a cell, empty where the file has no such column."""
        return self.cells.get(column, "")

    def fault(self, column: str, expected: str, code: str) -> Problem:
        """A problem with one cell, under the heading that the file gives it."""
        shown = self.get(column)
        shown = shown if len(shown) <= 120 else f"{shown[:120]}…"
        return Problem(self.label, self.number, self.headings.get(column, column), shown, expected, code)


@dataclass(frozen=True, slots=True)
class Missing:
    """Required columns that a sheet has no headings for."""

    columns: tuple[str, ...]


@cache
def layouts() -> Mapping[str, Layout]:
    """Every layout, by id, in the order in which they are tried."""
    text = (files("commongoal.valuation") / "data" / "unit_cost_layouts.toml").read_text(encoding="utf-8")
    return {name: Layout.model_validate(table) for name, table in tomllib.loads(text).items()}


def plain(heading: str) -> str:
    """A heading without regard to case, spaces, underscores, full stops and pound signs."""
    return " ".join(re.sub(r"[_\W]+", " ", heading.casefold()).split())


def records(grid: Grid, layout: Layout) -> tuple[Record, ...] | Missing:
    """The rows under the headings of a layout; where it has no such headings, the required columns that are missing."""
    best = layout.required
    for at, (_, cells) in enumerate(grid.rows[:HEADINGS_WITHIN]):
        places = _places(cells, layout)
        missing = tuple(name for name in layout.required if name not in places)
        if not missing:
            headings = {name: cells[place] for name, place in places.items()}
            return tuple(
                Record(grid.label, number, _picked(row, places), headings) for number, row in grid.rows[at + 1 :]
            )
        best = missing if len(missing) < len(best) else best
    return Missing(best)


def _places(cells: Sequence[str], layout: Layout) -> dict[str, int]:
    known = [plain(cell) for cell in cells]
    found = {}
    for name, aliases in layout.columns.items():
        places = [known.index(alias) for alias in map(plain, aliases) if alias in known]
        if places:
            found[name] = places[0]
    return found


def _picked(row: Sequence[str], places: Mapping[str, int]) -> dict[str, str]:
    return {name: row[place] if place < len(row) else "" for name, place in places.items()}


def found_in(grids: Sequence[Grid], tried: Mapping[str, Layout]) -> tuple[Layout, tuple[Record, ...], list[Problem]]:
    """The first layout that any sheet has, its rows, and a problem for each of its sheets that lacks the headings.

    Raises `BadInput` where no sheet has any of the layouts.
    """
    for layout in tried.values():
        read = [(grid, records(grid, layout)) for grid in grids]
        rows = [found for _, found in read if not isinstance(found, Missing)]
        if rows:
            lacking = [grid for grid, found in read if isinstance(found, Missing) and grid.sheet in layout.sheets]
            return layout, tuple(row for found in rows for row in found), [_lacking(grid, layout) for grid in lacking]
    raise BadInput([_lacking(grid, _nearest(grid, tried)) for grid in grids if grid.rows])


def _nearest(grid: Grid, tried: Mapping[str, Layout]) -> Layout:
    return min(tried.values(), key=lambda layout: len(_missing(grid, layout)) / len(layout.required))


def _missing(grid: Grid, layout: Layout) -> tuple[str, ...]:
    found = records(grid, layout)
    return found.columns if isinstance(found, Missing) else ()


def _lacking(grid: Grid, layout: Layout) -> Problem:
    said = ", ".join(repr(" or ".join(layout.columns[name])) for name in _missing(grid, layout))
    return Problem(grid.label, 0, "", "", f"the headings of {layout.name}: there is no {said}", "missing_column")

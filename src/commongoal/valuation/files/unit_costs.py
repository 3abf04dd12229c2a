"""Importing published unit cost tables: the good rows as unit values, the others with what is wrong and would be right.

The layouts are data (`unit_cost_layouts.toml`). A copy of the GMCA database v1.4 that lost its formulas is recognised
by what is known of it (`unit_cost_faults.csv`) and by how far a value stands above its unit's others
(`unit_limits.csv`).
"""

import csv
import io
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import chain, islice
from pathlib import Path

from commongoal.kernel.errors import BadInput, Problem
from commongoal.valuation.engine.parameters import AgencyShare, UnitValue, shares_from
from commongoal.valuation.files.constituents import broken_sums, codeless, families, parent, split
from commongoal.valuation.files.grids import read_grids
from commongoal.valuation.files.layouts import Layout, Record, ValueColumns, found_in, layouts
from commongoal.valuation.files.value_cells import CODE, number, shifted, value_faults, word_faults

GMCA = ("gmca_v1_4_flat", "gmca_v1_4", "gmca_v3")
ABOVE_HIGHEST = 1.5
"""A value more than this many times the highest of its unit is taken for a fault: the highest itself must pass."""
SOCIETY = "Society"
"""Whom economic and social values fall to: no agency's budget."""


@dataclass(frozen=True, slots=True)
class Imported:
    """What a file gave: good values, a problem for every fault of a row left out, and notes on rows that were kept."""

    layout: str
    rows: int
    values: tuple[UnitValue, ...]
    problems: tuple[Problem, ...]
    notes: tuple[Problem, ...]

    @property
    def refused(self) -> int:
        """How many rows were left out."""
        return len({(problem.file, problem.row) for problem in self.problems if problem.row})


def import_unit_costs(path: Path, layout: str = "") -> Imported:
    """The unit values of a GMCA table in a CSV file or workbook. `layout` is one of `GMCA`; else it is recognised.

    Raises `BadInput` where the file cannot be read or has no layout that is known.
    """
    if layout and layout not in GMCA:
        raise BadInput([Problem(path.name, 0, "", layout, f"a layout: {', '.join(GMCA)}", "unknown_layout")])
    tried = {name: layouts()[name] for name in ((layout,) if layout else GMCA)}
    known, rows, problems = found_in(read_grids(Path(path)), tried)
    return imported(known, rows, problems)


def imported(layout: Layout, read: Sequence[Record], problems: Sequence[Problem] = ()) -> Imported:
    """Unit values from rows in a layout; a row with any fault gives none."""
    rows = [row for row in read if not _is_heading(row, layout)]
    faults = {id(row): [*_faults(row, layout)] for row in rows}
    for row, fault in (*codeless(rows), *repeated(rows)):
        faults[id(row)].append(fault)
    good = [row for row in rows if not faults[id(row)]]
    notes = [note for row in rows if layout.limits == "note" for note in _limit(row, layout)] + broken_sums(rows, good)
    bad = [*problems, *(fault for row in rows for fault in faults[id(row)])]
    families_of, flagged = families(good), _flagged(good, layout)
    values = [value for row in good for value in _values(row, layout, families_of, flagged)]
    return Imported(layout.name, len(rows), tuple(values), tuple(bad), tuple(notes))


def _flagged(rows: Sequence[Record], layout: Layout) -> frozenset[str]:
    """Codes of which a part is a transfer: by the file's own flag, or as v1.4 flags them."""
    return frozenset([*layout.known_transfers, *(row.get("code") for row in rows if row.get("transfer"))])


def _is_heading(row: Record, layout: Layout) -> bool:
    """A row that is a heading between rows or a note under them: no value, and no code or nothing beside it."""
    alone = sum(bool(text) for text in row.cells.values()) == 1 and not CODE.fullmatch(row.get("code"))
    return not any(row.get(columns.amount) for columns in layout.values) and (alone or not row.get("code"))


def _faults(row: Record, layout: Layout) -> Iterator[Problem]:
    if row.get("code") and not CODE.fullmatch(row.get("code")):
        yield row.fault("code", "a code such as CR8.0 or E&E1.0.2", "bad_code")
    yield from word_faults(row, ("detail", "unit"))
    given = [columns for columns in layout.values if row.get(columns.amount)]
    if not given:
        first, said = layout.values[0], "an amount in pounds: none is given, or a formula was never calculated"
        yield row.fault(first.amount, f"{said}{shifted(row, first.amount, first.year)}", "no_value")
    for columns in given:
        yield from value_faults(row, columns.amount, columns.year)
        if columns.kind == "fiscal":
            yield from word_faults(row, ("agency",))
    if layout.limits == "refuse":
        yield from islice(chain(_formula_digits(row), _suspect(row), _limit(row, layout)), 1)


@cache
def _table(name: str) -> tuple[Mapping[str, str], ...]:
    text = (files("commongoal.valuation") / "data" / name).read_text(encoding="utf-8")
    return tuple(csv.DictReader(io.StringIO(text)))


def _formula_digits(row: Record) -> Iterator[Problem]:
    """Cells of v1.4 that are known to hold the digits of a formula run together, and what the formula gives."""
    column = "amount" if row.get("amount") else "fiscal"
    amount = number(row.get(column))
    for fault in _table("unit_cost_faults.csv"):
        if fault["code"] == row.get("code") and amount is not None and abs(amount - float(fault["found"])) < 0.005:
            said = f"£{float(fault['right']):,.2f}: the cell held {fault['formula']}, of which only the digits are left"
            yield row.fault(column, said, "formula_digits")


def _suspect(row: Record) -> Iterator[Problem]:
    column = "amount" if row.get("amount") else "fiscal"
    if said := row.get("suspect"):
        yield row.fault(column, f"a value that its own file does not call suspect: {said[:160]}", "marked_suspect")


@cache
def _highest() -> Mapping[str, float]:
    return {limit["unit"]: float(limit["highest"]) for limit in _table("unit_limits.csv")}


def _limit(row: Record, layout: Layout) -> Iterator[Problem]:
    """Values far above every other of their unit in v1.4."""
    top = _highest().get(row.get("unit"), math.inf)
    for columns in layout.values:
        amount = number(row.get(columns.amount))
        if amount is not None and amount > ABOVE_HIGHEST * top:
            said = f"no more than £{ABOVE_HIGHEST * top:,.0f} {row.get('unit').lower()}, the highest in v1.4 being "
            yield row.fault(columns.amount, f"{said}£{top:,.0f}; a formula's digits may stand here", "far_too_high")


def repeated(rows: Iterable[Record], also: str = "") -> Iterator[tuple[Record, Problem]]:
    """Rows whose code another row before has; with `also`, whose code and that column."""
    seen: dict[tuple[str, str], Record] = {}
    for row in rows:
        key = (row.get("code"), row.get(also))
        if key[0] and (first := seen.setdefault(key, row)) is not row:
            said = f"a code that stands once: it is also in row {first.number} of {first.label}"
            yield row, row.fault("code", said, "repeated_code")


def _values(
    row: Record, layout: Layout, children: Mapping[str, list[Record]], flagged: frozenset[str]
) -> Iterator[UnitValue]:
    for columns in layout.values:
        if row.get(columns.amount) and columns.kind:
            shares, how = shares_from(((SOCIETY, 1.0),)), "society"
            if columns.kind == "fiscal":
                moved = layout.transfer_agencies if flagged & {row.get("code"), parent(row)} else ()
                shares, how = _shares(row, split(row, children.get(row.get("code"), ()), columns.amount), moved)
            yield _value(row, columns, layout, shares, how)


def _value(row: Record, columns: ValueColumns, layout: Layout, shares: tuple[AgencyShare, ...], how: str) -> UnitValue:
    amount = number(row.get(columns.amount)) or 0.0
    notes = [] if "transfer" in layout.columns else ["what is a transfer is taken from v1.4: this layout does not say"]
    if row.get("double_count"):
        notes.append("flagged at source: may count the same saving twice beside other values")
    return UnitValue(
        code=row.get("code"),
        detail=row.get("detail"),
        unit=row.get("unit"),
        kind=columns.kind or "fiscal",
        value=amount,
        low=amount,
        high=amount,
        price_year=row.get(columns.year),
        shares=shares,
        source=": ".join(part for part in (layout.source, row.get("source")) if part),
        domain=row.get("domain") or row.label.partition(" [")[2].removesuffix("]"),
        range="none published",
        split=how,
        rag=row.get("rag"),
        note="; ".join(notes),
    )


def _shares(row: Record, parts: Mapping[str, float], moved: Sequence[str]) -> tuple[tuple[AgencyShare, ...], str]:
    if parts:
        return shares_from(tuple(parts.items()), moved), "constituents"
    return shares_from(((row.get("agency"), 1.0),), moved), "lead agency"

"""Importing a value bank that its user holds a licence for, such as a social value bank: never shipped, always marked.

The file is CSV or a workbook with columns code, detail and value, and as far as there are any unit, kind, low, high,
price_year, agency, source. Headings that differ, and what holds for every row, stand in a mapping file:

    name = "Our social value bank, 2025"
    sheet = "Values"                        # without it, every sheet that has the columns
    [columns]
    code = "Outcome ref"
    value = "Value (£)"
    [defaults]
    kind = "social"                         # fiscal, economic or social
    unit = "Per person per year"
    price_year = "2024/25"
    agency = "Society"
"""

from collections.abc import Iterator, Sequence
from pathlib import Path

from pydantic import Field

from commongoal.kernel.errors import Problem
from commongoal.pathway.engine.programme import Part, read_part
from commongoal.valuation.engine.parameters import OWN_LICENCE, Kind, UnitValue, shares_from
from commongoal.valuation.files.grids import read_grids
from commongoal.valuation.files.layouts import Layout, Record, found_in, layouts
from commongoal.valuation.files.reading import parsed_toml
from commongoal.valuation.files.unit_costs import SOCIETY, Imported, repeated
from commongoal.valuation.files.value_cells import number, value_faults, word_faults
from commongoal.valuation.files.value_tables import KIND


class Columns(Part):
    """The file's own headings, where they differ."""

    code: str = ""
    detail: str = ""
    unit: str = ""
    kind: str = ""
    value: str = ""
    low: str = ""
    high: str = ""
    price_year: str = ""
    agency: str = ""
    source: str = ""


class Defaults(Part):
    """What holds for every row that does not say otherwise."""

    kind: Kind = "social"
    unit: str = ""
    price_year: str = ""
    agency: str = SOCIETY


class Bank(Part):
    """A mapping file: what the bank is called, where its columns are, what holds for every row."""

    name: str = Field("a value bank of the user's own", min_length=1)
    sheet: str = ""
    columns: Columns = Columns()
    defaults: Defaults = Defaults()


def read_bank(path: Path | None) -> Bank:
    """The mapping in a TOML file, or the plain one. Raises `BadInput` with every fault at once."""
    return read_part(Bank, parsed_toml(path), path.name) if path else Bank()


def import_bank(path: Path, mapping: Path | None = None) -> Imported:
    """The values of a user's own bank, each marked "user's own licence" and unverified.

    Raises `BadInput` where a file cannot be read or has not the columns.
    """
    bank, plain = read_bank(mapping), layouts()["own"]
    grids = [grid for grid in read_grids(Path(path)) if bank.sheet in ("", grid.sheet)]
    if not grids:
        said = f"a sheet of the name that the mapping gives: {bank.sheet!r}"
        return Imported(plain.name, 0, (), (Problem(Path(path).name, 0, "", "", said, "no_sheet"),), ())
    layout, rows, problems = found_in(grids, {"own": _mapped(plain, bank.columns)})
    return _imported(layout, [_filled(row, bank.defaults) for row in rows], problems, bank)


def _mapped(layout: Layout, columns: Columns) -> Layout:
    given = {"amount" if name == "value" else name: heading for name, heading in columns.model_dump().items()}
    own = {name: (heading,) for name, heading in given.items() if heading}
    return layout.model_copy(update={"columns": {**layout.columns, **own}})


def _filled(row: Record, defaults: Defaults) -> Record:
    """The row with what holds for every row where its own cell is empty."""
    given = {name: text for name, text in row.cells.items() if text}
    return Record(row.label, row.number, {**defaults.model_dump(), **given}, row.headings)


def _imported(layout: Layout, rows: Sequence[Record], problems: Sequence[Problem], bank: Bank) -> Imported:
    rows = [row for row in rows if row.get("code") or row.get("amount")]
    faults = {id(row): [*_faults(row)] for row in rows}
    for row, fault in repeated(rows, "kind"):
        faults[id(row)].append(fault)
    values = tuple(_value(row, bank) for row in rows if not faults[id(row)])
    return Imported(layout.name, len(rows), values, (*problems, *(f for row in rows for f in faults[id(row)])), ())


def _faults(row: Record) -> Iterator[Problem]:
    if not row.get("code"):
        yield row.fault("code", "a code or reference that names this value", "no_code")
    yield from word_faults(row, ("detail", "unit", "agency"))
    yield from value_faults(row, "amount", "price_year")
    if row.get("kind").lower() not in KIND:
        yield row.fault("kind", f"one of {', '.join(KIND)}", "unknown")
    low, value, high = _range(row)
    for name, end in (("low", low), ("high", high)):
        if end is None:
            yield row.fault(name, "an amount in pounds, or nothing where no range is published", "not_a_number")
    if low is not None and value is not None and high is not None and not low <= value <= high:
        yield row.fault("amount", f"an amount from low {low:g} to high {high:g}", "out_of_range")


def _range(row: Record) -> tuple[float | None, float | None, float | None]:
    value = number(row.get("amount"))
    low, high = (number(row.get(name)) if row.get(name) else value or 0.0 for name in ("low", "high"))
    return low, value, high


def _value(row: Record, bank: Bank) -> UnitValue:
    low, value, high = (end or 0.0 for end in _range(row))
    return UnitValue(
        code=row.get("code"),
        detail=row.get("detail"),
        unit=row.get("unit"),
        kind=KIND[row.get("kind").lower()],
        value=value,
        low=low,
        high=high,
        price_year=row.get("price_year"),
        shares=shares_from(((row.get("agency"), 1.0),)),
        source=": ".join(part for part in (bank.name, row.get("source")) if part),
        range="" if row.get("low") or row.get("high") else "none published",
        split="lead agency",
        licence=OWN_LICENCE,
    )

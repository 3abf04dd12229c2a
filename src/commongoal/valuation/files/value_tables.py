"""Unit values as a CSV file of our own: the one that is shipped, and those that an import wrote."""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction
from pathlib import Path

from commongoal.kernel.errors import BadInput, Problem, Refused
from commongoal.valuation.engine.parameters import KINDS, AgencyShare, Kind, UnitValue
from commongoal.valuation.files.grids import read_grids
from commongoal.valuation.files.value_cells import number, year

TEXTS = ("code", "domain", "detail", "unit", "range", "price_year", "split", "rag", "note", "source", "licence")
COLUMNS = (
    *("code", "domain", "detail", "unit", "kind", "value", "low", "high", "range", "price_year", "agency_shares"),
    *("split", "transfer", "rag", "note", "source", "verified", "licence"),
)
KIND: Mapping[str, Kind] = {kind: kind for kind in KINDS}


def read_values(path: Path) -> tuple[UnitValue, ...]:
    """The unit values of a file that has `COLUMNS`. Raises `BadInput` with every fault at once."""
    grid = read_grids(path)[0]
    headings = grid.rows[0][1]
    if missing := [name for name in COLUMNS if name not in headings]:
        raise BadInput([Problem(path.name, 1, name, "", "a column of this name", "missing_column") for name in missing])
    rows = [(row, dict(zip(headings, cells, strict=False))) for row, cells in grid.rows[1:]]
    return parsed(rows, path.name)


def parsed(rows: Iterable[tuple[int, Mapping[str, str]]], file: str) -> tuple[UnitValue, ...]:
    """Unit values from rows by column name, each with its row number. Raises `BadInput` with every fault at once."""
    values: list[UnitValue] = []
    problems: list[Problem] = []
    seen: set[tuple[str, str]] = set()
    for row, cells in rows:
        faults = [Problem(file, row, *fault) for fault in _faults(cells)]
        key = (cells["code"], cells["kind"])
        if key in seen:
            faults.append(Problem(file, row, "code", key[0], "a code that stands once for each kind", "repeated_code"))
        seen.add(key)
        try:
            values += [] if faults else [_value(cells)]
        except Refused as refused:
            faults = [Problem(file, row, "agency_shares", cells["agency_shares"], str(refused), "refused")]
        problems += faults
    if problems:
        raise BadInput(problems)
    return tuple(values)


def _faults(cells: Mapping[str, str]) -> Iterator[tuple[str, str, str, str]]:
    for name in ("code", "detail", "unit", "source"):
        if not cells[name]:
            yield name, "", f"the {name} of this value", "empty"
    if cells["kind"] not in KIND:
        yield "kind", cells["kind"], f"one of {', '.join(KINDS)}", "unknown"
    ends = [number(cells[name]) for name in ("low", "value", "high")]
    for name, end in zip(("low", "value", "high"), ends, strict=True):
        if end is None:
            yield name, cells[name], "an amount in pounds, such as 1234.50", "not_a_number"
    known = [end for end in ends if end is not None]
    if known != sorted(known):
        yield "value", cells["value"], f"an amount from low {cells['low']} to high {cells['high']}", "out_of_range"
    if year(cells["price_year"]) is None:
        yield "price_year", cells["price_year"], "a price year, such as 2012/13 or 2012", "not_a_year"
    if cells["verified"] not in ("yes", "no"):
        yield "verified", cells["verified"], "yes or no", "unknown"
    yield from _share_faults(cells)


def _share_faults(cells: Mapping[str, str]) -> Iterator[tuple[str, str, str, str]]:
    shares = _amounts(cells["agency_shares"])
    if any(share is None or share < 0 for _, share in shares):
        said = "agencies with their shares, such as 'DWP 9234/9800; NHS 566/9800', or one agency"
        yield "agency_shares", cells["agency_shares"], said, "not_shares"
    if strangers := set(_names(cells["transfer"])) - {agency for agency, _ in shares}:
        yield "transfer", cells["transfer"], f"agencies that have a share; not {', '.join(strangers)}", "unknown"


def _names(text: str) -> list[str]:
    return [name.strip() for name in text.split(";") if name.strip()]


def _amounts(text: str) -> list[tuple[str, Fraction | None]]:
    """``DWP 9234/9800; NHS 566/9800`` as names and exact shares; a single name has the whole."""
    names = _names(text)
    if len(names) == 1 and "/" not in names[0].rpartition(" ")[2]:
        return [(names[0], Fraction(1))]
    return [(name.rpartition(" ")[0], _fraction(name.rpartition(" ")[2])) for name in names] or [("", None)]


def _fraction(text: str) -> Fraction | None:
    over, _, under = text.partition("/")
    parts = [number(part) for part in (over, under or "1")]
    if None in parts or parts[1] == 0 or "e" in text.lower():
        return None
    return Fraction(over.replace(",", "")) / Fraction((under or "1").replace(",", ""))


def _value(cells: Mapping[str, str]) -> UnitValue:
    moved = set(_names(cells["transfer"]))
    shares = tuple(
        AgencyShare(name, float(part or 0), name in moved) for name, part in _amounts(cells["agency_shares"])
    )
    value, low, high = (number(cells[name]) or 0.0 for name in ("value", "low", "high"))
    texts = {name: cells[name] for name in TEXTS}
    return UnitValue(
        **texts,
        kind=KIND[cells["kind"]],
        value=value,
        low=low,
        high=high,
        shares=shares,
        verified=cells["verified"] == "yes",
    )


def written(values: Iterable[UnitValue]) -> str:
    """Unit values as the text of a CSV file that `read_values` reads back."""
    text = io.StringIO()
    writer = csv.DictWriter(text, COLUMNS, lineterminator="\n")
    writer.writeheader()
    for value in values:
        texts = {name: getattr(value, name) for name in TEXTS}
        figures = {name: f"{getattr(value, name):.15g}" for name in ("value", "low", "high")}
        shares = [f"{_name(s.agency)} {s.share:.15f}/1" for s in value.shares]
        writer.writerow(
            {
                **{key: _harmless(item) for key, item in texts.items()},
                **figures,
                "kind": value.kind,
                "verified": "yes" if value.verified else "no",
                "agency_shares": "; ".join(shares) if len(shares) > 1 else _name(value.shares[0].agency),
                "transfer": "; ".join(_name(s.agency) for s in value.shares if s.transfer),
            }
        )
    return text.getvalue()


def _name(agency: str) -> str:
    return _harmless(agency).replace(";", ",")


def _harmless(text: str) -> str:
    """Text that a spreadsheet does not take for a formula."""
    return text if text[:1] not in ("=", "+", "-", "@") else f"'{text}"

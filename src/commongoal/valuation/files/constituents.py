"""Codes with constituents: CR8.0.1 to CR8.0.6 make CR8.0. Missing ones are found by their numbers and by the sum."""

import re
from collections.abc import Iterator, Mapping, Sequence

from commongoal.kernel.errors import Problem
from commongoal.valuation.files.layouts import Record
from commongoal.valuation.files.value_cells import number, year

ADD_UP_WITHIN = 0.01
"""Constituents make a value when they add up to it within this share: published ones are rounded."""
FALLS_SHORT = 0.95

_CHILD = re.compile(r"(.+\d\.\d+)\.(\d{1,3})")


def codeless(rows: Sequence[Record]) -> Iterator[tuple[Record, Problem]]:
    """Rows that have a value and no code, with the code that their neighbours suggest."""
    for at, row in enumerate(rows):
        if not row.get("code"):
            before = rows[at - 1].get("code") if at else ""
            after = rows[at + 1].get("code") if at + 1 < len(rows) else ""
            stands = f" between {before} and {after}" if before and after else ""
            guess = _between(before, after)
            said = f"a code: the row stands{stands or ' alone'}{', so it is ' + guess if guess else ''}"
            yield row, row.fault("code", f"{said}; keyed on code its value would be lost", "no_code")


def _between(before: str, after: str) -> str:
    """The one code that is missing between two: CR8.0.1 between CR8.0 and CR8.0.2."""
    found = _CHILD.fullmatch(after)
    if not found:
        return ""
    missing = f"{found[1]}.{int(found[2]) - 1}"
    fits = before == f"{found[1]}.{int(found[2]) - 2}" or (found[2] == "2" and before == found[1])
    return missing if fits else ""


def families(rows: Sequence[Record]) -> Mapping[str, list[Record]]:
    """The constituents among some rows, by the code that they make up."""
    found: dict[str, list[Record]] = {}
    for row in rows:
        found.setdefault(parent(row), []).append(row)
    found.pop("", None)
    return found


def split(row: Record, children: Sequence[Record], column: str) -> Mapping[str, float]:
    """Amounts by agency from the constituents of a row, where they add up to it in its price year; else nothing."""
    if any(_year(child) != _year(row) for child in children):
        return {}
    whole, amounts = number(row.get(column)) or 0.0, dict[str, float]()
    for child in children:
        amounts[child.get("agency")] = amounts.get(child.get("agency"), 0.0) + (number(child.get(column)) or 0.0)
    total = sum(amounts.values())
    return amounts if len(amounts) > 1 and total > 0 and abs(total - whole) <= ADD_UP_WITHIN * whole else {}


def broken_sums(rows: Sequence[Record], good: Sequence[Record]) -> list[Problem]:
    """Notes on good rows whose constituents have a gap in their numbers and fall short of the sum."""
    codes, found = {row.get("code") for row in rows}, families(good)
    return [note for row in good if row.get("code") in found for note in _broken(row, found[row.get("code")], codes)]


def _broken(row: Record, children: Sequence[Record], codes: set[str]) -> Iterator[Problem]:
    code, column = row.get("code"), "amount" if row.get("amount") else "fiscal"
    last = max(int(child.get("code").rpartition(".")[2]) for child in children)
    missing = [name for n in range(1, last) if (name := f"{code}.{n}") not in codes]
    total = sum(number(child.get(column)) or 0.0 for child in children)
    whole = number(row.get(column)) or 0.0
    if missing and total < FALLS_SHORT * whole:
        said = f"a row for {', '.join(missing[:5])}: the other constituents add up to £{total:,.2f} of £{whole:,.2f}"
        yield row.fault("code", said, "missing_constituent")


def parent(row: Record) -> str:
    """The code that a row is a constituent of, or nothing."""
    found = _CHILD.fullmatch(row.get("code"))
    return found[1] if found else ""


def _year(row: Record) -> object:
    return year(row.get("price_year") or row.get("fiscal_year"))

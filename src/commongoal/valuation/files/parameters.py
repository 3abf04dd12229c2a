"""The parameters that are shipped, opened once: `book()` and what it holds.

A name that is not there is refused with the names that are.
"""

import csv
import io
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, TypeVar

from commongoal.kernel.errors import Refused
from commongoal.pathway.engine.programme import Part
from commongoal.valuation.engine import parameters as engine
from commongoal.valuation.engine.job import Schedule
from commongoal.valuation.engine.parameters import BiasTable, Deflator, Index, Kind, Marked, UnitValue, Wellby
from commongoal.valuation.engine.terms import Figure
from commongoal.valuation.files.value_tables import parsed, read_values

Found = TypeVar("Found")


class NoSuchSchedule(Refused):
    """The discount schedule that the programme file names is not one we have."""


class NoSuchDeflator(Refused):
    """There is no deflator of this vintage."""


class NoSuchValue(Refused):
    """There is no unit value of this code and kind."""


class NoSuchTable(Refused):
    """There is no table of corrections for optimism of this name."""


class NoSuchQaly(Refused):
    """There is no value of a year of health by this name; its price year is contested, so one must be chosen."""


class Qaly(Figure):
    """What a year of full health is worth, by one reading of its price year."""

    id: str
    price_year: str
    range: str = ""


@dataclass(frozen=True, slots=True)
class Book:
    """Every parameter by name. `own` are values of the user's own, which come before shipped ones of the same code."""

    own: tuple[UnitValue, ...] = ()

    def deflator(self, vintage: str) -> Deflator:
        """A price index, such as obr_2025_11. Raises `NoSuchDeflator`."""
        return _named(_deflators(), vintage, NoSuchDeflator)

    def deflators(self) -> tuple[str, ...]:
        """The vintages there are."""
        return tuple(_deflators())

    def schedule(self, name: str) -> Schedule:
        """A discount schedule. Raises `NoSuchSchedule`."""
        return _named(_schedules(), name, NoSuchSchedule)

    def unit_values(self) -> tuple[UnitValue, ...]:
        """Every unit value, the user's own first."""
        taken = {(value.code, value.kind) for value in self.own}
        return (*self.own, *(value for value in _shipped() if (value.code, value.kind) not in taken))

    def kinds_of(self, code: str) -> tuple[UnitValue, ...]:
        """The values of one code: fiscal, economic, social, as far as there are any. Raises `NoSuchValue`."""
        found = tuple(value for value in self.unit_values() if value.code == code)
        if not found:
            near = sorted({value.code for value in self.unit_values() if value.code[:3] == code[:3]})
            hint = f"; nearby are {', '.join(near[:12])}" if near else ""
            raise NoSuchValue(f"Found {code!r}{hint}; 'commongoal values list' shows all.")
        return found

    def unit_value(self, code: str, kind: Kind = "fiscal") -> UnitValue:
        """The value of one code and kind. Raises `NoSuchValue`, saying which kinds there are."""
        found = {value.kind: value for value in self.kinds_of(code)}
        if kind not in found:
            raise NoSuchValue(f"{code} has no {kind} value; it has {', '.join(found)}.")
        return found[kind]

    def bias_table(self, name: str) -> BiasTable:
        """A table of corrections for optimism. Raises `NoSuchTable`."""
        return _named(_bias_tables(), name, NoSuchTable)

    def wellby(self, year: str) -> Marked:
        """Pounds for one WELLBY in a year's prices and incomes, by the deflator that its data name."""
        worth = self.wellby_terms()
        return engine.wellby(year, worth, self.deflator(worth.deflator))

    def wellby_terms(self) -> Wellby:
        """The published WELLBY with what is needed to bring it to other years."""
        return Wellby.model_validate(_toml("wellbeing.toml")["wellby"])

    def employment_effect(self) -> Marked:
        """Points of life satisfaction from unemployment to a job."""
        table = _toml("wellbeing.toml")["employment_effect"]
        mark = "" if table["verified"] else "unverified"
        return Marked(table["value"], table["low"], table["high"], table["source"], mark, table["unit"])

    def qaly(self, reading: str) -> Qaly:
        """What a year of full health is worth, by a named reading. Raises `NoSuchQaly`."""
        return _named({q["id"]: Qaly.model_validate(q) for q in _toml("wellbeing.toml")["qaly"]}, reading, NoSuchQaly)

    def distributional_weight(self, median_taxpayers: float, median_participants: float) -> Marked:
        """What a pound to a participant counts for beside a pound to a taxpayer."""
        eta = {key: item for key, item in _toml("distributional.toml")["eta"].items() if key in Figure.model_fields}
        return engine.distributional_weight(median_taxpayers, median_participants, Figure.model_validate(eta))


@cache
def book() -> Book:
    """The parameters as shipped."""
    return Book()


def book_with(path: Path | None) -> Book:
    """The parameters with a file of the user's own values, as `commongoal values import` writes it."""
    return Book(read_values(path)) if path else book()


def _named(found: Mapping[str, Found], name: str, refusal: type[Refused]) -> Found:
    if name not in found:
        raise refusal(f"Found {name!r}; there are {', '.join(sorted(found))}.")
    return found[name]


def _text(name: str) -> str:
    return (files("commongoal.valuation") / "data" / name).read_text(encoding="utf-8")


@cache
def _toml(name: str) -> Mapping[str, Any]:
    return tomllib.loads(_text(name))


def _models(name: str, kind: type[Part]) -> Iterable[tuple[str, Any]]:
    return ((key, kind.model_validate(table)) for key, table in _toml(name).items())


@cache
def _schedules() -> Mapping[str, Schedule]:
    return dict(_models("discount.toml", Schedule))


@cache
def _bias_tables() -> Mapping[str, BiasTable]:
    return dict(_models("optimism_bias.toml", BiasTable))


@cache
def _deflators() -> Mapping[str, Deflator]:
    rows: dict[str, list[dict[str, str]]] = {}
    for row in csv.DictReader(io.StringIO(_text("deflators.csv"))):
        rows.setdefault(row["vintage"], []).append(row)
    return {vintage: _deflator(vintage, years) for vintage, years in rows.items()}


def _deflator(vintage: str, rows: list[dict[str, str]]) -> Deflator:
    indices = {int(row["year"][:4]): Index(float(row["index"]), row["status"], row["source"]) for row in rows}
    verified = all(row["verified"] == "yes" for row in rows)
    return Deflator(vintage, rows[0]["basis"] == "financial", indices, rows[-1]["source"], verified)


@cache
def _shipped() -> tuple[UnitValue, ...]:
    rows = csv.DictReader(io.StringIO(_text("unit_values.csv")))
    return parsed(((number, row) for number, row in enumerate(rows, start=2)), "unit_values.csv")

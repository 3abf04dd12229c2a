"""Tidy CSV: a row for each area and period, by names of columns that are usual, or by a mapping file in TOML.

[area]
column = "lsoa11cd"             # of codes; or of names, with codes = { "Wirral" = "E08000015" }
name = "lsoa11nm"
vintages = { lsoa = "2011" }
[period]
column = "date"                 # or fixed = "September 2017"
months = 12                     # the label names the last of so many months; 1 if left out
[[figures]]
column = "value"
series = ["measure"]            # columns whose texts are the words of the series; or words = "Claimant count"
unit = "people"
[only]
measure = ["Claimant count"]    # rows to take
[marks]
"NA" = "missing"                # what a cell without a figure may hold
"""

import re
from typing import Annotated

from pydantic import Field

from commongoal.kernel.errors import BadInput, Problem
from commongoal.places.engine.areas import is_area_code
from commongoal.places.engine.figures import Period
from commongoal.places.engine.observations import Asked, Reading, Status
from commongoal.places.engine.period_labels import EXPECTED as A_PERIOD
from commongoal.places.engine.period_labels import last_of, period_of
from commongoal.places.engine.rows import shown
from commongoal.places.files.delimited import Data, Delimited, opened
from commongoal.places.files.observing import observed
from commongoal.places.files.plans import MARKS, Figures, Plan
from commongoal.places.files.toml_files import Part, Text, faults_of, parsed_toml

NAME = "tidy"
CODES = ("geography_code", "area_code", "geographycode", "areacode")
VINTAGED = re.compile(r"(lsoa|msoa|wd|lad|ltla|pcon|cauth)(\d\d)(?:cd|_code)", re.IGNORECASE)
OF_AREAS = re.compile(r"([a-z]+)(\d\d)(?:cd|nm|_code|_name)")
KINDS = {"lsoa": "lsoa", "msoa": "msoa", "wd": "ward", "lad": "district", "ltla": "district", "pcon": "constituency",
         "cauth": "combined authority"}  # fmt: skip
NAMES = ("geography_name", "area_name", "geographyname", "areaname")
PERIODS = ("date", "month", "period", "date_name")
VALUES = ("value", "obs_value")
SERIES = ("variable_name", "measure", "measure_name", "variable")
Name = Annotated[str, Field(max_length=200)]


class AreaColumns(Part):
    """Where the area stands."""

    column: Name
    name: Name | None = None
    codes: dict[str, str] = Field(default_factory=dict)
    vintages: dict[str, Annotated[str, Field(pattern=r"^\d{4}$")]] = Field(default_factory=dict)


class PeriodColumn(Part):
    """Where the period stands, or the one period of the file."""

    column: Name | None = None
    fixed: Text | None = None
    months: int = Field(1, ge=1, le=120)


class FiguresColumn(Part):
    """One column of figures."""

    column: Name
    series: tuple[Name, ...] = ()
    words: Text | None = None
    unit: Text | None = None
    period: Text | None = None


class Mapping(Part):
    """A mapping file."""

    area: AreaColumns
    period: PeriodColumn = PeriodColumn()
    figures: tuple[FiguresColumn, ...] = Field(min_length=1)
    status: Name | None = None
    only: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    marks: dict[str, Status] | None = None
    negative: bool = False


def recognises(data: Data, file: str) -> bool:
    """Whether the columns have names that are usual in tidy files."""
    header = opened(data, file)
    return _code_column(header) is not None and header.place(*VALUES) is not None and header.place(*SERIES) is not None


def read(data: Data, file: str, asked: Asked, mapping: bytes = b"") -> Reading:
    """A tidy file, by the mapping where there is one. Raises `BadInput` with every fault of either."""
    header = opened(data, file)
    plan = _mapped(header, mapping) if mapping else _usual(header)
    return observed(header, plan, asked, NAME, data)


def _usual(header: Delimited) -> Plan:
    area, period = _code_column(header), header.place(*PERIODS)
    value, series = header.place(*VALUES), header.place(*SERIES)
    wanted = (
        ("area", area, CODES),
        ("period", period, PERIODS),
        ("figures", value, VALUES),
        ("series", series, SERIES),
    )
    problems = [
        Problem(header.file, 1, "", shown(", ".join(header.header)),
                f"a column of the {what}: {', '.join(names)}; or a mapping file that says where it is", "columns")
        for what, place, names in wanted if place is None
    ]  # fmt: skip
    if area is None or period is None or value is None or series is None:
        raise BadInput(problems)
    name = header.place(
        *NAMES, re.sub(r"(cd|_code)$", lambda end: "nm" if end[1] == "cd" else "_name", header.header[area])
    )
    return Plan(
        area,
        (Figures(value),),
        name,
        period,
        series=((series, header.header[series]),),
        vintages=_vintages(header, area),
    )


def _code_column(header: Delimited) -> int | None:
    """The column of areas: one with a usual name, else that of the one kind and year that columns are named after.

    With columns of two kinds, such as lsoa11cd and lad15nm, nobody can tell which the figures are of.
    """
    usual = header.place(*CODES)
    if usual is not None:
        return usual
    if len({parts[1] + parts[2] for parts in map(OF_AREAS.fullmatch, map(str.casefold, header.header)) if parts}) != 1:
        return None
    return next((place for place, name in enumerate(header.header) if VINTAGED.fullmatch(name)), None)


def _vintages(header: Delimited, area: int) -> tuple[tuple[str, str], ...]:
    parts = VINTAGED.fullmatch(header.header[area])
    return ((KINDS[parts[1].lower()], f"20{parts[2]}"),) if parts else ()


def _mapped(header: Delimited, data: bytes) -> Plan:
    file = "the mapping file"
    mapping, problems = faults_of(Mapping, parsed_toml(data, file), file)
    if mapping is None:
        raise BadInput(problems)
    problems += _unknown(header, mapping)
    problems += [
        Problem(file, 0, f"area.codes.{name}", code, "the code of an area, like E08000015", "area code")
        for name, code in mapping.area.codes.items() if not is_area_code(code)
    ]  # fmt: skip
    fixed = _period(mapping.period.fixed, "period.fixed", problems)
    figures = [(one, _period(one.period, "figures.period", problems) or fixed) for one in mapping.figures]
    if any(period is None for _, period in figures) and mapping.period.column is None and not problems:
        problems.append(Problem(file, 0, "period", "", "a column of periods, or the one that is fixed", "period"))
    if problems:
        raise BadInput(problems)
    return _plan(header, mapping, figures)


def _plan(header: Delimited, mapping: Mapping, figures: list[tuple[FiguresColumn, Period | None]]) -> Plan:
    def at(name: str) -> int:
        place = header.place(name.strip())
        assert place is not None
        return place

    series = tuple(dict.fromkeys(name for one, _ in figures for name in one.series))
    area = at(mapping.area.column)
    marks = MARKS if mapping.marks is None else {text.casefold(): status for text, status in mapping.marks.items()}
    return Plan(
        area=area,
        figures=tuple(Figures(at(one.column), one.words or "", one.unit, period) for one, period in figures),
        name=at(mapping.area.name) if mapping.area.name else area if mapping.area.codes else None,
        period=at(mapping.period.column) if mapping.period.column else None,
        labels=lambda text: _label(text, mapping.period.months),
        series=tuple((at(name), name) for name in series),
        status=at(mapping.status) if mapping.status else None,
        marks=marks,
        codes=mapping.area.codes,
        only=tuple((at(name), frozenset(texts)) for name, texts in mapping.only.items()),
        negative=mapping.negative,
        vintages=tuple(sorted(mapping.area.vintages.items())) or _vintages(header, area),
    )


def _unknown(header: Delimited, mapping: Mapping) -> list[Problem]:
    """Columns that the mapping names and the file has not."""
    names = [mapping.area.column, mapping.area.name, mapping.period.column, mapping.status, *mapping.only]
    names += [name for one in mapping.figures for name in (one.column, *one.series)]
    expected = f"one of the file's columns: {shown(', '.join(header.header))}"
    return [
        Problem("the mapping file", 0, "", name, expected, "columns")
        for name in dict.fromkeys(names) if name is not None and header.place(name.strip()) is None
    ]  # fmt: skip


def _period(text: str | None, where: str, problems: list[Problem]) -> Period | None:
    period = period_of(text) if text is not None else None
    if text is not None and period is None:
        problems.append(Problem("the mapping file", 0, where, text, A_PERIOD, "period"))
    return period


def _label(text: str, months: int) -> Period | None:
    period = period_of(text)
    return last_of(period, months) if period else None

"""Definitions of indicators: those that come with the package, and a partnership's own, which replace them by code."""

import datetime as dt
from collections.abc import Iterator
from functools import cache, lru_cache
from importlib.resources import files
from typing import Annotated, Literal

from pydantic import Field

from commongoal.kernel.errors import BadInput, Problem
from commongoal.places.engine.indicators import Break, Choice, Direction, Indicator, Method, Plan
from commongoal.places.engine.written import meant
from commongoal.places.files.toml_files import Id, Part, Text, faults_of, parsed_toml, shown

BUILT_IN, TEMPLATE = "indicators.toml", "gbw_template.toml"
MOST = 200
Words = Annotated[str, Field(max_length=2_000)]


class ChoiceRow(Part):
    """Figures of a dataset, by patterns on the words of its series."""

    dataset: Id
    series: tuple[Text, ...] = Field(("*",), min_length=1, max_length=20)


class BreakRow(Part):
    """A day from which figures are not compared with those before."""

    on: dt.date
    until: dt.date | None = None
    words: Text
    source: Text


class ReturnRow(Part):
    """One figure that came in."""

    period: Text
    written: Text


class PlanRow(Part):
    """Baseline, target and returns of an outcome measure."""

    baseline: Words = ""
    baseline_period: Words = ""
    target: Words = ""
    target_by: Words = ""
    returns: tuple[ReturnRow, ...] = Field((), max_length=MOST)
    official: Words = ""


class IndicatorRow(Part):
    """One definition. Author, checker and review day are those of the file where it has none of its own."""

    code: Id
    name: Text
    definition: Text
    unit: Text
    direction: Direction
    group: Text
    source: Text
    count: ChoiceRow | None = None
    of: ChoiceRow | None = None
    per: Annotated[float, Field(gt=0, allow_inf_nan=False)] = 1.0
    decimals: int = Field(0, ge=0, le=6)
    method: Method = Method.NONE
    author: Words = ""
    checked_by: Words = ""
    checked_on: dt.date | None = None
    review_on: dt.date | None = None
    breaks: tuple[BreakRow, ...] = Field((), max_length=50)
    not_available: Words = ""
    figures_of: Words = ""
    template: bool = False
    plan: PlanRow | None = None


class IndicatorsFile(Part):
    """A whole file."""

    format: Literal[1] = 1
    author: Words = ""
    checked_by: Words = ""
    checked_on: dt.date | None = None
    review_on: dt.date | None = None
    indicator: tuple[IndicatorRow, ...] = Field(min_length=1, max_length=MOST)


def read_indicators(data: bytes, file: str) -> tuple[Indicator, ...]:
    """The definitions of a file, or `BadInput` with every fault in it."""
    read, problems = faults_of(IndicatorsFile, parsed_toml(data, file), file)
    if read is None:
        raise BadInput(problems)
    if problems := list(_faults(read, file)):
        raise BadInput(problems)
    return tuple(_indicator(row, read) for row in read.indicator)


@cache
def built_in() -> tuple[Indicator, ...]:
    """The definitions that come with the package, and the template of a plan after them."""
    folder = files("commongoal.places") / "data"
    return tuple(one for name in (BUILT_IN, TEMPLATE) for one in read_indicators((folder / name).read_bytes(), name))


def template_text() -> str:
    """The template of a plan, for a partnership to fill."""
    return (files("commongoal.places") / "data" / TEMPLATE).read_text(encoding="utf-8")


@lru_cache(maxsize=8)
def indicators(own: str = "", file: str = "the partnership's own definitions") -> tuple[Indicator, ...]:
    """All definitions in force: those of the package, each replaced by the partnership's of the same code."""
    theirs = {one.code: one for one in read_indicators(own.encode(), file)} if own.strip() else {}
    ours = tuple(theirs.pop(one.code, one) for one in built_in())
    return (*ours, *theirs.values())


def _indicator(row: IndicatorRow, whole: IndicatorsFile) -> Indicator:
    return Indicator(
        code=row.code,
        name=row.name,
        definition=row.definition,
        unit=row.unit,
        direction=row.direction,
        count=_choice(row.count),
        of=_choice(row.of),
        per=row.per,
        decimals=row.decimals,
        method=row.method,
        group=row.group,
        source=row.source,
        author=row.author or whole.author,
        checked_by=row.checked_by or whole.checked_by,
        checked_on=row.checked_on or whole.checked_on,
        review_on=row.review_on or whole.review_on,
        breaks=tuple(Break(one.on, one.words, one.until, one.source) for one in row.breaks),
        not_available=row.not_available,
        figures_of=row.figures_of,
        template=row.template,
        plan=_plan(row.plan),
    )


def _choice(row: ChoiceRow | None) -> Choice | None:
    return Choice(row.dataset, row.series) if row else None


def _plan(row: PlanRow | None) -> Plan | None:
    if row is None:
        return None
    returns = tuple((one.period, one.written) for one in row.returns)
    return Plan(row.baseline, row.baseline_period, row.target, row.target_by, returns, row.official)


def _faults(read: IndicatorsFile, file: str) -> Iterator[Problem]:
    """Faults between fields, and of what a definition must have."""
    seen: set[str] = set()
    for place, row in enumerate(read.indicator, start=1):
        where = f"indicator.{place} ({row.code})"
        if row.code in seen:
            yield Problem(file, 0, f"{where}.code", row.code, "a code of its own: it stands already", "twice")
        seen.add(row.code)
        yield from _unanswered(row, read, file, where)
        yield from _unfit(row, file, where)
        yield from _plan_faults(row.plan or PlanRow(), file, where)


def _unanswered(row: IndicatorRow, read: IndicatorsFile, file: str, where: str) -> Iterator[Problem]:
    told = {"author": "who wrote the definition", "checked_by": "who checked it",
            "checked_on": "the day it was checked", "review_on": "the day to look at it again"}  # fmt: skip
    for key, words in told.items():
        if not (getattr(row, key) or getattr(read, key)):
            yield Problem(file, 0, f"{where}.{key}", "", f"{words}, here or for the whole file", "missing")
    checked, again = row.checked_on or read.checked_on, row.review_on or read.review_on
    if checked and again and again <= checked:
        yield Problem(file, 0, f"{where}.review_on", str(again), "a day after checked_on", "order")


def _unfit(row: IndicatorRow, file: str, where: str) -> Iterator[Problem]:
    if row.count is None and not row.not_available:
        expected = "the figures it is made of, or not_available with the reason"
        yield Problem(file, 0, f"{where}.count", "", expected, "missing")
    if row.method == Method.WILSON and row.of is None:
        yield Problem(file, 0, f"{where}.of", "", "a denominator: wilson is for a share of people", "missing")
    if row.of is not None and row.count is None:
        yield Problem(file, 0, f"{where}.count", "", "a count: there is a denominator", "missing")
    for number, one in enumerate(row.breaks, start=1):
        if one.until and one.until < one.on:
            yield Problem(file, 0, f"{where}.breaks.{number}.until", str(one.until), f"{one.on} or later", "order")


def _plan_faults(plan: PlanRow, file: str, where: str) -> Iterator[Problem]:
    told = [("baseline", plan.baseline), ("target", plan.target)]
    told += [(f"returns.{number}.written", one.written) for number, one in enumerate(plan.returns, start=1)]
    for key, text in told:
        if text and meant(text) is None:
            yield Problem(
                file, 0, f"{where}.plan.{key}", shown(text), 'a figure, like "74.3%" or "5,560"', "not_a_figure"
            )

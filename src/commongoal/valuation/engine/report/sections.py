"""The sections of a report after the answer, in order."""

import math
import re

from commongoal.kernel.pictures import Cell, Table, cells, estimate_cell, heads
from commongoal.kernel.report import Section
from commongoal.kernel.words import (
    HIDDEN,
    amount,
    clean,
    count_words,
    counted,
    interval,
    number,
    percent,
    plain,
    pounds,
    ratio,
    with_interval,
)
from commongoal.valuation.engine.report.credited import credited
from commongoal.valuation.engine.report.drawn import drivers_figure, flow_figure, gains_figure, journey_figure
from commongoal.valuation.engine.report.foot import conventions, limits, sources
from commongoal.valuation.engine.report.headline import definition, marks
from commongoal.valuation.engine.results import Distance, Occupation, UnitCost, Valuation

MEASURES = {"start": "Start", "job": "Job", "sustained": "Sustained job"}


def sections(v: Valuation) -> tuple[Section, ...]:
    """Every section that has something to say; those that the reader must not miss always stand."""
    wanted = (
        pathway(v), journey(v), credited(v), rules(v), gains(v), unit_costs(v), distance(v), standing(v), fit(v),
        drivers(v), conventions(v), limits(v), sources(v),
    )  # fmt: skip
    return tuple(section for section in wanted if section is not None)


def pathway(v: Valuation) -> Section | None:
    """People along the pathway."""
    return Section("pathway", "How people moved", figure=flow_figure(v)) if v.stages else None


def journey(v: Valuation) -> Section | None:
    """One kind of journey."""
    return Section("journey", "One person's kind of journey", figure=journey_figure(v)) if v.journey else None


def rules(v: Valuation) -> Section | None:
    """The programme under the four rules."""
    if not v.rules:
        return None
    given = marks(v)
    rows = tuple(
        cells(
            Cell(rule.rule.replace("_", " "), rule.meaning),
            estimate_cell(rule.credit, lambda x: amount(x, v.unit)),
            clean(rule.adds_up_to),
            estimate_cell(
                rule.additional,
                lambda x: amount(x, v.unit),
                why="not used" if rule.rule in ("net", "relative") else "not known",
            ),
            estimate_cell(rule.ratio, lambda x: ratio(x, v.unit), why="none")
            if rule.ratio
            else Cell("none", clean(rule.why_no_ratio)),
        )
        for rule in v.rules
    )
    headers = heads(
        "Rule", Cell("Credit", "90% interval", given), "What it adds up to",
        Cell("Times additionality", "90% interval", given), Cell("Ratio", "90% interval", given),
    )  # fmt: skip
    note = definition(v) if any(rule.ratio for rule in v.rules) else ""
    table = Table(f"The programme under each rule, in {v.unit}", headers, rows, text_columns=(0, 2), note=note)
    words = (
        f"This report uses the rule “{v.rule.replace('_', ' ')}”. A rule says what standing at a stage is worth, so "
        "each answers another question. They are not rivals, and their figures must not be added."
    )
    return Section("rules", "The same programme under other rules", (words,), tables=(table,))


def gains(v: Valuation) -> Section | None:
    """Who gains, and who bore the cost."""
    paid = _borne(v)
    if not v.gains:
        return paid
    words = "A transfer moves money from one to another: it counts for the agency and adds nothing to the whole."
    return Section("gains", "Who gains", (words,), figure=gains_figure(v), parts=(paid,) if paid else ())


def _borne(v: Valuation) -> Section | None:
    if not v.borne:
        return None
    rows = tuple(cells(clean(row.partner), pounds(row.cost), pounds(row.in_kind)) for row in v.borne)
    table = Table("What each partner bore", heads("Partner", "Bore", Cell("In kind", "of it")), rows)
    return Section("borne", "Who bore the cost", tables=(table,))


def unit_costs(v: Valuation) -> Section | None:
    """Cost per start, job and sustained job beside comparators."""
    if not v.unit_costs:
        return None
    rows = tuple(_unit_cost_row(cost) for cost in v.unit_costs)
    headers = heads(
        "Cost of one", "Count", Cell("Cost", "90% interval"), Cell("Beside", "range"), "Whose figure that is"
    )
    table = Table("Cost per start, job and sustained job", headers, rows, text_columns=(0, 4))
    words = "Compare only where the definitions agree."
    return Section("unit-costs", "Cost of a start, a job and a sustained job", (words,), tables=(table,))


def _unit_cost_row(cost: UnitCost) -> tuple[Cell, ...]:
    note = clean(cost.comparator_note)
    mark = re.search(r"\[?\b(assumed|unverified)\]?$", note)
    beside = Cell("none stated")
    if cost.comparator_value is not None:
        ends = interval(cost.comparator_value, pounds) if cost.comparator_value.low is not None else ""
        beside = Cell(pounds(cost.comparator_value.point), ends, (mark[1],) if mark else ())
    return cells(
        Cell(MEASURES[cost.measure], clean(cost.definition)),
        count_words(cost.count),
        estimate_cell(cost.cost, pounds) if cost.count != 0 else Cell("none", "nobody counted yet"),
        beside,
        Cell(clean(cost.comparator) or "none stated", note[: mark.start()].strip() if mark else note),
    )


def distance(v: Valuation) -> Section | None:
    """Distance travelled, with the people left out."""
    if not v.distance:
        return None
    headers = heads(
        "Area of life", "People with two readings", "Left out", "First", "Latest", Cell("Change", "90% interval"),
        "Really better", "Really worse", Cell("Real beyond", "measurement error"),
    )  # fmt: skip
    table = Table("Distance travelled by area of life", headers, tuple(_distance_row(area) for area in v.distance))
    words = (
        "The first and the latest reading of each person who has both. “Left out” counts those with a reading on one "
        "day only; people with none are not counted here at all. Both may differ from the others. A change counts as "
        "real only beyond the measurement error."
    )
    return Section("distance", "Distance travelled", (words,), tables=(table,))


def _distance_row(area: Distance) -> tuple[Cell, ...]:
    def one_place(value: float) -> str:
        return HIDDEN if math.isnan(value) else number(value, 1)

    return cells(
        clean(area.area), count_words(area.paired), count_words(area.left_out), one_place(area.mean_first),
        one_place(area.mean_latest), estimate_cell(area.change, one_place),
        *(_real(area, count) for count in (area.really_better, area.really_worse)),
        Cell("not known", clean(area.why_no_threshold)) if area.threshold is None else number(area.threshold, 1),
    )  # fmt: skip


def _real(area: Distance, count: int | None) -> str:
    """Without a threshold nobody can say how many; with one, a missing count is hidden."""
    return "not known" if area.threshold is None else count_words(count)


def standing(v: Valuation) -> Section:
    """Value still standing, and closed windows alone."""

    def written(value: float) -> str:
        return amount(value, v.unit)

    closed = f"{with_interval(v.closed_total, written)}{'' if v.unit == 'pounds' else ' sustained jobs'}"
    if v.closed_spells == 0:
        closed = "none yet: no window has closed"
    marked = f" [{', '.join(marks(v))}]" if marks(v) else ""
    share = with_interval(v.standing_share, percent)
    still = f"Value of people still on their way, not yet arrived: {share} of the credit."
    ended = (
        f"Credit of windows that have closed, {counted(v.closed_spells, 'spell', 'spells')}, alone: {closed}{marked}."
    )
    return Section("standing", "What has arrived, and what still stands", (still, ended))


def fit(v: Valuation) -> Section | None:
    """The model's stage occupation against Aalen-Johansen."""
    if not v.occupation:
        return None
    rows = tuple(_fit_row(row) for row in v.occupation)
    headers = heads("Stage", "After months", "Model", Cell("Found in the ledger", "90% interval"), "Model and ledger")
    table = Table(
        "Share of people at a stage: model against the Aalen-Johansen estimate", headers, rows, text_columns=(0, 4)
    )
    outside = sum(row.outside for row in v.occupation)
    said = f"The model lies outside the interval in {number(outside)} of {number(len(v.occupation))} comparisons."
    return Section("fit", "Does the model follow the ledger?", (said,), tables=(table,))


def _fit_row(row: Occupation) -> tuple[Cell, ...]:
    agree = "outside the interval" if row.outside else "agree"
    return cells(clean(row.stage), plain(row.months), percent(row.model), estimate_cell(row.observed, percent), agree)


def drivers(v: Valuation) -> Section | None:
    """What moves the answer."""
    if not v.drivers:
        return None
    words = "The longest bar is where better information would narrow the answer most."
    return Section("drivers", "What moves the answer", (words,), figure=drivers_figure(v))

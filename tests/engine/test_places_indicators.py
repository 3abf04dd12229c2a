"""Definitions of indicators: complete, in date, read with every fault, and never compared across a break."""

import datetime as dt
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commongoal.kernel.errors import BadInput
from commongoal.places.engine.areas import AreaKind
from commongoal.places.engine.figures import AreaName
from commongoal.places.engine.gathering import Number, area_figures
from commongoal.places.engine.indicators import Break, Indicator, Method
from commongoal.places.files.indicators import built_in, indicators, read_indicators, template_text

DAYS = st.dates(dt.date(2010, 1, 1), dt.date(2030, 1, 1))
OWN = """
author = "A"
checked_by = "B"
checked_on = 2026-01-01
review_on = 2027-01-01
[[indicator]]
code = "claimant-count"
name = "Ours"
definition = "Ours."
unit = "people"
direction = "lower is better"
group = "Out of work"
source = "Us"
count = { dataset = "claimant-count", series = ["*"] }
method = "byar"
"""


@pytest.mark.parametrize("one", built_in(), ids=lambda one: one.code)
def test_each_definition_is_answered_for_and_in_date(one: Indicator) -> None:
    """Fails for one without author, checker or review day, and from the day after it should be looked at again."""
    assert one.author
    assert one.checked_by
    assert one.checked_on
    assert one.review_on
    assert not one.overdue(dt.datetime.now().astimezone().date())
    assert one.overdue(one.review_on + dt.timedelta(days=1))


@pytest.mark.parametrize("one", built_in(), ids=lambda one: one.code)
def test_each_definition_can_be_worked_out_or_says_why_not(one: Indicator) -> None:
    assert one.count or one.not_available
    assert one.method != Method.WILSON or one.of
    assert all(found.source and found.words for found in one.breaks)


def test_the_template_has_the_outcome_measures_of_a_plan_to_fill() -> None:
    plan = [one for one in built_in() if one.template]
    assert {"plan-employment-rate", "plan-inactivity-health", "plan-neet", "plan-disability-gap",
            "plan-out-of-work-benefits"} <= {one.code for one in plan}  # fmt: skip
    assert all(one.plan is not None and len(one.plan.to_fill) == 5 for one in plan)
    filled = template_text().replace('baseline = ""', 'baseline = "71.2%"', 1)
    first = read_indicators(filled.encode(), "ours.toml")[0]
    assert first.plan is not None
    assert "baseline" not in first.plan.to_fill


def test_a_partnership_replaces_a_definition_by_its_code() -> None:
    found = {one.code: one for one in indicators(OWN)}
    assert found["claimant-count"].name == "Ours"
    assert len(found) == len(built_in())


def test_every_fault_of_a_file_at_once() -> None:
    bad = OWN.replace('checked_by = "B"', "").replace("review_on = 2027-01-01", "review_on = 2025-01-01")
    bad += '[indicator.plan]\nbaseline = "lots"\n[[indicator.breaks]]\non = 2020-02-02\nuntil = 2020-01-01\n'
    bad += 'words = "w"\nsource = "s"\n'
    with pytest.raises(BadInput) as refused:
        read_indicators(bad.encode(), "ours.toml")
    assert {problem.column.partition(") ")[0].split(").")[-1] for problem in refused.value.problems} == {
        "checked_by", "review_on", "plan.baseline", "breaks.1.until",
    }  # fmt: skip


@pytest.mark.parametrize("bad", [b"\xff", b"[[indicator]", b"indicator = 3", b"[[indicator]]\ncode = 'A b'", b""])
def test_what_is_no_file_of_definitions_is_refused_in_words(bad: bytes) -> None:
    with pytest.raises(BadInput):
        read_indicators(bad, "ours.toml")


@given(DAYS, DAYS, DAYS, st.integers(0, 900))
def test_a_break_stands_between_two_days_exactly_where_it_should(
    first: dt.date, second: dt.date, on: dt.date, lasts: int
) -> None:
    until = on + dt.timedelta(days=lasts) if lasts else None
    one = replace(built_in()[0], breaks=(Break(on, "w", until),))
    early, late = sorted((first, second))
    crossed = early < on <= late
    inside = until is not None and any(on <= day <= until for day in (early, late))
    assert (one.broken(first, second) is not None) == (crossed or inside)


@given(
    st.floats(0, 500), st.floats(0, 20), st.floats(600, 5_000), st.floats(0, 100), st.floats(-1, 1), st.floats(-1, 1)
)
def test_no_rounding_moves_a_rate_by_more_than_is_said(
    count: float, out: float, people: float, off: float, one: float, other: float
) -> None:
    """Whatever the figures were before they were rounded, the rate is within its error."""
    rate = next(each for each in built_in() if each.code == "claimant-rate")
    area = AreaName("E01999101", "Saltport 001A", AreaKind.LSOA)
    figure = area_figures(rate, (area,), (Number(count, out),), (Number(people, off),))[0]
    assert figure.value is not None
    assert figure.error is not None
    true = 100 * max(count + one * out, 0.0) / (people + other * off)
    assert abs(true - figure.value) <= figure.error + 1e-9

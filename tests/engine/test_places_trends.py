"""Trends: broken at gaps and breaks, change only where it can be said, and every edition of a revised figure."""

import datetime as dt
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from commongoal.places.engine.figures import Period, broken_between
from commongoal.places.engine.indicators import Break
from commongoal.places.engine.intervals import wilson
from commongoal.places.engine.trends import (
    Change,
    Gap,
    NotComparable,
    Point,
    Vintage,
    change,
    over_a_year,
    revisions,
    trend,
)
from commongoal.places.files.indicators import built_in

UC = Break(dt.date(2013, 5, 1), "people who claim Universal Credit are counted from here.")


def first(month: int) -> dt.date:
    year, within = divmod(month, 12)
    return dt.date(2012 + year, within + 1, 1)


def monthly(values: list[float | None]) -> list[Point]:
    return [
        Point(Period(first(n), first(n + 1)), value, why="" if value is not None else "not published")
        for n, value in enumerate(values)
    ]


figures = st.lists(st.one_of(st.none(), st.floats(0, 100)), min_size=1, max_size=40)


@given(figures, st.lists(st.integers(0, 45), max_size=3), st.randoms(use_true_random=False))
def test_lines_are_drawn_over_neither_gap_nor_break(values: list[float | None], at: list[int], rng: object) -> None:
    points, breaks = monthly(values), [Break(first(month), "counted otherwise") for month in at]
    mixed = list(points)
    rng.shuffle(mixed)  # type: ignore[attr-defined]
    found = trend(mixed, breaks)
    assert found.points == tuple(points)
    assert [point for segment in found.segments for point in segment] == points
    assert [p for run in found.runs for p in run] == [p for p in points if p.value is not None]
    joined = {pair for run in found.runs for pair in pairwise(run)}
    for before, after in pairwise(points):
        broken = any(before.period.start < b.on <= after.period.start for b in breaks)
        assert ((before, after) in joined) == (not broken and None not in (before.value, after.value))


def test_gap_is_found_and_its_reason_said() -> None:
    found = trend(monthly([1.0, None, None, 2.0, 3.0]))
    assert found.gaps == (Gap(first(1), first(3), "not published"),)
    bare = trend([p for p in monthly([1.0, None, 2.0, 3.0, 4.0]) if p.value is not None])
    assert bare.gaps == (Gap(first(1), first(2), ""),)
    assert [len(run) for run in bare.runs] == [1, 3]


def test_years_and_quarters_are_no_gaps() -> None:
    for months in (3, 12):
        points = [Point(Period(first(months * n), first(months * (n + 1))), 1.0 * n) for n in range(6)]
        found = trend(points)
        assert (found.step, found.gaps, len(found.runs)) == (months, (), 1)


def test_change_over_a_break_is_not_said() -> None:
    found = trend(monthly([1.0 * n for n in range(30)]), [UC])
    across = change(found, first(15), first(16))
    assert isinstance(across, NotComparable)
    assert across.break_on == UC.on
    assert across.words == (
        "Figures from 1 May 2013 count something else than those before: people who claim Universal Credit are counted "
        "from here. The difference is not to be read as a change in unemployment."
    )
    within = change(found, first(16), first(28))
    assert isinstance(within, Change)
    assert (within.difference, within.seasonal, within.ratio) == (12.0, False, pytest.approx(28 / 16))
    assert within.low is within.beyond_chance is None
    assert isinstance(over_a_year(found, first(20)), NotComparable)


def test_change_over_a_year_takes_the_season_away() -> None:
    found = trend(monthly([10.0 + (n % 12) for n in range(25)]))
    year = over_a_year(found)
    assert isinstance(year, Change)
    assert (year.difference, year.seasonal, year.start.period.start) == (0.0, False, first(12))
    half = change(found, first(12), first(18))
    assert isinstance(half, Change)
    assert half.seasonal


def test_change_without_a_figure_says_why() -> None:
    found = trend(monthly([1.0, None, 2.0]))
    assert change(found, first(1), first(2)) == NotComparable("There is no figure for February 2012: not published.")
    assert change(found, first(0), first(9)) == NotComparable("There is no figure for October 2012.")
    assert over_a_year(trend([])) == NotComparable("There are no figures.")


def test_interval_of_a_difference_is_as_published() -> None:
    """56 of 70 against 48 of 80: 0.0524 to 0.3339 (R.G. Newcombe, 1998, table II, method 10)."""
    shares = wilson([48, 56], [80, 70])
    points = [
        Point(Period(first(12 * n), first(12 * n + 1)), *(float(a[n]) for a in (shares.value, shares.low, shares.high)))
        for n in (0, 1)
    ]
    found = over_a_year(trend(points))
    assert isinstance(found, Change)
    assert (round(found.low or 0, 4), round(found.high or 0, 4)) == (0.0524, 0.3339)
    assert found.beyond_chance is True


def test_provisional_ends_make_a_provisional_change() -> None:
    points = monthly([1.0] * 13)
    points[12] = Point(points[12].period, 2.0, provisional=True)
    found = over_a_year(trend(points))
    assert isinstance(found, Change)
    assert found.provisional


def test_every_edition_of_a_figure_is_kept_in_order() -> None:
    march, april = Period(first(2), first(3)), Period(first(3), first(4))
    found = revisions([
        Vintage(april, "b", dt.date(2012, 6, 1), 5.0), Vintage(march, "b", dt.date(2012, 6, 1), 12.0),
        Vintage(march, "a", dt.date(2012, 5, 1), 10.0, provisional=True),
        Vintage(march, "c", dt.date(2012, 7, 1), None),
    ])  # fmt: skip
    assert [one.period for one in found] == [march]
    assert [v.edition for v in found[0].vintages] == ["a", "b", "c"]
    assert (found[0].difference, found[0].revised) == (2.0, True)
    assert np.isclose(found[0].vintages[0].value or 0, 10.0)


def test_a_period_with_a_break_in_its_midst_is_compared_with_neither_side() -> None:
    """Surveys run over twelve months: one that holds the day of a break counts some of each."""
    years = [Point(Period(dt.date(year, 1, 1), dt.date(year + 1, 1, 1)), float(year)) for year in range(2018, 2023)]
    broken = Break(dt.date(2020, 3, 17), "Interviews moved to the telephone.")
    found = trend(years, (broken,))
    assert [[point.period.start.year for point in segment] for segment in found.segments] == [
        [2018, 2019], [2020], [2021, 2022],
    ]  # fmt: skip
    for before, after in ((2019, 2020), (2020, 2021), (2018, 2022)):
        assert isinstance(change(found, dt.date(before, 1, 1), dt.date(after, 1, 1)), NotComparable)
    assert isinstance(change(found, dt.date(2021, 1, 1), dt.date(2022, 1, 1)), Change)
    one = replace(built_in()[0], breaks=(broken,))
    assert broken_between(one, years[1].period, years[2].period) == broken
    assert broken_between(one, years[3].period, years[2].period) == broken
    assert broken_between(one, years[3].period, years[4].period) is None

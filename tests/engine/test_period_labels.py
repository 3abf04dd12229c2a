"""Labels of periods, by their examples and by a calendar."""

import calendar
import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commongoal.places.engine.figures import Period
from commongoal.places.engine.period_labels import last_of, period_of


def month(year: int, number: int) -> Period:
    after = dt.date(year, number, calendar.monthrange(year, number)[1]) + dt.timedelta(days=1)
    return Period(dt.date(year, number, 1), after)


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("2016", (2016, 1, 1), (2017, 1, 1)),
        ("Aug-17", (2017, 8, 1), (2017, 9, 1)),
        ("August 2017", (2017, 8, 1), (2017, 9, 1)),
        ("2017-08", (2017, 8, 1), (2017, 9, 1)),
        ("2017-08-01", (2017, 8, 1), (2017, 9, 1)),
        ("201712", (2017, 12, 1), (2018, 1, 1)),
        (" sept 2020 ", (2020, 9, 1), (2020, 10, 1)),
        ("Jan-98", (1998, 1, 1), (1998, 2, 1)),
        ("Jul 2016-Jun 2017", (2016, 7, 1), (2017, 7, 1)),
        ("Oct 2016-Sep 2017", (2016, 10, 1), (2017, 10, 1)),
        ("October 2016 - September 2017", (2016, 10, 1), (2017, 10, 1)),
    ],
)
def test_examples(text: str, start: tuple[int, int, int], end: tuple[int, int, int]) -> None:
    assert period_of(text) == Period(dt.date(*start), dt.date(*end))


@pytest.mark.parametrize(
    "text",
    [
        *(
            "",
            "2016-17",
            "2016/17",
            "17-Aug",
            "2017-13",
            "2017-00",
            "2017-08-14",
            "2017-8",
            "Foo 2017",
            "Aug 217",
            "１２３４",
        ),
        *("Jun 2017-Jul 2016", "0000", "2017-08-01T00:00", "Aug-2017-Sep", "9999", "August", "3/2017", "2017 Aug"),
    ],
)
def test_not_understood(text: str) -> None:
    assert period_of(text) is None


@given(st.integers(1900, 2099), st.integers(1, 12))
def test_every_way_of_writing_a_month_agrees(year: int, number: int) -> None:
    names = (calendar.month_name[number], calendar.month_abbr[number])
    written = [f"{year}-{number:02}", f"{year}-{number:02}-01", f"{year}{number:02}", *(f"{n} {year}" for n in names)]
    if 1970 <= year < 2070:
        written.append(f"{names[1]}-{year % 100:02}")
    assert {period_of(text) for text in written} == {month(year, number)}


@given(st.text(max_size=20))
def test_anything_else_is_none_or_a_period_that_lasts(text: str) -> None:
    period = period_of(text)
    assert period is None or period.start < period.end


def test_a_label_may_name_the_last_of_several_months() -> None:
    assert last_of(month(2004, 12), 12) == Period(dt.date(2004, 1, 1), dt.date(2005, 1, 1))
    assert last_of(month(2005, 3), 12) == Period(dt.date(2004, 4, 1), dt.date(2005, 4, 1))
    whole = Period(dt.date(2016, 7, 1), dt.date(2017, 7, 1))
    assert last_of(whole, 12) == whole

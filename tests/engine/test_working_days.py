"""Working days: weekends and bank holidays do not count."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commongoal.pathway.engine.working_days import (
    is_working_day,
    latest_working_day,
    working_day_after,
    working_days_between,
)

EASTER_2026 = frozenset({dt.date(2026, 4, 3), dt.date(2026, 4, 6)})
DAYS = st.dates(dt.date(2020, 1, 1), dt.date(2030, 1, 1))


@pytest.mark.parametrize(
    ("sent", "days", "due"),
    [
        (dt.date(2026, 3, 2), 5, dt.date(2026, 3, 9)),  # Monday to Monday
        (dt.date(2026, 3, 6), 1, dt.date(2026, 3, 9)),  # Friday to Monday
        (dt.date(2026, 3, 7), 1, dt.date(2026, 3, 9)),  # Saturday to Monday
        (dt.date(2026, 4, 1), 2, dt.date(2026, 4, 7)),  # over Good Friday and Easter Monday
    ],
)
def test_the_day_due(sent: dt.date, days: int, due: dt.date) -> None:
    assert working_day_after(sent, days, EASTER_2026) == due


@given(DAYS, st.integers(1, 40), st.frozensets(DAYS, max_size=20))
def test_there_and_back(day: dt.date, days: int, holidays: frozenset[dt.date]) -> None:
    due = working_day_after(day, days, holidays)
    assert is_working_day(due, holidays)
    assert working_days_between(day, due, holidays) == days
    assert working_days_between(due, day, holidays) == 0


@given(DAYS, DAYS, st.frozensets(DAYS, max_size=20))
def test_counting_agrees_with_walking(first: dt.date, last: dt.date, holidays: frozenset[dt.date]) -> None:
    walked = sum(is_working_day(first + dt.timedelta(days=d), holidays) for d in range(1, (last - first).days + 1))
    assert working_days_between(first, last, holidays) == walked


@given(DAYS, DAYS, st.frozensets(DAYS, max_size=20))
def test_late_is_before_the_latest_working_day(due: dt.date, on: dt.date, holidays: frozenset[dt.date]) -> None:
    assert (due < latest_working_day(on, holidays)) == (working_days_between(due, on, holidays) > 0)

"""Working days: Monday to Friday without the bank holidays given."""

import datetime as dt
from collections.abc import Set as AbstractSet

SATURDAY = 5


def is_working_day(day: dt.date, holidays: AbstractSet[dt.date]) -> bool:
    """Whether the day is neither Saturday, Sunday nor one of the holidays."""
    return day.weekday() < SATURDAY and day not in holidays


def working_day_after(day: dt.date, days: int, holidays: AbstractSet[dt.date]) -> dt.date:
    """The `days`-th working day after `day` (which does not count itself). `days` is at least 1."""
    while days > 0:
        day += dt.timedelta(days=1)
        days -= is_working_day(day, holidays)
    return day


def latest_working_day(day: dt.date, holidays: AbstractSet[dt.date]) -> dt.date:
    """The day itself, or the last working day before it."""
    while not is_working_day(day, holidays):
        day -= dt.timedelta(days=1)
    return day


def working_days_between(first: dt.date, last: dt.date, holidays: AbstractSet[dt.date]) -> int:
    """How many working days come after `first`, up to and with `last`; 0 where `last` is not after `first`."""
    if last <= first:
        return 0
    free = sum(first < day <= last and day.weekday() < SATURDAY for day in holidays)
    return _weekdays_to(last) - _weekdays_to(first) - free


def _weekdays_to(day: dt.date) -> int:
    """Mondays to Fridays from the first day of the calendar (a Monday) up to and with `day`."""
    weeks, rest = divmod(day.toordinal(), 7)
    return weeks * SATURDAY + min(rest, SATURDAY)

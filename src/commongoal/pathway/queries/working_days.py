"""The working days of England."""

import datetime as dt
from functools import cache, lru_cache

from govuk_bank_holidays.bank_holidays import BankHolidays

from commongoal.pathway.engine.working_days import latest_working_day, working_day_after, working_days_between


@cache
def bank_holidays() -> frozenset[dt.date]:
    """The bank holidays of England and Wales as they came with the package: nothing is fetched."""
    holidays = BankHolidays(use_cached_holidays=True).get_holidays(division=BankHolidays.ENGLAND_AND_WALES)
    return frozenset(holiday["date"] for holiday in holidays)


def due_on(sent_on: dt.date, days: int) -> dt.date:
    """The day by which something sent on a day has to be answered, in working days."""
    return working_day_after(sent_on, days, bank_holidays())


@lru_cache(maxsize=4096)
def days_late(due: dt.date, on: dt.date) -> int:
    """Working days past the day something was due; 0 until it is late."""
    return working_days_between(due, on, bank_holidays()) if on > due else 0


def late_if_due_before(on: dt.date) -> dt.date:
    """What was due before this day is at least one working day late on the day `on`."""
    return latest_working_day(on, bank_holidays())

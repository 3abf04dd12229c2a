"""The labels that sources give to periods, as half-open periods.

A label that could mean two things means nothing here: "2016-17" may be a financial year or an academic one.
"""

import datetime as dt
import re

from commongoal.places.engine.figures import Period

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
FULL = ("january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
        "december")  # fmt: skip
NUMBERS = {name: number for names in (MONTHS, FULL) for number, name in enumerate(names, start=1)} | {"sept": 9}
FIRST_YEAR, LAST_YEAR = 1900, 2100
PIVOT = 70
"""A year of two digits from this on is of the last century: the oldest claimant counts here are of the 1970s."""

YEAR = re.compile(r"\d{4}")
MONTH = re.compile(r"([A-Za-z]{3,9})[ -](\d{4}|\d{2})")
NUMBERED = re.compile(r"(\d{4})-(\d{2})(?:-01)?|(\d{4})(\d{2})")
SPAN = re.compile(r"([A-Za-z]{3,9} \d{4}) ?- ?([A-Za-z]{3,9} \d{4})")
EXPECTED = 'a period such as 2016, 2017-08, 2017-08-01 (the month), "Aug-17", "August 2017" or "Jul 2016-Jun 2017"'


def period_of(text: str) -> Period | None:
    """The period that a label names; none for one that is not understood.

    A year, a month ("Aug-17", "August 2017", "2017-08", "201708", and "2017-08-01", the day that stands for its
    month), or from one month to the end of another ("Oct 2016-Sep 2017").
    """
    text = text.strip()
    if not text.isascii():
        return None
    if YEAR.fullmatch(text):
        return _from(int(text), 1, 12)
    if parts := SPAN.fullmatch(text):
        return _span(parts[1], parts[2])
    if parts := NUMBERED.fullmatch(text):
        return _from(int(parts[1] or parts[3]), int(parts[2] or parts[4]), 1)
    if parts := MONTH.fullmatch(text):
        return _from(_year(parts[2]), NUMBERS.get(parts[1].lower(), 0), 1)
    return None


def last_of(period: Period, months: int) -> Period:
    """The period of so many months that ends with one month; a period of any other length as it is."""
    if months == 1 or _month(period.end) - _month(period.start) != 1:
        return period
    first = _month(period.end) - months
    return Period(dt.date(first // 12, first % 12 + 1, 1), period.end)


def _month(day: dt.date) -> int:
    return day.year * 12 + day.month - 1


def _span(first: str, last: str) -> Period | None:
    start, end = period_of(first), period_of(last)
    return Period(start.start, end.end) if start and end and start.start < end.end else None


def _year(text: str) -> int:
    year = int(text)
    if len(text) == 4:
        return year
    return year + (1900 if year >= PIVOT else 2000)


def _from(year: int, month: int, months: int) -> Period | None:
    if not (FIRST_YEAR <= year <= LAST_YEAR and 1 <= month <= 12):
        return None
    after = month - 1 + months
    return Period(dt.date(year, month, 1), dt.date(year + after // 12, after % 12 + 1, 1))

"""What one cell says, or what would be right: one reader for each kind of column.

A reader takes the cell's text, stripped and not empty, and returns the value or a `Fault`. Readers run once for each
*different* text in a column, so they may be slow and clear.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from difflib import get_close_matches
from functools import partial
from typing import Any, NamedTuple

from commongoal.pathway.engine.checks.raw import IDENTITY, listed
from commongoal.pathway.engine.ledger import Column

EARLIEST, LATEST = date(1900, 1, 1), date(2199, 12, 31)
EXCEL_DAY_0 = date(1899, 12, 30)
LONGEST_ID, LONGEST_TEXT = 128, 4000
MOST_PENCE = 10**14
ISO = re.compile(r"(\d{4})-(\d{2})-(\d{2})(?:[T ]00:00(?::00(?:\.0+)?)?)?")
BRITISH = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})")
OTHER_ORDER = re.compile(r"(\d{1,2})[-./ ](\d{1,2})[-./ ](\d{4}|\d{2})")
POUNDS = re.compile(r"(-?)£?(\d+|\d{1,3}(?:,\d{3})+)(?:\.(\d+))?")
NUMBER = re.compile(r"[+-]?\d+(\.\d+)?")
FLAGS = {"yes": True, "y": True, "true": True, "1": True, "no": False, "n": False, "false": False, "0": False}
MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


class Fault(NamedTuple):
    """What would be right, and the stable name of the rule."""

    expected: str
    code: str


TOO_MUCH = Fault("less than a million million pounds", "out_of_range")


@dataclass(frozen=True, slots=True)
class Bounds:
    """What limits a column's values: the choices (id -> name), the last day a date may be, the number's range."""

    choices: Mapping[str, str] | None = None
    latest: date = LATEST
    low: float = 0
    high: float = 2**31 - 1
    month_first: bool = False


Reader = Callable[[str], Any]


def reader_of(column: Column, bounds: Bounds) -> Reader:
    """The reader for one column: text -> value, or `Fault`."""
    kinds: dict[str, Callable[[str, Bounds], Any]] = {
        "id": _read_id,
        "text": _read_text,
        "date": _read_date,
        "count": _read_whole,
        "level": _read_whole,
        "number": _read_number,
        "pounds": _read_pounds,
        "choice": _read_choice,
        "flag": _read_flag,
    }
    return partial(_with, kinds[column.kind], bounds)


def _with(reader: Callable[[str, Bounds], Any], bounds: Bounds, text: str) -> Any:
    return reader(text, bounds)


def _read_id(text: str, _bounds: Bounds) -> str | Fault:
    if IDENTITY.search(text):
        return Fault("a pseudonymous id: never a National Insurance number or an e-mail address", "identity")
    if len(text) > LONGEST_ID:
        return Fault(f"an id of at most {LONGEST_ID} characters", "bad_id")
    if not text.isprintable():
        return Fault("an id without control or invisible characters", "bad_id")
    if not (text[0].isalnum() or text[0] == "_"):
        return Fault("an id that starts with a letter, a digit or _ (a spreadsheet would run =, +, - or @)", "bad_id")
    return text


def _read_text(text: str, _bounds: Bounds) -> str | Fault:
    if IDENTITY.search(text):
        return Fault("a reference without a National Insurance number or an e-mail address", "identity")
    if len(text) > LONGEST_TEXT:
        return Fault(f"at most {LONGEST_TEXT} characters", "too_long")
    if any((ord(c) < 32 and c not in "\t\r\n") or 127 <= ord(c) < 160 for c in text):
        return Fault("text without control characters", "control_character")
    return text


def _read_choice(text: str, bounds: Bounds) -> str | Fault:
    choices = bounds.choices or {}
    if text in choices:
        return text
    named = {name.casefold(): key for key, name in choices.items()} | {key.casefold(): key for key in choices}
    near = get_close_matches(text.casefold(), list(named), n=1)
    hint = f"; did you mean {named[near[0]]!r}?" if near else ""
    if not choices:
        return Fault("nothing: the programme lists no such values", "unknown_value")
    return Fault(f"one of {listed(list(choices))}{hint}", "unknown_value")


def _read_flag(text: str, _bounds: Bounds) -> bool | Fault:
    return FLAGS.get(text.casefold(), Fault("yes or no", "wrong_type"))


def _read_whole(text: str, bounds: Bounds) -> int | Fault:
    number = _read_number(text, bounds)
    if isinstance(number, Fault):
        return number
    if not number.is_integer():
        return Fault("a whole number", "wrong_type")
    return int(number)


def _read_number(text: str, bounds: Bounds) -> float | Fault:
    if _not_finite(text):
        return Fault("a finite number", "not_finite")
    if not NUMBER.fullmatch(text):
        return Fault("a number such as 16 or 37.5", "wrong_type")
    number = float(text)
    if not bounds.low <= number <= bounds.high:
        return Fault(f"a number from {bounds.low:g} to {bounds.high:.10g}", "out_of_range")
    return number


def _not_finite(text: str) -> bool:
    return text.casefold().strip("+-") in ("nan", "inf", "infinity", "1.#inf", "1.#qnan", "#div/0!", "#num!")


def _read_pounds(text: str, _bounds: Bounds) -> int | Fault:
    """Whole pence."""
    if _not_finite(text):
        return Fault("a finite amount of pounds", "not_finite")
    if not (match := POUNDS.fullmatch(text)):
        return Fault("pounds such as 1250 or 1250.50", "wrong_type")
    sign, whole, part = match[1], match[2].replace(",", ""), (match[3] or "").rstrip("0")
    if sign and (int(whole) or part):
        return Fault("an amount that is not negative", "negative_money")
    if len(part) > 2:
        return Fault(f"at most two decimals, such as {whole}.{part[:2]}", "too_many_decimals")
    pence = int(whole[:20]) * 100 + int(part.ljust(2, "0"))
    return pence if pence < MOST_PENCE and len(whole) < 20 else TOO_MUCH


def read_pence(text: str) -> int | Fault:
    """Whole pence from a column that says pence, as an imported ledger has."""
    if not re.fullmatch(r"-?\d{1,15}", text):
        return Fault("whole pence", "wrong_type")
    if int(text) < 0:
        return Fault("an amount that is not negative", "negative_money")
    return int(text) if int(text) < MOST_PENCE else TOO_MUCH


def _read_date(text: str, bounds: Bounds) -> date | Fault:
    if match := ISO.fullmatch(text):
        return _day(int(match[1]), int(match[2]), int(match[3]), bounds)
    if match := BRITISH.fullmatch(text):
        day, month, year = int(match[1]), int(match[2]), int(match[3])
        if bounds.month_first and month <= 12 and day <= 12 and month != day:
            return _either(day, month, year)
        return _day(year, month, day, bounds)
    return _not_a_day(text)


def _day(year: int, month: int, day: int, bounds: Bounds) -> date | Fault:
    if not 1 <= month <= 12:
        fits = 1 <= day <= 12 and 1 <= month <= _last_day(year, day)
        swapped = f"; {year:04}-{day:02}-{month:02} if the month was put first" if fits else ""
        return Fault(f"a month from 1 to 12{swapped}", "impossible_date")
    if year < EARLIEST.year:
        return Fault("a day in 1900 or later", "impossible_date")
    last = _last_day(year, month)
    if not 1 <= day <= last:
        return Fault(f"a day that exists: {MONTHS[month - 1]} {year} has {last} days", "impossible_date")
    found = date(year, month, day)
    if found > LATEST:
        return Fault("a day before 2200", "impossible_date")
    return (
        found if found <= bounds.latest else Fault(f"a day not after {bounds.latest} (the snapshot)", "after_snapshot")
    )


def _last_day(year: int, month: int) -> int:
    leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    return (31, 29 if leap else 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)[month - 1]


def _either(day: int, month: int, year: int) -> Fault:
    return Fault(
        f"a day that can be read in one way: {year:04}-{month:02}-{day:02} or {year:04}-{day:02}-{month:02}",
        "ambiguous_date",
    )


def _not_a_day(text: str) -> Fault:
    if re.fullmatch(r"\d{1,6}(\.\d+)?", text) and 1 <= float(text) < 110_000:
        meant = EXCEL_DAY_0 + timedelta(days=int(float(text)))
        day = f"{meant.day} {MONTHS[meant.month - 1]} {meant.year}"
        return Fault(f"Excel date as a number: {text} would be {day}; write {meant.isoformat()}", "excel_date")
    if re.fullmatch(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}.*", text):
        return Fault(f"a day without a time: {text[:10]}", "wrong_type")
    if match := OTHER_ORDER.fullmatch(text):
        year = int(match[3]) + (2000 if len(match[3]) == 2 else 0)
        return _either(int(match[1]), int(match[2]), year)
    return Fault("a day as year-month-day, such as 2026-03-31, or 31/03/2026", "wrong_type")


def is_month_first(text: str) -> bool:
    """Whether a date with slashes can only be read with the month first, as in 12/31/2026."""
    match = BRITISH.fullmatch(text)
    return bool(match) and int(match[1]) <= 12 < int(match[2]) <= 31  # type: ignore[index]

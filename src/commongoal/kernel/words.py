"""How figures are written for people: pounds, shares, intervals and dates, in one way everywhere.

Everything takes missing and non-finite numbers: nothing here raises because a figure is not there.
"""

import math
import unicodedata
from collections.abc import Callable
from datetime import date
from typing import Literal

from commongoal.kernel.estimates import Estimate

Unit = Literal["pounds", "sustained jobs"]
Written = Callable[[float], str]

MINUS = "\N{MINUS SIGN}"
NOT_KNOWN = "not known"
NO_INTERVAL = "no interval"
HIDDEN = "hidden"
"""What stands where a figure is suppressed."""

JOBS_RATIO_PER = 100_000
"""A ratio in sustained jobs is written for this many pounds: for one pound it is too small to read."""

_SCALES = ((1e12, "trillion"), (1e9, "billion"), (1e6, "million"))
_SHORT = ((1e12, "tn"), (1e9, "bn"), (1e6, "m"), (1e3, "k"))
_RIGHT_TO_LEFT = ("R", "AL", "AN")
NONE_IN_XML = "\ufffe\uffff"
"""Code points that XML 1.0 has not, beside control characters and surrogates (section 2.2)."""


def number(value: float | None, places: int = 0) -> str:
    """A plain number with separators and a real minus sign: -1234.5 to one place is "−1,234.5"."""
    return _signed(value, lambda size: f"{size:,.{places}f}")


def pounds(value: float | None, places: int = 0) -> str:
    """Pounds, whole unless `places` says otherwise: "£1,234", "−£1,234.50"."""
    return _signed(value, lambda size: f"£{size:,.{places}f}")


def about_pounds(value: float | None) -> str:
    """Pounds to three figures, for sentences: "£1.42 million", "£987,000", "£1.42"."""
    return _signed(value, _three_figures)


def short_pounds(value: float | None) -> str:
    """Pounds for the ticks of a scale: "£200k", "£1.5m", "£0.50"."""
    return _signed(value, _tick)


def amount(value: float | None, unit: Unit) -> str:
    """Credit in a table: whole pounds, or sustained jobs, to two places where they are few."""
    return pounds(value) if unit == "pounds" else jobs(value)


def jobs(value: float | None) -> str:
    """Sustained jobs: "466.0", and "0.35" below ten."""
    return number(value, 2 if value is not None and abs(value) < 10 else 1)


def about_amount(value: float | None, unit: Unit) -> str:
    """Credit in a sentence, with its unit."""
    return about_pounds(value) if unit == "pounds" else f"{jobs(value)} sustained jobs"


def ratio(value: float | None, unit: Unit = "pounds") -> str:
    """Credit for each £1, or, in sustained jobs, for each £100,000."""
    if unit == "pounds":
        return pounds(value, 2 if value is None or abs(value) < 1000 else 0)
    return number(None if value is None else value * JOBS_RATIO_PER, 1)


def ratio_words(value: float | None, unit: Unit = "pounds") -> str:
    """A ratio in a sentence: "£1.42 for each £1 spent"."""
    spent = "£1" if unit == "pounds" else pounds(JOBS_RATIO_PER)
    jobs = "" if unit == "pounds" else " sustained jobs"
    return f"{ratio(value, unit)}{jobs} for each {spent} spent"


def percent(value: float | None) -> str:
    """A share as a percentage that never rounds to a false 0% or 100%."""
    if value is not None and 0 < value < 0.005:
        return "under 1%"
    if value is not None and 0.995 < value < 1:
        return "over 99%"
    return _signed(value, lambda size: f"{size * 100:,.0f}%")


def chance(value: float | None) -> str:
    """A chance found in draws, which can never show that something is certain."""
    if value is None or math.isnan(value):
        return NOT_KNOWN
    return "under 1%" if value < 0.005 else "over 99%" if value > 0.995 else percent(value)


def plain(value: float | None) -> str:
    """A number with at most one decimal, and none where it is whole: "2", "7.5"."""
    whole = value is not None and math.isfinite(value) and round(value, 1) == round(value)
    return number(value, 0 if whole else 1)


def interval(estimate: Estimate | None, written: Written) -> str:
    """The ends of an estimate's 90% interval, "£0.90 to £2.10", or why there is none."""
    if estimate is None:
        return NO_INTERVAL
    if estimate.low is None or estimate.high is None:
        return estimate.why or NO_INTERVAL
    return f"{written(estimate.low)} to {written(estimate.high)}"


def with_interval(estimate: Estimate | None, written: Written) -> str:
    """An estimate in a sentence: "£1.42 (90% interval £0.90 to £2.10)"."""
    if estimate is None:
        return NOT_KNOWN
    ends = interval(estimate, written)
    known = estimate.low is not None and estimate.high is not None
    return f"{written(estimate.point)} ({'90% interval ' if known else ''}{ends})"


def day(iso: str) -> str:
    """An ISO date as people write it, "3 March 2026"; anything else as it came."""
    try:
        parsed = date.fromisoformat(iso)
    except ValueError:
        return iso
    return written_day(parsed)


def written_day(day: date) -> str:
    """A date as people write it: "3 March 2026"."""
    return f"{day.day} {day:%B %Y}"


def count_words(count: int | None) -> str:
    """A count, or that it is hidden: None is a count that would tell about somebody (`kernel.suppression`)."""
    return HIDDEN if count is None else number(count)


def counted(count: int | None, one: str, many: str) -> str:
    """A count with the right noun: "1 person", "2,310 people", "number of people hidden"."""
    return f"number of {many} {HIDDEN}" if count is None else f"{number(count)} {one if count == 1 else many}"


def listed(items: list[str]) -> str:
    """Items in a sentence: "a, b and c"."""
    return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} and {items[-1]}" if items else ""


def sentence(text: str) -> str:
    """A phrase as a sentence: a capital at the front and a full stop at the end."""
    tidy = clean(text).strip()
    return f"{tidy[:1].upper()}{tidy[1:]}{'' if tidy.endswith(('.', '!', '?')) else '.'}" if tidy else ""


def clean(text: str) -> str:
    """Text from a file without what could steer a page or a terminal, or break a picture.

    Control characters, lone surrogates and what is no character go: XML, and so SVG, has none of them.
    """
    tidy = "".join(" " if char in "\t\n\r" else char for char in text)
    return "".join(char for char in tidy if unicodedata.category(char) not in ("Cc", "Cs") and char not in NONE_IN_XML)


def isolated(name: str) -> str:
    """A name that may run right to left, kept from turning the sentence round it."""
    tidy = clean(name)
    turns = any(unicodedata.bidirectional(char) in _RIGHT_TO_LEFT for char in tidy)
    return f"\u2068{tidy}\u2069" if turns else tidy


def _signed(value: float | None, written: Written) -> str:
    if value is None or math.isnan(value):
        return NOT_KNOWN
    if math.isinf(value):
        return "infinite" if value > 0 else f"{MINUS}infinite"
    text = written(abs(value))
    minus = value < 0 and any(char in "123456789" for char in text)
    return f"{MINUS}{text}" if minus else text


def _three_figures(size: float) -> str:
    for scale, name in _SCALES:
        if size >= scale * 0.9995:
            places = max(0, 2 - int(math.log10(size / scale * 1.0005)))
            return f"£{size / scale:,.{places}f} {name}"
    if size < 100:
        return f"£{size:,.2f}"
    step = 10 ** max(0, math.floor(math.log10(size)) - 2)
    return f"£{round(size / step) * step:,.0f}"


def _tick(size: float) -> str:
    for scale, letter in _SHORT:
        if size >= scale:
            return f"£{size / scale:,.4g}{letter}"
    return f"£{size:,.0f}" if size == round(size) else f"£{size:,.2f}"

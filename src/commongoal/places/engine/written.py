"""What a figure as it is written can mean: "38,930", "9.5%", "over half", "£1.3m", "1 in 10", "97,000+".

A figure stands for every number that its writer could have rounded to it. Where the rounding is not said, it is read
from the digits: a count is taken as rounded to its last digit that is not 0, a percentage to its last decimal. That is
the widest usual reading, so that nobody is told of a fault that rounding could explain.
"""

import math
import re
from dataclasses import dataclass
from enum import StrEnum

ABOUT = 2.0
"""How many times as far as its rounding a figure with "about" may be out. A convention of this tool."""
NEARLY = 0.05
"""How far below a figure "nearly" may reach, as a share of it. A convention of this tool."""
IN_WORDS = 0.025
"""How far a share in words ("three quarters") may be out: to the nearest 5 points. A convention of this tool."""

SCALES = {"k": 1e3, "thousand": 1e3, "m": 1e6, "million": 1e6, "bn": 1e9, "billion": 1e9}
PARTS = {"half": 2, "third": 3, "quarter": 4, "fifth": 5, "sixth": 6, "eighth": 8, "tenth": 10}
COUNTS = {"a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "seven": 7, "nine": 9}

ABOVE = ("over", "more than", "above", "at least")
BELOW = ("under", "less than", "fewer than", "below", "at most", "up to", "no more than")
NEAR = ("about", "around", "approximately", "roughly", "some", "circa")
SHORT_OF = ("almost", "nearly", "just under")
_QUALIFIERS = "|".join(sorted((*ABOVE, *BELOW, *NEAR, *SHORT_OF), key=len, reverse=True))
_NUMBER = re.compile(
    rf"(?:(?P<how>{_QUALIFIERS}) )?£?(?P<digits>\d{{1,3}}(?:,\d{{3}})+|\d+)(?P<decimals>\.\d+)?"
    r" ?(?P<scale>k|m|bn|thousand|million|billion)? ?(?P<percent>%|per cent|percent)?"
    r"(?P<more>\+| or more)?(?: (?P<than>higher|more|lower|less))?"
)
_ONE_IN = re.compile(
    rf"(?:(?P<how>{_QUALIFIERS}) )?(?P<one>\d+|one|two|three|nine) in (?P<many>\d+|ten|five|four|three)"
)
_SHARE = re.compile(rf"(?:(?P<how>{_QUALIFIERS}) )?(?:(?P<count>{'|'.join(COUNTS)})[ -])?(?P<part>{'|'.join(PARTS)})s?")
_WORDS_IN = COUNTS | {"ten": 10}


class Sort(StrEnum):
    """What a written figure measures."""

    COUNT = "count"
    SHARE = "share"


@dataclass(frozen=True, slots=True)
class Meant:
    """What a written figure can mean: from `low` to `high`, with both ends; a share is a number near 0 to 1.

    `unit` is one step of its last digit, 0 where it has none. `point` is the figure itself.
    """

    written: str
    sort: Sort
    point: float
    low: float
    high: float
    unit: float


def meant(written: str, rounded_to: float | None = None) -> Meant | None:
    """What the text of a figure can mean; None where it is not a figure. `rounded_to` is the step, where it is said.

    `rounded_to` is in the figure as written: 5 of "38,930", 0.1 of "9.5%".
    """
    text = " ".join(written.lower().replace("\N{NO-BREAK SPACE}", " ").replace("per cent", "%").split())
    for pattern, reading in ((_NUMBER, _number), (_ONE_IN, _one_in), (_SHARE, _share)):
        if found := pattern.fullmatch(text):
            return reading(written, found, rounded_to)
    return None


def _number(written: str, found: re.Match[str], rounded_to: float | None) -> Meant:
    digits, decimals = found["digits"].replace(",", ""), found["decimals"] or ""
    scale = SCALES.get(found["scale"] or "", 1.0) * (0.01 if found["percent"] else 1.0)
    step = rounded_to if rounded_to is not None else _step(digits, decimals, bool(found["percent"]))
    point, unit = float(digits + decimals) * scale, step * scale
    sort = Sort.SHARE if found["percent"] else Sort.COUNT
    how = "at least" if found["more"] else found["how"] or ""
    low, high = _ends(point, unit / 2, how)
    if found["than"] and sort == Sort.SHARE:
        sign = 1 if found["than"] in ("higher", "more") else -1
        ends = sorted((1 + sign * low, 1 + sign * high))
        return Meant(written, sort, 1 + sign * point, max(ends[0], 0.0), ends[1], unit)
    return Meant(written, sort, point, low, high, unit)


def _one_in(written: str, found: re.Match[str], rounded_to: float | None) -> Meant:
    one, many = (float(_WORDS_IN.get(found[name]) or found[name]) for name in ("one", "many"))
    half = (rounded_to if rounded_to is not None else 1.0) / 2
    low, high = one / (many + half), one / max(many - half, one)
    point = one / many
    low, high = {True: (low, high), False: _ends(point, 0.0, found["how"] or "")}[not found["how"]]
    return Meant(written, Sort.SHARE, point, low, high, (high - low) if math.isfinite(high) else 0.0)


def _share(written: str, found: re.Match[str], rounded_to: float | None) -> Meant:
    point = COUNTS.get(found["count"] or "a", 1) / PARTS[found["part"]]
    half = IN_WORDS if rounded_to is None else rounded_to / 2
    low, high = _ends(point, half, found["how"] or "")
    return Meant(written, Sort.SHARE, point, low, high, 2 * half)


def _ends(point: float, half: float, how: str) -> tuple[float, float]:
    """The ends of what is meant, from the word before the figure."""
    if how in ABOVE:
        return point, math.inf
    if how in BELOW:
        return 0.0, point
    if how in SHORT_OF:
        return point * (1 - NEARLY), point
    wide = half * ABOUT if how in NEAR else half
    return max(point - wide, 0.0), point + wide


def _step(digits: str, decimals: str, percent: bool) -> float:
    if decimals:
        return 10.0 ** (1 - len(decimals))
    zeros = len(digits) - len(digits.rstrip("0"))
    return 1.0 if percent or zeros == len(digits) else 10.0**zeros

"""The classes of a map: where one ends and the next begins, what they are called, and their shades."""

import math
from bisect import bisect_right
from collections.abc import Sequence
from itertools import pairwise

from commongoal.kernel.words import Written

HUES = ("#eff5fb", "#c3daee", "#8dbbdf", "#4f93ca", "#1d70b8")
"""From low to high: one hue, told apart by lightness, whoever looks and whatever prints; ink stands out from each by
more than 3 to 1 (WCAG 2.2, success criterion 1.4.11)."""

CLASSES = len(HUES)


def even_breaks(values: Sequence[float], write: Written) -> tuple[float, ...]:
    """At most four round numbers that part the values into classes with about as many in each.

    A number that would read as the one before, or leave a class empty, is left out.
    """
    ordered = sorted(value for value in values if math.isfinite(value))
    if len(ordered) < 2 or ordered[0] == ordered[-1]:
        return ()
    step = 10.0 ** (math.floor(math.log10(ordered[-1] - ordered[0])) - 1)
    found: list[float] = []
    for part in range(1, CLASSES):
        cut = round(round(ordered[part * len(ordered) // CLASSES] / step) * step, 12)
        below = found[-1] if found else -math.inf
        fresh = not found or write(cut) != write(below)
        if fresh and any(below <= value < cut for value in ordered) and cut <= ordered[-1]:
            found.append(cut)
    return tuple(found)


def class_of(value: float, breaks: Sequence[float]) -> int:
    """The shade of a value; one that stands on a break belongs above it. With fewer classes, the shades spread out."""
    return _shade(bisect_right(breaks, value), len(breaks))


def class_words(breaks: Sequence[float], write: Written) -> tuple[tuple[int, str], ...]:
    """Shade and words of each class, from low to high."""
    if not breaks:
        return ((_shade(0, 0), "every area with a figure"),)
    middle = [f"{write(low)} to under {write(high)}" for low, high in pairwise(breaks)]
    words = (f"under {write(breaks[0])}", *middle, f"{write(breaks[-1])} or more")
    return tuple((_shade(number, len(breaks)), said) for number, said in enumerate(words))


def _shade(number: int, last: int) -> int:
    return round(number * (CLASSES - 1) / last) if last else CLASSES // 2

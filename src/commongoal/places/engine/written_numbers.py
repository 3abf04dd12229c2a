"""Numbers as tables write them: "  927", "1,100", "4e3"."""

import math
import re

NUMBER = re.compile(r"[+-]?(?:(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d{1,3})?", re.ASCII)
LARGEST = 1e12
"""Beyond this there is no figure of people, homes or pounds of a place that is right."""


class CellError(ValueError):
    """What is written in a cell cannot be taken; the text says what would be right."""


def number_of(text: str, negative: bool = False) -> float:
    """The number that a cell holds. Raises `CellError` with what would be right."""
    text = text.strip()
    if not NUMBER.fullmatch(text):
        raise CellError("a number, such as 927, 1,100 or 4.1")
    number = float(text.replace(",", ""))
    if not math.isfinite(number) or abs(number) > LARGEST:
        raise CellError(f"a number of at most {LARGEST:,.0f}")
    if number < 0 and not negative:
        raise CellError("a number that is not negative")
    return abs(number) if number == 0 else number

"""Checking the cells of one unit value: numbers, price years, codes; and what would be right where one is not."""

import math
import re
from collections.abc import Iterator

from commongoal.kernel.errors import Problem
from commongoal.valuation.engine.parameters import NotAPriceYear, Year, price_year
from commongoal.valuation.files.layouts import Record

HIGHEST = 1e9
"""No unit of anything here is worth more pounds than this."""
FIRST_YEAR, LAST_YEAR = 1950, 2100

NUMBER = re.compile(r"[+-]?£? ?([0-9]+|[0-9]{1,3}(,[0-9]{3})+)?(\.[0-9]+)?(e[+-]?[0-9]{1,3})?", re.IGNORECASE)
CODE = re.compile(r"[A-Za-z][A-Za-z&]{0,7} ?[0-9]+(\.[0-9]+)*")


def number(text: str) -> float | None:
    """A number as people write pounds, such as £1,234.50; None for anything else, infinite ones included."""
    if not any(char in "0123456789" for char in text) or (not text.isascii() and "£" not in text):
        return None
    if not NUMBER.fullmatch(text):
        return None
    found = float(text.replace("£", "").replace(",", "").replace(" ", ""))
    return found if math.isfinite(found) else None


def year(text: str) -> Year | None:
    """A price year, or None."""
    try:
        found = price_year(text)
    except NotAPriceYear:
        return None
    return found if FIRST_YEAR <= found.start <= LAST_YEAR else None


def value_faults(record: Record, value: str, year_column: str) -> Iterator[Problem]:
    """What is wrong with a value and its price year; `value` and `year_column` are our names of the columns."""
    amount, written = number(record.get(value)), record.get(year_column)
    if amount is None:
        yield record.fault(
            value, f"an amount in pounds, such as 1234.50{shifted(record, value, year_column)}", "not_a_number"
        )
    elif not 0 <= amount <= HIGHEST:
        yield record.fault(value, f"an amount from £0 to £{HIGHEST:,.0f}", "out_of_range")
    if year(written) is None:
        said = "a price year, such as 2012/13 or 2012"
        yield record.fault(year_column, said, "not_a_year" if written else "no_year")


def shifted(record: Record, value: str, year_column: str) -> str:
    """What to add where the cells of the row look as if they stood in the wrong columns; nothing where they do not."""
    columns = [name for name in ("agency", "unit", "detail", year_column) if number(record.get(name)) is not None]
    wrong = [name for name in columns if name != year_column or year(record.get(name)) is None]
    if wrong:
        return f"; {record.get(wrong[0])!r} stands under {record.headings[wrong[0]]!r}: the row looks shifted"
    return (
        "; the year stands here: the row looks shifted" if "/" in record.get(value) and year(record.get(value)) else ""
    )


def word_faults(record: Record, columns: tuple[str, ...]) -> Iterator[Problem]:
    """Cells that must hold words and are empty, or hold a number or year instead."""
    for column in columns:
        text = record.get(column)
        if not text:
            yield record.fault(column, f"the {column} of this value: the cell is empty", f"no_{column}")
        elif number(text) is not None or year(text) is not None:
            said = f"words, the {column} of this value: a number here means that the row is shifted"
            yield record.fault(column, said, "shifted")

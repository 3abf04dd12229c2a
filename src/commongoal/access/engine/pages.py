"""Long lists, a page at a time, without counting them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")
PAGE = 25
LAST_PAGE = 400  # beyond, a narrower question is quicker for everybody


@dataclass(frozen=True, slots=True)
class Part(Generic[T]):
    """One page of a list, its number from 1, and whether there is more."""

    rows: tuple[T, ...]
    number: int = 1
    more: bool = False

    @classmethod
    def of(cls, rows: Sequence[T], number: int) -> "Part[T]":
        """The page of rows that were read with one beyond the page."""
        return cls(tuple(rows[:PAGE]), number, len(rows) > PAGE and number < LAST_PAGE)


def window(number: int) -> slice:
    """The rows of a page and one beyond, which says whether there is more."""
    return slice((number - 1) * PAGE, number * PAGE + 1)


def page_number(asked: str) -> int:
    """The number asked for in an address, kept within 1 and `LAST_PAGE`; anything else is 1."""
    return min(max(int(asked), 1), LAST_PAGE) if asked.isascii() and asked.isdigit() and len(asked) < 9 else 1

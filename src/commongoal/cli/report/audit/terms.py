"""Spreadsheet formulas that carry their own value: what a formula says and what it comes to are made by one expression.

A formula is written into a workbook with its value, so that a viewer that does not recalculate shows the same figures
as one that does.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

Value: TypeAlias = float | str | bool
ATOM, POWER, TIMES, PLUS, COMPARISON = 4, 3, 2, 1, 0
"""How tightly a formula holds together: what binds looser than its surroundings is put in brackets."""


@dataclass(frozen=True, slots=True)
class Term:
    """A formula, or a reference to a cell, and its value."""

    text: str
    value: Value
    rank: int = ATOM

    def __add__(self, other: "Given") -> "Term":
        return _joined(self, "+", other, PLUS, lambda a, b: a + b)

    def __sub__(self, other: "Given") -> "Term":
        return _joined(self, "-", other, PLUS, lambda a, b: a - b)

    def __mul__(self, other: "Given") -> "Term":
        return _joined(self, "*", other, TIMES, lambda a, b: a * b)

    def __truediv__(self, other: "Given") -> "Term":
        return _joined(self, "/", other, TIMES, lambda a, b: a / b if b else math.nan)

    def __pow__(self, other: "Given") -> "Term":
        return _joined(self, "^", other, POWER, _power)

    def __rsub__(self, other: float) -> "Term":
        return term(other) - self

    def __radd__(self, other: float) -> "Term":
        return term(other) + self

    def equals(self, other: "Given") -> "Term":
        """Whether the two are the same number or text."""
        return _compared(self, "=", other, self.value == term(other).value)

    def below(self, other: "Given") -> "Term":
        """Whether this number is the smaller one."""
        return _compared(self, "<", other, self.number < term(other).number)

    def above(self, other: "Given") -> "Term":
        """Whether this number is the larger one."""
        return _compared(self, ">", other, self.number > term(other).number)

    def at_least(self, other: "Given") -> "Term":
        """Whether this number is not the smaller one."""
        return _compared(self, ">=", other, self.number >= term(other).number)

    @property
    def number(self) -> float:
        """The value as a number; a text is none."""
        return math.nan if isinstance(self.value, str) else float(self.value)


Given: TypeAlias = Term | Value


@dataclass(frozen=True, slots=True)
class Span:
    """Cells side by side or one under the other."""

    text: str
    values: tuple[Value, ...]

    @property
    def numbers(self) -> tuple[float, ...]:
        """The values as numbers."""
        return tuple(math.nan if isinstance(value, str) else float(value) for value in self.values)


def span(cells: Sequence[Term]) -> Span:
    """The cells from the first reference to the last, on one sheet."""
    last = cells[-1].text.rpartition("!")[2]
    return Span(f"{cells[0].text}:{last}", tuple(cell.value for cell in cells))


def term(given: Given) -> Term:
    """A constant as a formula writes it."""
    if isinstance(given, Term):
        return given
    if isinstance(given, bool):
        return Term(str(given).upper(), given)
    if isinstance(given, str):
        quoted = given.replace('"', '""')
        return Term(f'"{quoted}"', given)
    return Term(f"{given:.15g}", given)


def when(condition: Term, then: Given, otherwise: Given) -> Term:
    """One of two."""
    chosen = term(then) if condition.value else term(otherwise)
    return Term(f"IF({condition.text},{term(then).text},{term(otherwise).text})", chosen.value)


def both(*conditions: Term) -> Term:
    """Whether all conditions hold."""
    return Term(f"AND({_listed(conditions)})", all(condition.value for condition in conditions))


def every(cells: Span) -> Term:
    """Whether all cells are true."""
    return Term(f"AND({cells.text})", all(cells.values))


def largest(*items: Given | Span) -> Term:
    """The largest of numbers and cells."""
    return Term(f"MAX({_listed(items)})", max(_numbers(items)))


def smallest(*items: Given | Span) -> Term:
    """The smallest of numbers and cells."""
    return Term(f"MIN({_listed(items)})", min(_numbers(items)))


def mean(*items: Given | Span) -> Term:
    """The plain mean of numbers and cells."""
    numbers = _numbers(items)
    return Term(f"AVERAGE({_listed(items)})", math.fsum(numbers) / len(numbers))


def total(*items: Given | Span) -> Term:
    """The sum of numbers and cells."""
    return Term(f"SUM({_listed(items)})", math.fsum(_numbers(items)))


def absolute(given: Term) -> Term:
    """A number without its sign."""
    return Term(f"ABS({given.text})", abs(given.number))


def whole(given: Term) -> Term:
    """A number without its fraction."""
    return Term(f"INT({given.text})", float(math.floor(given.number)))


def rest(given: Term, divisor: int) -> Term:
    """What is left after division."""
    return Term(f"MOD({given.text},{divisor})", given.number % divisor)


def product_sum(*spans: Span) -> Term:
    """The sum of products of cells in the same places."""
    rows = zip(*(one.numbers for one in spans), strict=True)
    return Term(f"SUMPRODUCT({','.join(one.text for one in spans)})", math.fsum(math.prod(row) for row in rows))


def sum_where(conditions: Sequence[tuple[Span, Given]], *spans: Span) -> Term:
    """The sum of products over the places where each condition's cells equal its key."""
    keys = [(cells, term(key)) for cells, key in conditions]
    tests = [f"({cells.text}={key.text})" for cells, key in keys]
    kept = [all(cells.values[i] == key.value for cells, key in keys) for i in range(len(spans[0].values))]
    rows = zip(*(one.numbers for one in spans), strict=True)
    value = math.fsum(math.prod(row) for row, keep in zip(rows, kept, strict=True) if keep)
    return Term(f"SUMPRODUCT({'*'.join([*tests, *(one.text for one in spans)])})", value)


def found(cells: Span, keys: Span, key: Given) -> Term:
    """The cell in the place where `keys` has the key."""
    wanted = term(key)
    return Term(
        f"INDEX({cells.text},MATCH({wanted.text},{keys.text},0))", cells.values[keys.values.index(wanted.value)]
    )


def placed(cells: Span, place: Term) -> Term:
    """The cell at a place, counted from 1; a place outside has no value."""
    index = int(place.number) - 1
    inside = 0 <= index < len(cells.values)
    return Term(f"INDEX({cells.text},{place.text})", cells.values[index] if inside else math.nan)


def band(number: Term, starts: Span, values: Span) -> Term:
    """The value of the last band that starts at or before a number; bands in rising order."""
    place = sum(start <= number.number for start in starts.numbers) - 1
    return Term(f"LOOKUP({number.text},{starts.text},{values.text})", values.values[place])


def count_true(cells: Span) -> Term:
    """How many cells are true."""
    return Term(f"COUNTIF({cells.text},TRUE)", float(sum(value is True for value in cells.values)))


def _compared(left: Term, sign: str, right: Given, value: bool) -> Term:
    other = term(right)
    return Term(f"{_held(left, PLUS)}{sign}{_held(other, PLUS)}", value, COMPARISON)


def _joined(left: Term, sign: str, right: Given, rank: int, compute: Callable[[float, float], float]) -> Term:
    other = term(right)
    inner = rank + 1 if sign in "-/^" else rank
    text = f"{_held(left, rank)}{sign}{_held(other, inner)}"
    return Term(text, compute(left.number, other.number), rank)


def _power(base: float, exponent: float) -> float:
    """A power; where it has no value or none that fits, the branch of a formula that is not taken."""
    try:
        return base**exponent if base > 0 or exponent > 0 else math.nan
    except OverflowError:
        return math.nan


def _held(item: Term, rank: int) -> str:
    return f"({item.text})" if item.rank < rank else item.text


def _listed(items: Sequence[Given | Span]) -> str:
    return ",".join(item.text if isinstance(item, Span) else term(item).text for item in items)


def _numbers(items: Sequence[Given | Span]) -> list[float]:
    return [n for item in items for n in (item.numbers if isinstance(item, Span) else [term(item).number])]

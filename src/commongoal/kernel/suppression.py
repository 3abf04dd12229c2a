"""Counts of people that may be shown without telling about anybody, and what else must go so that they stay hidden.

Suppressed is None: a state of its own, never 0 and never the threshold. Method: method.md section 6.
"""

from collections.abc import Collection, Hashable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

LEAST = 10
"""Counts of 1 to 9 people are suppressed: the threshold of method.md section 6."""

Key = Hashable
Row = dict[Key, Fraction]


@dataclass(frozen=True, slots=True)
class Balance:
    """A sum that a reader can do: `whole` is the total of `parts`."""

    whole: Key
    parts: tuple[Key, ...]

    @property
    def keys(self) -> tuple[Key, ...]:
        """Everything that it is about."""
        return (self.whole, *self.parts)


@dataclass(frozen=True, slots=True)
class Protected:
    """A two-way table with its margins, None where a count is suppressed."""

    cells: tuple[tuple[int | None, ...], ...]
    row_totals: tuple[int | None, ...]
    column_totals: tuple[int | None, ...]
    total: int | None


def shown_count(count: int, least: int = LEAST) -> int | None:
    """The count, or None where it is suppressed: from 1 to one under `least`.

    A true 0 is shown. It is a count of nobody, so there is nobody whose line it could be; "nobody has reached lasting
    work yet" is what a board must be able to read; and hidden it would stand among the small counts and make them look
    larger. What 0 can tell, that everybody of a group is elsewhere, the sums below are guarded against as if known.
    """
    return None if 0 < count < least else count


def hidden_keys(
    counts: Mapping[Key, int],
    balances: Sequence[Balance],
    *,
    withheld: Collection[Key] = (),
    hidden: Collection[Key] = (),
    adds_up: bool = True,
    least: int = LEAST,
) -> frozenset[Key]:
    """Which counts to hide: the small ones, and the next smallest until no sum gives a small one away.

    `withheld` are shown nowhere in any case, and protected all the same; `hidden` are to be hidden whatever they are.
    Where what is published beside the counts adds
    up, and the counts themselves do not (credit in pounds, of people who have several lines), `adds_up` is false.
    """
    small = {key for key, count in counts.items() if shown_count(count, least) is None}
    gone = small | set(withheld) | set(hidden)
    while True:
        guarded = gone - (set(withheld) - small)
        exposed = _exposed(counts, balances, gone, guarded, adds_up, least)
        found = _next(counts, balances, gone, exposed) if exposed else None
        if found is None:
            return frozenset(gone - set(withheld))
        gone.add(found)


def protected(rows: Sequence[Sequence[int]], least: int = LEAST) -> Protected:
    """A table of counts with its margins, after hiding. A one-way table is one row."""
    counts: dict[Key, int] = {}
    places = [(r, c) for r in range(len(rows)) for c in range(len(rows[0]) if rows else 0)]
    columns = len(rows[0]) if rows else 0
    counts |= {place: rows[place[0]][place[1]] for place in places}
    counts |= {("row", r): sum(row) for r, row in enumerate(rows)}
    counts |= {("column", c): sum(row[c] for row in rows) for c in range(columns)}
    counts["total"] = sum(sum(row) for row in rows)
    hidden = hidden_keys(counts, table_balances(len(rows), columns), least=least)
    seen: dict[Key, int | None] = {key: None if key in hidden else count for key, count in counts.items()}
    return Protected(
        tuple(tuple(seen[r, c] for c in range(columns)) for r in range(len(rows))),
        tuple(seen["row", r] for r in range(len(rows))),
        tuple(seen["column", c] for c in range(columns)),
        seen["total"],
    )


def table_balances(rows: int, columns: int) -> tuple[Balance, ...]:
    """The sums of a two-way table: cells by (row, column), margins by ("row", r) and ("column", c), and "total"."""
    return (
        *(Balance(("row", r), tuple((r, c) for c in range(columns))) for r in range(rows)),
        *(Balance(("column", c), tuple((r, c) for r in range(rows))) for c in range(columns)),
        Balance("total", tuple(("row", r) for r in range(rows))),
        Balance("total", tuple(("column", c) for c in range(columns))),
    )


def _next(
    counts: Mapping[Key, int], balances: Sequence[Balance], hidden: Collection[Key], exposed: Collection[Key]
) -> Key | None:
    """The smallest count still shown beside an exposed one, or anywhere in a sum that something hidden is in."""
    for near in (exposed, hidden):
        beside = {key for balance in balances if not set(near).isdisjoint(balance.keys) for key in balance.keys}
        able = [key for key in beside if key not in hidden and counts[key] > 0]
        if able:
            return min(able, key=lambda key: (counts[key], str(key)))
    return None


def _exposed(
    counts: Mapping[Key, int],
    balances: Sequence[Balance],
    hidden: Collection[Key],
    guarded: Collection[Key],
    adds_up: bool,
    least: int,
) -> set[Key]:
    """Hidden counts that the shown ones determine, alone or as a small group that a total leaves over."""
    rows = [_equation(balance, hidden) for balance in balances]
    solved = _reduced([row for row in rows if row])
    found = {next(iter(row)) for row in solved if len(row) == 1} & set(guarded)
    for balance in balances:
        rest = [key for key in balance.parts if key in hidden]
        if balance.whole not in hidden and 0 < sum(counts[key] for key in rest) < least:
            found |= set(rest)
    return found or (_in_one_place(counts, balances, hidden, guarded) if adds_up else found)


def _equation(balance: Balance, hidden: Collection[Key]) -> Row:
    """What a sum says about the hidden: their coefficients; what is shown is known and on the other side."""
    row: Row = {}
    for key, sign in ((balance.whole, -1), *((part, 1) for part in balance.parts)):
        if key in hidden:
            row[key] = row.get(key, Fraction(0)) + sign
    return {key: value for key, value in row.items() if value}


def _reduced(rows: Sequence[Row]) -> list[Row]:
    """The equations solved as far as they go (reduced echelon form, exact): a row with one key determines it."""
    solved: list[tuple[Key, Row]] = []
    for given in rows:
        row = dict(given)
        for pivot, other in solved:
            row = _less(row, other, row.get(pivot, Fraction(0)))
        if not row:
            continue
        pivot, scale = next(iter(row.items()))
        row = {key: value / scale for key, value in row.items()}
        solved = [(key, _less(other, row, other.get(pivot, Fraction(0)))) for key, other in solved]
        solved.append((pivot, row))
    return [row for _, row in solved]


def _less(row: Row, other: Row, times: Fraction) -> Row:
    """A row less so many times another."""
    if not times:
        return row
    keys = dict.fromkeys((*row, *other))
    found = {key: row.get(key, Fraction(0)) - times * other.get(key, Fraction(0)) for key in keys}
    return {key: value for key, value in found.items() if value}


def _in_one_place(
    counts: Mapping[Key, int], balances: Sequence[Balance], hidden: Collection[Key], guarded: Collection[Key]
) -> set[Key]:
    """Guarded counts whose least and greatest possible value are the same, knowing that every hidden one is 1 or more.

    Withheld zeros are the exception: what is shown nowhere may be 0.
    """
    rows = [(_equation(balance, hidden), balance) for balance in balances]
    rows = [(row, balance) for row, balance in rows if row]
    keys = sorted({key for row, _ in rows for key in row}, key=str)
    if not keys:
        return set()
    matrix = np.array([[float(row.get(key, 0)) for key in keys] for row, _ in rows])
    sums = matrix @ np.array([counts[key] for key in keys], dtype=np.float64)
    limits = [(1 if counts[key] else 0, None) for key in keys]
    return {key for at, key in enumerate(keys) if key in guarded and _fixed(matrix, sums, limits, at)}


def _fixed(matrix: "np.typing.NDArray[np.float64]", sums: object, limits: object, at: int) -> bool:
    """Whether one unknown has a single possible whole value."""
    cost = np.zeros(matrix.shape[1])
    cost[at] = 1
    from scipy.optimize import linprog  # takes most of a second to load, and few pages hide anything

    low = linprog(cost, A_eq=matrix, b_eq=sums, bounds=limits)
    high = linprog(-cost, A_eq=matrix, b_eq=sums, bounds=limits)
    return bool(low.status == 0 and high.status == 0 and np.floor(-high.fun + 1e-6) <= np.ceil(low.fun - 1e-6))

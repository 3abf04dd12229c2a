"""What the database holds of a programme's casework, as Arrow tables, and what of it the ledger cannot take.

`person` is a number of the database here. It stays here: the ledger knows people by pseudonym.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

Integers = NDArray[np.int64]
Mask = NDArray[np.bool_]
ROOM = 2**62
ENDLESS = 10**6
"""A day later than any date, for a period that still runs."""
FIRST_DAY, LAST_DAY = -25_567, 84_005
"""1 January 1900 and 31 December 2199, between which the ledger's days lie."""


@dataclass(frozen=True, slots=True)
class CaseworkRows:
    """Rows that stand (neither superseded, nor withdrawn, nor waiting), each table in any order.

    journeys: id, person, attributes (JSON). moves: id, person, on, place, stage, reason, organisation, evidence.
    support: id, person, organisation, intervention, contract, from_on, to_on. jobs: id, person, self_employed,
    employer, from_on, to_on, weekly_hours, evidence. readings: assessment, person, on, area, level. agreements: person,
    organisation, areas and classes (JSON), from_on, to_on. participations: person, organisation, from_on, to_on.
    costs: provider, intervention, from_on, to_on, amount_pence, borne_by, basis. homes: person, area.
    """

    journeys: pa.Table
    moves: pa.Table
    support: pa.Table
    jobs: pa.Table
    readings: pa.Table
    agreements: pa.Table
    participations: pa.Table
    costs: pa.Table
    homes: pa.Table


@dataclass
class LeftOut:
    """What the ledger could not take, by reason and person, and whose rows another day will change.

    People are places in the list of all people; -1 in `counts` is nobody, as for a cost. Rows of people who are not on
    the programme (-1 where people are counted) are none of the ledger's, so not left out of it.
    """

    counts: Counter[tuple[int, str]] = field(default_factory=Counter)
    due: set[int] = field(default_factory=set)

    def count(self, reason: str, people: Integers) -> None:
        """One row left out for each of these."""
        who, times = np.unique(people, return_counts=True)
        for person, many in zip(who.tolist(), times.tolist(), strict=True):
            if person >= 0:
                self.counts[person, reason] += many

    def nobodys(self, kept: Mask, reason: str) -> None:
        """Rows about nobody that are not kept."""
        if not kept.all():
            self.counts[-1, reason] += int((~kept).sum())

    def keep(self, kept: Mask, reason: str, people: Integers) -> None:
        """What is not kept, counted."""
        if not kept.all():
            self.count(reason, people[~kept])

    def wait(self, people: Integers) -> None:
        """Rows of these people will be other ones on a later day."""
        self.due.update(np.unique(people[people >= 0]).tolist())


def whole(column: pa.ChunkedArray, empty: int = 0) -> Integers:
    """Whole numbers of a column, `empty` where there is none."""
    return pc.fill_null(column.cast(pa.int64()), empty).to_numpy()  # type: ignore[no-any-return]


def days(column: pa.ChunkedArray, empty: int = ENDLESS) -> Integers:
    """Days since 1970, `empty` where there is none."""
    return pc.fill_null(column.cast(pa.int32()), empty).to_numpy().astype(np.int64)  # type: ignore[no-any-return]


def as_days(numbers: Integers) -> pa.Array:
    """Numbers as days, none where endless."""
    return pa.array(numbers.astype(np.int32), mask=numbers >= ENDLESS).cast(pa.date32())


def coded(column: pa.ChunkedArray) -> tuple[list[str], Integers]:
    """The different texts of a column, and for each row which of them it has."""
    encoded = column.combine_chunks().dictionary_encode()
    return encoded.dictionary.to_pylist(), encoded.indices.to_numpy().astype(np.int64)


def spread(values: list[str | None], codes: Integers) -> pa.Array:
    """One text a row, from the different ones."""
    return pa.array([*values, None], pa.string()).take(pa.array(np.where(codes < 0, len(values), codes)))


@dataclass(frozen=True, slots=True)
class People:
    """The people of a ledger in the order of their pseudonyms, `told`, and how to find one by the database's number."""

    numbers: Integers  # rising
    place: Integers  # of each number
    told: pa.Array

    @classmethod
    def of(cls, numbers: Integers, pseudonyms: Callable[[Iterable[int]], list[str]]) -> "People":
        """These people; numbers rise and differ."""
        names = pa.array(pseudonyms(numbers.tolist()), pa.string())
        order = pc.sort_indices(names)
        place = np.empty(len(names), dtype=np.int64)
        place[order.to_numpy()] = np.arange(len(names))
        return cls(numbers, place, names.take(order))

    def places(self, column: pa.ChunkedArray) -> Integers:
        """Where each number's person stands; -1 for a number that is nobody's here."""
        numbers = whole(column)
        if not len(self.numbers):
            return np.full(len(numbers), -1)
        at = np.minimum(np.searchsorted(self.numbers, numbers), len(self.numbers) - 1)
        return np.where(self.numbers[at] == numbers, self.place[at], -1)

    def told_of(self, table: pa.Table, name: str) -> tuple[list[str], Integers]:
        """The different texts of a column, and which of them each person has; -1 for one without a row."""
        texts, codes = coded(table[name])
        at = self.places(table["person"])
        mine = np.full(len(self.numbers), -1)
        mine[at[at >= 0]] = codes[at >= 0]
        return texts, mine


def ordered(*keys: Integers) -> Integers:
    """The places of rows in order by the last key, then by the one before, and so on, as `numpy.lexsort` has it.

    It takes a fifth of the time, where the keys fit into one whole number.
    """
    packed, size = np.zeros(len(keys[0]), dtype=np.int64), 1
    for key in reversed(keys) if len(packed) else ():
        low = int(key.min())
        width = int(key.max()) - low + 1
        if (size := size * width) > ROOM:
            return np.lexsort(keys)
        packed = packed * width + (key - low)
    return np.argsort(packed, kind="stable")


def runs(*keys: Integers) -> Mask:
    """Where a row of sorted rows begins another group: differs from the one before in any of the keys."""
    fresh = np.zeros(len(keys[0]), dtype=bool)
    fresh[:1] = True
    for key in keys:
        fresh[1:] |= key[1:] != key[:-1]
    return fresh


def latest_end(fresh: Mask, ends: Integers) -> Integers:
    """For rows in groups: the latest end of the rows before it in its group; very early for the first."""
    lifted = np.cumsum(fresh) * (4 * ENDLESS) + ends
    before = np.concatenate(([0], np.maximum.accumulate(lifted)[:-1]))[: len(ends)]
    return np.where(fresh, -ENDLESS, before - np.cumsum(fresh) * (4 * ENDLESS))


def numbered_runs(fresh: Mask) -> Iterator[tuple[int, int]]:
    """First place and one after the last of each group."""
    starts = np.flatnonzero(fresh).tolist()
    yield from zip(starts, [*starts[1:], len(fresh)], strict=True)

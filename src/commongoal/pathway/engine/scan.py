"""Two scans of a ledger: from rows of millions of people to small arrays of whole numbers.

The first scan builds stretches and intervals and counts them; the second weighs the same intervals with a given
potential, for fifty groups of people. All counts are int64 and the same whichever engine ran the text (method.md
section 3, steps 1 and 5; docs/decisions/0001).
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from commongoal.kernel.errors import Refused
from commongoal.pathway.engine import count_sql, scan_sql
from commongoal.pathway.engine.dialect import Dialect
from commongoal.pathway.engine.distance import Paired, count_distance, nothing_paired
from commongoal.pathway.engine.scan_sql import Frame

Ints = NDArray[np.int64]
GROUPS = 50
WHOLE = 60
"""Sixtieths in a whole share."""


class Session(Protocol):
    """An open engine over one ledger, its tables readable by name."""

    dialect: Dialect

    def chunks(self) -> Iterable[str]:
        """Makes one part of the people after another readable, whole persons at a time; yields a suffix for its
        tables.
        """

    def keep(self, name: str, text: str) -> None:
        """Keeps the result of a query under a name, replacing what was there."""

    def drop(self, *names: str) -> None:
        """Forgets kept results."""

    def give(self, name: str, columns: dict[str, NDArray[np.int64]]) -> None:
        """Makes arrays readable as a table."""

    def columns(self, text: str) -> dict[str, NDArray[Any]]:
        """The result of a query as one array a column."""


Progress = Callable[[str], None]


class Strangers(Refused):
    """The ledger holds values that the programme file does not know; import it again under this file."""


@dataclass(frozen=True, slots=True)
class Statistics:
    """What the first scan counts, all whole numbers.

    `tables` holds the arrays that `count_sql.COUNTS` describes, by name. `owners` (J,) are the owner numbers seen;
    `own`
    (J, G, S + 1, H + 1) is the signed count N of ends minus starts, in units of 1/(487 * 60) of a person, read as
    `net` reads it; `own_left` (J, G, S, H + 1) are the ends by leaving, which the other rules value at 0.
    `readings` are paired for distance travelled. `suffixes` name the kept intervals for the second scan.
    """

    owners: Ints
    own: Ints
    own_left: Ints
    tables: dict[str, Ints]
    readings: Paired
    suffixes: tuple[str, ...]

    def __getitem__(self, name: str) -> Ints:
        return self.tables[name]


def first_scan(session: Session, frame: Frame, progress: Progress = lambda _: None) -> Statistics:
    """Builds stretches and intervals, chunk by chunk, and counts them."""
    tables: dict[str, Ints] = {}
    owned, readings = _Owned(frame), nothing_paired(frame)
    suffixes = []
    for suffix in session.chunks():
        progress("Building intervals")
        build(session, frame, suffix)
        progress("Counting")
        for name, count in count_sql.counts(frame, suffix).items():
            found = _dense(session.columns(count.text), count)
            tables[name] = tables[name] + found if name in tables else found
        readings = readings + count_distance(session, frame)
        owned.add(session.columns(count_sql.own_begin(frame, suffix)), -1)
        owned.add(session.columns(count_sql.own_finish(frame, suffix)), 1)
        session.drop("persons", "events", "spells", "walk", "helped", "clash", "cuts", "pieces", "care")
        suffixes.append(suffix)
    owners, own, left = owned.arrays()
    return Statistics(owners, own, left, tables, readings, tuple(suffixes))


def build(session: Session, frame: Frame, suffix: str) -> None:
    """Keeps `steps` and `intervals` (with the suffix) of the people now readable."""
    session.keep("persons", scan_sql.persons(frame))
    session.keep("events", scan_sql.events(frame))
    _refuse_strangers(session, ("persons", "g", "a segment"), ("events", "st", "a stage"))
    _open_spells(session, frame)
    session.keep("walk", scan_sql.walk(scan_sql.in_spell(frame)))
    session.keep("stops", scan_sql.stops(frame))
    session.keep("idle", scan_sql.idle(frame))
    if _any(session, "stops") or _any(session, "idle"):
        session.keep("moving", scan_sql.WALK_WITHOUT)
        session.keep("walk", scan_sql.walk("SELECT * FROM moving"))
        session.drop("moving")
    session.drop("stops", "idle")
    session.keep(f"steps{suffix}", scan_sql.steps(frame))
    session.keep("helped", scan_sql.support(frame))
    _refuse_strangers(session, ("helped", "owner", "a provider or an intervention"))
    session.keep("clash", scan_sql.CLASH)
    session.keep("cuts", scan_sql.CUTS)
    session.keep("pieces", scan_sql.PIECES)
    session.keep("care", scan_sql.care(frame))
    session.keep(f"intervals{suffix}", scan_sql.intervals(frame, suffix))


def _open_spells(session: Session, frame: Frame) -> None:
    """Keeps `spells`: one a person, then round by round the next for those who were referred again after a close."""
    session.keep("spells", scan_sql.FIRST_SPELLS)
    session.keep("latest", scan_sql.LATEST_OF_RETURNERS)
    if not _any(session, "latest"):
        session.drop("latest")
        return
    rounds = 0
    while _any(session, "latest"):
        session.keep(f"round_{rounds}", "SELECT * FROM latest")
        session.keep("closed", scan_sql.closes(frame))
        session.keep("latest", scan_sql.NEXT_SPELLS)
        rounds += 1
    session.keep("spells", scan_sql.all_spells(rounds))
    session.drop("latest", "closed", *(f"round_{i}" for i in range(rounds)))


def _refuse_strangers(session: Session, *coded: tuple[str, str, str]) -> None:
    """Raises `Strangers` where a code is missing: the row's value is none of the programme's."""
    for table, code, what in coded:
        lost = int(session.columns(f"SELECT count(*) AS n FROM {table} WHERE {code} IS NULL")["n"][0])
        if lost:
            raise Strangers(f"{lost} rows have {what} that is not in it.")


def _any(session: Session, table: str) -> bool:
    return len(session.columns(f"SELECT p FROM {table} LIMIT 1")["p"]) > 0


def _dense(columns: dict[str, NDArray[Any]], count: count_sql.Count) -> Ints:
    """A query's rows as an array of the count's shape, 0 where there is no row."""
    arrays = [np.asarray(column, dtype=np.int64) for column in columns.values()]
    keys, values = arrays[: len(count.shape)], arrays[len(count.shape) :]
    out = np.zeros((*count.shape, len(values)), dtype=np.int64)
    out[tuple(keys)] = np.stack(values, axis=-1)
    return out if count.pair else out[..., 0]


class _Owned:
    """Signed counts by owner, gathered sparse so that only owners that occur take room."""

    def __init__(self, frame: Frame) -> None:
        self.frame = frame
        self.found: list[tuple[Ints, ...]] = []

    def add(self, columns: dict[str, NDArray[Any]], sign: int) -> None:
        """Rows (owner, g, e, m, a, b): a sixtieths of 487ths at month m and b at the next."""
        owner, g, e, m, a, b = (np.asarray(column, dtype=np.int64) for column in columns.values())
        self.found.append((owner, g, e, m, sign * a, sign * b))

    def arrays(self) -> tuple[Ints, Ints, Ints]:
        """Owners, net counts and counts of leaving (see `Statistics`)."""
        owner, g, e, m, a, b = (np.concatenate(parts) for parts in zip(*self.found, strict=True))
        owners, j = np.unique(owner, return_inverse=True)
        last, months = self.frame.last, self.frame.horizon + 1
        shape = (len(owners), len(self.frame.programme.segments), 2 * last + 1, months)
        cells = np.zeros((*shape[:3], months + 1), dtype=np.int64)
        for month, value in ((m, a), (m + 1, b)):
            np.add.at(cells, (j, g, e, month), value)
        cells = cells[..., :months]
        left = cells[:, :, last + 1 :]
        own = cells[:, :, : last + 1].copy()
        own[:, :, :last] += left
        return owners, own, np.ascontiguousarray(left)


def fold(pairs: Ints) -> Ints:
    """Pairs (487 - r, r) by month (..., H + 1, 2) as weights on the grid (..., H + 1): r counts for the month after."""
    grid = pairs[..., 0].copy()
    grid[..., 1:] += pairs[..., :-1, 1]
    return grid


@dataclass(frozen=True, slots=True)
class Groups:
    """Credit of fifty groups of people at whole-numbered potentials, in units of the potential / 487 (and / 60 by
    owner).

    `by_owner` (N, K, J) is under the potentials asked for by owner; `by_stretch` (R, K, 2, G, S) under each, by
    closed window,
    segment and stage of the stretch.
    """

    by_owner: Ints
    by_stretch: Ints


def second_scan(
    session: Session,
    frame: Frame,
    seen: Statistics,
    potentials: Ints,
    keeps: tuple[bool, ...],
    of_owners: tuple[int, ...] = (0,),
    progress: Progress = lambda _: None,
) -> Groups:
    """Weighs the kept intervals and stretches with potentials (R, G, S + 1, H + 1).

    `keeps[r]` says whether people who leave keep the value of where they stand (`net`) or end at 0 (the other rules).
    `of_owners` are the potentials, alike in that, under which owners are weighed.
    """
    progress("Weighing fifty groups of people")
    session.give("potential", _lookup(potentials))
    segments, stages = potentials.shape[1], frame.last
    by_owner = np.zeros((len(of_owners), GROUPS, len(seen.owners)), dtype=np.int64)
    by_stretch = np.zeros((len(keeps), GROUPS, 2, segments, stages), dtype=np.int64)
    for suffix in seen.suffixes:
        text = count_sql.weigh_intervals(frame, suffix, keeps[of_owners[0]], of_owners)
        k, owner, *values = (np.asarray(column, dtype=np.int64) for column in session.columns(text).values())
        by_owner[:, k, np.searchsorted(seen.owners, owner)] += np.stack(values)
        text = count_sql.weigh_steps(frame, suffix, keeps)
        k, closed, g, s, *values = (np.asarray(column, dtype=np.int64) for column in session.columns(text).values())
        by_stretch[:, k, closed, g, s] += np.stack(values)
    return Groups(by_owner, by_stretch)


def _lookup(potentials: Ints) -> dict[str, Ints]:
    """Potentials as a table keyed by `count_sql.cell`: the value at each grid month and at the next, and a state
    worth 0.
    """
    rules, segments, _, months = potentials.shape
    here = np.concatenate([potentials, np.zeros((rules, segments, 1, months), dtype=np.int64)], axis=2)
    following = np.zeros_like(here)
    following[..., :-1] = here[..., 1:]
    table: dict[str, Ints] = {"i": np.arange(here[0].size, dtype=np.int64)}
    for rule in range(rules):
        table[f"here_{rule}"] = here[rule].reshape(-1)
        table[f"next_{rule}"] = following[rule].reshape(-1)
    return table

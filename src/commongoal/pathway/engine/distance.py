"""Distance travelled: how far people's readings in each area of life moved, from the first to the latest.

Readings are paired per person inside the scan, a chunk of people at a time, and leave it as small arrays of whole
numbers; means, intervals and the reliable change index come from those. Source: method.md section 3, Soft outcomes;
Jacobson and Truax (1991) for reliable change.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from commongoal.kernel.estimates import Estimate
from commongoal.pathway.engine.programme import Area
from commongoal.pathway.engine.scan_sql import Frame

Ints = NDArray[np.int64]
GROUPS = 50
ROOM = 128
"""A day and a level are packed as ``ROOM * day + level``: one number whose least and greatest are first and latest."""
FEW_FOR_AN_INTERVAL, FEW_FOR_A_THRESHOLD = 50, 10
Z_90, Z_95 = 1.6448536269514722, 1.96


class Querying(Protocol):
    """The two verbs of a session that pairing needs."""

    def keep(self, name: str, text: str) -> None:
        """Keeps the result of a query under a name."""

    def drop(self, *names: str) -> None:
        """Forgets kept results."""

    def columns(self, text: str) -> dict[str, NDArray[Any]]:
        """The result of a query as one array a column."""


@dataclass(frozen=True, slots=True)
class Paired:
    """Readings by area of life, A areas of at most L levels, all whole numbers.

    `pairs` (A, L, L) counts people by first and latest level (index = level - 1); `single` (A,) those with readings on
    one day only; `groups` (A, 50, 3) is, by group of people, how many are paired, and the sums of their first and of
    their latest levels.
    """

    pairs: Ints
    single: Ints
    groups: Ints

    def __add__(self, other: "Paired") -> "Paired":
        return Paired(self.pairs + other.pairs, self.single + other.single, self.groups + other.groups)


@dataclass(frozen=True, slots=True)
class AreaDistance:
    """Distance travelled in one area of life, in levels.

    `paired` people have readings on two days or more; `left_out` on one day only. `change` is the mean of latest minus
    first. `really_better` and `really_worse` count changes beyond `threshold`; None with the reason where it cannot
    be told.
    """

    area: str
    paired: int
    left_out: int
    mean_first: float | None
    mean_latest: float | None
    change: Estimate | None
    really_better: int | None
    really_worse: int | None
    threshold: float | None
    why_no_threshold: str = ""


def paired(frame: Frame) -> str:
    """The text: person, k, and by area i the packed first and latest reading `lo_i` and `hi_i` up to the snapshot.

    Needs `persons`. One row a person: it groups readings by person alone, a sixth of the groups that person and area
    would make of six areas.
    """
    on = frame.dialect.named("on")
    value = f"CAST({frame.dialect.day(on)} * {ROOM} + level AS INT)"
    areas = [area.id for area in frame.programme.areas]
    ends = ", ".join(
        f"min(CASE WHEN area = '{area}' THEN v END) AS lo_{i}, max(CASE WHEN area = '{area}' THEN v END) AS hi_{i}"
        for i, area in enumerate(areas)
    )
    return f"""SELECT k, r.* FROM (SELECT person, {ends} FROM (SELECT person, area, {value} AS v FROM readings
            WHERE {frame.dialect.day(on)} <= {frame.snapshot}) x GROUP BY person) r JOIN persons s ON r.person =
            s.person"""


def counted(frame: Frame) -> str:
    """The text: people by area a, group k, first and latest level, and whether they have readings on one day only."""
    div = frame.dialect.div
    return " UNION ALL ".join(
        f"""SELECT {i} AS a, k, first, latest, alone, count(*) AS n FROM (SELECT k, lo_{i} % {ROOM} AS first,
            hi_{i} % {ROOM} AS latest, CASE WHEN {div(f"lo_{i}", ROOM)} = {div(f"hi_{i}", ROOM)} THEN 1 ELSE 0 END AS
            alone
            FROM paired WHERE lo_{i} IS NOT NULL) x GROUP BY k, first, latest, alone"""
        for i in range(len(frame.programme.areas))
    )


def nothing_paired(frame: Frame) -> Paired:
    """Nobody's readings, in the programme's shape."""
    areas = frame.programme.areas
    levels = max((area.levels for area in areas), default=0)
    return Paired(
        np.zeros((len(areas), levels, levels), dtype=np.int64),
        np.zeros(len(areas), dtype=np.int64),
        np.zeros((len(areas), GROUPS, 3), dtype=np.int64),
    )


def count_distance(session: Querying, frame: Frame) -> Paired:
    """Pairs the readings of the people now readable (`persons` must be kept) and counts them."""
    if not frame.programme.areas:
        return nothing_paired(frame)
    session.keep("paired", paired(frame))
    rows = session.columns(counted(frame))
    session.drop("paired")
    return gathered(rows, frame)


def gathered(rows: dict[str, NDArray[Any]], frame: Frame) -> Paired:
    """Rows of `counted` as arrays."""
    found = nothing_paired(frame)
    a, k, first, latest, alone, n = (np.asarray(column, dtype=np.int64) for column in rows.values())
    two = alone == 0
    np.add.at(found.single, a[~two], n[~two])
    a, k, first, latest, n = a[two], k[two], first[two], latest[two], n[two]
    np.add.at(found.pairs, (a, first - 1, latest - 1), n)
    for column, value in enumerate((n, n * first, n * latest)):
        np.add.at(found.groups, (a, k, column), value)
    return found


def distance(found: Paired, areas: Sequence[Area]) -> tuple[AreaDistance, ...]:
    """Distance travelled in each area, in programme order.

    The interval of the mean change is normal, ``mean ± 1.645 sd / sqrt(n)`` with people as the unit. A change is real
    beyond ``1.96 sqrt(2) SEM``, ``SEM = sd(first) sqrt(1 - reliability)``, sd over paired people with n - 1.
    """
    return tuple(_in_area(found.pairs[i], int(found.single[i]), area) for i, area in enumerate(areas))


def _in_area(pairs: Ints, single: int, area: Area) -> AreaDistance:
    n = int(pairs.sum())
    if n == 0:
        return AreaDistance(area.id, 0, single, None, None, None, None, None, None, "nobody has two readings")
    level = np.arange(1, len(pairs) + 1)
    firsts, latests = pairs.sum(axis=1), pairs.sum(axis=0)
    moved = level[None, :] - level[:, None]
    threshold, why = _threshold(firsts, area)
    return AreaDistance(
        area=area.id,
        paired=n,
        left_out=single,
        mean_first=float(firsts @ level) / n,
        mean_latest=float(latests @ level) / n,
        change=_mean_change(pairs, moved),
        really_better=None if threshold is None else int(pairs[moved > threshold].sum()),
        really_worse=None if threshold is None else int(pairs[moved < -threshold].sum()),
        threshold=threshold,
        why_no_threshold=why,
    )


def _mean_change(pairs: Ints, moved: Ints) -> Estimate:
    n = int(pairs.sum())
    mean = int((pairs * moved).sum()) / n
    if n < FEW_FOR_AN_INTERVAL:
        return Estimate(mean, why="too few for an interval")
    half = Z_90 * _deviation(pairs.ravel(), moved.ravel()) / math.sqrt(n)
    return Estimate(mean, mean - half, mean + half)


def _threshold(firsts: Ints, area: Area) -> tuple[float | None, str]:
    """The reliable change index of an area in levels, or why there is none."""
    if area.reliability is None:
        return None, "no reliability is given for this area"
    if (n := int(firsts.sum())) < FEW_FOR_A_THRESHOLD:
        return None, f"only {n} people have two readings; {FEW_FOR_A_THRESHOLD} are needed"
    deviation = _deviation(firsts, np.arange(1, len(firsts) + 1))
    if deviation == 0:
        return None, "all first readings are the same level, so its error cannot be told"
    return Z_95 * math.sqrt(2) * deviation * math.sqrt(1 - area.reliability), ""


def _deviation(counts: Ints, values: Ints) -> float:
    """Standard deviation (n - 1) of whole numbers that each occur so many times; exact sums until the last step."""
    n, total, squares = int(counts.sum()), int(counts @ values), int(counts @ values**2)
    return math.sqrt((n * squares - total * total) / (n * (n - 1)))

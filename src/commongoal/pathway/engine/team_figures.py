"""How far a team's people moved in each area of life, paired per person, with what is too small to tell left out.

Only people with two readings of an area count in it; `distance` makes of them means, the change and what is really
better. Small counts are suppressed with the means of so few, and then enough others that no sum or difference on the
page gives them away.
Source: method.md section 3, Soft outcomes, and section 6.
"""

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from commongoal.kernel.estimates import Estimate
from commongoal.kernel.suppression import Balance, hidden_keys, shown_count
from commongoal.pathway.engine.distance import GROUPS, AreaDistance, Ints, Paired, distance
from commongoal.pathway.engine.programme import Area

PairRow = tuple[str, int, int, int]
"""An area, the first and the latest level there, and how many people have both."""


@dataclass(frozen=True, slots=True)
class LeftOut:
    """How many people an area's figures leave out, and why. Parts are None where they would tell too much.

    `once` have been assessed once; `unsaid` twice or more, but preferred not to say, or were not asked, at all but one.
    """

    total: int | None
    once: int | None = None
    unsaid: int | None = None


@dataclass(frozen=True, slots=True)
class AreaFigures:
    """One area of a team's figures; every count and mean is None where it is suppressed.

    `paired` people have a first and a later reading; means and `change` are in levels. `threshold` is the change from
    which `really_better` and `really_worse` count, None with the reason where it cannot be told.
    """

    area: Area
    paired: int | None
    left_out: LeftOut
    mean_first: float | None = None
    mean_latest: float | None = None
    change: Estimate | None = None
    better: int | None = None
    same: int | None = None
    worse: int | None = None
    really_better: int | None = None
    really_worse: int | None = None
    threshold: float | None = None
    why_no_threshold: str = ""


@dataclass(frozen=True, slots=True)
class TeamFigures:
    """A programme's figures by area. `people` have two assessments that count, `once` one; None where suppressed."""

    areas: tuple[AreaFigures, ...]
    people: int | None
    once: int | None

    @property
    def shown(self) -> bool:
        """Whether any area has enough people for figures."""
        return any(each.paired for each in self.areas)


def team_figures(rows: Iterable[PairRow], areas: Sequence[Area], *, twice: int, once: int) -> TeamFigures:
    """The figures from pairs of first and latest levels, and how many people were assessed `twice` or more, and `once`.

    `rows` name areas of `areas` and levels of them, 1 to `Area.levels`; what names others is left out.
    """
    found = _as_paired(rows, areas)
    measured = distance(found, areas)
    left = left_out([each.paired for each in measured], twice, once)
    figures = tuple(
        _shown(area, each, found.pairs[i], left[i]) for i, (area, each) in enumerate(zip(areas, measured, strict=True))
    )
    # Were the people shown beside the paired, those left out of an area would be the difference.
    tells = bool(left) and left[0].once is not None
    return TeamFigures(figures, shown_count(twice) if tells else None, shown_count(once) if tells else None)


def _as_paired(rows: Iterable[PairRow], areas: Sequence[Area]) -> Paired:
    at = {area.id: i for i, area in enumerate(areas)}
    levels = max((area.levels for area in areas), default=0)
    pairs = np.zeros((len(areas), levels, levels), dtype=np.int64)
    for area, first, latest, people in rows:
        if area in at and max(first, latest) <= areas[at[area]].levels:
            pairs[at[area], first - 1, latest - 1] += people
    nobody = np.zeros(len(areas), dtype=np.int64)
    return Paired(pairs, nobody, np.zeros((len(areas), GROUPS, 3), dtype=np.int64))


def left_out(paired: Sequence[int], twice: int, once: int) -> tuple[LeftOut, ...]:
    """Who is left out of each area, or nothing of it.

    Paired and left out make the same sum in every area, so one of them hidden anywhere hides what is left out
    everywhere; and the reasons are told only where none of them is small.
    """
    unsaid = [twice - each for each in paired]
    if any(shown_count(n) is None for p, u in zip(paired, unsaid, strict=True) for n in (p, u + once)):
        return tuple(LeftOut(None) for _ in paired)
    if any(shown_count(n) is None for n in (once, *unsaid)):
        return tuple(LeftOut(each + once) for each in unsaid)
    return tuple(LeftOut(each + once, once, each) for each in unsaid)


def moves_shown(found: AreaDistance, pairs: Ints) -> dict[str, int | None]:
    """How many went up, stayed and went down, and really so, None where hidden; `pairs` are those of one area."""
    better, worse = int(np.triu(pairs, 1).sum()), int(np.tril(pairs, -1).sum())
    same = found.paired - better - worse
    counts: dict[Hashable, int] = {"paired": found.paired, "better": better, "same": same, "worse": worse}
    sums = [Balance("paired", ("better", "same", "worse"))]
    for name, real in (("better", found.really_better), ("worse", found.really_worse)):
        if real is not None:  # the others are a difference that the page gives away
            counts |= {f"really_{name}": real, f"slightly_{name}": counts[name] - real}
            sums.append(Balance(name, (f"really_{name}", f"slightly_{name}")))
    hidden = hidden_keys(counts, sums)
    return {str(name): None if name in hidden else count for name, count in counts.items()}


def _shown(area: Area, found: AreaDistance, pairs: Ints, left: LeftOut) -> AreaFigures:
    if not shown_count(found.paired):
        return AreaFigures(area, shown_count(found.paired), left)
    moves = moves_shown(found, pairs)
    return AreaFigures(
        area=area,
        paired=found.paired,
        left_out=left,
        mean_first=found.mean_first,
        mean_latest=found.mean_latest,
        change=found.change,
        better=moves["better"],
        same=moves["same"],
        worse=moves["worse"],
        really_better=moves.get("really_better"),
        really_worse=moves.get("really_worse"),
        threshold=found.threshold,
        why_no_threshold=found.why_no_threshold,
    )

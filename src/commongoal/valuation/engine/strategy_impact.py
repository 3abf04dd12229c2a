"""What a strategy saves if its targets are met: people moved, by group and year, times what each saves by agency.

``saving[line, t] = sum over y <= t of people[g, y] * reached * additional * stay[g, t - y] * pounds[line]``, times
``discount[t]`` (method.md section 4). Every input that is uncertain is drawn, as a triangle, on its own.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from commongoal.kernel.errors import Refused
from commongoal.kernel.estimates import Estimate, from_draws
from commongoal.valuation.engine.job import drawn
from commongoal.valuation.engine.terms import Figure

Floats = NDArray[np.float64]
Kind = Literal["fiscal", "economic", "social"]
PUBLIC: tuple[Kind, ...] = ("fiscal",)
"""What counts as a saving to the public purse: fiscal lines, transfers among them, and nothing else."""
EVERYBODY = "everybody"


class NoStaying(Refused):
    """A group has targets, and nothing says how long its people stay where they were moved to."""


@dataclass(frozen=True, slots=True)
class Target:
    """How many people of a group are to be moved in each year of the strategy."""

    group: str
    people: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Saving:
    """Pounds a year saved for each person of some groups while the move lasts; `groups` empty means every group."""

    agency: str
    kind: Kind
    figure: Figure
    groups: tuple[str, ...] = ()
    transfer: bool = False


@dataclass(frozen=True, slots=True)
class Staying:
    """How long a move lasts: the share of the first year that counts, who drops off each year, the most years."""

    group: str
    first_year: Figure
    drop_off: Figure
    most_years: int


@dataclass(frozen=True, slots=True)
class Strategy:
    """Everything the table needs; `additional` is the share that would not have moved anyway, `reached` of targets."""

    years: tuple[str, ...]
    targets: tuple[Target, ...]
    savings: tuple[Saving, ...]
    staying: tuple[Staying, ...]
    additional: Figure
    reached: Figure
    draws: int = 2000
    seed: int = 1


@dataclass(frozen=True, slots=True)
class Claim:
    """A stated saving to the public purse over the strategy, in pounds, and whether it is discounted."""

    pounds: float
    discounted: bool = False


@dataclass(frozen=True, slots=True)
class Saved:
    """Saving by one agency and kind: by year, and over the years, with the intervals; pounds, not discounted."""

    agency: str
    kind: Kind
    transfer: bool
    by_year: tuple[Estimate, ...]
    total: Estimate
    discounted: Estimate


@dataclass(frozen=True, slots=True)
class Needed:
    """What one input would have to be, all others as they are, for the stated saving; None where nothing would do."""

    id: str
    name: str
    now: float
    needed: float | None


@dataclass(frozen=True, slots=True)
class Impact:
    """A whole result; all pounds. `total`, `discounted` and `by_year` are to the public purse.

    `if_met` is the total with the targets reached in full, `beyond` what is not public money. `moved` counts people by
    year, and `lasting` person-years by year if the targets are met, before anything is taken off for what would have
    happened anyway. `chance` is that of reaching the claim.
    """

    years: tuple[str, ...]
    moved: tuple[float, ...]
    lasting: tuple[float, ...]
    saved: tuple[Saved, ...]
    by_year: tuple[Estimate, ...]
    total: Estimate
    discounted: Estimate
    if_met: Estimate
    beyond: Estimate
    claim: Claim | None
    chance: float | None
    needed: tuple[Needed, ...]


@dataclass(frozen=True, slots=True, eq=False)
class _Inputs:
    """Draws of every input: shares (draws,), pounds by line (draws,), stay by group (draws, years)."""

    reached: Floats
    additional: Floats
    pounds: tuple[Floats, ...]
    stays: Mapping[str, Floats]


def stay(first_year: Floats, drop_off: Floats, most_years: int, years: int) -> Floats:
    """Share of a move that counts in each year after it, year 0 being its own: (draws,) -> (draws, years).

    ``(1 - drop_off)^k`` times the part of year k that lies within `most_years` of the move: `first_year` in year 0,
    1 between, and what is left of the last year in year `most_years`.
    """
    after, first = np.arange(years)[None, :], first_year[:, None]
    last = np.where(after == most_years, 1 - first, 0.0)
    part = np.where(after == 0, first, np.where(after < most_years, 1.0, last))
    return np.asarray(part * (1 - drop_off[:, None]) ** after)


def person_years(people: Sequence[float], stays: Floats) -> Floats:
    """People who count in each year: ``sum over y <= t of people[y] * stay[t - y]``, (draws, years)."""
    found = np.zeros_like(stays)
    for year, moved in enumerate(people):
        found[:, year:] += moved * stays[:, : stays.shape[1] - year]
    return found


def impact(strategy: Strategy, discount: Sequence[float] | Floats, claim: Claim | None = None) -> Impact:
    """Saving by agency and year with intervals, and the chance of a stated total. Raises `NoStaying`.

    `discount` has a factor for each year. Points are at the central values, intervals from seeded draws.
    """
    factors = np.asarray(discount, dtype=np.float64)
    some, central = _inputs(strategy, strategy.draws), _inputs(strategy, 0)
    public, others, if_met = (_Sum(factors) for _ in range(3))
    lines: dict[tuple[str, Kind, bool], _Sum] = {}
    for place, saving in enumerate(strategy.savings):
        point, spread = _of_line(strategy, central, place), _of_line(strategy, some, place)
        line = lines.setdefault((saving.agency, saving.kind, saving.transfer), _Sum(factors))
        for kept in (line, public if saving.kind in PUBLIC else others):
            kept.add(point * central.reached[:, None], spread * some.reached[:, None])
        if saving.kind in PUBLIC:
            if_met.add(point, spread)
    lasting = _lasting(strategy, central)
    return Impact(
        years=strategy.years,
        moved=tuple(float(n) for n in np.sum([target.people for target in strategy.targets], axis=0)),
        lasting=tuple(float(n) for n in lasting),
        saved=tuple(Saved(*key, of.by_year(), of.total(), of.present()) for key, of in lines.items()),
        by_year=public.by_year(),
        total=public.total(),
        discounted=public.present(),
        if_met=if_met.total(),
        beyond=others.total(),
        claim=claim,
        chance=public.chance(claim) if claim else None,
        needed=_needed(strategy, public.point_of(claim), public.total().point, claim, lasting) if claim else (),
    )


class _Sum:
    """A sum of lines: the central one (1, years) and its draws (draws, years), in pounds."""

    def __init__(self, factors: Floats) -> None:
        self.factors = factors
        self.point = np.zeros((1, len(factors)))
        self.spread: Floats = np.zeros((1, len(factors)))

    def add(self, point: Floats, spread: Floats) -> None:
        self.point = self.point + point
        self.spread = self.spread + spread

    def by_year(self) -> tuple[Estimate, ...]:
        return tuple(self._estimate(row) for row in np.eye(len(self.factors)))

    def total(self) -> Estimate:
        return self._estimate(np.ones(len(self.factors)))

    def present(self) -> Estimate:
        return self._estimate(self.factors)

    def chance(self, claim: Claim) -> float:
        """Share of draws that reach the claim; half a penny short is there."""
        return float((self.spread @ self._basis(claim) >= claim.pounds - 0.005).mean())

    def point_of(self, claim: Claim) -> float:
        return float((self.point @ self._basis(claim))[0])

    def _basis(self, claim: Claim) -> Floats:
        return self.factors if claim.discounted else np.ones(len(self.factors))

    def _estimate(self, weights: Floats) -> Estimate:
        return from_draws(self.spread @ weights, float((self.point @ weights)[0]))


def _inputs(strategy: Strategy, draws: int) -> _Inputs:
    """Draws of every input, each from a stream of its own; with 0 draws, one of the central values."""
    count = 2 + len(strategy.savings) + 2 * len(strategy.staying)
    streams: Iterator[np.random.Generator] = iter(np.random.default_rng(strategy.seed).spawn(count))

    def of(figure: Figure) -> Floats:
        stream = next(streams)
        return drawn(figure, draws, stream) if draws else np.array([figure.value])

    reached, additional = of(strategy.reached), of(strategy.additional)
    pounds = tuple(of(saving.figure) for saving in strategy.savings)
    years = len(strategy.years)
    stays = {s.group: stay(of(s.first_year), of(s.drop_off), s.most_years, years) for s in strategy.staying}
    return _Inputs(reached, additional, pounds, stays)


def _stay_of(inputs: _Inputs, group: str) -> Floats:
    found = inputs.stays.get(group, inputs.stays.get(EVERYBODY))
    if found is None:
        raise NoStaying(f"Group: {group!r}.")
    return found


def _of_line(strategy: Strategy, inputs: _Inputs, place: int) -> Floats:
    """Pounds by draw and year of one line if the targets are met in full."""
    saving = strategy.savings[place]
    concerned = [t for t in strategy.targets if not saving.groups or t.group in saving.groups]
    counted = np.zeros((len(inputs.additional), len(strategy.years)))
    for target in concerned:
        counted = counted + person_years(target.people, _stay_of(inputs, target.group))
    return np.asarray(counted * (inputs.additional * inputs.pounds[place])[:, None])


def _lasting(strategy: Strategy, central: _Inputs) -> Floats:
    counted = np.zeros(len(strategy.years))
    for target in strategy.targets:
        counted = counted + person_years(target.people, _stay_of(central, target.group))[0]
    return counted


def _needed(strategy: Strategy, point: float, undiscounted: float, claim: Claim, lasting: Floats) -> tuple[Needed, ...]:
    """Each input that the total is proportional to, alone, at what it would have to be; None beyond what can be."""
    people = float(np.sum([target.people for target in strategy.targets]))
    years = float(lasting.sum())
    counted = years * strategy.additional.value * strategy.reached.value
    left = np.arange(len(strategy.years), 0, -1)
    most = float(np.sum([np.asarray(target.people) @ left for target in strategy.targets]))
    rows = (
        ("people", "People moved over the strategy", people, np.inf),
        ("years", "Years that each person counts, within the strategy", years / (people or 1), most / (people or 1)),
        ("pounds", "Pounds saved a year for each person who counts", undiscounted / (counted or 1), np.inf),
        ("additional", "Share who would not have moved anyway", strategy.additional.value, 1.0),
    )
    times = claim.pounds / point if point > 0 else np.inf
    return tuple(
        Needed(identity, name, now, now * times if 0 < now * times <= limit and np.isfinite(times) else None)
        for identity, name, now, limit in rows
    )

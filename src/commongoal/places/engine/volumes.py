"""What a target takes: how many people have to start and come to each stage, by provider and ward.

The chances are those of one finished valuation, frozen as `StageChances`: of coming to each stage within the horizon
of a start. For T people to come to a stage that people come to with chance p, T / p have to start, and of them p_k come
to stage k: T * p_k / p, rounded up. The interval is that of p_k / p in the valuation's draws.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from fractions import Fraction
from math import ceil, isfinite
from typing import Any

from commongoal.kernel.errors import Refused
from commongoal.kernel.estimates import Estimate
from commongoal.places.engine.apportioning import in_proportion


class StageNeverReached(Refused):
    """Nobody in this valuation has come to this stage, so what it takes cannot be told."""


class NoSuchStage(Refused):
    """The valuation has no stage of this name: its pathway was another one."""


@dataclass(frozen=True, slots=True)
class ProviderShare:
    """The share of a stage's arrivals that came in one provider's care; several small ones are one of them."""

    name: str
    share: float


@dataclass(frozen=True, slots=True)
class StageChance:
    """One stage: the chance of coming to it from a start, and who brought people there.

    `per_one` are, for each stage up to this one, the people who come there for each one who comes here; empty where
    nobody ever came here.
    """

    id: str
    name: str
    chance: Estimate
    per_one: tuple[Estimate, ...]
    providers: tuple[ProviderShare, ...] = ()


@dataclass(frozen=True, slots=True)
class StageChances:
    """The chances of one finished valuation, by stage in the pathway's order; the first is the start."""

    run: int
    programme: str
    snapshot_on: dt.date
    horizon_months: int
    stages: tuple[StageChance, ...]

    def stage(self, stage: str) -> StageChance:
        """The stage of an id. Raises `NoSuchStage`."""
        for each in self.stages:
            if each.id == stage:
                return each
        raise NoSuchStage


@dataclass(frozen=True, slots=True)
class StageVolume:
    """People who have to come to one stage, with the ends of the 90% interval; parts add up to `people`."""

    id: str
    name: str
    chance: float
    people: int
    low: int | None
    high: int | None
    providers: tuple[tuple[str, int], ...]
    wards: tuple[tuple[str, int], ...]  # by code


@dataclass(frozen=True, slots=True)
class Volumes:
    """What a target takes, with the valuation it was worked out from."""

    run: int
    programme: str
    snapshot_on: dt.date
    horizon_months: int
    stages: tuple[StageVolume, ...]


def volumes(people: int, stage: str, chances: StageChances, wards: Sequence[tuple[str, int]]) -> Volumes:
    """What it takes that so many people come to a stage; `wards` are (code, people) of the target.

    Raises `NoSuchStage`, `StageNeverReached`.
    """
    wanted = chances.stage(stage)
    if not wanted.per_one or wanted.chance.point <= 0:
        raise StageNeverReached
    upto = zip(chances.stages, wanted.per_one, strict=False)
    told = tuple(_volume(people, each, per_one, each is wanted, wards) for each, per_one in upto)
    return Volumes(chances.run, chances.programme, chances.snapshot_on, chances.horizon_months, told)


def _volume(
    people: int, stage: StageChance, per_one: Estimate, last: bool, wards: Sequence[tuple[str, int]]
) -> StageVolume:
    needed = people if last else _up(people, per_one.point)
    low, high = (None, None) if last else (_end(people, per_one.low), _end(people, per_one.high))
    shares = in_proportion(needed, [each.share for each in stage.providers])
    by_ward = in_proportion(needed, [given for _, given in wards])
    return StageVolume(
        stage.id, stage.name, stage.chance.point, needed, low, high,
        tuple(zip((each.name for each in stage.providers), shares, strict=True)),
        tuple(zip((code for code, _ in wards), by_ward, strict=True)),
    )  # fmt: skip


def _up(people: int, each: float) -> int:
    """Rounded up, but for what no float can hold: 100 people at 1/0.1 each are 1,000, not 1,001."""
    return ceil(Fraction(people * each).limit_denominator(10**6))


def _end(people: int, each: float | None) -> int | None:
    return _up(people, each) if each is not None and isfinite(each) else None


def as_data(found: Volumes) -> dict[str, Any]:
    """As JSON values."""
    return {**asdict(found), "snapshot_on": found.snapshot_on.isoformat()}


def from_data(data: dict[str, Any]) -> Volumes | None:
    """As it was kept; None where a target has no volumes."""
    if not data:
        return None
    stages = tuple(
        StageVolume(**{**each, **{name: tuple(map(tuple, each[name])) for name in ("providers", "wards")}})
        for each in data["stages"]
    )
    return Volumes(**{**data, "snapshot_on": dt.date.fromisoformat(data["snapshot_on"]), "stages": stages})

"""A target for the whole area, with what of it falls to each ward and what it takes."""

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from commongoal.kernel.errors import Refused
from commongoal.places.engine.apportioning import Share, Ward
from commongoal.places.engine.volumes import StageChances, Volumes


class NoTitle(Refused):
    """Give the target a title."""


class NoWards(Refused):
    """There is no ward to apportion the target to."""


class WardWithoutFigure(Refused):
    """Some wards have no figure of people in need. Choose to leave them out, or find their figures first."""


@dataclass(frozen=True, slots=True)
class Grounds:
    """Where the figures of a target come from, in words: the figures of need with period and editions, and of reach."""

    need: str
    need_source: str
    reach: str
    reach_source: str = ""
    period: str = ""
    editions: tuple[str, ...] = ()
    marks: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()  # wards without a figure, left out knowingly


@dataclass(frozen=True, slots=True)
class NewTarget:
    """A target: people to come to a stage in an area by a day, the wards it is apportioned to, and by what."""

    title: str
    area: str
    programme: int
    stage: str
    stage_name: str
    people: int
    from_on: dt.date
    until_on: dt.date
    wards: tuple[Ward, ...]
    by_reach: float
    grounds: Grounds
    chances: StageChances | None = None
    why_no_volumes: str = ""


@dataclass(frozen=True, slots=True)
class ShareSeen:
    """What falls to one ward; `exact` is its share before it was made whole, `held` says whether it was held."""

    code: str
    name: str
    people: int
    need: float
    reach: float
    exact: float
    held: str = ""
    least: int = 0
    most: int | None = None


@dataclass(frozen=True, slots=True)
class TargetSeen:
    """A target as it was set. `superseded` is the id of the one that stands in its place."""

    id: int
    title: str
    area: str
    programme: int
    programme_name: str
    stage: str
    stage_name: str
    people: int
    from_on: dt.date
    until_on: dt.date
    by_reach: float
    grounds: Grounds
    why_no_volumes: str
    who: str
    at: dt.datetime
    supersedes: int | None = None
    superseded: int | None = None
    shares: tuple[ShareSeen, ...] = field(default=())
    volumes: Volumes | None = None


def method_of(target: NewTarget, shares: tuple[Share, ...]) -> dict[str, Any]:
    """All that the apportioning went by, as JSON values."""
    grounds = target.grounds
    return {
        "stage_name": target.stage_name,
        "by_reach": target.by_reach,
        "need": grounds.need,
        "need_source": grounds.need_source,
        "reach": grounds.reach,
        "reach_source": grounds.reach_source,
        "period": grounds.period,
        "editions": list(grounds.editions),
        "marks": list(grounds.marks),
        "left_out": list(grounds.left_out),
        "wards": {
            share.ward.code: {
                "exact": round(float(share.exact), 4), "held": share.held, "least": share.ward.least,
                "most": share.ward.most,
            }
            for share in shares
        },
        "why_no_volumes": target.why_no_volumes,
    }  # fmt: skip


def grounds_of(method: dict[str, Any]) -> Grounds:
    """Where the figures came from, as it was kept."""
    plain = {name: method[name] for name in ("need", "need_source", "reach", "reach_source", "period")}
    editions, marks, left_out = (tuple(method[name]) for name in ("editions", "marks", "left_out"))
    return Grounds(**plain, editions=editions, marks=marks, left_out=left_out)


def method_words(target: TargetSeen) -> tuple[str, ...]:
    """How the target was apportioned, in sentences."""
    grounds, parts = target.grounds, round(target.by_reach * 100)
    found = [f"Need is {grounds.need}: {grounds.need_source}{f', {grounds.period}' if grounds.period else ''}."]
    if parts:
        source = f" ({grounds.reach_source})" if grounds.reach_source else ""
        by_need = f"{100 - parts} parts in 100 go by need alone and {parts}" if parts < 100 else "All of it goes"
        found.append(f"{by_need} by need times reach. Reach is {grounds.reach}{source}.")
    else:
        found.append("All of it goes by need alone: reach makes no difference.")
    found.append(
        "Each ward’s exact share is made whole by largest remainders, so that wards add up to the target exactly; no "
        "ward is given more people than are in need there. Of equal remainders the first in the alphabet comes first."
    )
    if grounds.left_out:
        found.append(f"Left out because there is no figure: {', '.join(grounds.left_out)}.")
    if grounds.marks:
        found.append(f"Of the figures of need: {', '.join(grounds.marks)}.")
    return tuple(found)

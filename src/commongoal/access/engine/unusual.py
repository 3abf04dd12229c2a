"""Reading of people's records that is unusual enough to be looked at by the data-protection officer.

A finding accuses nobody: it says who opened what more than usual, so that somebody asks. The limits are judgements,
each with its reason in `Limits`; a partnership tunes them by what its officer finds worth asking.
"""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from statistics import median


class FindingKind(StrEnum):
    """Why reading stands out."""

    OWN_USUAL = "more than usual"  # far more records than the member's own usual
    ROLE_USUAL = "more than the role"  # far more than the median of the role
    OUT_OF_HOURS = "out of hours"
    NOT_THEIRS = "not on their books"  # the member's organisation does not work with the person
    SAME_NAME = "same family name"  # the person and the member have the same family name


class FindingAnswer(StrEnum):
    """What the officer found on asking."""

    EXPLAINED = "part of the work"
    ADVISED = "advice given"
    BREACH = "data breach"


@dataclass(frozen=True, slots=True)
class Limits:
    """When reading stands out. Counts are people's records opened by one member."""

    at_least: int = 30  # a day with fewer says nothing: a morning of appointments and their families is 20 to 30
    times_own: float = 3.0  # three ordinary days in one; covers a colleague's leave, which doubles a day
    times_role: float = 4.0  # caseloads within a role differ about twofold, so four times is beyond them
    out_of_hours: int = 5  # one or two late records are an urgent call; five are a session
    opens: int = 7  # records are worked on from this hour, local time, Monday to Friday ...
    closes: int = 20  # ... to this hour; outreach and evening classes end before eight
    not_theirs: int = 1  # staff reach only their own people, so a single one was reached by a wider permission
    weeks: int = 8  # the usual is the median of the days worked in so many weeks; shorter and holidays move it
    days_known: int = 10  # a new member has no usual before two working weeks


LIMITS = Limits()


@dataclass(frozen=True, slots=True)
class Day:
    """What one member opened on a day: people's records, and how many of them out of hours."""

    membership: int
    role: str
    on: dt.date
    opened: int
    out_of_hours: int


@dataclass(frozen=True, slots=True)
class Found:
    """One finding: `counted` records where `usual` were usual (0 where there is no usual). `person` 0 is nobody's."""

    membership: int
    kind: FindingKind
    on: dt.date
    counted: int
    usual: int = 0
    person: int = 0


def unusual_days(days: Iterable[Day], on: dt.date, limits: Limits = LIMITS) -> tuple[Found, ...]:
    """What stands out on the day `on`, against the days before it of the same member and of the same role."""
    whole = [day for day in days if day.on <= on]
    usual = _usual(whole, on, limits)
    by_role = _usual_of_roles(whole, on)
    found: list[Found] = []
    for day in (day for day in whole if day.on == on):
        own, role = usual.get(day.membership, 0), by_role.get(day.role, 0)
        if day.opened >= limits.at_least and own and day.opened >= limits.times_own * own:
            found.append(Found(day.membership, FindingKind.OWN_USUAL, on, day.opened, own))
        if day.opened >= limits.at_least and role and day.opened >= limits.times_role * role:
            found.append(Found(day.membership, FindingKind.ROLE_USUAL, on, day.opened, role))
        if day.out_of_hours >= limits.out_of_hours:
            found.append(Found(day.membership, FindingKind.OUT_OF_HOURS, on, day.out_of_hours))
    return tuple(sorted(found, key=lambda one: (one.membership, one.kind)))


def same_family_name(one: str, other: str) -> bool:
    """Whether the last words of two names are the same, whatever their case; half a double-barrelled name will do."""
    mine, theirs = _family(one), _family(other)
    return bool(mine & theirs)


def _family(name: str) -> set[str]:
    words = name.strip().casefold().split()
    return {part for part in words[-1].split("-") if len(part) > 1} if words else set()


def _usual(days: list[Day], on: dt.date, limits: Limits) -> Mapping[int, int]:
    """The median of the days worked before, for each member who has enough of them."""
    since = on - dt.timedelta(weeks=limits.weeks)
    counts: dict[int, list[int]] = {}
    for day in days:
        if since <= day.on < on and day.opened:
            counts.setdefault(day.membership, []).append(day.opened)
    return {member: round(median(some)) for member, some in counts.items() if len(some) >= limits.days_known}


def _usual_of_roles(days: list[Day], on: dt.date) -> Mapping[str, int]:
    """The median over the members of a role, of each member's median of the days before."""
    counts: dict[str, dict[int, list[int]]] = {}
    for day in days:
        if day.on < on and day.opened:
            counts.setdefault(day.role, {}).setdefault(day.membership, []).append(day.opened)
    return {
        role: round(median(median(some) for some in members.values()))
        for role, members in counts.items()
        if len(members) >= 3  # of two members each would be measured by the other
    }

"""The common assessment of one person: what is found, which assessments count, and how the levels moved.

An assessment counts when it is the first, or at least the programme's minimum gap after the last that counts. One
inside the gap is kept and marked: what somebody says may be true, but so soon it measures the day and not the road.
Source: method.md section 3, Soft outcomes; the gap is `casework.assessment_gap_days` of the programme's file.
"""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from commongoal.kernel.errors import Refused
from commongoal.pathway.engine.programme import Area

LONGEST_NOTE = 500


class NothingAnswered(Refused):
    """Choose a level for at least one area of life."""


class NotAnArea(Refused):
    """This is not one of the areas of life that the programme asks about."""


class NotALevel(Refused):
    """Choose one of the levels of the area, or that they prefer not to say."""


class AssessedInFuture(Refused):
    """An assessment is of today or a day before."""


class AssessmentOfOthers(Refused):
    """Another organisation did this assessment; ask them to correct it, or do one of your own."""


class AssessmentsNotShared(Refused):
    """The assessments of this person are not shared with your organisation."""


class NoteTooLong(Refused):
    """A note on one area is at most 500 characters."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found for one area of life; no level where they preferred not to say."""

    area: str
    level: int | None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Reading:
    """The level of an area, the day it was found and the assessment it stands in."""

    level: int
    on: dt.date
    assessment: int


@dataclass(frozen=True, slots=True)
class Barrier:
    """An area whose level stands in the way of work, and the words of that level."""

    area: str
    name: str
    level: int
    words: str


@dataclass(frozen=True, slots=True)
class Assessment:
    """An assessment as it is read; `file` is the pathway it was asked by, `corrects` the one it replaced.

    `replaced` is the one that took its place, if it stands no more.
    """

    id: int
    programme: int
    programme_name: str
    file: int
    on: dt.date
    at: dt.datetime
    together: bool
    counts: bool
    who: str
    organisation: str
    findings: tuple[Finding, ...]
    ours: bool = False
    corrects: int | None = None
    replaced: int | None = None

    def level(self, area: str) -> int | None:
        """The level found for an area, if one was."""
        return next((each.level for each in self.findings if each.area == area), None)

    def finding(self, area: str) -> Finding | None:
        """What was found for an area; None where it was not asked."""
        return next((each for each in self.findings if each.area == area), None)


@dataclass(frozen=True, slots=True)
class Movement:
    """How many areas went up, stayed and went down between two assessments, of those answered at both."""

    since: dt.date
    better: int
    same: int
    worse: int


@dataclass(frozen=True, slots=True)
class AreaMoves:
    """One area at the first assessment, the one before the latest, and the latest; None where not asked."""

    area: Area
    first: Finding | None
    last: Finding | None
    now: Finding | None


def counting(days: Sequence[tuple[dt.date, int]], gap_days: int) -> tuple[bool, ...]:
    """Which assessments count, of (day, id) pairs in any order; the answer is in the order given.

    The earliest counts, and then each that is `gap_days` or more after the last that does. Of two on one day the
    earlier id counts, unless there is no gap: then all do.
    """
    found = [False] * len(days)
    last: dt.date | None = None
    for index in sorted(range(len(days)), key=lambda each: days[each]):
        on = days[index][0]
        if last is None or (on - last).days >= gap_days:
            found[index], last = True, on
    return tuple(found)


def blocking(on: dt.date, counted: Iterable[dt.date], gap_days: int) -> dt.date | None:
    """The counting day that an assessment on `on` would come too soon after; None if it would count."""
    before = max((day for day in counted if day <= on), default=None)
    return before if before is not None and (on - before).days < gap_days else None


def checked(
    levels: Mapping[str, int | None],
    notes: Mapping[str, str],
    areas: Sequence[Area],
    *,
    on: dt.date,
    today: dt.date,
) -> tuple[Finding, ...]:
    """The findings of the areas answered, in the programme's order. None is "prefers not to say", which is an answer.

    Raises `NothingAnswered`, `NotAnArea`, `NotALevel`, `AssessedInFuture`, `NoteTooLong`. A note on an area without
    an answer is refused with `NotALevel`, so that it is not lost.
    """
    if on > today:
        raise AssessedInFuture
    notes = {area: text.strip() for area, text in notes.items() if text.strip()}
    known = {area.id: area for area in areas}
    if unknown := sorted((levels.keys() | notes.keys()) - known.keys()):
        raise NotAnArea(f"“{unknown[0]}” is none of them.")
    if not levels:
        raise NothingAnswered
    for area, level in levels.items():
        if level is not None and not 1 <= level <= known[area].levels:
            raise NotALevel(f"{known[area].name} has levels 1 to {known[area].levels}.")
    if bare := [area for area in notes if area not in levels]:
        raise NotALevel(f"There is a note on {known[bare[0]].name} without a level.")
    if any(len(text) > LONGEST_NOTE for text in notes.values()):
        raise NoteTooLong
    return tuple(Finding(each.id, levels[each.id], notes.get(each.id, "")) for each in areas if each.id in levels)


def as_asked_now(assessment: Assessment, then: Iterable[Area], now: Iterable[Area]) -> Assessment:
    """An assessment without the areas that had other levels then than they have now: their readings do not compare."""
    levels = {area.id: area.levels for area in then}
    same = {area.id for area in now if levels.get(area.id) == area.levels}
    return replace(assessment, findings=tuple(each for each in assessment.findings if each.area in same))


def movement(before: Assessment, after: Assessment, comparable: Iterable[str]) -> Movement:
    """How the levels of the areas in `comparable` moved from one assessment to a later one."""
    pairs = [(before.level(area), after.level(area)) for area in comparable]
    moved = [late - early for early, late in pairs if early is not None and late is not None]
    return Movement(before.on, sum(m > 0 for m in moved), moved.count(0), sum(m < 0 for m in moved))


def moves(assessments: Sequence[Assessment], areas: Sequence[Area]) -> tuple[AreaMoves, ...]:
    """First, last and now of each area from the assessments that count, the earliest first; there is at least one.

    `last` is the one before the latest; with one assessment there is only `now`, with two `first` is also `last`.
    """
    now = assessments[-1]
    last = assessments[-2] if len(assessments) > 1 else None
    first = assessments[0] if last else None
    return tuple(
        AreaMoves(
            area,
            first.finding(area.id) if first else None,
            last.finding(area.id) if last else None,
            now.finding(area.id),
        )
        for area in areas
    )


def barriers_of(findings: Iterable[Finding], areas: Iterable[Area]) -> tuple[Barrier, ...]:
    """The areas whose level stands in the way of work: at most `barrier_at_most`. In the programme's order."""
    found = {each.area: each.level for each in findings}
    return tuple(
        Barrier(area.id, area.name, level, words_of(area, level))
        for area in areas
        if (level := found.get(area.id)) is not None and level <= area.barrier_at_most
    )


def words_of(area: Area, level: int) -> str:
    """A level in words; "level 3 of 5" for an area without."""
    return area.words[level - 1] if area.words and level <= len(area.words) else f"level {level} of {area.levels}"


def due_on(counted: Iterable[dt.date], every_days: int) -> dt.date | None:
    """When the next assessment is due, from the days of those that count; None before the first."""
    latest = max(counted, default=None)
    return latest + dt.timedelta(days=every_days) if latest else None

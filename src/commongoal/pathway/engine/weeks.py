"""Weeks in work, and whether and by when so many of them make a job sustained.

A *spell of work* is days in work without one between that is not. Its weeks are seven days each, counted from its first
day, and a window of the programme ("26 weeks within 30, of at least 8 hours") may start with any of them that begins in
work. A week counts when the usual hours of all jobs on its seven days, averaged, reach the window's hours; it counts
once it is over. Which start is shown:

1. Where a window is met, the one met on the earliest day (of those, the earliest start): what is met stays met.
2. Else, of the starts from which enough weeks can still be found, the one that can be met soonest. Of several, the
   latest: weeks before it did not count, and it leaves most time. So the window moves on by itself.
3. Else the start with most weeks counted, the latest of several: it is out of reach until work begins again.
"""

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from functools import lru_cache

from commongoal.pathway.engine.programme import Window

WEEK = 7


class Cell(StrEnum):
    """What became of one week of a window."""

    COUNTED = "counts"
    MISSED = "does not count"
    AHEAD = "still to come"


@dataclass(frozen=True, slots=True)
class Span:
    """A job's days, half-open, and its usual hours a week."""

    from_on: dt.date
    to_on: dt.date | None
    weekly_hours: Fraction


@dataclass(frozen=True, slots=True)
class Counted:
    """How a window stands today: its weeks from `start`, in order; the days are the last ones of weeks.

    `met_on` is the day it was met, `soonest_on` the first day it can be, `last_on` the last. Both of those are none
    where it cannot be met any more from any start so far.
    """

    window: Window
    start: dt.date
    cells: tuple[Cell, ...]
    met_on: dt.date | None
    soonest_on: dt.date | None
    last_on: dt.date | None

    @property
    def counted(self) -> int:
        """Weeks that count so far; never more than the window asks for."""
        return min(self.cells.count(Cell.COUNTED), self.window.weeks)

    @property
    def needed(self) -> int:
        """Weeks that still have to count."""
        return self.window.weeks - self.counted

    @property
    def met(self) -> bool:
        """Whether the window is met."""
        return self.met_on is not None

    def ends_by(self, day: dt.date) -> bool:
        """Whether weeks count towards it, it is not met, and its last day is no later than this one."""
        return self.counted > 0 and not self.met and self.last_on is not None and self.last_on <= day

    @property
    def out_of_reach(self) -> bool:
        """Whether it can no longer be met without a new start."""
        return self.met_on is None and self.last_on is None


def weeks_counted(jobs: Sequence[Span], window: Window, today: dt.date) -> Counted | None:
    """How the window stands today; none for somebody who has not begun to work."""
    begun = [job for job in jobs if job.from_on <= today]
    known: dict[dt.date, Cell] = {}  # the starts of one spell share their weeks
    found = [_from(start, begun, window, today, known) for start in _starts(begun, today)]
    return min(found, key=_rank) if found else None


def shown_by_weeks(jobs: Sequence[Span], windows: Iterable[Window], on: dt.date) -> dict[str, bool]:
    """The stages that these windows evidence, and whether one that evidences it was met by the end of a day."""
    found: dict[str, bool] = {}
    for window in windows:
        if window.stage:
            counted = weeks_counted(jobs, window, on + dt.timedelta(days=1))  # a week counts once it is over
            found[window.stage] = found.get(window.stage, False) or (counted is not None and counted.met)
    return found


def begun_between(window: Window, today: dt.date, near_days: int) -> tuple[dt.date, dt.date]:
    """Between which days one of the jobs began of anybody whose window `ends_by` a day so near.

    The weeks that count begin where a job does, or in the week before or after: weeks are counted from the first day in
    work, and a job may begin in the middle of one. So nobody else's weeks need to be counted.
    """
    first, week = today - dt.timedelta(days=window.of_weeks * WEEK), dt.timedelta(days=WEEK)
    return first - week, first + dt.timedelta(days=near_days) + week


def spells(jobs: Sequence[Span]) -> Iterator[tuple[dt.date, dt.date | None]]:
    """The spells of work, each its first day and the first day after it, none while it runs; jobs may overlap."""
    ordered = sorted(jobs, key=lambda job: job.from_on)
    if not ordered:
        return
    start, end = ordered[0].from_on, ordered[0].to_on
    for job in ordered[1:]:
        if end is not None and job.from_on > end:
            yield start, end
            start, end = job.from_on, job.to_on
        else:
            end = None if end is None or job.to_on is None else max(end, job.to_on)
    yield start, end


def _starts(jobs: Sequence[Span], today: dt.date) -> Iterator[dt.date]:
    """The first day of every week in work that has begun."""
    for first, end in spells(jobs):
        stop = today + dt.timedelta(days=1)
        last = stop if end is None else min(end, stop)
        yield from (first + dt.timedelta(days=day) for day in range(0, (last - first).days, WEEK))


def _from(start: dt.date, jobs: Sequence[Span], window: Window, today: dt.date, known: dict[dt.date, Cell]) -> Counted:
    over = min((today - start).days // WEEK, window.of_weeks)
    cells = [_known(_day(start, week), jobs, window, known) for week in range(over)]
    counting = [week for week, cell in enumerate(cells) if cell is Cell.COUNTED]
    cells += [Cell.AHEAD] * (window.of_weeks - over)
    if len(counting) >= window.weeks:
        met_on = _day(start, counting[window.weeks - 1] + 1, -1)
        return Counted(window, start, tuple(cells), met_on, met_on, _day(start, window.of_weeks, -1))
    first = over + window.weeks - len(counting)  # weeks gone when every one to come has counted
    if first > window.of_weeks:
        return Counted(window, start, tuple(cells), None, None, None)
    return Counted(window, start, tuple(cells), None, _day(start, first, -1), _day(start, window.of_weeks, -1))


def _known(monday: dt.date, jobs: Sequence[Span], window: Window, known: dict[dt.date, Cell]) -> Cell:
    if monday not in known:
        known[monday] = _cell(monday, jobs, window)
    return known[monday]


def _cell(monday: dt.date, jobs: Sequence[Span], window: Window) -> Cell:
    """Whether the week from this day counts: hours by the day, summed, are held against seven times those a week."""
    end = monday + dt.timedelta(days=WEEK)
    hours = Fraction(0)
    for job in jobs:
        until = end if job.to_on is None else min(end, job.to_on)
        days = (until - max(monday, job.from_on)).days
        hours += max(days, 0) * job.weekly_hours
    enough = hours > 0 and hours >= WEEK * _exact(str(window.hours))
    few = window.under_hours is None or hours < WEEK * _exact(str(window.under_hours))
    return Cell.COUNTED if enough and few else Cell.MISSED


@lru_cache(maxsize=64)
def _exact(hours: str) -> Fraction:
    """A window's hours, which every week is held against; reading them takes longer than that."""
    return Fraction(hours)


def _rank(counted: Counted) -> tuple[int, int, int]:
    if counted.met_on:
        return 0, counted.met_on.toordinal(), counted.start.toordinal()
    if counted.soonest_on:
        return 1, counted.soonest_on.toordinal(), -counted.start.toordinal()
    return 2, -counted.counted, -counted.start.toordinal()


def _day(start: dt.date, weeks: int, days: int = 0) -> dt.date:
    return start + dt.timedelta(days=weeks * WEEK + days)

"""Who needs somebody today: what is due in words, and reasons gathered by person, the most urgent first."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from commongoal.access.engine.pages import Part
from commongoal.kernel.words import written_day

OVERDUE = 0


@dataclass(frozen=True, slots=True)
class Reason:
    """Why somebody needs the viewer today: in words, where to go, and how urgent (0 is overdue, smaller is sooner)."""

    rank: int
    why: str
    page: str  # the name of the route
    ids: tuple[int, ...]
    since_on: dt.date | None = None


@dataclass(frozen=True, slots=True)
class Needed:
    """A person who needs the viewer, and every reason."""

    person: int
    name: str
    reasons: tuple[Reason, ...]


class Kind(StrEnum):
    """What is due."""

    NEXT = "next"  # an appointment to come
    UNTOLD = "untold"  # one that has begun, of which nobody said what became
    REVIEW = "review"
    TASK = "task"
    CHECKPOINT = "checkpoint"


@dataclass(frozen=True, slots=True)
class Due:
    """Something due about a person. `at` is an appointment's beginning; `weeks` a checkpoint's.

    `words` are a task's, or whom to ask at a checkpoint.
    """

    kind: Kind
    person: int
    name: str
    on: dt.date
    at: dt.datetime | None = None
    weeks: int = 0
    words: str = ""


@dataclass(frozen=True, slots=True)
class Ending:
    """A window of somebody's that is not met: how many weeks count and are still needed, and the last day for it."""

    person: int
    name: str
    window: str
    counted: int
    needed: int
    last_on: dt.date


@dataclass(frozen=True, slots=True)
class Today:
    """Who needs the viewer: a page of them, how many in all (at least, where `more_than`); the next appointments."""

    part: Part[Needed]
    count: int
    more_than: bool
    appointments: tuple[Due, ...] = ()


def due_reason(due: Due, on: dt.date) -> Reason | None:
    """Why what is due makes the person need somebody that day; none for an appointment to come."""
    day = written_day(due.on)
    late = due.on < on
    if due.kind is Kind.UNTOLD:
        return Reason(3, f"Nobody has said if they came on {day}", "appointments", (due.person,), due.on)
    if due.kind is Kind.REVIEW:
        return Reason(OVERDUE, f"Their plan was to be reviewed by {day}", "plan", (due.person,), due.on)
    if due.kind is Kind.TASK:
        why = f"Task due {day}: {due.words}" if late else f"Task due today: {due.words}"
        return Reason(OVERDUE if late else 2, why, "plan", (due.person,), due.on)
    if due.kind is Kind.CHECKPOINT:
        why = f"Ask how work is going at {due.weeks} weeks, due {day if late else 'today'}: {due.words}"
        return Reason(OVERDUE if late else 1, why, "jobs", (due.person,), due.on)
    return None


def ending_reason(ending: Ending) -> Reason:
    """Why somebody who is about to miss a window needs somebody."""
    weeks = "1 more week" if ending.needed == 1 else f"{ending.needed} more weeks"
    why = f"{ending.window}: {weeks} needed by {written_day(ending.last_on)}, the last day it can be met"
    return Reason(1, why, "jobs", (ending.person,), ending.last_on)


def gathered(found: Iterable[tuple[int, str, Reason]]) -> tuple[Needed, ...]:
    """One `Needed` a person with every reason in order; people by their first reason's rank, then its day."""
    names: dict[int, str] = {}
    reasons: dict[int, list[Reason]] = {}
    for person, name, reason in found:
        names.setdefault(person, name)
        reasons.setdefault(person, []).append(reason)
    people = (Needed(person, names[person], tuple(sorted(reasons[person], key=_soonest))) for person in names)
    return tuple(sorted(people, key=lambda needed: (_soonest(needed.reasons[0]), needed.name, needed.person)))


def _soonest(reason: Reason) -> tuple[int, dt.date]:
    return reason.rank, reason.since_on or dt.date.min

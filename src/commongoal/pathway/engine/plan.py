"""An action plan: what somebody wants to change, who does what by when, and what they agreed to."""

import datetime as dt
import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from commongoal.kernel.errors import Refused
from commongoal.pathway.engine.casework import TASK_MOVES, GoalEnd, TaskOwner, TaskStatus
from commongoal.people.engine.vocabulary import GivenHow

Document = dict[str, Any]
"""A plan's content as JSON values: see `content_of`."""


class PlanNotShared(Refused):
    """The action plan of this person is not shared with your organisation."""


class PlanRunning(Refused):
    """They have a plan on this programme already."""


class PlanEnded(Refused):
    """This plan has ended, so nothing in it can change."""


class NoWords(Refused):
    """Write it in a few words."""


class NoSuchArea(Refused):
    """Choose one of the areas of life in the list, or write something else."""


class SameGoal(Refused):
    """This goal is in the plan already."""


class SameTask(Refused):
    """This task is in the plan already."""


class GoalOver(Refused):
    """This goal has ended, so its tasks cannot change."""


class WhyNotNeeded(Refused):
    """Say why it is no longer needed."""


class DueBeforeToday(Refused):
    """The day it is due cannot be before today."""


class NotAnOwner(Refused):
    """A task is for the person, for a worker of yours or of a partner, or for a partner organisation."""


class NotTheirFamily(Refused):
    """Choose somebody of their family whose name you may see."""


class NotAService(Refused):
    """Choose a service of the directory that is still offered."""


class NotFromThere(Refused):
    """This task is not open, or is open already: look at it again."""


class NotYourTask(Refused):
    """This task is for somebody else to do."""


class NoGoals(Refused):
    """A plan without a goal cannot be agreed to: add a goal first."""


class WhoAgreed(Refused):
    """Write the name of the person who agrees."""


class AgreedWhen(Refused):
    """The day they agreed is between the day the plan began, or they last agreed, and today."""


class NothingChanged(Refused):
    """Nothing has changed since they last agreed to the plan."""


class SameReview(Refused):
    """This review is recorded already."""


class NoEmail(Refused):
    """We have no e-mail address for this person, so print the plan instead."""


@dataclass(frozen=True, slots=True)
class Owner:
    """Who does a task: the person, or the worker or the agency with this id (of a membership, an organisation)."""

    kind: TaskOwner
    id: int | None = None


@dataclass(frozen=True, slots=True)
class NewTask:
    """A task to add. `for_person` is one of the family, `service` one of the directory."""

    words: str
    owner: Owner
    due_on: dt.date
    for_person: int | None = None
    service: int | None = None


@dataclass(frozen=True, slots=True)
class Task:
    """One thing to do, as it stands. `for_name` is empty where the viewer may not know whom of the family it is for."""

    id: int
    words: str
    owner: Owner
    owner_name: str
    due_on: dt.date
    status: TaskStatus = TaskStatus.OPEN
    for_person: int | None = None
    for_name: str = ""
    service: int | None = None
    service_name: str = ""
    service_phone: str = ""
    phone: str = ""  # of the organisation that does it, or of the worker's
    finished_on: dt.date | None = None
    why: str = ""

    @property
    def open(self) -> bool:
        """Whether it is still to do."""
        return self.status is TaskStatus.OPEN

    @property
    def seen(self) -> str:
        """A fingerprint of the task: the same if nothing changed."""
        return fingerprint(_task(self) | {"owner_id": self.owner.id})

    def overdue(self, on: dt.date) -> bool:
        """Whether it should have been done before this day."""
        return self.open and self.due_on < on


@dataclass(frozen=True, slots=True)
class Goal:
    """What somebody wants to change. `area_name` is the area of life of the barrier it comes from, or empty."""

    id: int
    words: str
    made_on: dt.date
    area: str = ""
    area_name: str = ""
    tasks: tuple[Task, ...] = ()
    ended_on: dt.date | None = None
    ended_how: GoalEnd | None = None
    why: str = ""


@dataclass(frozen=True, slots=True)
class Version:
    """The plan as the person agreed to it."""

    id: int
    number: int
    agreed_on: dt.date
    agreed_by: str
    given_how: GivenHow
    who: str
    content: Document


@dataclass(frozen=True, slots=True)
class Review:
    """A look at the plan: when, why, what came of it, and by whom."""

    on: dt.date
    reason: str
    note: str
    who: str


@dataclass(frozen=True, slots=True)
class Sending:
    """A plan sent to the person: on which day, by whom, to which address, and whether the mail server took it.

    `number` is that of the version sent; none is the plan as it stood.
    """

    on: dt.date
    who: str
    email: str
    failed: bool
    number: int | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """A plan with everything in it. Goals in the order they were added; the rest the newest first."""

    id: int
    person: int
    programme: int
    programme_name: str
    organisation_name: str
    made_on: dt.date
    review_on: dt.date
    ended_on: dt.date | None = None
    goals: tuple[Goal, ...] = ()
    versions: tuple[Version, ...] = ()
    reviews: tuple[Review, ...] = ()
    sendings: tuple[Sending, ...] = ()

    @property
    def running(self) -> tuple[Goal, ...]:
        """The goals that have not ended."""
        return tuple(goal for goal in self.goals if goal.ended_on is None)

    @property
    def ended(self) -> tuple[Goal, ...]:
        """The goals that have ended."""
        return tuple(goal for goal in self.goals if goal.ended_on is not None)

    @property
    def agreed(self) -> Version | None:
        """The version that the person agreed to last."""
        return self.versions[0] if self.versions else None

    @property
    def to_do(self) -> tuple[Task, ...]:
        """The tasks still to do, the soonest first."""
        tasks = (task for goal in self.running for task in goal.tasks if task.open)
        return tuple(sorted(tasks, key=lambda task: (task.due_on, task.id)))

    @property
    def content(self) -> Document:
        """What would be agreed to now."""
        return content_of(self.programme_name, self.running)

    @property
    def seen(self) -> str:
        """A fingerprint of what would be agreed to now: the same if nothing changed."""
        return fingerprint(self.content)

    def review_overdue(self, on: dt.date) -> bool:
        """Whether the plan should have been looked at again before this day."""
        return self.ended_on is None and self.review_on < on


def content_of(programme: str, goals: tuple[Goal, ...]) -> Document:
    """Goals and tasks in words, to be kept for good. A member of the family is an id: who may know the name differs."""
    return {"format": 1, "programme": programme, "goals": [_goal(goal) for goal in goals]}


def _goal(goal: Goal) -> Document:
    tasks = [_task(task) for task in goal.tasks]
    return {"id": goal.id, "area": goal.area_name, "words": goal.words, "tasks": tasks}


def _task(task: Task) -> Document:
    return {
        "id": task.id,
        "words": task.words,
        "owner": task.owner.kind.value,
        "owner_name": task.owner_name if task.owner.kind is not TaskOwner.RESIDENT else "",
        "for_person": task.for_person,
        "service": task.service_name,
        "due_on": task.due_on.isoformat(),
        "status": task.status.value,
        "finished_on": task.finished_on.isoformat() if task.finished_on else "",
        "why": task.why,
    }


def fingerprint(content: Mapping[str, Any]) -> str:
    """SHA-256 of a content, in hex."""
    return hashlib.sha256(json.dumps(content, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def changes(agreed: Mapping[str, Any], now: Mapping[str, Any]) -> tuple[str, ...]:
    """What is different now from what was agreed to, a sentence each; none where nothing is."""
    return tuple(_changes(agreed, now))


def _changes(agreed: Mapping[str, Any], now: Mapping[str, Any]) -> Iterator[str]:
    before, after = _by_id(agreed["goals"]), _by_id(now["goals"])
    for pk, goal in after.items():
        if pk not in before:
            yield f"New goal: {goal['words']}"
            continue
        was = _by_id(before[pk]["tasks"])
        for task in goal["tasks"]:
            yield from _task_changes(was.get(task["id"]), task)
    for pk, goal in before.items():
        if pk not in after:
            yield f"Goal ended: {goal['words']}"


def _task_changes(was: Mapping[str, Any] | None, task: Mapping[str, Any]) -> Iterator[str]:
    if was is None:
        yield f"New task: {task['words']}"
        return
    if was["status"] != task["status"]:
        yield f"Now {task['status']}: {task['words']}"
    if was["due_on"] != task["due_on"]:
        yield f"Another date: {task['words']}"
    if (was["owner"], was["owner_name"]) != (task["owner"], task["owner_name"]):
        yield f"Somebody else does it: {task['words']}"


def _by_id(rows: list[Document]) -> dict[int, Document]:
    return {row["id"]: row for row in rows}


def checked_words(words: str) -> str:
    """Words in one line without spaces around them. Raises `NoWords` where there are none."""
    kept = " ".join(words.split())
    if not kept:
        raise NoWords
    return kept


def checked_due(due_on: dt.date, today: dt.date) -> dt.date:
    """The day, if it is not gone. Raises `DueBeforeToday`."""
    if due_on < today:
        raise DueBeforeToday
    return due_on


def checked_why(needed: bool, why: str) -> str:
    """The reason in one line. Raises `WhyNotNeeded` where it is needed and there is none."""
    kept = " ".join(why.split())
    if needed and not kept:
        raise WhyNotNeeded
    return kept


def checked_move(status: TaskStatus, to: TaskStatus) -> TaskStatus:
    """The state after, if the table allows it after the one before. Raises `NotFromThere`."""
    if to not in TASK_MOVES[status]:
        raise NotFromThere
    return to


def checked_agreement(plan: Plan, agreed_by: str, agreed_on: dt.date, today: dt.date) -> Document:
    """The content of the version that the person agrees to.

    Raises `NoGoals`, `WhoAgreed`, `AgreedWhen`, or `NothingChanged` where the last version says the same.
    """
    if not plan.running:
        raise NoGoals
    if not agreed_by.strip():
        raise WhoAgreed
    first = plan.agreed.agreed_on if plan.agreed else plan.made_on
    if not first <= agreed_on <= today:
        raise AgreedWhen
    if plan.agreed and fingerprint(plan.agreed.content) == plan.seen:
        raise NothingChanged
    return plan.content


def next_review(from_on: dt.date, every_days: int) -> dt.date:
    """The last day of the review after one on `from_on`."""
    return from_on + dt.timedelta(days=every_days)

"""An action plan as one page of paper: what somebody wants to change, who does what by when, and whom to call.

Spoken to the person, in words that somebody of ten can read. The page is drawn elsewhere; here is only what it says.
"""

import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from commongoal.kernel.words import written_day
from commongoal.pathway.engine.casework import TaskOwner, TaskStatus
from commongoal.pathway.engine.plan import Goal, Plan, Task, Version, changes

Lines = tuple[str, ...]
UNSEEN = frozenset({"Cc", "Cs", "Co", "Cn"})  # controls, halves of signs, and signs that are nobody's


@dataclass(frozen=True, slots=True)
class Call:
    """Somebody to call: who it is, what about, and the number."""

    who: str
    phone: str


@dataclass(frozen=True, slots=True)
class TaskLine:
    """One thing to do: what, what more there is to know about it, who, by when, and `done` where it needs no tick."""

    what: str
    more: Lines
    who: str
    by: str
    done: str


@dataclass(frozen=True, slots=True)
class GoalPart:
    """What somebody wants to change, and what is to be done for it."""

    words: str
    about: str
    tasks: tuple[TaskLine, ...]


@dataclass(frozen=True, slots=True)
class Paper:
    """All that the page says. `agreed` says whether they agreed; with `to_sign` there are lines to sign on."""

    title: str
    made_with: str
    agreed: str
    goals: tuple[GoalPart, ...]
    review: str
    calls: tuple[Call, ...]
    to_sign: bool


def paper_of(plan: Plan, name: str, calls: Iterable[Call]) -> Paper:
    """The plan as it stands, to read and to sign. `name` is the person's, `calls` come before those of its tasks."""
    return Paper(
        title=_title(name),
        made_with=_made_with(plan),
        agreed=_agreed(plan),
        goals=tuple(_goal(goal) for goal in plan.running),
        review=_review(plan),
        calls=whom_to_call(calls, plan.running),
        to_sign=plan.ended_on is None,
    )


def paper_of_version(plan: Plan, version: Version, goals: tuple[Goal, ...], name: str, calls: Iterable[Call]) -> Paper:
    """A version as it was agreed to; `goals` are those of its content, and whom to call is as it is now."""
    agreed = f"{version.agreed_by} agreed to this plan on {written_day(version.agreed_on)} ({version.given_how})."
    return Paper(
        title=_title(name),
        made_with=_made_with(plan),
        agreed=_plain(agreed),
        goals=tuple(_goal(goal) for goal in goals),
        review=_review(plan),
        calls=whom_to_call(calls, goals),
        to_sign=False,
    )


def _title(name: str) -> str:
    return _plain(f"Action plan: {name}")


def _made_with(plan: Plan) -> str:
    return _plain(f"Made with {plan.organisation_name} on {plan.programme_name}, since {written_day(plan.made_on)}.")


def _agreed(plan: Plan) -> str:
    if plan.agreed is None:
        return "You have not agreed to this plan yet."
    day = written_day(plan.agreed.agreed_on)
    if changes(plan.agreed.content, plan.content):
        return f"Some of it is new since you agreed to it on {day}."
    return f"You agreed to this plan on {day}."


def _review(plan: Plan) -> str:
    if plan.ended_on is not None:
        return f"This plan ended on {written_day(plan.ended_on)}."
    return f"We look at this plan together again by {written_day(plan.review_on)}."


def _goal(goal: Goal) -> GoalPart:
    return GoalPart(_plain(goal.words), _plain(goal.area_name), tuple(_line(task) for task in goal.tasks))


def _line(task: Task) -> TaskLine:
    return TaskLine(
        what=_plain(task.words),
        more=tuple(_plain(words) for words in _more(task)),
        who=_plain(task.owner_name) if task.owner.kind is not TaskOwner.RESIDENT else "You",
        by=written_day(task.due_on),
        done=_done(task),
    )


def _more(task: Task) -> Iterator[str]:
    if task.for_person:
        yield f"For {task.for_name or 'somebody in your family'}"
    if task.service_name:
        yield f"With {task.service_name}"


def _done(task: Task) -> str:
    if task.status is TaskStatus.OPEN:
        return ""
    words = "Done" if task.status is TaskStatus.DONE else "No longer needed"
    return f"{words}, {written_day(task.finished_on)}" if task.finished_on else words


def whom_to_call(first: Iterable[Call], goals: Iterable[Goal]) -> tuple[Call, ...]:
    """Whom to call, each number once: those given, then whoever does a task or offers its service."""
    found: dict[str, Call] = {}
    for call in (*first, *_calls_of(task for goal in goals for task in goal.tasks if task.open)):
        if call.who and call.phone.strip():
            found.setdefault("".join(call.phone.split()), Call(_plain(call.who), _plain(call.phone)))
    return tuple(found.values())


def _calls_of(tasks: Iterable[Task]) -> Iterator[Call]:
    for task in tasks:
        yield Call(task.owner_name, task.phone)
        yield Call(task.service_name, task.service_phone)


def _plain(words: str) -> str:
    """Words in one line, without what no font can draw: controls and their like become spaces."""
    shown = (" " if unicodedata.category(sign) in UNSEEN else sign for sign in words)
    return " ".join("".join(shown).split())

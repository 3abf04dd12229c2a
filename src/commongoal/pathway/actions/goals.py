"""Goals of an action plan, and the tasks towards them."""

import datetime as dt
from typing import Any

from django.core.exceptions import ObjectDoesNotExist
from django.utils import timezone

from commongoal.access.actions import Act, acting
from commongoal.access.actions.acting import changed
from commongoal.access.actions.locking import locked
from commongoal.access.engine.permissions import Relation, Viewer
from commongoal.access.engine.refusals import ChangedMeanwhile, NotThere
from commongoal.access.queries.colleagues import colleagues
from commongoal.access.queries.sharing import partners
from commongoal.access.queries.viewers import viewer
from commongoal.directory.queries.services import service
from commongoal.pathway.actions.planning import running_plan
from commongoal.pathway.engine.casework import GoalEnd, TaskOwner, TaskStatus
from commongoal.pathway.engine.plan import (
    GoalOver,
    NewTask,
    NoSuchArea,
    NotAnOwner,
    NotAService,
    NotTheirFamily,
    NotYourTask,
    Owner,
    SameGoal,
    SameTask,
    checked_due,
    checked_move,
    checked_why,
    checked_words,
)
from commongoal.pathway.engine.plan import Task as TaskNow
from commongoal.pathway.models import Goal, Task
from commongoal.pathway.queries.plan import ways_of_working
from commongoal.pathway.queries.plan_rows import task_of
from commongoal.people.actions.opening import open_person
from commongoal.people.engine.vocabulary import DataClass
from commongoal.people.queries.family import relatives
from commongoal.people.queries.reach import classes_seen, relations_to

WITH_THEM = frozenset({Relation.OWN, Relation.NAMED})
GOAL_GONE = {GoalEnd.REACHED: "The goal was reached", GoalEnd.NOT_NEEDED: "The goal is no longer needed"}


def add_goal(*, by: Viewer, at: dt.datetime, person: int, plan: int, words: str, area: str = "") -> int:
    """Add what somebody wants to change, from a barrier in an area of life or in their words alone; returns its id.

    Raises `NoWords`, `NoSuchArea`, `SameGoal`, `PlanEnded`.
    """
    with acting("change plan", by=by, at=at) as act:
        open_person(act, person)
        row, words = running_plan(person, plan), checked_words(words)
        if area and area not in {each.id for each in ways_of_working(row.programme_id)[1]}:
            raise NoSuchArea
        if Goal.objects.filter(plan=row, words=words, area=area, ended_on=None).exists():
            raise SameGoal
        goal = Goal.objects.create(
            plan=row, area=area, words=words, membership_id=by.membership, made_on=timezone.localdate(at)
        )
        act.wrote("goal", goal.pk, person=person, after={"plan": plan, "area": area})
        return goal.pk


def end_goal(*, by: Viewer, at: dt.datetime, person: int, goal: int, how: GoalEnd, why: str = "") -> None:
    """A goal was reached, or is no longer needed, and why; what was to do for it is then no longer required.

    Raises `WhyNotNeeded`, `GoalOver`, `PlanEnded`.
    """
    with acting("change plan", by=by, at=at) as act:
        open_person(act, person)
        row = _running_goal(person, goal)
        row.why = checked_why(how is GoalEnd.NOT_NEEDED, why)
        row.ended_on, row.ended_how = timezone.localdate(at), how.value
        row.save()
        act.wrote("goal", row.pk, person=person, after={"ended_on": row.ended_on.isoformat(), "how": how.value})
        for task in row.tasks.select_for_update(of=("self",)).filter(status=TaskStatus.OPEN.value):
            _move(act, person, task, TaskStatus.NOT_NEEDED, row.why or GOAL_GONE[how])


def add_task(*, by: Viewer, at: dt.datetime, person: int, goal: int, task: NewTask) -> int:
    """Add something to do towards a goal; returns its id.

    Raises `NoWords`, `DueBeforeToday`, `NotAnOwner`, `NotTheirFamily`, `NotAService`, `SameTask`, `GoalOver`.
    """
    with acting("change plan", by=by, at=at) as act:
        open_person(act, person)
        row, today = _running_goal(person, goal), timezone.localdate(at)
        columns = _columns(task, person, by, today) | {"due_on": checked_due(task.due_on, today)}
        if row.tasks.filter(status=TaskStatus.OPEN.value, **columns).exists():
            raise SameTask
        added = Task.objects.create(goal=row, **columns)
        kept = {name: value for name, value in columns.items() if name != "words"}
        act.wrote("task", added.pk, person=person, after=changed({}, {"goal": goal, **kept})[1])
        return added.pk


def change_task(*, by: Viewer, at: dt.datetime, person: int, task: int, to: NewTask, seen: str) -> None:
    """A task in other words, for another owner, day, member of the family or service; what stays need hold no more.

    `seen` is `Task.seen` of what was shown. Raises `ChangedMeanwhile`, `NotFromThere` where it is not open,
    `SameTask` where nothing changes, and otherwise as `add_task`.
    """
    with acting("change plan", by=by, at=at) as act:
        open_person(act, person)
        row = _running_task(person, task)
        was = task_of(row)
        after = _columns_after(was, to, person, by, timezone.localdate(at))
        before = {name: getattr(row, name) for name in after}
        if before == after:
            raise SameTask
        if was.seen != seen:
            raise ChangedMeanwhile
        checked_move(was.status, TaskStatus.DONE)  # only what is still to do
        for name, value in after.items():
            setattr(row, name, value)
        row.save(update_fields=list(after))
        told, now = changed(before, after)
        act.wrote("task", row.pk, person=person, before=told | _words(told), after=now | _words(now))


def finish_task(
    *, by: Viewer, at: dt.datetime, person: int, task: int, to: TaskStatus = TaskStatus.DONE, why: str = ""
) -> None:
    """A task is done, or no longer required and why. Raises `WhyNotNeeded`, `NotFromThere`, `NotYourTask`.

    Whoever works with the person finishes any; the person, and an organisation that they agreed to share with, finish
    what is theirs.
    """
    with acting("finish task", by=by, at=at) as act:
        open_person(act, person)
        row = _running_task(person, task)
        _theirs(row, person, by)
        _move(act, person, row, to, checked_why(to is TaskStatus.NOT_NEEDED, why))


def reopen_task(*, by: Viewer, at: dt.datetime, person: int, task: int) -> None:
    """A task is to do again. Raises `NotFromThere`, `NotYourTask`, `GoalOver`."""
    with acting("finish task", by=by, at=at) as act:
        open_person(act, person)
        row = _running_task(person, task)
        _theirs(row, person, by)
        _move(act, person, row, TaskStatus.OPEN, "")


def _move(act: Act, person: int, row: Task, to: TaskStatus, why: str) -> None:
    before = row.status
    row.status, row.why = checked_move(TaskStatus(before), to).value, why
    row.finished_on = None if to is TaskStatus.OPEN else timezone.localdate(act.at)
    row.finished_by_id = None if to is TaskStatus.OPEN else act.by.membership
    row.save(update_fields=["status", "why", "finished_on", "finished_by"])
    act.wrote("task", row.pk, person=person, before={"status": before}, after={"status": row.status})


def _theirs(row: Task, person: int, by: Viewer) -> None:
    """Go on only where the task is the viewer's to finish; what is not shared with them is not there."""
    relations = relations_to(person, by)
    if relations & WITH_THEM:
        return
    if DataClass.PLAN not in classes_seen(person, by):
        raise NotThere
    if Relation.SELF in relations:
        mine = row.owner == TaskOwner.RESIDENT.value
    else:
        mine = by.organisation in {row.agency_id, row.worker.organisation_id if row.worker else None}
    if not mine:
        raise NotYourTask


def _running_goal(person: int, goal: int) -> Goal:
    row = locked(Goal.objects.filter(plan__person_id=person), goal)
    running_plan(person, row.plan_id)
    if row.ended_on is not None:
        raise GoalOver
    return row


def _running_task(person: int, task: int) -> Task:
    row = locked(Task.objects.filter(goal__plan__person_id=person), task)
    _running_goal(person, row.goal_id)
    return row


def _words(kept: dict[str, Any]) -> dict[str, Any]:
    """That the words changed, without them: the audit keeps no text about a person."""
    return {"words": "changed"} if "words" in kept else {}


def _columns(task: NewTask, person: int, by: Viewer, on: dt.date) -> dict[str, Any]:
    """The columns of a task, but for its day, as far as they hold on that day."""
    return {
        "words": checked_words(task.words),
        **_owner(task.owner, by, on),
        "for_person_id": _relative(person, task.for_person, by),
        "service_id": _service(task.service, by, on),
    }


def _columns_after(was: TaskNow, to: NewTask, person: int, by: Viewer, on: dt.date) -> dict[str, Any]:
    """The columns that differ from what was, each as it must be for a new task."""
    found: dict[str, Any] = {"words": checked_words(to.words)}
    if to.due_on != was.due_on:
        found["due_on"] = checked_due(to.due_on, on)
    if to.owner != was.owner:
        found |= _owner(to.owner, by, on)
    if to.for_person != was.for_person:
        found["for_person_id"] = _relative(person, to.for_person, by)
    if to.service != was.service:
        found["service_id"] = _service(to.service, by, on)
    return found


def _owner(owner: Owner, by: Viewer, on: dt.date) -> dict[str, Any]:
    """The columns of a task that say whose it is. Raises `NotAnOwner`."""
    worker = owner.id if owner.kind is TaskOwner.WORKER else None
    agency = owner.id if owner.kind is TaskOwner.AGENCY else None
    known = {each.id for each in partners(by)}
    if owner.kind is TaskOwner.WORKER and not _can_work(worker or 0, known | {by.organisation}, on):
        raise NotAnOwner
    if owner.kind is TaskOwner.AGENCY and agency not in known:
        raise NotAnOwner
    return {"owner": owner.kind.value, "worker_id": worker, "agency_id": agency}


def _can_work(membership: int, organisations: set[int], on: dt.date) -> bool:
    """Whether a membership of one of these organisations helps people on that day."""
    try:
        who = viewer(membership)
    except ObjectDoesNotExist:
        return False
    return who.organisation in organisations and any(each.membership == membership for each in colleagues(who, on))


def _relative(person: int, other: int | None, by: Viewer) -> int | None:
    if other is not None and other not in dict(relatives(person, by)):
        raise NotTheirFamily
    return other


def _service(pk: int | None, by: Viewer, on: dt.date) -> int | None:
    if pk is None:
        return None
    try:
        offered = service(by, pk, on=on).offered
    except NotThere:
        offered = False
    if not offered:
        raise NotAService
    return pk

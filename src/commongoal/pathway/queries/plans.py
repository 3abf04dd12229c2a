"""Plans past their review, and tasks of the viewer that are due: for Today and the caseload."""

import datetime as dt
from functools import lru_cache

from django.db import connection
from django.db.models import Q

from commongoal.access.engine.permissions import Role, Viewer
from commongoal.access.queries.compiled import DAY, Statement, answer, as_day, stand_in, statement
from commongoal.pathway.engine.casework import TaskStatus
from commongoal.pathway.engine.plan import PlanReviewDue, TaskDue
from commongoal.pathway.models import Plan, Task
from commongoal.people.engine.vocabulary import DataClass
from commongoal.people.queries.reach import within_reach

NAMES = ("first_name", "last_name")


def reviews_overdue(viewer: Viewer, on: dt.date, most: int, *, team: bool = False) -> tuple[PlanReviewDue, ...]:
    """Running plans whose review should have been before a day, the longest overdue first; one query.

    Of the people whose named worker is the viewer, or with `team` the plans of the viewer's organisation, whoever their
    named worker is.
    """
    rows = answer(_overdue(connection.vendor, viewer.role, team, most), viewer, day=on)
    found = ((person, f"{first} {last}", as_day(by)) for person, first, last, by in rows)
    return tuple(PlanReviewDue(person, name, by) for person, name, by in found if by)


def tasks_due(viewer: Viewer, on: dt.date, ahead_days: int, most: int) -> tuple[TaskDue, ...]:
    """Open tasks of the viewer's own that are due at most so many days after a day, the soonest first; one query."""
    until = on + dt.timedelta(days=ahead_days + 1)
    rows = answer(_due(connection.vendor, viewer.role, most), viewer, day=until)
    return tuple(
        TaskDue(pk, person, f"{first} {last}", words, as_day(due) or until)
        for pk, person, first, last, words, due in rows
    )


@lru_cache(maxsize=64)
def _overdue(vendor: str, role: Role, team: bool, most: int) -> Statement:  # noqa: ARG001 - a statement a database
    viewer = stand_in(role)
    whose = Q(organisation_id=viewer.organisation)
    if not team:
        whose = Q(
            person__workers__membership_id=viewer.membership,
            person__workers__until_at=None,
            person__workers__helping=True,
        )
    rows = Plan.objects.filter(whose, _known(viewer, "person_id"), ended_on=None, review_on__lt=DAY)
    columns = ("person_id", *(f"person__{name}" for name in NAMES), "review_on")
    return statement(rows.order_by("review_on", "pk").values_list(*columns)[:most])


@lru_cache(maxsize=64)
def _due(vendor: str, role: Role, most: int) -> Statement:  # noqa: ARG001 - as above
    viewer = stand_in(role)
    rows = Task.objects.filter(
        _known(viewer, "goal__plan__person_id"),
        worker_id=viewer.membership,
        status=TaskStatus.OPEN.value,
        due_on__lt=DAY,
        goal__ended_on=None,
        goal__plan__ended_on=None,
    )
    columns = ("pk", "goal__plan__person_id", *(f"goal__plan__person__{name}" for name in NAMES), "words", "due_on")
    return statement(rows.order_by("due_on", "pk").values_list(*columns)[:most])


def _known(viewer: Viewer, person: str) -> Q:
    """People whose names and plans the viewer may see."""
    sees = (within_reach(viewer, "read person", person, sees=kind) for kind in (DataClass.IDENTITY, DataClass.PLAN))
    return next(sees) & next(sees)

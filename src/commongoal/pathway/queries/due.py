"""What is due for somebody: appointments, plans to review, tasks, checkpoints. All of it in one query."""

import datetime as dt
from functools import lru_cache, reduce
from operator import and_
from typing import Any

from django.db import connection
from django.db.models import CharField, DateField, DateTimeField, F, IntegerField, Q, QuerySet, Value
from django.db.models.functions import Cast
from django.utils import timezone

from commongoal.access.engine.permissions import Role, Viewer
from commongoal.access.queries.compiled import (
    DAY,
    MOMENT,
    Statement,
    answer,
    as_day,
    as_moment,
    stand_in,
    statement,
    together,
)
from commongoal.pathway.engine.casework import AppointmentStatus, CheckpointStatus, TaskStatus
from commongoal.pathway.engine.today import Due, Kind
from commongoal.pathway.models import Appointment, Checkpoint, Plan, Task
from commongoal.people.engine.vocabulary import DataClass
from commongoal.people.queries.reach import within_reach

Rows = QuerySet[Any, Any]


def due(viewer: Viewer, at: dt.datetime, most: int, *, team: bool = False) -> tuple[Due, ...]:
    """What is due by the day of `at`, at most so many of each kind, the earliest first. One query.

    Appointments to come, of any day, are the viewer's own; of the rest what is theirs, or with `team` what is due for
    anybody of the organisation. For callers that have their permission.
    """
    asked = _statement(connection.vendor, viewer.role, team, most)
    rows = answer(asked, viewer, day=timezone.localdate(at), moment=at)
    return tuple(_due(*row) for row in rows)


def _due(kind: str, person: int, first: str, last: str, on: Any, at: Any, weeks: int, words: str) -> Due:
    moment = as_moment(at)
    day = timezone.localdate(moment) if moment else as_day(on)
    return Due(Kind(kind), person, f"{first} {last}", day or dt.date.max, moment, weeks, words)


@lru_cache(maxsize=64)
def _statement(vendor: str, role: Role, team: bool, most: int) -> Statement:  # noqa: ARG001 - a statement a database
    viewer = stand_in(role)
    mine, ours = Q(membership=viewer.membership), Q(organisation=viewer.organisation)
    helped = of_named_worker(viewer, team=team)
    booked = Appointment.objects.filter(status=AppointmentStatus.BOOKED.value)
    tasks = Task.objects.filter(
        Q(worker__organisation=viewer.organisation) if team else Q(worker=viewer.membership),
        status=TaskStatus.OPEN.value,
        due_on__lte=DAY,
        goal__ended_on=None,
        goal__plan__ended_on=None,
    )
    reviews = Plan.objects.filter(ours if team else helped, ended_on=None, review_on__lt=DAY)
    checks = Checkpoint.objects.filter(helped, status=CheckpointStatus.DUE.value, due_on__lte=DAY)
    asked = Cast("contact", CharField())
    progress, plan = DataClass.PROGRESS, DataClass.PLAN
    moment, day, weeks, words = _nothing()
    parts = (
        (
            Kind.NEXT,
            booked.filter(mine, starts_at__gte=MOMENT),
            "person",
            progress,
            (day, F("starts_at"), weeks, words),
        ),
        (
            *(Kind.UNTOLD, booked.filter(ours if team else mine, starts_at__lt=MOMENT), "person", progress),
            (day, F("starts_at"), weeks, words),
        ),
        (Kind.REVIEW, reviews, "person", plan, (F("review_on"), moment, weeks, words)),
        (Kind.TASK, tasks, "goal__plan__person", plan, (F("due_on"), moment, weeks, F("words"))),
        (Kind.CHECKPOINT, checks, "person", progress, (F("due_on"), moment, F("weeks"), asked)),
    )
    return together([_part(viewer, most, *part) for part in parts])


def _part(
    viewer: Viewer, most: int, kind: Kind, rows: Rows, person: str, sees: DataClass, columns: tuple[Any, ...]
) -> Statement:
    """One kind, of people whose names and whose data of this class the viewer may see."""
    kinds = (DataClass.IDENTITY, sees)
    reach = reduce(and_, (within_reach(viewer, "read person", f"{person}_id", sees=each) for each in kinds))
    names = (f"{person}_id", f"{person}__first_name", f"{person}__last_name")
    by = "starts_at" if rows.model is Appointment else "review_on" if rows.model is Plan else "due_on"
    rows = rows.filter(reach).order_by(by, "pk").annotate(kind=Cast(Value(kind.value), CharField()))
    return statement(rows.values_list("kind", *names, *columns)[:most])


def of_named_worker(viewer: Viewer, *, team: bool) -> Q:
    """For a row with a `person`: whom the viewer, or with `team` anybody of the organisation, is helping."""
    whose = {"organisation": viewer.organisation} if team else {"membership": viewer.membership}
    running = {"until_at": None, "helping": True, **whose}
    return Q(**{f"person__workers__{name}": value for name, value in running.items()})


def _nothing() -> tuple[Cast, Cast, Cast, Cast]:
    """A moment, a day, a number and words where there are none, each of its type."""
    kinds = ((None, DateTimeField()), (None, DateField()), (0, IntegerField()), ("", CharField()))
    moment, day, number, words = (Cast(Value(value), kind) for value, kind in kinds)
    return moment, day, number, words

"""The rows of an action plan as values: goals and tasks, and what was agreed, reviewed and sent."""

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache, reduce
from typing import Any

from django.db import connection
from django.db.models import BooleanField, Case, CharField, F, QuerySet, TextField, Value, When
from django.db.models.functions import Cast, Coalesce, TruncDate

from commongoal.access.engine.permissions import Role, Viewer
from commongoal.access.queries.compiled import PLAN, Models, Statement, answer, as_day, instances, stand_in, statement
from commongoal.access.queries.compiled import models as models_of
from commongoal.pathway import models
from commongoal.pathway.engine.casework import GoalEnd, TaskOwner, TaskStatus
from commongoal.pathway.engine.plan import Goal, Owner, Review, Sending, Task, Version
from commongoal.people.engine.vocabulary import DataClass, GivenHow
from commongoal.people.queries.reach import within_reach

MOST = 100  # versions, reviews or sendings of one plan
EMPTY, NONE = Value("", CharField()), Value("", TextField())
VERSION, REVIEW, SENDING = "version", "review", "sending"


@dataclass(frozen=True, slots=True)
class History:
    """What became of a plan, each the newest first."""

    versions: tuple[Version, ...]
    reviews: tuple[Review, ...]
    sendings: tuple[Sending, ...]


def goals_of(plan: int, viewer: Viewer, areas: Mapping[str, str]) -> tuple[Goal, ...]:
    """The goals of a plan with their tasks; `areas` are the names of the areas of life. Two queries."""
    goals, tasks = _goals(connection.vendor, viewer.role)
    of_goal: dict[int, list[Task]] = {}
    for row in instances(tasks, viewer, plan=plan):
        of_goal.setdefault(row.goal_id, []).append(task_of(row))
    return tuple(_goal(row, tuple(of_goal.get(row.pk, ())), areas) for row in instances(goals, plan=plan))


@lru_cache(maxsize=32)
def _goals(vendor: str, role: Role) -> tuple[Models, Models]:  # noqa: ARG001 - another database, another statement
    """The goals of a plan, and their tasks."""
    tasks = tasks_for(stand_in(role)).filter(goal__plan=PLAN).order_by("due_on", "pk")
    return models_of(models.Goal.objects.filter(plan=PLAN).order_by("pk")), models_of(tasks)


def tasks_for(viewer: Viewer) -> QuerySet[Any, Any]:
    """Tasks with all that `task_of` asks for, and whether the viewer may know whom of the family each is for."""
    seen = within_reach(viewer, "read person", "for_person_id", sees=DataClass.IDENTITY)
    known = Case(When(seen, then=Value(True)), default=Value(False), output_field=BooleanField())
    rows = models.Task.objects.select_related("worker__user", "worker__organisation", "agency", "service", "for_person")
    return rows.annotate(for_seen=known)


def task_of(row: models.Task) -> Task:
    """A task as a value; it names one of the family only where the row says that the viewer may know them."""
    kind = TaskOwner(row.owner)
    name, phone, whom = "", "", ""
    if row.worker:
        name, phone = f"{row.worker.user.name}, {row.worker.organisation.name}", row.worker.organisation.phone
    elif row.agency:
        name, phone = row.agency.name, row.agency.phone
    if row.for_person and getattr(row, "for_seen", False):
        whom = f"{row.for_person.first_name} {row.for_person.last_name}"
    return Task(
        id=row.pk,
        words=row.words,
        owner=Owner(kind, row.worker_id or row.agency_id),
        owner_name=name,
        due_on=row.due_on,
        status=TaskStatus(row.status),
        for_person=row.for_person_id,
        for_name=whom,
        service=row.service_id,
        service_name=row.service.name if row.service else "",
        service_phone=_phone_of(row.service),
        phone=phone,
        finished_on=row.finished_on,
        why=row.why,
    )


def named_in(goals: tuple[Goal, ...]) -> tuple[int, ...]:
    """Those of the family whom these goals name to the viewer."""
    tasks = (task for goal in goals for task in goal.tasks)
    return tuple({task.for_person for task in tasks if task.for_person and task.for_name})


def history_of(plan: int) -> History:
    """What was agreed to, reviewed and sent of a plan; one query."""
    found = answer(_history(connection.vendor), plan=plan)
    rows = sorted((_Row(*row) for row in found), key=lambda row: -row.pk)
    return History(
        versions=tuple(_version(row) for row in rows if row.kind == VERSION),
        reviews=tuple(_review(row) for row in rows if row.kind == REVIEW),
        sendings=tuple(_sending(row) for row in rows if row.kind == SENDING),
    )


@lru_cache(maxsize=2)
def _history(vendor: str) -> Statement:  # noqa: ARG001 - another database, another statement
    parts = (_versions(PLAN), _reviews(PLAN), _sendings(PLAN))
    return statement(reduce(lambda left, right: left.union(right, all=True), parts))


@dataclass(frozen=True, slots=True)
class _Row:
    """One row of a history; what its words are depends on its kind."""

    kind: str
    pk: int
    on: dt.date | str
    number: int
    text: str
    more: str
    long: str
    who: str

    @property
    def day(self) -> dt.date:
        """The day, which SQLite keeps as text."""
        found = as_day(self.on)
        assert found is not None
        return found


def _versions(plan: int) -> QuerySet[Any, Any]:
    words = F("agreed_by"), F("given_how"), Cast("content", TextField())
    return _shape(VERSION, models.PlanVersion.objects.filter(plan=plan), F("agreed_on"), F("number"), *words)


def _reviews(plan: int) -> QuerySet[Any, Any]:
    rows = models.PlanReview.objects.filter(plan=plan)
    return _shape(REVIEW, rows, F("on"), Value(0), F("reason"), EMPTY, F("note"))


def _sendings(plan: int) -> QuerySet[Any, Any]:
    """Which version went, or 0; to which address; and whether it failed."""
    rows = models.PlanSending.objects.filter(plan=plan)
    failed = Case(When(failed=True, then=Value("failed")), default=EMPTY)
    return _shape(SENDING, rows, TruncDate("at"), Coalesce(F("version__number"), 0), F("email"), failed, NONE)


def _shape(kind: str, rows: QuerySet[Any, Any], *columns: Any) -> QuerySet[Any, Any]:
    """The newest of the rows with the columns of `_Row`; an inner query finds them, as SQLite wants it."""
    newest = rows.model._default_manager.filter(pk__in=rows.order_by("-pk").values("pk")[:MOST])
    every = (Value(kind, CharField()), F("pk"), *columns, F("membership__user__name"))
    named = {f"c{place}": column for place, column in enumerate(every)}
    shaped: QuerySet[Any, Any] = newest.order_by().annotate(**named).values_list(*named)
    return shaped


def _version(row: _Row) -> Version:
    return Version(
        id=row.pk,
        number=row.number,
        agreed_on=row.day,
        agreed_by=row.text,
        given_how=GivenHow(row.more),
        who=row.who,
        content=json.loads(row.long),
    )


def _review(row: _Row) -> Review:
    return Review(on=row.day, reason=row.text, note=row.long, who=row.who)


def _sending(row: _Row) -> Sending:
    return Sending(on=row.day, who=row.who, email=row.text, failed=bool(row.more), number=row.number or None)


def _goal(row: models.Goal, tasks: tuple[Task, ...], areas: Mapping[str, str]) -> Goal:
    return Goal(
        id=row.pk,
        words=row.words,
        made_on=row.made_on,
        area=row.area,
        area_name=areas.get(row.area, row.area),
        tasks=tasks,
        ended_on=row.ended_on,
        ended_how=GoalEnd(row.ended_how) if row.ended_how else None,
        why=row.why,
    )


def _phone_of(service: Any) -> str:
    """The first telephone number that a service says of itself."""
    return next(iter(service.details.get("phones") or ()), "") if service else ""

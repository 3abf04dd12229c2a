"""The action plan of one person: as it stands, and as they agreed to it."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from django.db.models import Prefetch

from commongoal.access.engine.naming import Named
from commongoal.access.engine.permissions import Viewer
from commongoal.access.engine.refusals import NotThere
from commongoal.access.engine.shown import Shown
from commongoal.access.queries.sharing import programmes_on
from commongoal.pathway import models
from commongoal.pathway.engine.casework import GoalEnd, TaskOwner, TaskStatus
from commongoal.pathway.engine.in_force import NoPathway
from commongoal.pathway.engine.plan import Goal, Owner, Plan, PlanNotShared, Review, Task, Version
from commongoal.pathway.engine.programme import Area, Casework
from commongoal.pathway.files.programmes import common_casework
from commongoal.pathway.queries.participations import participations_of
from commongoal.pathway.queries.pathways import pathway_of
from commongoal.people.engine.record import Heading
from commongoal.people.engine.vocabulary import DataClass, GivenHow
from commongoal.people.queries.family import names_seen
from commongoal.people.queries.own_record import own_person
from commongoal.people.queries.person_page import person_heading

MOST = 100  # versions and reviews of one plan
TASKS = models.Task.objects.select_related("worker__user", "worker__organisation", "agency", "service")
GOALS = models.Goal.objects.order_by("pk").prefetch_related(Prefetch("tasks", TASKS.order_by("due_on", "pk")))


@dataclass(frozen=True, slots=True)
class PlanOf:
    """Whose plan, the plan, and the person's other plans, the newest first; without a plan, there is none yet."""

    person: Heading
    plan: Plan | None
    others: tuple[Named, ...] = ()


def plan_of(person: int, viewer: Viewer, plan: int | None = None, *, verb: str = "read person") -> Shown[PlanOf]:
    """A plan of this person, the newest that runs unless one is asked for; at most eight queries.

    Raises `PlanNotShared` where only it is hidden, and `NotThere` for another person's.
    """
    heading = _ask(person, viewer, verb)
    rows = list(_plans(person).order_by("-pk")[:MOST])
    chosen = [row for row in rows if plan is None or row.pk == plan]
    if not chosen and plan is not None:
        raise NotThere
    row = next((row for row in chosen if row.ended_on is None), chosen[0] if chosen else None)
    if row is None:
        return Shown(PlanOf(heading, None), people=(person,))
    value, named = whole(row, viewer)
    others = tuple(Named(each.pk, _title(each)) for each in rows if each.pk != row.pk)
    return Shown(PlanOf(heading, value, others), people=(person,), listed=named)


def own_plan(viewer: Viewer) -> Shown[PlanOf]:
    """The plan of the viewer themselves; raises `NotThere` for who has no account of a person."""
    return plan_of(own_person(viewer), viewer, verb="see own record")


def plan_with_goal(person: int, goal: int, viewer: Viewer) -> tuple[Shown[PlanOf], Goal]:
    """The plan that a goal of this person is in, and the goal. Raises as `plan_of`."""
    pk = models.Goal.objects.filter(pk=goal, plan__person=person).values_list("plan", flat=True).first()
    shown = plan_of(person, viewer, pk or 0, verb="change plan")
    return shown, next(each for each in _of(shown).goals if each.id == goal)


def plan_with_task(person: int, task: int, viewer: Viewer, verb: str) -> tuple[Shown[PlanOf], Task]:
    """The plan that a task of this person is in, and the task. Raises as `plan_of`."""
    pk = models.Task.objects.filter(pk=task, goal__plan__person=person).values_list("goal__plan", flat=True).first()
    shown = plan_of(person, viewer, pk or 0, verb=verb)
    return shown, next(each for goal in _of(shown).goals for each in goal.tasks if each.id == task)


def plan_version(person: int, version: int, viewer: Viewer) -> tuple[Shown[PlanOf], Version]:
    """The plan that a version of this person is of, and the version. Raises as `plan_of`."""
    pk = models.PlanVersion.objects.filter(pk=version, plan__person=person).values_list("plan", flat=True).first()
    shown = plan_of(person, viewer, pk or 0)
    return shown, next(each for each in _of(shown).versions if each.id == version)


def people_in(version: Version, viewer: Viewer) -> dict[int, str]:
    """The names, as far as the viewer may see them, of those of the family whom a version's tasks are for."""
    tasks = (task for goal in version.content["goals"] for task in goal["tasks"])
    return names_seen({task["for_person"] for task in tasks if task["for_person"]}, viewer)


def programmes_without_plan(person: int, on: dt.date) -> tuple[Named, ...]:
    """The programmes a plan can begin on: those the person is on, or else all that run. Three queries."""
    taken = set(models.Plan.objects.filter(person_id=person, ended_on=None).values_list("programme", flat=True))
    offered = [each for each in programmes_on(on) if each.id not in taken]
    theirs = {each.programme for each in participations_of(person) if each.days.ended_on is None}
    return tuple(each for each in offered if each.id in theirs) or tuple(offered)


def ways_of_working(programme: int) -> tuple[Casework, tuple[Area, ...]]:
    """The intervals and the areas of life of a programme; the common intervals and no area where it has no pathway."""
    try:
        found = pathway_of(programme)
    except NoPathway:
        return common_casework(), ()
    return found.casework, found.programme.areas


def whole(row: models.Plan, viewer: Viewer) -> tuple[Plan, tuple[int, ...]]:
    """A plan as a value, and those of the family whose names are in it; for callers that have their permission."""
    goals = list(GOALS.filter(plan=row))
    family = {task.for_person_id for goal in goals for task in goal.tasks.all() if task.for_person_id}
    names = names_seen(family, viewer)
    areas = {area.id: area.name for area in ways_of_working(row.programme_id)[1]} if any(g.area for g in goals) else {}
    plan = Plan(
        id=row.pk,
        person=row.person_id,
        programme=row.programme_id,
        programme_name=row.programme.name,
        organisation_name=row.organisation.name,
        made_on=row.made_on,
        review_on=row.review_on,
        ended_on=row.ended_on,
        goals=tuple(_goal(goal, names, areas) for goal in goals),
        versions=tuple(_version(each) for each in _newest(row.versions, "-number")),
        reviews=tuple(_review(each) for each in _newest(row.reviews, "-pk")),
    )
    return plan, tuple(names)


def _ask(person: int, viewer: Viewer, verb: str) -> Heading:
    heading = person_heading(person, viewer, verb).value
    if DataClass.PLAN not in heading.classes:
        raise PlanNotShared
    return heading


def _plans(person: int) -> Any:
    return models.Plan.objects.filter(person_id=person).select_related("programme", "organisation")


def _of(shown: Shown[PlanOf]) -> Plan:
    if shown.value.plan is None:
        raise NotThere
    return shown.value.plan


def _title(row: models.Plan) -> str:
    ended = f", ended {row.ended_on:%-d %B %Y}" if row.ended_on else ""
    return f"{row.programme.name}{ended}"


def _newest(rows: Any, order: str) -> Iterable[Any]:
    found: Iterable[Any] = rows.select_related("membership__user").order_by(order)[:MOST]
    return found


def _goal(row: models.Goal, names: Mapping[int, str], areas: Mapping[str, str]) -> Goal:
    return Goal(
        id=row.pk,
        words=row.words,
        made_on=row.made_on,
        area=row.area,
        area_name=areas.get(row.area, row.area),
        tasks=tuple(task_of(task, names) for task in row.tasks.all()),
        ended_on=row.ended_on,
        ended_how=GoalEnd(row.ended_how) if row.ended_how else None,
        why=row.why,
    )


def task_of(row: models.Task, names: Mapping[int, str] = MappingProxyType({})) -> Task:
    """A task as a value, with the names of the family that the viewer may see."""
    kind = TaskOwner(row.owner)
    name, phone = "", ""
    if row.worker:
        name, phone = f"{row.worker.user.name}, {row.worker.organisation.name}", row.worker.organisation.phone
    elif row.agency:
        name, phone = row.agency.name, row.agency.phone
    return Task(
        id=row.pk,
        words=row.words,
        owner=Owner(kind, row.worker_id or row.agency_id),
        owner_name=name,
        due_on=row.due_on,
        status=TaskStatus(row.status),
        for_person=row.for_person_id,
        for_name=names.get(row.for_person_id or 0, ""),
        service=row.service_id,
        service_name=row.service.name if row.service else "",
        service_phone=_phone_of(row.service),
        phone=phone,
        finished_on=row.finished_on,
        why=row.why,
    )


def _phone_of(service: Any) -> str:
    """The first telephone number that a service says of itself."""
    return next(iter(service.details.get("phones") or ()), "") if service else ""


def _version(row: models.PlanVersion) -> Version:
    return Version(
        id=row.pk,
        number=row.number,
        agreed_on=row.agreed_on,
        agreed_by=row.agreed_by,
        given_how=GivenHow(row.given_how),
        who=row.membership.user.name,
        content=row.content,
    )


def _review(row: models.PlanReview) -> Review:
    return Review(on=row.on, reason=row.reason, note=row.note, who=row.membership.user.name)

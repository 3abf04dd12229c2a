"""The action plan of one person: as it stands, and as they agreed to it."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from django.db import connection

from commongoal.access.engine.naming import Named
from commongoal.access.engine.permissions import Viewer
from commongoal.access.engine.refusals import NotThere
from commongoal.access.engine.shown import Shown
from commongoal.access.queries.compiled import PERSON, Models, instances
from commongoal.access.queries.compiled import models as models_of
from commongoal.access.queries.sharing import programmes_on
from commongoal.kernel.words import written_day
from commongoal.pathway import models
from commongoal.pathway.engine.in_force import NoPathway
from commongoal.pathway.engine.plan import Goal, Plan, PlanNotShared, Task, Version
from commongoal.pathway.engine.plan_agreed import family_in, goals_agreed
from commongoal.pathway.engine.programme import Area, Casework
from commongoal.pathway.files.programmes import common_casework
from commongoal.pathway.queries.participations import participations_of
from commongoal.pathway.queries.pathways import newest_file, pathway_known, pathway_of
from commongoal.pathway.queries.plan_rows import MOST, History, goals_of, history_of, named_in, task_of, tasks_for
from commongoal.people.engine.record import Heading
from commongoal.people.engine.vocabulary import DataClass, GivenHow
from commongoal.people.queries.family import names_seen
from commongoal.people.queries.person_page import person_heading

NO_HISTORY = History((), (), ())


@dataclass(frozen=True, slots=True)
class PlanOf:
    """Whose plan, the plan, and the person's other plans, the newest first; without a plan, there is none yet.

    `programmes` are those on which a plan of the person runs.
    """

    person: Heading
    plan: Plan | None
    others: tuple[Named, ...] = ()
    programmes: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class VersionOf:
    """Whose version, the plan as it is now without what is in it, the version, and its goals as they were agreed to."""

    person: Heading
    plan: Plan
    version: Version
    goals: tuple[Goal, ...]


@dataclass(frozen=True, slots=True)
class GoalOf:
    """Whose goal, in which plan, and the goal's words."""

    person: Heading
    plan: int
    words: str


@dataclass(frozen=True, slots=True)
class TaskOf:
    """Whose task, in which plan, and the task."""

    person: Heading
    plan: int
    task: Task


def plan_of(person: int | None, viewer: Viewer, plan: int | None = None, *, verb: str = "read person") -> Shown[PlanOf]:
    """A plan of this person, or of the viewer; the newest that runs unless one is asked for; five queries.

    Raises `PlanNotShared` where only it is hidden, and `NotThere` for another person's.
    """
    heading = _ask(person, viewer, verb)
    person = heading.person
    rows = instances(_newest(connection.vendor), person=person)
    chosen = [row for row in rows if plan is None or row.pk == plan]
    if not chosen and plan is not None:
        raise NotThere
    row = next((row for row in chosen if row.ended_on is None), chosen[0] if chosen else None)
    if row is None:
        return Shown(PlanOf(heading, None), people=(person,))
    value = _plan(row, goals_of(row.pk, viewer, _areas(row)), history_of(row.pk))
    value = replace(value, versions=tuple(_as_known(each, heading) for each in value.versions))
    others = tuple(Named(each.pk, _title(each)) for each in rows if each.pk != row.pk)
    running = frozenset(each.programme_id for each in rows if each.ended_on is None)
    return Shown(PlanOf(heading, value, others, running), people=(person,), listed=named_in(value.goals))


def own_plan(viewer: Viewer, plan: int | None = None) -> Shown[PlanOf]:
    """A plan of the viewer themselves, as `plan_of`; raises `NotThere` for who has no account of a person."""
    return plan_of(None, viewer, plan, verb="see own record")


def plan_alone(person: int, plan: int, viewer: Viewer, *, verb: str = "read person") -> Shown[PlanOf]:
    """A plan without its goals, for pages of one question; three queries. Raises as `plan_of`."""
    heading = _ask(person, viewer, verb)
    for row in _plans(person).filter(pk=plan):
        return Shown(PlanOf(heading, _plan(row, (), history_of(plan))), people=(person,))
    raise NotThere


def plan_now(person: int, plan: int, viewer: Viewer) -> Plan:
    """A plan with everything in it, for actions that have their permission. Raises `NotThere`."""
    for row in _plans(person).filter(pk=plan):
        return _plan(row, goals_of(plan, viewer, _areas(row)), history_of(plan))
    raise NotThere


def goal_with_plan(person: int, goal: int, viewer: Viewer, *, verb: str = "change plan") -> Shown[GoalOf]:
    """A goal of this person; two queries. Raises as `plan_of`."""
    heading = _ask(person, viewer, verb)
    for plan, words in models.Goal.objects.filter(pk=goal, plan__person=person).values_list("plan", "words"):
        return Shown(GoalOf(heading, plan, words), people=(person,))
    raise NotThere


def task_with_plan(person: int, task: int, viewer: Viewer, *, verb: str) -> Shown[TaskOf]:
    """A task of this person; two queries. Raises as `plan_of`."""
    heading = _ask(person, viewer, verb)
    for row in tasks_for(viewer).select_related("goal").filter(pk=task, goal__plan__person=person):
        found = task_of(row)
        named = (found.for_person,) if found.for_person and found.for_name else ()
        return Shown(TaskOf(heading, row.goal.plan_id, found), people=(person,), listed=named)
    raise NotThere


def plan_version(person: int, version: int, viewer: Viewer, *, verb: str = "read person") -> Shown[VersionOf]:
    """A version of this person's plan, with its goals as they were agreed to; three queries. Raises as `plan_of`."""
    heading = _ask(person, viewer, verb)
    rows = models.PlanVersion.objects.filter(pk=version, plan__person=person)
    for row in rows.select_related("plan__programme", "plan__organisation", "membership__user"):
        found = _as_known(_version(row), heading)
        names = names_seen(family_in(found.content), viewer)
        goals = goals_agreed(found.content, row.plan.made_on, names)
        value = VersionOf(heading, _plan(row.plan, (), NO_HISTORY), found, goals)
        return Shown(value, people=(person,), listed=named_in(goals))
    raise NotThere


def the_plan(shown: Shown[PlanOf]) -> Plan:
    """The plan that was asked for; raises `NotThere` where there is none."""
    if shown.value.plan is None:
        raise NotThere
    return shown.value.plan


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


def _ask(person: int | None, viewer: Viewer, verb: str) -> Heading:
    heading = person_heading(person, viewer, verb).value
    if DataClass.PLAN not in heading.classes:
        raise PlanNotShared
    return heading


def _plans(person: int) -> Any:
    """The person's plans, with the file of each one's pathway."""
    file, digest = newest_file("programme")
    rows = models.Plan.objects.filter(person_id=person).select_related("programme", "organisation")
    return rows.annotate(file=file, digest=digest)


@lru_cache(maxsize=2)
def _newest(vendor: str) -> Models:  # noqa: ARG001 - another database, another statement
    return models_of(_plans(PERSON).order_by("-pk")[:MOST])


def _areas(row: Any) -> Mapping[str, str]:
    """The names of the areas of life, where the programme has a pathway."""
    if row.file is None:
        return {}
    return {area.id: area.name for area in pathway_known(row.file, row.digest).programme.areas}


def _plan(row: models.Plan, goals: tuple[Goal, ...], history: History) -> Plan:
    return Plan(
        id=row.pk,
        person=row.person_id,
        programme=row.programme_id,
        programme_name=row.programme.name,
        organisation_name=row.organisation.name,
        made_on=row.made_on,
        review_on=row.review_on,
        ended_on=row.ended_on,
        goals=goals,
        versions=history.versions,
        reviews=history.reviews,
        sendings=history.sendings,
    )


def _title(row: models.Plan) -> str:
    ended = f", ended {written_day(row.ended_on)}" if row.ended_on else ""
    return f"{row.programme.name}{ended}"


def _as_known(version: Version, heading: Heading) -> Version:
    """Who agreed, called as whoever may not know the name calls the person."""
    return version if DataClass.IDENTITY in heading.classes else replace(version, agreed_by=heading.title)


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

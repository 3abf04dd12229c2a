"""A caseload, a page at a time, by any of its columns: one statement finds the people of the page, one what they have.

What the first needs of a person to filter or to sort is looked for through indices on the person, and only where it is
asked for; the second looks for everything about the twenty-five that are shown.
"""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Any

from django.db import connection
from django.db.models import (
    Case,
    Count,
    Exists,
    F,
    IntegerField,
    Model,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    Value,
    When,
    Window,
)
from django.db.models.functions import Concat
from django.utils import timezone

from commongoal.access.engine.pages import Part, window
from commongoal.access.engine.permissions import Relation, Role, Viewer, allowed, ask
from commongoal.access.engine.shown import Shown
from commongoal.access.queries.compiled import (
    DAY,
    MEMBERSHIP,
    MOMENT,
    ORGANISATION,
    Statement,
    answer,
    stand_in,
    statement,
)
from commongoal.pathway.engine.case_lines import (
    NO_STAGE,
    Caseload,
    Chosen,
    Gaps,
    Sort,
    Whose,
)
from commongoal.pathway.engine.casework import AppointmentStatus, CheckpointStatus
from commongoal.pathway.engine.in_force import AWAY, InForce
from commongoal.pathway.models import Appointment, Checkpoint, Journey, Participation, Plan
from commongoal.pathway.queries.case_facts import facts_about, line_of
from commongoal.pathway.queries.pathways import gaps_of, pathways_now
from commongoal.people.queries.caseload import people_helped

OWN = frozenset({Relation.OWN})
COLUMNS = ("pk", "first_name", "last_name", "worker_name", "contacted_on", "quiet_since", "count", "quiet")
MOST_EXPORTED = 100_000  # rows: no organisation has as many people on its hands
Rows = QuerySet[Any, Any]


def caseload(viewer: Viewer, chosen: Chosen, at: dt.datetime, page: int = 1) -> Shown[Caseload]:
    """A page of the caseload. Three queries. Raises `NotAllowed`.

    Another than a manager sees their own people, whatever is asked.
    """
    return _shown(viewer, chosen, at, window(page), lambda rows: Part.of(rows, page))


def whole_caseload(viewer: Viewer, chosen: Chosen, at: dt.datetime) -> Shown[Caseload]:
    """Every page of it at once, for an export. Three queries. Raises `NotAllowed`."""
    return _shown(viewer, chosen, at, slice(0, MOST_EXPORTED), lambda rows: Part(tuple(rows)))


def sees_team_caseload(viewer: Viewer) -> bool:
    """Whether the viewer may see the caseload of the whole organisation."""
    return allowed(viewer, "see team today", OWN)


def _shown(
    viewer: Viewer, chosen: Chosen, at: dt.datetime, part: slice, cut: Callable[[Sequence[Any]], Part[Any]]
) -> Shown[Caseload]:
    ask(viewer, "see caseload", OWN)
    if not sees_team_caseload(viewer):
        chosen = replace(chosen, whose=Whose.MINE, worker=0)
    on, pathways = timezone.localdate(at), pathways_now()
    gaps = gaps_of(pathways)
    rows = answer(_statement(viewer.role, chosen, on, part, gaps, pathways), viewer, moment=at, day=on)
    found = cut(rows)
    people = tuple(row[0] for row in found.rows)
    facts = facts_about(viewer, people, at)
    lines = tuple(line_of(row, facts[row[0]], pathways, gaps, on) for row in found.rows)
    count, quiet = rows[0][-2:] if rows else (0, 0)
    value = Caseload(Part(lines, found.number, found.more), count, quiet, gaps, on, _stages(pathways))
    return Shown(value, listed=people)


def _stages(pathways: Mapping[int, InForce]) -> tuple[tuple[str, str], ...]:
    """Ids and names of the stages of every pathway, in their order, and of being away from it."""
    stages = [(stage.id, stage.name) for each in pathways.values() for stage in each.programme.pathway.stages]
    return tuple({**dict(stages), **AWAY}.items()) if stages else ()


def _statement(
    role: Role, chosen: Chosen, on: dt.date, part: slice, gaps: Gaps, pathways: Mapping[int, InForce]
) -> Statement:
    stages = tuple(stage for stage, _ in _stages(pathways) if stage not in AWAY)
    by_programme = tuple(sorted(gaps.by_programme.items()))
    make = _compiled.__wrapped__ if chosen.name else _compiled  # names are endless, and everything else is few
    return make(connection.vendor, role, chosen, on, (part.start, part.stop), stages, (gaps.common, by_programme))


@lru_cache(maxsize=256)
def _compiled(
    vendor: str,  # noqa: ARG001 - another database has another statement
    role: Role,
    chosen: Chosen,
    on: dt.date,
    part: tuple[int, int],
    stages: tuple[str, ...],
    gaps: tuple[int, tuple[tuple[int, int], ...]],
) -> Statement:
    too_quiet = _too_quiet(Gaps(gaps[0], dict(gaps[1])), on)
    rows = _filtered(_whose(stand_in(role), chosen), chosen)
    rows = rows.annotate(
        count=Window(Count("*")),
        quiet=Window(Sum(Case(When(too_quiet, then=1), default=0, output_field=IntegerField()))),
    )
    rows = rows.filter(too_quiet) if chosen.quiet else rows
    rows = _sorted(rows, chosen, stages)
    return statement(rows.values_list(*COLUMNS)[slice(*part)])


def _whose(viewer: Viewer, chosen: Chosen) -> Rows:
    if chosen.whose is Whose.MINE:
        return people_helped(viewer, named=MEMBERSHIP, ended=chosen.ended)
    if chosen.worker:
        return people_helped(viewer, named=chosen.worker, ended=chosen.ended)
    return people_helped(viewer, unnamed=chosen.whose is Whose.NOBODY, ended=chosen.ended)


def _filtered(rows: Rows, chosen: Chosen) -> Rows:
    if chosen.name:
        rows = rows.annotate(whole_name=Concat("first_name", Value(" "), "last_name"))
        begins = (Q(**{f"{each}__istartswith": chosen.name}) for each in ("whole_name", "last_name", "known_as"))
        rows = rows.filter(next(begins) | next(begins) | next(begins))
    if chosen.programme:
        rows = rows.filter(Exists(_participations().filter(programme=chosen.programme)))
    if chosen.stage == NO_STAGE:
        rows = rows.filter(~Exists(_journeys()))
    elif chosen.stage:
        rows = rows.filter(Exists(_journeys().filter(stage=chosen.stage)))
    if chosen.review:
        rows = rows.filter(Exists(_plans().filter(review_on__lt=DAY)))
    if chosen.unbooked:
        rows = rows.filter(~Exists(_appointments()))
    if chosen.checkpoint:
        rows = rows.filter(Exists(_checkpoints().filter(due_on__lte=DAY)))
    return rows


def _too_quiet(gaps: Gaps, on: dt.date) -> Q:
    """Nobody was in contact for longer than the person's own programmes allow."""

    def before(days: int) -> Q:
        return Q(quiet_since__lt=on - dt.timedelta(days=days))

    if gaps.shortest == gaps.longest:
        return before(gaps.common)
    told = Exists(_participations().filter(programme__in=list(gaps.by_programme)))
    found = ~Q(told) & before(gaps.common)
    for programme, days in gaps.by_programme.items():
        found |= Q(Exists(_participations().filter(programme=programme))) & before(days)
    return found


def _sorted(rows: Rows, chosen: Chosen, stages: Sequence[str]) -> Rows:
    """By the column, who has nothing in it last either way; then by name."""
    order: Any = {
        Sort.NAME: F("last_name"),
        Sort.WORKER: F("worker_name"),
        Sort.CONTACT: F("quiet_since"),
        Sort.STAGE: lambda: _first(_journeys().annotate(at=_place(stages)), "at"),
        Sort.NEXT: lambda: _first(_appointments(), "starts_at"),
        Sort.REVIEW: lambda: _first(_plans(), "review_on"),
        Sort.END: lambda: _first(_participations(), "programme__until_on"),
    }[chosen.sort]
    by = order() if callable(order) and not isinstance(order, F) else order
    by = by.desc(nulls_last=True) if chosen.down else by.asc(nulls_last=True)
    return rows.order_by(by, "last_name", "first_name", "pk")


def _first(rows: Rows, column: str) -> Subquery:
    return Subquery(rows.exclude(**{column: None}).order_by(column).values(column)[:1])


def _place(stages: Sequence[str]) -> Case:
    """A stage's place on its pathway; who has left comes after."""
    whens = [When(stage=stage, then=place) for place, stage in enumerate(stages)]
    return Case(*whens, default=len(stages), output_field=IntegerField())


def _of(model: type[Model], **fields: Any) -> Rows:
    return model._default_manager.filter(person=OuterRef("pk"), **fields)


def _journeys() -> Rows:
    return _of(Journey, closed_at=None)


def _plans() -> Rows:
    return _of(Plan, ended_on=None)


def _participations() -> Rows:
    return _of(Participation, organisation=ORGANISATION, ended_on=None)


def _appointments() -> Rows:
    return _of(Appointment, organisation=ORGANISATION, status=AppointmentStatus.BOOKED.value, starts_at__gte=MOMENT)


def _checkpoints() -> Rows:
    return _of(Checkpoint, organisation=ORGANISATION, status=CheckpointStatus.DUE.value)

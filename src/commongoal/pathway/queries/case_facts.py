"""What the people of a page of a caseload have: stage, next appointment, review, checkpoint, end of the programme."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any

from django.db import connection
from django.db.models import CharField, DateField, DateTimeField, F, IntegerField, QuerySet, Value
from django.db.models.functions import Cast

from commongoal.access.engine.permissions import Viewer
from commongoal.access.queries.compiled import (
    MOMENT,
    ORGANISATION,
    PEOPLE,
    Statement,
    answer,
    as_day,
    as_moment,
    statement,
    together,
)
from commongoal.pathway.engine.case_lines import CaseLine, Gaps, StageNow
from commongoal.pathway.engine.casework import AppointmentStatus, CheckpointStatus
from commongoal.pathway.engine.in_force import InForce
from commongoal.pathway.models import Appointment, Checkpoint, Journey, Participation, Plan

Rows = QuerySet[Any, Any]
Facts = Mapping[str, Sequence[tuple[Any, ...]]]


def facts_about(viewer: Viewer, people: Sequence[int], at: dt.datetime) -> dict[int, dict[str, list[tuple[Any, ...]]]]:
    """What each person has, by kind: day, moment, programme, its name, stage. One query."""
    found: dict[int, dict[str, list[tuple[Any, ...]]]] = defaultdict(lambda: defaultdict(list))
    if people:
        for kind, person, *rest in answer(_facts_statement(connection.vendor), viewer, people=people, moment=at):
            found[person][kind].append(tuple(rest))
    return found


@lru_cache
def _facts_statement(vendor: str) -> Statement:  # noqa: ARG001 - another database has another statement
    no_day, no_moment = Cast(Value(None), DateField()), Cast(Value(None), DateTimeField())
    nothing, no_number = Cast(Value(""), CharField()), Cast(Value(0), IntegerField())

    def part(kind: str, rows: Rows, *columns: Any) -> Statement:
        named = rows.annotate(kind=Cast(Value(kind), CharField())).filter(person_id__in=PEOPLE)
        return statement(named.order_by().values_list("kind", "person_id", *columns))

    booked = Appointment.objects.filter(
        organisation=ORGANISATION, status=AppointmentStatus.BOOKED.value, starts_at__gte=MOMENT
    )
    due = Checkpoint.objects.filter(organisation=ORGANISATION, status=CheckpointStatus.DUE.value)
    running = Participation.objects.filter(organisation=ORGANISATION, ended_on=None)
    programme = (F("programme_id"), F("programme__name"))
    return together(
        (
            part("next", booked, no_day, F("starts_at"), no_number, nothing, nothing),
            part("review", Plan.objects.filter(ended_on=None), F("review_on"), no_moment, no_number, nothing, nothing),
            part("checkpoint", due, F("due_on"), no_moment, no_number, nothing, nothing),
            part("end", running, F("programme__until_on"), no_moment, *programme, nothing),
            part("stage", Journey.objects.filter(closed_at=None), F("since_on"), no_moment, *programme, F("stage")),
        )
    )


def line_of(
    row: Sequence[Any],
    facts: Facts,
    pathways: Mapping[int, InForce],
    gaps: Gaps,
    on: dt.date,
) -> CaseLine:
    person, first, last, worker, contacted, quiet_since, *_ = row
    moments = [as_moment(moment) for _, moment, *_ in facts.get("next", ())]
    ends = _first_day(facts.get("end", ()))
    return CaseLine(
        person=person,
        name=f"{first} {last}",
        worker=worker or "",
        last_contact_on=as_day(contacted),
        quiet_days=(on - (as_day(quiet_since) or on)).days,
        gap_days=gaps.of(programme for _, _, programme, *_ in facts.get("end", ())),
        stages=tuple(_stage(fact, pathways) for fact in facts.get("stage", ())),
        next_at=min((moment for moment in moments if moment), default=None),
        review_on=_first_day(facts.get("review", ())),
        checkpoint_on=_first_day(facts.get("checkpoint", ())),
        ends_on=ends - dt.timedelta(days=1) if ends else None,
    )


def _first_day(facts: Iterable[tuple[Any, ...]]) -> dt.date | None:
    days = (as_day(day) for day, *_ in facts)
    return min((day for day in days if day), default=None)


def _stage(fact: tuple[Any, ...], pathways: Mapping[int, InForce]) -> StageNow:
    since, _, programme, name, stage = fact
    words = pathways[programme].stage_name(stage) if programme in pathways else stage
    return StageNow(name, words, as_day(since) or dt.date.min)

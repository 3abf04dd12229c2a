"""Who is on which programme with which organisation, since when."""

from collections.abc import Iterable
from functools import cache
from typing import Any

from django.db import connection

from commongoal.access.engine.permissions import Viewer
from commongoal.access.engine.refusals import NotThere
from commongoal.access.engine.shown import Shown
from commongoal.access.queries.compiled import PERSON, Statement, answer, as_day, statement
from commongoal.pathway.engine.caseload import ParticipationRecord
from commongoal.pathway.engine.participation import Days
from commongoal.pathway.models import Participation
from commongoal.people.queries.reach import require

MOST = 50


def participations_of(person: int) -> tuple[ParticipationRecord, ...]:
    """The person's participations, the newest first; for callers that have their permission. One query."""
    return tuple(_record(*row) for row in answer(_statement(connection.vendor), person=person))


def participation(person: int, participation: int, viewer: Viewer) -> Shown[ParticipationRecord]:
    """One participation of this person with the viewer's organisation. Raises `NotThere`."""
    require(person, viewer, "start person")
    for record in participations_of(person):
        if record.id == participation and record.organisation == viewer.organisation:
            return Shown(record, people=(person,))
    raise NotThere


def running(person: int, programme: int, organisation: int) -> ParticipationRecord | None:
    """The participation that has not ended, if there is one; for callers that have their permission."""
    for record in participations_of(person):
        if (record.programme, record.organisation, record.days.ended_on) == (programme, organisation, None):
            return record
    return None


def programmes_of(people: Iterable[int]) -> dict[int, list[int]]:
    """The programmes that each of these people is on, with anybody; for callers that have their permission. One query.

    Who is on none is left out.
    """
    found: dict[int, list[int]] = {}
    rows = Participation.objects.filter(person__in=list(people), ended_on=None)
    for person, programme in rows.values_list("person_id", "programme_id"):
        found.setdefault(person, []).append(programme)
    return found


@cache
def _statement(vendor: str) -> Statement:  # noqa: ARG001 - another database has another statement
    columns = (
        *("pk", "person_id", "programme_id", "programme__name", "organisation_id", "organisation__name"),
        *("referred_on", "first_contact_on", "started_on", "ended_on", "exit_reason", "started_before_evidence"),
    )
    return statement(Participation.objects.filter(person_id=PERSON).order_by("-id").values_list(*columns)[:MOST])


def _record(
    pk: int, person: int, programme: int, programme_name: str, organisation: int, organisation_name: str, *rest: Any
) -> ParticipationRecord:
    *days, exit_reason, before_evidence = rest
    return ParticipationRecord(
        id=pk,
        person=person,
        programme=programme,
        programme_name=programme_name,
        organisation=organisation,
        organisation_name=organisation_name,
        days=Days(*(as_day(day) for day in days)),
        exit_reason=exit_reason,
        started_before_evidence=before_evidence,
    )

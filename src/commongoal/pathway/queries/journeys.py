"""Where people stand on their pathways, and every move that brought them there."""

import datetime as dt
import json
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

from django.db import connection

from commongoal.access.engine.permissions import Viewer
from commongoal.access.engine.refusals import NotThere
from commongoal.access.engine.shown import Shown
from commongoal.access.queries.compiled import PERSON, Statement, answer, as_day, as_moment, statement
from commongoal.kernel.errors import Refused
from commongoal.pathway.engine.journey import JourneyRecord, MoveRecord
from commongoal.pathway.models import Move
from commongoal.pathway.queries.pathways import newest_file, pathway_known
from commongoal.people.engine.vocabulary import DataClass
from commongoal.people.queries.reach import classes_seen, require


class ProgressNotShared(Refused):
    """Where this person stands and who supports them is not shared with you."""


def journeys_of(person: int) -> tuple[JourneyRecord, ...]:
    """The person's journeys, the newest first; for callers that have their permission. One query."""
    return _told(answer(_asked(connection.vendor, of_person=True), person=person))


def journey_on(person: int, programme: int) -> JourneyRecord | None:
    """The person's journey on a programme, if it has begun; for callers that have their permission. One query."""
    return next((each for each in journeys_of(person) if each.programme == programme), None)


def journey_by_id(journey: int) -> JourneyRecord:
    """One journey; for callers that have their permission. One query."""
    return _told(answer(_asked(connection.vendor, of_person=False), person=journey))[0]


def journey_of_move(person: int, move: int) -> tuple[JourneyRecord, MoveRecord]:
    """One move of the person, with its journey; for callers that have their permission. Raises `NotThere`."""
    for journey in journeys_of(person):
        if found := journey.move(move):
            return journey, found
    raise NotThere


def journeys(person: int, viewer: Viewer, seen: frozenset[DataClass] | None = None) -> Shown[tuple[JourneyRecord, ...]]:
    """The person's journeys, the newest first. Raises `NotThere`, `ProgressNotShared`.

    `seen` saves asking again where the caller knows the classes that the viewer sees.
    """
    ask_progress(person, viewer, seen)
    return Shown(journeys_of(person), people=(person,))


def ask_progress(person: int, viewer: Viewer, seen: frozenset[DataClass] | None = None) -> None:
    """Go on only if the viewer sees how the person gets on. Raises `NotThere`, `ProgressNotShared`."""
    if seen is None:
        require(person, viewer, "read person")
        seen = classes_seen(person, viewer)
    if DataClass.PROGRESS not in seen:
        raise ProgressNotShared


MOVE = (
    "pk", "on", "place", "stage", "reason", "evidence_kind", "evidence", "document_id", "supported", "why",
    "organisation_id", "organisation__name", "membership__user__name", "at", "waiting", "referral_id",
    "referral__receiver__name", "referral__first_contact_on", "supersedes_id", "superseded_by__pk", "withdrawn_why",
    "withdrawn_at",
)  # fmt: skip
JOURNEY = (
    "journey_id", "journey__person_id", "journey__programme_id", "journey__programme__name", "journey__programme__code",
    "journey__attributes", "journey__begun_on", "journey__stage", "journey__since_on", "file", "digest",
)  # fmt: skip


@cache
def _asked(vendor: str, *, of_person: bool) -> Statement:  # noqa: ARG001 - another database has another statement
    """Moves with their journeys, for a journey has its first move at least; and the pathway's file, by its digest.

    All moves of a person's journeys that are not closed, or those of one journey, closed or not.
    """
    file, digest = newest_file("journey__programme")
    rows = Move.objects.annotate(file=file, digest=digest).order_by("on", "place", "pk").values_list(*MOVE, *JOURNEY)
    which = {"journey__person_id": PERSON, "journey__closed_at": None} if of_person else {"journey_id": PERSON}
    return statement(rows.filter(**which))


def _told(rows: Iterable[tuple[Any, ...]]) -> tuple[JourneyRecord, ...]:
    found: dict[int, list[dict[str, Any]]] = {}
    for row in rows:
        columns = dict(zip((*MOVE, *JOURNEY), row, strict=True))
        found.setdefault(columns["journey_id"], []).append(columns)
    return tuple(_record(found[journey]) for journey in sorted(found, reverse=True))


def _record(moves: list[dict[str, Any]]) -> JourneyRecord:
    row = moves[0]
    pathway = pathway_known(row["file"], row["digest"])
    evidence = {each.id: each.name for each in pathway.casework.move_evidence}
    attributes = row["journey__attributes"]
    return JourneyRecord(
        id=row["journey_id"],
        person=row["journey__person_id"],
        programme=row["journey__programme_id"],
        programme_name=row["journey__programme__name"],
        programme_code=row["journey__programme__code"],
        pathway=pathway,
        attributes=json.loads(attributes) if isinstance(attributes, str) else attributes,
        begun_on=_day(row["journey__begun_on"]),
        stage=row["journey__stage"],
        since_on=_day(row["journey__since_on"]),
        moves=tuple(_move(each, pathway.stage_name(each["stage"]), evidence) for each in moves),
    )


def _move(row: Mapping[str, Any], stage_name: str, evidence: Mapping[str, str]) -> MoveRecord:
    at = as_moment(row["at"])
    if at is None:
        raise AssertionError("every move has its moment")
    return MoveRecord(
        id=row["pk"],
        on=_day(row["on"]),
        place=row["place"],
        stage=row["stage"],
        stage_name=stage_name,
        reason=row["reason"],
        evidence_kind=row["evidence_kind"],
        evidence_name=evidence.get(row["evidence_kind"], row["evidence_kind"]),
        evidence=row["evidence"],
        document=row["document_id"],
        supported=None if row["supported"] is None else bool(row["supported"]),
        why=row["why"],
        organisation=row["organisation_id"],
        organisation_name=row["organisation__name"],
        who=row["membership__user__name"],
        at=at,
        waiting=bool(row["waiting"]),
        referral=row["referral_id"],
        receiver=row["referral__receiver__name"] or "",
        first_contact_on=as_day(row["referral__first_contact_on"]),
        supersedes=row["supersedes_id"],
        superseded_by=row["superseded_by__pk"],
        withdrawn_why=row["withdrawn_why"],
        withdrawn=row["withdrawn_at"] is not None,
    )


def _day(value: dt.date | str) -> dt.date:
    return dt.date.fromisoformat(value) if isinstance(value, str) else value

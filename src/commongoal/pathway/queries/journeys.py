"""Where people stand on their pathways, and every move that brought them there."""

from django.db.models import QuerySet

from commongoal.access.engine.permissions import Viewer
from commongoal.access.engine.refusals import NotThere
from commongoal.access.engine.shown import Shown
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
    return _told(_moves().filter(journey__person_id=person, journey__closed_at=None))


def journey_on(person: int, programme: int) -> JourneyRecord | None:
    """The person's journey on a programme, if it has begun; for callers that have their permission. One query."""
    return next((each for each in journeys_of(person) if each.programme == programme), None)


def journey_by_id(journey: int) -> JourneyRecord:
    """One journey; for callers that have their permission. One query."""
    return _told(_moves().filter(journey=journey))[0]


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


def _moves() -> QuerySet[Move]:
    """Moves with their journeys, for a journey has its first move at least; and the pathway's file, by its digest."""
    rows = Move.objects.select_related(
        "organisation", "membership__user", "referral__receiver", "superseded_by", "journey__programme"
    )
    file, digest = newest_file("journey__programme")
    return rows.annotate(file=file, digest=digest).order_by("on", "place", "pk")


def _told(rows: QuerySet[Move]) -> tuple[JourneyRecord, ...]:
    moves: dict[int, list[Move]] = {}
    for row in rows:
        moves.setdefault(row.journey_id, []).append(row)
    return tuple(_record(moves[journey]) for journey in sorted(moves, reverse=True))


def _record(moves: list[Move]) -> JourneyRecord:
    row = moves[0].journey
    pathway = pathway_known(moves[0].file, moves[0].digest)  # type: ignore[attr-defined]  # annotated above
    evidence = {each.id: each.name for each in pathway.casework.move_evidence}
    return JourneyRecord(
        id=row.pk,
        person=row.person_id,
        programme=row.programme_id,
        programme_name=row.programme.name,
        programme_code=row.programme.code,
        pathway=pathway,
        attributes=row.attributes,
        begun_on=row.begun_on,
        stage=row.stage,
        since_on=row.since_on,
        moves=tuple(_move(each, pathway.stage_name(each.stage), evidence) for each in moves),
    )


def _move(row: Move, stage_name: str, evidence: dict[str, str]) -> MoveRecord:
    newer = getattr(row, "superseded_by", None)
    referral = row.referral
    return MoveRecord(
        id=row.pk,
        on=row.on,
        place=row.place,
        stage=row.stage,
        stage_name=stage_name,
        reason=row.reason,
        evidence_kind=row.evidence_kind,
        evidence_name=evidence.get(row.evidence_kind, row.evidence_kind),
        evidence=row.evidence,
        document=row.document_id,
        supported=row.supported,
        why=row.why,
        organisation=row.organisation_id,
        organisation_name=row.organisation.name,
        who=row.membership.user.name,
        at=row.at,
        waiting=row.waiting,
        referral=row.referral_id,
        receiver=referral.receiver.name if referral else "",
        first_contact_on=referral.first_contact_on if referral else None,
        supersedes=row.supersedes_id,
        superseded_by=newer.pk if newer else None,
        withdrawn_why=row.withdrawn_why,
        withdrawn=row.withdrawn_at is not None,
    )

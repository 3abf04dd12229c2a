"""Journeys begun, and moves recorded, corrected and withdrawn. A move is an arrival; none is ever overwritten."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from django.utils import timezone

from commongoal.access.actions import Act, acting
from commongoal.access.engine.permissions import Viewer
from commongoal.access.engine.refusals import ChangedMeanwhile, NotThere
from commongoal.kernel.errors import Refused
from commongoal.kernel.words import written_day
from commongoal.pathway.actions.standing import give_up_waiting, reckon
from commongoal.pathway.engine.journey import JourneyRecord, MoveRecord
from commongoal.pathway.engine.ledger import LEFT
from commongoal.pathway.engine.moves import (
    Arrival,
    MoveInFuture,
    NeedsLeavingReason,
    NeedsWhy,
    NotBegun,
    checked_evidence,
    is_supported,
    stage_ids,
    stops,
    with_arrival,
    without_arrival,
)
from commongoal.pathway.engine.referral import Lane
from commongoal.pathway.models import Journey, Move, Referral
from commongoal.pathway.queries.assessments import readings_now
from commongoal.pathway.queries.journeys import journey_on, journeys_of
from commongoal.pathway.queries.move_choices import leaving_reasons, weeks_by_stage
from commongoal.pathway.queries.pathways import pathway_of
from commongoal.people.actions.opening import open_person
from commongoal.people.queries.document_choices import document_choices


class AlreadyBegun(Refused):
    """They are on this pathway already."""


class NeedsAttributes(Refused):
    """Answer every question about them: the answers stay as they are for the whole journey."""


class MoveOfOthers(Refused):
    """Another organisation recorded this move; ask them to correct it."""


class NeedsWithdrawalReason(Refused):
    """Say why the move is withdrawn."""


class ReferralNotRunning(Refused):
    """This referral is closed, so nobody can be handed over by it."""


class AlreadyWaiting(Refused):
    """This move waits for the receiver already."""


class NotTheirDocument(Refused):
    """Choose one of this person's documents."""


@dataclass(frozen=True, slots=True)
class Shown:
    """What shows that a move has happened: its kind, some words, a document; and why, where the readings do not."""

    kind: str = ""
    words: str = ""
    document: int | None = None
    why: str = ""


def begin_journey(
    *, by: Viewer, at: dt.datetime, person: int, programme: int, on: dt.date, attributes: Mapping[str, str]
) -> int:
    """The person comes to the first stage of the programme's pathway; returns the journey's id.

    `attributes` has a value for each attribute of the pathway; they are asked once and stay. Raises `AlreadyBegun`,
    `NeedsAttributes`, `NoPathway`, `MoveInFuture`.
    """
    with acting("record move", by=by, at=at) as act:
        open_person(act, person)
        pathway = pathway_of(programme)
        if Journey.objects.filter(person_id=person, programme_id=programme, closed_at=None).exists():
            raise AlreadyBegun
        asked = {each.id: {value.id for value in each.values} for each in pathway.programme.attributes}
        if set(attributes) != set(asked) or any(attributes[each] not in values for each, values in asked.items()):
            raise NeedsAttributes
        first = Arrival(on, stage_ids(pathway)[0])
        with_arrival((), first, pathway, timezone.localdate(at))
        row = Journey.objects.create(
            person_id=person,
            programme_id=programme,
            attributes=dict(attributes),
            begun_on=on,
            stage=first.stage,
            since_on=on,
        )
        act.wrote("journey", row.pk, person=person, after={"programme": programme, "on": on.isoformat()})
        _write(act, person, Move(journey=row, on=on, stage=first.stage))
        return row.pk


def record_move(
    *,
    by: Viewer,
    at: dt.datetime,
    person: int,
    programme: int,
    stage: str,
    on: dt.date,
    evidence_kind: str,
    evidence: str = "",
    document: int | None = None,
    why: str = "",
    reason: str = "",
    referral: int | None = None,
    seen: int | None = None,
) -> int:
    """The person has come to another stage, has left or has ended for good; returns the move's id.

    With a `referral` that the viewer's organisation sent, the stage is delivered elsewhere: the move waits until the
    receiver has spoken to the person, and counts from the later of the two days. `seen` is the newest move that the
    user saw: if there is a newer one, nothing is written. Raises the refusals of `pathway.engine.moves`,
    `ChangedMeanwhile`, `NotBegun`, `ReferralNotRunning`.
    """
    with acting("record move", by=by, at=at) as act:
        open_person(act, person)
        journey = journey_on(person, programme)
        if journey is None:
            raise NotBegun
        _as_seen(journey, seen)
        if on > timezone.localdate(at):
            raise MoveInFuture
        handover = _handover(referral, person, programme, by)
        if any(each.referral == referral and each.stage == stage for each in journey.waiting):
            raise AlreadyWaiting
        if handover is not None and handover.first_contact_on:
            on = max(on, handover.first_contact_on)
        placed = _placed(journey, Arrival(on, stage, reason=reason), timezone.localdate(at))
        shown = Shown(evidence_kind, evidence.strip(), document, why.strip())
        row = _move(journey, placed, shown)
        row.referral = handover
        row.waiting = handover is not None and handover.first_contact_on is None
        _write(act, person, row)
        reckon(act, journey.id)
        return row.pk


def correct_move(
    *,
    by: Viewer,
    at: dt.datetime,
    person: int,
    move: int,
    stage: str,
    on: dt.date,
    evidence_kind: str,
    evidence: str = "",
    document: int | None = None,
    why: str = "",
    reason: str = "",
) -> int:
    """Record what should have been recorded; the move before it is kept and no longer counts. Returns the new id.

    Raises the refusals of `pathway.engine.moves`, among them `ContradictsLater`; `MoveOfOthers`, `ChangedMeanwhile`.
    """
    with acting("record move", by=by, at=at) as act:
        open_person(act, person)
        journey, before = _own_move(act, person, move)
        placed = _placed(journey, Arrival(on, stage, reason=reason), timezone.localdate(at), instead_of=move)
        row = _move(journey, placed, Shown(evidence_kind, evidence.strip(), document, why.strip()), before)
        row.supersedes_id, row.waiting, row.referral_id = move, before.waiting, before.referral
        _write(act, person, row)
        reckon(act, journey.id)
        return row.pk


def withdraw_move(*, by: Viewer, at: dt.datetime, person: int, move: int, why: str) -> None:
    """The move never happened. Without its only move a journey was begun by mistake, and is closed.

    Raises `NeedsWithdrawalReason`, `ContradictsLater`, `MoveOfOthers`, `ChangedMeanwhile`.
    """
    with acting("record move", by=by, at=at) as act:
        open_person(act, person)
        if not why.strip():
            raise NeedsWithdrawalReason
        journey, before = _own_move(act, person, move)
        if not before.waiting:
            without_arrival(journey.arrivals, move, journey.pathway, timezone.localdate(at))
        Move.objects.filter(pk=move).update(withdrawn_at=at, withdrawn_why=why.strip())
        act.wrote("move", move, person=person, after={"withdrawn": why.strip()})
        reckon(act, journey.id)


def hand_over(act: Act, referral: Referral) -> None:
    """The receiver has spoken to the person: what waited for it counts, as far as the story still allows it."""
    for journey in sorted({row.journey_id for row in _rows_waiting(referral)}):
        reckon(act, journey)


def hand_on(act: Act, referral: Referral, onward: Referral) -> None:
    """The receiver has passed the referral on: what waits, waits for whoever has it now."""
    for row in _rows_waiting(referral):
        row.referral = onward
        row.save(update_fields=["referral"])
        act.wrote("move", row.pk, person=referral.person_id, after={"referral": onward.pk})


def hand_back(act: Act, referral: Referral, why: str) -> None:
    """The referral has come to nothing, and so has what waited for it."""
    for row in _rows_waiting(referral):
        give_up_waiting(act, row, referral.person_id, why)


def _rows_waiting(referral: Referral) -> list[Move]:
    return list(Move.objects.filter(referral=referral, waiting=True, withdrawn_at=None, superseded_by=None))


def _as_seen(journey: JourneyRecord, seen: int | None) -> None:
    """Raises `ChangedMeanwhile` where there is a newer move than the one seen."""
    newest = max((move for move in journey.moves), key=lambda move: move.id)
    if seen is not None and newest.id != seen:
        raise ChangedMeanwhile(f"{newest.who} recorded {newest.stage_name}, on {written_day(newest.on)}.")


def _own_move(act: Act, person: int, move: int) -> tuple[JourneyRecord, MoveRecord]:
    """A move that stands, recorded by the viewer's organisation, with its journey."""
    for journey in journeys_of(person):
        found = journey.move(move)
        if found is None:
            continue
        if found.organisation != act.by.organisation:
            raise MoveOfOthers
        if newer := journey.move(found.superseded_by or 0):
            raise ChangedMeanwhile(f"{newer.who} has corrected this move.")
        if found.withdrawn:
            raise ChangedMeanwhile("The move has been withdrawn.")
        return journey, found
    raise NotThere


def _placed(journey: JourneyRecord, new: Arrival, today: dt.date, *, instead_of: int = 0) -> Arrival:
    """The arrival at its place in the day, once the story allows it and the reason is one of the programme's."""
    told = with_arrival(journey.arrivals, new, journey.pathway, today, instead_of=instead_of)
    if new.stage == LEFT and new.reason not in leaving_reasons(journey):
        raise NeedsLeavingReason
    return next(each for each in told if each.id == 0)


def _move(journey: JourneyRecord, placed: Arrival, shown: Shown, before: MoveRecord | None = None) -> Move:
    """The row of a move, with what its evidence and the readings say of it."""
    others = [each for each in journey.arrivals if before is None or each.id != before.id]
    origin = next(stop.origin for stop in stops([*others, placed]) if stop.arrival is placed)
    kind = checked_evidence(placed.stage, shown.kind, journey.pathway) if origin or shown.kind else ""
    row = Move(
        journey_id=journey.id,
        on=placed.on,
        place=placed.place,
        stage=placed.stage,
        reason=placed.reason,
        evidence_kind=kind,
        evidence=shown.words,
        document_id=_document(shown.document, journey.person),
        why=shown.why,
    )
    readings = readings_now(journey.person, journey.programme)
    row.assessment_id = next((each.assessment for each in readings.values()), None)
    levels = {area: reading.level for area, reading in readings.items()}
    weeks = weeks_by_stage(journey, placed.on)
    row.supported = is_supported(origin, placed.stage, levels, journey.pathway, weeks) if origin else None
    if row.supported is False and not shown.why:
        raise NeedsWhy
    return row


def _document(document: int | None, person: int) -> int | None:
    if document is not None and document not in dict(document_choices(person)):
        raise NotTheirDocument
    return document


def _handover(referral: int | None, person: int, programme: int, by: Viewer) -> Referral | None:
    """The referral by which the person is handed over: one that our organisation sent, and that runs."""
    if referral is None:
        return None
    rows = Referral.objects.filter(pk=referral, person_id=person, programme_id=programme, sender_id=by.organisation)
    row = rows.first()
    if row is None:
        raise NotThere
    if row.lane == Lane.CLOSED.value:
        raise ReferralNotRunning
    return row


def _write(act: Act, person: int, row: Move) -> None:
    row.organisation_id, row.membership_id, row.at = act.by.organisation, act.by.membership, act.at
    row.save()
    after = {"stage": row.stage, "on": row.on.isoformat(), "waiting": row.waiting, "supersedes": row.supersedes_id}
    act.wrote("move", row.pk, person=person, after=after)

"""Where a person stands, reckoned again in one place from the moves that count."""

from django.utils import timezone

from commongoal.access.actions import Act
from commongoal.access.actions.acting import changed
from commongoal.kernel.errors import Refused
from commongoal.pathway.engine.journey import JourneyRecord, MoveRecord, handed_over
from commongoal.pathway.engine.moves import in_order, with_arrival
from commongoal.pathway.models import Journey, Move
from commongoal.pathway.queries.journeys import journey_by_id

ONLY_MOVE_GONE = "The journey was begun by mistake"


def reckon(act: Act, journey: int) -> None:
    """Keep on the journey where its moves lead, once those that waited and may count by now do.

    A journey without a move that counts was begun by mistake: it closes, and what waits with it.
    """
    found, row = _let_count(act, journey_by_id(journey)), Journey.objects.get(pk=journey)
    if not found.arrivals:
        _close(act, row, found)
        return
    ordered = in_order(found.arrivals)
    before = {"begun_on": row.begun_on, "stage": row.stage, "since_on": row.since_on}
    row.begun_on, row.stage, row.since_on = ordered[0].on, ordered[-1].stage, ordered[-1].on
    was, now = changed(before, {"begun_on": row.begun_on, "stage": row.stage, "since_on": row.since_on})
    if now:
        row.save(update_fields=["begun_on", "stage", "since_on"])
        act.wrote("journey", journey, person=row.person_id, before=was, after=now)


def _close(act: Act, row: Journey, found: JourneyRecord) -> None:
    for move in found.waiting:
        give_up_waiting(act, Move.objects.get(pk=move.id), row.person_id, ONLY_MOVE_GONE)
    row.closed_at = act.at
    row.save(update_fields=["closed_at"])
    act.wrote("journey", row.pk, person=row.person_id, after={"closed": ONLY_MOVE_GONE})


def _let_count(act: Act, found: JourneyRecord) -> JourneyRecord:
    """Let each move count whose receiver has spoken to the person, where the story allows it; the others wait on."""
    for move in found.waiting:
        if move.first_contact_on and _counts(act, found, move):
            found = journey_by_id(found.id)
    return found


def _counts(act: Act, journey: JourneyRecord, move: MoveRecord) -> bool:
    arrival = handed_over(move)
    try:
        told = with_arrival(journey.arrivals, arrival, journey.pathway, timezone.localdate(act.at))
    except Refused:
        return False
    placed = next(each for each in told if each.id == move.id)
    Move.objects.filter(pk=move.id).update(waiting=False, on=placed.on, place=placed.place)
    was, now = changed({"waiting": True, "on": move.on}, {"waiting": False, "on": placed.on})
    act.wrote("move", move.id, person=journey.person, before=was, after=now)
    return True


def give_up_waiting(act: Act, row: Move, person: int, why: str) -> None:
    """A move that waited will not come."""
    row.withdrawn_at, row.withdrawn_why = act.at, why
    row.save(update_fields=["withdrawn_at", "withdrawn_why"])
    act.wrote("move", row.pk, person=person, after={"withdrawn": why})

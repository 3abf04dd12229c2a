"""How a referral's status changes: the row locked, the permission asked, the transition checked, an event written."""

import datetime as dt

from commongoal.access.actions import Act
from commongoal.access.engine.refusals import NotThere
from commongoal.pathway.engine.referral import LANES, Lane, Side, Status, next_status
from commongoal.pathway.models import Referral, ReferralEvent
from commongoal.pathway.queries.referrals import relations_to_referral
from commongoal.people.actions.opening import lock_record


def locked_referral(act: Act, referral: int) -> Referral:
    """The referral and its person, locked until the action ends, once the table lets the viewer do the act's verb.

    Raises `NotThere` for a referral of other organisations as for one that does not exist.
    """
    _lock_person(referral)
    row = Referral.objects.select_for_update(of=("self",)).filter(pk=referral).first()
    relations = relations_to_referral(row, act.by) if row else frozenset()
    if row is None or not relations:
        raise NotThere
    act.permit(relations)
    return row


def _lock_person(referral: int) -> None:
    """The person before the referral, as everywhere; a merge that was under way has given it to another meanwhile."""
    people = Referral.objects.filter(pk=referral).values_list("person", flat=True)
    person, locked = people.first(), None
    while person is not None and person != locked:
        lock_record(person)
        locked, person = person, people.first()


def write_change(
    act: Act, row: Referral, then: Status, side: Side, on: dt.date, *, code: str = "", note: str = ""
) -> None:
    """Make the referral `then`, with its event and its audit row. Raises `NotFromHere`."""
    before = Status(row.status)
    lane = LANES[next_status(before, then, side)]
    row.status, row.lane = then.value, lane.value
    if lane is not Lane.WAITING and row.answered_at is None:
        row.answered_at = act.at
    if lane is Lane.CLOSED:
        row.closed_at = act.at
    row.code, row.note = code or row.code, note or row.note
    row.save()
    ReferralEvent.objects.create(
        referral=row, status=then.value, at=act.at, on=on, membership_id=act.by.membership, code=code, note=note
    )
    act.wrote(
        "referral",
        row.pk,
        person=row.person_id,
        before={"status": before.value},
        after={"status": then.value, "on": on.isoformat(), "code": code},
    )


def source_of(row: Referral) -> str:
    """The name under which a referral's holdings are kept."""
    return f"referral {row.pk}"

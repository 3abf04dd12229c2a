"""What the two ends of a referral do with it after it was sent."""

import datetime as dt

from django.utils import timezone

from commongoal.access.actions import Act, acting
from commongoal.access.actions.locking import locked
from commongoal.access.engine.permissions import Relation, Viewer, allowed
from commongoal.access.engine.refusals import NotThere
from commongoal.access.queries.days import moment
from commongoal.pathway.actions.changing import locked_referral, source_of, write_change
from commongoal.pathway.actions.moving import hand_back, hand_over
from commongoal.pathway.actions.participations import leave_part, take_part
from commongoal.pathway.engine.referral import (
    NeedsCode,
    Outcome,
    RejectionReason,
    Side,
    Status,
    checked_contact,
)
from commongoal.pathway.models import Referral
from commongoal.people.actions.holdings import end_holdings, hold
from commongoal.people.engine.vocabulary import DataClass
from commongoal.people.queries.agreements import agreement_in_force
from commongoal.people.queries.restricted import is_open_to


def receive_referral(*, by: Viewer, at: dt.datetime, referral: int) -> None:
    """The receiver says that it has the referral. Raises `NotFromHere`, `NotThere`."""
    with acting("answer referral", by=by, at=at) as act:
        row = locked_referral(act, referral)
        write_change(act, row, Status.RECEIVED, Side.RECEIVER, timezone.localdate(at))


def accept_referral(*, by: Viewer, at: dt.datetime, referral: int, note: str = "") -> None:
    """The receiver takes the person: it may see what was sent and is still agreed, and they are on its programme."""
    with acting("answer referral", by=by, at=at) as act:
        row = locked_referral(act, referral)
        today = timezone.localdate(at)
        _received_first(act, row, today)
        write_change(act, row, Status.ACCEPTED, Side.RECEIVER, today, note=note)
        _let_see(act, row, today)
        take_part(act, row)


def reject_referral(
    *, by: Viewer, at: dt.datetime, referral: int, code: RejectionReason | None, note: str = ""
) -> None:
    """The receiver does not take the person, for a coded reason. Raises `NeedsCode`, `NotFromHere`, `NotThere`."""
    with acting("answer referral", by=by, at=at) as act:
        row = locked_referral(act, referral)
        if code is None:
            raise NeedsCode
        today = timezone.localdate(at)
        _received_first(act, row, today)
        write_change(act, row, Status.REJECTED, Side.RECEIVER, today, code=code.value, note=note)
        hand_back(act, row, "The referral was not taken")


def confirm_first_contact(*, by: Viewer, at: dt.datetime, referral: int, contact_on: dt.date) -> None:
    """The receiver has spoken to the person: only now is the handover done, and the receiver works with them.

    Raises `ContactOutOfOrder`, `NotFromHere`, `NotThere`.
    """
    with acting("answer referral", by=by, at=at) as act:
        row = locked_referral(act, referral)
        row.first_contact_on = checked_contact(contact_on, row.sent_on, timezone.localdate(at))
        write_change(act, row, Status.FIRST_CONTACT, Side.RECEIVER, contact_on)
        end_holdings(act, source_of(row))
        hold(act, row.person_id, row.receiver_id, Relation.OWN, why="They work with you", source=source_of(row))
        take_part(act, row, first_contact_on=contact_on)
        hand_over(act, row)


def close_referral(*, by: Viewer, at: dt.datetime, referral: int, outcome: Outcome | None, note: str = "") -> None:
    """The receiver has finished with the referral. Raises `NeedsCode`, `NotFromHere`, `NotThere`.

    What the receiver could see because of it ends; a person who started on its programme stays with it.
    """
    with acting("answer referral", by=by, at=at) as act:
        row = locked_referral(act, referral)
        if outcome is None:
            raise NeedsCode
        today = timezone.localdate(at)
        write_change(act, row, Status.CLOSED, Side.RECEIVER, today, code=outcome.value, note=note)
        if row.first_contact_on is None:
            hand_back(act, row, "The referral was closed before first contact")
        end_holdings(act, source_of(row))
        leave_part(act, row, today, outcome.value)


def withdraw_referral(*, by: Viewer, at: dt.datetime, referral: int, note: str) -> None:
    """The sender takes the referral back. Raises `NotFromHere`, `NotThere`."""
    with acting("withdraw referral", by=by, at=at) as act:
        row = locked_referral(act, referral)
        today = timezone.localdate(at)
        write_change(act, row, Status.WITHDRAWN, Side.SENDER, today, note=note)
        hand_back(act, row, "The referral was withdrawn")
        end_holdings(act, source_of(row))
        leave_part(act, row, today, "other")


def look_at_override(*, by: Viewer, at: dt.datetime, referral: int) -> None:
    """Somebody who looks after it has seen that a referral went without a basis or an agreement."""
    with acting("see overrides", by=by, at=at) as act:
        row = locked(Referral.objects.exclude(override_reason=""), referral)
        own = row.sender_id == by.organisation and is_open_to(row.person_id, by)
        relations = frozenset({Relation.OWN}) if own else frozenset()
        if not allowed(by, act.verb, relations):
            raise NotThere  # as for a referral that does not exist
        act.permit(relations)
        row.override_looked_at, row.override_looked_by_id = at, by.membership
        row.save(update_fields=["override_looked_at", "override_looked_by"])
        act.wrote("referral", row.pk, person=row.person_id, after={"override looked at": at.isoformat()})


def _let_see(act: Act, row: Referral, on: dt.date) -> None:
    """The receiver sees of the record what was sent, as far and as long as it is agreed; an override asks none."""
    classes, until = frozenset(DataClass(name) for name in row.classes), None
    if not row.override_reason:
        agreement = agreement_in_force(row.person_id, row.receiver_id, on)
        classes &= agreement.classes if agreement else frozenset()
        until = moment(agreement.until_on) if agreement and agreement.until_on else None
    if classes:
        hold(
            act,
            row.person_id,
            row.receiver_id,
            Relation.REFERRED,
            why=f"{row.sender.name} referred you to them",
            classes=classes,
            source=source_of(row),
            until_at=until,
        )


def _received_first(act: Act, row: Referral, on: dt.date) -> None:
    """Whoever answers has received: both days are told to the sender."""
    if row.status == Status.SENT.value:
        write_change(act, row, Status.RECEIVED, Side.RECEIVER, on)

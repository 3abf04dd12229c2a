"""Referrals sent: one, many at once, or passed on by the organisation that received one."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace

from django.db import IntegrityError, transaction
from django.utils import timezone

from commongoal.access.actions import Act, acting
from commongoal.access.engine.permissions import Viewer
from commongoal.access.queries.sharing import organisation
from commongoal.directory.queries.run_by import services_run_by
from commongoal.kernel.errors import Refused
from commongoal.pathway.actions.changing import locked_referral, source_of, write_change
from commongoal.pathway.actions.moving import hand_on
from commongoal.pathway.actions.participations import leave_part
from commongoal.pathway.engine.referral import AlreadyReferred, Lane, Sending, Side, Status
from commongoal.pathway.engine.sending import (
    ChangedSinceChecked,
    NobodyChosen,
    NotTheirService,
    Ready,
    SomeRefused,
    Tried,
)
from commongoal.pathway.models import Referral, ReferralEvent
from commongoal.pathway.queries.eligibility import terms
from commongoal.pathway.queries.sending import made_ready, made_ready_onward
from commongoal.pathway.queries.working_days import due_on
from commongoal.people.actions.holdings import end_holdings
from commongoal.people.actions.opening import open_person


def send_referral(*, by: Viewer, at: dt.datetime, sending: Sending) -> int:
    """Send a person to another organisation; returns the referral's id, the same one if the form comes twice.

    With an override's reason it needs the verb "override basis", and identity and contact alone go. Raises the refusals
    of `pathway.engine.referral` and `.sending`.
    """
    if (already := _sent_before(sending, by)) is not None:
        return already
    verb = "override basis" if sending.override_reason else "send referral"
    try:
        with acting(verb, by=by, at=at) as act:
            open_person(act, sending.person)
            return _send(act, sending, made_ready(sending, by.organisation, timezone.localdate(at))).pk
    except (IntegrityError, AlreadyReferred):
        return _other_of_two(sending, by)


def pass_on_referral(*, by: Viewer, at: dt.datetime, referral: int, sending: Sending) -> int:
    """The receiver sends the person on to a third organisation, with no more than it was told itself.

    The rules are those of any referral; the first one ends as passed on, and is linked. Returns the new one's id.
    """
    if (already := _sent_before(sending, by)) is not None:
        return already
    try:
        with acting("answer referral", by=by, at=at) as act:
            row = locked_referral(act, referral)
            today = timezone.localdate(at)
            whole = replace(sending, person=row.person_id, programme=row.programme_id, override_reason="")
            new = _send(act, whole, made_ready_onward(row, whole, by.organisation, today), passed_on_from=row)
            note = f"To {organisation(sending.receiver).name}"
            write_change(act, row, Status.PASSED_ON, Side.RECEIVER, today, note=note)
            hand_on(act, row, new)
            end_holdings(act, source_of(row))
            leave_part(act, row, today, "needs met elsewhere")
            return new.pk
    except (IntegrityError, AlreadyReferred):
        return _other_of_two(sending, by)


def send_referrals(
    *, by: Viewer, at: dt.datetime, people: Sequence[int], sending: Sending, all_or_none: bool
) -> tuple[Tried, ...]:
    """Send several people to one organisation, each checked on its own; the answer has a line for each.

    `sending.person` and `.seen` do not count, and a person's token is made from `sending.token`. With `all_or_none`,
    one refusal refuses all (`SomeRefused`, nothing sent). Raises `NobodyChosen`.
    """
    if not people:
        raise NobodyChosen
    with transaction.atomic():
        tried = tuple(_try(person, sending, by, at) for person in dict.fromkeys(people))
        if all_or_none and any(each.refusal for each in tried):
            raise SomeRefused
    return tried


def _try(person: int, sending: Sending, by: Viewer, at: dt.datetime) -> Tried:
    one = replace(sending, person=person, seen="", token=f"{sending.token}-{person}"[:64], override_reason="")
    try:
        return Tried(person, "", send_referral(by=by, at=at, sending=one), "")
    except Refused as refusal:
        return Tried(person, "", None, str(refusal))


def _send(act: Act, sending: Sending, ready: Ready, *, passed_on_from: Referral | None = None) -> Referral:
    if sending.seen and sending.seen != ready.digest:
        raise ChangedSinceChecked
    today = timezone.localdate(act.at)
    row = Referral.objects.create(
        person_id=sending.person,
        programme_id=sending.programme,
        sender_id=act.by.organisation,
        receiver_id=sending.receiver,
        sent_by_id=act.by.membership,
        service_id=sending.service,
        service_name=_service_name(sending, act.by),
        need=sending.need.value,
        reason=sending.reason,
        urgency=sending.urgency.value,
        classes=sorted(kind.value for kind in ready.classes),
        sent=[[line.data_class.value, line.label, line.value] for line in ready.lines],
        basis_id=ready.basis,
        agreement_id=ready.agreement,
        override_reason=sending.override_reason,
        status=Status.SENT.value,
        lane=Lane.WAITING.value,
        sent_at=act.at,
        sent_on=today,
        answer_due_on=due_on(today, terms(sending.programme).answer_within_working_days),
        passed_on_from=passed_on_from,
        token=sending.token,
    )
    ReferralEvent.objects.create(
        referral=row, status=Status.SENT.value, at=act.at, on=today, membership_id=act.by.membership
    )
    act.wrote(
        "referral",
        row.pk,
        person=sending.person,
        after={
            "status": Status.SENT.value,
            "receiver": sending.receiver,
            "programme": sending.programme,
            "classes": row.classes,
            "override": bool(sending.override_reason),
        },
    )
    return row


def _service_name(sending: Sending, by: Viewer) -> str:
    if sending.service is None:
        return ""
    for service in services_run_by(by, sending.receiver):
        if service.id == sending.service:
            return service.name
    raise NotTheirService


def _sent_before(sending: Sending, by: Viewer) -> int | None:
    rows = Referral.objects.filter(token=sending.token, sent_by_id=by.membership)
    return rows.values_list("pk", flat=True).first()


def _other_of_two(sending: Sending, by: Viewer) -> int:
    """The referral that another request of the same form sent at this moment; raises `AlreadyReferred` without one."""
    already = _sent_before(sending, by)
    if already is None:
        raise AlreadyReferred
    return already

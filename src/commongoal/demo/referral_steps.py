"""Referrals acted out: sent, answered, and what becomes of them."""

import datetime as dt
from collections.abc import Callable

from commongoal.access.engine.permissions import Viewer
from commongoal.demo.engine.residents import ReferralPlan, Resident
from commongoal.demo.founding import Founded
from commongoal.demo.record_steps import SHARED
from commongoal.pathway.actions.answers import (
    accept_referral,
    close_referral,
    confirm_first_contact,
    reject_referral,
    withdraw_referral,
)
from commongoal.pathway.actions.sending import send_referral
from commongoal.pathway.engine.referral import Outcome, RejectionReason, Sending
from commongoal.people.engine.vocabulary import AreaOfLife


def referred(
    made: Founded, who: Resident, plan: ReferralPlan, person: int, now: list[Viewer]
) -> list[tuple[dt.datetime, Callable[[dt.datetime], None]]]:
    """The referral sent and everything that becomes of it."""
    sent: list[int] = []
    receiver = made.organisations[plan.receiver]
    theirs = made.member(plan.receiver, number=who.worker + 2)
    begins = who.added_at + dt.timedelta(days=plan.days)

    def send(at: dt.datetime) -> None:
        sending = Sending(
            person=person,
            programme=made.programme,
            receiver=receiver,
            reason=f"{who.first_name} asked for help with this, and it is what stands in the way of work.",
            token=f"demonstration {person}",
            need=AreaOfLife(plan.area),
            classes=SHARED,
            service=made.services.get(plan.service),
        )
        sent.append(send_referral(by=now[0], at=at, sending=sending))

    steps: list[tuple[int | None, Callable[[dt.datetime], None]]] = [(0, send)]
    if plan.rejected_because:
        code = RejectionReason(plan.rejected_because)
        steps.append((plan.answered_after, lambda at: reject_referral(by=theirs, at=at, referral=sent[0], code=code)))
    else:
        steps.append((plan.answered_after, lambda at: accept_referral(by=theirs, at=at, referral=sent[0])))
    steps.append(
        (
            plan.first_contact_after,
            lambda at: confirm_first_contact(by=theirs, at=at, referral=sent[0], contact_on=at.date()),
        )
    )
    steps.append(
        (
            plan.closed_after,
            lambda at: close_referral(by=theirs, at=at, referral=sent[0], outcome=Outcome.SUPPORT_FINISHED),
        )
    )
    steps.append(
        (
            plan.withdrawn_after,
            lambda at: withdraw_referral(by=now[0], at=at, referral=sent[0], note="Nothing came of it."),
        )
    )
    if who.restricted:
        return []
    return [(begins + dt.timedelta(days=days), step) for days, step in steps if days is not None]

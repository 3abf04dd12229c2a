"""A person on a programme with one organisation: three different first days, and the last."""

import datetime as dt
from dataclasses import dataclass

from commongoal.kernel.errors import Refused
from commongoal.pathway.engine.eligibility import Verdict


class NotEligible(Refused):
    """This person's answers say that they cannot join the programme."""


class NotAnswered(Refused):
    """Answer the eligibility questions first."""


class EvidenceNeedsReason(Refused):
    """Evidence is still needed: say why they start before it is seen."""


class NoBasisToStart(Refused):
    """No lawful basis is recorded for this programme and your organisation, so nobody can be started on it."""


class DatesOutOfOrder(Refused):
    """The dates have to follow one another: referral, then first contact, then start, then end."""


class DateInFuture(Refused):
    """These dates are for what has happened, so none can be in the future."""


class AlreadyStarted(Refused):
    """This person has started on this programme with you already."""


class AlreadyEnded(Refused):
    """This has ended already."""


class NeedsExitReason(Refused):
    """Choose why they are leaving."""


@dataclass(frozen=True, slots=True)
class Days:
    """When a person was referred, first spoken to, started and left; each may be unknown."""

    referred_on: dt.date | None = None
    first_contact_on: dt.date | None = None
    started_on: dt.date | None = None
    ended_on: dt.date | None = None


def checked_days(days: Days, today: dt.date) -> Days:
    """The days, if those known follow one another and none is after `today`.

    Raises `DatesOutOfOrder` or `DateInFuture`.
    """
    ordered = (days.referred_on, days.first_contact_on, days.started_on, days.ended_on)
    known = [day for day in ordered if day is not None]
    if any(day > today for day in known):
        raise DateInFuture
    if known != sorted(known):
        raise DatesOutOfOrder
    return days


def may_start(outcome: Verdict | None, why: str) -> None:
    """Refuse a start that eligibility does not carry.

    Raises `NotAnswered`, `NotEligible`, or `EvidenceNeedsReason` where evidence is needed and `why` is empty.
    """
    if outcome is None:
        raise NotAnswered
    if outcome is Verdict.NO:
        raise NotEligible
    if outcome is Verdict.NEEDS_EVIDENCE and not why.strip():
        raise EvidenceNeedsReason

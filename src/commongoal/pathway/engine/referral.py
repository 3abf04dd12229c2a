"""A referral from one organisation to another: its statuses, what may follow what, and what travels with it."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from commongoal.kernel.errors import Refused
from commongoal.people.engine.vocabulary import AreaOfLife, DataClass


class Status(StrEnum):
    """Where a referral stands."""

    SENT = "sent"
    RECEIVED = "received"
    ACCEPTED = "accepted"
    FIRST_CONTACT = "first contact"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    PASSED_ON = "passed on"
    CLOSED = "closed"


class Lane(StrEnum):
    """The list a referral is in: statuses that ask for the same from somebody."""

    WAITING = "waiting"  # for the receiver's answer
    ACCEPTED = "accepted"  # for the receiver's first contact
    SUPPORTED = "supported"  # the receiver has confirmed first contact: the handover is done
    CLOSED = "closed"


class Side(StrEnum):
    """Who may make a transition: the sender or the receiver."""

    SENDER = "sender"
    RECEIVER = "receiver"


# The allowed transitions: from a status, to which, and by whom. Anything else is refused.
TRANSITIONS: dict[Status, dict[Status, Side]] = {
    Status.SENT: {
        Status.RECEIVED: Side.RECEIVER,
        Status.ACCEPTED: Side.RECEIVER,
        Status.REJECTED: Side.RECEIVER,
        Status.PASSED_ON: Side.RECEIVER,
        Status.WITHDRAWN: Side.SENDER,
    },
    Status.RECEIVED: {
        Status.ACCEPTED: Side.RECEIVER,
        Status.REJECTED: Side.RECEIVER,
        Status.PASSED_ON: Side.RECEIVER,
        Status.WITHDRAWN: Side.SENDER,
    },
    Status.ACCEPTED: {
        Status.FIRST_CONTACT: Side.RECEIVER,
        Status.PASSED_ON: Side.RECEIVER,
        Status.CLOSED: Side.RECEIVER,
        Status.WITHDRAWN: Side.SENDER,
    },
    Status.FIRST_CONTACT: {Status.CLOSED: Side.RECEIVER},
    Status.REJECTED: {},
    Status.WITHDRAWN: {},
    Status.PASSED_ON: {},
    Status.CLOSED: {},
}

LANES: dict[Status, Lane] = {
    Status.SENT: Lane.WAITING,
    Status.RECEIVED: Lane.WAITING,
    Status.ACCEPTED: Lane.ACCEPTED,
    Status.FIRST_CONTACT: Lane.SUPPORTED,
    Status.REJECTED: Lane.CLOSED,
    Status.WITHDRAWN: Lane.CLOSED,
    Status.PASSED_ON: Lane.CLOSED,
    Status.CLOSED: Lane.CLOSED,
}


class RejectionReason(StrEnum):
    """Why a receiver does not take a referral."""

    INELIGIBLE = "ineligible"
    DUPLICATE = "duplicate"
    NO_CAPACITY = "no capacity"
    OUT_OF_AREA = "out of area"
    NOT_ENGAGED = "not engaged"
    NEEDS_MET_ELSEWHERE = "needs met elsewhere"


class Outcome(StrEnum):
    """How a referral that was taken ended."""

    SUPPORT_STARTED = "support started"
    SUPPORT_FINISHED = "support finished"
    NOT_REACHED = "could not be reached"
    DECLINED = "the person declined"
    NEEDS_MET_ELSEWHERE = "needs met elsewhere"
    MOVED_AWAY = "moved away"
    OTHER = "other"


class Urgency(StrEnum):
    """How soon the person needs somebody."""

    ROUTINE = "routine"
    SOON = "soon"
    URGENT = "urgent"


class NotFromHere(Refused):
    """The referral is not at a point where this can be done."""


class NothingChosen(Refused):
    """Choose what to share: at least the name, or nobody would know who the referral is about."""


class ToItself(Refused):
    """Choose another organisation: you are already there."""


class NoBasis(Refused):
    """No lawful basis for sharing with this organisation is recorded for the programme, so nothing was sent."""


class NoAgreement(Refused):
    """The person has not agreed to share with this organisation, so nothing was sent."""


class NotAgreedToShare(Refused):
    """The person has not agreed to share all that you chose, so nothing was sent."""


class OverrideNeedsReason(Refused):
    """Say why this has to be sent without a recorded basis or agreement."""


class NothingToOverride(Refused):
    """A basis and an agreement are recorded, so there is nothing to override: send it in the ordinary way."""


class AlreadyReferred(Refused):
    """This person has an open referral to that organisation for the programme already."""


class RestrictedRecord(Refused):
    """This record is restricted to named staff, so it is not sent by referral: speak to the organisation."""


class NeedsCode(Refused):
    """Choose a reason from the list."""


class ContactOutOfOrder(Refused):
    """First contact cannot be before the referral was sent, nor in the future."""


# What goes when a manager overrides a missing basis or agreement: enough to reach the person, and no more.
OVERRIDE_CLASSES = frozenset({DataClass.IDENTITY, DataClass.CONTACT})


@dataclass(frozen=True, slots=True)
class Sending:
    """A referral as the sender means it. `token` is the form's own, so that sending it twice sends one."""

    person: int
    programme: int
    receiver: int
    reason: str
    token: str
    need: AreaOfLife = AreaOfLife.WORK
    classes: frozenset[DataClass] = frozenset()
    service: int | None = None
    urgency: Urgency = Urgency.ROUTINE
    override_reason: str = ""
    seen: str = ""  # the fingerprint of what the sender was shown


def next_status(now: Status, then: Status, side: Side) -> Status:
    """`then`, if it may follow `now` and `side` may make it so. Raises `NotFromHere`."""
    if TRANSITIONS[now].get(then) is not side:
        raise NotFromHere(f"It is {now.value} now.")
    return then


def possible(now: Status, side: Side) -> frozenset[Status]:
    """The statuses that this side may make of a referral that stands at `now`."""
    return frozenset(status for status, who in TRANSITIONS[now].items() if who is side)


def travelling(chosen: Iterable[DataClass], agreed: frozenset[DataClass]) -> frozenset[DataClass]:
    """The classes that go: all of `chosen`, which the agreement must allow, and the identity.

    Raises `NothingChosen` where the identity is not among them, `NotAgreedToShare` for a class outside the agreement.
    """
    classes = frozenset(chosen)
    if DataClass.IDENTITY not in classes:
        raise NothingChosen
    if outside := classes - agreed:
        raise NotAgreedToShare(f"Not agreed: {', '.join(sorted(outside))}.")
    return classes


def checked_contact(contact_on: dt.date, sent_on: dt.date, today: dt.date) -> dt.date:
    """The day of first contact, if it lies between sending and today. Raises `ContactOutOfOrder`."""
    if not sent_on <= contact_on <= today:
        raise ContactOutOfOrder
    return contact_on


def diagram() -> str:
    """The statuses as a Mermaid state diagram, for the documentation."""
    lines = ["stateDiagram-v2", f"    [*] --> {_node(Status.SENT)}"]
    for status, following in TRANSITIONS.items():
        lines += [f"    {_node(status)} --> {_node(then)}: {who.value}" for then, who in following.items()]
        lines += [] if following else [f"    {_node(status)} --> [*]"]
    return "\n".join(lines)


def _node(status: Status) -> str:
    return status.value.replace(" ", "_")

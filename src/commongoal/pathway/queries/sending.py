"""What would be sent: checked against basis and agreement, shown to the sender before anything goes."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import replace

from commongoal.access.engine.permissions import Viewer, allowed
from commongoal.access.engine.refusals import NotThere
from commongoal.access.engine.shown import Shown
from commongoal.access.queries.bases import basis_for
from commongoal.access.queries.sharing import organisation
from commongoal.kernel.errors import Refused
from commongoal.kernel.words import written_day
from commongoal.pathway.engine.referral import (
    OVERRIDE_CLASSES,
    AlreadyReferred,
    Lane,
    NoAgreement,
    NoBasis,
    NothingToOverride,
    OverrideNeedsReason,
    RestrictedRecord,
    Sending,
    ToItself,
    travelling,
)
from commongoal.pathway.engine.sending import NotAgreedArea, Ready, Standing, Tried
from commongoal.pathway.models import Referral
from commongoal.pathway.queries.eligibility import eligibility_details
from commongoal.pathway.queries.participations import participations_of
from commongoal.pathway.queries.referrals import lines_sent, relations_to_referral
from commongoal.people.engine.agreements import Agreement
from commongoal.people.engine.travelling import Detail
from commongoal.people.engine.vocabulary import DataClass
from commongoal.people.queries.agreements import agreement_in_force
from commongoal.people.queries.reach import relations_to, require
from commongoal.people.queries.travelling import details, is_restricted


def standing(person: int, programme: int, receiver: int, viewer: Viewer, on: dt.date) -> Shown[Standing]:
    """What the viewer may send of the person to the receiver. Raises `NotThere` out of reach."""
    require(person, viewer, "send referral")
    basis = basis_for(programme, viewer.organisation, receiver, on)
    agreement = agreement_in_force(person, receiver, on, viewer.organisation)
    agreed = frozenset(agreement.classes) if agreement else frozenset()
    may = allowed(viewer, "override basis", relations_to(person, viewer))
    return Shown(Standing(basis is not None, agreement is not None, agreed, may), people=(person,))


def preview(sending: Sending, viewer: Viewer, on: dt.date) -> Shown[Ready]:
    """Exactly what would be sent. Raises `NotThere` out of reach, and whatever sending itself would refuse."""
    require(sending.person, viewer, "override basis" if sending.override_reason else "send referral")
    return Shown(made_ready(sending, viewer.organisation, on), people=(sending.person,))


def preview_onward(referral: int, sending: Sending, viewer: Viewer, on: dt.date) -> Shown[Ready]:
    """Exactly what would be passed on of a referral that the viewer's organisation received. Raises as `preview`."""
    row = Referral.objects.select_related("sender", "receiver", "programme").filter(pk=referral).first()
    if row is None or not allowed(viewer, "answer referral", relations_to_referral(row, viewer)):
        raise NotThere
    return Shown(made_ready_onward(row, sending, viewer.organisation, on), people=(row.person_id,))


def previews(people: Sequence[int], sending: Sending, viewer: Viewer, on: dt.date) -> Shown[tuple[Tried, ...]]:
    """Each of several people tried without sending: what refuses them, in words, or nothing."""
    tried = []
    for person in people:
        try:
            preview(replace(sending, person=person), viewer, on)
            tried.append(Tried(person, "", None, ""))
        except Refused as refusal:
            tried.append(Tried(person, "", None, str(refusal)))
    return Shown(tuple(tried), listed=tuple(each.person for each in tried if not each.refusal))


def made_ready_onward(row: Referral, sending: Sending, sender: int, on: dt.date) -> Ready:
    """The same for a referral passed on: no more than was sent to the one who passes on.

    The person's agreement may be with the organisation that passes them on or with the one that sent them.
    """
    told = sending.classes & {DataClass(name) for name in row.classes}
    whole = replace(sending, person=row.person_id, programme=row.programme_id, override_reason="", classes=told)
    return made_ready(whole, sender, on, known=lines_sent(row), also_from=row.sender_id)


def made_ready(
    sending: Sending,
    sender: int,
    on: dt.date,
    *,
    known: Iterable[Detail] | None = None,
    also_from: int | None = None,
) -> Ready:
    """What goes, on which basis and agreement; for callers that have their permission.

    `known` are the lines a receiver was sent itself, when it passes somebody on.
    Raises the refusals of `pathway.engine.referral` and `.sending`.
    """
    _check_route(sending, sender)
    basis = basis_for(sending.programme, sender, sending.receiver, on)
    agreement = agreement_in_force(sending.person, sending.receiver, on, sender)
    if agreement is None and also_from is not None:
        agreement = agreement_in_force(sending.person, sending.receiver, on, also_from)
    if sending.override_reason:
        if not sending.override_reason.strip():
            raise OverrideNeedsReason
        if basis and agreement:
            raise NothingToOverride
        classes = OVERRIDE_CLASSES
    else:
        if basis is None:
            raise NoBasis
        classes = _agreed(sending, agreement)
    lines = _lines(sending.person, classes, on, known)
    return Ready(lines, classes, basis.id if basis else None, agreement.pk if agreement else None)


def _check_route(sending: Sending, sender: int) -> None:
    organisation(sending.receiver)
    if sending.receiver == sender:
        raise ToItself
    if is_restricted(sending.person):
        raise RestrictedRecord
    running = Referral.objects.filter(
        person_id=sending.person, receiver_id=sending.receiver, programme_id=sending.programme
    )
    if running.exclude(lane=Lane.CLOSED.value).exists():
        raise AlreadyReferred


def _agreed(sending: Sending, agreement: Agreement | None) -> frozenset[DataClass]:
    if agreement is None:
        raise NoAgreement
    if sending.need not in agreement.areas:
        raise NotAgreedArea(f"It is about {', '.join(sorted(agreement.areas))}.")
    return travelling(sending.classes, frozenset(agreement.classes))


def _lines(
    person: int, classes: frozenset[DataClass], on: dt.date, known: Iterable[Detail] | None
) -> tuple[Detail, ...]:
    if known is not None:
        return tuple(line for line in known if line.data_class in classes)
    lines = details(person, classes, on)
    lines += _progress(person) if DataClass.PROGRESS in classes else ()
    return lines + (eligibility_details(person) if DataClass.ELIGIBILITY in classes else ())


def _progress(person: int) -> tuple[Detail, ...]:
    found = []
    for record in participations_of(person):
        days = record.days
        told = [("referred", days.referred_on), ("first contact", days.first_contact_on)]
        told += [("started", days.started_on), ("ended", days.ended_on)]
        words = ", ".join(f"{what} {written_day(day)}" for what, day in told if day)
        found.append(Detail(DataClass.PROGRESS, f"{record.programme_name}, {record.organisation_name}", words))
    return tuple(found)

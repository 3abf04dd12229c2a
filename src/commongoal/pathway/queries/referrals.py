"""Referrals in and out, and one of them whole, for the organisations at its two ends."""

import datetime as dt

from django.db.models import F, Q, QuerySet
from django.utils import timezone

from commongoal.access.engine.permissions import Relation, Viewer, allowed, relations_allowing
from commongoal.access.engine.refusals import NotAllowed, NotThere
from commongoal.access.engine.shown import Shown
from commongoal.pathway.engine.caseload import (
    OnwardLine,
    OverrideLine,
    ReferralChange,
    ReferralLine,
    ReferralPage,
    ReferralRecord,
)
from commongoal.pathway.engine.referral import Lane, Side, Status, Urgency, possible
from commongoal.pathway.models import Referral
from commongoal.pathway.queries.working_days import days_late, late_if_due_before
from commongoal.people.engine.travelling import Detail
from commongoal.people.engine.vocabulary import DataClass
from commongoal.people.queries.restricted import is_open_to, open_to

PAGE = 25
DEEPEST = 400  # pages; whoever wants older ones narrows the list
OVERDUE = "overdue"
FILTERS = (Lane.WAITING.value, OVERDUE, Lane.ACCEPTED.value, Lane.SUPPORTED.value, Lane.CLOSED.value)


def referrals(viewer: Viewer, side: Side, which: str, page: int, on: dt.date) -> Shown[ReferralPage]:
    """A page of the referrals on one side of the viewer's organisation. `which` is one of `FILTERS`.

    Those waiting come with the earliest due first, the rest with the latest sent first. One query. Raises `NotAllowed`.
    """
    if not allowed(viewer, "read referral", frozenset({_relation(side)})):
        raise NotAllowed
    page = min(max(page, 1), DEEPEST)
    rows = _listed(viewer, side, which, on)[(page - 1) * PAGE : page * PAGE + 1]
    lines = tuple(line_of(row, on) for row in rows)
    shown = ReferralPage(lines[:PAGE], page, len(lines) > PAGE)
    return Shown(shown, listed=tuple(sorted({line.person for line in shown.lines})))


def referral(referral: int, viewer: Viewer, on: dt.date, verb: str = "read referral") -> Shown[ReferralRecord]:
    """One referral whole, if the viewer may do the verb to it. Raises `NotThere`."""
    row = _whole().filter(pk=referral).first()
    if row is None or not allowed(viewer, verb, relations_to_referral(row, viewer)):
        raise NotThere
    return Shown(_record(row, viewer, on), people=(row.person_id,))


def relations_to_referral(row: Referral, viewer: Viewer) -> frozenset[Relation]:
    """How the viewer stands to a referral; in no way where the record is restricted and the viewer is not named."""
    found = set()
    if row.sender_id == viewer.organisation:
        found.add(Relation.SENT)
    if row.receiver_id == viewer.organisation:
        found.add(Relation.RECEIVED)
    return frozenset(found) if found and is_open_to(row.person_id, viewer) else frozenset()


def overrides(viewer: Viewer, page: int) -> Shown[tuple[OverrideLine, ...]]:
    """Referrals sent without a basis or an agreement: those nobody looked at first; 25 a page and one more if any.

    A manager sees those of their organisation, the data-protection officer all. Raises `NotAllowed`.
    """
    relations = relations_allowing(viewer.role, "see overrides")
    if not relations:
        raise NotAllowed
    rows = Referral.objects.exclude(override_reason="")
    if Relation.ANY not in relations:
        rows = rows.filter(open_to(viewer, "person_id"), sender_id=viewer.organisation)
    rows = rows.select_related("sender", "receiver", "sent_by__user", "override_looked_by__user")
    rows = rows.order_by(F("override_looked_at").asc(nulls_first=True), "-id")[(page - 1) * PAGE : page * PAGE + 1]
    found = list(rows)
    return Shown(tuple(_override(row) for row in found), listed=tuple(sorted({row.person_id for row in found})))


def overrides_to_look_at(viewer: Viewer) -> int:
    """How many overrides nobody has looked at, up to 100; 0 for whoever does not look after them."""
    relations = relations_allowing(viewer.role, "see overrides")
    rows = Referral.objects.exclude(override_reason="").filter(override_looked_at=None)
    if Relation.ANY not in relations:
        rows = rows.filter(sender_id=viewer.organisation) if relations else rows.none()
    return len(rows.values_list("pk", flat=True)[:100])


def line_of(row: Referral, on: dt.date) -> ReferralLine:
    """A row, with its organisations and programme loaded, as a line."""
    lane = Lane(row.lane)
    return ReferralLine(
        id=row.pk,
        person=row.person_id,
        name=name_of(row),
        sender=row.sender.name,
        receiver=row.receiver.name,
        programme=row.programme.name,
        status=Status(row.status),
        lane=lane,
        urgency=Urgency(row.urgency),
        sent_on=row.sent_on,
        answer_due_on=row.answer_due_on,
        first_contact_on=row.first_contact_on,
        code=row.code,
        days_late=days_late(row.answer_due_on, on) if lane is Lane.WAITING else 0,
    )


def name_of(row: Referral) -> str:
    """The name as it was sent: what the receiver was told, whatever the record says since."""
    return name_sent(row.sent, row.pk)


def name_sent(sent: list[list[str]], pk: int) -> str:
    """The same of a frozen copy by itself."""
    return next((value for _, label, value in sent if label == "Name"), f"Referral {pk}")


def lines_sent(row: Referral) -> tuple[Detail, ...]:
    """The frozen copy, as lines."""
    return tuple(Detail(DataClass(kind), label, value) for kind, label, value in row.sent)


def listed_rows(viewer: Viewer, side: Side) -> QuerySet[Referral]:
    """Rows on one side of the viewer's organisation that the viewer may see in a list."""
    whose = Q(sender_id=viewer.organisation) if side is Side.SENDER else Q(receiver_id=viewer.organisation)
    rows = Referral.objects.filter(whose, open_to(viewer, "person_id"))
    return rows.select_related("sender", "receiver", "programme")


def _listed(viewer: Viewer, side: Side, which: str, on: dt.date) -> QuerySet[Referral]:
    rows = listed_rows(viewer, side)
    if which == OVERDUE:
        return rows.filter(lane=Lane.WAITING.value, answer_due_on__lt=late_if_due_before(on)).order_by(
            "answer_due_on", "id"
        )
    lane = Lane(which) if which in FILTERS else Lane.WAITING
    order = ("answer_due_on", "id") if lane is Lane.WAITING else ("-answer_due_on", "-id")
    return rows.filter(lane=lane.value).order_by(*order)


def _relation(side: Side) -> Relation:
    return Relation.SENT if side is Side.SENDER else Relation.RECEIVED


def _whole() -> QuerySet[Referral]:
    return Referral.objects.select_related(
        "sender", "receiver", "programme", "sent_by__user", "override_looked_by__user", "passed_on_from__sender"
    ).prefetch_related("events__membership__user", "events__membership__organisation", "passed_on_to__receiver")


def _record(row: Referral, viewer: Viewer, on: dt.date) -> ReferralRecord:
    sides = {row.sender_id: Side.SENDER, row.receiver_id: Side.RECEIVER}
    side = sides.get(viewer.organisation)
    onward = next(iter(row.passed_on_to.all()), None)
    looked = row.override_looked_by
    return ReferralRecord(
        line=line_of(row, on),
        side=side,
        reason=row.reason,
        need=row.need,
        service=row.service_name,
        sent_by=row.sent_by.user.name,
        sent=lines_sent(row),
        classes=tuple(DataClass(name) for name in row.classes),
        override_reason=row.override_reason,
        override_looked_by=looked.user.name if looked else "",
        changes=tuple(_changes(row)),
        possible=possible(Status(row.status), side) if side else frozenset(),
        passed_on_to=OnwardLine(onward.pk, onward.receiver.name, Status(onward.status)) if onward else None,
        passed_on_from=row.passed_on_from.sender.name if row.passed_on_from else "",
        note=row.note,
    )


def _changes(row: Referral) -> list[ReferralChange]:
    return [
        ReferralChange(
            Status(event.status),
            event.on,
            event.membership.user.name,
            event.membership.organisation.name,
            event.code,
            event.note,
        )
        for event in sorted(row.events.all(), key=lambda event: event.pk)
    ]


def _override(row: Referral) -> OverrideLine:
    missing = [
        name for name, found in (("lawful basis", row.basis_id), ("agreement to share", row.agreement_id)) if not found
    ]
    looked = row.override_looked_at
    return OverrideLine(
        referral=row.pk,
        name=name_of(row),
        sender=row.sender.name,
        receiver=row.receiver.name,
        sent_on=row.sent_on,
        who=row.sent_by.user.name,
        reason=row.override_reason,
        missing=" and ".join(missing),
        looked_by=row.override_looked_by.user.name if row.override_looked_by else "",
        looked_on=timezone.localdate(looked) if looked else None,
    )

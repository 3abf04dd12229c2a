"""Referrals in and out, and one of them whole, for the organisations at its two ends."""

import datetime as dt

from django.db.models import F, QuerySet
from django.utils import timezone

from commongoal.access.engine.pages import Part, window
from commongoal.access.engine.permissions import Relation, Viewer, allowed, ask, relations_allowing
from commongoal.access.engine.refusals import NotAllowed, NotThere
from commongoal.access.engine.shown import Shown
from commongoal.pathway.engine.caseload import (
    OnwardLine,
    OverrideLine,
    ReferralChange,
    ReferralLine,
    ReferralRecord,
)
from commongoal.pathway.engine.referral import Lane, Side, Status, possible
from commongoal.pathway.models import Referral
from commongoal.pathway.queries.lines import OVERDUE, line_of, lines, name_sent
from commongoal.people.engine.travelling import Detail
from commongoal.people.engine.vocabulary import DataClass
from commongoal.people.queries.restricted import is_open_to, open_to

FILTERS = (Lane.WAITING.value, OVERDUE, Lane.ACCEPTED.value, Lane.SUPPORTED.value, Lane.CLOSED.value)


def referrals(viewer: Viewer, side: Side, which: str, page: int, on: dt.date) -> Shown[Part[ReferralLine]]:
    """A page of the referrals on one side of the viewer's organisation. `which` is one of `FILTERS`.

    Those waiting come with the earliest due first, the rest with the latest sent first. One query. Raises `NotAllowed`.
    """
    ask(viewer, "read referral", frozenset({_relation(side)}))
    found = lines(viewer, side, which if which in FILTERS else Lane.WAITING.value, page, on)
    shown = Part.of(found, page)
    return Shown(shown, listed=tuple(sorted({line.person for line in shown.rows})))


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
    rows = rows.order_by(F("override_looked_at").asc(nulls_first=True), "-id")[window(page)]
    found = list(rows)
    return Shown(tuple(_override(row) for row in found), listed=tuple(sorted({row.person_id for row in found})))


def lines_sent(row: Referral) -> tuple[Detail, ...]:
    """The frozen copy, as lines."""
    return tuple(Detail(DataClass(kind), label, value) for kind, label, value in row.sent)


def _relation(side: Side) -> Relation:
    return Relation.SENT if side is Side.SENDER else Relation.RECEIVED


def _whole() -> QuerySet[Referral]:
    return Referral.objects.select_related(
        "sender", "receiver", "programme", "sent_by__user", "override_looked_by__user", "passed_on_from__sender"
    )


def _record(row: Referral, viewer: Viewer, on: dt.date) -> ReferralRecord:
    sides = {row.sender_id: Side.SENDER, row.receiver_id: Side.RECEIVER}
    side = sides.get(viewer.organisation)
    onward = row.passed_on_to.values_list("pk", "receiver__name", "status").first()
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
        passed_on_to=OnwardLine(onward[0], onward[1], Status(onward[2])) if onward else None,
        passed_on_from=row.passed_on_from.sender.name if row.passed_on_from else "",
        note=row.note,
    )


def _changes(row: Referral) -> list[ReferralChange]:
    columns = ("status", "on", "membership__user__name", "membership__organisation__name", "code", "note")
    return [ReferralChange(Status(status), *rest) for status, *rest in row.events.order_by("pk").values_list(*columns)]


def _override(row: Referral) -> OverrideLine:
    missing = [
        name for name, found in (("lawful basis", row.basis_id), ("agreement to share", row.agreement_id)) if not found
    ]
    looked = row.override_looked_at
    return OverrideLine(
        referral=row.pk,
        name=name_sent(row.sent, row.pk),
        sender=row.sender.name,
        receiver=row.receiver.name,
        sent_on=row.sent_on,
        who=row.sent_by.user.name,
        reason=row.override_reason,
        missing=" and ".join(missing),
        looked_by=row.override_looked_by.user.name if row.override_looked_by else "",
        looked_on=timezone.localdate(looked) if looked else None,
    )

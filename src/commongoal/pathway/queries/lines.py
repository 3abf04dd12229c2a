"""Referrals as lines of a list: the few columns that a line needs, asked with statements compiled once."""

import datetime as dt
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from django.db import connection
from django.db.models import Case, IntegerField, Q, QuerySet, When

from commongoal.access.engine.pages import window
from commongoal.access.engine.permissions import Role, Viewer
from commongoal.access.queries.compiled import (
    DAY,
    PERSON,
    Statement,
    answer,
    as_day,
    as_list,
    stand_in,
    statement,
)
from commongoal.pathway.engine.caseload import ReferralLine
from commongoal.pathway.engine.referral import Lane, Side, Status, Urgency
from commongoal.pathway.models import Referral
from commongoal.pathway.queries.working_days import days_late, late_if_due_before
from commongoal.people.queries.restricted import open_to

OVERDUE = "overdue"
COLUMNS = (
    *("pk", "person_id", "sent", "sender__name", "receiver__name", "programme__name", "status", "lane", "urgency"),
    *("sent_on", "answer_due_on", "first_contact_on", "code"),
)


def lines(viewer: Viewer, side: Side, which: str, page: int, on: dt.date) -> tuple[ReferralLine, ...]:
    """A page of those on one side of the viewer's organisation, and one more if there is; one query."""
    asked = _on_a_side(connection.vendor, viewer.role, side, which, page)
    return tuple(_line(row, on) for row in answer(asked, viewer, day=late_if_due_before(on)))


def lines_about(person: int, on: dt.date | None, newest: int) -> tuple[ReferralLine, ...]:
    """A person's referrals, the open ones first; without a day none is overdue. For callers with their permission."""
    return tuple(_line(row, on) for row in answer(_about(connection.vendor, newest), person=person))


def line_of(row: Referral, on: dt.date) -> ReferralLine:
    """A row, with its organisations and programme loaded, as a line."""
    names = (row.sender.name, row.receiver.name, row.programme.name)
    days = (row.sent_on, row.answer_due_on, row.first_contact_on)
    return _line((row.pk, row.person_id, row.sent, *names, row.status, row.lane, row.urgency, *days, row.code), on)


def name_sent(sent: list[list[str]], pk: int) -> str:
    """The name as it was sent: what the receiver was told, whatever the record says since."""
    return next((value for _, label, value in sent if label == "Name"), f"Referral {pk}")


def listed_rows(viewer: Viewer, side: Side) -> QuerySet[Referral]:
    """Rows on one side of the viewer's organisation that the viewer may see in a list."""
    whose = Q(sender_id=viewer.organisation) if side is Side.SENDER else Q(receiver_id=viewer.organisation)
    return Referral.objects.filter(whose, open_to(viewer, "person_id"))


@lru_cache(maxsize=256)
def _on_a_side(vendor: str, role: Role, side: Side, which: str, page: int) -> Statement:  # noqa: ARG001 - a database's
    rows = listed_rows(stand_in(role), side)
    lane = Lane.WAITING if which == OVERDUE else Lane(which)
    rows = rows.filter(lane=lane.value)
    rows = rows.filter(answer_due_on__lt=DAY) if which == OVERDUE else rows
    order = ("answer_due_on", "id") if lane is Lane.WAITING else ("-answer_due_on", "-id")
    return statement(rows.order_by(*order).values_list(*COLUMNS)[window(page)])


@lru_cache(maxsize=16)
def _about(vendor: str, newest: int) -> Statement:  # noqa: ARG001 - as above
    closed_last = Case(When(lane=Lane.CLOSED.value, then=1), default=0, output_field=IntegerField())
    rows = Referral.objects.filter(person_id=PERSON).order_by(closed_last, "-id")
    return statement(rows.values_list(*COLUMNS)[:newest])


def _line(values: Sequence[Any], on: dt.date | None) -> ReferralLine:
    pk, person, sent, sender, receiver, programme, status, lane, urgency, *days, code = values
    sent_on, due, first = (as_day(day) for day in days)
    if sent_on is None or due is None:
        raise ValueError(f"referral {pk} has no day")
    waiting = lane == Lane.WAITING.value
    return ReferralLine(
        id=pk,
        person=person,
        name=name_sent(as_list(sent), pk),
        sender=sender,
        receiver=receiver,
        programme=programme,
        status=Status(status),
        lane=Lane(lane),
        urgency=Urgency(urgency),
        sent_on=sent_on,
        answer_due_on=due,
        first_contact_on=first,
        code=code,
        days_late=days_late(due, on) if waiting and on else 0,
    )

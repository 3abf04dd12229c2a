"""Organisations and partnerships."""

import datetime as dt

from django.db.models import Count, Exists, OuterRef, Q

from commongoal.access.engine.bodies import OrganisationLine, PartnershipLine
from commongoal.access.engine.permissions import WORKING, Viewer, ask
from commongoal.access.engine.refusals import NotThere
from commongoal.access.engine.vocabulary import OrganisationKind
from commongoal.access.models import Organisation, Partnership
from commongoal.access.queries.days import running


def organisations(viewer: Viewer, on: dt.date, *, closed: bool = False) -> tuple[OrganisationLine, ...]:
    """Every organisation by name, those that closed only when asked for; one query.

    A partnership has dozens of them, so they are all handed out at once. Raises `NotAllowed`.
    """
    ask(viewer, "see the partnership")
    rows = Organisation.objects.annotate(running=_running(on)).order_by("name")
    return tuple(_line(row, row.running) for row in (rows if closed else rows.filter(closed_on=None)))


def organisation(viewer: Viewer, organisation_id: int, on: dt.date) -> OrganisationLine:
    """One organisation. Raises `NotThere`."""
    ask(viewer, "see the partnership")
    row = Organisation.objects.annotate(running=_running(on)).filter(pk=organisation_id).first()
    if row is None:
        raise NotThere
    return _line(row, row.running)


def partnerships(viewer: Viewer, organisation_id: int = 0) -> tuple[PartnershipLine, ...]:
    """Every partnership by name, each with whether this organisation is in it; one query."""
    ask(viewer, "see the partnership")
    through = Partnership.organisations.through.objects
    joined = through.filter(partnership_id=OuterRef("pk"), organisation_id=organisation_id)
    rows = Partnership.objects.annotate(joined=Exists(joined)).order_by("name")
    return tuple(
        PartnershipLine(row.pk, row.name, row.area_code, row.area_name, row.colour, row.joined) for row in rows
    )


def _running(on: dt.date) -> Count:
    works = Q(memberships__role__in=[role.value for role in WORKING])
    return Count("memberships", filter=running(on, "memberships__") & works)


def _line(row: Organisation, members: int) -> OrganisationLine:
    return OrganisationLine(row.pk, row.name, OrganisationKind(row.kind), row.phone, row.email, row.closed_on, members)

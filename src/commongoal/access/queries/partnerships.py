"""The partnership whose name and colour the pages carry, and the organisations in it."""

from functools import cache

from django.db import connection
from django.db.models import QuerySet

from commongoal.access.engine.bodies import Partner
from commongoal.access.engine.front import COMMON, Front
from commongoal.access.engine.permissions import Role, Viewer
from commongoal.access.engine.vocabulary import OrganisationKind
from commongoal.access.models import Partnership
from commongoal.access.queries.compiled import Statement, answer, stand_in, statement


def front(viewer: Viewer | None) -> Front:
    """The partnership of the viewer's organisation, or the first there is for anybody else; one query."""
    rows = answer(_front(connection.vendor, viewer is None), viewer)
    return Front(*rows[0]) if rows else COMMON


@cache
def _front(vendor: str, anybody: bool) -> Statement:  # noqa: ARG001 - another database has another statement
    rows = _of(None if anybody else stand_in(Role.KEY_WORKER))
    return statement(rows.values_list("name", "area_name", "colour", "area_code")[:1])


def members_of_the_partnership(viewer: Viewer | None) -> tuple[Partner, ...]:
    """The organisations of that partnership by name. It is no secret who works together, so anybody may ask."""
    row = _of(viewer).first()
    if row is None:
        return ()
    found = row.organisations.filter(closed_on=None).order_by("name")
    return tuple(Partner(each.name, OrganisationKind(each.kind).words, each.phone, each.email) for each in found)


def home_area(viewer: Viewer) -> tuple[str, str]:
    """The code and name of the area that the viewer's partnership is for; empty where there is none; one query."""
    return _of(viewer).values_list("area_code", "area_name").first() or ("", "")


def _of(viewer: Viewer | None) -> QuerySet[Partnership]:
    rows = Partnership.objects.order_by("id")
    return rows.filter(organisations=viewer.organisation) if viewer else rows

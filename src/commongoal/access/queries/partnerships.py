"""The partnership whose name and colour the pages carry, and the organisations in it."""

from django.db.models import QuerySet

from commongoal.access.engine.front import COMMON, Front, Partner
from commongoal.access.engine.permissions import Viewer
from commongoal.access.models import Partnership


def front(viewer: Viewer | None) -> Front:
    """The partnership of the viewer's organisation, or the first there is for anybody else; one query."""
    row = _of(viewer).first()
    return Front(row.name, row.area_name, row.colour) if row else COMMON


def partners(viewer: Viewer | None) -> tuple[Partner, ...]:
    """The organisations of that partnership by name. It is no secret who works together, so anybody may ask."""
    row = _of(viewer).first()
    if row is None:
        return ()
    found = row.organisations.filter(closed_on=None).order_by("name")
    return tuple(Partner(each.name, each.kind, each.phone, each.email) for each in found)


def _of(viewer: Viewer | None) -> QuerySet[Partnership]:
    rows = Partnership.objects.order_by("id")
    return rows.filter(organisations=viewer.organisation) if viewer else rows

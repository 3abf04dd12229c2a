"""Who else works with people in the viewer's organisation."""

import datetime as dt

from commongoal.access.engine.permissions import Relation, Role, Viewer, relations_allowing
from commongoal.access.models import Membership
from commongoal.access.queries.days import running
from commongoal.access.queries.viewers import as_viewer

WITH_A_CASELOAD = tuple(role.value for role in Role if Relation.OWN in relations_allowing(role, "see today"))


def colleagues(viewer: Viewer, on: dt.date) -> tuple[Viewer, ...]:
    """The members of the viewer's organisation who can be somebody's named worker that day, by name; one query."""
    rows = Membership.objects.filter(
        running(on),
        organisation_id=viewer.organisation,
        role__in=WITH_A_CASELOAD,
        user__is_active=True,
    )
    return tuple(as_viewer(row) for row in rows.select_related("user", "organisation").order_by("user__name", "id"))

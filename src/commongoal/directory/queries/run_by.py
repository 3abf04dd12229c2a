"""The services that one organisation of the partnership runs."""

from django.db.models import Q

from commongoal.access.engine.naming import Named
from commongoal.access.engine.permissions import Viewer, ask
from commongoal.directory.models import Service

MOST = 50


def services_run_by(viewer: Viewer, organisation: int) -> tuple[Named, ...]:
    """What the organisation offers, by name: its own services and those of its entry in a source. One query.

    Raises `NotAllowed`.
    """
    ask(viewer, "see services")
    theirs = Q(organisation=organisation) | Q(organisation=None, provider__organisation=organisation)
    rows = Service.objects.filter(theirs, offered=True).order_by("name", "id")[:MOST]
    return tuple(Named(row.pk, row.name) for row in rows)

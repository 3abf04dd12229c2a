"""Whom the viewer's organisation works with, and on which programmes."""

import datetime as dt

from django.db.models import Q

from commongoal.access.engine.naming import Named
from commongoal.access.engine.permissions import Viewer
from commongoal.access.engine.refusals import NotThere
from commongoal.access.models import Organisation, Programme


def partners(viewer: Viewer) -> tuple[Named, ...]:
    """The open organisations in a partnership with the viewer's, without it, by name; one query."""
    rows = Organisation.objects.filter(partnerships__organisations=viewer.organisation, closed_on=None)
    rows = rows.exclude(pk=viewer.organisation).distinct().order_by("name", "id")
    return tuple(Named(row.pk, row.name) for row in rows)


def programmes_on(on: dt.date) -> tuple[Named, ...]:
    """The programmes running that day, by name; one query."""
    rows = Programme.objects.filter(Q(until_on=None) | Q(until_on__gt=on), from_on__lte=on).order_by("name", "id")
    return tuple(Named(row.pk, row.name, row.code) for row in rows)


def programme(programme: int) -> Named:
    """One programme, whatever the day. Raises `NotThere`."""
    for row in Programme.objects.filter(pk=programme):
        return Named(row.pk, row.name, row.code)
    raise NotThere


def organisation(organisation: int) -> Named:
    """One organisation by id, for its name. Raises `NotThere`."""
    for row in Organisation.objects.filter(pk=organisation):
        return Named(row.pk, row.name)
    raise NotThere

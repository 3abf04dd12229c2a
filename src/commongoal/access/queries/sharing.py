"""Whom the viewer's organisation works with, and on which programmes."""

import datetime as dt
from functools import cache

from django.db import connection

from commongoal.access.engine.naming import Named
from commongoal.access.engine.permissions import Viewer
from commongoal.access.engine.refusals import NotThere
from commongoal.access.engine.vocabulary import OrganisationKind
from commongoal.access.models import Organisation, Programme
from commongoal.access.queries.compiled import DAY, ORGANISATION, Statement, answer, statement
from commongoal.access.queries.days import running


def partners(viewer: Viewer) -> tuple[Named, ...]:
    """The open organisations in a partnership with the viewer's, without it, by name; one query."""
    return tuple(Named(*row) for row in answer(_partners(connection.vendor), viewer))


def all_but(viewer: Viewer, kind: OrganisationKind) -> tuple[Named, ...]:
    """The open organisations of the viewer's partnerships, its own too, but those of a kind; by name; one query."""
    rows = Organisation.objects.filter(partnerships__organisations=viewer.organisation, closed_on=None)
    rows = rows.exclude(kind=kind.value).distinct().order_by("name", "pk")
    return tuple(Named(*row) for row in rows.values_list("pk", "name"))


def programmes_on(on: dt.date) -> tuple[Named, ...]:
    """The programmes running that day, by name; one query."""
    return tuple(Named(*row) for row in answer(_programmes(connection.vendor), day=on))


def programme(programme: int) -> Named:
    """One programme, whatever the day. Raises `NotThere`."""
    for row in Programme.objects.filter(pk=programme):
        return Named(row.pk, row.name, row.code)
    raise NotThere


def programme_called(code: str) -> int | None:
    """The programme with a code, or none."""
    return Programme.objects.filter(code=code).values_list("pk", flat=True).first()


def every_organisation() -> tuple[tuple[int, str], ...]:
    """Ids and names of all organisations, those that closed too; one query."""
    return tuple(Organisation.objects.order_by("name").values_list("pk", "name"))


def organisation(organisation: int) -> Named:
    """One organisation by id, for its name. Raises `NotThere`."""
    for row in Organisation.objects.filter(pk=organisation):
        return Named(row.pk, row.name)
    raise NotThere


@cache
def _partners(vendor: str) -> Statement:  # noqa: ARG001 - another database has another statement
    rows = Organisation.objects.filter(partnerships__organisations=ORGANISATION, closed_on=None)
    return statement(rows.exclude(pk=ORGANISATION).distinct().order_by("name", "id").values_list("pk", "name"))


@cache
def _programmes(vendor: str) -> Statement:  # noqa: ARG001 - as above
    return statement(Programme.objects.filter(running(DAY)).order_by("name", "id").values_list("pk", "name", "code"))

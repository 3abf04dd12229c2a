"""Agreements to share: one person's, the one in force between two organisations, and those about to end."""

import datetime as dt

from django.db.models import Q, QuerySet
from django.utils import timezone

from commongoal.access.engine.permissions import Viewer
from commongoal.access.engine.refusals import NotThere
from commongoal.access.engine.shown import Shown
from commongoal.access.queries.days import running
from commongoal.people import models
from commongoal.people.engine.agreements import Agreement
from commongoal.people.engine.vocabulary import AreaOfLife, DataClass
from commongoal.people.queries.reach import require, within_reach


def agreement_in_force(
    person: int, to_organisation: int, on: dt.date, from_organisation: int | None = None
) -> Agreement | None:
    """The newest agreement that lets data about the person travel to the organisation that day, or none; one query.

    It asks for no viewer: it answers an action that has its permission already, and shows nobody anything.
    """
    rows = _rows().filter(_in_force(on), person_id=person, to_organisation_id=to_organisation)
    if from_organisation is not None:
        rows = rows.filter(from_organisation_id=from_organisation)
    row = rows.order_by("-from_on", "-pk").first()
    return agreement_of(row) if row else None


def agreements(person: int, viewer: Viewer) -> Shown[tuple[Agreement, ...]]:
    """Every agreement the person gave, the newest first, for whoever may record one for them."""
    require(person, viewer, "record agreement")
    rows = _rows().filter(person_id=person).order_by("-from_on", "-pk")
    return Shown(tuple(agreement_of(row) for row in rows), people=(person,))


def agreement(person: int, pk: int, viewer: Viewer) -> Shown[Agreement]:
    """One agreement of this person; raises `NotThere` for another person's."""
    require(person, viewer, "record agreement")
    row = _rows().filter(person_id=person, pk=pk).first()
    if row is None:
        raise NotThere
    return Shown(agreement_of(row), people=(person,))


def expiring_agreements(viewer: Viewer, on: dt.date, before: dt.date, limit: int = 25) -> Shown[tuple[Agreement, ...]]:
    """Agreements in force on a day that end before another, the soonest first, of people the viewer reaches."""
    reach = within_reach(viewer, "record agreement", "person_id")
    rows = _rows().filter(reach, _in_force(on), until_on__lt=before).order_by("until_on", "pk")[:limit]
    found = tuple(agreement_of(row) for row in rows)
    return Shown(found, listed=tuple(sorted({each.person for each in found})))


def agreement_of(row: models.Agreement) -> Agreement:
    """A row, with its organisations loaded, as a value."""
    return Agreement(
        pk=row.pk,
        person=row.person_id,
        from_organisation=row.from_organisation_id,
        from_name=row.from_organisation.name,
        to_organisation=row.to_organisation_id,
        to_name=row.to_organisation.name,
        areas=frozenset(AreaOfLife(area) for area in row.areas),
        classes=frozenset(DataClass(kind) for kind in row.classes),
        given_how=row.given_how,
        document_version=row.document_version,
        from_on=row.from_on,
        until_on=row.until_on,
        withdrawn_on=timezone.localdate(row.withdrawn_at) if row.withdrawn_at else None,
        withdrawn_how=row.withdrawn_how,
    )


def _rows() -> QuerySet[models.Agreement]:
    return models.Agreement.objects.select_related("from_organisation", "to_organisation")


def _in_force(on: dt.date) -> Q:
    return running(on) & Q(withdrawn_at=None)

"""Restricted records: only the staff named may open them."""

import datetime as dt
from collections.abc import Collection

from django.utils import timezone

from commongoal.access.actions import Act, acting
from commongoal.access.engine.permissions import Viewer, allowed
from commongoal.kernel.errors import Refused
from commongoal.people.actions.opening import open_person
from commongoal.people.actions.workers import NotAColleague
from commongoal.people.models import NamedStaff, Person
from commongoal.people.queries.named import may_be_named


class NobodyNamed(Refused):
    """Name at least one person who may open this record."""


class NotRestricted(Refused):
    """This record is not restricted."""


def restrict_person(person: int, named: Collection[int], *, by: Viewer, at: dt.datetime) -> None:
    """From now only the members in `named` may open the record; called again, it changes who they are.

    The members are of the organisation of whoever decides, or are named already, or are the named worker. Somebody who
    is no data-protection officer stays named themselves, so that they cannot shut themselves out by accident.
    """
    with acting("restrict person", by=by, at=at) as act:
        row = open_person(act, person)
        wanted = set(named)
        if not allowed(by, "restrict person", frozenset()):  # without `any` it is by relation: stay named
            wanted.add(by.membership)
        if not wanted:
            raise NobodyNamed
        if not wanted <= {pk for pk, _, _ in may_be_named(person, by, timezone.localdate(at))}:
            raise NotAColleague
        _name(act, person, wanted)
        _mark(act, row, restricted=True)


def open_record(person: int, *, by: Viewer, at: dt.datetime) -> None:
    """The record is restricted no longer: whoever has a holding may open it."""
    with acting("restrict person", by=by, at=at) as act:
        row = open_person(act, person)
        if not row.restricted:
            raise NotRestricted
        _name(act, person, set())
        _mark(act, row, restricted=False)


def _name(act: Act, person: int, wanted: set[int]) -> None:
    """End the names no longer wanted, begin the new ones."""
    running = NamedStaff.objects.filter(person=person, until_at=None)
    before = dict(running.values_list("membership", "pk"))
    running.exclude(membership__in=wanted).update(until_at=act.at)
    for membership in sorted(wanted - before.keys()):
        NamedStaff.objects.create(person_id=person, membership_id=membership, since_at=act.at)
    act.wrote("named staff", person, person=person, before={"named": sorted(before)}, after={"named": sorted(wanted)})


def _mark(act: Act, row: Person, *, restricted: bool) -> None:
    before, row.restricted = row.restricted, restricted
    row.version += 1
    row.save(update_fields=["restricted", "version"])
    act.wrote(
        "person",
        row.pk,
        person=row.pk,
        before={"restricted": before},
        after={"restricted": restricted, "version": row.version},
    )

"""One person's record as the viewer may see it: two queries, whatever hangs on the person."""

import datetime as dt
from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Any

from django.db import connection
from django.db.models import FilteredRelation, Q
from django.db.models.functions import Now
from django.utils import timezone

from commongoal.access.engine.permissions import Relation, Role, Viewer, allowed, table
from commongoal.access.engine.refusals import NotThere
from commongoal.access.engine.shown import Shown
from commongoal.access.queries.compiled import (
    PERSON,
    Statement,
    answer,
    as_day,
    as_list,
    as_moment,
    stand_in,
    statement,
)
from commongoal.people.engine.record import (
    Contact,
    Heading,
    HeldBy,
    Identity,
    NeedPeriod,
    Record,
    Relative,
    WorkerPeriod,
)
from commongoal.people.engine.standing import Held, classes_from, relations_from, sees_whole
from commongoal.people.engine.timeline import Event
from commongoal.people.engine.vocabulary import DataClass, NeedKind
from commongoal.people.models import Person
from commongoal.people.queries.facts import Fact, facts
from commongoal.people.queries.reach import facts_of, held_of
from commongoal.people.queries.timeline import events_of

FIELDS = ("pk", "first_name", "last_name", "known_as", "born_on", "address", "postcode", "phone", "email", "contact_by")
MORE_FIELDS = ("ni_blind", "restricted", "version", "added_at", "added_by__name", "named", "own_account")
HELD_FIELDS = ("organisation", "relation", "classes", "why", "source", "since_at", "until_at")


def person_record(
    person: int | None, viewer: Viewer, today: dt.date, *, verb: str = "read person", notes: int = 26
) -> Shown[Record]:
    """The record, with events of the newest `notes` notes and all else that hangs on the person; None is the viewer.

    Raises `NotThere` when the viewer may not do the verb, and for nobody.
    """
    rows = _rows(person, viewer)
    row, (relations, held) = rows[0], _standing(rows, viewer)
    person = int(row["pk"])
    if not allowed(viewer, verb, relations):
        raise NotThere
    classes, whole = classes_from(viewer, relations, held), sees_whole(viewer, relations)
    found = facts(person, viewer, classes, whole=whole, notes=notes)
    family = tuple(_relatives(found)) if DataClass.FAMILY in classes else None
    record = Record(
        person=person,
        title=_title(row, classes),
        restricted=row["restricted"],
        version=row["version"],
        added_by=row["added_by__name"],
        added_on=timezone.localdate(row["added_at"]),
        classes=classes,
        may=_may(viewer, relations),
        whole=whole,
        **_sections(row, found, classes),
        family=family,
        holdings=tuple(_held_by(each) for each in rows if each["held__relation"]) if whole else None,
        events=_events(row, found, classes, today),
    )
    return Shown(record, people=(person,), listed=tuple(each.person for each in family or () if each.person))


def person_heading(person: int | None, viewer: Viewer, verb: str) -> Shown[Heading]:
    """Whose page it is, if the viewer may do the verb; raises `NotThere` otherwise. None is the viewer. One query."""
    rows = _rows(person, viewer)
    relations, held = _standing(rows, viewer)
    if not allowed(viewer, verb, relations):
        raise NotThere
    classes = classes_from(viewer, relations, held)
    whose = rows[0]["pk"]
    return Shown(Heading(whose, _title(rows[0], classes), classes, _may(viewer, relations)), people=(whose,))


def _rows(person: int | None, viewer: Viewer) -> list[dict[str, Any]]:
    """The person once for each holding in force, and once without any; raises `NotThere` for nobody.

    No `person` is whoever the viewer's own account is of.
    """
    asked = _statement(connection.vendor, viewer.role, person is None)
    found = [dict(zip(COLUMNS, row, strict=True)) for row in answer(asked, viewer, person=person or 0)]
    if not found:
        raise NotThere
    for row in found:
        row.update({name: kind(row[name]) for name, kind in KINDS.items()})
    return found


COLUMNS = (
    *FIELDS,
    *MORE_FIELDS,
    *(f"held__{name}" for name in HELD_FIELDS),
    "held__organisation__name",
    "held__organisation__phone",
)
KINDS: dict[str, Callable[[Any], Any]] = {
    "restricted": bool,  # SQLite's are 0 and 1
    "named": bool,
    "own_account": bool,
    "born_on": as_day,
    "added_at": as_moment,
    "held__since_at": as_moment,
    "held__until_at": as_moment,
    "held__classes": as_list,
}


@lru_cache(maxsize=64)
def _statement(vendor: str, role: Role, own: bool) -> Statement:  # noqa: ARG001 - as in `facts`
    in_force = Q(holdings__until_at=None) | Q(holdings__until_at__gt=Now())
    rows = Person.objects.annotate(**facts_of(stand_in(role)), held=FilteredRelation("holdings", condition=in_force))
    rows = rows.filter(Q(own_account=True) if own else Q(pk=PERSON), merged_into=None)
    return statement(rows.values_list(*COLUMNS).order_by("held__since_at", "held__pk"))


def _standing(rows: list[dict[str, Any]], viewer: Viewer) -> tuple[frozenset[Relation], list[Held]]:
    held = [
        held_of(each["held__relation"], each["held__classes"])
        for each in rows
        if each["held__organisation"] == viewer.organisation
    ]
    first = rows[0]
    return relations_from(first["restricted"], first["named"], first["own_account"], held), held


def _may(viewer: Viewer, relations: frozenset[Relation]) -> frozenset[str]:
    return frozenset(verb for verb in table() if allowed(viewer, verb, relations))


def _title(row: dict[str, Any], classes: frozenset[DataClass]) -> str:
    if DataClass.IDENTITY in classes:
        return f"{row['first_name']} {row['last_name']}"
    return f"Somebody known to {row['added_by__name']}"


def _sections(row: dict[str, Any], found: tuple[Fact, ...], classes: frozenset[DataClass]) -> dict[str, Any]:
    """The sections that the classes allow; the others stay `None`."""
    needs = tuple(
        NeedPeriod(fact.pk, NeedKind(fact.kind), fact.detail, fact.day, fact.until)
        for fact in found
        if fact.what == "need"
    )
    sections: dict[str, Any] = {
        "safe_contact": tuple(each for each in needs if each.kind is NeedKind.SAFE_CONTACT and each.until_on is None)
    }
    if DataClass.IDENTITY in classes:
        name = f"{row['first_name']} {row['last_name']}"
        sections["identity"] = Identity(name, row["known_as"], row["born_on"], bool(row["ni_blind"]))
    if DataClass.CONTACT in classes:
        sections["contact"] = Contact(row["address"], row["postcode"], row["phone"], row["email"], row["contact_by"])
    if DataClass.NEEDS in classes:
        sections["needs"] = needs
    if DataClass.PROGRESS in classes:
        sections["workers"] = tuple(_worker(fact) for fact in found if fact.what == "worker")
    return sections


def _worker(fact: Fact) -> WorkerPeriod:
    return WorkerPeriod(
        membership=fact.ref,
        name=fact.who,
        organisation=fact.organisation,
        phone=fact.phone,
        email=fact.kind,
        since_on=fact.day,
        until_on=fact.until,
        why=fact.detail,
    )


def _held_by(row: dict[str, Any]) -> HeldBy:
    kind, _, number = row["held__source"].partition(" ")
    until = row["held__until_at"]
    return HeldBy(
        organisation=row["held__organisation__name"],
        organisation_id=row["held__organisation"],
        relation=Relation(row["held__relation"]),
        classes=tuple(DataClass(name) for name in row["held__classes"]),
        why=row["held__why"],
        since_on=timezone.localdate(row["held__since_at"]),
        until_on=timezone.localdate(until) if until else None,
        agreement=int(number) if kind == "agreement" and number.isdigit() else None,
        phone=row["held__organisation__phone"],
    )


def _events(
    row: dict[str, Any], found: tuple[Fact, ...], classes: frozenset[DataClass], today: dt.date
) -> tuple[Event, ...]:
    events = tuple(event for event in events_of(found, today) if event.data_class in classes)
    if DataClass.PROGRESS not in classes:
        return events
    return (*events, Event(timezone.localdate(row["added_at"]), "Added", organisation=row["added_by__name"]))


def _relatives(found: Iterable[Fact]) -> list[Relative]:
    """One line a relative, whether linked, living together or both; by name, those without one last."""
    kin = [fact for fact in found if fact.what in {"link", "living"}]
    living = {fact.ref for fact in kin if fact.what == "living"}
    linked = {fact.ref for fact in kin if fact.what == "link"}
    shown = [fact for fact in kin if fact.what == "link" or fact.ref not in linked]
    return sorted((_relative(fact, living) for fact in shown), key=lambda each: (not each.person, each.name, each.kind))


def _relative(fact: Fact, living: set[int]) -> Relative:
    return Relative(
        kind=fact.kind,
        household=fact.ref in living,
        link=fact.pk if fact.what == "link" else None,
        person=fact.ref if fact.detail else None,
        name=fact.detail,
        known_to="" if fact.detail else fact.organisation,
    )

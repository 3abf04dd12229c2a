"""What a person's record would tell another organisation, class by class, line by line."""

import datetime as dt
from collections.abc import Iterable, Iterator

from django.db.models import Q, QuerySet

from commongoal.kernel.words import written_day
from commongoal.people.engine.travelling import Detail
from commongoal.people.engine.vocabulary import DataClass, NeedKind
from commongoal.people.models import FamilyLink, HouseholdMember, Need, Note, Person

NEWEST_NOTES = 20


def details(person: int, classes: Iterable[DataClass], on: dt.date) -> tuple[Detail, ...]:
    """The person's details of these classes that this part holds, in the order of the classes; a query a class.

    It asks for no viewer: an action or query that has its permission asks. A need for safe contact goes wherever the
    ways of contact go, and nobody else's name travels with a person's family, nor anything of a restricted record.
    """
    wanted = frozenset(classes)
    tellers = (
        (DataClass.IDENTITY, _identity),
        (DataClass.CONTACT, _contact),
        (DataClass.NEEDS, _needs),
        (DataClass.FAMILY, _family),
        (DataClass.NOTES, _notes),
    )
    row = Person.objects.get(pk=person)
    found = (
        Detail(kind, label, value)
        for kind, teller in tellers
        if kind in wanted
        for label, value in teller(row, on)
        if value
    )
    return tuple(found)


def is_restricted(person: int) -> bool:
    """Whether the record answers to named staff only. Raises `Person.DoesNotExist`."""
    return bool(Person.objects.values_list("restricted", flat=True).get(pk=person))


def _identity(row: Person, on: dt.date) -> Iterator[tuple[str, str]]:  # noqa: ARG001 - one signature for all
    yield "Name", f"{row.first_name} {row.last_name}"
    yield "Known as", row.known_as
    yield "Date of birth", written_day(row.born_on) if row.born_on else ""


def _contact(row: Person, on: dt.date) -> Iterator[tuple[str, str]]:
    yield "Address", row.address
    yield "Postcode", row.postcode
    yield "Telephone", row.phone
    yield "Email", row.email
    yield "Best way to make contact", row.contact_by
    for need in _running(row, on).filter(kind=NeedKind.SAFE_CONTACT.value):
        yield "How to make contact safely", need.detail or "Ask before making contact"


def _needs(row: Person, on: dt.date) -> Iterator[tuple[str, str]]:
    for need in _running(row, on).exclude(kind=NeedKind.SAFE_CONTACT.value):
        yield "Need", f"{need.kind}: {need.detail}" if need.detail else need.kind


def _running(row: Person, on: dt.date) -> QuerySet[Need]:
    running = Q(until_on=None) | Q(until_on__gt=on)
    return Need.objects.filter(running, person=row, since_on__lte=on).order_by("kind", "pk")


def _family(row: Person, on: dt.date) -> Iterator[tuple[str, str]]:  # noqa: ARG001 - one signature for all
    others = HouseholdMember.objects.filter(until_on=None, household__members__person=row)
    others = others.filter(household__members__until_on=None, person__restricted=False).exclude(person=row)
    if count := others.values("person").distinct().count():
        yield "Household", f"lives with {count} other {'person' if count == 1 else 'people'} we know of"
    links = FamilyLink.objects.filter(person=row, ended_at=None, other__restricted=False)
    yield "Family", ", ".join(links.order_by("kind").values_list("kind", flat=True))


def _notes(row: Person, on: dt.date) -> Iterator[tuple[str, str]]:  # noqa: ARG001 - one signature for all
    latest = Note.objects.filter(person=row).exclude(
        pk__in=Note.objects.filter(supersedes__person=row).values("supersedes")
    )
    for note in latest.order_by("-on", "-pk")[:NEWEST_NOTES]:
        yield f"{note.kind.capitalize()} on {written_day(note.on)}", note.text

"""A person's own details, for the pages that show or change them."""

from dataclasses import dataclass

from commongoal.access.engine.permissions import Viewer
from commongoal.access.engine.refusals import NotThere
from commongoal.access.engine.shown import Shown
from commongoal.access.queries.keys import key_ring
from commongoal.people.engine.details import OPEN_FIELDS, PersonDetails
from commongoal.people.engine.standing import EVERY_CLASS
from commongoal.people.models import Person
from commongoal.people.queries.reach import classes_seen, require


@dataclass(frozen=True, slots=True)
class DetailsNow:
    """A person's details with the version they were read at. The National Insurance number is not among them."""

    person: int
    details: PersonDetails
    version: int
    ni_recorded: bool
    restricted: bool

    @property
    def name(self) -> str:
        """First and last name."""
        return f"{self.details.first_name} {self.details.last_name}"


def details_now(person: int, viewer: Viewer, verb: str = "change person") -> Shown[DetailsNow]:
    """The person's details, for somebody who may do `verb` to them and sees the whole record; else `NotThere`."""
    require(person, viewer, verb)
    if classes_seen(person, viewer) != EVERY_CLASS:
        raise NotThere
    row = Person.objects.get(pk=person)
    record = DetailsNow(row.pk, details_of(row), row.version, row.ni_sealed is not None, row.restricted)
    return Shown(record, people=(person,))


def ni_number(person: int, viewer: Viewer) -> Shown[str]:
    """The person's National Insurance number, or "" when none is recorded, for somebody who may be shown it."""
    require(person, viewer, "show NI number")
    if classes_seen(person, viewer) != EVERY_CLASS:
        raise NotThere
    sealed = Person.objects.values_list("ni_sealed", flat=True).get(pk=person)
    return Shown(key_ring().open(bytes(sealed)) if sealed is not None else "", people=(person,))


def kept_instead(person: int, viewer: Viewer) -> int | None:
    """The record that this one was merged into, if it was and the viewer may see that; for its old address."""
    seen: set[int] = set()
    at: int | None = person
    while at is not None and at not in seen:
        seen.add(at)
        kept = Person.objects.filter(pk=at).values_list("merged_into", flat=True).first()
        if kept is None:
            break
        at = kept
    if at is None or at == person:
        return None
    try:
        require(at, viewer, "read person")
    except NotThere:
        return None
    return at


def details_of(row: Person) -> PersonDetails:
    """A row as a value, without its National Insurance number."""
    return PersonDetails(**{name: getattr(row, name) for name in OPEN_FIELDS})

"""A person added, after a search that showed who they might be already."""

import datetime as dt
from dataclasses import dataclass

from django.utils import timezone

from commongoal.access.actions import Act, acting
from commongoal.access.engine.permissions import Relation, Viewer
from commongoal.access.queries.keys import key_ring
from commongoal.kernel.errors import Refused
from commongoal.people.actions.holdings import hold
from commongoal.people.actions.indexing import index_person
from commongoal.people.actions.proposing import propose_duplicates
from commongoal.people.actions.workers import begin_worker
from commongoal.people.engine.details import OPEN_FIELDS, DetailsFaulty, PersonDetails, faults, tidied
from commongoal.people.engine.ni import identity
from commongoal.people.engine.search import Searched
from commongoal.people.models import Person
from commongoal.people.queries.duplicates import likely_records
from commongoal.places.queries.postcodes import areas_of

A_SEARCH_LASTS = dt.timedelta(hours=1)


class NotSearched(Refused):
    """Search for the person first: they may be here already."""


class LooksLikeSomebody(Refused):
    """People who may be this person are here already. Look at them first, then add."""


@dataclass(frozen=True, slots=True)
class Added:
    """The new person, and how many records may be the same person."""

    person: int
    possible_duplicates: int


def add_person(details: PersonDetails, *, searched: Searched | None, by: Viewer, at: dt.datetime) -> Added:
    """Add a person whom the member's organisation works with from now, with the member as named worker.

    `searched` is the member's own search of the last hour, with every likely record that it showed. Raises
    `DetailsFaulty` with every fault, `NotSearched`, or `LooksLikeSomebody` when there is a likely record not yet seen.
    """
    details = tidied(details)
    with acting("add person", by=by, at=at) as act:
        act.permit()
        if found := faults(details, timezone.localdate(at)):
            raise DetailsFaulty(found)
        if searched is None or searched.membership != by.membership or not _recent(searched, at):
            raise NotSearched
        if not likely_records(details) <= searched.seen:
            raise LooksLikeSomebody
        person = _create(act, details)
        hold(act, person, by.organisation, Relation.OWN, why="Works with you", source=f"person {person}")
        begin_worker(act, person, by.membership, "added them")
        index_person(person)
        return Added(person, propose_duplicates(act, person))


def _recent(searched: Searched, at: dt.datetime) -> bool:
    return dt.timedelta(0) <= at - searched.at <= A_SEARCH_LASTS


def _create(act: Act, details: PersonDetails) -> int:
    values = {name: getattr(details, name) for name in OPEN_FIELDS}
    row = Person(**values, added_by_id=act.by.organisation, added_at=act.at, area_code=area_code(details.postcode))
    record_ni(row, details.ni)
    row.save()
    after = {name: value for name, value in values.items() if value}
    after["born_on"] = details.born_on.isoformat() if details.born_on else None
    act.wrote("person", row.pk, person=row.pk, after=after | {"ni": "recorded" if details.ni else "", "version": 1})
    return row.pk


def record_ni(row: Person, number: str) -> None:
    """Seal a National Insurance number (in its one spelling) into the row, not yet saved; "" leaves what is there."""
    if number:
        row.ni_sealed = key_ring().seal(number)
        row.ni_blind = key_ring().blind(identity(number))


def area_code(postcode: str) -> str:
    """The code of the small area (LSOA) a postcode lies in, or "" when the postcode is empty or not known."""
    areas = areas_of(postcode) if postcode else None
    return areas.lsoa_2021 or areas.lsoa_2011 or "" if areas else ""

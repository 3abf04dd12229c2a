"""What the ledger is told of sharing: whom people agreed to share with, and which law let whom help them."""

import datetime as dt
from collections.abc import Iterator

from commongoal.access.engine.bases import Basis
from commongoal.access.engine.permissions import Viewer, ask
from commongoal.access.queries.bases import all_bases_of
from commongoal.access.queries.keys import key_ring
from commongoal.pathway.engine.ledger_periods import LedgerPeriods, SharingPeriod, cut, joined
from commongoal.pathway.models import Participation
from commongoal.people.queries.ledger_rows import agreement_rows, small_areas

PSEUDONYM = 24  # hexadecimal figures: 96 bits, so that no two people share one


def ledger_periods(viewer: Viewer, programme: int) -> LedgerPeriods:
    """People who were ever on the programme, by pseudonym, with their agreements and bases. Raises `NotAllowed`.

    No name, no id of the database and nothing else of anybody leaves in it, so nobody's record counts as shown.
    """
    ask(viewer, "take snapshot")
    rows = list(_participations(programme))
    people = sorted({person for person, _, _, _ in rows})
    periods = [*_agreed(people), *_on_a_basis(rows, all_bases_of(programme))]
    areas = small_areas(people)
    told = sorted((pseudonym(person), areas.get(person, "")) for person in people)
    return LedgerPeriods(tuple(told), joined(periods))


def pseudonym(person: int) -> str:
    """The same for the same person as long as the installation's blind key is; it tells nothing without that key."""
    return "p" + key_ring().blind(f"ledger {person}")[:PSEUDONYM]


Row = tuple[int, int, dt.date, dt.date | None]


def _participations(programme: int) -> Iterator[Row]:
    """Person, organisation, first and last day of each participation that has any day.

    What stayed with a record merged away is the second of two, so it is left out.
    """
    rows = Participation.objects.filter(programme_id=programme, person__merged_into=None).values_list(
        "person_id", "organisation_id", "referred_on", "first_contact_on", "started_on", "ended_on"
    )
    for person, organisation, *days, ended_on in rows.iterator():
        known = [day for day in days if day]
        if known:
            yield person, organisation, min(known), ended_on


def _agreed(people: list[int]) -> Iterator[SharingPeriod]:
    for row in agreement_rows(people):
        scopes = [*(f"area: {area}" for area in row.areas), *(f"data: {kind}" for kind in row.classes)]
        for scope in scopes:
            yield SharingPeriod(pseudonym(row.person), _name(row.organisation), scope, row.from_on, row.to_on)


def _on_a_basis(rows: list[Row], bases: tuple[Basis, ...]) -> Iterator[SharingPeriod]:
    for person, organisation, from_on, to_on in rows:
        for basis in bases:
            common = cut(from_on, to_on, basis.from_on, basis.until_on)
            if common and basis.covers(organisation):
                scope = f"basis: {basis.article_6.value}: {basis.purpose}"
                yield SharingPeriod(pseudonym(person), _name(organisation), scope, *common)


def _name(organisation: int) -> str:
    return f"organisation_{organisation}"

"""Records that may be one person: likenesses worked out, and the pairs waiting for somebody to decide."""

import datetime as dt
from dataclasses import dataclass

from django.db.models import Q

from commongoal.access.engine.pages import PAGE, Part, window
from commongoal.access.engine.permissions import Relation, Viewer
from commongoal.access.engine.refusals import NotThere
from commongoal.access.engine.shown import Shown
from commongoal.access.queries.keys import key_ring
from commongoal.people.engine.details import PersonDetails
from commongoal.people.engine.duplicates import Likeness, likeness
from commongoal.people.engine.ni import identity
from commongoal.people.engine.search import Found, terms_from
from commongoal.people.engine.vocabulary import DataClass
from commongoal.people.models import Holding, Merge, Person, PossibleDuplicate
from commongoal.people.queries.reach import IN_FORCE, require, within_reach
from commongoal.people.queries.record import DetailsNow, details_now, details_of
from commongoal.people.queries.search import candidates, search

COMPARED = 40  # the likeliest candidates compared whole
PROPOSALS = 10  # with one person


@dataclass(frozen=True, slots=True)
class Pair:
    """Two records that may be one person, at least one of them within the viewer's reach.

    `other` is None when the other is out of reach; then `ask` and `phone` say who works with that person, if anybody
    may know.
    """

    person: int
    name: str
    other: int | None
    other_name: str
    reasons: tuple[str, ...]
    ask: str = ""
    phone: str = ""


def likely_records(details: PersonDetails) -> frozenset[int]:
    """The records that a person with these details may be already; for the rule of adding, whoever may see them."""
    blind = key_ring().blind(identity(details.ni)) if details.ni else ""
    return frozenset(_alike(details, blind, without=0))


def likely_people(details: PersonDetails, viewer: Viewer) -> tuple[Shown[Found], frozenset[int]]:
    """Who a person with these details may be already, as far as the viewer may know, and the ids the rule goes by."""
    likely = likely_records(details)
    return search(terms_from(details), viewer, PROPOSALS, only=likely), likely


def likenesses(person: int) -> dict[int, Likeness]:
    """The records this one is like enough to propose; the likeliest ten."""
    row = Person.objects.get(pk=person)
    return _alike(details_of(row), row.ni_blind, without=person)


def _alike(details: PersonDetails, blind: str, without: int) -> dict[int, Likeness]:
    near = [pk for pk, _ in candidates(terms_from(details), blind=blind, limit=COMPARED) if pk != without]
    found = {}
    for row in Person.objects.filter(pk__in=near, merged_into=None):
        same_ni = row.ni_blind == blind if row.ni_blind and blind else None
        alike = likeness(details, details_of(row), same_ni=same_ni)
        if alike.proposed:
            found[row.pk] = alike
    best = sorted(found, key=lambda pk: (-found[pk].points, pk))[:PROPOSALS]
    return {pk: found[pk] for pk in best}


def possible_duplicates(viewer: Viewer, page: int = 1, person: int | None = None) -> Shown[Part[Pair]]:
    """Pairs that nobody has decided, the likeliest first, of which the viewer reaches at least one; three queries.

    With `person`, the pairs of that person alone.
    """
    inside = _named(viewer, "first_id") | _named(viewer, "second_id")
    if person is not None:
        inside &= Q(first=person) | Q(second=person)
    rows = list(
        PossibleDuplicate.objects.filter(inside, first__merged_into=None, second__merged_into=None)
        .order_by("-likeness", "id")
        .values_list("first", "second", "reasons")[window(page)]
    )
    more, rows = len(rows) > PAGE, rows[:PAGE]
    ids = {pk for first, second, _ in rows for pk in (first, second)}
    reached = Person.objects.filter(_named(viewer, "pk"), pk__in=ids)
    names = {pk: f"{first} {last}" for pk, first, last in reached.values_list("pk", "first_name", "last_name")}
    whom = _whom_to_ask(ids - names.keys())
    pairs = tuple(_pair(first, second, reasons, names, whom) for first, second, reasons in rows)
    return Shown(Part(pairs, page, more), listed=tuple(sorted(names)))


def _named(viewer: Viewer, person: str) -> Q:
    """The viewer reaches the person and may know their name."""
    return within_reach(viewer, "read person", person, sees=DataClass.IDENTITY)


def _pair(first: int, second: int, reasons: list[str], names: dict[int, str], whom: dict[int, tuple[str, str]]) -> Pair:
    person, other = (first, second) if first in names else (second, first)
    if other in names:
        return Pair(person, names[person], other, names[other], tuple(reasons))
    ask, phone = whom.get(other, ("", ""))
    return Pair(person, names[person], None, "", (), ask, phone)  # reasons would tell of the record out of reach


def _whom_to_ask(ids: set[int]) -> dict[int, tuple[str, str]]:
    """The organisation that works with each, and its telephone; nothing for restricted records."""
    rows = Holding.objects.filter(IN_FORCE, person__in=ids, person__restricted=False, relation=Relation.OWN.value)
    rows = rows.order_by("since_at")
    return {
        pk: (name, phone) for pk, name, phone in rows.values_list("person", "organisation__name", "organisation__phone")
    }


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two records side by side, how alike they are, and whether somebody proposed it."""

    first: DetailsNow
    second: DetailsNow
    likeness: Likeness


def comparison(first: int, second: int, viewer: Viewer) -> Shown[Comparison]:
    """The two records for somebody who may merge both; raises `NotThere` otherwise, and for one and the same."""
    if first == second:
        raise NotThere
    one, two = (details_now(pk, viewer, "merge people").value for pk in (first, second))
    blinds = dict(Person.objects.filter(pk__in=(first, second)).values_list("pk", "ni_blind"))
    same_ni = blinds[first] == blinds[second] if all(blinds.values()) else None
    alike = likeness(one.details, two.details, same_ni=same_ni)
    return Shown(Comparison(one, two, alike), people=(first, second))


@dataclass(frozen=True, slots=True)
class PastMerge:
    """A record that was merged into this one, straight or by way of another, and can be parted from it."""

    merge: int
    gone: int
    name: str
    born_on: dt.date | None
    at: dt.datetime


def merges_of(person: int, viewer: Viewer) -> tuple[PastMerge, ...]:
    """The merges that made this record and still hold, the latest first, for somebody who may undo them."""
    require(person, viewer, "merge people")
    found: list[PastMerge] = []
    level = {person}
    while level:
        rows = Merge.objects.filter(kept__in=level, undone_at=None)
        fields = rows.values_list("pk", "gone", "gone__first_name", "gone__last_name", "gone__born_on", "at")
        merges = [PastMerge(pk, gone, f"{first} {last}", born, at) for pk, gone, first, last, born, at in fields]
        found += merges
        level = {merge.gone for merge in merges}
    return tuple(sorted(found, key=lambda merge: (merge.at, merge.merge), reverse=True))

"""The family of one person, as far as the viewer may know them."""

from collections.abc import Collection

from django.db.models import Q, QuerySet

from commongoal.access.engine.permissions import Viewer
from commongoal.access.engine.refusals import NotThere
from commongoal.people.engine.vocabulary import DataClass
from commongoal.people.models import FamilyLink, HouseholdMember, Person
from commongoal.people.queries.reach import require, within_reach


def linked_name(person: int, link: int, viewer: Viewer) -> tuple[str, int | None]:
    """Whom a running link of this person leads to: the name and id if the viewer may see them, or words and none.

    Raises `NotThere` for a link of somebody else, one that has ended, or one to a restricted record out of reach.
    """
    require(person, viewer, "change person")
    rows = FamilyLink.objects.filter(pk=link, person_id=person, ended_at=None).select_related("other")
    row = rows.first()
    if row is None:
        raise NotThere
    if rows.filter(within_reach(viewer, "read person", "other_id", sees=DataClass.IDENTITY)).exists():
        return f"{row.other.first_name} {row.other.last_name}", row.other_id
    if row.other.restricted:
        raise NotThere
    return "another family member", None


def relatives(person: int, viewer: Viewer) -> tuple[tuple[int, str], ...]:
    """Ids and names of the family and household of this person whose names the viewer may see; one query.

    For callers that have their permission to see the family of the person.
    """
    linked = FamilyLink.objects.filter(person_id=person, ended_at=None).values("other")
    home = HouseholdMember.objects.filter(person_id=person, until_on=None).values("household")
    living = HouseholdMember.objects.filter(household__in=home, until_on=None).values("person")
    rows = Person.objects.filter(Q(pk__in=linked) | Q(pk__in=living), _seen(viewer)).exclude(pk=person)
    return _names(rows)


def names_seen(people: Collection[int], viewer: Viewer) -> dict[int, str]:
    """The names of those of the people whom the viewer may see; one query, or none for nobody."""
    return dict(_names(Person.objects.filter(_seen(viewer), pk__in=people))) if people else {}


def _seen(viewer: Viewer) -> Q:
    return within_reach(viewer, "read person", sees=DataClass.IDENTITY)


def _names(rows: QuerySet[Person]) -> tuple[tuple[int, str], ...]:
    found = rows.order_by("first_name", "last_name", "pk").values_list("pk", "first_name", "last_name")
    return tuple((pk, f"{first} {last}") for pk, first, last in found)

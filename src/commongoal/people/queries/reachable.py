"""Which of some people are within a viewer's reach for a verb, by name."""

from collections.abc import Collection

from commongoal.access.engine.permissions import Viewer
from commongoal.people.engine.vocabulary import DataClass
from commongoal.people.models import Person
from commongoal.people.queries.reach import within_reach


def names_within(people: Collection[int], viewer: Viewer, verb: str) -> dict[int, str]:
    """The names of those whom the viewer can reach for the verb and whose identity they see, by name; one query."""
    rows = Person.objects.filter(within_reach(viewer, verb, sees=DataClass.IDENTITY), pk__in=people)
    rows = rows.order_by("first_name", "last_name", "pk")
    return {pk: f"{first} {last}" for pk, first, last in rows.values_list("pk", "first_name", "last_name")}

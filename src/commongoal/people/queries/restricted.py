"""Lists of other parts keep to the named staff of restricted records."""

from django.db.models import Exists, OuterRef, Q

from commongoal.access.engine.permissions import Viewer
from commongoal.people.models import NamedStaff, Person
from commongoal.people.queries.reach import IN_FORCE


def open_to(viewer: Viewer, person: str) -> Q:
    """The condition that `person` (a path to a person's id) is not restricted, or that the viewer is named on it."""
    named = NamedStaff.objects.filter(IN_FORCE, person=OuterRef(person), membership=viewer.membership)
    return Q(**{person.removesuffix("_id") + "__restricted": False}) | Q(Exists(named))


def is_open_to(person: int, viewer: Viewer) -> bool:
    """The same of one person; one query."""
    named = NamedStaff.objects.filter(IN_FORCE, person=OuterRef("pk"), membership=viewer.membership)
    return Person.objects.filter(Q(restricted=False) | Q(Exists(named)), pk=person).exists()

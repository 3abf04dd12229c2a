"""One need of one person."""

from commongoal.access.engine.permissions import Viewer
from commongoal.access.engine.refusals import NotThere
from commongoal.people.engine.record import NeedPeriod
from commongoal.people.engine.vocabulary import NeedKind
from commongoal.people.models import Need
from commongoal.people.queries.reach import require


def need(person: int, pk: int, viewer: Viewer) -> NeedPeriod:
    """This person's need, for whoever may change the person; raises `NotThere` for another person's."""
    require(person, viewer, "change person")
    row = Need.objects.filter(pk=pk, person_id=person).first()
    if row is None:
        raise NotThere
    return NeedPeriod(row.pk, NeedKind(row.kind), row.detail, row.since_on, row.until_on)

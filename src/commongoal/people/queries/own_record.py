"""What a resident sees: their own record."""

import datetime as dt

from commongoal.access.engine.permissions import Viewer
from commongoal.access.engine.refusals import NotThere
from commongoal.access.engine.shown import Shown
from commongoal.people.engine.record import Record
from commongoal.people.models import ResidentAccount
from commongoal.people.queries.person_page import person_record


def own_person(viewer: Viewer) -> int:
    """The id of the person whom the viewer's membership is the account of; raises `NotThere` where there is none."""
    rows = ResidentAccount.objects.filter(membership=viewer.membership, person__merged_into=None)
    person = rows.values_list("person", flat=True).first()
    if person is None:
        raise NotThere
    return person


def own_record(viewer: Viewer, today: dt.date) -> Shown[Record]:
    """The viewer's own record, without notes; two queries."""
    return person_record(None, viewer, today, verb="see own record", notes=0)

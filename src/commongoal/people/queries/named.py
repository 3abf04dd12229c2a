"""Who may be named on a restricted record."""

import datetime as dt

from commongoal.access.engine.permissions import Viewer
from commongoal.access.queries.colleagues import colleagues
from commongoal.people.models import NamedStaff, Worker
from commongoal.people.queries.reach import IN_FORCE, require


def may_be_named(person: int, viewer: Viewer, on: dt.date) -> tuple[tuple[int, str, bool], ...]:
    """Members that the viewer may name, by name: id, name and organisation, whether they are named already.

    They are the viewer's colleagues, the viewer, the person's named worker, and whoever is named already.
    """
    require(person, viewer, "restrict person")
    words = "{} ({})".format
    named = NamedStaff.objects.filter(IN_FORCE, person=person)
    fields = ("membership", "membership__user__name", "membership__organisation__name")
    already = {pk: words(name, of) for pk, name, of in named.values_list(*fields)}
    found = {each.membership: words(each.name, each.organisation_name) for each in (viewer, *colleagues(viewer, on))}
    workers = Worker.objects.filter(person=person, until_at=None)
    found |= {pk: words(name, of) for pk, name, of in workers.values_list(*fields)} | already
    return tuple((pk, name, pk in already) for pk, name in sorted(found.items(), key=lambda row: row[1]))

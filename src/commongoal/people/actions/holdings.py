"""Holdings begun and ended, inside the action that is the reason for them."""

import datetime as dt
from collections.abc import Iterable

from commongoal.access.actions import Act
from commongoal.access.engine.permissions import Relation
from commongoal.people.engine.vocabulary import DataClass
from commongoal.people.models import Holding


def hold(
    act: Act,
    person: int,
    organisation: int,
    relation: Relation,
    *,
    why: str,
    classes: Iterable[DataClass] = (),
    source: str = "",
    until_at: dt.datetime | None = None,
) -> int:
    """The organisation may know about the person from now. `why` is for the resident; `source` names what made it."""
    row = Holding.objects.create(
        person_id=person,
        organisation_id=organisation,
        relation=relation.value,
        classes=sorted(kind.value for kind in classes),
        why=why,
        source=source,
        since_at=act.at,
        until_at=until_at,
    )
    act.wrote("holding", row.pk, person=person, after={"organisation": organisation, "relation": relation.value})
    return row.pk


def end_holdings(act: Act, source: str) -> int:
    """End now every holding that `source` made and that still runs; returns how many."""
    rows = Holding.objects.filter(source=source).exclude(until_at__lte=act.at)
    ended = list(rows.values_list("pk", "person_id"))
    rows.update(until_at=act.at)
    for pk, person in ended:
        act.wrote("holding", pk, person=person, after={"until_at": act.at.isoformat()})
    return len(ended)

"""Holdings begun and ended, inside the action that is the reason for them."""

import datetime as dt
from collections.abc import Collection, Iterable

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


def narrow_referred(act: Act, person: int, organisation: int, agreed: Collection[DataClass]) -> None:
    """What the organisation sees of the person by a referral is no more than is `agreed` still; without any it ends."""
    running = Holding.objects.filter(person=person, organisation=organisation, relation=Relation.REFERRED.value)
    for row in running.exclude(until_at__lte=act.at):
        before, row.classes = row.classes, sorted(set(row.classes) & {kind.value for kind in agreed})
        if row.classes == before:
            continue
        if not row.classes:
            row.classes, row.until_at = before, act.at
            row.save(update_fields=["until_at"])
            act.wrote("holding", row.pk, person=person, after={"until_at": act.at.isoformat()})
        else:
            row.save(update_fields=["classes"])
            act.wrote("holding", row.pk, person=person, before={"classes": before}, after={"classes": row.classes})

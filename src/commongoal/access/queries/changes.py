"""Who changed something lately, from the audit, to tell a user whose own change came second."""

import datetime as dt
from dataclasses import dataclass

from commongoal.access.models import Action

LOOKED_AT = 20  # the latest rows; nobody edits over more than that


@dataclass(frozen=True, slots=True)
class ChangeMade:
    """One change that was made: who, of which organisation, when, and the names of the fields."""

    who: str
    organisation: str
    at: dt.datetime
    fields: tuple[str, ...]


def changes_since(subject: str, subject_id: int, version: int) -> tuple[ChangeMade, ...]:
    """The changes whose row says they made a version after `version`, the latest first; one query.

    Asked by the action that refuses, about a record that it has just let the viewer change.
    """
    rows = Action.objects.filter(subject=subject, subject_id=subject_id).order_by("-id")
    rows = rows.select_related("membership__user", "membership__organisation")[:LOOKED_AT]
    return tuple(_change(row) for row in rows if row.after.get("version", 0) > version)


def _change(row: Action) -> ChangeMade:
    who = row.membership
    return ChangeMade(
        who=who.user.name if who else "Somebody",
        organisation=who.organisation.name if who else "",
        at=row.at,
        fields=tuple(name for name in row.after if name != "version"),
    )

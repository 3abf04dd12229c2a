"""How anything is written: permission, change and audit row in one transaction.

    with acting("change person", by=by, at=at) as act:
        person = ...                                  # locked for update
        act.permit(relations_of(person, by))          # refuses with `NotAllowed`
        ...                                           # the change
        act.wrote("person", person.pk, person=person.pk, before={...}, after={...})

A block that ends without a permission asked or a row written is a fault of the program, and nothing of it is kept.
"""

import datetime as dt
import json
import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction

from commongoal.access.engine.chain import action_content, content_digest
from commongoal.access.engine.permissions import Relation, Viewer, ask
from commongoal.access.models import Action

NOBODY: frozenset[Relation] = frozenset()


@dataclass
class Act:
    """One action under way."""

    verb: str
    by: Viewer
    at: dt.datetime
    permitted: bool = False
    rows: list[Action] = field(default_factory=list)

    def permit(self, relations: frozenset[Relation] = NOBODY) -> None:
        """Go on only if the viewer, standing so to the record, may do the verb; raises `NotAllowed` otherwise."""
        ask(self.by, self.verb, relations)
        self.permitted = True

    def wrote(
        self,
        subject: str,
        subject_id: int,
        *,
        person: int | None = None,
        before: Mapping[str, Any] | None = None,
        after: Mapping[str, Any] | None = None,
    ) -> None:
        """Note a change for the audit. `before` and `after` hold what changed, as JSON values; never a secret."""
        before, after = _as_stored(before), _as_stored(after)
        salt = secrets.token_hex(16)
        self.rows.append(
            Action(
                at=self.at,
                membership_id=self.by.membership or None,  # none when the installation itself acts
                verb=self.verb,
                subject=subject,
                subject_id=subject_id,
                person_id=person,
                before=before,
                after=after,
                salt=salt,
                content_digest=content_digest(salt, action_content(subject, subject_id, person, before, after)),
            )
        )


@contextmanager
def acting(verb: str, *, by: Viewer, at: dt.datetime) -> Iterator[Act]:
    """One action in one transaction; its audit rows are written last. `at` has a time zone."""
    with transaction.atomic():
        act = Act(verb, by, at)
        yield act
        if not act.permitted or not act.rows:
            raise AssertionError(f"{verb}: an action must ask for permission and leave a row")
        Action.objects.bulk_create(act.rows)


def changed(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Only what differs, on both sides, with dates as ISO text: what an audit row keeps."""
    names = [name for name in after if before.get(name) != after[name]]
    return {name: _plain(before.get(name)) for name in names}, {name: _plain(after[name]) for name in names}


def _as_stored(values: Mapping[str, Any] | None) -> dict[str, Any]:
    """The values as they will come back from the database, so that their digest is still theirs then."""
    stored: dict[str, Any] = json.loads(json.dumps(dict(values or {})))
    return stored


def _plain(value: Any) -> Any:
    if isinstance(value, dt.date | dt.datetime):
        return value.isoformat()
    if isinstance(value, set | frozenset | tuple):
        return sorted(value)
    return value

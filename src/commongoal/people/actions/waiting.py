"""Since when a person's named worker has heard nothing, kept beside the worker so that nobody has to look for it.

A contact is a note that says so, and a row of any table that says when it is one: `people.engine.contact`.
"""

import datetime as dt
from collections.abc import Iterator

from django.apps import apps
from django.db.models import Exists, Max, OuterRef
from django.db.models.functions import Greatest
from django.utils import timezone

from commongoal.people.engine.contact import CountsAsContact
from commongoal.people.engine.vocabulary import NoteKind
from commongoal.people.models import Note, Worker


def last_contact(person: int) -> dt.date | None:
    """The day of the person's last contact with anybody; a corrected note does not count. One query for each table."""
    rows = Note.objects.filter(person_id=person, kind=NoteKind.CONTACT.value)
    rows = rows.exclude(Exists(Note.objects.filter(supersedes=OuterRef("pk"))))
    found: dt.date | None = rows.aggregate(last=Max("on"))["last"]
    return max((day for day in (found, *_met_on(person)) if day), default=None)


def _met_on(person: int) -> Iterator[dt.date | None]:
    """The last day on which each other table says that the person was met."""
    for model in apps.get_models():
        rule: CountsAsContact | None = getattr(model, "counts_as_contact", None)
        if rule is not None:
            met = model._default_manager.filter(person_id=person, **{f"{rule.field}__in": rule.values})
            last = met.aggregate(last=Max(rule.moment))["last"]
            yield timezone.localdate(last) if last else None


def quiet_since(since_at: dt.datetime, last: dt.date | None) -> dt.date:
    """The worker's first day with the person, or the day of the last contact if that is later."""
    first = timezone.localdate(since_at)
    return max(first, last or first)


def heard_on(person: int, on: dt.date) -> None:
    """There was contact on a day; one query. A day before the last contact changes nothing."""
    running = Worker.objects.filter(person_id=person, until_at=None).exclude(last_contact_on__gte=on)
    running.update(last_contact_on=on, quiet_since=Greatest("quiet_since", on))


def reckon_again(person: int, *, merged: bool = False) -> None:
    """Contacts were corrected, or came to or left the person with a merge, which may bring running support too."""
    last = last_contact(person)
    for row in Worker.objects.filter(person_id=person, until_at=None):
        row.last_contact_on, row.quiet_since = last, quiet_since(row.since_at, last)
        row.helping = row.helping or merged
        row.save(update_fields=["last_contact_on", "quiet_since", "helping"])


def set_helping(person: int, organisation: int, helping: bool) -> None:
    """Whether the organisation still supports the person; with none left, nobody is told that they wait. One query."""
    running = Worker.objects.filter(person_id=person, organisation_id=organisation, until_at=None)
    running.filter(helping=not helping).update(helping=helping)

"""Since when a person's named worker has heard nothing, kept beside the worker so that nobody has to look for it."""

import datetime as dt

from django.db.models import Exists, Max, OuterRef
from django.db.models.functions import Greatest
from django.utils import timezone

from commongoal.people.engine.vocabulary import NoteKind
from commongoal.people.models import Note, Worker


def last_contact(person: int) -> dt.date | None:
    """The day of the person's last contact with anybody; a corrected note does not count. One query."""
    rows = Note.objects.filter(person_id=person, kind=NoteKind.CONTACT.value)
    rows = rows.exclude(Exists(Note.objects.filter(supersedes=OuterRef("pk"))))
    found: dt.date | None = rows.aggregate(last=Max("on"))["last"]
    return found


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

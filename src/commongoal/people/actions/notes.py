"""Notes and contacts: dated, by an organisation, and corrected by a newer one rather than changed."""

import datetime as dt

from django.utils import timezone

from commongoal.access.actions import Act, acting
from commongoal.access.engine.permissions import Viewer
from commongoal.access.engine.refusals import ChangedMeanwhile, NotThere
from commongoal.kernel.errors import Refused
from commongoal.people.actions.opening import open_person
from commongoal.people.actions.waiting import heard_on, reckon_again
from commongoal.people.engine.vocabulary import NoteKind
from commongoal.people.models import Note


class EmptyNote(Refused):
    """Write what happened."""


class NoteInFuture(Refused):
    """A note is about today or a day before."""


class NoteOfOthers(Refused):
    """Another organisation wrote this note; ask them to correct it, or write a note of your own."""


def write_note(*, by: Viewer, at: dt.datetime, person: int, kind: NoteKind, text: str, on: dt.date) -> int:
    """Write a note or a contact about a day; returns its id."""
    with acting("write note", by=by, at=at) as act:
        open_person(act, person)
        return _write(act, person, kind, text, on)


def correct_note(*, by: Viewer, at: dt.datetime, person: int, note: int, text: str, on: dt.date) -> int:
    """Write what should have been written; the note before it is kept and can be read behind it. Returns the new id."""
    with acting("write note", by=by, at=at) as act:
        open_person(act, person)
        row = Note.objects.filter(pk=note, person_id=person).first()
        if row is None:
            raise NotThere
        if row.organisation_id != by.organisation:
            raise NoteOfOthers
        newer = Note.objects.filter(supersedes=row).select_related("membership__user").first()
        if newer is not None:
            raise ChangedMeanwhile(f"{newer.membership.user.name} has corrected this note.")
        return _write(act, person, NoteKind(row.kind), text, on, row)


def _write(act: Act, person: int, kind: NoteKind, text: str, on: dt.date, supersedes: Note | None = None) -> int:
    text = text.strip()
    if not text:
        raise EmptyNote
    if on > timezone.localdate(act.at):
        raise NoteInFuture
    row = Note.objects.create(
        person_id=person,
        membership_id=act.by.membership,
        organisation_id=act.by.organisation,
        kind=kind.value,
        text=text,
        on=on,
        written_at=act.at,
        supersedes=supersedes,
    )
    if kind is NoteKind.CONTACT:
        if supersedes:
            reckon_again(person)
        else:
            heard_on(person, on)
    # What was written stays in the note itself: the audit keeps that it was, not a second copy of it.
    after = {"kind": row.kind, "on": on.isoformat(), "supersedes": supersedes.pk if supersedes else None}
    act.wrote("note", row.pk, person=person, after=after)
    return row.pk

"""Notes and contacts of one person: a page of them, and one with what stood there before."""

from django.db.models import Exists, OuterRef

from commongoal.access.engine.pages import Part, window
from commongoal.access.engine.permissions import Viewer
from commongoal.access.engine.refusals import NotThere
from commongoal.access.engine.shown import Shown
from commongoal.people import models
from commongoal.people.engine.notes import Note, NotesNotShared
from commongoal.people.engine.vocabulary import DataClass, NoteKind
from commongoal.people.queries.reach import classes_seen, require


def notes(person: int, viewer: Viewer, page: int = 1) -> Shown[Part[Note]]:
    """A page of the notes that stand, the newest first. Raises `NotesNotShared` where only they are hidden."""
    _ask(person, viewer)
    corrected = models.Note.objects.filter(supersedes=OuterRef("pk"))
    rows = models.Note.objects.filter(~Exists(corrected), person_id=person).order_by("-on", "-pk")
    rows = rows.select_related("membership__user", "organisation")
    found = [_note(row, viewer) for row in rows[window(page)]]
    return Shown(Part.of(found, page), people=(person,))


def note_with_history(person: int, pk: int, viewer: Viewer) -> Shown[tuple[Note, ...]]:
    """A note of this person and what it corrected, the newest first; raises `NotThere` for another person's."""
    _ask(person, viewer)
    found: list[Note] = []
    step: int | None = pk
    while step is not None:
        rows = models.Note.objects.filter(pk=step, person_id=person)
        row = rows.select_related("membership__user", "organisation").first()
        if row is None:
            raise NotThere
        found.append(_note(row, viewer))
        step = row.supersedes_id
    return Shown(tuple(found), people=(person,))


def _ask(person: int, viewer: Viewer) -> None:
    require(person, viewer, "read person")
    if DataClass.NOTES not in classes_seen(person, viewer):
        raise NotesNotShared


def _note(row: models.Note, viewer: Viewer) -> Note:
    return Note(
        pk=row.pk,
        kind=NoteKind(row.kind),
        text=row.text,
        on=row.on,
        written_at=row.written_at,
        who=row.membership.user.name,
        organisation=row.organisation.name,
        corrects=row.supersedes_id,
        ours=row.organisation_id == viewer.organisation,
    )

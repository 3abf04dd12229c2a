"""Documents about a person: a page of them, one to hand out, and those that can be chosen as evidence."""

from collections.abc import Iterable
from pathlib import Path

from commongoal.access.engine.pages import Part, window
from commongoal.access.engine.permissions import Viewer
from commongoal.access.engine.refusals import NotThere
from commongoal.access.engine.shown import Shown
from commongoal.people import models
from commongoal.people.engine.documents import Document, DocumentGone, DocumentsNotShared, StoredDocument
from commongoal.people.engine.vocabulary import DataClass, DocumentKind
from commongoal.people.files.storage import take
from commongoal.people.queries.reach import classes_seen, require


def documents(person: int, viewer: Viewer, page: int = 1) -> Shown[Part[Document]]:
    """A page of documents, the newest first, the removed among them. Raises `NotThere`, `DocumentsNotShared`."""
    _ask(person, viewer, "read person")
    rows = models.Document.objects.filter(person_id=person).order_by("-added_at", "-pk")
    rows = rows.select_related("membership__user", "organisation")
    return Shown(Part.of(tuple(_documents(rows[window(page)], viewer)), page), people=(person,))


def document(person: int, pk: int, viewer: Viewer) -> Shown[Document]:
    """One document of the person, for whoever may remove it. Raises `NotThere`, `DocumentsNotShared`."""
    _ask(person, viewer, "add document")
    rows = models.Document.objects.filter(pk=pk, person_id=person).select_related("membership__user", "organisation")
    for found in _documents(rows, viewer):
        return Shown(found, people=(person,))
    raise NotThere


def document_content(person: int, pk: int, viewer: Viewer, folder: Path) -> Shown[tuple[StoredDocument, bytes]]:
    """A document's file, checked against its digest. Raises also `DocumentGone`, `DocumentDamaged`."""
    _ask(person, viewer, "read person")
    row = models.Document.objects.filter(pk=pk, person_id=person).first()
    if row is None:
        raise NotThere
    if row.removed_at is not None:
        raise DocumentGone
    stored = StoredDocument(row.file_name, row.stored, row.digest)
    return Shown((stored, take(folder, row.stored, row.digest)), people=(person,))


def documents_for_choice(person: int, viewer: Viewer) -> tuple[tuple[int, str], ...]:
    """Ids and titles of the person's documents, the newest first, to choose evidence from.

    None where documents are not shared with the viewer. Raises `NotThere`.
    """
    require(person, viewer, "read person")
    if DataClass.NOTES not in classes_seen(person, viewer):
        return ()
    rows = models.Document.objects.filter(person_id=person, removed_at=None).order_by("-added_at", "-pk")
    return tuple((pk, f"{title} ({name})") for pk, title, name in rows.values_list("pk", "title", "file_name"))


def stored_names() -> frozenset[str]:
    """The names of all files that a document is kept in: what a tidying must leave. It asks for no viewer."""
    return frozenset(models.Document.objects.filter(removed_at=None).values_list("stored", flat=True))


def _ask(person: int, viewer: Viewer, verb: str) -> None:
    require(person, viewer, verb)
    if DataClass.NOTES not in classes_seen(person, viewer):
        raise DocumentsNotShared


def _documents(rows: Iterable[models.Document], viewer: Viewer) -> Iterable[Document]:
    for row in rows:
        yield Document(
            pk=row.pk,
            kind=DocumentKind(row.kind),
            title=row.title,
            file_name=row.file_name,
            media_type=row.media_type,
            size=row.size,
            who=row.membership.user.name,
            organisation=row.organisation.name,
            added_at=row.added_at,
            removed_at=row.removed_at,
            removed_why=row.removed_why,
            ours=row.organisation_id == viewer.organisation,
        )

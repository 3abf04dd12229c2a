"""Documents about a person: added once their content is what their name says, and removed with a reason."""

import datetime as dt
from pathlib import Path

from django.db import transaction

from commongoal.access.actions import acting
from commongoal.access.actions.locking import locked
from commongoal.access.engine.permissions import Viewer
from commongoal.people.actions.opening import open_person
from commongoal.people.engine.documents import DocumentGone, DocumentOfOthers, NeedsReason, NoTitle, shown_name
from commongoal.people.engine.vocabulary import DocumentKind
from commongoal.people.files.kinds import media_type
from commongoal.people.files.storage import digest_of, drop, put
from commongoal.people.models import Document


def add_document(
    *,
    by: Viewer,
    at: dt.datetime,
    person: int,
    kind: DocumentKind,
    title: str,
    file_name: str,
    content: bytes,
    folder: Path,
) -> int:
    """Keep a file about a person in the folder; returns the document's id. Raises what `media_type` refuses, `NoTitle`.

    The same content added twice in one go, as by a second click, is one document.
    """
    title = title.strip()
    with acting("add document", by=by, at=at) as act:
        open_person(act, person)
        if not title:
            raise NoTitle
        found, digest = media_type(file_name, content), digest_of(content)
        same = Document.objects.filter(person_id=person, digest=digest, title=title, removed_at=None).first()
        row = same or Document.objects.create(
            person_id=person,
            organisation_id=by.organisation,
            membership_id=by.membership,
            kind=kind.value,
            title=title,
            file_name=shown_name(file_name),
            media_type=found,
            size=len(content),
            digest=digest,
            stored=put(folder, content),
            added_at=at,
        )
        after = {"kind": row.kind, "media_type": found, "size": row.size, "digest": digest}
        act.wrote("document", row.pk, person=person, after=after)
        return row.pk


def remove_document(*, by: Viewer, at: dt.datetime, person: int, document: int, why: str, folder: Path) -> None:
    """The file is deleted once that is written; that there was one, and why it went, stays.

    Raises `DocumentOfOthers`, `DocumentGone`, `NeedsReason`.
    """
    with acting("add document", by=by, at=at) as act:
        open_person(act, person)
        row = locked(Document.objects.filter(person_id=person), document)
        if row.organisation_id != by.organisation:
            raise DocumentOfOthers
        if row.removed_at is not None:
            raise DocumentGone
        if not why.strip():
            raise NeedsReason
        row.removed_at, row.removed_why = at, why.strip()
        row.save(update_fields=["removed_at", "removed_why"])
        act.wrote("document", row.pk, person=person, after={"removed": True, "why": row.removed_why})
        transaction.on_commit(lambda: drop(folder, row.stored))

"""Files of official figures and of boundaries taken in, withdrawn and put back; and definitions of indicators."""

import datetime as dt
from pathlib import Path

from django.conf import settings
from django.db.models import QuerySet
from django.utils import timezone

from commongoal.access.actions.acting import acting
from commongoal.access.actions.locking import locked
from commongoal.access.engine.permissions import Viewer, ask
from commongoal.places.engine.catalogue import (
    Changes,
    EditionStands,
    EditionTaken,
    EditionWithdrawn,
    FileHereAlready,
    NeedsWhy,
    changes_as_data,
    check_fetched,
    unlike,
)
from commongoal.places.engine.observations import Asked, Edition, Reading
from commongoal.places.files.delimited import Data
from commongoal.places.files.in_use import in_sole_use, sweep
from commongoal.places.files.reading import read_file
from commongoal.places.files.store import digest_of, edition_as_data, is_whole, keep, renew
from commongoal.places.models import Edition as EditionRow
from commongoal.places.queries.editions import CHANGES, editions_in_force, entry_of, kept_boundaries, kept_names
from commongoal.places.queries.geography import geography
from commongoal.places.sessions.changes import changes

VERB = "import places"
LONGEST_WHY = 300


def import_edition(
    data: Data, *, file: str, asked: Asked, layout: str = "", mapping: bytes = b"", by: Viewer, at: dt.datetime
) -> EditionTaken:
    """Take in a file of figures: its Parquet is whole in the store before its row is written.

    A file that is here already is not taken in again: the edition that stands is answered with, its Parquet written
    anew where that was lost or damaged. One that was withdrawn counts again. Raises `BadInput` with every fault,
    nothing written, `FileHereAlready` and `NotFetchedYet`.
    """
    ask(by, VERB)
    # First, for nobody else should wait for it; names find the areas of files that give no codes.
    reading = read_file(data, file, asked, layout, mapping, geography())
    check_fetched(reading.edition.fetched_on, timezone.localdate(at))
    with in_sole_use(Path(settings.PLACES)) as folder:
        sweep(folder, kept_names(), kept_boundaries())
        if (standing := _standing(reading.edition)) is not None:
            pk, edition = standing
            renewed = _renewed(folder, pk, edition, reading, by, at)
            return EditionTaken(pk, edition, True, None, reading.problems, reading.remarks, renewed)
        told = changes(folder, _before(reading.edition), reading.table, reading.edition)
        edition = keep(folder, reading)
        pk = _row(edition, told, digest_of(folder, edition.name), len(reading.problems), by, at)
    return EditionTaken(pk, edition, False, told, reading.problems, reading.remarks)


def _standing(edition: Edition) -> tuple[int, Edition] | None:
    """The edition that counts and came of the same file, if there is one."""
    for row in _of_file(edition.digest, edition.dataset):
        found, _ = entry_of(row.entry, row.name)
        if words := unlike(found, edition):
            raise FileHereAlready(f"What differs: {', '.join(words)}.")
        return row.pk, found
    return None


def _renewed(folder: Path, pk: int, edition: Edition, reading: Reading, by: Viewer, at: dt.datetime) -> bool:
    """Whether the edition's file was no longer what was kept, and has been written anew from the same source."""
    row = EditionRow.objects.get(pk=pk)
    if is_whole(folder, edition.name, row.kept_digest) or edition.rows != reading.edition.rows:
        return False
    renew(folder, edition, reading.table)
    with acting(VERB, by=by, at=at) as act:
        act.permit()
        row.kept_digest = digest_of(folder, edition.name)
        row.save(update_fields=["kept_digest"])
        act.wrote("edition", row.pk, after={"name": edition.name, "kept": row.kept_digest, "renewed": True})
    return True


def _of_file(digest: str, dataset: str) -> QuerySet[EditionRow]:
    """The editions that count and came of a file; one file may tell of several datasets."""
    return EditionRow.objects.filter(withdrawn_at=None, dataset=dataset, entry__digest=digest).order_by("pk")


def _before(edition: Edition) -> tuple[Edition, ...]:
    """What counts of the same dataset and was fetched no later."""
    return tuple(
        one for one in editions_in_force() if one.dataset == edition.dataset and one.fetched_on <= edition.fetched_on
    )


def _row(edition: Edition, told: Changes, digest: str, left_out: int, by: Viewer, at: dt.datetime) -> int:
    """The edition's row and its audit row; a row that was withdrawn counts again."""
    values = {
        "dataset": edition.dataset,
        "entry": edition_as_data(edition) | {CHANGES: changes_as_data(told)},
        "kept_digest": digest,
        "fetched_on": edition.fetched_on,
        "imported_at": at,
        "membership_id": by.membership or None,
        "withdrawn_at": None,
        "withdrawn_why": "",
    }
    with acting(VERB, by=by, at=at) as act:
        act.permit()
        row, _ = EditionRow.objects.update_or_create(name=edition.name, defaults=values)
        counts = {"rows": edition.rows, "new": told.new, "revised": told.revised, "left_out": left_out}
        after = {"name": edition.name, "file": edition.file, "digest": edition.digest, "kept": digest, **counts}
        act.wrote("edition", row.pk, after=after)
        return row.pk


def withdraw_edition(edition: int, why: str, *, by: Viewer, at: dt.datetime) -> None:
    """The edition's figures count no more; they are kept, with the reason. Raises `NotThere`, `EditionWithdrawn`."""
    with acting(VERB, by=by, at=at) as act:
        act.permit()
        row = locked(EditionRow.objects.all(), edition)
        if row.withdrawn_at is not None:
            raise EditionWithdrawn
        if not why.strip():
            raise NeedsWhy
        row.withdrawn_at, row.withdrawn_why = at, why.strip()[:LONGEST_WHY]
        row.save(update_fields=["withdrawn_at", "withdrawn_why"])
        act.wrote("edition", row.pk, after={"name": row.name, "withdrawn_why": row.withdrawn_why})


def restore_edition(edition: int, *, by: Viewer, at: dt.datetime) -> None:
    """The edition's figures count again.

    Raises `NotThere`, `EditionStands`, and `FileHereAlready` where the file came anew meanwhile.
    """
    with in_sole_use(Path(settings.PLACES)), acting(VERB, by=by, at=at) as act:  # nobody takes the file in meanwhile
        act.permit()
        row = locked(EditionRow.objects.all(), edition)
        if row.withdrawn_at is None:
            raise EditionStands
        if _of_file(row.entry["digest"], row.dataset).exists():
            raise FileHereAlready
        before = {"withdrawn_why": row.withdrawn_why}
        row.withdrawn_at, row.withdrawn_why = None, ""
        row.save(update_fields=["withdrawn_at", "withdrawn_why"])
        act.wrote("edition", row.pk, before=before, after={"name": row.name, "withdrawn_why": ""})

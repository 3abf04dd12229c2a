"""The snapshots that were taken of programmes."""

from pathlib import Path

from django.conf import settings

from commongoal.access.engine.permissions import Viewer, ask
from commongoal.access.engine.refusals import NotThere
from commongoal.pathway.engine.snapshots import TakenSnapshot
from commongoal.pathway.models import PathwayFile, Snapshot

SHOWN = 50


def snapshots(viewer: Viewer, programme: int) -> tuple[TakenSnapshot, ...]:
    """The latest snapshots of a programme, newest first; one query. Raises `NotAllowed`."""
    ask(viewer, "see value")
    return tuple(map(_value, Snapshot.objects.filter(programme_id=programme).order_by("-pk")[:SHOWN]))


def snapshot(snapshot: int) -> TakenSnapshot:
    """One snapshot, for whoever works on it. Nothing in it tells who anybody is. Raises `NotThere`."""
    for row in Snapshot.objects.filter(pk=snapshot):
        return _value(row)
    raise NotThere


def last_snapshot(programme: int) -> tuple[TakenSnapshot, int] | None:
    """The newest snapshot of a programme, with the audit row up to which it has read."""
    row = Snapshot.objects.filter(programme_id=programme).order_by("-pk").first()
    return (_value(row), row.last_action) if row is not None else None


def directories_of(programme: int) -> tuple[str, ...]:
    """Where the snapshots of a programme stand, below the folder of snapshots."""
    return tuple(Snapshot.objects.filter(programme_id=programme).values_list("directory", flat=True))


def programmes_with_pathway() -> tuple[int, ...]:
    """The programmes that have a pathway, so of which a snapshot can be taken."""
    return tuple(PathwayFile.objects.order_by("programme_id").values_list("programme_id", flat=True).distinct())


def _value(row: Snapshot) -> TakenSnapshot:
    return TakenSnapshot(
        id=row.pk,
        programme=row.programme_id,
        pathway_file=row.pathway_file_id,
        snapshot_on=row.snapshot_on,
        directory=Path(settings.SNAPSHOTS) / row.directory,
        digest=row.digest,
        rows=row.rows,
        left_out=row.left_out,
        people_read=row.people_read,
        at=row.at,
    )

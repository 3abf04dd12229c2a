"""Files of boundaries taken in."""

import datetime as dt
from pathlib import Path

from django.conf import settings

from commongoal.access.actions.acting import acting
from commongoal.access.engine.permissions import Viewer, ask
from commongoal.places.actions.editions import VERB
from commongoal.places.engine.catalogue import BoundariesTaken
from commongoal.places.engine.outlines import Outlines
from commongoal.places.files.boundaries import keep_outlines, outlines_digest, read_geojson
from commongoal.places.files.in_use import in_sole_use, sweep
from commongoal.places.models import BoundaryFile
from commongoal.places.queries.editions import kept_boundaries, kept_names

LONGEST_SOURCE = 200


def import_boundaries(data: bytes, *, file: str, source: str = "", by: Viewer, at: dt.datetime) -> BoundariesTaken:
    """Take in a file of boundaries (GeoJSON): whole in the store before its row is written.

    The same file again is answered with the one that is there. Raises `BadInput` with every fault, nothing written.
    """
    ask(by, VERB)
    outlines = read_geojson(data, file)  # first, for nobody else should wait for it
    with in_sole_use(Path(settings.PLACES)) as folder:
        kept = kept_boundaries()
        sweep(folder, kept_names(), kept)
        name = keep_outlines(folder, outlines)
        if name in kept:
            return _taken(BoundaryFile.objects.get(name=name).pk, outlines, there=True)
        pk = _row(name, outlines, outlines_digest(folder, name), (source.strip() or file)[:LONGEST_SOURCE], by, at)
    return _taken(pk, outlines, there=False)


def _row(name: str, outlines: Outlines, digest: str, source: str, by: Viewer, at: dt.datetime) -> int:
    with acting(VERB, by=by, at=at) as act:
        act.permit()
        row = BoundaryFile.objects.create(
            name=name,
            kind=outlines.kind.value,
            vintage=outlines.vintage,
            source=source,
            areas=len(outlines.outlines),
            kept_digest=digest,
            imported_at=at,
            membership_id=by.membership or None,
        )
        after = {"name": name, "file": outlines.file, "digest": outlines.digest, "areas": row.areas}
        act.wrote("boundaries", row.pk, after=after)
        return row.pk


def _taken(pk: int, outlines: Outlines, there: bool) -> BoundariesTaken:
    return BoundariesTaken(pk, outlines.kind.value, outlines.vintage, len(outlines.outlines), there, outlines.remarks)

"""Old snapshots removed, so that nobody keeps more about people than is used.

A snapshot stays while a valuation goes by it, whatever became of that, so that every result can be found again; and the
latest few stay, which can still be asked to be valued, the newest of which the next one reads on from. All others go.
"""

import datetime as dt
from pathlib import Path

from django.conf import settings
from django.db.models import ManyToOneRel

from commongoal.access.actions import acting
from commongoal.access.actions.turns import in_turn
from commongoal.access.engine.permissions import Viewer, ask
from commongoal.access.queries.sharing import programme as programme_named
from commongoal.pathway.engine.snapshots import OFFERED
from commongoal.pathway.files.snapshots import in_sole_use, sweep
from commongoal.pathway.models import Snapshot
from commongoal.pathway.queries.snapshots import directories_of


def prune_snapshots(*, by: Viewer, at: dt.datetime, programme: int) -> int:
    """Remove the snapshots of a programme that nothing goes by any more; returns how many. Raises `NotAllowed`.

    Rows go first, in one turn with whoever asks for a valuation, and then the files, which no row names by then: killed
    in between, the next snapshot sweeps them away.
    """
    ask(by, "take snapshot")
    with in_sole_use(Path(settings.SNAPSHOTS) / programme_named(programme).code) as folder:
        with in_turn("valuation"):
            gone = _unused(programme)
            if gone:
                _remove(gone, by, at)
        sweep(folder, {Path(each).name for each in directories_of(programme)})
    return len(gone)


def _unused(programme: int) -> list[Snapshot]:
    """All but the latest few of a programme's snapshots that no row of any part points to."""
    rows = Snapshot.objects.filter(programme_id=programme)
    latest = rows.order_by("-pk").values_list("pk", flat=True)[:OFFERED]
    rows = rows.exclude(pk__in=list(latest))
    for relation in Snapshot._meta.get_fields(include_hidden=True):
        if isinstance(relation, ManyToOneRel) and isinstance(relation.related_model, type):
            rows = rows.exclude(pk__in=relation.related_model._default_manager.values(relation.field.name))
    return list(rows.order_by("pk"))


def _remove(old: list[Snapshot], by: Viewer, at: dt.datetime) -> None:
    with acting("take snapshot", by=by, at=at) as act:
        act.permit()
        for row in old:
            act.wrote("snapshot", row.pk, before={"digest": row.digest}, after={"removed": "no valuation goes by it"})
            row.delete()

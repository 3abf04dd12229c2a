"""Targets for the area, as anybody of the partnership's staff may read them."""

from collections.abc import Iterable
from typing import Any

from django.db.models import QuerySet

from commongoal.access.engine.permissions import Viewer, ask
from commongoal.access.engine.refusals import NotThere
from commongoal.places.engine.targets import ShareSeen, TargetSeen, grounds_of
from commongoal.places.engine.volumes import from_data
from commongoal.places.models import AreaTarget, TargetShare

VERB = "see place"


def area_targets(viewer: Viewer) -> tuple[TargetSeen, ...]:
    """The targets that stand, the newest first; one query. Raises `NotAllowed`."""
    ask(viewer, VERB)
    return tuple(_seen(row) for row in _rows().filter(superseded=None).order_by("-pk"))


def area_target(viewer: Viewer, pk: int) -> TargetSeen:
    """One target with its wards, superseded or not; two queries. Raises `NotAllowed`, `NotThere`."""
    ask(viewer, VERB)
    for row in _rows().filter(pk=pk):
        return _seen(row, TargetShare.objects.filter(target=row).order_by("area_name", "area_code"))
    raise NotThere


def _rows() -> QuerySet[AreaTarget]:
    return AreaTarget.objects.select_related("programme", "membership__user", "superseded")


def _seen(row: AreaTarget, shares: Iterable[TargetShare] = ()) -> TargetSeen:
    method = row.method
    newer = getattr(row, "superseded", None)
    return TargetSeen(
        row.pk, row.title, row.area_code, row.programme_id, row.programme.name, row.stage, method["stage_name"],
        row.people, row.from_on, row.until_on, method["by_reach"], grounds_of(method), method["why_no_volumes"],
        row.membership.user.name, row.at, row.supersedes_id, newer.pk if newer else None,
        tuple(_share(each, method["wards"][each.area_code]) for each in shares), from_data(row.volumes),
    )  # fmt: skip


def _share(row: TargetShare, method: dict[str, Any]) -> ShareSeen:
    kept = (method["exact"], method["held"], method["least"], method["most"])
    return ShareSeen(row.area_code, row.area_name, row.people, row.need, row.reach, *kept)

"""What was said before it was put right, of several rows at once. For callers that have their permission."""

from collections import defaultdict
from collections.abc import Collection, Mapping

from django.utils import timezone

from commongoal.pathway.engine.correcting import Earlier
from commongoal.pathway.models import SaidBefore

Before = Mapping[int, tuple[Earlier, ...]]


def said_before(kind: str, rows: Collection[int]) -> Before:
    """By the id of an "appointment", "attendance" or "checkpoint", what was said, the earliest first; one query."""
    found: dict[int, tuple[Earlier, ...]] = defaultdict(tuple)
    kept = SaidBefore.objects.filter(**{f"{kind}__in": rows}).select_related("corrected_by__user").order_by("pk")
    for row in kept:
        earlier = Earlier(row.status, row.note, row.corrected_by.user.name, timezone.localdate(row.corrected_at))
        found[getattr(row, f"{kind}_id")] += (earlier,)
    return found

"""The makers of the matrix for places: an area that a lookup tells of, and an edition; see `tests.platform.matrix`."""

from typing import Any

from commongoal.access.engine.permissions import Viewer
from commongoal.places.models import Area, Lookup, LookupRow
from tests.platform.a_place import edition_row
from tests.platform.world import now

DISTRICT, WARD = "E06000999", "E05000999"


def make_area(scene: Any, standing: Any, viewer: Viewer) -> str:
    """A district of one ward: whoever may see the place may see it."""
    at = now()
    lookup = Lookup.objects.create(
        name="ward23-lad23", from_kind="ward", from_vintage="2023", to_kind="district", to_vintage="2023",
        imported_at=at,
    )  # fmt: skip
    for code, kind, name in ((DISTRICT, "district", "Testham"), (WARD, "ward", "Testham North")):
        Area.objects.create(code=code, vintage="2023", kind=kind, name=name)
    LookupRow.objects.create(lookup=lookup, from_code=WARD, to_code=DISTRICT)
    return DISTRICT


def make_edition(scene: Any, standing: Any, viewer: Viewer) -> int:
    """An edition with one figure in the store."""
    return edition_row(viewer)

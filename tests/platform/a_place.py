"""A place for the tests of the platform: an edition in the store with its row."""

import datetime as dt
import json
from pathlib import Path

from django.conf import settings

from commongoal.access.engine.permissions import Role, Viewer
from commongoal.access.models import Partnership
from commongoal.places.actions.boundaries import import_boundaries
from commongoal.places.actions.editions import import_edition
from commongoal.places.actions.imports import import_lookup
from commongoal.places.engine.catalogue import Changes, changes_as_data
from commongoal.places.engine.observations import Asked, Reading
from commongoal.places.files.store import digest_of, edition_as_data, keep
from commongoal.places.models import Edition
from tests.engine.some_editions import edition, table
from tests.platform.world import World, now


def edition_row(viewer: Viewer, **values: object) -> int:
    """An edition with two figures, as if the viewer had taken it in; the same one where it is there."""
    rows = [("E05000999", 0, "a", 5.0), ("E05000999", 1, "a", 10.0)]
    folder = Path(settings.PLACES)
    kept = keep(folder, Reading(table(rows), edition(**({"rows": 2} | values))))  # type: ignore[arg-type]
    found = Edition.objects.filter(name=kept.name).first()
    made = found or Edition.objects.create(
        name=kept.name, dataset=kept.dataset, kept_digest=digest_of(folder, kept.name), fetched_on=kept.fetched_on,
        entry=edition_as_data(kept) | {"changes": changes_as_data(Changes(2, 0, 0))}, imported_at=now(),
        membership_id=viewer.membership,
    )  # fmt: skip
    return made.pk


HEADER = "DATE_NAME,GEOGRAPHY_NAME,GEOGRAPHY_CODE,VARIABLE_NAME,MEASURES_NAME,OBS_VALUE,OBS_STATUS_NAME"
WARDS = ("E05000999", "E05000998")


def figures_file(month: str = "July 2023", first: str = "105", second: str = "40") -> bytes:
    """A file as the API of Nomis gives it: claimants of two wards in one month."""
    rows = [
        f"{month},Testham {name},{code},Claimant count,Value,{value},Normal Value"
        for name, code, value in zip(("North", "South"), WARDS, (first, second), strict=True)
    ]
    return "\n".join([HEADER, *rows, ""]).encode()


def asked(fetched: dt.date = dt.date(2023, 9, 1), **values: object) -> Asked:
    """What is said of such a file."""
    given = {"dataset": "claimant-count", "vintages": (("ward", "2023"),), **values}
    return Asked(fetched_on=fetched, **given)  # type: ignore[arg-type]


LOOKUP = (
    b"ward23_code,ward23_name,ltla23_code,ltla23_name\n"
    b"E05000999,Testham North,E06000999,Testham\nE05000998,Testham South,E06000999,Testham\n"
)
OUTLINES = json.dumps({
    "type": "FeatureCollection",
    "features": [
        {
            "type": "Feature",
            "properties": {"WD23CD": code, "WD23NM": f"Testham {name}"},
            "geometry": {"type": "Polygon", "coordinates": [[
                [-3 + 0.02 * at, 53.3], [-2.98 + 0.02 * at, 53.3], [-2.98 + 0.02 * at, 53.32], [-3 + 0.02 * at, 53.32],
                [-3 + 0.02 * at, 53.3],
            ]]},
        }
        for at, (name, code) in enumerate(zip(("North", "South"), WARDS, strict=True))
    ],
}).encode()  # fmt: skip


def a_place(world: World) -> None:
    """Testham: two wards with figures of two months, a lookup and outlines; the partnership is for it."""
    by = world.viewer(role=Role.ANALYST)
    Partnership.objects.update(area_code="E06000999")
    import_lookup([LOOKUP], file="lookup.csv", by=by, at=now())
    import_boundaries(OUTLINES, file="wards.geojson", source="ONS", by=by, at=now())
    for month, fetched in (("July 2023", dt.date(2023, 9, 1)), ("August 2023", dt.date(2023, 10, 1))):
        import_edition(figures_file(month), file=f"{month}.csv", asked=asked(fetched), by=by, at=now())

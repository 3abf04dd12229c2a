"""The invented place taken into the site of a test: lookups, boundaries and figures, through the actions."""

import datetime as dt

from commongoal.access.engine.permissions import Role
from commongoal.access.models import Partnership
from commongoal.demo.engine.place_files import boundary_files, lookup_files
from commongoal.demo.official import Fetched, official_files
from commongoal.demo.place import geography_data, land
from commongoal.places.actions.boundaries import import_boundaries
from commongoal.places.actions.editions import import_edition
from commongoal.places.actions.imports import import_lookup
from tests.platform.world import World

HOME = "E07999001"


def taken_in(world: World, on: dt.date, files: tuple[Fetched, ...] | None = None) -> dict[str, int]:
    """Everything about the place on a day, taken in by an analyst whose partnership's it becomes; editions by file."""
    analyst = world.viewer(role=Role.ANALYST)
    at = dt.datetime.combine(on, dt.time(1), dt.UTC)
    Partnership.objects.update(area_code=HOME, area_name="Marlhaven")
    for each in lookup_files(land(), geography_data()):
        import_lookup(each.content.splitlines(keepends=True), file=each.name, by=analyst, at=at)
    for each in boundary_files(land()):
        import_boundaries(each.content, file=each.name, source="Invented", by=analyst, at=at)
    return {
        each.file.name: import_edition(each.file.content, file=each.file.name, asked=each.asked, by=analyst, at=at).id
        for each in (official_files(on) if files is None else files)
    }

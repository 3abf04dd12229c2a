"""The deeds of the catalogue of places; see `tests.platform.deeds`."""

from collections.abc import Callable

from commongoal.access.engine.permissions import Role
from commongoal.places.actions import boundaries, editions, indicators
from commongoal.places.files.indicators import template_text
from tests.platform.a_place import OUTLINES, asked, edition_row, figures_file
from tests.platform.world import World, now

Deed = Callable[[], object]


def import_edition(world: World) -> Deed:
    by = world.viewer(role=Role.ANALYST)
    return lambda: editions.import_edition(figures_file(), file="a.csv", asked=asked(), by=by, at=now())


def withdraw_edition(world: World) -> Deed:
    by = world.viewer(role=Role.ANALYST)
    edition = edition_row(by)
    return lambda: editions.withdraw_edition(edition, "The wrong month", by=by, at=now())


def restore_edition(world: World) -> Deed:
    by = world.viewer(role=Role.ANALYST)
    edition = edition_row(by)
    editions.withdraw_edition(edition, "The wrong month", by=by, at=now())
    return lambda: editions.restore_edition(edition, by=by, at=now())


def import_boundaries(world: World) -> Deed:
    by = world.viewer(role=Role.ADMINISTRATOR)
    return lambda: boundaries.import_boundaries(OUTLINES, file="wards.geojson", source="ONS", by=by, at=now())


def define_indicators(world: World) -> Deed:
    by, text = world.viewer(role=Role.ANALYST), template_text()
    return lambda: indicators.define_indicators(text, file="ours.toml", by=by, at=now())

"""The deeds of neighbourhoods; see `tests.platform.deeds`."""

from collections.abc import Callable

from commongoal.access.engine.permissions import Role
from commongoal.places.actions import neighbourhoods
from commongoal.places.engine.neighbourhoods import Drawing
from tests.engine.geojson import code
from tests.platform.neighbourhoods import make_district, make_neighbourhood
from tests.platform.world import World, later

Deed = Callable[[], object]


def draw_neighbourhood(world: World) -> Deed:
    make_district(world, drawn=False)
    by, drawing = world.viewer(role=Role.ANALYST), Drawing("The North End", (code(1), code(2)), "2021")
    return lambda: neighbourhoods.draw_neighbourhood(by=by, at=later(), drawing=drawing)


def withdraw_neighbourhood(world: World) -> Deed:
    make_district(world, drawn=False)
    by, drawn = world.viewer(role=Role.ANALYST), make_neighbourhood(world)
    return lambda: neighbourhoods.withdraw_neighbourhood(by=by, at=later(), neighbourhood=drawn)

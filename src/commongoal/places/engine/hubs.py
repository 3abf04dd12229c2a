"""Hubs: where people can come for help, and which one is right for a postcode."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from commongoal.places.engine.distances import miles_between
from commongoal.places.engine.postcodes import PostcodeAreas, PostcodeState, written_postcode


@dataclass(frozen=True, slots=True)
class Hub:
    """A place where people can come for help. `areas` are the codes of those it serves; metres of the grid."""

    id: int
    name: str
    organisation: int
    organisation_name: str
    address: str
    postcode: str
    phone: str
    opening: str
    email: str = ""
    areas: tuple[str, ...] = ()
    from_on: dt.date | None = None
    until_on: dt.date | None = None
    easting: int | None = None
    northing: int | None = None

    @property
    def written_postcode(self) -> str:
        """The hub's own postcode, as people write it."""
        return written_postcode(self.postcode)


@dataclass(frozen=True, slots=True)
class HubAnswer:
    """What a postcode leads to: the hub that serves it, or else the nearest one, which does not.

    `miles` is the straight distance, absent where either place is unknown.
    """

    state: PostcodeState
    areas: PostcodeAreas | None = None
    hub: Hub | None = None
    serves: bool = False
    miles: float | None = None


def right_hub(areas: PostcodeAreas, hubs: Sequence[Hub]) -> HubAnswer:
    """The nearest of the hubs that serve the postcode's areas; the nearest of all where none does.

    Among equals, and where distances are unknown, the hub with the smaller area served comes first, then the name.
    """
    serving = [hub for hub in hubs if set(hub.areas) & set(areas.codes)]
    rank = {code: place for place, code in enumerate(areas.codes)}

    def order(hub: Hub) -> tuple[float, int, str]:
        miles = hub_miles(areas, hub)
        level = min((rank[code] for code in hub.areas if code in rank), default=len(rank))
        return (miles if miles is not None else float("inf"), level, hub.name)

    best = min(serving or hubs, key=order, default=None)
    miles = hub_miles(areas, best) if best else None
    return HubAnswer(areas.state, areas, best, bool(serving), miles)


def hub_miles(areas: PostcodeAreas, hub: Hub) -> float | None:
    """Miles from a postcode to a hub, as the crow flies; none where either place is unknown."""
    if areas.easting is None or areas.northing is None or hub.easting is None or hub.northing is None:
        return None
    return miles_between(areas.easting, areas.northing, hub.easting, hub.northing)

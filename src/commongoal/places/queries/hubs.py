"""Hubs, and the right one for a postcode. Public: nothing here is about a person."""

import datetime as dt

from django.db.models import QuerySet

from commongoal.access.engine.permissions import Viewer, ask
from commongoal.access.engine.refusals import NotThere
from commongoal.access.queries.days import running
from commongoal.places.engine.hubs import Hub, HubAnswer, right_hub
from commongoal.places.engine.postcodes import PostcodeState, is_postcode
from commongoal.places.models import Hub as HubRow
from commongoal.places.models import Postcode
from commongoal.places.queries.postcodes import areas_of


def hub_for(postcode: str, on: dt.date) -> HubAnswer:
    """The hub to go to from a postcode on that day, however the postcode is written; at most six queries."""
    if not is_postcode(postcode):
        return HubAnswer(PostcodeState.MALFORMED)
    areas = areas_of(postcode)
    return right_hub(areas, open_hubs(on)) if areas else HubAnswer(PostcodeState.UNKNOWN)


def open_hubs(on: dt.date) -> tuple[Hub, ...]:
    """Every hub open on that day, by name; three queries."""
    return _hubs(HubRow.objects.filter(running(on)))


def hubs(viewer: Viewer) -> tuple[Hub, ...]:
    """Every hub, closed ones too, for whoever may change them."""
    ask(viewer, "change hubs")
    return _hubs(HubRow.objects.all())


def hub(viewer: Viewer, hub: int) -> Hub:
    """One hub, for whoever may change it. Raises `NotThere`."""
    ask(viewer, "change hubs")
    found = _hubs(HubRow.objects.filter(pk=hub))
    if not found:
        raise NotThere
    return found[0]


def _hubs(rows: QuerySet[HubRow]) -> tuple[Hub, ...]:
    kept = list(rows.select_related("organisation").prefetch_related("areas").order_by("name"))
    grid = Postcode.objects.filter(pk__in={row.postcode for row in kept}).values_list("pk", "easting", "northing")
    where = {postcode: (easting, northing) for postcode, easting, northing in grid}
    return tuple(_hub(row, *where.get(row.postcode, (None, None))) for row in kept)


def _hub(row: HubRow, easting: int | None, northing: int | None) -> Hub:
    return Hub(
        id=row.pk,
        name=row.name,
        organisation=row.organisation_id,
        organisation_name=row.organisation.name,
        address=row.address,
        postcode=row.postcode,
        phone=row.phone,
        opening=row.opening,
        email=row.email,
        areas=tuple(sorted(area.area_code for area in row.areas.all())),
        from_on=row.from_on,
        until_on=row.until_on,
        easting=easting,
        northing=northing,
    )

"""Hubs added and changed."""

import datetime as dt
from dataclasses import asdict, replace

from commongoal.access.actions.acting import acting, changed
from commongoal.access.engine.permissions import Viewer
from commongoal.access.engine.refusals import NotThere
from commongoal.places.engine.hubs import Hub
from commongoal.places.engine.postcodes import normal_postcode
from commongoal.places.models import Hub as HubRow
from commongoal.places.models import HubArea

FIELDS = ("name", "address", "postcode", "phone", "email", "opening", "from_on", "until_on")


def save_hub(hub: Hub, *, by: Viewer, at: dt.datetime) -> int:
    """Adds a hub (its id is 0) or makes the one with that id say what `hub` says; the id.

    Raises `MalformedPostcode`, `NotThere`, `NotAllowed`. The organisation of a hub is set once.
    """
    hub = replace(hub, postcode=normal_postcode(hub.postcode))
    after = {field: value for field, value in asdict(hub).items() if field in FIELDS}
    with acting("change hubs", by=by, at=at) as act:
        act.permit()
        row = HubRow.objects.select_for_update().filter(pk=hub.id).first() if hub.id else HubRow()
        if row is None:
            raise NotThere
        before = {field: getattr(row, field) for field in FIELDS} if hub.id else {}
        for field, value in after.items():
            setattr(row, field, value)
        if not hub.id:
            row.organisation_id = hub.organisation
        row.save()
        served = _serve(row.pk, hub.areas)
        old, new = changed({**before, "areas": served}, {**after, "areas": sorted(set(hub.areas))})
        act.wrote("hub", row.pk, before=old, after=new)
    return row.pk


def _serve(hub: int, codes: tuple[str, ...]) -> list[str]:
    """Makes the hub serve these areas and no others; those it served before."""
    before = sorted(HubArea.objects.filter(hub_id=hub).values_list("area_code", flat=True))
    HubArea.objects.filter(hub_id=hub).exclude(area_code__in=codes).delete()
    HubArea.objects.bulk_create([HubArea(hub_id=hub, area_code=code) for code in sorted(set(codes) - set(before))])
    return before

"""Neighbourhoods drawn and withdrawn. One that should be otherwise is withdrawn, and another drawn."""

import datetime as dt
from collections import defaultdict

from django.db import IntegrityError, transaction

from commongoal.access.actions.acting import acting
from commongoal.access.engine.permissions import Viewer
from commongoal.access.engine.refusals import ChangedMeanwhile, NotThere
from commongoal.places.engine.areas import AreaKind
from commongoal.places.engine.neighbourhoods import AlreadyWithdrawn, Drawing, check_drawing, code_after
from commongoal.places.models import Area, Neighbourhood, NeighbourhoodPart

VERB = "draw neighbourhoods"


def draw_neighbourhood(*, by: Viewer, at: dt.datetime, drawing: Drawing) -> int:
    """Draw a neighbourhood; its id. Raises what the rules of `engine.neighbourhoods` refuse."""
    with acting(VERB, by=by, at=at) as act:
        act.permit()
        rows = Neighbourhood.objects.select_for_update().order_by("code").values_list("code", "name", "withdrawn_at")
        before = list(rows)  # whoever draws waits here for whoever drew
        names = [name for _, name, withdrawn in before if withdrawn is None]
        drawing = check_drawing(drawing, _years(drawing.lsoas), names)
        row = _create(code_after(before[-1][0] if before else ""), drawing, by, at)
        after = {"code": row.code, "name": row.name, "vintage": row.vintage, "lsoas": list(drawing.lsoas)}
        act.wrote("neighbourhood", row.pk, after=after)
        return row.pk


def withdraw_neighbourhood(*, by: Viewer, at: dt.datetime, neighbourhood: int) -> None:
    """Take a neighbourhood out of what is counted and chosen. It can still be read. Raises `AlreadyWithdrawn`."""
    with acting(VERB, by=by, at=at) as act:
        act.permit()
        row = Neighbourhood.objects.select_for_update().filter(pk=neighbourhood).first()
        if row is None:
            raise NotThere
        if row.withdrawn_at is not None:
            raise AlreadyWithdrawn
        row.withdrawn_at = at
        row.save(update_fields=["withdrawn_at"])
        act.wrote("neighbourhood", row.pk, before={"withdrawn_at": None}, after={"withdrawn_at": at.isoformat()})


def _create(code: str, drawing: Drawing, by: Viewer, at: dt.datetime) -> Neighbourhood:
    try:
        with transaction.atomic():
            row = Neighbourhood.objects.create(
                code=code,
                name=drawing.name,
                why=drawing.why,
                vintage=drawing.vintage,
                membership_id=by.membership,
                at=at,
            )
    except IntegrityError as clash:  # the very first two, drawn at one moment
        raise ChangedMeanwhile("Another neighbourhood was drawn at this moment.") from clash
    NeighbourhoodPart.objects.bulk_create([NeighbourhoodPart(neighbourhood=row, lsoa=code) for code in drawing.lsoas])
    return row


def _years(codes: tuple[str, ...]) -> dict[str, set[str]]:
    """The years in which each code is an LSOA that has been taken in."""
    found: dict[str, set[str]] = defaultdict(set)
    for code, year in Area.objects.filter(code__in=codes, kind=AreaKind.LSOA).values_list("code", "vintage"):
        found[code].add(year)
    return found

"""Neighbourhoods that were drawn, and what another can be drawn from. Nothing here is about a person."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.db.models import QuerySet

from commongoal.access.engine.permissions import Viewer, ask
from commongoal.access.engine.refusals import NotThere
from commongoal.places.engine.areas import AreaKind
from commongoal.places.engine.figures import AreaName
from commongoal.places.engine.geography import Geography
from commongoal.places.engine.neighbourhoods import Neighbourhood
from commongoal.places.engine.outlines import Ring, for_a_map, rings
from commongoal.places.files.boundaries import OutlinesLost, outlines_of
from commongoal.places.models import BoundaryFile
from commongoal.places.models import Neighbourhood as NeighbourhoodRow
from commongoal.places.queries.geography import geography

VERB = "see place"
Group = tuple[str, tuple[AreaName, ...]]


@dataclass(frozen=True, slots=True)
class ToDrawFrom:
    """The districts that are known, the code of the one in question, and its small areas by ward."""

    districts: tuple[AreaName, ...]
    district: str
    groups: tuple[Group, ...]


def neighbourhoods(viewer: Viewer) -> tuple[Neighbourhood, ...]:
    """Every neighbourhood by name, those withdrawn too; at most four queries. Raises `NotAllowed`."""
    ask(viewer, VERB)
    return _neighbourhoods(NeighbourhoodRow.objects.order_by("name", "pk"))


def neighbourhood(viewer: Viewer, pk: int) -> Neighbourhood:
    """One neighbourhood. Raises `NotAllowed`, `NotThere`."""
    ask(viewer, VERB)
    for found in _neighbourhoods(NeighbourhoodRow.objects.filter(pk=pk)):
        return found
    raise NotThere


def to_draw_from(viewer: Viewer, wanted: Iterable[str] = ()) -> ToDrawFrom:
    """The small areas of the first district wanted that is known, or else of the first by name; two queries.

    They are LSOAs of the newest year, by name, under the ward that each lies in; those of which no lookup says the ward
    stand last, under no name. Raises `NotAllowed`.
    """
    ask(viewer, VERB)
    known = geography()
    every = _districts(known)
    codes = [area.code for area in every]
    district = next((code for code in (*wanted, *codes) if code in codes), "")
    return ToDrawFrom(every, district, _by_ward(known, known.parts(district, AreaKind.LSOA)) if district else ())


def areas_around(viewer: Viewer, found: Neighbourhood) -> tuple[AreaName, ...]:
    """The LSOAs of the districts in which a neighbourhood lies, its own first; two queries. Raises `NotAllowed`."""
    ask(viewer, VERB)
    known = geography()
    districts = {up.code for part in found.parts if (up := known.parent(part.code, AreaKind.DISTRICT))}
    near = {area for code in districts for area in known.parts(code, AreaKind.LSOA, found.vintage)}
    others = near - set(found.parts)
    return (*found.parts, *sorted(others, key=lambda area: (area.name, area.code)))


def rings_of(areas: Iterable[AreaName]) -> dict[str, tuple[Ring, ...]]:
    """The outlines of areas of one kind and year as a map draws them, by code, in metres on the National Grid.

    An area that no file of boundaries taken in has is left out. One query.
    """
    asked = tuple(areas)
    if not asked:
        return {}
    files = BoundaryFile.objects.filter(kind=asked[0].kind, vintage=asked[0].vintage).order_by("pk")
    names = tuple(files.values_list("name", flat=True))
    return _rings(Path(settings.PLACES), names, tuple(sorted(area.code for area in asked)))


@lru_cache(maxsize=16)
def _rings(folder: Path, names: tuple[str, ...], codes: tuple[str, ...]) -> dict[str, tuple[Ring, ...]]:
    found = {}
    for name in names:
        try:
            found.update(outlines_of(folder, name, codes))
        except OutlinesLost:
            continue  # a page without its map is better than none
    return {code: rings(outline) for code, outline in for_a_map(found).items()}


def _districts(known: Geography) -> tuple[AreaName, ...]:
    """Every district by name, as it is named in the newest year in which it is known."""
    years = known.vintages(AreaKind.DISTRICT)
    found = {area.code: area for year in years for area in known.areas(AreaKind.DISTRICT, year)}
    return tuple(sorted(found.values(), key=lambda area: (area.name, area.code)))


def _by_ward(known: Geography, areas: Collection[AreaName]) -> tuple[Group, ...]:
    wards: dict[str, list[AreaName]] = {}
    for area in areas:
        ward = known.parent(area.code, AreaKind.WARD)
        wards.setdefault(ward.name if ward else "", []).append(area)
    return tuple((name, tuple(wards[name])) for name in sorted(wards, key=lambda name: (not name, name)))


def _neighbourhoods(rows: QuerySet[NeighbourhoodRow]) -> tuple[Neighbourhood, ...]:
    kept = list(rows.select_related("membership__user", "membership__organisation").prefetch_related("parts"))
    known = geography() if kept else None
    return tuple(_neighbourhood(row, known) for row in kept if known is not None)


def _neighbourhood(row: NeighbourhoodRow, known: Geography) -> Neighbourhood:
    parts = [known.area(part.lsoa, row.vintage) for part in row.parts.all()]
    return Neighbourhood(
        id=row.pk,
        code=row.code,
        name=row.name,
        why=row.why,
        vintage=row.vintage,
        parts=tuple(sorted(parts, key=lambda area: (area.name, area.code))),
        by=row.membership.user.name,
        organisation=row.membership.organisation.name,
        at=row.at,
        withdrawn_at=row.withdrawn_at,
    )

"""A district of nine small areas in three wards, with boundaries, and a neighbourhood drawn from some of them."""

import io
from pathlib import Path

from django.conf import settings

from commongoal.access.engine.permissions import Role
from commongoal.places.actions.imports import import_lookup
from commongoal.places.actions.neighbourhoods import draw_neighbourhood
from commongoal.places.engine.neighbourhoods import Drawing
from commongoal.places.files.boundaries import keep_outlines, read_geojson
from commongoal.places.models import BoundaryFile
from tests.engine.geojson import code, grid
from tests.platform.world import AT, World

DISTRICT = "E08000099"


def make_district(world: World, *, drawn: bool = True) -> None:
    """Marlhaven: LSOAs 1 to 9 of 2021, three to a ward, the tenth of 2011 alone; their boundaries as they are kept."""
    header = "lsoa21_code,lsoa21_name,ward24_code,ward24_name,ltla24_code,ltla24_name\n"
    lines = [
        f"{code(n)},Marlhaven {n:03d},E0500000{n // 4},Ward {'ABC'[(n - 1) // 3]},{DISTRICT},Marlhaven\n"
        for n in range(1, 10)
    ]
    lines = [line.replace(line.split(",")[2], f"E0500000{'ABC'.index(line.split('Ward ')[1][0])}") for line in lines]
    old = f"lsoa11_code,lsoa11_name,ltla11_code,ltla11_name\n{code(10)},Old Marlhaven,{DISTRICT},Marlhaven\n"
    by = world.viewer(role=Role.ADMINISTRATOR)
    for text in (header + "".join(lines), old):
        import_lookup(io.BytesIO(text.encode()), file="lookup.csv", by=by, at=AT)
    if drawn:
        outlines = read_geojson(grid(3, 3), "lsoa.geojson")
        name = keep_outlines(Path(settings.PLACES), outlines)
        BoundaryFile.objects.create(
            name=name, kind=outlines.kind, vintage=outlines.vintage, source="Invented", areas=9, kept_digest="",
            imported_at=AT,
        )  # fmt: skip


def make_neighbourhood(world: World, name: str = "The North End", numbers: tuple[int, ...] = (1, 2, 4)) -> int:
    drawing = Drawing(name, tuple(code(n) for n in numbers), "2021", "Where the centre’s work reaches")
    return draw_neighbourhood(by=world.viewer(role=Role.ANALYST), at=AT, drawing=drawing)

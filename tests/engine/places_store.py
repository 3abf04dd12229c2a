"""A small invented place in a store: one district of two wards with sixteen LSOAs, another district, a region."""

import datetime as dt
from pathlib import Path
from typing import Any

import pyarrow as pa

from commongoal.places.engine.areas import AreaKind
from commongoal.places.engine.observations import SCHEMA, Edition, Perturbation, Reading, Series
from commongoal.places.engine.outlines import Outline, Outlines
from commongoal.places.files.boundaries import keep_outlines
from commongoal.places.files.lookups import keep_lookup, read_lookup
from commongoal.places.files.store import keep

FETCHED = dt.date(2026, 9, 1)
DISTRICT, OTHER, REGION = "E07999101", "E07999102", "E12999101"
WARDS = ("E05999101", "E05999102")
SIDE = 4
LSOAS = tuple(f"E01999{number:03d}" for number in range(101, 101 + SIDE * SIDE))
"""A square of squares, row by row; the first two rows are the first ward."""
OTHERS = tuple(f"E01999{number:03d}" for number in range(201, 205))
PEOPLE = 1_000
COUNTS = {code: 150 if place in (0, 1, 4, 5) else 30 for place, code in enumerate(LSOAS)}
"""Claimants: a hot corner of four."""

Row = tuple[str, dt.date, dt.date, str, float | None, str]


def month(year: int, number: int) -> tuple[dt.date, dt.date]:
    """A month as a half-open period."""
    return dt.date(year, number, 1), dt.date(year + number // 12, number % 12 + 1, 1)


def reading(dataset: str, rows: list[Row], series: tuple[Series, ...], **more: Any) -> Reading:
    """Rows (area, start, end, series, value, status) as an edition."""
    columns = {
        "area": [row[0] for row in rows],
        "name": [row[0] for row in rows],
        "start": [row[1] for row in rows],
        "end": [row[2] for row in rows],
        "series": [row[3] for row in rows],
        "value": [row[4] for row in rows],
        "status": [row[5] for row in rows],
        "provisional": [False] * len(rows),
        "revised": [False] * len(rows),
    }
    table = pa.table({name: pa.array(column) for name, column in columns.items()}).cast(SCHEMA)
    entry = {
        "title": dataset, "source": "Invented", "table": dataset, "licence": "none", "layout": "test",
        "file": f"{dataset}.csv", "digest": "0" * 64, "fetched_on": FETCHED, "vintages": (("lsoa", "2021"),),
        "rounding": 5.0, "perturbation": Perturbation.NONE, "noise": None, "notes": (f"A note of {dataset}.",),
    } | more  # fmt: skip
    first, last = min(row[1] for row in rows), max(row[2] for row in rows)
    return Reading(table, Edition(dataset=dataset, series=series, first=first, last=last, rows=len(rows), **entry))


def claimants(folder: Path, counts: dict[str, float | None] | None = None, year: int = 2026, **more: Any) -> None:
    """Keeps the claimant count of a May and of the May before, for LSOAs only."""
    counts = counts if counts is not None else {**COUNTS, **dict.fromkeys(OTHERS, 20)}
    rows: list[Row] = [
        (code, *month(when, 5), "cc", None if value is None else value - 5 * (year - when),
         "suppressed" if value is None else "")
        for when in (year - 1, year)
        for code, value in counts.items()
    ]  # fmt: skip
    keep(folder, reading("claimant-count", rows, (Series("cc", "Claimant count", "people"),), **more))


def population(folder: Path, people: int = PEOPLE) -> None:
    """Keeps residents of 2024."""
    rows: list[Row] = [(code, dt.date(2024, 1, 1), dt.date(2025, 1, 1), "p", people, "") for code in (*LSOAS, *OTHERS)]
    keep(folder, reading("population", rows, (Series("p", "age16_64", "people"),), rounding=0.0))


def lookups(folder: Path) -> None:
    """Keeps LSOA to ward and district, district to region."""
    lines = ["lsoa21_code,lsoa21_name,ward24_code,ward24_name,ltla24_code,ltla24_name"]
    for place, code in enumerate(LSOAS):
        ward = WARDS[place >= 2 * SIDE]
        lines.append(f"{code},Saltport {place + 1:03d}A,{ward},Ward {ward[-1]},{DISTRICT},Saltport")
    lines += [f"{code},Moorton {code[-1]},E05999201,Moor,{OTHER},Moorton" for code in OTHERS]
    keep_lookup(folder, read_lookup("\n".join(lines).encode(), "lsoa.csv"))
    regions = ["ltla24_code,ltla24_name,region24_code,region24_name"]
    regions += [f"{code},{name},{REGION},Seaside" for code, name in ((DISTRICT, "Saltport"), (OTHER, "Moorton"))]
    keep_lookup(folder, read_lookup("\n".join(regions).encode(), "region.csv"))


def boundaries(folder: Path) -> None:
    """Keeps the LSOAs of the district as squares of a kilometre."""
    from shapely import box

    drawn = tuple(
        Outline(code, f"Saltport {place + 1:03d}A", box(x := 1000 * (place % SIDE), y := -1000 * (place // SIDE),
                                                        x + 1000, y + 1000))
        for place, code in enumerate(LSOAS)
    )  # fmt: skip
    keep_outlines(folder, Outlines(AreaKind.LSOA, "2021", "squares.geojson", drawn, "a" * 64))


def store(folder: Path) -> Path:
    """The whole small store."""
    claimants(folder)
    population(folder)
    lookups(folder)
    boundaries(folder)
    return folder

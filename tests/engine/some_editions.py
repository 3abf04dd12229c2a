"""Editions made for tests: a description, and rows of figures."""

import datetime as dt

import pyarrow as pa

from commongoal.places.engine.observations import SCHEMA, Edition, Perturbation, Series

DAY = dt.date(2023, 7, 1)
MONTHS = tuple(dt.date(2023, month, 1) for month in range(7, 11))
Row = tuple[str, int, str, float | None]


def edition(fetched: dt.date = dt.date(2023, 9, 1), **values: object) -> Edition:
    given = {
        "dataset": "claimant-count", "title": "Claimant count", "source": "ONS", "table": "ucjsa", "licence": "OGL",
        "layout": "tidy", "file": "a.csv", "digest": "d" * 64, "fetched_on": fetched, "vintages": (("ward", "2023"),),
        "rounding": 5.0, "perturbation": Perturbation.NONE, "noise": None,
        "series": (Series("a", "Men", "people"), Series("b", "Women", "people")), "first": MONTHS[0],
        "last": MONTHS[-1], "rows": 0,
    }  # fmt: skip
    return Edition(**(given | values))  # type: ignore[arg-type]


def table(rows: list[Row]) -> pa.Table:
    """Rows of (area, month, series, value); no value is one that is suppressed."""
    columns = {
        "area": [area for area, *_ in rows],
        "name": [f"Area {area}" for area, *_ in rows],
        "start": [MONTHS[month] for _, month, _, _ in rows],
        "end": [MONTHS[month + 1] for _, month, _, _ in rows],
        "series": [series for _, _, series, _ in rows],
        "value": [value for *_, value in rows],
        "status": ["" if value is not None else "suppressed" for *_, value in rows],
        "provisional": [False] * len(rows),
        "revised": [False] * len(rows),
    }
    return pa.table({name: pa.array(columns[name]).cast(SCHEMA.field(name).type) for name in SCHEMA.names})

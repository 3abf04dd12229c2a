"""Canonical tables as the files that a partnership would hand in: CSV, with pounds instead of pence."""

from collections.abc import Mapping
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv

PENCE = "_pence"


def write_records(folder: Path, tables: Mapping[str, pa.Table]) -> Path:
    """A CSV file for each table in `folder`, which is made where needed; files of the same name are written over."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, table in tables.items():
        csv.write_csv(in_pounds(table), folder / f"{name}.csv", csv.WriteOptions(quoting_style="needed"))
    return folder


def in_pounds(table: pa.Table) -> pa.Table:
    """The table with every column of pence turned into pounds and pence, exactly, under its name in files."""
    for place, name in enumerate(table.column_names):
        if name.endswith(PENCE):
            amount = pc.cast(table.column(name), pa.decimal128(20, 0))
            pounds = pc.multiply(amount, pa.scalar("0.01").cast(pa.decimal128(3, 2)))
            table = table.set_column(place, name.removesuffix(PENCE), pc.cast(pounds, pa.string()))
    return table

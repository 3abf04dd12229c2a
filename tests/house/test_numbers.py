"""Every figure in a data file says where it comes from and how far it may be out."""

import csv
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

RANGE = ("low", "high")


def tables(value: Any, place: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """Every table of a parsed TOML file, with its path."""
    if isinstance(value, dict):
        yield place, value
        for key, inner in value.items():
            yield from tables(inner, f"{place}.{key}".lstrip("."))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from tables(inner, f"{place}[{index}]")


def unsourced(text: str) -> list[str]:
    """Tables that hold a figure without its source or its range. A comparator is a point, so needs no range."""
    found = []
    for place, table in tables(tomllib.loads(text)):
        if not {"value", "per_year"} & table.keys():
            continue
        wanted = ("source", "definition") if "measure" in table else ("source", *RANGE)
        found += [f"{place} has no {key}" for key in wanted if table.get(key) in (None, "")]
    return found


def test_figures_in_toml_have_source_and_range(root: Path) -> None:
    files = [*(root / "src").rglob("*.toml"), *(root / "docs").rglob("*.toml"), *(root / "examples").rglob("*.toml")]
    found = {str(path.relative_to(root)): unsourced(path.read_text(encoding="utf-8")) for path in files}
    assert {path: rows for path, rows in found.items() if rows} == {}


def test_tables_of_figures_in_csv_have_a_source_column(root: Path) -> None:
    bare = []
    for path in (root / "src").rglob("*.csv"):
        with path.open(encoding="utf-8", newline="") as lines:
            header = next(csv.reader(lines), [])
        if "source" not in header:
            bare.append(str(path.relative_to(root)))
    assert bare == []


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("[job]\nvalue = 1.0\nlow = 0.5\nhigh = 2.0\nsource = 'somebody, 2024'", 0),
        ("[job]\nvalue = 1.0\nlow = 0.5\nhigh = 2.0", 1),
        ("[[gains]]\nper_year = 1.0\nsource = 'somebody'", 2),
        ("[[comparators]]\nmeasure = 'job'\nvalue = 1.0\ndefinition = 'a'\nsource = 'b'", 0),
        ("[pathway]\nhorizon_months = 60", 0),
    ],
)
def test_figure_without_source_is_found(text: str, count: int) -> None:
    assert len(unsourced(text)) == count

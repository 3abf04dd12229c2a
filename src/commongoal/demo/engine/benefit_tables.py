"""Tables of benefits as Stat-Xplore gives them: areas by name, months across, every cell moved a little at random."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from commongoal.demo.engine.place_files import PlaceFile, csv_of, month_words
from commongoal.demo.engine.place_tables import Made

SYMBOLS = (
    ("I", "This place is invented, and so is every figure about it."),
    ("II", "Data for more recent months will be subject to a higher degree of revision."),
    ("z", '".." denotes a nil or negligible number of claimants.'),
    ("p", 'Figures marked "p" are provisional. These figures will be subject to revision in subsequent releases.'),
    ("r", 'Figures marked "r" have been revised since the previous release.'),
)  # fmt: skip
DISCLOSURE = (
    "Statistical disclosure control has been applied to this table to avoid the release of confidential data.  "
    "Totals may not sum due to the disclosure control applied."
)
AREAS = "National - Regional - LA - OAs"


def benefit_file(made: Made, number: int, layers: Sequence[str]) -> PlaceFile:
    """One of the tables of benefits by areas of some layers: the last months up to some before the newest claimants."""
    data = made.data["benefits"]
    table = data["tables"][number]
    these = slice(-data["months"] - data["later"], -data["later"])
    draw = np.random.default_rng([made.data["seed"], 4, number, len(layers)])
    rows: list[tuple[object, ...]] = []
    for layer in layers:
        total = np.zeros(data["months"])
        for name, counts in _by_name(made, layer, number).values():
            expected = counts[these] * table["times_claimants"]
            total = total + expected
            rows.append((name, *_cells(_moved(expected, data["noise"], draw), data["nil_below"])))
    rows.append(("Total", *_cells(_moved(total, data["noise"], draw), data["nil_below"])))
    return PlaceFile(f"stat_xplore_{table['id']}_{layers[0]}.csv", _written(table, made.truth.months[these], rows))


def _by_name(made: Made, layer: str, number: int) -> dict[str, tuple[str, Any]]:
    """Claimants by month in each area, tilted alike for every layer: pieces differ in how many get what."""
    tilt = np.random.default_rng([made.data["seed"], 5, number]).normal(1.0, 0.12, len(made.land.pieces))
    own = made.by_area(layer, made.truth.claimants * tilt)
    others = made.districts().items() if layer == "ltla24" else ()
    return {**{code: (name, counts) for code, (name, _, counts) in others}, **own}


def _moved(expected: Any, noise: int, draw: np.random.Generator) -> Any:
    return np.round(expected).astype(int) + draw.integers(-noise, noise + 1, len(expected))


def _cells(values: Sequence[int], nil_below: int) -> list[object]:
    """Each figure with the empty cell of its annotation; two points where there are next to none."""
    cells: list[object] = []
    for value in values:
        cells += [_Bare("..") if value < nil_below else int(value), _Bare("")]
    return cells


class _Bare(str):
    """Text that is written without quotes."""

    __slots__ = ()


def _written(table: Mapping[str, Any], months: Sequence[dt.date], rows: Sequence[Sequence[object]]) -> bytes:
    labels = [month_words(month) for month in months]
    labels = [*(f"{label} (r)" for label in labels[:-1]), f"{labels[-1]} (p)"]
    head = ["Month", *(words for label in labels for words in (label, f"{label.partition(' (')[0]} - Annotations"))]
    filters = [("Default Summation", table["counting"]), *table.get("filters", [])]
    lines = [
        "Stat-Xplore", "", f'"{table["title"]} (I II z)"', f'"{AREAS} by Month"', f'"Counting: {table["counting"]}"',
        "", "Filters:", *(f'"{field}","{chosen}"' for field, chosen in filters), "",
        ",".join(f'"{each}"' for each in head) + ",", f'"{AREAS}",',
        *(",".join(_cell(each) for each in row) + "," for row in rows),
        "", "", f'"INFO","{DISCLOSURE}"', "", "", "Symbol,Description",
    ]  # fmt: skip
    text = "\n".join(lines) + "\n"
    return text.encode() + csv_of(SYMBOLS) + b"\n\nSource: Department for Work and Pensions\n"


def _cell(value: object) -> str:
    return str(value) if isinstance(value, (int, _Bare)) else f'"{value}"'

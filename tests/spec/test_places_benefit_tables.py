"""Tables of Stat-Xplore and a workbook of Nomis as they were downloaded, beside a plain reading of the same files."""

import csv
import datetime as dt
from collections import Counter
from pathlib import Path

import openpyxl
import pytest

from commongoal.kernel.errors import BadInput
from commongoal.places.engine.areas import AreaKind
from commongoal.places.engine.geography import Geography
from commongoal.places.engine.observations import Asked, Perturbation, Reading, Status
from commongoal.places.engine.totals import parts_of, total
from commongoal.places.files.lookups import read_lookup
from commongoal.places.files.reading import layout_of, read_file

ASKED = Asked(dt.date(2024, 2, 20), dataset="universal-credit-households")
NOVEMBER = dt.date(2023, 11, 1)


@pytest.fixture(scope="module")
def folder(shared: Path) -> Path:
    return shared / "data/labour_market"


@pytest.fixture(scope="module")
def geography(shared: Path) -> Geography:
    found = read_lookup((shared / "data/geography/lookups/lookup_ltla_ltla.csv").read_bytes(), "lookup")
    return Geography(found.tables, found.areas)


@pytest.fixture(scope="module")
def districts(folder: Path, geography: Geography) -> Reading:
    name = "households_on_UC_ltla_15-22.csv"
    return read_file((folder / "statxplore_csv" / name).read_bytes(), name, ASKED, names=geography)


def plainly(path: Path) -> tuple[dict[str, str], list[dict[str, str]]]:
    """The last label of each month's name, and the rows by the labels of the file, by Python's own reader."""
    with path.open(encoding="utf-8-sig", newline="") as lines:
        rows = [row for row in csv.reader(lines) if row]
    head = next(number for number, row in enumerate(rows) if row[0] == "Month")
    width = len(rows[head])
    body = [dict(zip(rows[head], row, strict=True)) for row in rows[head + 1 :] if len(row) == width]
    return {name: name for name in rows[head]}, body


def test_every_figure_of_the_districts_is_the_one_under_its_label(folder: Path, districts: Reading) -> None:
    labels, body = plainly(folder / "statxplore_csv/households_on_UC_ltla_15-22.csv")
    months = {dt.datetime.strptime(label[:-4] if label.endswith(")") else label, "%B %Y").date(): label  # noqa: DTZ007
              for label in labels if label and label != "Month" and "Annotations" not in label}  # fmt: skip
    assert len(months) == 90
    found = {(row["name"], row["start"]): row for row in districts.table.to_pylist()}
    areas = [row for row in body if row["Month"] not in ("Unknown", "Total")]
    assert len(found) == len(areas) * 90 == 350 * 90
    for row in areas:
        for start, label in months.items():
            one = found[row["Month"], start]
            expected = None if row[label] == ".." else float(row[label])
            assert (one["value"], one["status"]) == (expected, Status.NIL if expected is None else "")
            assert (one["revised"], one["provisional"]) == (label.endswith("(r)"), label.endswith("(p)"))


def test_the_gap_of_ten_months_is_a_gap(districts: Reading) -> None:
    starts = sorted(set(districts.table["start"].to_pylist()))
    assert starts[-2:] == [dt.date(2022, 12, 1), NOVEMBER]
    gaps = [remark for remark in districts.remarks if remark.code == "gap"]
    assert [str(gap) for gap in gaps] == [
        "households_on_UC_ltla_15-22.csv: found 'January 2023'; taken as it is: no figures until November 2023"
    ]
    assert [remark.value for remark in districts.remarks if remark.code == "no area"] == ["Unknown", "Total"]


def test_perturbed_figures_are_added_up_with_an_error_that_is_not_known(districts: Reading) -> None:
    rows = [row for row in districts.table.to_pylist() if row["start"] == NOVEMBER]
    table = districts.table.filter([start == NOVEMBER for start in districts.table["start"].to_pylist()])
    named = table.append_column("edition", [[districts.edition.name] * len(rows)])
    found = total(parts_of(named), [districts.edition])
    assert (found.value, found.error, found.provisional) == (5360143, None, 350)
    # The file's own total is 5,362,860, with 2,691 of no known district: noise moves it by 26 from its parts.
    assert found.value + 2691 - 5362860 == -26


def test_the_bare_table_does_not_say_what_it_counts(folder: Path, geography: Geography) -> None:
    name = "households_on_UC_ltla_15-22.csv"
    data = (folder / "statxplore_csv" / name).read_bytes()
    assert layout_of(data, name) == "stat-xplore"
    with pytest.raises(BadInput, match="dataset, title, source"):
        read_file(data, name, Asked(ASKED.fetched_on), names=geography)


def test_small_areas_are_read_where_their_names_are_known(folder: Path, geography: Geography) -> None:
    """No lookup here names the 8,480 small areas: codes are made up for the file's names, as a lookup would give."""
    name = "households_on_UC_msoa_15-22.csv"
    data = (folder / "statxplore_csv" / name).read_bytes()
    with pytest.raises(BadInput, match="this file has names only"):
        read_file(data, name, Asked(ASKED.fetched_on), names=geography)
    _, body = plainly(folder / "statxplore_csv" / name)
    names = [row["Month"] for row in body if row["Month"] not in ("Unknown", "Total")]
    twice = {one for one, times in Counter(names).items() if times > 1}
    codes = {one: (f"E02{number:06}",) for number, one in enumerate(dict.fromkeys(names))}
    with pytest.raises(BadInput) as refusal:
        read_file(data, name, Asked(ASKED.fetched_on), names=codes)
    assert {problem.value for problem in refusal.value.problems} <= twice
    asked = Asked(ASKED.fetched_on, vintages=(("msoa", "2011"),), keep_good=True)
    reading = read_file(data, name, asked, names=codes)
    edition = reading.edition
    assert reading.table.num_rows == len(codes) * 90
    assert len(reading.problems) == len(names) - len(codes)
    assert (edition.title, edition.perturbation, edition.noise) == (
        "Households on Universal Credit", Perturbation.NOISE, None,
    )  # fmt: skip
    assert edition.notes[0].startswith("Statistical disclosure control has been applied")
    assert [symbol for symbol, _ in edition.symbols] == ["I", "II", "III", "IV", "z", "p", "r"]
    assert dict(edition.symbols)["z"].startswith('".." denotes a nil or negligible number')
    assert edition.source == "Department for Work and Pensions, Stat-Xplore"


def test_every_figure_of_the_workbook_is_the_one_in_its_cell(folder: Path) -> None:
    path = folder / "nomis_web_xlsx/nomis_earning_jobs_data.xlsx"
    with pytest.warns(UserWarning, match="no default style"):
        sheet = openpyxl.load_workbook(path).active
    assert sheet is not None
    grid = [list(row) for row in sheet.iter_rows(values_only=True)]
    top = next(number for number, row in enumerate(grid) if row[0] == "Hartlepool")
    body = [
        row
        for row in grid[top:]
        if isinstance(row[1], str) and row[1][:3] in ("E06", "E07", "E08", "E09", "W06", "S12")
    ]
    labels = [label for label in grid[top - 2][2:] if label]
    reading = read_file(path.read_bytes(), path.name, Asked(dt.date(2024, 12, 5)))
    words = {series.key: series.words for series in reading.edition.series}
    found = {(words[row["series"]], row["area"]): row for row in reading.table.to_pylist()}
    assert len(found) == len(body) * 20 == 350 * 20
    states = {"#": Status.UNRELIABLE, "-": Status.MISSING}
    for row in body:
        for number, label in enumerate(labels):
            name = f"Annual pay - gross; {label}"
            for words_of, cell in (
                (name, row[2 + 2 * number]),
                (f"{name}; standard error as a percentage of the figure", row[3 + 2 * number]),
            ):
                one = found[words_of, str(row[1])]
                assert (one["value"], one["status"]) == ((None, states[cell]) if isinstance(cell, str) else (cell, ""))
    assert sum(row["status"] == Status.UNRELIABLE for row in found.values()) == 1290
    edition = reading.edition
    assert (edition.fetched_on, edition.vintage("district")) == (dt.date(2024, 12, 5), "2023")
    assert (edition.first, edition.last) == (dt.date(2024, 1, 1), dt.date(2025, 1, 1))
    assert {AreaKind(kind) for kind, _ in edition.vintages} == {AreaKind.DISTRICT}

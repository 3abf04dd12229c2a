"""Files of official figures: every fault told at once with its place, and nothing taken that does not stand there."""

import datetime as dt
from dataclasses import replace
from pathlib import Path

import pytest

from commongoal.kernel.errors import BadInput, Problem
from commongoal.places.engine.observations import SCHEMA, Asked, Perturbation, Reading, Status
from commongoal.places.engine.written_numbers import CellError, number_of
from commongoal.places.files.datasets import known_datasets, status_of
from commongoal.places.files.delimited import MOST
from commongoal.places.files.reading import LAYOUTS, layout_of, read_file, read_path

ASKED = Asked(dt.date(2026, 1, 1))
GOOD = replace(ASKED, keep_good=True)
HEADER = "DATE_NAME,GEOGRAPHY_NAME,GEOGRAPHY_CODE,GENDER_NAME,MEASURE_NAME,MEASURES_NAME,OBS_VALUE,OBS_STATUS_NAME\n"


def nomis(*rows: str) -> bytes:
    return (HEADER + "".join(f"{row}\n" for row in rows)).encode()


def row(
    code: str = "E01000001", value: str = "5", date: str = "Aug-17", sex: str = "Total", status: str = "Normal Value"
) -> str:
    return f"{date},Somewhere,{code},{sex},Claimant count,Value,{value},{status}"


def faults(data: bytes, asked: Asked = ASKED, file: str = "file.csv", **more: str) -> list[Problem]:
    with pytest.raises(BadInput) as refused:
        read_file(data, file, asked, **more)
    return list(refused.value.problems)


def told(reading: Reading) -> list[tuple[object, ...]]:
    return [(r["area"], str(r["start"]), r["series"], r["value"], r["status"]) for r in reading.table.to_pylist()]


def test_good_file() -> None:
    reading = read_file(nomis(row(), row("E08000015", '"1,100"'), row(sex="Male")), "file.csv", ASKED)
    assert reading.table.schema == SCHEMA
    assert told(reading) == [
        ("E01000001", "2017-08-01", "claimant-count", 5.0, ""),
        ("E08000015", "2017-08-01", "claimant-count", 1100.0, ""),
        ("E01000001", "2017-08-01", "claimant-count-gender-male", 5.0, ""),
    ]
    edition = reading.edition
    assert (edition.dataset, edition.rounding, edition.perturbation) == ("claimant-count", 5, Perturbation.NONE)
    assert [series.words for series in edition.series] == ["Claimant count", "Claimant count; gender: Male"]
    assert edition.series[1].dimensions == (("measure", "Claimant count"), ("gender", "Male"), ("measures", "Value"))
    assert (edition.first, edition.last) == (dt.date(2017, 8, 1), dt.date(2017, 9, 1))


BAD = [
    (row("E0100000"), 2, "GEOGRAPHY_CODE", "E0100000", "area"),
    (row("E99000001"), 2, "GEOGRAPHY_CODE", "E99000001", "area"),
    (row(value="x"), 2, "OBS_VALUE", "x", "figure"),
    (row(value="-5"), 2, "OBS_VALUE", "-5", "figure"),
    (row(value="inf"), 2, "OBS_VALUE", "inf", "figure"),
    (row(value="NaN"), 2, "OBS_VALUE", "NaN", "figure"),
    (row(value="1e309"), 2, "OBS_VALUE", "1e309", "figure"),
    (row(value="1" * 30), 2, "OBS_VALUE", "1" * 30, "figure"),
    (row(value="٣"), 2, "OBS_VALUE", "٣", "figure"),
    (row(value="1_000"), 2, "OBS_VALUE", "1_000", "figure"),
    (row(date="2016-17"), 2, "DATE_NAME", "2016-17", "period"),
    (row(status="Nobody knows"), 2, "OBS_STATUS_NAME", "Nobody knows", "status"),
    (row() + ",more", 2, "", "9 cells", "cells"),
    ("Aug-17", 2, "", "1 cells", "cells"),
    (row("E01000001\0"), 2, "GEOGRAPHY_CODE", "E01000001\\0", "zero byte"),
]


@pytest.mark.parametrize(("bad", "number", "column", "value", "code"), BAD)
def test_each_fault_has_its_place(bad: str, number: int, column: str, value: str, code: str) -> None:
    found = faults(nomis(bad, row("E01000002")))
    assert [(p.row, p.column, p.value, p.code) for p in found] == [(number, column, value, code)]
    kept = read_file(nomis(bad, row("E01000002")), "file.csv", GOOD)
    assert [fact[0] for fact in told(kept)] == ["E01000002"]
    assert list(kept.problems) == found


def test_every_fault_at_once() -> None:
    rows = [bad for bad, *_ in BAD]
    found = faults(nomis(*rows, row("E01000009")))
    assert [(p.row, p.code) for p in found] == [(place, code) for place, (*_, code) in enumerate(BAD, start=2)]
    assert told(read_file(nomis(*rows, row("E01000009")), "file.csv", GOOD)) == [
        ("E01000009", "2017-08-01", "claimant-count", 5.0, "")
    ]


def test_rows_are_counted_with_empty_lines() -> None:
    found = faults(nomis(row(), "", "", row("E01000002", "x")))
    assert [problem.row for problem in found] == [5]


def test_bytes_that_are_not_utf8() -> None:
    data = nomis(row().replace("Somewhere", "Caf\u00e9"), row("E01000002"))
    mixed = data.replace(b"Somewhere", b"Caf\xe9")
    assert [(p.row, p.code) for p in faults(mixed)] == [(3, "encoding")]
    assert read_file(data.decode().encode("cp1252"), "file.csv", ASKED).table["name"].to_pylist()[0] == "Café"
    assert read_file(data.decode().encode("utf-16"), "file.csv", ASKED).table["name"].to_pylist()[0] == "Café"
    assert read_file(b"\xef\xbb\xbf" + data, "file.csv", ASKED).edition.rows == 2
    assert [p.code for p in faults(data.decode().encode("utf-16")[:-1])] == ["encoding"]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "empty"),
        (b" \n\n", "empty"),
        (HEADER.encode(), "no rows"),
        ((HEADER + "\n\n").encode(), "no rows"),
        (b"PK\x03\x04rest", "not text"),
        (b"one column\n1\n", "header"),
        (nomis(row().replace("Somewhere", '"Some')), "records"),
        (b"a,b\n1,2\n", "layout"),
        (HEADER.replace("GEOGRAPHY_CODE", "OBS_VALUE").encode() + row().encode(), "layout"),
        (HEADER.replace("GENDER_NAME", "OBS_VALUE").encode() + row().encode(), "columns"),
    ],
)
def test_files_that_cannot_be_read(data: bytes, code: str) -> None:
    assert [problem.code for problem in faults(data)] == [code]


def test_a_huge_cell_is_a_fault_that_is_not_shown_whole() -> None:
    [found] = faults(nomis(row().replace("Somewhere", "x" * 50_000)))
    assert (found.row, found.column, found.code) == (2, "GEOGRAPHY_NAME", "name")
    assert len(found.value) <= 60


def test_many_faults_are_counted_in_full() -> None:
    found = faults(nomis(*(row(f"E01{number:06}", "x") for number in range(MOST + 500))))
    assert len(found) == MOST + 1
    assert found[-1].value == "500 more"


def test_the_same_figure_twice_is_kept_once_and_two_figures_for_one_are_faults() -> None:
    reading = read_file(nomis(row(), row(), row("E01000002")), "file.csv", ASKED)
    assert reading.edition.rows == 2
    assert [remark.code for remark in reading.remarks] == ["twice"]
    other = nomis(row(), row(value="10"), row("E01000002"))
    [found] = faults(other)
    assert (found.row, found.code) == (3, "twice")
    assert "row 2 has 5" in found.expected
    assert [fact[0] for fact in told(read_file(other, "file.csv", GOOD))] == ["E01000002"]


def test_two_labels_of_one_period_are_one() -> None:
    [found] = faults(nomis(row(), row(date="August 2017", value="10")))
    assert found.code == "twice"


def test_status_and_flags() -> None:
    rows = (
        row(value="", status="These figures are missing."),
        row("E01000002", "", status="These figures are suppressed as statistically unreliable."),
        row("E01000003", "9", status="Suppressed to avoid disclosure"),
        row("E01000004", "10", status="Provisional value"),
        row("E01000005", ""),
    )
    table = read_file(nomis(*rows), "file.csv", ASKED).table.to_pylist()
    assert [(r["value"], r["status"], r["provisional"]) for r in table] == [
        (None, Status.MISSING, False), (None, Status.UNRELIABLE, False), (None, Status.SUPPRESSED, False),
        (10.0, Status.GIVEN, True), (None, Status.MISSING, False),
    ]  # fmt: skip


def test_an_unknown_table_needs_what_the_file_does_not_say() -> None:
    data = nomis(row().replace("Claimant count", "Swans seen"))
    [found] = faults(data, replace(ASKED, title="Swans"))
    assert found.expected.endswith("dataset, source")
    asked = replace(ASKED, dataset="swans", title="Swans", source="A count of swans")
    edition = read_file(data, "file.csv", asked).edition
    assert (edition.dataset, edition.rounding, edition.perturbation) == ("swans", None, Perturbation.NOT_STATED)


def test_what_is_asked_takes_the_place_of_what_is_known() -> None:
    asked = replace(ASKED, rounding=10.0, perturbation=Perturbation.NOISE, title="Ours")
    edition = read_file(nomis(row(value="15")), "file.csv", asked).edition
    assert (edition.rounding, edition.perturbation, edition.title) == (10, Perturbation.NOISE, "Ours")


def test_figures_that_are_not_rounded_as_said_are_remarked_on() -> None:
    [remark] = read_file(nomis(row(value="7"), row("E01000002", "10")), "file.csv", ASKED).remarks
    assert (remark.code, remark.value) == ("rounding", "1 figures are not")


def test_a_file_of_two_tables_needs_to_be_told_which() -> None:
    rate = row(value="4.1").replace("Claimant count", "Claimants as a proportion of residents aged 16-64")
    data = nomis(row(), rate)
    assert [problem.code for problem in faults(data)] == ["several datasets"]
    reading = read_file(data, "file.csv", replace(ASKED, dataset="claimant-rate"))
    assert [fact[3] for fact in told(reading)] == [4.1]
    assert [remark.code for remark in reading.remarks] == ["other series"]
    assert [problem.code for problem in faults(data, replace(ASKED, dataset="population"))] == ["dataset"]


def test_quoted_cells_and_other_separators_read_the_same() -> None:
    plain = nomis(row(), row("E01000002"))
    quoted = plain.decode().replace(",", '","').replace("\n", '"\n"').removesuffix('"').join(['"', ""]).encode()
    first, second = read_file(plain, "a.csv", ASKED), read_file(quoted, "b.csv", ASKED)
    assert first.table.equals(second.table)
    for separator in ";\t|":
        assert read_file(plain.replace(b",", separator.encode()), "c.csv", ASKED).table.equals(first.table)
    assert read_file(plain.replace(b"\n", b"\r\n"), "d.csv", ASKED).table.equals(first.table)
    assert read_file(plain.replace(b"\n", b"\r"), "e.csv", ASKED, layout="nomis-api").table.equals(first.table)


WIDE = b'code,Area,"Claimant count (October 2019)","Claimant count (October 2020)",Rate\nE01000001,A,5,"1,100",-0.5\n'
MAPPING = """
[area]
column = "code"
name = "Area"
vintages = { lsoa = "2011" }
[[figures]]
column = "Claimant count (October 2019)"
words = "Claimant count"
period = "October 2019"
[[figures]]
column = "Claimant count (October 2020)"
words = "Claimant count"
period = "October 2020"
"""


def test_mapping_file() -> None:
    reading = read_file(WIDE, "wide.csv", ASKED, mapping=MAPPING.encode())
    assert [fact[1:4] for fact in told(reading)] == [
        ("2019-10-01", "claimant-count", 5.0), ("2020-10-01", "claimant-count", 1100.0),
    ]  # fmt: skip
    assert reading.edition.vintages == (("lsoa", "2011"),)


def test_mapping_by_name_of_area_with_months_marks_and_filters() -> None:
    rows = ("place;when;what;n", "Wirral;2004-12;rate;72.4", "Wirral;2005-03;rate;x", "Wirral;2005-03;other;1")
    data = "\n".join((*rows, "Thanet;2005-03;rate;1")).encode()
    mapping = """
    negative = true
    [area]
    column = "place"
    codes = { "Wirral" = "E08000015" }
    [period]
    column = "when"
    months = 12
    [[figures]]
    column = "n"
    series = ["what"]
    unit = "per cent"
    [only]
    what = ["rate"]
    place = ["Wirral"]
    [marks]
    "x" = "suppressed"
    """
    asked = replace(ASKED, dataset="ours", title="Ours", source="Us")
    table = read_file(data, "ours.csv", asked, mapping=mapping.encode()).table.to_pylist()
    assert [(r["area"], r["name"], str(r["start"]), r["value"], r["status"]) for r in table] == [
        ("E08000015", "Wirral", "2004-01-01", 72.4, ""), ("E08000015", "Wirral", "2004-04-01", None, "suppressed"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("mapping", "code", "count"),
    [
        ("not toml at all [", "syntax", 1),
        (
            MAPPING.replace('column = "code"', 'column = "kode"').replace('name = "Area"', 'name = "Arrea"'),
            "columns",
            2,
        ),
        (
            MAPPING.replace('"October 2019"', '"Octember 2019"', 1).replace('period = "October', 'period = "Octember'),
            "period",
            2,
        ),
        (MAPPING.replace('period = "October 2019"', ""), "period", 1),
        (MAPPING + "[elsewhere]\nx = 1\n", "", 1),
    ],
)
def test_faults_of_a_mapping_file(mapping: str, code: str, count: int) -> None:
    found = faults(WIDE, mapping=mapping.encode())  # type: ignore[arg-type]
    assert len(found) == count
    assert all(problem.code == code for problem in found) or not code or code == "syntax"


def test_numbers() -> None:
    for text, value in (("  927", 927), ("1,100", 1100), ("4e3", 4000), ("230391.0", 230391), (".5", 0.5), ("-0", 0)):
        assert number_of(text) == value
    assert number_of("-0.5", negative=True) == -0.5
    for text in ("", "1,10", "11,00", "1.2.3", "0x10", "1 000", "--5", "+", "5e", "1e13", "£5", "5%"):
        with pytest.raises(CellError):
            number_of(text)


def test_known_tables_say_where_their_facts_stand() -> None:
    assert all(dataset.read_at.startswith("https://") and dataset.source for dataset in known_datasets().values())
    assert status_of("Normal Value") is not None
    assert status_of("Whatever") is None


def test_layouts_are_told_apart(tmp_path: Path) -> None:
    assert layout_of(nomis(row()), "a.csv") == "nomis-api"
    assert layout_of(b"date,area_code,measure,value\n2017-08,E08000015,Claimant count,5\n", "a.csv") == "tidy"
    assert [problem.code for problem in faults(nomis(row()), layout="unheard-of")] == ["layout"]
    assert set(LAYOUTS) >= {"nomis-api", "tidy", "deprivation", "population"}
    path = tmp_path / "a.csv"
    path.write_bytes(nomis(row()))
    assert read_path(path, ASKED) == read_file(nomis(row()), "a.csv", ASKED)
    path.write_bytes(b"")
    with pytest.raises(BadInput):
        read_path(path, ASKED)


@pytest.mark.parametrize(("dataset", "rounding", "marked"), [
    ("claimant-count", None, False), ("total-jobs", None, True), ("total-jobs", 1000.0, False),
])  # fmt: skip
def test_rounding_that_nobody_checked_is_marked(dataset: str, rounding: float | None, marked: bool) -> None:
    words = "Claimant count" if dataset == "claimant-count" else "Total jobs"
    text = (
        "DATE_NAME,GEOGRAPHY_NAME,GEOGRAPHY_CODE,ITEM_NAME,MEASURES_NAME,OBS_VALUE,OBS_STATUS_NAME\n"
        f"2016,Barking and Dagenham,E09000002,{words},Value,64000,Normal Value\n"
    )
    asked = Asked(dt.date(2026, 1, 1), dataset=dataset, rounding=rounding)
    assert any("unverified" in note for note in read_file(text.encode(), "f.csv", asked).edition.notes) is marked

"""Tables of Stat-Xplore, read by their labels: months, marks, gaps, notes, and areas that have names only."""

import datetime as dt
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commongoal.kernel.errors import BadInput
from commongoal.places.engine.observations import Asked, Perturbation, Reading, Status
from commongoal.places.files.reading import layout_of, read_file
from commongoal.places.files.statxplore import read

NAMES = {"Testham North": ("E05000001",), "Testham South": ("E05000002",), "Middle": ("E05000003", "E05000004"),
         "Conwy": ("E05000005",)}  # fmt: skip
ASKED = Asked(dt.date(2024, 1, 20), vintages=(("ward", "2024"),))
HEAD = """Stat-Xplore

"People on Universal Credit (I II z)"
"Wards by Month"
"Counting: People on Universal Credit"

Filters:
"Employment indicator","Not in employment"

"""
LABELS = ("November 2022 (r)", "December 2022", "November 2023 (p)")
MONTHS = ",".join(f'"{label}","{label[:13].strip()} - Annotations"' for label in LABELS)
TABLE = f"""\
"Month",{MONTHS},
"National - Regional - LA - OAs",
"Testham South",10,,"1,100",,..,,
"Testham North",..,,20,r,30,,
"Unknown",1,,2,,3,,
"Total",12,,22,,34,,
"""
FOOT = '''

"INFO","Statistical disclosure control has been applied to this table."


Symbol,Description
"I","A note, with a comma."
"z",""".."" denotes a nil or negligible number."
"r","Figures marked ""r"" have been revised."


Source: Department for Work and Pensions
'''


def taken(text: str, **asked: object) -> Reading:
    return read(text.encode(), "uc.csv", replace(ASKED, **asked), NAMES)  # type: ignore[arg-type]


def problems(text: str, **asked: object) -> list[tuple[int, str, str]]:
    with pytest.raises(BadInput) as refusal:
        taken(text, **asked)
    return [(problem.row, problem.column, problem.code) for problem in refusal.value.problems]


def test_a_table_is_read_by_its_labels() -> None:
    reading = taken(HEAD + TABLE + FOOT)
    rows = [
        (row["area"], row["start"], row["end"], row["value"], row["status"], row["provisional"], row["revised"])
        for row in reading.table.to_pylist()
    ]
    november, december, later = dt.date(2022, 11, 1), dt.date(2022, 12, 1), dt.date(2023, 11, 1)
    assert rows == [
        ("E05000001", november, december, None, Status.NIL, False, True),
        ("E05000002", november, december, 10, "", False, True),
        ("E05000001", december, dt.date(2023, 1, 1), 20, "", False, True),
        ("E05000002", december, dt.date(2023, 1, 1), 1100, "", False, False),
        ("E05000001", later, dt.date(2023, 12, 1), 30, "", True, False),
        ("E05000002", later, dt.date(2023, 12, 1), None, Status.NIL, True, False),
    ]
    assert set(reading.table["name"].to_pylist()) == {"Testham North", "Testham South"}


def test_what_the_file_says_of_itself_is_in_its_edition() -> None:
    edition = taken(HEAD + TABLE + FOOT).edition
    assert (edition.dataset, edition.title) == ("universal-credit-people", "People on Universal Credit")
    assert edition.source == "Department for Work and Pensions, Stat-Xplore"
    assert (edition.perturbation, edition.noise) == (Perturbation.NOISE, None)
    assert edition.notes == ("Statistical disclosure control has been applied to this table.",)
    assert dict(edition.symbols)["z"] == '".." denotes a nil or negligible number.'
    assert edition.series[0].words == "People on Universal Credit"
    assert edition.series[0].dimensions == (("Employment indicator", "Not in employment"),)
    assert (edition.first, edition.last, edition.rows) == (dt.date(2022, 11, 1), dt.date(2023, 12, 1), 6)
    assert edition.vintages == (("ward", "2024"),)


def test_the_gap_and_rows_that_are_no_areas_are_remarked() -> None:
    remarks = taken(HEAD + TABLE + FOOT).remarks
    assert [(remark.code, remark.value) for remark in remarks[:3]] == [
        ("no area", "Unknown"), ("no area", "Total"), ("gap", "January 2023"),
    ]  # fmt: skip
    assert "no figures until November 2023" in remarks[2].expected


def test_a_table_without_a_head_is_read_where_the_rest_is_said() -> None:
    assert problems(TABLE) == [(0, "", "dataset")]
    reading = taken(TABLE, dataset="universal-credit-people")
    assert reading.table.num_rows == 6
    told = taken(TABLE, dataset="esa", title="ESA", source="DWP")
    assert (told.edition.perturbation, told.edition.rounding) == (Perturbation.NOT_STATED, None)


def test_it_is_recognised_with_and_without_its_head() -> None:
    assert layout_of((HEAD + TABLE + FOOT).encode(), "uc.csv") == "stat-xplore"
    assert layout_of(TABLE.encode(), "uc.csv") == "stat-xplore"
    assert read_file(TABLE.encode(), "uc.csv", Asked(ASKED.fetched_on, "universal-credit-people"), names=NAMES)


def test_without_names_it_says_what_to_import_first() -> None:
    with pytest.raises(BadInput, match="Import a lookup that names the ward areas of 2024 first"):
        read((HEAD + TABLE + FOOT).encode(), "uc.csv", ASKED)


def test_every_fault_at_once() -> None:
    text = HEAD + TABLE.replace(
        '"Unknown"',
        '"Middle",1,,2,,3,,\n"Nowhere",1,,2,,3,,\n"Testham North",5,,6,,7,,\n'
        '"Conwy / Conwi",many,,2,q,-3,,9\n"Short",1,,\n"Unknown"',
    )
    assert problems(text) == [
        (14, "area", "area name"),
        (15, "area", "area name"),
        (16, "area", "area name"),
        (17, "column 2", "figure"),
        (17, "column 5", "annotation"),
        (17, "column 6", "figure"),
        (17, "column 8", "columns"),
        (18, "", "cells"),
    ]
    kept = taken(text, keep_good=True)
    assert (kept.table.num_rows, len(kept.problems)) == (6, 8)


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ('"November 2022 (r)"', '"December 2022 (r)"', "twice"),
        ('"December 2022",', '"Winter",', "columns"),
        ('"Testham South",10', '"Testham South",\0', "text"),
        ('"Testham South",10,,"1,100",,..,,\n"Testham North",..,,20,r,30,,\n', "", "no rows"),
    ],
)
def test_other_faults(old: str, new: str, fault: str) -> None:
    assert fault in {code for _, _, code in problems(HEAD + TABLE.replace(old, new) + FOOT)}


@pytest.mark.parametrize("text", ["", "Stat-Xplore\n", "a,b\n1,2\n", '"unclosed', "Stat-Xplore\n\n" + '"x,' * 9])
def test_what_is_no_table_is_refused(text: str) -> None:
    assert problems(text)


@given(st.binary(min_size=1, max_size=3), st.integers(0, len((HEAD + TABLE + FOOT).encode())), st.booleans())
def test_a_damaged_file_is_refused_or_read_and_never_breaks(noise: bytes, place: int, instead: bool) -> None:
    whole = (HEAD + TABLE + FOOT).encode()
    data = whole[:place] + noise + whole[place + (len(noise) if instead else 0) :]
    try:
        reading = read(data, "uc.csv", ASKED, NAMES)
    except BadInput as refusal:
        assert refusal.problems  # noqa: PT017 - either way is right
    else:
        assert reading.table.num_rows == reading.edition.rows

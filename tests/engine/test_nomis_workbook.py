"""Workbooks of Nomis, read by their labels."""

import datetime as dt
import io
from collections.abc import Sequence

import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from commongoal.kernel.errors import BadInput
from commongoal.places.engine.observations import Asked, Status
from commongoal.places.files.nomis_workbook import read, recognises
from commongoal.places.files.reading import layout_of

ASKED = Asked(dt.date(2024, 12, 5))
Cell = str | int | float | None
TOP: list[list[Cell]] = [
    ["annual survey of hours and earnings - resident analysis"],
    ["ONS Crown Copyright Reserved [from Nomis on 5 December 2024]"],
    [],
    ["date", 2024],
    ["sex", "Male"],
    ["pay", "Annual pay - gross"],
    ["confidence", "Standard error as a percentage of the figure"],
    [],
]
HEAD: list[list[Cell]] = [
    ["local authority: district / unitary (as of April 2023)", None, "Number of jobs", None, "Median", None],
    [None, None, "number", "conf %", "number", "conf %"],
]
BODY: list[list[Cell]] = [
    ["Hartlepool", "E06000001", 27000, 9.9, 27504, 7.6],
    ["Middlesbrough", "E06000002", 37000, 8.5, "#", "#"],
    ["Column Total", None, "-", "-", "-", "-"],
]
FOOT: list[list[Cell]] = [
    [],
    ["# These figures are suppressed as statistically unreliable."],
    ["- These figures are missing."],
    ["Figures are for indicative purposes."],
]


def book(rows: Sequence[Sequence[Cell]], sheets: int = 1) -> bytes:
    data = io.BytesIO()
    with xlsxwriter.Workbook(data, {"in_memory": True}) as made:
        for _ in range(sheets):
            sheet = made.add_worksheet()
            for number, row in enumerate(rows):
                for place, cell in enumerate(row):
                    if cell is not None:
                        sheet.write(number, place, cell)
    return data.getvalue()


WHOLE = book(TOP + HEAD + BODY + FOOT)


def problems(rows: Sequence[Sequence[Cell]]) -> list[tuple[int, str, str]]:
    with pytest.raises(BadInput) as refusal:
        read(book(rows), "pay.xlsx", ASKED)
    return [(problem.row, problem.column, problem.code) for problem in refusal.value.problems]


def test_a_workbook_is_read_by_its_labels() -> None:
    reading = read(WHOLE, "pay.xlsx", ASKED)
    assert reading.edition.rows == 8
    words = {series.key: series for series in reading.edition.series}
    found = {
        (words[row["series"]].words, row["area"]): (row["value"], row["status"], row["start"])
        for row in reading.table.to_pylist()
    }
    start = dt.date(2024, 1, 1)
    assert found["sex: Male; Annual pay - gross; Median", "E06000001"] == (27504, "", start)
    assert found["sex: Male; Annual pay - gross; Median", "E06000002"] == (None, Status.UNRELIABLE, start)
    error = "sex: Male; Annual pay - gross; Median; standard error as a percentage of the figure"
    assert found[error, "E06000001"] == (7.6, "", start)
    assert {series.unit for series in words.values()} == {"jobs", "pounds", "per cent of the figure"}


def test_what_the_file_says_of_itself_is_in_its_edition() -> None:
    reading = read(WHOLE, "pay.xlsx", Asked(dt.date(2025, 1, 1)))
    edition = reading.edition
    assert (edition.fetched_on, edition.vintages) == (dt.date(2024, 12, 5), (("district", "2023"),))
    assert edition.title == "Annual survey of hours and earnings - resident analysis"
    assert edition.dataset == "earnings"
    assert edition.notes == ("Figures are for indicative purposes.",)
    assert edition.symbols[0] == ("#", "These figures are suppressed as statistically unreliable.")
    assert [remark.code for remark in reading.remarks] == ["no area", "fetched on"]


def test_it_is_recognised() -> None:
    assert recognises(WHOLE, "pay.xlsx")
    assert layout_of(WHOLE, "pay.xlsx") == "nomis-workbook"
    assert not recognises(book([["a", "b"], [1, 2]]), "other.xlsx")
    assert not recognises(b"PK\x03\x04 broken", "other.xlsx")
    assert not recognises(b"a,b\n", "other.csv")


def test_every_fault_at_once() -> None:
    body: list[list[Cell]] = [
        ["Hartlepool", "E06000001", 27000, 9.9, "~", "#"],
        ["Nowhere", "E0600", 1, 1, 1, 1],
        ["Hartlepool", "E06000001", 1, 1, 1, 1],
        ["Nameless", None, 1, 1, 1, 1],
    ]
    assert problems(TOP + HEAD + body + FOOT) == [
        (11, "Median number", "figure"),
        (12, "code", "area code"),
        (13, "code", "area code"),
        (14, "code", "area code"),
    ]
    kept = read(book(TOP + HEAD + BODY[:1] + body[1:2] + FOOT), "f", Asked(ASKED.fetched_on, keep_good=True))
    assert (kept.edition.rows, len(kept.problems)) == (4, 1)


def test_a_mark_is_what_its_footnote_says() -> None:
    assert (12, "Median number", "figure") in problems(TOP + HEAD + BODY)
    secret = [FOOT[0], ["# These figures are suppressed to protect people."]]
    reading = read(book(TOP + HEAD + BODY[:2] + secret), "pay.xlsx", ASKED)
    assert Status.SUPPRESSED in reading.table["status"].to_pylist()


@pytest.mark.parametrize(
    ("rows", "fault"),
    [
        ([], "sheets"),
        ([["only", "text"]], "columns"),
        (TOP[:3] + TOP[4:] + HEAD + BODY + FOOT, "period"),
        (TOP + BODY + FOOT, "columns"),
        (TOP + HEAD + BODY + FOOT + [["date", 2023]], "second table"),
        ([*TOP, [*HEAD[0][:4], "Number of jobs"], HEAD[1], *BODY, *FOOT], "twice"),
    ],
)
def test_other_faults(rows: list[list[Cell]], fault: str) -> None:
    assert fault in {code for _, _, code in problems(rows)}


def test_two_sheets_are_refused() -> None:
    with pytest.raises(BadInput, match="one sheet"):
        read(book(TOP + HEAD + BODY + FOOT, 2), "pay.xlsx", ASKED)


@given(st.integers(0, len(WHOLE) - 1), st.integers(0, 255))
def test_a_damaged_file_is_refused_or_read_and_never_breaks(place: int, byte: int) -> None:
    data = WHOLE[:place] + bytes([byte]) + WHOLE[place + 1 :]
    try:
        assert read(data, "pay.xlsx", ASKED).edition.rows
    except BadInput as refusal:
        assert refusal.problems  # noqa: PT017 - either way is right

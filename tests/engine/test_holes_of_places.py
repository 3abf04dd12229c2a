"""Files and arguments of places made to harm: each is refused in words, and nothing comes near the end of memory."""

import csv
import datetime as dt
import io
import json
import zipfile
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from commongoal.cli import exits, main
from commongoal.kernel.errors import BadInput
from commongoal.kernel.words import clean
from commongoal.places.engine.observations import Asked
from commongoal.places.files.lookups import MOST_ROWS, LookupLost, kept_geography, read_lookup
from commongoal.places.files.packed import MOST_UNPACKED, plain_workbook
from commongoal.places.files.reading import layout_of, read_file

GOOD = "date,area_code,area_name,measure,value\n2017-08,E08000015,Wirral,Claimant count,5\n"
LOOKUP = "lsoa11_code,lsoa11_name,ltla21_code,ltla21_name\nE01000001,One 1A,E08000015,Wirral\n"
SHEET = (
    '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>%s</sheetData></worksheet>'
)


def workbook(cells: str, times: int = 1) -> bytes:
    """A workbook of one sheet with these rows, so many times over."""
    parts = {
        "xl/workbook.xml": '<workbook xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">'
        '<sheets><sheet name="s" sheetId="1" r:id="rId1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": '<Relationships><Relationship Id="rId1" Target="worksheets/sheet1.xml" Type='
        '"http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet"/></Relationships>',
        "xl/worksheets/sheet1.xml": SHEET % (cells * times),
        "xl/vbaProject.bin": "a macro",
    }
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in parts.items():
            packed.writestr(name, content)
    return whole.getvalue()


FAR = (
    '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>',
    "<row r='1048576'><c r='XFD1048576'><v>1</v></c></row>",
    '<row r = "1048576"><c\nr="ZZ9"><v>1</v></c></row>',
)


@pytest.mark.parametrize("cells", FAR)
def test_a_workbook_with_a_cell_far_away_is_refused_before_it_is_read(cells: str) -> None:
    with pytest.raises(BadInput) as refused:
        layout_of(workbook(cells), "far.xlsx")
    assert "at most 5,000,000 cells" in str(refused.value)


def test_a_workbook_that_unpacks_to_too_much_is_refused() -> None:
    bomb = workbook('<row><c t="inlineStr"><is><t>' + "A" * (1 << 20), (MOST_UNPACKED >> 20) + 1)
    assert len(bomb) < MOST_UNPACKED / 100
    with pytest.raises(BadInput) as refused:
        read_file(bomb, "bomb.xlsx", Asked(fetched_on=dt.date(2024, 1, 1)))
    assert "MB when it is unpacked" in str(refused.value)


def test_of_a_workbook_only_words_and_figures_reach_the_reader() -> None:
    with zipfile.ZipFile(io.BytesIO(plain_workbook(workbook('<row r="1"><c r="B2"/></row>'), "a.xlsx"))) as plain:
        assert [name for name in plain.namelist() if not name.endswith((".xml", ".rels"))] == []
        assert len(plain.namelist()) == 3


def test_a_table_of_overlaps_of_very_many_rows_is_refused() -> None:
    packed = io.BytesIO()
    many = pa.DictionaryArray.from_arrays(pa.array([0] * (MOST_ROWS + 1), pa.int8()), pa.array(["E01000001"]))
    pq.write_table(pa.table({"LSOA11": many}), packed)
    assert packed.tell() < 100_000
    with pytest.raises(BadInput, match="at most 5,000,000 rows"):
        read_lookup(packed.getvalue(), "overlaps.parquet")


@pytest.mark.parametrize("bound", [131_072, 1_000_000])  # others in the process may move the reader's own bound
def test_a_cell_without_end_in_a_table_of_overlaps_is_refused(bound: int) -> None:
    text = f'LSOA11,PARL25,percentage_overlap_pop\nE01000001,"{"a" * 200_000}",1\n'
    before = csv.field_size_limit(bound)
    try:
        with pytest.raises(BadInput, match="records that can be told apart"):
            read_lookup(text.encode(), "overlaps.csv")
    finally:
        csv.field_size_limit(before)


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.csv").write_text(GOOD)
    (tmp_path / "l.csv").write_text(LOOKUP)
    return tmp_path


def bring(*words: str) -> int:
    return main.run(["places", "import", *words, "--into", "store"])


@pytest.mark.parametrize("base", ["nan", "inf", "-5", "1e999", "five"])
def test_what_is_no_base_of_rounding_is_no_argument(here: Path, base: str) -> None:
    assert bring("a.csv", "--fetched-on", "2024-01-01", "--rounding", base) == exits.USAGE
    assert not (here / "store").exists()


def test_a_day_to_come_and_bytes_that_are_no_text(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert bring("a.csv", "--fetched-on", "2999-01-01") == exits.REFUSED
    assert "still to come" in capsys.readouterr().err
    odd = here / "a\udce9.csv"
    odd.write_text(GOOD)
    assert bring(str(odd), "--fetched-on", "2024-01-01", "--title", "T\udce9\x1b[31m", "--json") == exits.DONE
    edition = json.loads(capsys.readouterr().out)["files"][0]["edition"]
    assert (edition["title"], edition["file"]) == ("T[31m", "a.csv")


@pytest.mark.parametrize("harm", [b"", b"PAR1 and no more", "foreign"])
def test_a_lookup_that_was_harmed_is_named(here: Path, capsys: pytest.CaptureFixture[str], harm: bytes | str) -> None:
    assert bring("a.csv", "l.csv", "--fetched-on", "2024-01-01") == exits.DONE
    [path] = (here / "store" / "lookups").glob("*.parquet")
    if isinstance(harm, bytes):
        path.write_bytes(harm)
    else:
        pq.write_table(pa.table({"a": [1]}), path)
    with pytest.raises(LookupLost):
        kept_geography(here / "store")
    for words in (["profile", "E08000015", "--store", "store"], ["import", "a.csv", "--into", "store"]):
        assert main.run(["places", *words]) == exits.REFUSED
        assert path.name in capsys.readouterr().err


def test_definitions_that_are_no_text(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert bring("a.csv", "--fetched-on", "2024-01-01") == exits.DONE
    (here / "own.toml").write_bytes(b"\x94\xff")
    found = main.run(["places", "profile", "E08000015", "--store", "store", "--indicators", "own.toml"])
    assert found == exits.REFUSED
    assert "UTF-8" in capsys.readouterr().err


def test_what_xml_has_not_is_cleaned_away() -> None:
    assert clean("a\ufffe\uffff\x0b\udce9b\tc") == "ab c"

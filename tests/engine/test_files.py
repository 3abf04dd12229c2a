"""The same ledger from CSV, workbooks and Parquet; encodings; and a target that is whole, kept, or not there."""

import os
import tomllib
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xlsxwriter

from commongoal.kernel.errors import BadInput
from commongoal.pathway.engine.ledger import TABLES
from commongoal.pathway.engine.shape import schema_of, shaped
from commongoal.pathway.files import (
    Manifest,
    Report,
    TargetExists,
    check_ledger,
    describe_ledger,
    import_ledger,
    open_manifest,
    read_programme,
    write_ledger,
)
from commongoal.pathway.files import directory as directory_module
from tests.engine.good_ledger import GOOD, SNAPSHOT, checked, good, programme, text_of, write_csv, write_xlsx


def check_of(*inputs: Path) -> Report:
    return check_ledger(programme(), inputs, SNAPSHOT)


def bring(tmp_path: Path, *inputs: Path, **how: bool) -> Report:
    return import_ledger(programme(), inputs, tmp_path / "ledger", SNAPSHOT, **how)


def tables_in(directory: Path) -> dict[str, list[dict[str, object]]]:
    return {table.name: pq.read_table(directory / f"{table.name}.parquet").to_pylist() for table in TABLES}


EXPECTED = {name: table.to_pylist() for name, table in checked(good()).tables.items()}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_text_is_read_in_any_usual_form(tmp_path: Path, encoding: str, delimiter: str) -> None:
    ledger = good()
    ledger["work"][0]["employer"] = "Café Zoë, Ltd"
    ledger["pay"][0]["employer"] = "Café Zoë, Ltd"
    report = bring(tmp_path, write_csv(tmp_path / "in", ledger, encoding, delimiter))
    assert report.clean
    assert report.good == {name: len(of) for name, of in GOOD.items()}
    assert tables_in(tmp_path / "ledger")["work"][0]["employer"] == "Café Zoë, Ltd"


def test_every_kind_of_file_gives_the_same_ledger(tmp_path: Path) -> None:
    bring(tmp_path, write_xlsx(tmp_path / "book.xlsx", good()))
    assert tables_in(tmp_path / "ledger") == EXPECTED
    import_ledger(programme(), [tmp_path / "ledger"], tmp_path / "again", SNAPSHOT)
    for name in ("people.parquet", "entries.parquet", "costs.parquet", "ledger.toml"):
        assert (tmp_path / "again" / name).read_bytes() == (tmp_path / "ledger" / name).read_bytes()


def test_parquet_of_other_types_is_read(tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    for name, of in GOOD.items():
        pq.write_table(pa.Table.from_pylist(of), folder / f"{name}.parquet")
    entries = pa.Table.from_pylist(GOOD["entries"])
    stamps = entries.column("on").cast(pa.timestamp("us"))
    entries = entries.set_column(1, "on", stamps).set_column(0, "person", entries.column(0).dictionary_encode())
    pq.write_table(entries.drop_columns(["seq"]), folder / "entries.parquet")
    costs = pa.Table.from_pylist(GOOD["costs"])
    costs = costs.set_column(4, "amount", pa.array([20000.1 * 1, float("nan")]))
    pq.write_table(costs, folder / "costs.parquet")
    report = check_of(folder)
    assert [(p.code, p.file, p.row) for p in report.problems] == [("not_finite", "costs.parquet", 3)]


def test_a_nested_parquet_column_is_refused(tmp_path: Path) -> None:
    write_csv(tmp_path / "in", good())
    (tmp_path / "in" / "readings.csv").unlink()
    pq.write_table(pa.table({"person": [["p1"]]}), tmp_path / "in" / "readings.parquet")
    assert ("unreadable", "readings.parquet") in {(p.code, p.file) for p in check_of(tmp_path / "in").problems}


def test_numbers_under_a_date_heading_of_a_workbook_are_excel_dates(tmp_path: Path) -> None:
    with xlsxwriter.Workbook(tmp_path / "book.xlsx") as book:
        sheet = book.add_worksheet("entries")
        sheet.write_row(0, 0, ["person", "on", "stage_to"])
        sheet.write_row(1, 0, ["p1", 45321, "referred"])
        people = book.add_worksheet("people")
        people.write_row(0, 0, ["person", "health"])
        people.write_row(1, 0, ["p1", "good"])
    found = check_of(tmp_path / "book.xlsx").problems
    assert [(p.code, p.file, p.row, p.value) for p in found] == [("excel_date", "book.xlsx [entries]", 2, "45321")]
    assert "30 January 2024" in found[0].expected


def test_mixed_encodings_are_found_at_their_cell(tmp_path: Path) -> None:
    ledger = good()
    ledger["work"][1]["evidence"] = "Zoë"
    folder = write_csv(tmp_path / "in", ledger)
    text = (folder / "work.csv").read_bytes()
    (folder / "work.csv").write_bytes(text.replace(b"Dockside Foods", b"Caf\xe9"))
    found = check_of(folder).problems
    assert [(p.code, p.row, p.column, p.value) for p in found] == [("mixed_encoding", 2, "employer", "Caf\\xE9")]
    assert "byte E9 would make 'Café' in Windows-1252" in found[0].expected


def test_utf16_that_breaks_off_is_refused(tmp_path: Path) -> None:
    folder = write_csv(tmp_path / "in", good(), "utf-16")
    text = (folder / "work.csv").read_bytes()
    (folder / "work.csv").write_bytes(text[:-1])
    assert [(p.code, p.file) for p in check_of(folder).problems] == [("bad_encoding", "work.csv")]


@pytest.mark.parametrize(
    ("text", "code", "row"),
    [
        ("person,on,area,level\np1,2025-02-01,confidence\n", "ragged_row", 2),
        ("person,on,area,level\np1,2025-02-01,confidence,2,more\n", "ragged_row", 2),
        ('person,on,area,level\np1,2025-02-01,"confidence,2\n', "broken_csv", 0),
        ("", "unreadable", 0),
        ("person,on,area,level\n\n\np1,2025-02-01,confidence,9\n", "out_of_range", 4),
        ("person,on,area,level\n,,,\np1,2025-02-01,confidence,9\n,,,\n", "out_of_range", 3),
        ('"person","on","area","level"\np1,2025-02-01,confidence,9\n', "out_of_range", 2),
        ('person,on,area,level\np1,2025-02-01,"confidence",9\n', "out_of_range", 2),
        ("person,on,area,level\rp1,2025-02-01,confidence,9\r", "out_of_range", 2),
    ],
)
def test_rows_are_counted_as_the_reader_counts(tmp_path: Path, text: str, code: str, row: int) -> None:
    folder = write_csv(tmp_path / "in", good())
    (folder / "readings.csv").write_bytes(text.encode())
    assert (code, row) in {(p.code, p.row) for p in check_of(folder).problems}


def test_several_files_make_one_table(tmp_path: Path) -> None:
    ledger = good()
    write_csv(tmp_path / "a", {**ledger, "entries": ledger["entries"][:6]})
    write_csv(tmp_path / "b", {"entries": ledger["entries"][6:]})
    report = bring(tmp_path, tmp_path / "a", tmp_path / "b")
    assert report.clean
    assert tables_in(tmp_path / "ledger") == EXPECTED
    write_csv(tmp_path / "b", {"entries": ledger["entries"][5:]})
    found = check_of(tmp_path / "a", tmp_path / "b").problems
    assert [(p.code, p.file, p.row) for p in found] == [("duplicate_row", str(tmp_path / "b" / "entries.csv"), 2)]


def test_nothing_is_written_when_anything_is_wrong(tmp_path: Path) -> None:
    ledger = good()
    ledger["support"][0]["provider"] = "mil"
    with pytest.raises(BadInput) as refused:
        bring(tmp_path, write_csv(tmp_path / "in", ledger))
    assert [p.code for p in refused.value.problems] == ["unknown_value"]
    assert [path.name for path in tmp_path.iterdir()] == ["in"]


def test_the_good_rows_are_kept_and_the_others_listed(tmp_path: Path) -> None:
    ledger = good()
    ledger["people"][1]["person"] = "someone@example.org"
    ledger["support"][0].update(provider="mil", contract="=1+1")
    report = bring(tmp_path, write_csv(tmp_path / "in", ledger), keep_good=True)
    assert report.written == tmp_path / "ledger"
    assert report.good["people"] == 2
    refused = (tmp_path / "ledger" / "refused.csv").read_text()
    assert refused.startswith("file,row,column,value,expected,code,cell_1,")
    assert "example.org" not in refused
    assert "(hidden)" in refused
    assert ",'=1+1," in refused
    assert check_of(tmp_path / "ledger").clean
    assert open_manifest(tmp_path / "ledger").rows["people"] == 2


def test_a_ledger_without_anybody_is_not_written(tmp_path: Path) -> None:
    ledger = {"people": good()["people"][:1], "entries": good()["entries"][1:2]}
    with pytest.raises(BadInput):
        bring(tmp_path, write_csv(tmp_path / "in", ledger), keep_good=True)


def test_a_target_is_kept_unless_it_is_to_be_replaced(tmp_path: Path) -> None:
    source = write_csv(tmp_path / "in", good())
    bring(tmp_path, source)
    with pytest.raises(TargetExists):
        bring(tmp_path, source)
    (tmp_path / "ledger" / "refused.csv").write_text("old")
    bring(tmp_path, source, replace=True)
    assert not (tmp_path / "ledger" / "refused.csv").exists()
    with pytest.raises(TargetExists, match="not a ledger"):
        import_ledger(programme(), [source], source, SNAPSHOT, replace=True)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["in", "ledger"]


def test_a_write_that_breaks_leaves_the_old_ledger(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = write_csv(tmp_path / "in", good())
    bring(tmp_path, source)
    before = {path.name: path.read_bytes() for path in (tmp_path / "ledger").iterdir()}

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(directory_module, "_write_text", full)
    with pytest.raises(OSError, match="No space"):
        bring(tmp_path, source, replace=True)
    assert {path.name: path.read_bytes() for path in (tmp_path / "ledger").iterdir()} == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["in", "ledger"]


def test_what_a_killed_writer_left_is_swept_and_never_read(tmp_path: Path) -> None:
    source = write_csv(tmp_path / "in", good())
    (tmp_path / ".ledger.unfinished-99999999").mkdir()
    other = tmp_path / f".ledger.unfinished-{os.getppid()}"
    other.mkdir()
    bring(tmp_path, source)
    assert sorted(path.name for path in tmp_path.iterdir()) == [other.name, "in", "ledger"]


def test_names_are_exchanged_even_where_the_system_cannot(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class NoExchange:
        def __init__(self, *_: object, **__: object) -> None:
            raise OSError

    monkeypatch.setattr(directory_module.ctypes, "CDLL", NoExchange)
    source = write_csv(tmp_path / "in", good())
    bring(tmp_path, source)
    bring(tmp_path, source, replace=True)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["in", "ledger"]
    assert check_of(tmp_path / "ledger").clean


def test_canonical_tables_are_put_in_order_and_numbered(tmp_path: Path) -> None:
    entries = pa.table(
        {
            "person": ["b", "a", "a"],
            "on": [date(2025, 1, 1)] * 3,
            "seq": pa.array([None, 7, 3], pa.int64()),
            "stage_from": [None, "referred", None],
            "stage_to": ["referred", "engaged", "referred"],
        }
    )
    people = pa.table({"person": ["b", "a"], "health": ["good", "poor"]})
    tables = {"people": people, "entries": entries}
    write_ledger(tmp_path / "ledger", tables, Manifest("An invented one", SNAPSHOT, {}))
    found = tables_in(tmp_path / "ledger")
    assert [(e["person"], e["seq"], e["stage_to"]) for e in found["entries"]] == [
        ("a", 0, "referred"),
        ("a", 1, "engaged"),
        ("b", 0, "referred"),
    ]
    assert found["people"] == [
        {"person": "a", "area": None, "health": "poor"},
        {"person": "b", "area": None, "health": "good"},
    ]
    manifest = open_manifest(tmp_path / "ledger")
    assert (manifest.programme, manifest.rows["entries"], manifest.rows["costs"]) == ("An invented one", 3, 0)
    with pytest.raises(KeyError, match="colour"):
        shaped(TABLES[1], entries.append_column("colour", [["x"] * 3]))


def test_every_table_has_its_canonical_types(tmp_path: Path) -> None:
    bring(tmp_path, write_csv(tmp_path / "in", good()))
    for table in TABLES:
        schema = pq.read_schema(tmp_path / "ledger" / f"{table.name}.parquet")
        assert schema.equals(schema_of(table, ["health"])), table.name


@pytest.mark.parametrize(
    ("spoil", "code"),
    [
        (lambda text: "format_version = 2\n" + text.partition("\n")[2], "bad_manifest"),
        (lambda text: text.replace("2026-06-30", "'soon'"), "bad_manifest"),
        (lambda text: text.replace("people = 3", "people = '3'"), "bad_manifest"),
        (lambda text: text + "[[", "no_ledger"),
    ],
)
def test_a_manifest_that_is_not_right_is_refused(tmp_path: Path, spoil: Callable[[str], str], code: str) -> None:
    bring(tmp_path, write_csv(tmp_path / "in", good()))
    path = tmp_path / "ledger" / "ledger.toml"
    path.write_text(spoil(path.read_text()))
    with pytest.raises(BadInput) as refused:
        open_manifest(tmp_path / "ledger")
    assert refused.value.problems[0].code == code


def test_a_missing_table_or_directory_is_refused(tmp_path: Path) -> None:
    bring(tmp_path, write_csv(tmp_path / "in", good()))
    (tmp_path / "ledger" / "pay.parquet").unlink()
    with pytest.raises(BadInput, match="not whole"):
        open_manifest(tmp_path / "ledger")
    with pytest.raises(BadInput):
        open_manifest(tmp_path / "nowhere")
    with pytest.raises(BadInput, match="exists"):
        check_of(tmp_path / "nowhere")
    with pytest.raises(BadInput, match="ends in"):
        check_of(tmp_path)


def test_programmes_are_read_or_refused_with_the_line(tmp_path: Path) -> None:
    path = tmp_path / "programme.toml"
    path.write_text('name = "A"\nplace = \n')
    with pytest.raises(BadInput) as refused:
        read_programme(path)
    assert [(p.code, p.file, p.row) for p in refused.value.problems] == [("bad_toml", "programme.toml", 2)]
    path.write_bytes(b'name = "A"\nplace = "\xe9"\n')
    with pytest.raises(BadInput) as refused:
        read_programme(path)
    assert [(p.code, p.row) for p in refused.value.problems] == [("bad_encoding", 2)]
    path.write_text('name = "A"\n')
    with pytest.raises(BadInput) as refused:
        read_programme(path)
    assert "place" in {p.column for p in refused.value.problems}
    with pytest.raises(BadInput):
        read_programme(tmp_path / "nowhere.toml")


def test_a_ledger_is_described(tmp_path: Path) -> None:
    bring(tmp_path, write_csv(tmp_path / "in", good()))
    found = describe_ledger(tmp_path / "ledger", programme())
    assert (found.people, found.spells, found.first_on, found.last_on) == (3, 3, date(2025, 1, 6), date(2025, 11, 3))
    assert found.standing == {"referred": 0, "engaged": 1, "in_work": 0, "sustained": 1, "left": 0, "ended": 1}
    assert found.helped == {"harbour": 2, "mill": 1}
    assert found.gaps["people without support"] == 1
    assert tomllib.loads((tmp_path / "ledger" / "ledger.toml").read_text())["rows"]["entries"] == 10
    assert describe_ledger(tmp_path / "ledger").standing == {"engaged": 1, "ended": 1, "sustained": 1}


def test_workbook_cells_beyond_the_headings_are_reported(tmp_path: Path) -> None:
    write_csv(tmp_path / "in", {k: v for k, v in good().items() if k != "people"})
    with xlsxwriter.Workbook(tmp_path / "in" / "people.xlsx") as book:
        sheet = book.add_worksheet("people")
        sheet.write_row(0, 0, ["person", "health"])
        for i, row in enumerate(GOOD["people"], start=1):
            sheet.write_row(i, 0, [row["person"], row["health"], "a note"])
    found = check_of(tmp_path / "in").problems
    assert [(p.code, p.row) for p in found] == [("unknown_column", 1)], text_of(found)

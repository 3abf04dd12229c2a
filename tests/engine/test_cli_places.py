"""`commongoal places import`, by the page that shows it and by what it refuses."""

import json
import re
import shlex
from pathlib import Path

import pytest

from commongoal.cli import exits, main
from commongoal.places.files.store import kept_editions

PAGE = "docs/how-to/import-official-figures.md"
BLOCK = re.compile(r"^```(csv|toml|console)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
GOOD = "date,area_code,area_name,measure,value\n2017-08,E08000015,Wirral,Claimant count,5\n"
LOOKUP = "lsoa11_code,lsoa11_name,ltla21_code,ltla21_name\nE01000001,One 1A,E08000015,Wirral\n"


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_the_page_is_what_happens(root: Path, here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    files, shown = iter(("claimants.csv", "claimants.toml", "wrong.csv")), 0
    for kind, text in BLOCK.findall((root / PAGE).read_text(encoding="utf-8")):
        if kind != "console":
            (here / next(files)).write_text(text, encoding="utf-8")
            continue
        command, _, expected = text.partition("\n")
        main.run(shlex.split(command.removeprefix("$ commongoal ")))
        said = capsys.readouterr()
        lines = [line for line in said.err.splitlines(keepends=True) if not line.startswith("Importing: ")]  # if slow
        assert said.out + "".join(lines) == expected
        shown += 1
    assert shown == 2
    [edition] = kept_editions(here / "store")
    assert edition.rows == 3


def run(*words: str) -> int:
    return main.run(["places", "import", *words, "--into", "store", "--fetched-on", "2024-01-01"])


def test_json_and_keep_good(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (here / "a.csv").write_text(GOOD + "2017-08,Eastleigh,Eastleigh,Claimant count,5\n")
    assert run("a.csv", "--json") == exits.REFUSED
    told = json.loads(capsys.readouterr().out)
    assert [(p["row"], p["column"], p["value"]) for p in told["problems"]] == [(3, "area_code", "Eastleigh")]
    assert kept_editions(here / "store") == ()
    assert run("a.csv", "--json", "--keep-good") == exits.PARTLY
    [entry] = json.loads(capsys.readouterr().out)["files"]
    assert (entry["rows"], len(entry["left_out"]), entry["edition"]["dataset"]) == (1, 1, "claimant-count")


def test_a_dry_run_writes_nothing(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (here / "a.csv").write_text(GOOD)
    assert run("a.csv", "--dry-run") == exits.DONE
    assert "nothing written" in capsys.readouterr().out
    assert not (here / "store").exists()


def test_one_faulty_file_refuses_all(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (here / "a.csv").write_text(GOOD)
    (here / "b.csv").write_text("")
    (here / "c.csv").write_text("x,y\n1,2\n")
    assert run("a.csv", "b.csv", "c.csv") == exits.REFUSED
    said = capsys.readouterr().err
    assert "b.csv: " in said
    assert "c.csv: " in said
    assert not (here / "store").exists()


def test_a_lookup_is_told_from_figures(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (here / "lookup.csv").write_text(LOOKUP)
    (here / "a.csv").write_text(GOOD)
    assert run("a.csv", "lookup.csv", "--vintage", "district=2021") == exits.DONE
    said = capsys.readouterr().out
    assert "lookup.csv: 1 rows, kept as lsoa11-ltla21" in said
    assert "district of 2021" in said


@pytest.mark.parametrize("words", [("--vintage", "lsoa"), ("--vintage", "planet=2011"), ("--fetched-on", "soon")])
def test_what_is_not_understood(here: Path, words: tuple[str, str], capsys: pytest.CaptureFixture[str]) -> None:
    (here / "a.csv").write_text(GOOD)
    assert main.run(["places", "import", "a.csv", "--into", "store", *words]) == exits.USAGE
    assert words[1] in capsys.readouterr().err


def test_a_file_that_is_not_there(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("nowhere.csv") == exits.REFUSED
    assert "nowhere.csv" in capsys.readouterr().err

"""`commongoal places profile` and `check`: without the platform, with words for what goes wrong."""

import csv
import json
import sys
from pathlib import Path

import pytest

from commongoal.cli.main import run
from tests.engine import places_store as small

CLAIMS = """
name = "Saltport"
source = "A speech"
area = "E07999101"
[[figure]]
id = "count"
words = "People claiming"
written = "960"
indicator = "claimant-count"
[[figure]]
id = "rate"
words = "Share claiming"
written = "7.1%"
part = "count"
of = "people"
indicator = "claimant-rate"
period = "May 2026"
[[quantity]]
id = "people"
words = "Residents"
"""


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return small.store(tmp_path_factory.mktemp("store"))


def profile(store: Path, *more: str) -> int:
    return run(["places", "profile", small.DISTRICT, "--store", str(store), "--on", "2026-09-22", *more])


def test_it_prints_and_writes_every_form(store: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    page, table = tmp_path / "p.html", tmp_path / "p.csv"
    assert profile(store, "--html", str(page), "--csv", str(table)) == 0
    said = capsys.readouterr().out
    assert said.strip().startswith("Saltport: share claiming unemployment benefits is 6.0%")
    assert str(page) in said
    assert "Saltport 016A" in page.read_text(encoding="utf-8")
    rows = list(csv.reader(table.read_text(encoding="utf-8").splitlines()))
    assert any(row[:1] == ["A note of claimant-count."] for row in rows)


def test_a_sum_without_a_part_is_for_who_accepts_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    small.claimants(tmp_path, {**small.COUNTS, small.LSOAS[3]: None})
    small.lookups(tmp_path)
    assert profile(tmp_path) == 0
    assert "so they are not" in capsys.readouterr().out
    assert profile(tmp_path, "--accept-missing") == 0
    said = capsys.readouterr().out
    assert "so they are not" not in said
    assert "without 1 of its 16 parts" in said


def test_json_is_one_document(store: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert profile(store, "--json") == 0
    told = json.loads(capsys.readouterr().out)
    facts = {fact["indicator"]["code"]: fact for fact in told["profile"]["facts"]}
    assert facts["claimant-count"]["figure"]["value"] == 960
    assert facts["claimant-count"]["figure"]["error"] == 40
    assert small.LSOAS[0] in told["hot"]


def test_pdf(store: Path, tmp_path: Path) -> None:
    pytest.importorskip("typst", reason="the PDF is of the platform")
    paper = tmp_path / "p.pdf"
    assert profile(store, "--pdf", str(paper)) == 0
    assert paper.read_bytes().startswith(b"%PDF")


def test_pdf_without_the_platform_is_refused_in_words(
    store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None if name == "typst" else object())
    monkeypatch.setitem(sys.modules, "typst", None)
    assert profile(store, "--pdf", str(tmp_path / "p.pdf")) == 1
    assert "needs the platform" in capsys.readouterr().err
    assert not (tmp_path / "p.pdf").exists()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("E07000000", "--store", "{store}"), "There is no area of that code"),
        ((small.DISTRICT, "--store", "{store}/nowhere"), "There is no store"),
        ((small.DISTRICT, "--store", "{store}", "--indicator", "luck"), "There is no indicator of that code"),
    ],
)
def test_what_is_not_there_is_refused_in_words(
    store: Path, words: tuple[str, ...], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["places", "profile", *(word.format(store=store) for word in words)]) == 1
    assert said in capsys.readouterr().err


def test_definitions_of_ones_own(store: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    own = tmp_path / "own.toml"
    own.write_text('[[indicator]]\ncode = "x"\n', encoding="utf-8")
    assert profile(store, "--indicators", str(own)) == 1
    assert "name: this is needed" in capsys.readouterr().err


def test_claims_beside_official_figures(store: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The count agrees with the store; the share is claimed as 7.1% and is 6.0%."""
    file = tmp_path / "claims.toml"
    file.write_text(CLAIMS, encoding="utf-8")
    assert run(["places", "check", str(file), "--store", str(store), "--on", "2026-09-22", "--json"]) == 3
    told = json.loads(capsys.readouterr().out)
    assert told["agrees"] is True
    assert {row["claim"]: row["shown"] for row in told["official"]} == {"count": "960", "rate": "6.0%"}
    assert run(["places", "check", str(file), "--store", str(store), "--on", "2026-09-22"]) == 3
    said = " ".join(capsys.readouterr().out.split())
    assert "Share claiming: 7.1% is claimed, and the official figure is 6.0% (May 2026)" in said
    assert "1 of 2 figures agree with official figures" in said


def test_the_template_of_a_plan_is_checked_too(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    template = root / "src" / "commongoal" / "places" / "data" / "gbw_template.toml"
    assert run(["places", "check", str(template), "--on", "2026-12-01"]) == 3
    assert "To be filled for Employment rate: baseline" in capsys.readouterr().out

"""`commongoal ledger`: what it prints, what it ends with, and that it never shows a traceback or an identity."""

import json
import re
from pathlib import Path

import pytest

from commongoal.cli.main import run
from tests.engine.good_ledger import good, write_csv

PROGRAMME = """
name = "Anywhere works"
place = "Anywhere"
invented = true
interventions = [{id = "coaching", name = "Coaching"}, {id = "training", name = "Training"}]
providers = [{id = "harbour", name = "Harbour"}, {id = "mill", name = "Mill"}]
partners = [{id = "council", name = "Council"}, {id = "health_service", name = "Health service"}]
areas = [{id = "confidence", name = "Confidence", levels = 5}]
[pathway]
work_stage = "in_work"
horizon_months = 24
stages = [
  {id = "referred", name = "Referred"}, {id = "engaged", name = "Engaged"},
  {id = "in_work", name = "In work"}, {id = "sustained", name = "Sustained"},
]
[[attributes]]
id = "health"
name = "Health"
values = [{id = "good", name = "Good"}, {id = "poor", name = "Poor"}]
"""


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A directory with a programme file and a good ledger in `in`, and a wide screen."""
    monkeypatch.setenv("COLUMNS", "200")
    (tmp_path / "programme.toml").write_text(PROGRAMME)
    write_csv(tmp_path / "in", good())
    return tmp_path


def ledger(place: Path, verb: str, *more: str) -> int:
    return run(["ledger", verb, str(place / "programme.toml"), str(place / "in"), "--snapshot", "2026-06-30", *more])


def spoilt(place: Path) -> None:
    rows = good()
    rows["entries"][1]["stage_to"] = "engagd"
    rows["people"][2]["person"] = "someone@example.org"
    rows["support"][0]["provider"] = "[bold]\x1b[2J"
    write_csv(place / "in", rows)


def test_a_good_ledger_checks_and_imports(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert ledger(place, "check") == 0
    assert "No problems: 26 rows are a ledger." in capsys.readouterr().out
    assert ledger(place, "import", "--out", str(place / "out")) == 0
    assert "26 of 26 rows written" in capsys.readouterr().out
    assert ledger(place, "import", "--out", str(place / "out")) == 1
    assert "--replace" in capsys.readouterr().err
    assert ledger(place, "import", "--out", str(place / "out"), "--replace", "--json") == 0
    assert json.loads(capsys.readouterr().out)["good"]["entries"] == 10


def test_problems_are_listed_and_nothing_is_written(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    spoilt(place)
    assert ledger(place, "import", "--out", str(place / "out")) == 1
    shown = capsys.readouterr().out
    assert "did you mean 'engaged'?" in shown
    assert "(hidden)" in shown
    assert "Nothing was written." in shown
    assert "example.org" not in shown
    assert "\x1b[2J" not in shown
    assert "[bold]" in shown
    assert not (place / "out").exists()


def test_the_screen_may_be_limited_and_json_is_whole(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    spoilt(place)
    assert ledger(place, "check", "--limit", "1") == 1
    match = re.search(r"and (\d+) more", capsys.readouterr().out)
    assert match
    assert ledger(place, "check", "--json") == 1
    found = json.loads(capsys.readouterr().out)
    assert len(found["problems"]) == int(match[1]) + 1
    assert found["problems"][0].keys() == {"file", "row", "column", "value", "expected", "code"}
    assert "example.org" not in json.dumps(found)


def test_good_rows_are_kept_with_their_own_exit_code(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    spoilt(place)
    assert ledger(place, "import", "--out", str(place / "out"), "--keep-good") == 3
    assert "refused.csv" in capsys.readouterr().out
    assert run(["ledger", "describe", str(place / "out"), str(place / "programme.toml")]) == 0
    assert "Anywhere works: 2 people, about 2 spells" in capsys.readouterr().out
    assert run(["ledger", "describe", str(place / "out"), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["standing"] == {"engaged": 1, "referred": 1}


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["ledger"], 2),
        (["ledger", "check"], 2),
        (["ledger", "check", "programme.toml", "in"], 2),
        (["ledger", "check", "programme.toml", "in", "--snapshot", "soon"], 2),
        (["ledger", "check", "programme.toml", "nowhere", "--snapshot", "2026-06-30"], 1),
        (["ledger", "check", "nowhere.toml", "in", "--snapshot", "2026-06-30"], 1),
        (["ledger", "check", "in", "in", "--snapshot", "2026-06-30"], 1),
        (["ledger", "check", "programme.toml", "programme.toml", "--snapshot", "2026-06-30"], 1),
        (["ledger", "describe", "in"], 1),
        (["ledger", "check", "--help"], 0),
    ],
)
def test_words_instead_of_tracebacks(
    place: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], words: list[str], code: int
) -> None:
    monkeypatch.chdir(place)
    assert run(words) == code
    printed = capsys.readouterr()
    assert "Traceback" not in printed.out + printed.err
    assert printed.out + printed.err

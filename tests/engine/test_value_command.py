"""`commongoal value` on input that is wrong: words and exit code 1, never a traceback; and on what is right."""

import json
import shutil
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest
import tomli_w

from commongoal.cli import exits
from commongoal.cli.main import run
from commongoal.demo.command import build

Data = dict[str, Any]


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Marlhaven with 600 people; the programme file draws 200 times."""
    out = tmp_path_factory.mktemp("demo")
    path = build(out, 600)
    data = tomllib.loads(path.read_text(encoding="utf-8"))
    data["valuation"]["draws"] = 200
    path.write_text(tomli_w.dumps(data), encoding="utf-8")
    return out


def change(demo: Path, to: Path, edit: Callable[[Data], object]) -> Path:
    """The demonstration's programme file, changed, beside its comparison ledger."""
    data = tomllib.loads((demo / "marlhaven.toml").read_text(encoding="utf-8"))
    edit(data)
    path = demo / f"{to.name}.toml"
    path.write_text(tomli_w.dumps(data), encoding="utf-8")
    return path


def valued(programme: Path, ledger: Path, *more: str) -> int:
    return run(["value", str(programme), "--ledger", str(ledger), "--json", *more])


def test_it_values_and_writes_json_and_html(demo: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert valued(demo / "marlhaven.toml", demo / "ledger", "--html", str(tmp_path / "r.html")) == exits.DONE
    told = json.loads(capsys.readouterr().out)
    assert told["format"] == "commongoal-valuation/1"
    assert told["valuation"]["people"] == 600
    assert "<!DOCTYPE html>" in (tmp_path / "r.html").read_text(encoding="utf-8")[:20]


EDITS: dict[str, Callable[[Data], object]] = {
    "price_year": lambda d: d["valuation"]["job"]["gains"][0].update(price_year="2012-13"),
    "time_bands": lambda d: d["valuation"].update(time_bands=[0, 999]),
    "duration": lambda d: d["valuation"]["job"]["duration_months"].update(low=-5.0),
    "infinite": lambda d: d["valuation"]["job"]["gains"][0].update(high=float("inf")),
    "weights": lambda d: d["valuation"].update(weights={"gateway/outreach": 3_000_000_000}),
    "schedule": lambda d: d["valuation"].update(discount_schedule="no_such"),
    "name": lambda d: d.update(name="Another programme"),
    "wrong_type": lambda d: d["valuation"].update(draws="many"),
    "missing_comparison": lambda d: d["valuation"]["counterfactual"].update(path="nowhere"),
    "deadweight": lambda d: d["valuation"].update(
        counterfactual={"basis": "assumed", "deadweight": {"value": 0.2, "low": -0.1, "high": 0.3, "source": "none"}}
    ),
    "hazard_ratio": lambda d: d["valuation"].update(
        counterfactual={"basis": "hazard_ratio", "effect": {"value": 1.0, "low": 0.0, "high": 2.0, "source": "none"}}
    ),
    "two_groups": lambda d: d["valuation"].update(
        counterfactual={"basis": "outcomes", "source": "none", "groups": [{"people": 9, "sustained": 1}] * 2}
    ),
    "renamed_stage": lambda d: d["pathway"]["stages"][2].update(id="renamed"),
    "renamed_provider": lambda d: d["providers"][0].update(id="renamed"),
    "renamed_attribute_value": lambda d: d["attributes"][0]["values"][0].update(id="renamed"),
}


@pytest.mark.parametrize("fault", list(EDITS))
def test_a_faulty_programme_file_is_refused_in_words(
    fault: str, demo: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    programme = change(demo, tmp_path, EDITS[fault])
    assert valued(programme, demo / "ledger") == exits.REFUSED
    told = capsys.readouterr()
    assert json.loads(told.out)["refused"]
    assert "Traceback" not in told.out + told.err


DAMAGE: dict[str, Callable[[Path], object]] = {
    "gone": shutil.rmtree,
    "no_table": lambda folder: (folder / "entries.parquet").unlink(),
    "cut_short": lambda folder: (folder / "entries.parquet").write_bytes(
        (folder / "entries.parquet").read_bytes()[:500]
    ),
    "not_parquet": lambda folder: (folder / "support.parquet").write_text("person,provider\n", encoding="utf-8"),
    "no_column": lambda folder: _without_column(folder / "people.parquet", "situation"),
    "nobody": lambda folder: _without_rows(folder / "entries.parquet"),
}


def _without_column(path: Path, column: str) -> None:
    table = pq.read_table(path)
    pq.write_table(table.drop_columns([column if column in table.column_names else table.column_names[-1]]), path)


def _without_rows(path: Path) -> None:
    pq.write_table(pq.read_table(path).slice(0, 0), path)


@pytest.mark.parametrize("fault", list(DAMAGE))
def test_a_damaged_ledger_is_refused_in_words(
    fault: str, demo: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    ledger = tmp_path / "ledger"
    shutil.copytree(demo / "ledger", ledger)
    DAMAGE[fault](ledger)
    assert valued(demo / "marlhaven.toml", ledger) == exits.REFUSED
    told = capsys.readouterr()
    assert json.loads(told.out)["refused"]
    assert "Traceback" not in told.out + told.err


def test_a_comparison_that_never_reached_a_stage_is_refused(
    demo: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """Nobody of the comparison at a stage that people on the programme stand at: no chance can be told from it."""
    shutil.copytree(demo / "comparison", tmp_path / "comparison")
    shutil.copy(demo / "marlhaven.toml", tmp_path / "p.toml")
    path = tmp_path / "comparison" / "entries.parquet"
    table = pq.read_table(path)
    early = pc.is_in(table["stage_to"], value_set=pa.array(["referred", "engaged", "left"]))
    pq.write_table(table.filter(early), path)
    assert valued(tmp_path / "p.toml", demo / "ledger") == exits.REFUSED
    assert "The comparison has no time" in json.loads(capsys.readouterr().out)["refused"]


def test_memory_that_is_no_size_is_refused(demo: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert valued(demo / "marlhaven.toml", demo / "ledger", "--memory", "banana") == exits.REFUSED
    assert "memory" in json.loads(capsys.readouterr().out)["refused"]

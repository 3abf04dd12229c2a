"""Who pays and who gains, from what `value --json` and `appraise --json` write."""

import json
from copy import deepcopy
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import pytest

from commongoal.cli import exits, main
from commongoal.kernel.errors import BadInput
from commongoal.valuation.engine.appraisal.appraising import appraise
from commongoal.valuation.engine.report.as_json import as_json
from commongoal.valuation.engine.sharing import NOBODY, NotInPounds, matrix_of_valuation, sharing_of
from commongoal.valuation.files.appraisals import open_appraisal
from commongoal.valuation.files.sharing_of_results import NothingToShare, read_either
from commongoal.valuation.run import schedule_named
from tests.engine.appraisals import EXAMPLE
from tests.engine.sample_valuation import sample, without_pounds
from tests.engine.test_appraisal_files import places
from tests.engine.test_sharing_files import mutated


@pytest.fixture(autouse=True)
def commands(monkeypatch: pytest.MonkeyPatch) -> None:
    """Both commands, whether or not the command line lists them yet."""
    for name in ("share", "appraise"):
        monkeypatch.setitem(main.COMMANDS, name, main.COMMANDS.get(name, "a command"))


@pytest.fixture
def valued(tmp_path: Path) -> Path:
    (tmp_path / "valued.json").write_text(as_json(sample()), encoding="utf-8")
    return tmp_path / "valued.json"


@pytest.fixture
def appraised(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    assert main.run(["appraise", str(EXAMPLE), "--json"]) == exits.DONE
    (tmp_path / "appraised.json").write_text(capsys.readouterr().out, encoding="utf-8")
    return tmp_path / "appraised.json"


def changed(path: Path, change: dict[str, Any]) -> Path:
    """A valuation with some of its values written over."""
    document = json.loads(path.read_text(encoding="utf-8"))
    document["valuation"] |= change
    path.write_text(json.dumps(document), encoding="utf-8")
    return path


def test_a_valuation_gives_the_matrix_that_the_engine_makes_of_it(valued: Path) -> None:
    found = read_either(valued).matrix(None)
    valuation = sample()
    other = matrix_of_valuation(valuation, {row.partner: row.cost for row in valuation.borne})
    assert [partner.name for partner in found.partners] == [partner.name for partner in other.partners]
    for table in ("spent", "gained", "outside"):
        assert np.array_equal(getattr(found, table), getattr(other, table)), table
    assert found.cost == pytest.approx(valuation.total.cost)


def test_what_nobody_is_named_for_stands_in_a_row_of_its_own(valued: Path) -> None:
    older = read_either(changed(valued, {"borne": []}))
    assert [(row.partner, row.pounds) for row in older.cost] == [("borne_by_nobody_named", (3_540_000.0,))]
    assert older.partner[0].name == NOBODY


def test_a_valuation_keeps_its_marks(valued: Path) -> None:
    read = read_either(valued)
    marks = [bool(gain.mark) for gain in sample().gains]
    assert [not gain.verified for gain in read.gain] == marks
    assert read.unverified
    assert read.cost[1].source == "recorded in the ledger, £212,500 of it in kind (valued.json)"


def test_an_appraisal_gives_its_agencies_by_year(appraised: Path) -> None:
    """Present values of the matrix are those of the appraisal, at its central values."""
    read = read_either(appraised)
    matrix = read.matrix(schedule_named(read.discount_schedule))
    result = appraise(*open_appraisal(EXAMPLE))
    rows = {row.id: row for row in result.agencies}
    factors = np.array(result.workings.discount)
    assert matrix.years == result.years
    assert {partner.id for partner in matrix.partners} == set(rows) - {"people"}
    for partner, spent, gained in zip(matrix.partners, matrix.spent, matrix.gained, strict=True):
        assert spent == pytest.approx(rows[partner.id].costs)
        assert gained == pytest.approx(rows[partner.id].gains)
        assert matrix.present(matrix.gained)[matrix.partners.index(partner)] == pytest.approx(gained @ factors)
    transfers = sum(sum(v.by_year) for v in result.values if v.transfer)
    assert matrix.outside.sum() == pytest.approx(transfers)
    assert "People are no partner here" in read.note


def test_wellbeing_of_a_partner_makes_it_present_values(appraised: Path) -> None:
    """Two schedules cannot stand in one table of years, so each row is discounted by its own."""
    document = json.loads(appraised.read_text(encoding="utf-8"))
    inside = document["appraisal"]
    nhs = next(value for value in inside["values"] if value["agency"] == "nhs")
    for unit in inside["file"]["unit_values"]:
        unit["wellbeing"] = (unit["outcome"], unit["name"]) == (nhs["outcome"], nhs["value"])
    appraised.write_text(json.dumps(document), encoding="utf-8")
    read = read_either(appraised)
    assert read.years == ("present value",)
    row = next(gain for gain in read.gain if gain.partner == "nhs")
    assert row.pounds[0] == pytest.approx(np.dot(nhs["by_year"], inside["workings"]["wellbeing_discount"]))


def test_the_command_reads_both(valued: Path, appraised: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for path in (valued, appraised):
        code = main.run(["share", str(path), "--json"])
        assert code in (exits.DONE, exits.PARTLY)
        found = json.loads(capsys.readouterr().out)
        assert (found["format"], found["unverified"]) == ("commongoal-sharing/1", True)


def test_a_result_that_cannot_be_shared_is_refused_in_words(tmp_path: Path, valued: Path) -> None:
    (tmp_path / "jobs.json").write_text(as_json(without_pounds()), encoding="utf-8")
    with pytest.raises(NotInPounds):
        read_either(tmp_path / "jobs.json")
    (tmp_path / "free.json").write_text(as_json(replace(sample(), gains=())), encoding="utf-8")
    with pytest.raises(NothingToShare, match="0 gains"):
        read_either(tmp_path / "free.json")
    for text in (
        '{"format": "commongoal-impact/1"}',
        '{"format": ',
        "{" * 5000,
        '{"format": "commongoal-appraisal/1"}',
    ):
        (tmp_path / "bad.json").write_text(text, encoding="utf-8")
        with pytest.raises(BadInput):
            read_either(tmp_path / "bad.json")


def test_partners_of_one_spelling_stay_apart(valued: Path) -> None:
    same = [{"partner": name, "cost": 1_770_000.0, "in_kind": 0.0} for name in ("The Mill!", "the mill", "---")]
    read = read_either(changed(valued, {"borne": same[:2], "gains": [_gain("---")]}))
    assert [partner.id for partner in read.partner] == ["the_mill", "the_mill_1", "partner"]


def _gain(agency: str) -> dict[str, Any]:
    return {"agency": agency, "kind": "fiscal", "transfer": False, "credit": {"point": 1.0}, "mark": ""}


def test_damaged_results_end_in_a_result_or_words(
    valued: Path, appraised: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for path in (valued, appraised):
        document = json.loads(path.read_text(encoding="utf-8"))
        kind = next(key for key in document if key in ("valuation", "appraisal"))
        for key in ("lines", "limits", "sources", "stages", "tornado", "switching", "moves", "occupation"):
            document[kind].pop(key, None)
        assert len(places(document)) > 100
        for luck in range(60):
            file = tmp_path / "damaged.json"
            file.write_text(json.dumps(mutated(deepcopy(document), Random(luck))), encoding="utf-8")
            code = main.run(["share", str(file)])
            assert code in (exits.DONE, exits.PARTLY, exits.REFUSED), luck
            assert "Traceback" not in capsys.readouterr().err


def test_a_whole_sharing_follows(valued: Path) -> None:
    found = sharing_of(read_either(valued).matrix(None))
    assert sum(share.contribution for share in found.by("as_paid").shares) == pytest.approx(sample().total.cost)

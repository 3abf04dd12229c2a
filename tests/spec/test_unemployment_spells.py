"""Real unemployment spells become a ledger whose exits and days are those that were published."""

import csv
import importlib.util
from collections import Counter
from pathlib import Path
from types import ModuleType

import pyarrow.parquet as pq
import pytest

from commongoal.kernel.errors import Refused
from commongoal.pathway.engine.chances import seen
from commongoal.pathway.engine.scan import first_scan
from commongoal.pathway.files import describe_ledger, import_ledger, open_manifest, read_programme
from commongoal.pathway.sessions import DuckSession
from commongoal.valuation.engine.terms import terms_of
from commongoal.valuation.engine.valuing import frame_of
from commongoal.valuation.run import value

PUBLISHED = {"full_time": 1_073, "part_time": 339, "job_hours_unknown": 574}
STILL_LOOKING, NO_FLAG = 1_255, 102
BY_FLAG = {"censor1": 1_073, "censor2": 339, "censor3": 574, "censor4": 1_255, "no flag": 102}


@pytest.fixture(scope="module")
def recipe(root: Path) -> ModuleType:
    """The documented recipe, loaded from the docs."""
    spec = importlib.util.spec_from_file_location("unemployment_spells", root / "docs/how-to/unemployment_spells.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def source(shared: Path) -> Path:
    path = shared / "data/impact/rdatasets_Ecdat_UnempDur.csv"
    if not path.is_file():
        pytest.skip("absent: ../shared/data/impact/rdatasets_Ecdat_UnempDur.csv")
    return path


@pytest.fixture(scope="module")
def ledger(root: Path, recipe: ModuleType, source: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("spells")
    recipe.write_tables(source, place / "tables")
    programme = read_programme(root / "docs/how-to/unemployment_spells.toml")
    assert import_ledger(programme, [place / "tables"], place / "ledger", recipe.SNAPSHOT).clean
    return place / "ledger"


def test_exits_are_those_published(ledger: Path) -> None:
    entries = pq.read_table(ledger / "entries.parquet").to_pylist()
    exits = Counter(entry["stage_to"] for entry in entries if entry["stage_from"])
    assert exits == PUBLISHED
    flags = Counter(entry["evidence"].partition("/")[2] for entry in entries if not entry["stage_from"])
    assert flags == BY_FLAG


def test_people_stand_where_the_data_leave_them(ledger: Path, root: Path) -> None:
    found = describe_ledger(ledger, read_programme(root / "docs/how-to/unemployment_spells.toml"))
    assert found.people == found.spells == 3_343
    assert found.standing == {**PUBLISHED, "looking": STILL_LOOKING + NO_FLAG, "left": 0, "ended": 0}
    assert found.helped == {"nobody": 0}


def test_days_of_looking_are_two_weeks_a_period(ledger: Path, recipe: ModuleType, source: Path) -> None:
    lines = source.read_text(encoding="utf-8").splitlines()
    place = lines[0].split(",").index("spell")
    periods = [int(line.split(",")[place]) for line in lines[1:]]
    entries = pq.read_table(ledger / "entries.parquet").to_pylist()
    began = {e["person"]: e["on"] for e in entries if not e["stage_from"]}
    moved = {e["person"]: e["on"] for e in entries if e["stage_from"]}
    days = {
        person: (moved[person] - start).days if person in moved else (recipe.SNAPSHOT - start).days
        for person, start in began.items()
    }
    assert [days[person] for person in sorted(days)] == [14 * count for count in periods]


def test_the_programme_has_no_pounds_and_no_comparison(root: Path) -> None:
    programme = read_programme(root / "docs/how-to/unemployment_spells.toml")
    terms = terms_of(programme)
    assert (terms.rule, terms.counterfactual.basis, terms.job) == ("outcome_only", "none", None)
    assert len(programme.segments) == 6


def test_two_ways_to_end_are_refused(recipe: ModuleType) -> None:
    with pytest.raises(ValueError, match="several"):
        recipe.flag_of({"censor1": "1", "censor2": "0", "censor3": "1", "censor4": "0"})


def test_sufficient_statistics_are_those_counted_one_record_at_a_time(ledger: Path, root: Path, source: Path) -> None:
    """Moves and days by segment, straight from the published file and from the scan."""
    programme = read_programme(root / "docs/how-to/unemployment_spells.toml")
    moves: Counter[tuple[str, str]] = Counter()
    days: Counter[str] = Counter()
    with source.open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            age = int(row["age"])
            segment = f"{row['ui']}/{'under_30' if age < 30 else 'from_30_to_44' if age < 45 else 'from_45'}"
            days[segment] += 14 * int(row["spell"])
            for flag, stage in (("censor1", "full_time"), ("censor2", "part_time"), ("censor3", "job_hours_unknown")):
                moves[segment, stage] += int(row[flag])
    with DuckSession(ledger) as session:
        frame = frame_of(programme, terms_of(programme), open_manifest(ledger).snapshot_on, session.dialect)
        found = seen(first_scan(session, frame), frame)
    for g, of in enumerate(programme.segments):
        assert found.months[0, g, 0] * 487 / 16 == pytest.approx(days[of.id], abs=1e-9)
        for s, stage in enumerate(programme.pathway.stages):
            assert found.moves[0, g, 0, s] == moves[of.id, stage.id]


def test_valued_without_pounds_or_comparison_and_says_so(ledger: Path, root: Path) -> None:
    """Under `outcome_only` each arrival in full-time work counts 1, all unattributed: nobody's help is recorded."""
    path = root / "docs/how-to/unemployment_spells.toml"
    result = value(path, ledger)
    assert result.unit == "sustained jobs"
    assert result.sustained == PUBLISHED["full_time"]
    assert result.total.credit.point == pytest.approx(PUBLISHED["full_time"], rel=0.02)
    assert result.total.ratio is None
    assert result.unattributed.credit == result.total.credit
    assert {"no_pounds", "no_comparison"} <= {limit.id for limit in result.limits if limit.warning}
    relative = value(path, ledger, rule="relative")
    assert relative.total.ratio is None
    assert abs(relative.total.credit.point) < 60
    with pytest.raises(Refused, match="net"):
        value(path, ledger, rule="net")

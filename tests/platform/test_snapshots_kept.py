"""Old snapshots: which stay and which go; and what a valuation needs to be run again is kept with its snapshot."""

import argparse
import json
from pathlib import Path
from typing import Any

import pytest

from commongoal.access.engine.permissions import Role
from commongoal.access.engine.refusals import NotAllowed, NotThere
from commongoal.access.models import Action
from commongoal.cli import main
from commongoal.config import snapshot as command
from commongoal.jobs.tasks import take_snapshots
from commongoal.jobs.valuing import work_on
from commongoal.kernel.errors import BadInput
from commongoal.pathway.actions.pruning import prune_snapshots
from commongoal.pathway.actions.snapshots import INSTALLATION, take_snapshot
from commongoal.pathway.engine.snapshots import OFFERED, comparison_named, stays_beside
from commongoal.pathway.files.snapshots import digest_of
from commongoal.pathway.models import Snapshot
from commongoal.pathway.queries.snapshots import snapshot
from commongoal.valuation.actions.runs import ask_run
from commongoal.valuation.models import Run
from tests.platform import moved
from tests.platform.test_snapshots import NOW, journey
from tests.platform.world import PATHWAY, World, make_person, put_in_force

COMPARED = (
    PATHWAY[: PATHWAY.index("[valuation.counterfactual]")]
    + """
deflator_vintage = "OBR November 2025"

[valuation.counterfactual]
basis = "ledger"
path = "comparison"
source = "invented for the tests"
"""
)


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, settings: Any) -> Path:
    settings.SNAPSHOTS = tmp_path / "snapshots"
    return settings.SNAPSHOTS / "together"


def taken(world: World, *, whole: bool = False) -> int:
    return take_snapshot(by=INSTALLATION, at=NOW, programme=world.programme.pk, whole=whole)


def pruned(world: World) -> int:
    return prune_snapshots(by=INSTALLATION, at=NOW, programme=world.programme.pk)


def there(folder: Path) -> set[str]:
    return {place.name for place in folder.iterdir() if place.is_dir()}


def test_what_nothing_goes_by_is_removed_but_for_the_latest(world: World, folder: Path) -> None:
    put_in_force(world)
    moved.begun(world)
    all_taken = [taken(world) for _ in range(OFFERED + 3)]
    analyst = world.viewer(role=Role.ANALYST)
    run = ask_run(by=analyst, at=NOW, snapshot=all_taken[1])
    Run.objects.filter(pk=run).update(status="failed")  # whatever became of it
    assert pruned(world) == 2
    assert pruned(world) == 0
    left = {row.pk: Path(row.directory).name for row in Snapshot.objects.all()}
    assert set(left) == {all_taken[1], *all_taken[-OFFERED:]}
    assert there(folder) == set(left.values())
    told = Action.objects.filter(subject="snapshot", after={"removed": "no valuation goes by it"})
    assert {row.subject_id for row in told} == {all_taken[0], all_taken[2]}
    with pytest.raises(NotThere):
        ask_run(by=analyst, at=NOW, snapshot=all_taken[0])
    assert snapshot(taken(world)).people_read == 0  # the next one still reads on from the last
    with pytest.raises(NotAllowed):
        prune_snapshots(by=world.viewer(), at=NOW, programme=world.programme.pk)


def test_files_left_by_a_kill_between_the_rows_and_them_are_swept(world: World, folder: Path) -> None:
    put_in_force(world)
    moved.begun(world)
    first = taken(world)
    name = Path(Snapshot.objects.get(pk=first).directory).name
    taken(world)
    Snapshot.objects.filter(pk=first).delete()
    assert name in there(folder)
    pruned(world)
    assert name not in there(folder)


def test_the_task_that_comes_round_takes_one_and_removes_old_ones(world: World, folder: Path) -> None:
    put_in_force(world)
    moved.begun(world)
    for _ in range(OFFERED + 2):
        take_snapshots.func.__wrapped__(NOW)
    assert Snapshot.objects.count() == OFFERED == len(there(folder))


def enter(world: World, number: int, *stages: str) -> None:
    for _ in range(number):
        journey(world, make_person(world), "referred", *stages)


def compared(world: World, folder: Path) -> None:
    """A comparison ledger put where it belongs: here the ledger of people of whom fewer came to work."""
    put_in_force(world, COMPARED)
    enter(world, 12, "engaged", "supported")
    enter(world, 3, "engaged", "supported", "in_work", "sustained")
    first = snapshot(taken(world))
    words = [str(first.programme_file), str(first.ledger), "--snapshot", NOW.date().isoformat()]
    assert main.run(["ledger", "import", *words, "--out", str(folder / "comparison")]) == 0
    enter(world, 12, "engaged", "supported", "in_work", "sustained")


def valued(world: World, pk: int, **options: Any) -> Run:
    run = ask_run(by=world.viewer(role=Role.ANALYST), at=NOW, snapshot=pk, **options)
    work_on(run, NOW)
    return Run.objects.get(pk=run)


def test_a_valuation_goes_by_the_comparison_of_its_own_day(
    world: World, folder: Path, capsys: Any, tmp_path: Path
) -> None:
    compared(world, folder)
    pk = taken(world, whole=True)
    found = snapshot(pk)
    assert {place.name for place in found.directory.iterdir() if place.is_dir()} == {"ledger", "comparison"}
    first = valued(world, pk)
    assert first.status == "done", first.fault
    entries = folder / "comparison" / "entries.parquet"
    entries.write_bytes((found.ledger / "entries.parquet").read_bytes())  # another comparison from now on
    assert valued(world, pk).digest == first.digest
    assert digest_of(found.directory) == found.digest
    later = snapshot(taken(world, whole=True))
    assert later.digest != found.digest
    assert (later.directory / "comparison" / "entries.parquet").read_bytes() == entries.read_bytes()
    out = argparse.Namespace(programme="together", whole=False, out=tmp_path / "out", json=True)
    assert command.run(out) == 0
    capsys.readouterr()
    assert main.run(["value", str(out.out / "programme.toml"), "--ledger", str(out.out / "ledger"), "--json"]) == 0
    printed = json.loads(capsys.readouterr().out)
    last = Snapshot.objects.latest("pk").pk
    assert valued(world, last).result == printed


def test_without_the_comparison_that_the_file_names_the_valuation_says_so(world: World) -> None:
    put_in_force(world, COMPARED)
    enter(world, 12, "engaged", "supported", "in_work")
    row = valued(world, taken(world))
    assert row.status == "failed"
    assert "comparison" in row.fault


@pytest.mark.parametrize("path", ["/etc", "../other/comparison", "ledger", "a/../../b", ""])
def test_a_comparison_stays_beside_the_snapshots(world: World, path: str) -> None:
    assert not stays_beside(path)
    if path:
        with pytest.raises(BadInput, match="beside the programme"):
            put_in_force(world, COMPARED.replace('"comparison"', f'"{path}"'))


def test_only_a_ledger_is_a_comparison_ledger() -> None:
    assert comparison_named({"counterfactual": {"basis": "ledger", "path": "a"}}) == "a"
    assert comparison_named({"counterfactual": {"basis": "assumed", "path": "a"}}) == ""
    assert comparison_named({}) == comparison_named({"counterfactual": "x"}) == ""

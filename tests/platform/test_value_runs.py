"""Valuations as background work: asked for once, worked out whole, the same as on the command line."""

import datetime as dt
import json
from pathlib import Path
from typing import Any

import pytest

from commongoal.access.engine.permissions import Role
from commongoal.access.engine.refusals import NotAllowed, NotThere
from commongoal.access.models import Action
from commongoal.cli import main as command
from commongoal.jobs import valuing
from commongoal.jobs.valuing import value_waiting, work_on
from commongoal.pathway.queries.snapshots import snapshot as snapshot_of
from commongoal.valuation.actions import runs
from commongoal.valuation.engine.report.as_json import from_data
from commongoal.valuation.engine.runs import QUIET, AlreadyAsked, RunOfAnother, RunStatus
from commongoal.valuation.models import Run
from commongoal.valuation.queries.runs import newest_runs, run, shown_result, whole_result
from tests.platform.deeds_value import RUNNING, WAITING
from tests.platform.valued import make_run, make_snapshot
from tests.platform.world import AT, World, later

PEOPLE = 200


@pytest.fixture(autouse=True)
def elsewhere(settings: Any, tmp_path: Path) -> None:
    settings.SNAPSHOTS = tmp_path


def asked(world: World, snapshot: int, rule: Any = None, at: dt.datetime = AT) -> int:
    return runs.ask_run(by=world.viewer(role=Role.ANALYST), at=at, snapshot=snapshot, rule=rule)


def worked(run: int, at: dt.datetime = AT) -> Run:
    work_on(run, at)
    return Run.objects.get(pk=run)


def test_a_run_is_asked_for_once_with_who_and_why_in_the_audit(world: World) -> None:
    snapshot = make_snapshot(world)
    pk = asked(world, snapshot)
    row = Run.objects.get(pk=pk)
    assert (row.status, row.rule, row.asked_at) == ("waiting", "net", AT)
    action = Action.objects.get(verb="run valuation")
    assert (action.subject_id, action.after) == (pk, {"snapshot": snapshot, "rule": "net"})
    with pytest.raises(AlreadyAsked):
        asked(world, snapshot)
    asked(world, snapshot, "equal")  # another question
    assert Run.objects.count() == 2


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.ANALYST])
def test_only_analysts_ask(world: World, role: Role) -> None:
    with pytest.raises(NotAllowed):
        runs.ask_run(by=world.viewer(role=role), at=AT, snapshot=make_snapshot(world))
    assert not Run.objects.exists()


def test_there_is_no_run_of_no_snapshot(world: World) -> None:
    with pytest.raises(NotThere):
        asked(world, 12345)


def test_the_command_line_gives_the_same_figures_and_again_is_the_same(world: World, capsys: Any) -> None:
    snapshot = make_snapshot(world, PEOPLE)
    first = worked(asked(world, snapshot))
    assert first.status == "done", first.fault
    again = worked(asked(world, snapshot, at=later()), later())
    assert again.digest == first.digest != ""

    taken = snapshot_of(snapshot)
    capsys.readouterr()
    assert command.run(["value", str(taken.programme_file), "--ledger", str(taken.ledger), "--json"]) == 0
    printed = json.loads(capsys.readouterr().out)
    assert printed == first.result  # to the penny, and beyond
    assert json.loads(whole_result(first.pk, world.viewer(role=Role.ANALYST))) == printed
    other = from_data(worked(asked(world, snapshot, "equal")).result or {})
    assert other.rule == "equal"
    assert {"commongoal", "numpy", "duckdb", "format"} <= first.versions.keys()
    assert first.steps_done >= 4


def test_killed_in_the_middle_the_last_whole_one_stands(world: World, monkeypatch: Any) -> None:
    snapshot = make_snapshot(world, PEOPLE)
    whole = worked(asked(world, snapshot))
    viewer, programme = world.viewer(role=Role.BOARD), whole.snapshot.programme_id
    second = asked(world, snapshot)

    class Killed(BaseException):
        """As a process that is gone: nothing of the program runs after it."""

    steps = []

    def step(*args: Any, **named: Any) -> None:
        steps.append(named["step"])
        if len(steps) == 3:
            raise Killed
        runs.step_run(*args, **named)

    monkeypatch.setattr(valuing, "step_run", step)
    with pytest.raises(Killed):
        work_on(second, AT)
    monkeypatch.undo()
    left = Run.objects.get(pk=second)
    assert (left.status, left.result, left.steps_done) == ("running", None, 2)
    assert newest_runs(viewer) == {programme: whole.pk}

    soon = (left.heard_at or AT) + QUIET / 2
    assert value_waiting(soon) == 0  # it may still be at it
    assert value_waiting((left.heard_at or AT) + QUIET + dt.timedelta(seconds=1)) == 1
    assert Run.objects.get(pk=second).digest == whole.digest
    assert newest_runs(viewer) == {programme: second}


def test_a_worker_thought_dead_that_wakes_changes_nothing(world: World) -> None:
    pk = make_run(world, **RUNNING)
    assert runs.begin_run(pk, at=later(), versions={})
    for late in (
        lambda: runs.step_run(pk, begun=AT, at=later(), step="Crediting", done=9),
        lambda: runs.finish_run(pk, begun=AT, at=later(), result={"old": 1}),
        lambda: runs.fail_run(pk, begun=AT, at=later(), fault="old"),
    ):
        with pytest.raises(RunOfAnother):
            late()
    row = Run.objects.get(pk=pk)
    assert (row.status, row.step, row.result, row.fault) == ("running", "", None, "")


def test_a_finished_run_never_changes(world: World) -> None:
    pk = make_run(world)
    before = Run.objects.filter(pk=pk).values().get()
    assert not runs.begin_run(pk, at=later(30), versions={})
    with pytest.raises(RunOfAnother):
        runs.finish_run(pk, begun=AT, at=later(), result={})
    with pytest.raises(RunOfAnother):
        runs.fail_run(pk, begun=AT, at=later(), fault="no")
    assert Run.objects.filter(pk=pk).values().get() == before


def test_two_workers_take_a_run_up_once(world: World) -> None:
    pk = make_run(world, **WAITING)
    assert runs.begin_run(pk, at=AT, versions={})
    assert not runs.begin_run(pk, at=AT, versions={})


def test_a_snapshot_that_cannot_be_valued_says_why(world: World) -> None:
    row = worked(asked(world, make_snapshot(world)))  # its files are not there
    assert row.status == "failed"
    assert "programme.toml" in row.fault
    assert row.result is None
    assert asked(world, row.snapshot_id)  # and may be asked for again


def test_what_is_a_fault_of_ours_is_told_without_its_insides(world: World, monkeypatch: Any) -> None:
    def broken(*args: Any, **named: Any) -> None:
        raise ZeroDivisionError("secret")

    monkeypatch.setattr(valuing, "value", broken)
    row = worked(asked(world, make_snapshot(world)))
    assert row.status == "failed"
    assert "secret" not in row.fault
    assert row.fault == valuing.WRONG


def test_results_are_read_by_those_who_may(world: World) -> None:
    pk = make_run(world)
    board, worker = world.viewer(role=Role.BOARD), world.viewer()
    found = run(pk, board)
    assert found.status is RunStatus.DONE
    assert shown_result(found, board).journey == ()
    with pytest.raises(NotAllowed):
        run(pk, worker)
    with pytest.raises(NotAllowed):
        shown_result(found, worker)
    with pytest.raises(NotAllowed):
        whole_result(pk, board)  # small counts are in it
    with pytest.raises(NotThere):
        run(pk + 1, board)

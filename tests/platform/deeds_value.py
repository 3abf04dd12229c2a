"""The deeds of valuations; see `tests.platform.deeds`."""

from collections.abc import Callable

from commongoal.access.engine.permissions import Role
from commongoal.valuation.actions import runs
from commongoal.valuation.engine.report.as_json import as_data
from tests.engine.sample_valuation import sample
from tests.platform.valued import make_run, make_snapshot
from tests.platform.world import AT, World, later

Deed = Callable[[], object]
WAITING = {"status": "waiting", "result": None, "digest": "", "begun_at": None, "heard_at": None, "ended_at": None}
RUNNING = {"status": "running", "result": None, "digest": "", "ended_at": None}


def ask_run(world: World) -> Deed:
    snapshot, by = make_snapshot(world), world.viewer(role=Role.ANALYST)
    return lambda: runs.ask_run(by=by, at=AT, snapshot=snapshot)


def begin_run(world: World) -> Deed:
    run = make_run(world, **WAITING)
    return lambda: runs.begin_run(run, at=later(), versions={"commongoal": "0"})


def step_run(world: World) -> Deed:
    run = make_run(world, **RUNNING)
    return lambda: runs.step_run(run, begun=AT, at=later(), step="Crediting", done=3)


def finish_run(world: World) -> Deed:
    run, data = make_run(world, **RUNNING), as_data(sample())
    return lambda: runs.finish_run(run, begun=AT, at=later(), result=data)


def fail_run(world: World) -> Deed:
    run = make_run(world, **RUNNING)
    return lambda: runs.fail_run(run, begun=AT, at=later(), fault="It is broken")

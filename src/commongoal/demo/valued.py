"""The end of the demonstration's history: a snapshot of its ledger, and a valuation of it that an analyst asked for."""

import datetime as dt

from commongoal.access.engine.permissions import Role
from commongoal.demo.founding import Founded
from commongoal.jobs.valuing import work_on
from commongoal.pathway.actions.snapshots import take_snapshot
from commongoal.valuation.actions.runs import ask_run


def value_site(made: Founded, at: dt.datetime) -> int:
    """Take the snapshot and work the run out; returns the run, which says why where so few people give no value."""
    analyst = made.first(Role.ANALYST)
    snapshot = take_snapshot(by=analyst, at=at, programme=made.programme)
    run = ask_run(by=analyst, at=at, snapshot=snapshot)
    work_on(run, at)
    return run

"""Valuations asked for by an analyst, and worked on by a background task.

Who works on a run holds it by the moment it took it up (`begun`): every mark it makes is refused once another has taken
the run up, so that a worker thought dead that wakes again changes nothing. A finished run never changes.
"""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from commongoal.access.actions import acting
from commongoal.access.actions.turns import in_turn
from commongoal.access.engine.permissions import Viewer
from commongoal.pathway.queries.pathways import pathway_as_of
from commongoal.pathway.queries.snapshots import snapshot as snapshot_of
from commongoal.valuation.engine.report.as_json import digest_of
from commongoal.valuation.engine.runs import RUN_MOVES, AlreadyAsked, RunOfAnother, RunStatus
from commongoal.valuation.engine.terms import Rule, Terms
from commongoal.valuation.models import Run
from commongoal.valuation.queries.runs import free

UNDER_WAY = (RunStatus.WAITING.value, RunStatus.RUNNING.value)


def ask_run(*, by: Viewer, at: dt.datetime, snapshot: int, rule: Rule | None = None) -> int:
    """Ask for a snapshot to be valued, by the rule of its programme file unless another is given; returns the run.

    Raises `NotAllowed`, `NotThere`, `AlreadyAsked`.
    """
    with in_turn("valuation"), acting("run valuation", by=by, at=at) as act:
        act.permit()
        found = snapshot_of(snapshot)
        stated = pathway_as_of(found.pathway_file).programme.valuation.get("rule", Terms.model_fields["rule"].default)
        chosen = rule or str(stated)
        if Run.objects.filter(snapshot_id=found.id, rule=chosen, status__in=UNDER_WAY).exists():
            raise AlreadyAsked
        row = Run.objects.create(
            snapshot_id=found.id,
            rule=chosen,
            status=RunStatus.WAITING.value,
            membership_id=by.membership,
            asked_at=at,
        )
        act.wrote("run", row.pk, after={"snapshot": found.id, "rule": chosen})
        return row.pk


def begin_run(run: int, *, at: dt.datetime, versions: Mapping[str, str]) -> bool:
    """Take up a run that waits or whose worker is gone; whether it was there to be taken."""
    rows = Run.objects.filter(free(at), pk=run)
    taken = rows.update(
        status=RunStatus.RUNNING.value, begun_at=at, heard_at=at, step="", steps_done=0, versions=dict(versions)
    )
    return bool(taken)


def step_run(run: int, *, begun: dt.datetime, at: dt.datetime, step: str, done: int) -> None:
    """Say how far it is. Raises `RunOfAnother`."""
    _mark(run, begun, RunStatus.RUNNING, step=step[:200], steps_done=done, heard_at=at)


def finish_run(run: int, *, begun: dt.datetime, at: dt.datetime, result: dict[str, Any]) -> None:
    """Keep the result, with its digest. Raises `RunOfAnother`."""
    kept = {"result": result, "digest": digest_of(result)}
    _mark(run, begun, RunStatus.DONE, step="", heard_at=at, ended_at=at, **kept)


def fail_run(run: int, *, begun: dt.datetime, at: dt.datetime, fault: str) -> None:
    """Say in words why it cannot be done. Raises `RunOfAnother`."""
    _mark(run, begun, RunStatus.FAILED, heard_at=at, ended_at=at, fault=fault[:1000])


def _mark(run: int, begun: dt.datetime, status: RunStatus, **values: object) -> None:
    before = [one.value for one, after in RUN_MOVES.items() if status in after and one is not RunStatus.WAITING]
    rows = Run.objects.filter(pk=run, begun_at=begun, status__in=before)
    if not rows.update(status=status.value, **values):
        raise RunOfAnother

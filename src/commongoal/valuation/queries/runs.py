"""Runs of valuations, and their results: whole for who may run them, and as they may be shown for everybody else."""

import datetime as dt
from functools import lru_cache
from typing import Any

from django.db.models import Q, QuerySet

from commongoal.access.engine.permissions import Viewer, ask
from commongoal.access.engine.refusals import NotThere
from commongoal.valuation.engine.report.as_json import as_json, from_data
from commongoal.valuation.engine.results import Valuation
from commongoal.valuation.engine.runs import QUIET, RunFound, RunStatus
from commongoal.valuation.engine.shown import shown
from commongoal.valuation.models import Run

LATEST = 50


def runs(viewer: Viewer, programme: int) -> tuple[RunFound, ...]:
    """The latest runs of a programme, the newest first; one query. Raises `NotAllowed`."""
    ask(viewer, "see value")
    rows = _rows().filter(snapshot__programme_id=programme).order_by("-pk")[:LATEST]
    return tuple(map(_found, rows))


def lately_done(viewer: Viewer, most: int) -> tuple[RunFound, ...]:
    """The runs of all programmes that were finished last, the newest first; one query. Raises `NotAllowed`."""
    ask(viewer, "see value")
    rows = _rows().filter(status=RunStatus.DONE.value).order_by("-ended_at", "-pk")[:most]
    return tuple(map(_found, rows))


def run(pk: int, viewer: Viewer) -> RunFound:
    """One run as it stands; one query. Raises `NotAllowed`, `NotThere`."""
    ask(viewer, "see value")
    row = _rows().filter(pk=pk).first()
    if row is None:
        raise NotThere
    return _found(row)


def newest_runs(viewer: Viewer) -> dict[int, int]:
    """The newest finished run of each programme, by programme; one query. Raises `NotAllowed`."""
    ask(viewer, "see value")
    rows = Run.objects.filter(status=RunStatus.DONE.value).order_by("pk")
    return dict(rows.values_list("snapshot__programme_id", "pk"))


def shown_result(run: RunFound, viewer: Viewer) -> Valuation:
    """The result of a finished run with small counts hidden, and all that would tell them.

    Raises `NotAllowed`, `NotThere`, `TooFewToShow`.
    """
    ask(viewer, "see value")
    return _shown(run.id, run.digest)


def whole_result(run: int, viewer: Viewer) -> str:
    """The result as `commongoal value --json` prints it, small counts and all. Raises `NotAllowed`, `NotThere`."""
    ask(viewer, "run valuation")
    return as_json(from_data(_result(run)))


def work_of(run: int) -> tuple[int, str]:
    """The snapshot of a run and its rule, for whoever works on it. Raises `NotThere`."""
    for row in Run.objects.filter(pk=run).values_list("snapshot_id", "rule"):
        return row
    raise NotThere


def waiting_runs(at: dt.datetime) -> tuple[int, ...]:
    """Runs that somebody must take up, the oldest first: those that wait, and those whose worker is gone."""
    rows = Run.objects.filter(free(at)).order_by("pk")
    return tuple(rows.values_list("pk", flat=True))


def free(at: dt.datetime) -> Q:
    """Runs that may be taken up at a moment."""
    gone = Q(status=RunStatus.RUNNING.value, heard_at__lt=at - QUIET)
    return Q(status=RunStatus.WAITING.value) | gone


def _rows() -> QuerySet[Run]:
    return Run.objects.select_related("snapshot__programme", "membership__user").defer("result")


def _found(row: Run) -> RunFound:
    return RunFound(
        id=row.pk,
        programme=row.snapshot.programme_id,
        programme_name=row.snapshot.programme.name,
        snapshot=row.snapshot_id,
        snapshot_on=row.snapshot.snapshot_on,
        snapshot_digest=row.snapshot.digest,
        rule=row.rule,
        versions=row.versions,
        status=RunStatus(row.status),
        step=row.step,
        steps_done=row.steps_done,
        asked_by=row.membership.user.name,
        asked_at=row.asked_at,
        begun_at=row.begun_at,
        heard_at=row.heard_at,
        ended_at=row.ended_at,
        digest=row.digest,
        fault=row.fault,
        left_out=row.snapshot.left_out,
    )


def _result(run: int) -> dict[str, Any]:
    for result in Run.objects.filter(pk=run, status=RunStatus.DONE.value).values_list("result", flat=True):
        return dict(result or {})
    raise NotThere


@lru_cache(maxsize=16)
def _shown(run: int, digest: str) -> Valuation:  # noqa: ARG001 - the digest makes another database's run another
    return shown(from_data(_result(run)))

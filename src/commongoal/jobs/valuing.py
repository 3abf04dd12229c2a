"""The runs of valuations that wait, worked on one after another."""

import datetime as dt
import logging
from importlib.metadata import version

from django.conf import settings
from django.utils import timezone

from commongoal import __version__
from commongoal.kernel.errors import Refused
from commongoal.pathway.queries.snapshots import snapshot
from commongoal.valuation.actions.runs import begin_run, fail_run, finish_run, step_run
from commongoal.valuation.engine.report.as_json import FORMAT, as_data
from commongoal.valuation.engine.results import Valuation
from commongoal.valuation.engine.runs import RunOfAnother
from commongoal.valuation.queries.runs import waiting_runs, work_of
from commongoal.valuation.run import value

log = logging.getLogger(__name__)
WRONG = "Something went wrong that is no fault of the snapshot. Whoever looks after this site finds why in the log."


def versions() -> dict[str, str]:
    """What works a valuation out: the same versions give the same figures."""
    found = {name: version(name) for name in ("numpy", "scipy", "duckdb")}
    return {"commongoal": __version__, **found, "format": FORMAT}


def value_waiting(at: dt.datetime) -> int:
    """Work on every run that waits or whose worker is gone; returns how many were finished."""
    return sum(work_on(run, at) for run in waiting_runs(at))


def work_on(run: int, at: dt.datetime) -> bool:
    """Take up a run and work it out; whether it is finished. A refusal fails it, in the words of the refusal."""
    if not begin_run(run, at=at, versions=versions()):
        return False
    try:
        finish_run(run, begun=at, at=timezone.now(), result=as_data(_worked_out(run, at)))
    except RunOfAnother:
        log.warning("run %d was taken up by another worker", run)
        return False
    except Refused as refusal:
        told = str(refusal).replace(f"{settings.SNAPSHOTS}/", "")  # where files are kept is nobody's business on a page
        fail_run(run, begun=at, at=timezone.now(), fault=told)
        return False
    except Exception:
        log.exception("run %d of a valuation failed", run)
        fail_run(run, begun=at, at=timezone.now(), fault=WRONG)
        return False
    log.info("run %d of a valuation is finished", run)
    return True


def _worked_out(run: int, begun: dt.datetime) -> Valuation:
    """The valuation of the run's snapshot, each step told as it begins."""
    of, rule = work_of(run)
    found, done = snapshot(of), 0

    def progress(step: str) -> None:
        nonlocal done
        done += 1
        step_run(run, begun=begun, at=timezone.now(), step=step, done=done)

    return value(found.programme_file, found.ledger, rule=rule, progress=progress)  # type: ignore[arg-type]

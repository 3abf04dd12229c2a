"""The tasks that come round. Logs say how many, never who."""

import datetime as dt
import logging

from django.core.management import call_command
from django.utils import timezone

from commongoal.access.actions.sealing import note_check, seal_audit
from commongoal.access.actions.watching import keep_findings, tally_reading
from commongoal.access.engine.unusual import LIMITS, unusual_days
from commongoal.access.queries.chain import verify_audit
from commongoal.access.queries.watching import opened_on, reading_days
from commongoal.jobs.documents import remove_orphans
from commongoal.jobs.reminders import send_reminders
from commongoal.jobs.schedule import comes_round
from commongoal.jobs.valuing import value_waiting
from commongoal.pathway.actions.pruning import prune_snapshots
from commongoal.pathway.actions.snapshots import INSTALLATION, take_snapshot
from commongoal.pathway.queries.snapshots import programmes_with_pathway, snapshot
from commongoal.people.queries.looking import unusual_people

log = logging.getLogger(__name__)
MINUTE, HOUR, DAY = dt.timedelta(minutes=1), dt.timedelta(hours=1), dt.timedelta(days=1)
KEEP_RESULTS = 7  # days; a task's result says only that it ran


@comes_round(MINUTE)
def seal(at: dt.datetime) -> None:
    """Close the audit rows of the last minute. The digest in the log is an anchor outside the database."""
    sealed = seal_audit(at)
    if sealed.rows:
        log.info("sealed %d rows; the last seal is %s", sealed.rows, sealed.digest)


@comes_round(MINUTE)
def value_runs(at: dt.datetime) -> None:
    """Work on the valuations that were asked for, and on those whose worker was killed."""
    value_waiting(at)


@comes_round(DAY)
def check_chain(at: dt.datetime) -> None:
    """Check the whole chain; a broken one is an error in the log and on the data-protection officer's page."""
    found = verify_audit()
    note_check(found, at=at)
    if not found.sound:
        log.error("the chain of the audit is broken: %d faults; run verify_audit", len(found.faults))


@comes_round(DAY)
def take_snapshots(at: dt.datetime) -> None:
    """The ledger of every programme that has a pathway, as it stands today; old ones that nothing goes by go."""
    for programme in programmes_with_pathway():
        taken = snapshot(take_snapshot(by=INSTALLATION, at=at, programme=programme))
        removed = prune_snapshots(by=INSTALLATION, at=at, programme=programme)
        log.info("snapshot %d: %d people read again, %d old ones removed", taken.id, taken.people_read, removed)


@comes_round(HOUR)
def watch_reading(at: dt.datetime) -> None:
    """Tally what was opened today and yesterday, and keep what stands out."""
    today = timezone.localdate(at)
    for on in (today - DAY, today):
        tally_reading(on)
        days = reading_days(on - dt.timedelta(weeks=LIMITS.weeks), on)
        keep_findings([*unusual_days(days, on), *unusual_people(opened_on(on), on)], at=at)


@comes_round(5 * MINUTE)
def remind(at: dt.datetime) -> None:
    """Send the reminders of appointments that are due."""
    send_reminders(at)


@comes_round(DAY)
def tidy(at: dt.datetime) -> None:
    """Drop results of tasks and sessions that are over, and files that no document names."""
    remove_orphans(at)
    call_command("prune_db_task_results", min_age_days=KEEP_RESULTS, verbosity=0)
    call_command("clearsessions", verbosity=0)

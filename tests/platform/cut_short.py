"""Valuations killed in the middle (SIGKILL), and what is left of them. Run as a program, it kills at every step:

    COMMONGOAL_DATABASE=... python -m tests.platform.cut_short

A worker process is killed before one of its statements, or after so many milliseconds of its reckoning. The result that
was whole before must stand, untouched, and the run that was cut short must be taken up again and give the same.
"""

import datetime as dt
import json
import os
import signal
import sys
import tempfile
import threading
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.platform.kills import NEVER, under_the_knife

if TYPE_CHECKING:
    from tests.platform.world import World

AT = dt.datetime(2026, 3, 2, 10, 0, tzinfo=dt.UTC)
PEOPLE = 200
LATER = dt.timedelta(days=1)


class Valued:
    """A snapshot with a finished run, and runs of the same snapshot that are killed."""

    def __init__(self, world: "World", people: int = PEOPLE) -> None:
        from commongoal.access.engine.permissions import Role
        from tests.platform.valued import make_snapshot

        self.analyst = world.viewer(role=Role.ANALYST)
        self.snapshot = make_snapshot(world, people)
        self.whole = self.asked()
        self.steps = self.worked(self.whole, AT)
        assert self.steps > 0

    def asked(self) -> int:
        from commongoal.valuation.actions.runs import ask_run

        return ask_run(by=self.analyst, at=AT, snapshot=self.snapshot)

    def worked(self, run: int, at: dt.datetime, step: int = NEVER, after: float | None = None) -> int:
        """Worked on in a process of its own; how many statements that took, or -1 where it was killed."""
        from django.db import connection

        from commongoal.jobs.valuing import work_on

        def deed() -> None:
            if after is not None:
                timer = threading.Timer(after, os.kill, (os.getpid(), signal.SIGKILL))
                timer.daemon = True
                timer.start()
            assert work_on(run, at)

        connection.close()
        return under_the_knife(deed, step)

    def row(self, run: int) -> dict[str, Any]:
        from commongoal.valuation.models import Run

        return dict(Run.objects.filter(pk=run).values().get())

    def fault(self, step: int = NEVER, after: float | None = None) -> str:
        """Kill a run there and look: what is wrong with what is left, or with the second go; nothing, if nothing is."""
        from commongoal.jobs.valuing import value_waiting
        from commongoal.valuation.engine.runs import QUIET
        from commongoal.valuation.queries.runs import newest_runs

        before, run = self.row(self.whole), self.asked()
        killed = self.worked(run, AT, step, after) < 0
        left = self.row(run)
        if not killed:
            return "" if after is not None and left["digest"] == before["digest"] else "it was not killed"
        if self.row(self.whole) != before:
            return "the whole result before it was changed"
        if left["status"] != "done":
            if left["status"] not in {"waiting", "running"} or left["result"] is not None:
                return f"it was left {left['status']} with {'a' if left['result'] else 'no'} result"
            if newest_runs(self.analyst)[left_programme(left)] != self.whole:
                return "another result than the last whole one is shown"
            heard = left["heard_at"] or AT
            if left["status"] == "running" and value_waiting(heard + QUIET / 2):
                return "it was taken up again while its worker could be alive"
            if value_waiting(heard + QUIET + LATER) != 1:
                return "it was not taken up again"
        again = self.row(run)
        self.whole = run
        same = (again["status"], again["digest"], again["result"]) == ("done", before["digest"], before["result"])
        return "" if same else "taken up again, it gave something else"


def left_programme(row: dict[str, Any]) -> int:
    from commongoal.pathway.models import Snapshot

    return Snapshot.objects.get(pk=row["snapshot_id"]).programme_id


def faults(valued: Valued, steps: Iterable[int], moments: Iterable[float]) -> list[str]:
    """The first fault that is found, and where; a run left behind by it would be another's."""
    for where, given in (*(("statement", {"step": step}) for step in steps), *(("s", {"after": at}) for at in moments)):
        if fault := valued.fault(**given):
            return [f"{where} {given}: {fault}"]
    return []


def main() -> int:
    """Every statement of a valuation, and ten moments of its reckoning; 1 when anything was wrong."""
    import django

    django.setup()
    from django.conf import settings
    from django.core.management import call_command

    from tests.platform.kills import empty
    from tests.platform.world import make_world

    call_command("migrate", verbosity=0, interactive=False)
    empty()
    with tempfile.TemporaryDirectory() as folder:
        settings.SNAPSHOTS = Path(folder)
        valued = Valued(make_world())
        moments = [number / 10 for number in range(1, 11)]
        found = faults(valued, range(1, valued.steps + 1), moments)
    print(json.dumps({"valuations killed": valued.steps + len(moments), "faults": found}))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())

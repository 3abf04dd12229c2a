"""Tasks that come round: each leaves the next one waiting before it does its own work.

Exactly one of each waits at a time, however many workers start and whatever happens to one: a task that fails or whose
worker is killed has already left its successor.
"""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps

from django.utils import timezone
from django_tasks import TaskResultStatus, task
from django_tasks.base import Task

from commongoal.access.actions.turns import in_turn

Work = Callable[[dt.datetime], object]


@dataclass(frozen=True, slots=True)
class Regular:
    """A task and how often it comes round."""

    task: Task[[], None]
    every: dt.timedelta


REGULAR: dict[str, Regular] = {}


def comes_round(every: dt.timedelta) -> Callable[[Work], Task[[], None]]:
    """Makes a function of the moment into a task that comes round."""

    def make(work: Work) -> Task[[], None]:
        name = f"{work.__module__}.{work.__qualname__}"

        @task()  # type: ignore[untyped-decorator]  # django-tasks is untyped here
        @wraps(work)
        def run() -> None:
            at = timezone.now()
            leave_waiting(REGULAR[name], at + every)
            work(at)

        REGULAR[name] = Regular(run, every)
        return run

    return make


def leave_waiting(regular: Regular, after: dt.datetime) -> bool:
    """One of this task waiting, to run not before `after`, unless one waits already; whether it was put there."""
    from django_tasks_db.models import DBTaskResult

    with in_turn("schedule"):
        waiting = DBTaskResult.objects.filter(status=TaskResultStatus.READY, task_path=regular.task.module_path)
        if waiting.exists():
            return False
        regular.task.using(run_after=after).enqueue()
        return True


def start_schedule(at: dt.datetime) -> int:
    """Every task that comes round left waiting, to run at once; returns how many were not waiting before."""
    import commongoal.jobs.tasks  # noqa: F401 - its tasks enter REGULAR

    return sum(leave_waiting(regular, at) for regular in REGULAR.values())

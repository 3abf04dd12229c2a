"""How a valuation that was asked for stands."""

from enum import StrEnum


class RunStatus(StrEnum):
    """Where a run has come to."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


RUN_MOVES: dict[RunStatus, frozenset[RunStatus]] = {
    RunStatus.WAITING: frozenset({RunStatus.RUNNING, RunStatus.FAILED}),
    RunStatus.RUNNING: frozenset({RunStatus.RUNNING, RunStatus.DONE, RunStatus.FAILED}),  # again, after a worker died
    RunStatus.DONE: frozenset(),
    RunStatus.FAILED: frozenset(),
}

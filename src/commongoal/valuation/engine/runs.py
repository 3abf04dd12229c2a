"""Valuations that were asked for: how one stands, and what is told of it."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from commongoal.kernel.errors import Refused

QUIET = dt.timedelta(minutes=10)
"""Without a sign of life for so long, whoever worked on a run is taken to be gone, and another may take it up."""

STEPS = 8
"""About how many steps a valuation tells of, for "step 3 of about 8"."""


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


class AlreadyAsked(Refused):
    """This valuation has been asked for already and is not finished yet."""


class RunOfAnother(Refused):
    """Another worker has taken this run up."""


@dataclass(frozen=True, slots=True)
class RunFound:
    """One run as it stands. `steps_done` counts to about `STEPS`; `fault` says in words why it failed.

    `left_out` are rows of the records that the snapshot could not take, by reason: small counts, for analysts alone.
    """

    id: int
    programme: int
    programme_name: str
    snapshot: int
    snapshot_on: dt.date
    snapshot_digest: str
    rule: str
    versions: Mapping[str, str]
    status: RunStatus
    step: str
    steps_done: int
    asked_by: str
    asked_at: dt.datetime
    begun_at: dt.datetime | None
    heard_at: dt.datetime | None
    ended_at: dt.datetime | None
    digest: str
    fault: str
    left_out: Mapping[str, int] = field(default_factory=dict)

    @property
    def rule_words(self) -> str:
        """The rule as people read it."""
        return self.rule.replace("_", " ")

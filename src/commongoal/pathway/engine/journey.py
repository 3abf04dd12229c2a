"""A person's journey as pages and other parts read it."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from commongoal.kernel.errors import Refused
from commongoal.pathway.engine.in_force import InForce
from commongoal.pathway.engine.ledger import ENDED, LEFT
from commongoal.pathway.engine.moves import Arrival, Stop, stops, with_arrival


@dataclass(frozen=True, slots=True)
class MoveRecord:
    """One move as it was recorded. It counts unless it is superseded, withdrawn, or waits for a receiver."""

    id: int
    on: dt.date
    place: int
    stage: str
    stage_name: str
    reason: str
    evidence_kind: str
    evidence_name: str
    evidence: str
    document: int | None
    supported: bool | None
    why: str
    organisation: int
    organisation_name: str
    who: str
    at: dt.datetime
    waiting: bool
    referral: int | None
    receiver: str
    first_contact_on: dt.date | None
    supersedes: int | None
    superseded_by: int | None
    withdrawn_why: str
    withdrawn: bool

    @property
    def counts(self) -> bool:
        """Whether it tells where the person stands."""
        return not (self.waiting or self.withdrawn or self.superseded_by)

    @property
    def reason_words(self) -> str:
        """Why they left, as people read it."""
        plain = self.reason.replace("_", " ")
        return plain[:1].upper() + plain[1:]

    @property
    def arrival(self) -> Arrival:
        """The move as the rules see it."""
        return Arrival(self.on, self.stage, self.place, self.reason, self.id)


@dataclass(frozen=True, slots=True)
class JourneyRecord:
    """A journey whole: where the person stands and since when, and every move ever recorded, the oldest first."""

    id: int
    person: int
    programme: int
    programme_name: str
    programme_code: str
    pathway: InForce
    attributes: Mapping[str, str]
    begun_on: dt.date
    stage: str
    since_on: dt.date
    moves: tuple[MoveRecord, ...] = field(default=())

    @property
    def stage_name(self) -> str:
        """The name of the stage where the person stands, "Left" or "Ended for good"."""
        return self.pathway.stage_name(self.stage)

    @property
    def running(self) -> bool:
        """Whether the person is on the pathway now."""
        return self.stage not in {LEFT, ENDED}

    @property
    def counting(self) -> tuple[MoveRecord, ...]:
        """The moves that count, in order."""
        return tuple(sorted((move for move in self.moves if move.counts), key=lambda move: (move.on, move.place)))

    @property
    def arrivals(self) -> tuple[Arrival, ...]:
        """The moves that count, as the rules see them."""
        return tuple(move.arrival for move in self.counting)

    @property
    def stops(self) -> tuple[Stop, ...]:
        """The moves that count, each with where it came from and until when it lasted."""
        return stops(self.arrivals)

    @property
    def waiting(self) -> tuple[MoveRecord, ...]:
        """The moves that count once their receiver has spoken to the person."""
        return tuple(m for m in self.moves if m.waiting and not m.withdrawn and not m.superseded_by)

    def move(self, pk: int) -> MoveRecord | None:
        """One of its moves."""
        return next((move for move in self.moves if move.id == pk), None)


def handed_over(move: MoveRecord) -> Arrival:
    """A move that waits as it will count: on the day of first contact, where that is later than its own."""
    return replace(move.arrival, on=max(move.on, move.first_contact_on or move.on))


def why_waiting(journey: JourneyRecord, move: MoveRecord, today: dt.date) -> str:
    """Why a move does not count although its receiver has spoken to the person, in words; empty before they have."""
    if move.first_contact_on is None:
        return ""
    try:
        with_arrival(journey.arrivals, handed_over(move), journey.pathway, today)
    except Refused as refusal:
        return str(refusal)
    return ""

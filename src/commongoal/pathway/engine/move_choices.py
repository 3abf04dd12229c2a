"""What the question about a move offers."""

from dataclasses import dataclass

from commongoal.pathway.engine.journey import JourneyRecord


@dataclass(frozen=True, slots=True)
class OpenStage:
    """A stage that somebody may move to, and whether the readings support it (none: there is nothing to ask)."""

    id: str
    name: str
    supported: bool | None


@dataclass(frozen=True, slots=True)
class MoveChoices:
    """For one journey: stages, kinds of evidence, documents, running referrals of ours, reasons for leaving."""

    journey: JourneyRecord
    stages: tuple[OpenStage, ...]
    evidence: tuple[tuple[str, str, str], ...]  # id, name, meaning
    documents: tuple[tuple[int, str], ...]
    referrals: tuple[tuple[int, str], ...]  # id, receiver
    leaving: tuple[tuple[str, str, str], ...]  # "left" or "ended", the reason, its words

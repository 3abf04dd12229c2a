"""A referral made ready: what goes, on which basis and agreement; and the same for many people at once."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass

from commongoal.kernel.errors import Refused
from commongoal.people.engine.travelling import Detail
from commongoal.people.engine.vocabulary import DataClass


class ChangedSinceChecked(Refused):
    """What would be sent has changed since you checked it, so nothing was sent: check it again."""


class NotAgreedArea(Refused):
    """The person's agreement to share is not about this area of life, so nothing was sent."""


class NotTheirService(Refused):
    """Choose a service that the organisation offers."""


class NobodyChosen(Refused):
    """Choose at least one person."""


class SomeRefused(Refused):
    """Some of these cannot be sent, and you chose to send all or none, so none was sent."""


@dataclass(frozen=True, slots=True)
class Ready:
    """What would be sent, exactly. Ids of the basis and the agreement are empty where an override stands for them."""

    lines: tuple[Detail, ...]
    classes: frozenset[DataClass]
    basis: int | None
    agreement: int | None

    @property
    def digest(self) -> str:
        """A fingerprint of what would be sent: the same if nothing changed."""
        return fingerprint(self.lines)


@dataclass(frozen=True, slots=True)
class Standing:
    """What a sender may do about one receiver: which classes are agreed, what is missing, and who may override."""

    basis: bool
    agreement: bool
    agreed: frozenset[DataClass]
    may_override: bool


@dataclass(frozen=True, slots=True)
class Tried:
    """One person of a bulk referral: the referral sent, or the refusal in words."""

    person: int
    name: str
    referral: int | None
    refusal: str


def fingerprint(lines: Iterable[Detail]) -> str:
    """SHA-256 of the lines in order, in hex."""
    text = json.dumps([(line.data_class.value, line.label, line.value) for line in lines], ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()

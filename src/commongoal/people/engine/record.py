"""A person's record as a viewer may see it. `None` in place of a section is "not shared with you"; empty is "none"."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from commongoal.access.engine.permissions import Relation
from commongoal.kernel.words import written_day
from commongoal.people.engine.timeline import Event
from commongoal.people.engine.vocabulary import DataClass, NeedKind


@dataclass(frozen=True, slots=True)
class Identity:
    """Who the person is, in words."""

    name: str
    known_as: str = ""
    born_on: dt.date | None = None
    ni_recorded: bool = False


@dataclass(frozen=True, slots=True)
class Contact:
    """How to reach the person."""

    address: str = ""
    postcode: str = ""
    phone: str = ""
    email: str = ""
    contact_by: str = ""


@dataclass(frozen=True, slots=True)
class NeedPeriod:
    """A need from a day, until before a day."""

    pk: int
    kind: NeedKind
    detail: str
    since_on: dt.date
    until_on: dt.date | None = None


@dataclass(frozen=True, slots=True)
class WorkerPeriod:
    """A named worker from a day until a day, where to reach them, and why they were chosen."""

    membership: int
    name: str
    organisation: str
    phone: str
    email: str
    since_on: dt.date
    until_on: dt.date | None = None
    why: str = ""


@dataclass(frozen=True, slots=True)
class HeldBy:
    """Who may know about the person: which classes, why, from when until when, and the agreement that made it so."""

    organisation: str
    organisation_id: int
    relation: Relation
    classes: tuple[DataClass, ...]
    why: str
    since_on: dt.date
    until_on: dt.date | None = None
    agreement: int | None = None
    phone: str = ""


@dataclass(frozen=True, slots=True)
class Knower:
    """One organisation with all its reasons to know about the person; `everything` is the whole record."""

    organisation: str
    phone: str
    everything: bool
    classes: frozenset[DataClass]
    relations: tuple[Relation, ...]
    whys: tuple[str, ...]
    since_on: dt.date
    until_on: dt.date | None  # the last day of the longest reason; None while one has no end


def knowers(holdings: Iterable[HeldBy]) -> tuple[Knower, ...]:
    """Who knows about the person, an organisation a line, in the order in which they came to know."""
    together: dict[int, list[HeldBy]] = {}
    for held in holdings:
        together.setdefault(held.organisation_id, []).append(held)
    return tuple(_knower(reasons) for reasons in together.values())


def _knower(reasons: list[HeldBy]) -> Knower:
    ends = [held.until_on for held in reasons]
    return Knower(
        organisation=reasons[0].organisation,
        phone=reasons[0].phone,
        everything=any(held.relation is Relation.OWN for held in reasons),
        classes=frozenset(kind for held in reasons for kind in held.classes),
        relations=tuple(dict.fromkeys(held.relation for held in reasons)),
        whys=tuple(dict.fromkeys(held.why for held in reasons)),
        since_on=min(held.since_on for held in reasons),
        until_on=None if None in ends else max(end for end in ends if end),
    )


@dataclass(frozen=True, slots=True)
class Relative:
    """Somebody of the household or family. Without `person` the viewer may not know who: only who does know them."""

    kind: str  # a word of FamilyLinkKind, or "" for the household alone
    household: bool
    link: int | None = None
    person: int | None = None
    name: str = ""
    known_to: str = ""


@dataclass(frozen=True, slots=True)
class Heading:
    """Whose page it is, for pages of one errand, and what the viewer may see and do."""

    person: int
    title: str
    classes: frozenset[DataClass]
    may: frozenset[str]


@dataclass(frozen=True, slots=True)
class Record:
    """One person's record, section by section."""

    person: int
    title: str
    restricted: bool
    version: int
    added_by: str
    added_on: dt.date
    classes: frozenset[DataClass]
    may: frozenset[str]  # the verbs the viewer may do to this person
    whole: bool  # the viewer sees all of it, and who else holds it
    identity: Identity | None = None
    contact: Contact | None = None
    needs: tuple[NeedPeriod, ...] | None = None
    safe_contact: tuple[NeedPeriod, ...] = ()
    workers: tuple[WorkerPeriod, ...] | None = None
    family: tuple[Relative, ...] | None = None
    holdings: tuple[HeldBy, ...] | None = None
    events: tuple[Event, ...] = ()

    @property
    def needs_now(self) -> tuple[NeedPeriod, ...]:
        """What is needed now."""
        return tuple(need for need in self.needs or () if need.until_on is None)

    @property
    def worker(self) -> WorkerPeriod | None:
        """The named worker now."""
        return next((worker for worker in self.workers or () if worker.until_on is None), None)

    @property
    def agreed(self) -> tuple[HeldBy, ...]:
        """The organisations that see the person because the person agreed."""
        return tuple(held for held in self.holdings or () if held.relation is Relation.AGREED)

    @property
    def worker_count(self) -> str:
        """How many named workers there have been, in words, or nothing while it is the first."""
        return changes_of_worker(self.workers or ())

    @property
    def in_household(self) -> bool:
        """Whether anybody of the family lives with them."""
        return any(relative.household for relative in self.family or ())


ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")


def changes_of_worker(workers: Sequence[WorkerPeriod]) -> str:
    """The newest worker counted: "third worker since 3 March 2025"; "" for fewer than two."""
    if len(workers) < 2:
        return ""
    first = min(worker.since_on for worker in workers)
    ordinal = ORDINALS[len(workers) - 1] if len(workers) <= len(ORDINALS) else f"{len(workers)}th"
    return f"{ordinal} worker since {written_day(first)}"

"""A caseload: what is asked of it, what a line of it tells, and what its people need done."""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from commongoal.access.engine.pages import Part
from commongoal.kernel.words import written_day


class Whose(StrEnum):
    """Whose people a caseload is about."""

    MINE = "mine"
    TEAM = "team"
    NOBODY = "nobody"  # the organisation works with them, and none of it is their named worker


class Sort(StrEnum):
    """The columns of a caseload, each of which it can go by."""

    NAME = "name"
    WORKER = "worker"
    STAGE = "stage"
    CONTACT = "contact"
    NEXT = "next"
    REVIEW = "review"
    END = "end"


NO_STAGE = "none"  # on no pathway


@dataclass(frozen=True, slots=True)
class Chosen:
    """What of a caseload is asked for, and in which order. `worker` is one colleague's membership, 0 for nobody's."""

    whose: Whose = Whose.MINE
    worker: int = 0
    name: str = ""
    programme: int = 0
    stage: str = ""
    quiet: bool = False
    review: bool = False
    unbooked: bool = False
    checkpoint: bool = False
    ended: bool = False  # also those whom the organisation helps no longer
    sort: Sort = Sort.CONTACT
    down: bool = False

    @property
    def narrowed(self) -> bool:
        """Whether anything is filtered out that would be there otherwise."""
        return any((self.worker, self.name, self.programme, self.stage)) or any(
            (self.quiet, self.review, self.unbooked, self.checkpoint)
        )


@dataclass(frozen=True)
class Gaps:
    """The most days that somebody may go without contact: by programme, and for those on none that says so."""

    common: int
    by_programme: Mapping[int, int] = field(default_factory=dict)

    def of(self, programmes: Iterable[int]) -> int:
        """The shortest of these programmes, in days."""
        return min((self.by_programme[each] for each in programmes if each in self.by_programme), default=self.common)

    @property
    def shortest(self) -> int:
        """The shortest there is, in days."""
        return min((self.common, *self.by_programme.values()))

    @property
    def longest(self) -> int:
        """The longest there is, in days."""
        return max((self.common, *self.by_programme.values()))


@dataclass(frozen=True, slots=True)
class StageNow:
    """Where a person stands on a programme's pathway, and since when."""

    programme: str
    name: str
    since_on: dt.date


@dataclass(frozen=True, slots=True)
class CaseLine:
    """A person as a line of a caseload. `quiet_days` is how long nobody has been in contact, to the day of the list.

    Without any contact it counts from the worker's first day, or from when the person was added. `gap_days` is the most
    that is allowed. `ends_on` is the last day of their programme.
    """

    person: int
    name: str
    worker: str
    last_contact_on: dt.date | None
    quiet_days: int
    gap_days: int
    stages: tuple[StageNow, ...] = ()
    next_at: dt.datetime | None = None
    review_on: dt.date | None = None
    checkpoint_on: dt.date | None = None
    ends_on: dt.date | None = None

    @property
    def too_quiet(self) -> bool:
        """Whether nobody has been in contact for longer than allowed."""
        return self.quiet_days > self.gap_days

    def days_left(self, on: dt.date) -> int | None:
        """Days from this one to the last of the programme; none where it has no end."""
        return (self.ends_on - on).days if self.ends_on else None

    def to_do(self, on: dt.date) -> Iterator[str]:
        """What needs doing, in words, the most pressing first."""
        if not self.worker:
            yield "Give them a named worker"
        if self.too_quiet:
            known = f"No contact for {self.quiet_days} days"
            yield known if self.last_contact_on else f"No contact yet, after {self.quiet_days} days"
        if self.checkpoint_on and self.checkpoint_on <= on:
            yield f"Ask how work is going, due {written_day(self.checkpoint_on)}"
        if self.review_on and self.review_on < on:
            yield f"Review the plan, due {written_day(self.review_on)}"
        if self.next_at is None:
            yield "Book an appointment"


@dataclass(frozen=True, slots=True)
class Caseload:
    """A page of a caseload; how many people it has in all, and how many of them nobody was in contact with too long.

    `stages` are the ids and names of those that people may stand at.
    """

    part: Part[CaseLine]
    count: int
    quiet: int
    gaps: Gaps
    on: dt.date
    stages: tuple[tuple[str, str], ...] = ()

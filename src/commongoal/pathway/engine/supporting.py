"""Who supports whom with what, from when to when, and what two periods of support may not do."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from commongoal.kernel.errors import Refused
from commongoal.kernel.words import written_day


class NotAProvider(Refused):
    """Your organisation is no provider of this programme, so it cannot record support of its own."""


class NoSuchIntervention(Refused):
    """Choose what you help them with."""


class SupportInFuture(Refused):
    """Support is recorded once it has happened, so its days cannot be in the future."""


class EndsBeforeBegin(Refused):
    """The last day cannot be before the first."""


class OverlappingSupport(Refused):
    """Your organisation helps them with this already at that time."""


class SupportEnded(Refused):
    """This support has ended already."""


class SupportOfOthers(Refused):
    """Another organisation gives this support; only they can change what is recorded of it."""


class NeedsSupportReason(Refused):
    """Say why the support is withdrawn."""


@dataclass(frozen=True, slots=True)
class Period:
    """From a day until before a day; without an end while it runs."""

    from_on: dt.date
    to_on: dt.date | None = None

    def overlaps(self, other: "Period") -> bool:
        """Whether the two share a day."""
        return (other.to_on is None or self.from_on < other.to_on) and (
            self.to_on is None or other.from_on < self.to_on
        )


@dataclass(frozen=True, slots=True)
class Offered:
    """An intervention of a programme that an organisation may help with."""

    programme: int
    programme_name: str
    intervention: str
    intervention_name: str
    meaning: str


@dataclass(frozen=True, slots=True)
class SupportRecord:
    """One period of support as it was recorded; `to_on` is the first day after the last."""

    id: int
    person: int
    programme: int
    programme_name: str
    organisation: int
    organisation_name: str
    intervention: str
    intervention_name: str
    contract: str
    from_on: dt.date
    to_on: dt.date | None
    who: str
    at: dt.datetime
    supersedes: int | None
    superseded_by: int | None
    withdrawn: bool
    withdrawn_why: str

    @property
    def counts(self) -> bool:
        """Whether it stands: neither corrected nor withdrawn."""
        return not self.withdrawn and self.superseded_by is None

    @property
    def last_on(self) -> dt.date | None:
        """The last day, or none while it runs."""
        return self.to_on - dt.timedelta(days=1) if self.to_on else None

    @property
    def period(self) -> Period:
        """From when to when."""
        return Period(self.from_on, self.to_on)

    def runs(self, today: dt.date) -> bool:
        """Whether the person is helped today or after."""
        return self.counts and (self.to_on is None or self.to_on > today)


def checked_period(period: Period, others: Iterable[Period], today: dt.date) -> Period:
    """The period, if it is of days that have been and overlaps none of the same help.

    Raises `SupportInFuture`, `EndsBeforeBegin`, `OverlappingSupport`.
    """
    if period.from_on > today or (period.to_on or today) > today + dt.timedelta(days=1):
        raise SupportInFuture
    if period.to_on is not None and period.to_on <= period.from_on:
        raise EndsBeforeBegin
    if clash := next((other for other in others if other.overlaps(period)), None):
        until = f"until {written_day(clash.to_on - dt.timedelta(days=1))}" if clash.to_on else "and it still runs"
        raise OverlappingSupport(f"It began on {written_day(clash.from_on)}, {until}.")
    return period

"""Agreements and lawful bases as periods of the ledger's `agreement` table."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

FOREVER = dt.date.max


@dataclass(frozen=True, slots=True, order=True)
class SharingPeriod:
    """A row of the table `agreement`: a pseudonym, an organisation, a scope, and a half-open period.

    The scope is `area: ...` or `data: ...` for what the person agreed to, `basis: <article 6>: <purpose>` for what the
    law allows. `to_on` is empty while it runs.
    """

    person: str
    organisation: str
    scope: str
    from_on: dt.date
    to_on: dt.date | None


@dataclass(frozen=True, slots=True)
class LedgerPeriods:
    """The people of a programme, each with the small area they live in, and their periods of sharing."""

    people: tuple[tuple[str, str], ...]
    periods: tuple[SharingPeriod, ...]


def joined(periods: Iterable[SharingPeriod]) -> tuple[SharingPeriod, ...]:
    """The same days with no period of nothing, and none that overlaps or touches another of its kind; in order."""
    found: list[SharingPeriod] = []
    for period in sorted(periods, key=_key):
        if period.to_on is not None and period.to_on <= period.from_on:
            continue
        last = found[-1] if found else None
        if last and _kind(last) == _kind(period) and period.from_on <= (last.to_on or FOREVER):
            end = max(last.to_on or FOREVER, period.to_on or FOREVER)
            found[-1] = SharingPeriod(*_kind(last), last.from_on, None if end == FOREVER else end)
        else:
            found.append(period)
    return tuple(found)


def cut(
    from_on: dt.date, to_on: dt.date | None, start: dt.date, end: dt.date | None
) -> tuple[dt.date, dt.date | None] | None:
    """What two half-open periods have in common; nothing where they have none."""
    first, last = max(from_on, start), min(to_on or FOREVER, end or FOREVER)
    return (first, None if last == FOREVER else last) if first < last else None


def _kind(period: SharingPeriod) -> tuple[str, str, str]:
    return period.person, period.organisation, period.scope


def _key(period: SharingPeriod) -> tuple[str, str, str, dt.date]:
    return *_kind(period), period.from_on

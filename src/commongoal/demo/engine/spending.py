"""What the help of the demonstration cost whom: months of support times the invented world's pounds a month."""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from commongoal.demo.engine.courses import MONTH, Course, World
from commongoal.demo.engine.residents import Resident

Offer = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Period:
    """Days of which somebody accounts at once: from the first until the day after the last."""

    from_on: dt.date
    to_on: dt.date


@dataclass(frozen=True, slots=True)
class Spent:
    """One amount of one period, in pence. Without a provider it is the programme's own."""

    provider: str
    intervention: str
    period: Period
    pence: int
    borne_by: str
    basis: str


def costs(drawn_from: World, courses: Sequence[tuple[Resident, Course]], first: dt.date, last: dt.date) -> list[Spent]:
    """Every cost of the whole periods between two days: of support, by offer and payer, and the overheads.

    Overheads are those of the world for the share of its people that there are here; both times the pace.
    """
    share = len(courses) / drawn_from.world["people"] * drawn_from.pace
    found: list[Spent] = []
    for period in periods(first, last):
        for offer in drawn_from.world["offers"]:
            months = sum(_months(drawn_from, who, each, offer, period) for who, each in courses)
            found.extend(_of_offer(offer, period, months * drawn_from.pace))
        found.extend(_overheads(drawn_from, period, share))
    return [each for each in found if each.pence > 0]


def periods(first: dt.date, last: dt.date) -> list[Period]:
    """The whole quarters of the year from the one `first` lies in, then the whole months until `last`."""
    found: list[Period] = []
    start = dt.date(first.year, (first.month - 1) // 3 * 3 + 1, 1)
    while (end := _months_on(start, 3)) <= last:
        found.append(Period(start, end))
        start = end
    while (end := _months_on(start, 1)) <= last:
        found.append(Period(start, end))
        start = end
    return found


def _months_on(day: dt.date, months: int) -> dt.date:
    """The first of the month so many months after one."""
    count = day.year * 12 + day.month - 1 + months
    return dt.date(count // 12, count % 12 + 1, 1)


def _of_offer(offer: Offer, period: Period, months: float) -> Iterator[Spent]:
    for paid in offer["paid"]:
        pence = round(months * offer["pounds_a_month"] * paid["share"] * 100)
        yield Spent(offer["provider"], offer["intervention"], period, pence, paid["by"], paid["basis"])


def _overheads(drawn_from: World, period: Period, share: float) -> Iterator[Spent]:
    years = (period.to_on - period.from_on).days / 365.25
    for each in drawn_from.world["overheads"]:
        pence = round(each["pounds_a_year"] * years * share * 100)
        yield Spent(each.get("provider", ""), "", period, pence, each["by"], each["basis"])


def _months(drawn_from: World, who: Resident, each: Course, offer: Offer, period: Period) -> float:
    """Months of an offer that one person had within a period."""
    total, added = 0.0, who.added_at.date()
    for support in each.help:
        provider = drawn_from.providers.get(support.organisation)
        if (provider, support.intervention) == (offer["provider"], offer["intervention"]):
            begins = added + dt.timedelta(days=support.from_day)
            ends = period.to_on if support.to_day is None else added + dt.timedelta(days=support.to_day)
            total += max(0, (min(ends, period.to_on) - max(begins, period.from_on)).days) / MONTH
    return total

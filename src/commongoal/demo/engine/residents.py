"""The people of the demonstration place and what happens to them, drawn from a seed: a plan that the site acts out.

Shares and rates below make a plausible caseload to look at; they are invented, and no figure is taken from them.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np

T = TypeVar("T")
SATURDAY = 5  # the days of a week counted from Monday

NEEDS = ("interpreter", "step-free access", "quiet room", "safe contact", "easy read")
NEED_DETAILS = {
    "interpreter": "Polish",
    "step-free access": "uses a wheelchair",
    "quiet room": "finds crowds hard",
    "safe contact": "text first; do not leave a message",
    "easy read": "letters in easy read",
}
BARRIERS = {
    "debt": "Money and debt advice",
    "housing": "A safe place to live",
    "health": "Better health for work",
    "skills": "Maths, English and digital",
    "work": "Job coaching",
    "family": "Childcare that fits a job",
}
AREAS = {"debt": "money"}  # the area of life of a barrier, where it has another word
CONTACTS = (
    "Met at the hub. Talked about what would make the biggest difference.",
    "Rang. Going well; next time at the hub.",
    "Rang twice, no answer. Sent a text.",
    "Met for half an hour. CV is nearly there.",
    "Home visit. Letters from the landlord looked at together.",
    "Rang after the appointment. It was useful, and there is another one.",
)
EXITS = ("in work", "in work", "in training or study", "needs met elsewhere", "not engaged", "moved away", "health")
REJECTIONS = ("no capacity", "not engaged", "needs met elsewhere", "ineligible")


@dataclass(frozen=True, slots=True)
class ReferralPlan:
    """A referral that will be sent, and what becomes of it: days until each step, absent where it never comes."""

    service: str
    receiver: str
    area: str
    days: int
    answered_after: int | None
    rejected_because: str | None
    first_contact_after: int | None
    closed_after: int | None
    withdrawn_after: int | None

    @property
    def ends_after(self) -> int | None:
        """Days after the person was added until nothing more comes of it, if that is so."""
        last = self.answered_after if self.rejected_because else self.closed_after or self.withdrawn_after
        return None if last is None else self.days + last


@dataclass(frozen=True, slots=True)
class Resident:
    """One invented person and their two years."""

    first_name: str
    last_name: str
    known_as: str
    born_on: dt.date
    address: str
    postcode: str
    phone: str
    email: str
    contact_by: str
    organisation: str
    worker: int  # a number to choose a key worker of the organisation by
    added_at: dt.datetime
    need: str | None
    lives_with_previous: bool
    answers_evidence: bool  # eligibility leaves something to show
    starts_after: int | None  # days
    agrees: bool
    contacts: tuple[tuple[int, int], ...]  # days after adding, which text
    leaves: tuple[int, str] | None  # days after adding, and the reason
    new_worker_after: int | None
    referral: ReferralPlan | None
    restricted: bool
    entered_twice_by: str | None  # an organisation that adds the same person again, by mistake


def residents(place: Mapping[str, Any], people: int, first: dt.date, last: dt.date, seed: int) -> tuple[Resident, ...]:
    """`people` residents, in the order in which they come, over the days from `first` to `last`."""
    draw = np.random.default_rng(seed)
    days = np.sort(draw.integers(0, max((last - first).days - 3, 1), people))
    on = [_working_day(first + dt.timedelta(days=int(day))) for day in days]
    return tuple(_resident(place, draw, day, number) for number, day in enumerate(on))


def _working_day(day: dt.date) -> dt.date:
    """The day, or the Monday after a weekend."""
    return day + dt.timedelta(days=(7 - day.weekday()) if day.weekday() >= SATURDAY else 0)


def _resident(place: Mapping[str, Any], draw: np.random.Generator, on: dt.date, number: int) -> Resident:
    names = place["names"]
    first_name = _one(draw, names["first"])
    takes_part = [body["name"] for body in place["organisations"] if "key worker" in body["staff"]]
    organisation = _one(draw, takes_part[:2] * 3 + takes_part)
    minute = int(draw.integers(9 * 60, 16 * 60))
    body = next(each for each in place["organisations"] if each["name"] == organisation)
    refers = draw.random() < body.get("refers", 0.55)
    contacts = _contacts(draw)
    starts_after = int(draw.integers(1, 21)) if draw.random() < 0.82 else None
    return Resident(
        first_name=first_name,
        last_name=_one(draw, names["last"]),
        known_as=first_name[:3] if draw.random() < 0.06 else "",
        born_on=on - dt.timedelta(days=int(draw.triangular(18, 34, 64) * 365.25)),
        address=f"{int(draw.integers(1, 140))} {_one(draw, names['streets'])}, Marlhaven",
        postcode=_postcode(place, draw),
        phone=f"01632 960{int(draw.integers(110, 999))}",
        email=f"resident{number + 1}@example.org" if draw.random() < 0.6 else "",
        contact_by=_one(draw, ("phone", "text", "text", "email", "letter")),
        organisation=organisation,
        worker=int(draw.integers(0, 1000)),
        added_at=dt.datetime.combine(on, dt.time(minute // 60, minute % 60), dt.UTC),
        need=_one(draw, NEEDS) if draw.random() < 0.18 else None,
        lives_with_previous=bool(draw.random() < 0.07),
        answers_evidence=bool(draw.random() < 0.12),
        starts_after=starts_after,
        agrees=bool(refers or draw.random() < 0.3),
        contacts=contacts,
        leaves=(contacts[-1][0] + int(draw.integers(15, 28)), _one(draw, EXITS)) if starts_after else None,
        new_worker_after=int(draw.integers(60, 300)) if draw.random() < 0.22 else None,
        referral=_referral(place, draw, organisation) if refers else None,
        restricted=bool(draw.random() < 0.01),
        entered_twice_by=_one(draw, takes_part) if draw.random() < 0.02 else None,
    )


def _contacts(draw: np.random.Generator) -> tuple[tuple[int, int], ...]:
    """Contacts about every three weeks, for as long as it lasts."""
    gaps = draw.integers(9, 34, int(draw.integers(1, 14)))
    return tuple((int(day), int(draw.integers(0, len(CONTACTS)))) for day in np.cumsum(gaps))


def _referral(place: Mapping[str, Any], draw: np.random.Generator, sender: str) -> ReferralPlan | None:
    need = _one(draw, tuple(BARRIERS))
    service = BARRIERS[need]
    receiver = next(entry["organisation"] for entry in place["services"] if entry["name"] == service)
    if receiver == sender:
        return None
    answered = int(draw.integers(1, 9)) if draw.random() < 0.9 else None
    rejected = _one(draw, REJECTIONS) if answered and draw.random() < 0.14 else None
    goes_on = answered is not None and rejected is None
    met = answered + int(draw.integers(1, 15)) if goes_on and answered and draw.random() < 0.85 else None
    longer = 200 if draw.random() < 0.4 else 0
    closed = met + longer + int(draw.integers(30, 180)) if met else None
    withdrawn = (answered or 0) + int(draw.integers(9, 30)) if met is None and rejected is None else None
    days = int(draw.integers(3, 40))
    return ReferralPlan(service, receiver, AREAS.get(need, need), days, answered, rejected, met, closed, withdrawn)


def _postcode(place: Mapping[str, Any], draw: np.random.Generator) -> str:
    wards = place["wards"]
    ward = wards[int(draw.choice(len(wards), p=[ward["share"] for ward in wards]))]
    return f"{_one(draw, ward['sectors'])}{_one(draw, UNITS)}"


UNITS = tuple(f"{a}{b}" for a in "ABDEFGHJ" for b in "ABDE")


def _one(draw: np.random.Generator, choices: Sequence[T]) -> T:
    return choices[int(draw.integers(0, len(choices)))]

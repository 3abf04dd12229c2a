"""How the people of the demonstration get on along the pathway: a course for each, drawn from a seed, for acting out.

Rates are those of the invented world (`marlhaven_world.toml`): what moves people without help, times what their helper
lifts. Nothing is taken from it but something to look at.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from commongoal.demo.engine.residents import Resident
from commongoal.pathway.engine.programme import Area, Programme

MONTH = 487 / 16  # days
LONGEST = 730
SHORTEST = 2  # days of help: what falls on a weekend is done on Monday
SUSTAINED_AFTER = 183
LOSING_WORK = 0.042  # a month
TOLD = 0.96  # of the areas of life at an assessment; of the rest they prefer not to say
JOBS = (
    ("Kitchen assistant", "9263", "The Customs House Café"),
    ("Warehouse operative", "9252", "Saltmarsh Foods"),
    ("Care worker", "6135", "Northcliff Care"),
    ("Sales assistant", "7111", "Quayside Stores"),
    ("Cleaner", "9223", "Harbour Homes"),
    ("Administrative assistant", "4159", "Marlhaven Council"),
    ("Van driver", "8214", "Ferry Road Couriers"),
)


@dataclass(frozen=True, slots=True)
class Help:
    """An organisation helps with an intervention, from a day after adding until another, or until further notice."""

    organisation: str
    intervention: str
    from_day: int
    to_day: int | None


@dataclass(frozen=True, slots=True)
class PlannedJob:
    """A job from a day after adding; `to_day` where it is lost, `pence` an hour."""

    occupation: str
    code: str
    employer: str
    from_day: int
    to_day: int | None
    hours: int
    pence: int


@dataclass(frozen=True, slots=True)
class Course:
    """What happens to one person on the pathway, by days after they were added."""

    attributes: Mapping[str, str]
    moves: tuple[tuple[int, str], ...]  # a day and the stage arrived at; the first is the referral
    assessments: tuple[tuple[int, Mapping[str, int | None]], ...]
    help: tuple[Help, ...]
    jobs: tuple[PlannedJob, ...]
    leaves: tuple[int, str] | None  # the day and the reason, where they leave the programme


@dataclass(frozen=True, slots=True)
class World:
    """What the courses are drawn from: the programme, its world, and which organisation is which provider."""

    programme: Programme
    world: Mapping[str, Any]
    providers: Mapping[str, str]  # organisation's name to the provider's id

    @property
    def stages(self) -> list[str]:
        """The stages' ids in order."""
        return [stage.id for stage in self.programme.pathway.stages]

    @property
    def pace(self) -> float:
        """How many times as fast as in the world people move on the site, where a month of help costs as much more."""
        return float(self.world["site_pace"])

    def offers(self, organisation: str) -> list[Mapping[str, Any]]:
        """What the organisation has to offer."""
        provider = self.providers.get(organisation)
        return [offer for offer in self.world["offers"] if offer["provider"] == provider]


def course(drawn_from: World, who: Resident, number: int, seed: int) -> Course | None:
    """The course of somebody who starts; none for who never does. The same seed draws the same course."""
    if who.starts_after is None or who.restricted:
        return None
    draw = np.random.default_rng([seed, number])
    last = max(who.leaves[0], who.starts_after + 7) if who.leaves else LONGEST
    helpers = _help(drawn_from, draw, who)
    moves, jobs = _moves(drawn_from, draw, helpers, who, last)
    leaves = _leaves(moves, jobs, (last, who.leaves[1]) if who.leaves else None, drawn_from.stages[-1])
    last = leaves[0] if leaves else LONGEST
    helpers = tuple(replace(each, to_day=min(each.to_day or last, last)) if leaves else each for each in helpers)
    helpers = tuple(each for each in helpers if each.to_day is None or each.to_day > each.from_day + SHORTEST)
    assessments = _assessments(drawn_from.programme.areas, draw, moves, who, last)
    return Course(_attributes(drawn_from, draw, who), moves, assessments, helpers, jobs, leaves)


def _leaves(
    moves: Sequence[tuple[int, str]], jobs: Sequence[PlannedJob], planned: tuple[int, str] | None, last_stage: str
) -> tuple[int, str] | None:
    """A fortnight after work is sustained; never from a job; else as planned."""
    if moves[-1][1] == last_stage:
        return moves[-1][0] + 14, "in work"
    if jobs and jobs[-1].to_day is None:
        return None
    return (max(planned[0], moves[-1][0] + 7), planned[1]) if planned else None


def _attributes(drawn_from: World, draw: np.random.Generator, who: Resident) -> dict[str, str]:
    """Age as it is; the others by the world's shares."""
    years = (who.added_at.date() - who.born_on).days / 365.25
    found = {}
    for attribute in drawn_from.programme.attributes:
        shares = [group["share"] for group in drawn_from.world["groups"][attribute.id]]
        found[attribute.id] = attribute.values[int(draw.choice(len(shares), p=shares))].id
    return {**found, "age": "18_24" if years < 25 else "25_49" if years < 50 else "50_plus"}


def _help(drawn_from: World, draw: np.random.Generator, who: Resident) -> tuple[Help, ...]:
    """Their own organisation from the start; who was referred to, from first contact."""
    found: list[Help] = []
    start = who.starts_after or 0
    if offers := drawn_from.offers(who.organisation):
        offer = offers[int(draw.integers(0, len(offers)))]
        found.append(Help(who.organisation, offer["intervention"], start, None))
    plan = who.referral
    if plan and plan.first_contact_after is not None and (offers := drawn_from.offers(plan.receiver)):
        offer = offers[int(draw.integers(0, len(offers)))]
        ends = plan.days + plan.closed_after if plan.closed_after else None
        found.append(Help(plan.receiver, offer["intervention"], plan.days + plan.first_contact_after, ends))
    return tuple(found)


def _moves(
    drawn_from: World, draw: np.random.Generator, helpers: Sequence[Help], who: Resident, last: int
) -> tuple[tuple[tuple[int, str], ...], tuple[PlannedJob, ...]]:
    """Each move when its time comes, until they leave; and the jobs that arriving in work begins."""
    stages = drawn_from.stages
    at, day = stages[0], float(who.starts_after or 0)
    moves, jobs = [(int(day), at)], list[PlannedJob]()
    while at != stages[-1]:
        step = _next(drawn_from, draw, helpers, at, day)
        if step is None or day + step[0] >= last:
            break
        day, at = day + step[0], step[1]
        moves.append((int(day), at))
        if at == drawn_from.programme.pathway.work_stage:
            kept = float(draw.exponential(1 / LOSING_WORK)) * MONTH
            stays = kept > SUSTAINED_AFTER
            last = LONGEST  # nobody who is in work is let go of
            jobs.append(_job(draw, int(day), None if stays else int(day + max(kept, 8))))
            day += SUSTAINED_AFTER if stays else max(kept, 8)
            at = stages[-1] if stays else "supported"
            moves.append((int(day), at))
    return tuple(moves), tuple(jobs)


def _next(
    drawn_from: World, draw: np.random.Generator, helpers: Sequence[Help], at: str, day: float
) -> tuple[float, str] | None:
    """Days until the next move and where to; none where nothing leads on."""
    place = drawn_from.stages.index(at)
    lift = 1.0
    for each in helpers:
        if each.from_day <= day and (each.to_day is None or day < each.to_day):
            offers = [o for o in drawn_from.offers(each.organisation) if o["intervention"] == each.intervention]
            lift = max(lift, offers[0]["lift"][place])
    ways = [move for move in drawn_from.world["without"]["moves"] if move["from"] == at]
    rates = [
        way["rate"] * (lift if drawn_from.stages.index(way["to"]) > place else 1.0) * drawn_from.pace for way in ways
    ]
    if not rates:
        return None
    days = max(float(draw.exponential(1 / sum(rates))) * MONTH, 1.0)
    to = ways[int(draw.choice(len(ways), p=np.array(rates) / sum(rates)))]["to"]
    return days, to


def _job(draw: np.random.Generator, from_day: int, to_day: int | None) -> PlannedJob:
    occupation, code, employer = JOBS[int(draw.integers(0, len(JOBS)))]
    return PlannedJob(
        occupation, code, employer, from_day, to_day, int(draw.integers(12, 39)), int(draw.integers(1275, 1450))
    )


def _assessments(
    areas: Sequence[Area],
    draw: np.random.Generator,
    moves: Sequence[tuple[int, str]],
    who: Resident,
    last: int,
) -> tuple[tuple[int, Mapping[str, int | None]], ...]:
    """The first within days of starting, then about every quarter; levels rise with the stages they evidence."""
    base = {area.id: float(draw.normal(2.3, 0.9)) for area in areas}
    found: list[tuple[int, Mapping[str, int | None]]] = []
    day = (who.starts_after or 0) + int(draw.integers(0, 6))
    while day < min(last, LONGEST):
        reached = {stage for on, stage in moves if on <= day + 21}
        levels: dict[str, int | None] = {}
        for area in areas:
            rise = 1.3 * len(reached.intersection(area.evidences)) + 0.12 * len(found)
            level = round(float(draw.normal(base[area.id] + rise, 0.45)))
            levels[area.id] = min(max(level, 1), area.levels) if draw.random() < TOLD else None
        found.append((day, levels))
        day += int(draw.integers(75, 125))
    return tuple(found)

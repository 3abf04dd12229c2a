"""The invented place: its world as data turned into a `World`, and the ledgers of programme and comparison group."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import product
from math import prod
from typing import Any

import numpy as np
import pyarrow as pa

from commongoal.demo.engine.simulation import SimulatedLedger, comparison, simulate
from commongoal.demo.engine.tables import cost_table, dates, months_of_support, named, person_ids, tables
from commongoal.demo.engine.worlds import Floats, World
from commongoal.pathway.engine.programme import Area, Programme

Data = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Place:
    """Two ledgers as canonical tables: the programme's own and the comparison group's; and the day they end."""

    ledger: dict[str, pa.Table]
    comparison: dict[str, pa.Table]
    snapshot_on: date


def place_from(programme: Programme, data: Data, seed: int, people: int | None = None) -> Place:
    """Everything recorded in a place whose world is `data`, with its own number of people unless one is given.

    The comparison group keeps its size relative to the programme. Equal seeds give equal tables.
    """
    world = world_from(programme, data)
    own = people or int(data["people"])
    other = max(1, round(own * data["comparison_people"] / data["people"]))
    of_life, of_comparison, of_readings = (np.random.default_rng(s) for s in np.random.SeedSequence(seed).spawn(3))
    lived = simulate(world, own, of_life)
    made = tables(lived, world, programme)
    made["people"] = housed(made["people"], data["areas"], of_readings)
    made["readings"] = readings(lived, world, programme, data["readings"], of_readings)
    made["costs"] = costs(lived, world, data)
    alone = tables(comparison(world, other, of_comparison), world, programme, prefix="c")
    return Place(made, alone, data["snapshot_on"])


def world_from(programme: Programme, data: Data) -> World:
    """The world that `data` describes, in the programme's order of segments, stages, providers and interventions."""
    groups = [data["groups"][attribute.id] for attribute in programme.attributes]
    share, forward, leaving = (_by_segment(groups, key) for key in ("share", "forward", "leave"))
    without, offers, support = data["without"], data["offers"], data["support"]
    lift = np.array([offer["lift"] for offer in offers])
    return World(
        shares=share / share.sum(),
        without=_moves(programme, without["moves"], forward),
        leave=leaving[:, None] * np.array(without["leave"]),
        end=np.ones_like(leaving)[:, None] * np.array(without["end"]),
        come_back=np.full(len(share), without["come_back"]),
        lost=np.full(len(share), without["lost"]),
        provider=np.array([_position(programme.providers, offer["provider"]) for offer in offers]),
        intervention=np.array([_position(programme.interventions, offer["intervention"]) for offer in offers]),
        lift=lift,
        first=support["first_support"] * _first(programme, offers),
        handover=np.array(support["handover"]),
        to=_takers(programme, offers),
        join=np.array(support["join"]),
        second=_even(np.array([offer.get("beside", 0.0) for offer in offers])),
        price=np.array([float(offer["pounds_a_month"]) for offer in offers]),
        worth=np.zeros(len(share)),
        horizon=programme.pathway.horizon_months,
        intake_days=data["intake_days"],
        snapshot_day=(data["snapshot_on"] - data["start"]).days,
        start=data["start"],
        join_months=support["join_months"],
        stint_months=support["stint_months"],
        pause_months=support["pause_months"],
    )


def housed(people: pa.Table, areas: Sequence[str], rng: np.random.Generator) -> pa.Table:
    """The people with the area each lives in, areas being evenly filled."""
    lives = named(list(areas), rng.integers(0, len(areas), people.num_rows))
    return people.set_column(people.column_names.index("area"), "area", lives)


def costs(ledger: SimulatedLedger, world: World, data: Data) -> pa.Table:
    """What every offer cost in each financial year by who paid, and the overheads."""
    rows: list[tuple[str | None, str | None, date, date, int, str, str]] = []
    for begins, ends in _financial_years(data["start"], data["snapshot_on"]):
        months = months_of_support(ledger, world, *((day - world.start).days for day in (begins, ends)))
        for offer, used in zip(data["offers"], months.tolist(), strict=True):
            pounds = used * offer["pounds_a_month"]
            who = (offer["provider"], offer["intervention"], begins, ends)
            rows += [(*who, round(100 * pounds * part["share"]), part["by"], part["basis"]) for part in offer["paid"]]
        for cost in data["overheads"]:
            pence = round(100 * cost["pounds_a_year"])
            rows.append((cost.get("provider"), None, begins, ends, pence, cost["by"], cost["basis"]))
    columns = [list(column) for column in zip(*(row for row in rows if row[4] > 0), strict=True)]
    return cost_table(*columns)


def readings(
    ledger: SimulatedLedger, world: World, programme: Programme, data: Data, rng: np.random.Generator
) -> pa.Table:
    """Assessments from the day of engaging, about every quarter while in care: a level for every area of life."""
    person, on, visit, stage = _visits(ledger, world, data, rng)
    levels = []
    for area in programme.areas:
        true = _own_level(programme, area, len(ledger.segment), data, rng)
        progress = data["stage_adds"] * _evidenced(programme, area.evidences, stage)
        found = true[person] + data["drift_a_visit"] * visit + progress
        noise = data["spread"] * np.sqrt(1 / (area.reliability or 1.0) - 1)
        levels.append(np.clip(np.rint(found + rng.normal(0, noise, person.size)), 1, area.levels))
    count = len(programme.areas)
    areas = np.argsort([area.id for area in programme.areas], kind="stable")
    rows = np.repeat(np.arange(person.size), count)
    return pa.table(
        {
            "person": named([], person[rows], person_ids(len(ledger.segment))),
            "on": dates(on[rows], world.start),
            "area": named([area.id for area in programme.areas], np.tile(areas, person.size)),
            "level": pa.array(np.stack(levels, axis=1)[:, areas].ravel().astype(np.int16)),
        }
    )


def _by_segment(groups: Sequence[Sequence[Data]], key: str) -> Floats:
    return np.array([prod(value[key] for value in values) for values in product(*groups)], dtype=np.float64)


def _moves(programme: Programme, moves: Sequence[Data], forward: Floats) -> Floats:
    """λ° [G, S+1, S+1]; `forward` [G] multiplies steps forward only."""
    size = programme.pathway.last + 1
    rates = np.zeros((len(forward), size, size))
    for move in moves:
        origin, target = programme.pathway.number(move["from"]), programme.pathway.number(move["to"])
        rates[:, origin, target] = move["rate"] * (forward if target > origin else 1.0)
    return rates


def _position(items: Sequence[Any], wanted: str) -> int:
    return [item.id for item in items].index(wanted)


def _first(programme: Programme, offers: Sequence[Data]) -> Floats:
    """Chances [G, K] of the first offer, tilted for people with a health condition."""
    weights = np.array([offer.get("first", 0.0) for offer in offers])
    tilt = np.array([offer.get("health", 1.0) for offer in offers])
    ill = np.array([["health" in segment.values] for segment in programme.segments])
    return _even(np.where(ill, weights * tilt, weights))


def _takers(programme: Programme, offers: Sequence[Data]) -> Floats:
    """Chances [S+1, K] of who takes over; at a stage nobody takes over, all alike (and never drawn)."""
    stages = [stage.id for stage in programme.pathway.stages]
    weights = np.array([[offer.get("takes_over", {}).get(stage, 0.0) for offer in offers] for stage in stages])
    return _even(np.where(weights.sum(axis=1, keepdims=True) > 0, weights, 1.0))


def _even(weights: Floats) -> Floats:
    total: Floats = weights / weights.sum(axis=-1, keepdims=True)
    return total


def _financial_years(start: date, snapshot_on: date) -> list[tuple[date, date]]:
    """First days and first days after, from 1 April, from the year `start` falls in."""
    first = start.year - (start < date(start.year, 4, 1))
    years = [(date(y, 4, 1), date(y + 1, 4, 1)) for y in range(first, snapshot_on.year + 1)]
    return [(begins, ends) for begins, ends in years if begins <= snapshot_on]


def _visits(ledger: SimulatedLedger, world: World, data: Data, rng: np.random.Generator) -> tuple[Any, Any, Any, Any]:
    """Person, day, number and stage of every assessment, in order of person and day."""
    began = np.flatnonzero((ledger.entry_to == 1) & (ledger.entry_from == 0))
    who, first = np.unique(ledger.entry_person[began], return_index=True)
    shape = (who.size, data["most_visits"])
    visit = np.broadcast_to(np.arange(shape[1]), shape)
    late = np.where(visit > 0, rng.integers(0, 22, shape), 0)
    on = ledger.entry_on[began][first][:, None] + data["every_days"] * visit + late
    person = np.broadcast_to(who[:, None], shape)
    stage = _stage_at(ledger, person.ravel(), on.ravel()).reshape(shape)
    held = (visit == 0) | (rng.random(shape) < data["chance_of_visit"])
    kept = held & (on <= world.snapshot_day) & (stage < world.last)
    return person[kept], on[kept], visit[kept], stage[kept]


def _stage_at(ledger: SimulatedLedger, person: Any, on: Any) -> Any:
    """Where people stand at the end of given days."""
    days = int(ledger.entry_on.max()) + 10_000
    key = ledger.entry_person.astype(np.int64) * days + ledger.entry_on
    at = np.searchsorted(key, person.astype(np.int64) * days + on, side="right") - 1
    return ledger.entry_to[at]


def _evidenced(programme: Programme, stages: Sequence[str], stage: Any) -> Any:
    """How many of the stages that an area evidences have been reached."""
    return sum((stage >= programme.pathway.number(name)).astype(np.float64) for name in stages)


def _own_level(programme: Programme, area: Area, people: int, data: Data, rng: np.random.Generator) -> Floats:
    """The person's own level before anything happens; the mean at the first assessment, made on engaging, is given."""
    already = data["stage_adds"] * float(_evidenced(programme, area.evidences, np.array(1)))
    return rng.normal(data["first_level"][area.id] - already, data["spread"], people)

"""A simulated ledger as the canonical tables of the ledger format (see `commongoal.pathway.engine.ledger`)."""

from datetime import date, timedelta

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from commongoal.demo.engine.simulation import DAYS_A_MONTH, SimulatedLedger
from commongoal.demo.engine.worlds import Floats, Ints, World
from commongoal.pathway.engine.ledger import BY_NAME, ENDED, LEFT
from commongoal.pathway.engine.programme import Programme
from commongoal.pathway.engine.shape import shaped

EPOCH = date(1970, 1, 1)


def tables(
    ledger: SimulatedLedger, world: World, programme: Programme, prefix: str = "p", first: int = 1
) -> dict[str, pa.Table]:
    """people, entries and support, sorted, with ids `prefix` + seven digits counted from `first`."""
    people = person_ids(len(ledger.segment), prefix, first)
    return {
        "people": _people(ledger, programme, people),
        "entries": _entries(ledger, world, programme, people),
        "support": shaped(BY_NAME["support"], _support(ledger, world, programme, people)),
    }


def person_ids(count: int, prefix: str = "p", first: int = 1) -> pa.Array:
    """Ids in rising order: `prefix` and a number of seven digits."""
    numbers = pa.array(np.arange(first, first + count, dtype=np.int64))
    digits = pc.utf8_lpad(pc.cast(numbers, pa.string()), width=7, padding="0")
    return pc.binary_join_element_wise(prefix, digits, "")


def named(names: list[str], codes: Ints | np.ndarray, people: pa.Array | None = None) -> pa.Array:
    """Codes as strings by position in `names` (or in `people`); a code below 0 is empty."""
    known = pa.array(codes, mask=np.asarray(codes) < 0)
    return pc.take(people if people is not None else pa.array(names, pa.string()), known)


def dates(days: Ints | np.ndarray, start: date) -> pa.Array:
    """Days counted from `start` as date32; a day below 0 is empty."""
    absolute = np.asarray(days, dtype=np.int32) + (start - EPOCH).days
    return pa.array(absolute.astype(np.int32), mask=np.asarray(days) < 0).cast(pa.date32())


def months_of_support(ledger: SimulatedLedger, world: World, first: int, until: int) -> Floats:
    """Months of support by offer [K] from day `first` to the day before `until`, and not after the snapshot."""
    closed = np.where(ledger.support_to < 0, world.snapshot_day + 1, ledger.support_to)
    days = np.clip(closed, first, until) - np.clip(ledger.support_from, first, until)
    months: Floats = np.bincount(ledger.support_offer, weights=days, minlength=len(world.provider)) / DAYS_A_MONTH
    return months


def costs(ledger: SimulatedLedger, world: World, programme: Programme) -> pa.Table:
    """The price of every month of support, in cash, borne by the programme's first partner, a row an offer and year."""
    years = range(world.snapshot_day // 365 + 1)
    months = np.stack([months_of_support(ledger, world, 365 * y, 365 * y + 365) for y in years], axis=1)
    offer, year = np.nonzero(months)
    starts = [world.start + timedelta(days=int(365 * y)) for y in year]
    return cost_table(
        provider=[programme.providers[world.provider[k]].id for k in offer],
        intervention=[programme.interventions[world.intervention[k]].id for k in offer],
        from_on=starts,
        to_on=[day + timedelta(days=365) for day in starts],
        amount_pence=np.rint(100 * world.price[offer] * months[offer, year]).astype(np.int64).tolist(),
        borne_by=[programme.partners[0].id] * len(offer),
        basis=["cash"] * len(offer),
    )


def cost_table(
    provider: list[str | None],
    intervention: list[str | None],
    from_on: list[date],
    to_on: list[date],
    amount_pence: list[int],
    borne_by: list[str],
    basis: list[str],
) -> pa.Table:
    """The costs table from its columns, in order of date."""
    strings = {"provider": provider, "intervention": intervention, "borne_by": borne_by, "basis": basis}
    columns = {name: pa.array(values, pa.string()) for name, values in strings.items()}
    columns |= {"from_on": pa.array(from_on, pa.date32()), "to_on": pa.array(to_on, pa.date32())}
    columns["amount_pence"] = pa.array(amount_pence, pa.int64())
    return shaped(BY_NAME["costs"], pa.table(columns))


def _people(ledger: SimulatedLedger, programme: Programme, people: pa.Array) -> pa.Table:
    columns = {"person": people, "area": pa.nulls(len(people), pa.string())}
    for index, attribute in enumerate(programme.attributes):
        columns[attribute.id] = named([s.values[index] for s in programme.segments], ledger.segment)
    return pa.table(columns)


def _entries(ledger: SimulatedLedger, world: World, programme: Programme, people: pa.Array) -> pa.Table:
    stages = [stage.id for stage in programme.pathway.stages] + [LEFT, ENDED]
    ended = np.where(ledger.entry_to == world.last + 2, 0, -1)
    return pa.table(
        {
            "person": named([], ledger.entry_person, people),
            "on": dates(ledger.entry_on, world.start),
            "seq": pa.array(ledger.entry_seq, pa.int32()),
            "stage_from": named(stages, ledger.entry_from),
            "stage_to": named(stages, ledger.entry_to),
            "reason": named(["moved_away"], ended),
            "recorded_by": pa.nulls(len(ended), pa.string()),
            "evidence": pa.nulls(len(ended), pa.string()),
        }
    )


def _support(ledger: SimulatedLedger, world: World, programme: Programme, people: pa.Array) -> pa.Table:
    return pa.table(
        {
            "person": named([], ledger.support_person, people),
            "provider": named([p.id for p in programme.providers], world.provider[ledger.support_offer]),
            "intervention": named([i.id for i in programme.interventions], world.intervention[ledger.support_offer]),
            "contract": pa.nulls(ledger.support_person.size, pa.string()),
            "from_on": dates(ledger.support_from, world.start),
            "to_on": dates(ledger.support_to, world.start),
        }
    )

"""Writes a big invented ledger: `python bench/ledger_data.py --people 508000 --to build/bench/ledger`.

About 8 entries, 3 supports and 24 readings a person; 12 providers, 20 interventions, 24 segments. People are made and
written 50,000 at a time, each lot from its own seed, so that memory does not grow with their number and equal arguments
give equal files. The programme file, with its `[valuation]`, stands beside the folder: `ledger.toml` for `ledger/`.
"""

import argparse
import json
import resource
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import tomli_w

from commongoal.demo.engine.simulation import SimulatedLedger, simulate
from commongoal.demo.engine.tables import cost_table, dates, months_of_support, named, person_ids, tables
from commongoal.demo.engine.worlds import Floats, World
from commongoal.pathway.engine.ledger import TABLES
from commongoal.pathway.engine.programme import Programme, programme_from
from commongoal.pathway.engine.shape import schema_of
from commongoal.pathway.files import Manifest
from commongoal.pathway.files.manifest import manifest_text

LOT = 50_000
ROW_GROUP = 100_000
STAGES, PROVIDERS, INTERVENTIONS, AREAS, VISITS = 7, 12, 20, 6, 4
ATTRIBUTES = {"age": 4, "claim": 3, "out_of_work": 2}
YEARS = 5
SOURCE = "invented for a benchmark"


def write(to: Path, people: int, seed: int) -> dict[str, int]:
    """The ledger folder and its programme file; returns the rows of each table."""
    to.mkdir(parents=True, exist_ok=True)
    data = programme_data()
    to.with_suffix(".toml").write_text(tomli_w.dumps(data), encoding="utf-8")
    programme, world = programme_from(data), busy_world(seed)
    rows: dict[str, int] = {}
    writers: dict[str, pq.ParquetWriter] = {}
    months = np.zeros((len(world.provider), YEARS))
    for lot in lots(programme, world, people, seed, months):
        for name, table in lot.items():
            if name not in writers:
                writers[name] = pq.ParquetWriter(to / f"{name}.parquet", table.schema, compression="zstd")
            writers[name].write_table(table, row_group_size=ROW_GROUP)
            rows[name] = rows.get(name, 0) + table.num_rows
    for writer in writers.values():
        writer.close()
    costs = costs_of(world, programme, months)
    write_rest(to, costs, rows)
    (to / "ledger.toml").write_text(manifest_text(Manifest(programme.name, snapshot(world), rows)), encoding="utf-8")
    return rows


def write_rest(to: Path, costs: pa.Table, rows: dict[str, int]) -> None:
    """The costs, and the tables of the format in which nothing stands."""
    for table in TABLES:
        if table.name not in rows:
            rest = costs if table.name == "costs" else schema_of(table).empty_table()
            pq.write_table(rest, to / f"{table.name}.parquet", compression="zstd")
            rows[table.name] = rest.num_rows


def lots(programme: Programme, world: World, people: int, seed: int, months: Floats) -> Iterator[dict[str, pa.Table]]:
    """Tables of 50,000 people at a time, in order of id; months of support by offer and year are added to `months`."""
    seeds = np.random.SeedSequence(seed).spawn(-(-people // LOT))
    for number, own_seed in enumerate(seeds):
        rng = np.random.default_rng(own_seed)
        first = number * LOT
        ledger = simulate(world, min(LOT, people - first), rng)
        lot = tables(ledger, world, programme, first=first + 1)
        lot["readings"] = readings(ledger, world, programme, rng, first + 1)
        for year in range(YEARS):
            months[:, year] += months_of_support(ledger, world, 365 * year, 365 * (year + 1))
        yield lot


def readings(
    ledger: SimulatedLedger, world: World, programme: Programme, rng: np.random.Generator, first: int
) -> pa.Table:
    """Four assessments of six areas each, about every three months from referral, rising slowly."""
    people = len(ledger.segment)
    on = ledger.referred[:, None] + 91 * np.arange(VISITS) + rng.integers(0, 30, (people, VISITS))
    person, visit = np.nonzero(on <= world.snapshot_day)
    level = rng.integers(1, 7, (person.size, AREAS)) + rng.integers(0, 2, (person.size, AREAS)) * visit[:, None]
    areas = [area.id for area in programme.areas]
    return pa.table(
        {
            "person": named([], np.repeat(person, AREAS), person_ids(people, first=first)),
            "on": dates(np.repeat(on[person, visit], AREAS), world.start),
            "area": named(areas, np.tile(np.arange(AREAS), person.size)),
            "level": pa.array(level.ravel().astype(np.int16)),
        }
    )


def costs_of(world: World, programme: Programme, months: Floats) -> pa.Table:
    """The price of all support by offer and year, in cash."""
    offer, year = np.nonzero(months)
    days = world.start.toordinal() + 365 * year
    count = len(offer)
    partners = [partner.id for partner in programme.partners]
    return cost_table(
        provider=[programme.providers[world.provider[k]].id for k in offer],
        intervention=[programme.interventions[world.intervention[k]].id for k in offer],
        from_on=[date.fromordinal(int(day)) for day in days],
        to_on=[date.fromordinal(int(day) + 365) for day in days],
        amount_pence=np.rint(100 * world.price[offer] * months[offer, year]).astype(np.int64).tolist(),
        borne_by=[partners[k % len(partners)] for k in offer.tolist()],
        basis=["cash"] * count,
    )


def busy_world(seed: int) -> World:
    """Much coming and going: about eight entries and three supports a person in up to five years."""
    rng = np.random.default_rng(seed)
    groups, offers = int(np.prod(list(ATTRIBUTES.values()))), _offers()
    kinds = len(offers)
    some = np.where(np.arange(STAGES) < STAGES - 1, 1.0, 0.0)
    return World(
        shares=rng.dirichlet(np.full(groups, 12.0)),
        without=_rates(rng, groups),
        leave=np.tile(0.020 * some, (groups, 1)),
        end=np.tile(0.001 * some, (groups, 1)),
        come_back=np.full(groups, 0.10),
        lost=np.full(groups, 0.01),
        provider=offers[:, 0],
        intervention=offers[:, 1],
        lift=rng.uniform(1.0, 1.5, (kinds, STAGES)),
        first=rng.dirichlet(np.full(kinds, 5.0), groups),
        handover=0.12 * some,
        to=rng.dirichlet(np.full(kinds, 5.0), STAGES),
        join=0.10 * some,
        second=rng.dirichlet(np.full(kinds, 5.0)),
        price=rng.uniform(60, 200, kinds).round(),
        worth=np.zeros(groups),
        intake_days=1096,
        snapshot_day=365 * YEARS,
        join_months=5.0,
        stint_months=48.0,
    )


def snapshot(world: World) -> date:
    """The day the world's ledger ends."""
    return date.fromordinal(world.start.toordinal() + world.snapshot_day)


def _offers() -> np.ndarray:
    """Every intervention by two providers and every provider with at least three interventions [40, 2]."""
    pairs = {((i * 5 + k * 7) % PROVIDERS, i) for i in range(INTERVENTIONS) for k in range(2)}
    return np.array(sorted(pairs), dtype=np.int64)


def _rates(rng: np.random.Generator, groups: int) -> Floats:
    rates = np.zeros((groups, STAGES, STAGES))
    pace = rng.uniform(0.7, 1.3, groups)
    for s in range(STAGES - 1):
        rates[:, s, s + 1] = pace * rng.uniform(0.15, 0.22)
        if s > 0:
            rates[:, s, s - 1] = rng.uniform(0.03, 0.055)
        if s < STAGES - 2:
            rates[:, s, s + 2] = 0.01
    return rates


def programme_data() -> dict[str, object]:
    """The programme file of the benchmark as parsed TOML."""
    figure = {"value": 18.0, "low": 9.0, "high": 30.0, "source": SOURCE}
    gain = {"kind": "economic", "price_year": "2024-25", "source": SOURCE}
    return {
        "name": "A big programme",
        "place": "Nowhere",
        "invented": True,
        "pathway": {"stages": named_parts("s", STAGES), "work_stage": f"s{STAGES - 2}", "horizon_months": 48},
        "attributes": [
            {"id": name, "name": name, "values": named_parts(name[0], count)} for name, count in ATTRIBUTES.items()
        ],
        "providers": named_parts("provider_", PROVIDERS),
        "interventions": named_parts("help_", INTERVENTIONS),
        "partners": named_parts("partner_", 3),
        "areas": [{**part, "levels": 10} for part in named_parts("area_", AREAS)],
        "valuation": {
            "price_year": "2024-25",
            "deflator_vintage": "none used",
            "draws": 2000,
            "job": {
                "duration_months": figure,
                "gains": [
                    {**gain, "agency": f"partner_{n}", "value": v, "low": 0.7 * v, "high": 1.3 * v}
                    for n, v in enumerate((900.0, 17_500.0, 2_200.0))
                ],
            },
            "counterfactual": {
                "basis": "assumed",
                "deadweight": {"value": 0.25, "low": 0.15, "high": 0.35, "source": SOURCE},
            },
        },
    }


def named_parts(prefix: str, count: int) -> list[dict[str, str]]:
    """Ids and names from a prefix and a number."""
    return [{"id": f"{prefix}{n}", "name": f"{prefix}{n}"} for n in range(count)]


def main() -> None:
    parser = argparse.ArgumentParser(description="Write a big invented ledger.")
    parser.add_argument("--people", type=int, default=508_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--to", type=Path, default=Path("build/bench/ledger"))
    args = parser.parse_args()
    started = time.perf_counter()
    rows = write(args.to, args.people, args.seed)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    seconds = round(time.perf_counter() - started, 1)
    print(json.dumps({"name": "ledger_data", "rows": rows, "seconds": seconds, "peak_gib": round(peak, 2), "ok": True}))


if __name__ == "__main__":
    main()

"""Invented worlds with known truth: what moves people along a pathway, with and without help, and who helps whom.

A `World` says everything that decides what happens; `commongoal.demo.engine.simulation` makes people live in it. The
rates with and without help are known, so an estimate made from the simulated ledger can be held to the truth.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import expm

from commongoal.pathway.engine.programme import Programme, programme_from

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

NULL_PROVIDER = 3
"""Position of the provider of `random_world` that acts and changes nothing."""


@dataclass(frozen=True, slots=True)
class World:
    """G segments, stages 0..S, K offers (an offer is a provider with an intervention); rates are per month in care.

    Without help people move at `without` [G, S+1, S+1], leave at `leave` [G, S+1], end for good (death, moving away) at
    `end` [G, S+1]; who has left comes back, to the stage left, at `come_back` [G]. An offer multiplies the *forward*
    rates by `lift` [K, S+1], read at the stage moved from; a lift of 1 changes nothing; two offers at once act with the
    mean of their lifts. `frailty` is the variance of a gamma factor of mean 1 on each person's forward rates, with and
    without help alike: a difference between people that segments miss.

    Support is decided from the past alone. `first` [G, K] draws the offer at referral; what is missing from 1 waits for
    a pause first. On arriving forward at a stage, `handover` [S+1] is the chance that an offer drawn from `to` [S+1, K]
    takes over, and `join` [S+1] that one from `second` [K] comes beside it for about `join_months`. Support pauses
    after about `stint_months` (may be infinite) for about `pause_months`.

    Referrals fall evenly over `intake_days` from `start`; nothing after day `snapshot_day` is seen. `price` [K] is
    pounds a month of support; `worth` [G] the pounds of a sustained job at arrival. People of a comparison group live
    without help and are lost at `lost` [G] a month, whatever their stage.
    """

    shares: Floats
    without: Floats
    leave: Floats
    end: Floats
    come_back: Floats
    lost: Floats
    provider: Ints
    intervention: Ints
    lift: Floats
    first: Floats
    handover: Floats
    to: Floats
    join: Floats
    second: Floats
    price: Floats
    worth: Floats
    horizon: int = 60
    intake_days: int = 731
    snapshot_day: int = 1826
    start: date = date(2021, 4, 1)
    join_months: float = 4.0
    stint_months: float = float("inf")
    pause_months: float = 1.0
    frailty: float = 0.0

    @property
    def last(self) -> int:
        """S, the number of the last stage."""
        return int(self.without.shape[1]) - 1

    def with_offer(self, offer: int) -> Floats:
        """λ under one offer [G, S+1, S+1], per month."""
        forward = np.triu(self.without, 1)
        rates: Floats = self.without + forward * (self.lift[offer][None, :, None] - 1.0)
        return rates


def generator(world: World, rates: Floats, leaving: bool = False) -> Floats:
    """Q [G, S+2, S+2] per month for moves at `rates`; the last state is the end for good and, if asked, leaving.

    The last stage absorbs.
    """
    groups, size = len(world.shares), world.last + 2
    q = np.zeros((groups, size, size))
    q[:, :-1, :-1] = rates
    q[:, :-1, -1] = world.end + (world.leave if leaving else 0.0)
    q[:, world.last] = 0.0
    q[:, range(size), range(size)] = 0.0
    q[:, range(size), range(size)] = -q.sum(axis=2)
    return q


def chance_alone(world: World) -> Floats:
    """p° [G]: the chance of being sustained by the horizon from referral, without help and without leaving."""
    return np.array([expm(q * world.horizon)[0, world.last] for q in generator(world, world.without)])


def as_comparison(world: World) -> World:
    """The same people with nobody to help them: no offers act, and they are lost at one rate whatever their stage."""
    return replace(
        world,
        leave=np.repeat(world.lost[:, None], world.last + 1, axis=1),
        come_back=np.zeros_like(world.come_back),
        first=np.zeros_like(world.first),
        handover=np.zeros_like(world.handover),
        join=np.zeros_like(world.join),
        pause_months=float("inf"),
    )


def random_world(rng: np.random.Generator) -> World:
    """A world for the proof: 5 or 6 stages, 2 or 3 segments, 4 providers of which the last changes nothing.

    Every provider receives at least 18% of first referrals, so that in a programme of 600 each has at least 75 people.
    """
    stages, groups = int(rng.integers(5, 7)), int(rng.integers(2, 4))
    offers = _offers(rng, int(rng.integers(2, 4)))
    kinds = len(offers)
    return World(
        shares=rng.dirichlet(np.full(groups, 8.0)),
        without=_rates(rng, groups, stages),
        leave=_varied(rng, 0.010, 0.030, (groups, stages)),
        end=_varied(rng, 0.0005, 0.002, (groups, stages)),
        come_back=rng.uniform(0.03, 0.10, groups),
        lost=rng.uniform(0.005, 0.015, groups),
        provider=offers[:, 0],
        intervention=offers[:, 1],
        lift=_lifts(rng, offers[:, 0], stages),
        first=np.stack([_spread(rng, offers[:, 0]) for _ in range(groups)]),
        handover=np.concatenate([[0.0], rng.uniform(0.1, 0.4, stages - 2), [0.0]]),
        to=np.stack([_spread(rng, offers[:, 0]) for _ in range(stages)]),
        join=rng.uniform(0.05, 0.25, stages),
        second=_spread(rng, offers[:, 0]),
        price=rng.uniform(60, 240, kinds).round(),
        worth=rng.uniform(12_000, 30_000, groups).round(),
        horizon=int(rng.integers(36, 61)),
        intake_days=731,
        snapshot_day=int(rng.integers(1096, 2192)),
        join_months=float(rng.uniform(2, 6)),
        stint_months=float(rng.uniform(10, 30)),
        pause_months=float(rng.uniform(0.5, 2)),
    )


def kappa_world(rng: np.random.Generator, kappa: float) -> World:
    """A random world made by `assumed`'s own shape: λ° is λ with forward rates times `kappa`, steps back kept.

    Every provider acts alike, somebody is always active and nobody leaves, since λ is then the same for everybody of a
    segment at every moment.
    """
    world = random_world(rng)
    return replace(
        world,
        lift=np.full_like(world.lift, 1.0 / kappa),
        leave=np.zeros_like(world.leave),
        first=world.first / world.first.sum(axis=1, keepdims=True),
        stint_months=float("inf"),
    )


def programme_of(world: World) -> Programme:
    """The programme of an invented world, with ids s0.., g0.., p0.., i0..; `worth` is the gain of one year."""
    return programme_from(_programme_data(world))


def _programme_data(world: World) -> Mapping[str, Any]:
    groups = [f"g{g}" for g in range(len(world.shares))]
    invented = {"source": "invented for a simulation", "agency": "society", "kind": "social", "price_year": "2024-25"}
    gains = [
        {"value": w, "low": w, "high": w, "who": {"group": g}, **invented}
        for g, w in zip(groups, world.worth.tolist(), strict=True)
    ]
    year = {"value": 12.0, "low": 12.0, "high": 12.0, "source": "invented for a simulation"}
    return {
        "name": "A simulated programme",
        "place": "Nowhere",
        "invented": True,
        "pathway": {
            "stages": _named("s", world.last + 1),
            "work_stage": f"s{world.last - 1}",
            "horizon_months": world.horizon,
        },
        "attributes": [{"id": "group", "name": "Group", "values": [{"id": g, "name": g} for g in groups]}],
        "providers": _named("p", int(world.provider.max()) + 1),
        "interventions": _named("i", int(world.intervention.max()) + 1),
        "partners": [{"id": "society", "name": "Society"}],
        "valuation": {
            "price_year": "2024-25",
            "deflator_vintage": "none used",
            "job": {"duration_months": year, "gains": gains},
            "counterfactual": {"basis": "ledger", "path": "comparison", "source": "invented for a simulation"},
        },
    }


def _named(prefix: str, count: int) -> list[dict[str, str]]:
    return [{"id": f"{prefix}{n}", "name": f"{prefix}{n}"} for n in range(count)]


def _rates(rng: np.random.Generator, groups: int, stages: int) -> Floats:
    """Without help: a step forward in 8 to 28 months, some skipping of a stage, some steps back."""
    rates = np.zeros((groups, stages, stages))
    for s in range(stages - 1):
        rates[:, s, s + 1] = _varied(rng, 0.035, 0.12, (groups, 1))[:, 0]
        if s + 2 < stages:
            rates[:, s, s + 2] = rates[:, s, s + 1] * rng.uniform(0.03, 0.15)
        if s > 0:
            rates[:, s, s - 1] = _varied(rng, 0.01, 0.06, (groups, 1))[:, 0]
    return rates


def _varied(rng: np.random.Generator, low: float, high: float, shape: tuple[int, int]) -> Floats:
    """One level for each column, the groups within a fifth of it."""
    return rng.uniform(low, high, (1, shape[1])) * rng.uniform(0.8, 1.25, (shape[0], 1))


def _offers(rng: np.random.Generator, interventions: int) -> Ints:
    """Pairs [K, 2] of four providers and the interventions, each provider giving one or two."""
    pairs = [
        (p, int(i))
        for p in range(NULL_PROVIDER + 1)
        for i in sorted(rng.choice(interventions, size=int(rng.integers(1, 3)), replace=False))
    ]
    missing = set(range(interventions)) - {i for _, i in pairs}
    return np.array(sorted({*pairs, *((0, i) for i in missing)}), dtype=np.int64)


def _lifts(rng: np.random.Generator, provider: Ints, stages: int) -> Floats:
    """Lift by provider and stage, alike for its interventions up to a tenth; 1 for the null provider."""
    own = rng.uniform(1.2, 2.4, (NULL_PROVIDER + 1, stages))[provider] * rng.uniform(0.9, 1.1, (len(provider), 1))
    return np.where(provider[:, None] == NULL_PROVIDER, 1.0, own)


def _spread(rng: np.random.Generator, provider: Ints) -> Floats:
    """Chances [K] of each offer: at least 18% for every provider, shared evenly by its interventions."""
    of_provider = 0.18 + 0.28 * rng.dirichlet(np.full(NULL_PROVIDER + 1, 2.0))
    return of_provider[provider] / np.bincount(provider)[provider]

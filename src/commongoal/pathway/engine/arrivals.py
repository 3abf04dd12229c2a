"""What a ledger tells of arrivals: their chance, how many stand at the stages before, and in whose care they came."""

import numpy as np
from numpy.typing import NDArray

from commongoal.kernel.estimates import Estimate, from_draws
from commongoal.kernel.suppression import LEAST
from commongoal.pathway.engine.chances import Rates, draw_rates, moves_by_month, seen
from commongoal.pathway.engine.programme import Programme
from commongoal.pathway.engine.scan import Session, Statistics
from commongoal.pathway.engine.scan_sql import Frame
from commongoal.pathway.engine.stage_chances import chances_of_stages
from commongoal.places.engine.volumes import ProviderShare, StageChance

DRAWS = 400  # enough for the ends of a 90% interval to three figures; the valuation's own draws serve its money
SMALL, NOBODY = "Providers with few arrivals", "Nobody on record"

Floats = NDArray[np.float64]


def told_chances(
    session: Session, stats: Statistics, frame: Frame, prior_months: float, bands: tuple[int, ...], seed: int
) -> tuple[StageChance, ...]:
    """Each stage's chance from referral within the horizon, medians of draws with 90% intervals, segments weighted by
    their spells; what one arrival takes at each stage before; and the shares of providers, in whole per cent.

    `prior_months` is the weight of the pooled rates in person-months and `bands` the months at which time bands begin.
    Source: method.md section 3, step 2. Raises `NobodySeen`.
    """
    counted = seen(stats, frame, bands)
    weight = stats["spells"].sum(axis=1).astype(np.float64)
    rates = draw_rates(counted, prior_months, DRAWS, np.random.default_rng(seed))
    drawn = _mixed(rates, bands, frame.horizon, weight / max(weight.sum(), 1.0))
    brought = _brought(session, stats, frame)
    return tuple(_stage(at, frame.programme, drawn, brought) for at in range(frame.last + 1))


def _mixed(rates: Rates, bands: tuple[int, ...], horizon: int, weight: Floats) -> Floats:
    """Chances (..., S + 1) of all segments together, by how many started in each."""
    return np.asarray(np.einsum("...gs,g->...s", chances_of_stages(rates, bands, horizon), weight))


def _stage(at: int, programme: Programme, drawn: Floats, brought: Floats) -> StageChance:
    """One stage; its figures are medians of the draws, as the valuation's own are."""
    stage = programme.pathway.stages[at]
    chance = Estimate(1.0) if at == 0 else from_draws(drawn[:, at])
    per_one: tuple[Estimate, ...] = ()
    if chance.point > 0:
        with np.errstate(divide="ignore", invalid="ignore"):
            ratios = np.nan_to_num(drawn[:, : at + 1] / drawn[:, at : at + 1], nan=np.inf)
        per_one = tuple(from_draws(ratios[:, k]) for k in range(at + 1))
    return StageChance(stage.id, stage.name, chance, per_one, _shares(brought[:, at], programme))


def _brought(session: Session, stats: Statistics, frame: Frame) -> Floats:
    """Arrivals (providers + 1, S + 1) in each provider's care, and in nobody's, shared where several helped at once."""
    found = np.zeros((len(frame.programme.providers) + 1, frame.last + 1))
    width = len(frame.programme.interventions)
    for suffix in stats.suffixes:
        rows = session.columns(
            f"SELECT owner, s1, CAST(sum(share) AS BIGINT) AS n FROM intervals{suffix} "
            f"WHERE s1 <> s0 AND s1 <= {frame.last} GROUP BY owner, s1"
        )
        np.add.at(found, (np.asarray(rows["owner"], np.int64) // width, rows["s1"]), rows["n"] / 60)
    moves = moves_by_month(stats["finish"].sum(axis=(0, 1)), frame).sum(axis=-1)
    found[-1] = np.maximum(moves[:, : frame.last + 1].sum(axis=0) - found.sum(axis=0), 0)
    found[:, 0] = 0
    return found


def _shares(arrivals: Floats, programme: Programme) -> tuple[ProviderShare, ...]:
    """Shares of arrivals, rounded to whole percent; providers with fewer than ten are one, so that none is told."""
    named = [(each.name, float(count)) for each, count in zip(programme.providers, arrivals[:-1], strict=True)]
    named.append((NOBODY, float(arrivals[-1])))
    rows = sorted((row for row in named if row[1] > 0), key=lambda row: (row[1], row[0]))
    folded = 0.0
    while rows and (rows[0][1] < LEAST or 0 < folded < LEAST):
        folded += rows.pop(0)[1]
    total = sum(count for _, count in rows) + folded
    if total < LEAST:
        return ()
    shown = [(name, count) for name, count in named if any(name == kept for kept, _ in rows)]
    if folded:
        shown.append((SMALL, folded))
    return tuple(ProviderShare(name, round(count / total, 2)) for name, count in shown)

"""The chances of coming to each stage, from the ledger of a finished valuation: frozen values for targets to keep."""

from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from commongoal.kernel.errors import Refused
from commongoal.kernel.estimates import Estimate, from_draws
from commongoal.kernel.suppression import LEAST
from commongoal.pathway.engine.chances import Rates, draw_rates, moves_by_month, seen
from commongoal.pathway.engine.programme import Programme
from commongoal.pathway.engine.scan import Session, Statistics, first_scan
from commongoal.pathway.engine.scan_sql import Frame
from commongoal.pathway.engine.snapshots import TakenSnapshot
from commongoal.pathway.engine.stage_chances import chances_of_stages
from commongoal.pathway.files import read_programme
from commongoal.pathway.queries.snapshots import snapshot
from commongoal.pathway.sessions import open_session
from commongoal.places.engine.volumes import ProviderShare, StageChance, StageChances
from commongoal.valuation.engine.runs import RunFound
from commongoal.valuation.engine.terms import terms_of
from commongoal.valuation.engine.valuing import Opened, frame_of

DRAWS = 400  # enough for the ends of a 90% interval to three figures; the valuation's own draws serve its money
SMALL, NOBODY = "Providers with few arrivals", "Nobody on record"

Floats = NDArray[np.float64]


class LedgerGone(Refused):
    """The ledger of this valuation is no longer kept, so its chances cannot be read again. Ask for a new valuation."""


@dataclass(frozen=True, slots=True)
class _Kept:
    """A finished run, which never changes; the digest makes another database's run another."""

    run: int
    digest: str
    snapshot: TakenSnapshot = field(compare=False)
    programme: str = field(compare=False)


def stage_chances(run: RunFound) -> StageChances:
    """The chances of a finished run; the ledger is read at the first call. Raises `LedgerGone`, `NobodySeen`."""
    found = snapshot(run.snapshot)
    if not found.ledger.is_dir() or not found.programme_file.is_file():
        raise LedgerGone
    return _chances(_Kept(run.id, run.digest, found, run.programme_name))


@lru_cache(maxsize=8)
def _chances(kept: _Kept) -> StageChances:
    programme = read_programme(kept.snapshot.programme_file)
    terms = terms_of(programme, "the pathway's file")
    with ExitStack() as stack:
        session = stack.enter_context(open_session(kept.snapshot.ledger, "duckdb", ""))
        ledger = Opened(session, kept.snapshot.snapshot_on)
        frame = frame_of(programme, terms, ledger.snapshot_on, session.dialect)
        stats = first_scan(session, frame)
        counted = seen(stats, frame, terms.time_bands)
        weight = stats["spells"].sum(axis=1).astype(np.float64)
        rng = np.random.default_rng(terms.seed)
        mixed = weight / max(weight.sum(), 1.0)
        drawn = _mixed(draw_rates(counted, terms.prior_months, DRAWS, rng), terms.time_bands, frame.horizon, mixed)
        brought = _brought(session, stats, frame)
    stages = tuple(_stage(s, programme, drawn, brought) for s in range(frame.last + 1))
    return StageChances(kept.run, kept.programme, kept.snapshot.snapshot_on, frame.horizon, stages)


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

"""Where people stand after some months: what the model says, and what Aalen-Johansen finds without it.

The observed share multiplies month by month the chance of moving, each month's own hazards being moves per time at
risk of
everybody together; the model lets hazards differ by segment and band of time only. Leaving is final in both, so that
the two differ
only in what the model assumes. States: 0..S, left, ended.
"""

import numpy as np
from numpy.typing import NDArray

from commongoal.kernel.periods import DAYS_NUMERATOR
from commongoal.pathway.engine.chances import Rates, exposure, month_matrix, moves_by_month
from commongoal.pathway.engine.scan import Statistics
from commongoal.pathway.engine.scan_sql import Frame

Floats = NDArray[np.float64]


def full_generator(to: Floats) -> Floats:
    """Rates (..., S, S + 3) as a generator over all S + 3 states, the last three absorbing."""
    stages, states = to.shape[-2:]
    q = np.zeros((*to.shape[:-2], states, states))
    q[..., :stages, :] = to
    index = np.arange(stages)
    q[..., index, index] = 0.0
    q[..., index, index] = -q[..., :stages, :].sum(axis=-1)
    return q


def modelled(rates: Rates, spells: Floats, bands: tuple[int, ...], horizon: int) -> Floats:
    """Share (H + 1, S + 3) at each state by month, segments mixed by their spells (G,); rates (b, g, S, S + 3)."""
    matrices = month_matrix(full_generator(rates.to))
    share = np.zeros((*spells.shape, matrices.shape[-1]))
    share[:, 0] = spells / spells.sum()
    found = [share.sum(axis=0)]
    for month in range(horizon):
        band = int(np.searchsorted(bands, month, side="right")) - 1
        share = (share[:, None, :] @ matrices[band])[:, 0]
        found.append(share.sum(axis=0))
    return np.stack(found)


def observed(stats: Statistics, frame: Frame, weights: Floats) -> Floats:
    """Aalen-Johansen shares (draws, H + 1, S + 3) with groups of people weighed by `weights` (draws, 50)."""
    moves = moves_by_month(stats["finish_k"], frame).astype(np.float64)
    time = exposure(stats["begin_k"], stats["finish_k"], frame) / DAYS_NUMERATOR
    risk = np.tensordot(weights, time, axes=1)
    counted = np.tensordot(weights, moves, axes=1)
    share = np.zeros((len(weights), frame.last + 3))
    share[:, 0] = 1.0
    found = [share]
    for month in range(frame.horizon):
        at_risk = risk[..., month]
        hazard = counted[..., month] / np.where(at_risk > 0, at_risk, np.inf)[..., None]
        share = (share[:, None, :] @ month_matrix(full_generator(hazard)))[:, 0]
        found.append(share)
    return np.stack(found, axis=1)


def last_month_at_risk(stats: Statistics, frame: Frame, fewest: int = 50) -> int:
    """The last month in which at least `fewest` people were in care: beyond it nothing is observed well enough."""
    time = exposure(stats["begin_k"], stats["finish_k"], frame).sum(axis=(0, 1)) / DAYS_NUMERATOR
    enough = np.flatnonzero(time >= fewest)
    return int(enough[-1]) + 1 if len(enough) else 0

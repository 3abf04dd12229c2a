"""The factor kappa that slows the moves forward until the chance of sustained work is a given one.

Moves back keep their rate and nobody leaves (method.md section 3, step 2). The chance rises with kappa, so there is one
answer, found for all draws at once: first on mean rates, then by secant steps on each draw.
"""

import numpy as np
from numpy.typing import NDArray

from commongoal.kernel.errors import Refused
from commongoal.pathway.engine.chances import Rates, chance_at_start, month_matrix

Floats = NDArray[np.float64]
_SMALL, _LARGE, _STEPS, _CLOSE = -9.0, 7.0, 12, 1e-11


class Unreachable(Refused):
    """No slowing or quickening of the moves forward gives the chance without the programme that is asked for."""


def chance_slowed(rates: Rates, factor: Floats, bands: tuple[int, ...], horizon: int, weights: Floats | None) -> Floats:
    """p at stage 0 and month 0 with moves forward times `factor`: (..., g), or their weighted mean (...,).

    `factor` is (...,) with `weights` (one for all segments), else (..., g).
    """
    shape = factor[..., None, None] if weights is not None else factor[..., None, :]
    slowed = rates.without_leaving().forward(shape)
    start = chance_at_start(month_matrix(slowed.generator()), bands, horizon)
    return start if weights is None else np.asarray(start @ (weights / weights.sum()))


def slowing(
    rates: Rates, mean: Rates, target: Floats, bands: tuple[int, ...], horizon: int, weights: Floats | None = None
) -> Floats:
    """kappa for each draw: (draws,) with `weights`, else (draws, g); `rates` (draws, b, g, S, S + 3), `mean` without
    draws.

    A target of 0 or less gives 0. Raises `Unreachable` where a target is above what any factor reaches.
    """
    x = _guess(mean, target, bands, horizon, weights)
    wanted = _logit(target)

    def miss(at: Floats) -> Floats:
        return _logit(chance_slowed(rates, np.exp(at), bands, horizon, weights)) - wanted

    positive = target > 0
    y = np.where(positive, miss(x), 0.0)
    step = np.where(positive, -y / 1.5, 0.0)
    for _ in range(_STEPS):
        following = np.clip(x + np.clip(step, -2.0, 2.0), _SMALL, _LARGE)
        after = np.where(positive, miss(following), 0.0)
        if np.abs(after).max(initial=0.0) < _CLOSE:
            return np.where(positive, np.exp(following), 0.0)
        slope = (after - y) / np.where(following == x, np.inf, following - x)
        x, y = following, after
        step = np.where(np.abs(slope) > 1e-9, -y / np.where(slope == 0, 1.0, slope), 0.0)
    if np.abs(y).max(initial=0.0) > 1e-6:
        raise Unreachable(f"The chance asked for is {float(target.reshape(-1)[np.abs(y).argmax() % target.size]):.3f}.")
    return np.where(positive, np.exp(x), 0.0)


def _guess(mean: Rates, target: Floats, bands: tuple[int, ...], horizon: int, weights: Floats | None) -> Floats:
    """log kappa of each target on mean rates, by interpolation on a grid. Raises `Unreachable` beyond the grid."""
    grid = np.linspace(_SMALL, _LARGE, 129)
    many = Rates(np.broadcast_to(mean.to, (len(grid), *mean.to.shape)))
    factor = np.exp(grid) if weights is not None else np.repeat(np.exp(grid)[:, None], mean.to.shape[-3], axis=1)
    curve = chance_slowed(many, factor, bands, horizon, weights)
    if (np.median(target, axis=0) > curve.max(axis=0)).any():
        raise Unreachable(f"The chance asked for is {float(np.max(np.median(target, axis=0))):.3f}.")
    if weights is not None:
        return np.asarray(np.interp(target, curve, grid))
    return np.stack([np.interp(target[:, g], curve[:, g], grid) for g in range(target.shape[1])], axis=1)


def _logit(p: Floats) -> Floats:
    clipped = np.clip(p, 1e-300, 1 - 1e-16)
    return np.asarray(np.log(clipped) - np.log1p(-clipped))

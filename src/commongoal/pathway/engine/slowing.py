"""The factor kappa that slows the moves forward until the chance of sustained work is a given one.

Moves back keep their rate and nobody leaves (method.md section 3, step 2). The chance rises with kappa, so there is one
answer, found for all draws at once: first on mean rates, then by secant steps on each draw.
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from numpy.typing import NDArray

from commongoal.kernel.errors import Refused
from commongoal.pathway.engine.chances import Rates, chance_at_start, month_matrix, with_leavers_keeping

Floats = NDArray[np.float64]
_PART = 500
"""Draws solved together: small enough to stay in the cache, and for two cores to share."""

_SMALL, _LARGE, _STEPS, _CLOSE = -30.0, 7.0, 60, 1e-10


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

    def solved(part: slice) -> Floats:
        some, wanted = Rates(rates.to[part]), _logit(target[part])

        def miss(at: Floats) -> Floats:
            return _logit(chance_slowed(some, np.exp(at), bands, horizon, weights)) - wanted

        return _root(miss, x[part], target[part] > 0, slope=1.5)

    parts = [slice(start, start + _PART) for start in range(0, len(target), _PART)]
    with ThreadPoolExecutor(2) as pool:
        return np.concatenate(list(pool.map(solved, parts)))


def slowing_for_effect(rates: Rates, effect: Floats, mean: Rates, bands: tuple[int, ...], horizon: int) -> Floats:
    """kappa (draws, g) at which the programme raises the chance by `effect` (draws, g), leavers going on alone.

    An effect above the whole chance with the programme gives 0. Raises `Unreachable` as `slowing` does.
    """

    def miss(at: Floats) -> Floats:
        return effect_slowed(rates, np.exp(at), bands, horizon) - effect

    alone = chance_at_start(month_matrix(mean.without_leaving().generator()), bands, horizon)
    x = _guess(mean, np.clip(alone - effect, 1e-6, None), bands, horizon, None)
    reachable = miss(np.full_like(x, _SMALL)) > 0
    return _root(miss, x, reachable, slope=-0.2)


def effect_slowed(rates: Rates, factor: Floats, bands: tuple[int, ...], horizon: int) -> Floats:
    """Chance with the programme, leavers going on alone, less the chance without it, (draws, g), at a factor."""
    apart = rates.without_leaving().forward(factor[..., None, :])
    both = chance_at_start(month_matrix(with_leavers_keeping(rates, apart)), bands, horizon)
    return np.asarray(both - chance_at_start(month_matrix(apart.generator()), bands, horizon))


def _root(miss: Callable[[Floats], Floats], x: Floats, reachable: NDArray[np.bool_], slope: float) -> Floats:
    """exp of where `miss` is 0, element by element; 0 where it is not reachable.

    Secant steps from x, halving the bracket found so far where a step would leave it; `slope` is a first guess of the
    rise of `miss`, its sign being certain.
    """
    low, high = np.full_like(x, _SMALL), np.full_like(x, _LARGE)
    y = np.where(reachable, miss(x), 0.0)
    step = -y / slope
    for _ in range(_STEPS):
        if np.abs(y).max(initial=0.0) < _CLOSE:
            return np.where(reachable, np.exp(x), 0.0)
        below = y * np.sign(slope) < 0
        low, high = np.where(below, np.maximum(low, x), low), np.where(below, high, np.minimum(high, x))
        following = x + np.clip(step, -2.0, 2.0)
        following = np.where((following <= low) | (following >= high), (low + high) / 2, following)
        after = np.where(reachable, miss(following), 0.0)
        rise = (after - y) / np.where(following == x, np.inf, following - x)
        x, y = following, after
        step = -y / np.where(rise * np.sign(slope) > 1e-9, rise, slope)
    if np.abs(y).max(initial=0.0) > 1e-6:
        raise Unreachable
    return np.where(reachable, np.exp(x), 0.0)


def _guess(mean: Rates, target: Floats, bands: tuple[int, ...], horizon: int, weights: Floats | None) -> Floats:
    """log kappa of each target on mean rates, by interpolation on a grid. Raises `Unreachable` beyond the grid."""
    grid = np.concatenate([np.linspace(_SMALL, -6, 13)[:-1], np.linspace(-6, _LARGE, 129)])
    many = Rates(np.broadcast_to(mean.to, (len(grid), *mean.to.shape)))
    factor = np.exp(grid) if weights is not None else np.repeat(np.exp(grid)[:, None], mean.to.shape[-3], axis=1)
    curve = chance_slowed(many, factor, bands, horizon, weights)
    middle = np.median(target, axis=0)
    if ((middle < 0) | (middle > curve.max(axis=0))).any():
        raise Unreachable(f"The chance asked for is {float(np.max(np.abs(middle))):.3f}.")
    if weights is not None:
        return np.asarray(np.interp(target, curve, grid))
    return np.stack([np.interp(target[:, g], curve[:, g], grid) for g in range(target.shape[1])], axis=1)


def _logit(p: Floats) -> Floats:
    clipped = np.clip(p, 1e-300, 1 - 1e-16)
    return np.asarray(np.log(clipped) - np.log1p(-clipped))

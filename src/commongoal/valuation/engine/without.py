"""What would have happened anyway: draws of the rates without the programme, by the basis the terms name.

Method.md section 3, step 2. From a comparison ledger the rates are its own, with its leavers censored. Otherwise the
programme's moves forward are slowed by a factor kappa until the chance of sustained work is the comparison's.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from commongoal.kernel.errors import Refused
from commongoal.pathway.engine.chances import (
    NobodySeen,
    Rates,
    Seen,
    chance_at_start,
    draw_rates,
    mean_rates,
    month_matrix,
)
from commongoal.pathway.engine.slowing import slowing, slowing_for_effect
from commongoal.valuation.engine.job import drawn
from commongoal.valuation.engine.terms import Assumed, ComparisonLedger, Effect, Outcomes, Terms

Floats = NDArray[np.float64]


class NoComparisonGiven(Refused):
    """The terms name a comparison ledger and none was opened."""


class GroupsDoNotCover(Refused):
    """Comparison outcomes are given either once for everybody or for each segment."""


@dataclass(frozen=True, slots=True)
class Setting:
    """What the chances are computed from: draws and mean of the programme's rates, spells by segment, bands and H.

    `stood` (b, S) says where anybody on the programme spent time.
    """

    rates: Rates
    mean: Rates
    spells: Floats
    bands: tuple[int, ...]
    horizon: int
    stood: NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Without:
    """Draws of the rates without the programme, and their mean.

    `factor` is kappa, (draws,) or (draws, g), None where the rates come from a comparison ledger. `target` is the
    chance it was
    solved for. `other_shape` are mean rates of a second shape with the same chance and no steps back. `thin` lists
    (segment, stage) that the comparison has no time in. `assumed` says that the shape is not an observation.
    """

    rates: Rates
    mean: Rates
    factor: Floats | None = None
    target: Floats | None = None
    other_shape: Rates | None = None
    thin: tuple[tuple[int, int], ...] = ()

    @property
    def assumed(self) -> bool:
        """Whether the shape over stages was not observed."""
        return self.factor is not None


def without(
    terms: Terms, setting: Setting, comparison: Seen | None, segments: tuple[str, ...], rng: np.random.Generator
) -> Without | None:
    """Draws of the rates without the programme; None where the terms give no counterfactual.

    Raises `Unreachable` where no factor gives the chance asked for.
    """
    basis = terms.counterfactual
    draws = setting.rates.to.shape[0]
    if isinstance(basis, ComparisonLedger):
        if comparison is None:
            raise NoComparisonGiven(f"The file names {basis.path}.")
        _refuse_gaps(comparison, setting)
        return _from_ledger(comparison, terms.prior_months, draws, rng)
    if isinstance(basis, Assumed):
        target = drawn(basis.deadweight, draws, rng)
        return _slowed(setting, target, np.array([basis.deadweight.value]), setting.spells)
    if isinstance(basis, Outcomes):
        return _from_outcomes(basis, setting, segments, draws, rng)
    if isinstance(basis, Effect):
        return _from_effect(basis, setting, draws, rng)
    return None


def _refuse_gaps(comparison: Seen, setting: Setting) -> None:
    """Raises `NobodySeen` where people on the programme stand at a stage that nobody of the comparison stood at."""
    needed, has = setting.stood, comparison.months.sum(axis=1) > 0
    needed = needed & ~np.isin(np.arange(needed.shape[1]), sorted(comparison.dead_ends))
    if (needed & ~has).any():
        band, stage = np.argwhere(needed & ~has)[0]
        raise NobodySeen(f"The comparison has no time at stage number {stage}, in time band {band + 1}.")


def _from_ledger(comparison: Seen, prior: float, draws: int, rng: np.random.Generator) -> Without:
    rates = draw_rates(comparison, prior, draws, rng).without_leaving()
    empty = np.argwhere(comparison.months.sum(axis=0) <= 0)
    return Without(
        rates, mean_rates(comparison, prior).without_leaving(), thin=tuple((int(g), int(s)) for g, s in empty)
    )


def _slowed(setting: Setting, target: Floats, centre: Floats, weights: Floats | None) -> Without:
    """kappa for each draw and at the centre: `target` (draws,) with weights, else (draws, g); `centre` (1,) or (1,
    g).
    """
    rates, mean = setting.rates, setting.mean
    one = Rates(mean.to[None])
    args = (setting.bands, setting.horizon, weights)
    factor = slowing(rates, mean, target, *args)
    middle = slowing(one, mean, centre, *args)
    forward_only = Rates(one.without_steps_back().to)
    other = slowing(forward_only, Rates(forward_only.to[0]), centre, *args)
    return Without(
        _slow(rates, factor),
        Rates(_slow(one, middle).to[0]),
        factor,
        target,
        Rates(_slow(forward_only, other).to[0]),
    )


def _slow(rates: Rates, factor: Floats) -> Rates:
    """Rates (draws, b, g, ...) with moves forward times a factor (draws,) or (draws, g), nobody leaving."""
    shape = factor[:, None, None] if factor.ndim == 1 else factor[:, None, :]
    return rates.without_leaving().forward(shape)


def _from_outcomes(
    basis: Outcomes, setting: Setting, segments: tuple[str, ...], draws: int, rng: np.random.Generator
) -> Without:
    """Chances drawn from Beta(sustained + 1/2, others + 1/2) of each comparison group."""
    given = {group.segment: group for group in basis.groups}
    if len(given) < len(basis.groups) or set(given) not in ({"everybody"}, set(segments)):
        raise GroupsDoNotCover(f"Given: {', '.join(g.segment for g in basis.groups)}.")
    names = ("everybody",) if "everybody" in given else segments
    shape = np.array([(given[n].sustained + 0.5, given[n].people - given[n].sustained + 0.5) for n in names])
    target = rng.beta(shape[:, 0], shape[:, 1], size=(draws, len(names)))
    centre = (shape[:, 0] / shape.sum(axis=1))[None]
    if names == ("everybody",):
        return _slowed(setting, target[:, 0], centre[:, 0], setting.spells)
    return _slowed(setting, target, centre, None)


def _from_effect(basis: Effect, setting: Setting, draws: int, rng: np.random.Generator) -> Without:
    """Moves forward slowed until the programme adds the risk difference, or divided by the hazard ratio."""
    effect = drawn(basis.effect, draws, rng)
    one = Rates(setting.mean.to[None])
    if basis.basis == "risk_difference":
        each = np.ones(len(setting.spells))
        args = (setting.mean, setting.bands, setting.horizon)
        factor = slowing_for_effect(setting.rates, effect[:, None] * each, *args)
        middle = slowing_for_effect(one, basis.effect.value * each[None], *args)
    else:
        factor, middle = 1 / effect, 1 / np.array([basis.effect.value])
    slow, forward_only = _slow(one, middle), one.without_steps_back()
    centre = _start(slow, setting)
    other = slowing(forward_only, Rates(forward_only.to[0]), centre, setting.bands, setting.horizon)
    shape = Rates(_slow(forward_only, other).to[0])
    return Without(_slow(setting.rates, factor), Rates(slow.to[0]), factor, effect, shape)


def _start(rates: Rates, setting: Setting) -> Floats:
    """p[g, 0, 0] by draw."""
    return chance_at_start(month_matrix(rates.generator()), setting.bands, setting.horizon)

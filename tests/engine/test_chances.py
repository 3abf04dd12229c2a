"""The batched chances and slowing against matrix exponentials and root finding, one segment at a time."""

import numpy as np
import pytest

from commongoal.pathway.engine import chances
from commongoal.pathway.engine.chances import NobodySeen, Rates, Seen
from commongoal.pathway.engine.slowing import Unreachable, slowing
from tests.engine import referee_chances
from tests.engine.referee_chances import Generator

HORIZON = 24


def rates_from(seed: int, draws: int = 3, segments: int = 2, stages: int = 4) -> Rates:
    """Random monthly rates, some moves impossible in every draw, a way forward always there."""
    rng = np.random.default_rng(seed)
    to = rng.gamma(0.7, 0.12, size=(draws, 1, segments, stages, stages + 3))
    to[..., rng.random((stages, stages + 3)) < 0.2] = 0.0
    to[..., np.arange(stages), np.arange(1, stages + 1)] += 0.05
    to[..., stages + 2] *= 0.1
    to[..., np.arange(stages), np.arange(stages)] = 0.0
    to[..., 0, stages] += 0.01
    return Rates(to)


def as_referee(to: np.ndarray) -> Generator:
    stages = to.shape[0]
    padded = np.vstack([to, np.zeros(to.shape[1])])
    return Generator(padded[:, : stages + 1], padded[:, stages + 1], padded[:, stages + 2])


@pytest.mark.parametrize("seed", range(5))
def test_chances_are_those_of_the_matrix_exponential(seed: int) -> None:
    rates = rates_from(seed)
    month = chances.month_matrix(rates.generator())
    p = chances.chance(month, (0,), HORIZON)
    at_start = chances.chance_at_start(month, (0,), HORIZON)
    for d in range(3):
        for g in range(2):
            told = referee_chances.chances(as_referee(rates.to[d, 0, g]), HORIZON)
            assert np.abs(p[d, g] - told).max() < 1e-11
            assert at_start[d, g] == pytest.approx(told[0, 0], abs=1e-11)


def test_leavers_who_keep_their_chance() -> None:
    rates = rates_from(5)
    without = Rates(rates.forward(0.4).without_leaving().to)
    month = chances.month_matrix(chances.with_leavers_keeping(rates, without))
    found = chances.chance_at_start(month, (0,), HORIZON)
    for d in range(3):
        for g in range(2):
            mine, other = as_referee(rates.to[d, 0, g]), as_referee(without.to[d, 0, g])
            told = referee_chances.chances_keeping_leavers(mine, other, HORIZON)
            assert found[d, g] == pytest.approx(told[0, 0], abs=1e-9)


def test_time_bands_are_steps_of_time() -> None:
    """Two bands with the same rates are one; with different ones, p multiplies through them."""
    one, other = rates_from(1, draws=1), rates_from(2, draws=1)
    month = chances.month_matrix(np.concatenate([one.generator(), other.generator()], axis=1))
    p = chances.chance(month, (0, 6), HORIZON)
    late = referee_chances.chances(as_referee(other.to[0, 0, 0]), HORIZON - 6)[:, 0]
    early = np.linalg.matrix_power(month[0, 0, 0], 6) @ late
    assert np.abs(p[0, 0, :, 0] - early).max() < 1e-11
    assert chances.chance_at_start(month, (0, 6), HORIZON)[0, 0] == pytest.approx(p[0, 0, 0, 0], abs=1e-12)


@pytest.mark.parametrize(("seed", "target"), [(1, 0.05), (2, 0.31), (3, 0.6)])
def test_slowing_is_the_root_that_the_referee_finds(seed: int, target: float) -> None:
    rates = rates_from(seed)
    mean = Rates(rates.to.mean(axis=0))
    weights = np.array([3.0, 1.0])
    found = slowing(rates, mean, np.full(3, target), (0,), HORIZON, weights)
    each = slowing(rates, mean, np.full((3, 2), target), (0,), HORIZON)
    for d in range(3):
        segments = [as_referee(rates.to[d, 0, g]) for g in range(2)]
        assert found[d] == pytest.approx(referee_chances.kappa(segments, HORIZON, target, weights), rel=1e-7)
        for g in range(2):
            assert each[d, g] == pytest.approx(referee_chances.kappa([segments[g]], HORIZON, target), rel=1e-7)


def test_nothing_reaches_certainty() -> None:
    rates = rates_from(3)
    with pytest.raises(Unreachable, match="No slowing"):
        slowing(rates, Rates(rates.to.mean(axis=0)), np.full(3, 1.2), (0,), HORIZON, np.ones(2))


def test_rates_are_gamma_with_a_pooled_prior() -> None:
    """Gamma(alpha * pooled + n, alpha + T): mean and variance of draws, and a move never seen stays at 0."""
    moves = np.zeros((1, 2, 1, 4), dtype=np.int64)
    moves[0, :, 0, 1] = [30, 5]
    seen = Seen(moves, np.array([[[200.0], [100.0]]]))
    drawn = chances.draw_rates(seen, 6.0, 200_000, np.random.default_rng(4)).to[:, 0, :, 0]
    shape, scale = 6 * 35 / 300 + np.array([30, 5]), 6 + np.array([200, 100])
    assert drawn[..., 1].mean(axis=0) == pytest.approx(shape / scale, rel=0.005)
    assert drawn[..., 1].var(axis=0) == pytest.approx(shape / scale**2, rel=0.03)
    assert (drawn[..., 2:] == 0).all()
    assert chances.mean_rates(seen, 6.0).to[0, :, 0, 1] == pytest.approx(shape / scale)


def test_a_stage_that_is_reached_without_time_in_it_is_refused() -> None:
    moves = np.zeros((1, 1, 2, 5), dtype=np.int64)
    moves[0, 0, 0, 1] = 4
    with pytest.raises(NobodySeen, match="stage number 1"):
        Seen(moves, np.array([[[20.0, 0.0]]])).pooled()

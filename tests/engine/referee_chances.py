"""The slow, obvious referee of chances: exponentials, differential equations, root finding; one segment at a time."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.integrate import solve_ivp
from scipy.linalg import expm
from scipy.optimize import brentq


@dataclass(frozen=True)
class Generator:
    """One segment's rates a month: `moves[s, s']`, and out of care for now and for good by stage. S absorbs."""

    moves: np.ndarray
    leaving: np.ndarray
    ending: np.ndarray

    @property
    def last(self) -> int:
        return len(self.moves) - 1

    def staying(self) -> "Generator":
        """The same with nobody leaving."""
        return Generator(self.moves, 0 * self.leaving, self.ending)

    def slowed(self, factor: float) -> "Generator":
        """Forward rates times a factor, steps back as they are, nobody leaving."""
        forward = np.triu(np.ones_like(self.moves), 1) == 1
        return Generator(np.where(forward, factor * self.moves, self.moves), 0 * self.leaving, self.ending)

    def drift(self, chance: np.ndarray, of_leavers: np.ndarray) -> np.ndarray:
        """How fast the chance at each stage is used up: what an expected month of moves changes it by."""
        change = np.zeros(self.last + 1)
        for s in range(self.last):
            for to in range(self.last + 1):
                change[s] += self.moves[s, to] * (chance[to] - chance[s]) if to != s else 0
            change[s] += self.leaving[s] * (of_leavers[s] - chance[s]) - self.ending[s] * chance[s]
        return change


def chances(generator: Generator, horizon: int) -> np.ndarray:
    """`p[s, t]` for whole months t: the chance of standing at S at H, leaving and ending absorbing at 0."""
    size = generator.last + 1
    full = np.zeros((size + 1, size + 1))
    for s in range(generator.last):
        for to in range(size):
            if to != s:
                full[s, to] = generator.moves[s, to]
        full[s, size] = generator.leaving[s] + generator.ending[s]
        full[s, s] = -full[s].sum()
    months = [expm(full * (horizon - t))[:size, generator.last] for t in range(horizon + 1)]
    return np.array(months).T


def chances_keeping_leavers(programme: Generator, without: Generator, horizon: int) -> np.ndarray:
    """`p[s, t]` in which somebody who leaves has `p°[s, t]` from then on: for additionality.

    The two chances solve one linear differential equation backwards from H.
    """
    size = programme.last + 1
    nobody = without.staying()

    def backwards(_: float, both: np.ndarray) -> np.ndarray:
        p, own = both[:size], both[size:]
        return np.concatenate([programme.drift(p, own), nobody.drift(own, own)])

    at_horizon = np.zeros(2 * size)
    at_horizon[[size - 1, 2 * size - 1]] = 1
    left = np.arange(horizon + 1.0)
    solved = solve_ivp(backwards, (0, horizon), at_horizon, "DOP853", t_eval=left, rtol=1e-12, atol=1e-14)
    return np.asarray(solved.y[:size, ::-1])


def kappa(generators: Sequence[Generator], horizon: int, target: float, weights: Iterable[float] = (1.0,)) -> float:
    """The factor on forward rates at which the weighted mean of `p°[0, 0]` is the target; one segment, or several.

    Raises `ValueError` where no factor up to 1,000 reaches it.
    """
    shares = np.array(list(weights))

    def beyond(factor: float) -> float:
        starts = [chances(generator.slowed(factor), horizon)[0, 0] for generator in generators]
        return float(shares @ starts / shares.sum() - target)

    top = 1.0
    while beyond(top) < 0:
        top *= 2
        if top > 1000:
            raise ValueError(f"no factor reaches {target}")
    return float(brentq(beyond, 0, top, xtol=1e-14, rtol=1e-14))

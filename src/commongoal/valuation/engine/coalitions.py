"""Groups of partners and what each group could win alone: the Shapley value and the core, over every group.

A group is a whole number whose bit i is set where partner i belongs to it, so what all groups could win is one array
of ``2^n`` pounds. Source: Shapley (1953), "A value for n-person games"; Maschler, Peleg and Shapley (1979) for the
least core; method.md section 4.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from commongoal.kernel.errors import Refused

Floats = NDArray[np.float64]

MOST_PARTNERS = 16
TINY = 1e-9
"""Two amounts closer than this share of the largest one, or of a pound where that is more, count as the same."""


class TooManyPartners(Refused):
    """Fair contributions are worked out over every group of partners, for at most 16 partners."""


class NotAGame(Refused):
    """What groups of partners could win alone needs one finite amount for each group, nothing for nobody."""


@dataclass(frozen=True, slots=True)
class CoreCheck:
    """Whether no group of partners would do better alone than under a split.

    `group` (places of partners) is the one with the greatest complaint and `complaint` what it would win more by going
    alone, in pounds, negative where every group is better off together. `least` is the greatest complaint that the
    best split of all would still leave: above 0, no split holds everybody. `group` is empty for a single partner.
    """

    in_core: bool
    group: tuple[int, ...]
    complaint: float
    least: float

    @property
    def some_split_holds(self) -> bool:
        """Whether there is any split at all under which no group would do better alone."""
        return self.in_core or self.least <= 0


def sums(amounts: Sequence[float] | Floats) -> Floats:
    """The sum of each group's amounts: (n,) -> (2^n,)."""
    found = np.zeros(1)
    for amount in amounts:
        found = np.concatenate([found, found + amount])
    return found


def mask_of(group: Sequence[int]) -> int:
    """A group given by the places of its partners, as a whole number."""
    return sum(1 << place for place in set(group))


def members(mask: int) -> tuple[int, ...]:
    """The places of the partners of a group."""
    return tuple(place for place in range(mask.bit_length()) if mask >> place & 1)


def winnings(gains: Sequence[float], cost: float, schemes: Mapping[int, float] | None = None) -> Floats:
    """What each group could win alone, v (2^n,): ``max(0, gains of C - full cost)``, unless a scheme of its own says.

    `schemes` gives pounds by group. A group without one may also do what its sub-groups would do apart, each as it
    stands here, if that is more. Everybody together wins the gains less the cost, whatever smaller groups could.
    Raises `TooManyPartners`.
    """
    count = len(gains)
    _few_enough(count)
    found = np.maximum(0.0, sums(gains) - cost)
    whole = float(found[-1])
    if not schemes:
        return found
    groups = np.arange(1 << count)
    found[list(schemes)] = list(schemes.values())
    for mask, won in schemes.items():
        # Schemes one after another pack disjoint groups: a rest found earlier holds only schemes that came before.
        holds = groups[(groups & mask) == mask]
        found[holds] = np.maximum(found[holds], won + found[holds ^ mask])
    found[list(schemes)] = list(schemes.values())
    found[-1] = whole
    return found


def shapley(won: Floats) -> Floats:
    """Shapley value (n,): what each partner adds to a group, averaged over all orders of joining.

    ``phi_i = sum over C without i of |C|! (n - |C| - 1)! / n! * (v(C + i) - v(C))``; `won` is v, (2^n,), in pounds.
    """
    count = _players(won)
    size = sums(np.ones(count)).astype(np.int64)
    share = np.ones(count)
    for joined in range(1, count):
        share[joined] = share[joined - 1] * joined / (count - joined)
    weight = share / max(count, 1)
    groups = np.arange(1 << count)
    found = np.zeros(count)
    for place in range(count):
        without = groups[(groups >> place & 1) == 0]
        found[place] = weight[size[without]] @ (won[without | 1 << place] - won[without])
    return found


def is_convex(won: Floats) -> bool:
    """Whether joining adds at least as much to a larger group: ``v(C+i+j) - v(C+i) >= v(C+j) - v(C)`` for all C."""
    count = _players(won)
    groups = np.arange(1 << count)
    slack = TINY * max(1.0, _largest(won))
    for one in range(count):
        for two in range(one):
            rest = groups[(groups & (1 << one | 1 << two)) == 0]
            more = won[rest | 1 << one | 1 << two] - won[rest | 1 << one] - won[rest | 1 << two] + won[rest]
            if more.min(initial=0.0) < -slack:
                return False
    return True


def core_check(won: Floats, split: Sequence[float] | Floats) -> CoreCheck:
    """Whether any group would do better alone than under `split` (n,), over every group; both in pounds.

    A split that does not add up to what everybody wins together is outside the core too: the largest group complains.
    """
    count = _players(won)
    slack = TINY * max(1.0, _largest(won, np.asarray(split)))
    excess = won - sums(split)
    adds_up = abs(float(excess[-1])) <= slack
    if count < 2:
        return CoreCheck(adds_up, (), float(excess[-1]), 0.0)
    mask = _loudest(excess, slack, whole=not adds_up)
    complaint = float(excess[mask])
    return CoreCheck(adds_up and complaint <= slack, members(mask), complaint, _rounded(least_complaint(won), slack))


def least_complaint(won: Floats) -> float:
    """The greatest complaint that the best split leaves: ``min over x of max over C of v(C) - x(C)``, x(N) = v(N).

    A linear programme over the groups that bind, found by adding the loudest until none is louder: exact, and far
    fewer than 2^n rows. Groups are neither empty nor everybody. Source: Maschler, Peleg and Shapley (1979).
    """
    count = _players(won)
    if count < 2:
        return 0.0
    scale = _largest(won)
    scaled = won / scale
    rows = [1 << place for place in range(count)]
    rows += [((1 << count) - 1) ^ row for row in rows if count > 2]
    while True:
        split, least = _best_split(scaled, rows, count)
        excess = scaled - sums(split)
        loudest = 1 + int(np.argmax(excess[1:-1]))
        if loudest in rows or excess[loudest] <= least + TINY:
            return least * scale
        rows.append(loudest)


def _best_split(won: Floats, rows: Sequence[int], count: int) -> tuple[Floats, float]:
    belongs = np.array([[row >> place & 1 for place in range(count)] for row in rows], dtype=np.float64)
    bounds = np.hstack([-belongs, -np.ones((len(rows), 1))])
    everybody = np.append(np.ones(count), 0.0)[None, :]
    from scipy.optimize import linprog  # takes most of a second to load

    found = linprog(
        np.append(np.zeros(count), 1.0), A_ub=bounds, b_ub=-won[rows], A_eq=everybody, b_eq=[won[-1]],
        bounds=[(None, None)] * (count + 1), method="highs",
    )  # fmt: skip
    return np.asarray(found.x[:count], dtype=np.float64), float(found.x[count])


def _loudest(excess: Floats, slack: float, whole: bool) -> int:
    """The group with the greatest excess; of those that are as loud, the smallest, then the first."""
    heard = excess[1:] if whole else excess[1:-1]
    near = 1 + np.flatnonzero(heard >= heard.max() - slack)
    return int(min(near, key=lambda mask: (int(mask).bit_count(), int(mask))))


def _rounded(value: float, slack: float) -> float:
    return 0.0 if abs(value) <= slack else value


def _largest(*amounts: Floats) -> float:
    return max([float(np.abs(each).max(initial=0.0)) for each in amounts]) or 1.0


def _players(won: Floats) -> int:
    count = len(won).bit_length() - 1
    if len(won) != 1 << max(count, 0) or won[0] != 0 or not np.isfinite(won).all():
        raise NotAGame(f"Found {len(won)} amounts.")
    _few_enough(count)
    return count


def _few_enough(count: int) -> None:
    if count > MOST_PARTNERS:
        raise TooManyPartners(f"There are {count}.")

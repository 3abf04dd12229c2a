"""Nearest statistical neighbours: loops from the formula, and what is said when figures are missing."""

import math

import numpy as np
import pytest

from commongoal.places.engine.comparators import NothingToCompareBy, Variable, nearest

VARIABLES = (Variable("rate", "Claimant rate", "per cent"), Variable("age", "Over 50", "per cent", 2.0),
             Variable("dense", "People per hectare"))  # fmt: skip
CODES = tuple(f"E0800{n:04d}" for n in range(30))


def values(seed: int = 1) -> np.ndarray:
    rng = np.random.default_rng(seed)
    return rng.normal([5.0, 30.0, 20.0], [2.0, 5.0, 15.0], (30, 3))


def test_distances_are_those_of_loops() -> None:
    table = values()
    found = nearest(CODES[4], CODES, table, VARIABLES, most=29)
    spread = table.std(axis=0)
    wanted = {}
    for place, code in enumerate(CODES):
        squares = [v.weight * ((table[place, n] - table[4, n]) / spread[n]) ** 2 for n, v in enumerate(VARIABLES)]
        wanted[code] = math.sqrt(sum(squares) / sum(v.weight for v in VARIABLES))
    assert [one.code for one in found.nearest] == sorted(set(CODES) - {CODES[4]}, key=lambda code: wanted[code])
    for one in found.nearest:
        assert one.distance == pytest.approx(wanted[one.code])
        assert sum(d.part or 0.0 for d in one.differences) == pytest.approx(1)
        assert one.differences[1].gap == pytest.approx((table[CODES.index(one.code), 1] - table[4, 1]) / spread[1])
        assert one.missing == ()


def test_units_do_not_count() -> None:
    table = values()
    scaled = table * [100.0, 0.01, 7.0] + [3.0, -5.0, 0.0]
    one, two = (nearest(CODES[0], CODES, given, VARIABLES) for given in (table, scaled))
    assert [a.code for a in one.nearest] == [b.code for b in two.nearest]


def test_mahalanobis_does_not_count_a_variable_twice() -> None:
    table = values()
    twice = np.column_stack([table, table[:, 0]])
    names = (*VARIABLES, Variable("again", "Claimant rate again"))
    once = nearest(CODES[0], CODES, table[:, [0, 2]], (VARIABLES[0], VARIABLES[2]), 29, "mahalanobis")
    double = nearest(CODES[0], CODES, twice[:, [0, 2, 3]], (names[0], names[2], names[3]), 29, "mahalanobis")
    assert [a.code for a in once.nearest] == [b.code for b in double.nearest]
    inverse = np.linalg.inv(np.corrcoef(table[:, [0, 2]].T))
    z = (table[:, [0, 2]] - table[:, [0, 2]].mean(axis=0)) / table[:, [0, 2]].std(axis=0)
    first = once.nearest[0]
    d = z[CODES.index(first.code)] - z[0]
    assert first.distance == pytest.approx(math.sqrt(d @ inverse @ d / 2))


def test_missing_figures_are_said_and_never_make_an_area_near() -> None:
    table = values()
    table[0, 2] = np.nan  # ours lacks one
    table[1, 0] = np.nan  # one of three weights left of 1 + 2
    table[2, :2] = np.nan  # nothing left
    found = nearest(CODES[0], CODES, table, VARIABLES, most=29)
    assert [v.key for v in found.not_used] == ["dense"]
    assert [v.key for v in found.variables] == ["rate", "age"]
    assert found.left_out == (CODES[2],)
    lacking = next(one for one in found.nearest if one.code == CODES[1])
    assert [v.key for v in lacking.missing] == ["rate", "dense"]
    assert lacking.differences[0].theirs is None
    assert lacking.differences[0].part is None


def test_what_does_not_differ_is_not_used() -> None:
    table = values()
    table[:, 1] = 30.0
    assert [v.key for v in nearest(CODES[0], CODES, table, VARIABLES).not_used] == ["age"]


def test_nothing_to_compare_by_is_refused() -> None:
    table = values()
    table[3] = np.nan
    with pytest.raises(NothingToCompareBy):
        nearest(CODES[3], CODES, table, VARIABLES)
    with pytest.raises(KeyError):
        nearest("E99", CODES, table, VARIABLES)

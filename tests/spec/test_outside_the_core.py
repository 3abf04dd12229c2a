"""Contributions that look fair and are not stable: three games where a group would do better alone.

The first two are standard textbook games of three players, found in most introductions to cooperative games (for
instance Osborne and Rubinstein, *A Course in Game Theory*, 1994, chapters 13 and 14: the majority game and the market
with one seller or several). Their figures are worked out here by hand. The third, in pounds, is our own construction.
"""

import numpy as np
import pytest

from commongoal.valuation.engine.coalitions import core_check, is_convex, shapley
from commongoal.valuation.engine.sharing import Scheme, matrix_of_tables, sharing_of

ANN, BEN, CAT = 0b001, 0b010, 0b100


def game(**worth: float) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """What groups win, named by their members' letters; nothing for those not named."""
    letters = {"a": ANN, "b": BEN, "c": CAT}
    won = np.zeros(8)
    for group, pounds in worth.items():
        won[sum(letters[letter] for letter in group)] = pounds
    return won


def test_majority_game_has_no_stable_split_at_all() -> None:
    """Any two of three can take the whole of £300. Equal thirds are the Shapley value; any two would rather take £300.

    Each pair must have 300 and there are three pairs, so all three must have 3 × 300 / 2 = 450, and there is only 300.
    The best split leaves every pair 300 - 200 = 100 short.
    """
    won = game(ab=300, ac=300, bc=300, abc=300)
    split = shapley(won)
    found = core_check(won, split)
    assert split.tolist() == pytest.approx([100, 100, 100])
    assert not found.in_core
    assert found.complaint == pytest.approx(100)
    assert found.least == pytest.approx(100)
    assert not found.some_split_holds
    assert not is_convex(won)


def test_glove_market_has_one_stable_split_and_shapley_is_not_it() -> None:
    """Ann has a left glove, Ben and Cat a right one each; a pair is worth £6.

    Of the six orders of joining, Ann completes a pair in four (whenever she is not first): 6 × 4/6 = 4. Ben does when
    he comes just after Ann, first of the two: 6 × 1/6 = 1, and so does Cat. In the core Ann has all 6: whatever Cat is
    given, Ann and Ben would keep it. So Ann and Ben, with 5 of the 6 they could have, complain of 1.
    """
    won = game(ab=6, ac=6, abc=6)
    found = core_check(won, shapley(won))
    assert shapley(won).tolist() == pytest.approx([4, 1, 1])
    assert not found.in_core
    assert found.group == (0, 1)
    assert found.complaint == pytest.approx(1)
    assert found.some_split_holds
    assert core_check(won, [6, 0, 0]).in_core


def test_two_partners_with_a_cheap_scheme_of_their_own_leave_both_rules() -> None:
    """Own construction. A programme costs £900 and brings three partners £600, £500 and £100: £300 to share.

    In proportion each puts in 900/1200 = 75p of every £1 gained, so A and B keep 150 + 125 = 275. A small scheme of
    their own would leave them £290: £15 more. The Shapley value gives A and B what they add: by hand, with
    v(AB) = 290, v(AC) = v(BC) = 0 and v(ABC) = 300: A 148⅓, B 148⅓, C 3⅓; together A and B have 296⅔, enough.
    """
    table = matrix_of_tables(("year",), {"A": (900.0,)}, {"A": (600.0,), "B": (500.0,), "C": (100.0,)})
    found = sharing_of(table, [Scheme(("A", "B"), 290.0)])
    equal, adds = found.by("proportional"), found.by("shapley")
    assert equal.core is not None
    assert adds.core is not None
    assert not equal.core.in_core
    assert equal.complaining == ("A", "B")
    assert equal.core.complaint == pytest.approx(15)
    assert [share.net for share in adds.shares] == pytest.approx([148 + 1 / 3, 148 + 1 / 3, 3 + 1 / 3])
    assert adds.core.in_core


def test_without_schemes_of_their_own_nobody_would_leave() -> None:
    """The same programme, and nobody has a scheme: a smaller group would bear all £900 for its own gains alone."""
    table = matrix_of_tables(("year",), {"A": (900.0,)}, {"A": (600.0,), "B": (500.0,), "C": (100.0,)})
    found = sharing_of(table)
    assert found.always_holds
    assert all(split.core and split.core.in_core for split in found.splits[1:])

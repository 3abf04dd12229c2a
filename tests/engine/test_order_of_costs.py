"""An engine gives rows in any order; the figures are the same to the last bit, and so is the digest of a result."""

import itertools
from typing import Any

import numpy as np

from commongoal.demo.engine.worlds import programme_of, random_world
from commongoal.valuation.engine.valuing import borne_of, costs_of

PROGRAMME = programme_of(random_world(np.random.default_rng(11)))
PENCE = (1010, 2020, 3030, 7, 19)  # in pounds, their sum depends on the order


class Given:
    """A session that answers with these rows."""

    def __init__(self, rows: tuple[tuple[Any, ...], ...]) -> None:
        self.rows = rows

    def columns(self, _: str) -> dict[str, Any]:
        return dict(enumerate(zip(*self.rows, strict=True)))


def test_sums_of_pounds_do_not_hang_on_the_order_of_rows() -> None:
    names = [("", "", "cash"), ("", "", "in_kind"), *((each.id, "", "cash") for each in PROGRAMME.providers)]
    rows = tuple((*name, pence) for name, pence in zip(names, PENCE, strict=False))
    assert len(rows) > 2
    orders = list(itertools.permutations(rows))
    assert len({costs_of(Given(order), PROGRAMME).all for order in orders}) == 1
    plain = {sum(row[-1] / 100 for row in order) for order in orders}
    assert len(plain) > 1  # so it would be otherwise
    partner = PROGRAMME.partners[0].id
    bore = tuple((partner, basis, pence) for basis, pence in zip(("cash", "in_kind", "cash"), PENCE, strict=False))
    assert len({borne_of(Given(order), PROGRAMME) for order in itertools.permutations(bore)}) == 1

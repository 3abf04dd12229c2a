"""Persistence: month by month in loops."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from commongoal.places.engine.persistence import Lasting, Turnover, persistence

months = st.integers(1, 12).flatmap(
    lambda length: st.lists(
        st.lists(st.sampled_from(["hot", "cool", "unknown"]), min_size=length, max_size=length), min_size=1, max_size=8
    )
)


@given(months)
def test_every_area_is_as_a_loop_over_its_months_has_it(areas: list[list[str]]) -> None:
    table = np.array(areas).T
    found = persistence(table == "hot", table != "unknown")
    for place, states in enumerate(areas):
        longest = run = 0
        for state in states:
            run = run + 1 if state == "hot" else 0
            longest = max(longest, run)
        hot = [month for month, state in enumerate(states) if state == "hot"]
        assert (found.longest[place], found.current[place], found.hot[place]) == (longest, run, len(hot))
        assert (found.first[place], found.last[place]) == ((hot[0], hot[-1]) if hot else (-1, -1))
        assert found.known[place] == sum(state != "unknown" for state in states)
    for month, change in enumerate(found.turnover, start=1):
        pairs = [(states[month - 1], states[month]) for states in areas]
        wanted = [pairs.count((a, b)) for a, b in (("hot", "hot"), ("cool", "hot"), ("hot", "cool"), ("cool", "cool"))]
        assert change == Turnover(*wanted)


def test_how_long_it_lasts_in_words() -> None:
    hot = np.array([[1, 1, 1, 0, 0]] * 4 + [[1, 0, 0, 0, 0]], dtype=bool)
    hot[:3, 2] = False
    known = np.ones_like(hot)
    known[:, 4] = False
    assert persistence(hot, known).lasting == (
        Lasting.ALWAYS, Lasting.MOSTLY, Lasting.SOMETIMES, Lasting.NEVER, Lasting.UNKNOWN,
    )  # fmt: skip

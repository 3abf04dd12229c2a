"""A target parted among wards: whole people that add up, whatever the order, and as a search of every way has it."""

from fractions import Fraction
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commongoal.kernel.errors import Refused
from commongoal.places.engine.apportioning import (
    CapsTooLow,
    FigureImpossible,
    FloorAboveCap,
    FloorsTooHigh,
    MoreThanInNeed,
    NobodyInNeed,
    NobodyReached,
    Ward,
    apportion,
    in_proportion,
)


@st.composite
def wards_of(draw: st.DrawFn, most: int = 12, people: int = 400) -> list[Ward]:
    """Wards with whole or broken needs, some with a floor or a cap, all possible one by one."""
    found = []
    for number in range(draw(st.integers(1, most))):
        need = draw(st.one_of(st.integers(0, people), st.floats(0, people).map(lambda x: round(x, 2))))
        top = int(need)
        least = draw(st.one_of(st.just(0), st.integers(0, top)))
        cap = draw(st.one_of(st.none(), st.integers(least, people)))
        reach = draw(st.integers(0, 100)) / 100
        found.append(Ward(f"E05{number:06}", f"Ward {number % 7}", float(need), reach, least, cap))
    return found


@given(wards_of(), st.integers(0, 2000), st.integers(0, 100), st.randoms())
def test_shares_add_up_whatever_the_order(wards: list[Ward], target: int, parts: int, random: object) -> None:
    try:
        shares = apportion(target, wards, parts / 100)
    except Refused:
        return
    assert sum(share.people for share in shares) == target
    assert sum(share.exact for share in shares) == target
    for share in shares:
        assert abs(share.people - share.exact) < 1  # the quota rule
        assert share.ward.least <= share.people <= share.ward.cap <= share.ward.need
    turned = list(wards)
    random.shuffle(turned)  # type: ignore[attr-defined]
    assert apportion(target, turned, parts / 100) == shares


@given(wards_of(), st.integers(0, 100), st.data())
def test_what_there_is_room_for_is_never_refused(wards: list[Ward], parts: int, data: st.DataObject) -> None:
    """Every target between the floors and the room of wards that have any weight can be apportioned."""
    by_reach = parts / 100
    weighs = [w.need > 0 and (by_reach < 1 or w.reach > 0) for w in wards]
    floors = sum(w.least for w in wards)
    room = sum(w.cap if has else w.least for w, has in zip(wards, weighs, strict=True))
    if not any(weighs) or (by_reach and not any(w.need * w.reach for w in wards)):
        return
    target = data.draw(st.integers(floors, room))
    assert sum(share.people for share in apportion(target, wards, by_reach)) == target
    with pytest.raises((MoreThanInNeed, CapsTooLow)):
        apportion(room + 1, wards, by_reach)


def referee(target: int, wards: list[Ward]) -> tuple[int, ...]:
    """Every way of parting the target tried; of the nearest to the exact shares the one that favours the first names.

    Largest remainders are nearest in the sum of squares (Hamilton's method as an optimum: Ibaraki and Katoh, Resource
    Allocation Problems, 1988).
    """
    exact = [share.exact for share in apportion(target, wards)]
    ordered = sorted(wards, key=lambda ward: (ward.name, ward.code))
    ways = product(*(range(ward.least, ward.cap + 1) for ward in ordered))
    fair = [way for way in ways if sum(way) == target]
    gap = {way: sum((each - share) ** 2 for each, share in zip(way, exact, strict=True)) for way in fair}
    return max(way for way in fair if gap[way] == min(gap.values()))


@given(wards_of(most=4, people=8), st.integers(0, 24))
def test_as_a_search_of_every_way(wards: list[Ward], target: int) -> None:
    try:
        found = tuple(share.people for share in apportion(target, wards))
    except Refused:
        return
    assert found == referee(target, wards)


@given(wards_of(most=6, people=40), st.integers(0, 200))
def test_one_factor_for_all_wards_that_are_not_held(wards: list[Ward], target: int) -> None:
    try:
        shares = apportion(target, wards)
    except Refused:
        return
    free = {share.exact / Fraction(str(share.ward.need)) for share in shares if _free(share)}
    assert len(free) <= 1
    for factor in free:  # whoever is held would have less than the least, or more than the most
        for share in shares:
            alone = factor * Fraction(str(share.ward.need))
            assert share.exact == max(Fraction(share.ward.least), min(Fraction(share.ward.cap), alone))


def _free(share: object) -> bool:
    ward, exact = share.ward, share.exact  # type: ignore[attr-defined]
    return bool(ward.need and ward.least < exact < ward.cap)


def test_worked_by_hand() -> None:
    """100 people among wards in need as 5, 3 and 2: no rest. Of 10 among three equals, the first has one more."""
    wards = [Ward("E05000001", "A", 500), Ward("E05000002", "B", 300), Ward("E05000003", "C", 200)]
    assert [share.people for share in apportion(100, wards)] == [50, 30, 20]
    equal = [Ward(f"E0500000{n}", name, 90) for n, name in ((3, "C"), (1, "A"), (2, "B"))]
    assert [(s.ward.name, s.people) for s in apportion(10, equal)] == [("A", 4), ("B", 3), ("C", 3)]


def test_reach_moves_people_to_where_they_can_be_reached() -> None:
    wards = [Ward("E05000001", "A", 100, 0.2), Ward("E05000002", "B", 100, 0.6)]
    assert [s.people for s in apportion(40, wards)] == [20, 20]
    assert [s.people for s in apportion(40, wards, 1.0)] == [10, 30]
    assert [s.people for s in apportion(40, wards, 0.5)] == [15, 25]


def test_a_held_ward_leaves_the_rest_to_the_others() -> None:
    wards = [Ward("E05000001", "A", 100, most=10), Ward("E05000002", "B", 100), Ward("E05000003", "C", 50, least=30)]
    shares = apportion(60, wards)
    assert [(s.people, s.held) for s in shares] == [(10, "at its most"), (20, ""), (30, "at its least")]


@pytest.mark.parametrize(
    ("wards", "target", "by_reach", "refusal", "words"),
    [
        ([Ward("E05000001", "A", 0)], 1, 0, NobodyInNeed, "nothing to apportion"),
        ([Ward("E05000001", "A", 9, 0)], 1, 1, NobodyReached, "nobody can be reached"),
        ([Ward("E05000001", "A", 9.9)], 10, 0, MoreThanInNeed, "At most 9 people"),
        ([Ward("E05000001", "A", 9, most=3)], 4, 0, CapsTooLow, "At most 3 people"),
        ([Ward("E05000001", "A", 9, least=5)], 4, 0, FloorsTooHigh, "to have 5"),
        ([Ward("E05000001", "A", 9, least=10)], 12, 0, FloorAboveCap, "It is so in A"),
        ([Ward("E05000001", "A", 9), Ward("E05000001", "B", 9)], 4, 0, FigureImpossible, "twice"),
        ([Ward("E05000001", "A", 9, 1.5)], 4, 0, FigureImpossible, "from 0 to 1"),
        ([Ward("E05000001", "A", -1)], 0, 0, FigureImpossible, "from 0"),
    ],
)
def test_what_cannot_be_is_refused_in_words(
    wards: list[Ward], target: int, by_reach: float, refusal: type[Refused], words: str
) -> None:
    with pytest.raises(refusal, match=words):
        apportion(target, wards, by_reach)


@given(st.integers(0, 500), st.lists(st.integers(0, 50), min_size=1, max_size=8))
def test_a_number_in_proportion_adds_up(total: int, parts: list[int]) -> None:
    found = in_proportion(total, parts)
    assert sum(found) == total
    if sum(parts):
        assert all(abs(each - total * part / sum(parts)) < 1 for each, part in zip(found, parts, strict=True))


def test_nothing_parted_among_nobody() -> None:
    assert in_proportion(5, []) == ()

"""Counts carried from one year's areas to another's: nobody is lost unless it is said who."""

import io
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commongoal.places.engine.areas import AreaKind, Match
from commongoal.places.engine.carrying import Carried, carry, carry_through, matches_of, shares_by_size
from commongoal.places.engine.geography import named_table, turned
from commongoal.places.engine.lookup_file import LookupTable, lookup_file
from tests.engine.test_geography import LSOAS

LOOKUP = lookup_file(io.BytesIO(LSOAS), "file.csv").tables[0]
COUNTS = {"E01000001": 10.0, "E01000002": 20.0, "E01000003": 3.0, "E01000004": 4.0, "E01000009": 9.0}


def table(pairs: list[tuple[int, int]]) -> LookupTable:
    rows = {(f"E01{old:06}", f"E01{900000 + new:06}"): "" for old, new in pairs}
    return named_table(AreaKind.LSOA, "2011", AreaKind.LSOA, "2021", rows)


def slow(values: dict[str, float], lookup: LookupTable, weights: dict[tuple[str, str], float]) -> dict[str, float]:
    """Referee: each new area asks every old one for its share, by the letter of the rule."""
    found: dict[str, float] = {}
    for new in sorted({target for _, target in lookup.rows}):
        whole, known = 0.0, True
        for old in sorted({source for source, _ in lookup.rows}):
            if (old, new) not in lookup.rows:
                continue
            became = [target for source, target in lookup.rows if source == old]
            if all((old, target) in weights for target in became):
                share: float | None = weights[old, new]
            else:
                share = 1.0 if len(became) == 1 else None
            if share == 0:
                continue
            if share is None or old not in values:
                known = False
            else:
                whole += values[old] * share
        if known:
            found[new] = whole
    return found


@st.composite
def lookups(draw: st.DrawFn) -> tuple[LookupTable, dict[tuple[str, str], float], dict[str, float]]:
    """A lookup of a few areas, weights for some of them that add up to 1, and counts for some."""
    pairs = draw(st.lists(st.tuples(st.integers(1, 6), st.integers(1, 6)), min_size=1, max_size=14, unique=True))
    lookup = table(pairs)
    sources = sorted({source for source, _ in lookup.rows})
    weights: dict[tuple[str, str], float] = {}
    for source in draw(st.sets(st.sampled_from(sources))):
        became = [target for old, target in lookup.rows if old == source]
        sizes = [draw(st.integers(0, 9)) for _ in became]
        if sum(sizes):
            weights.update({(source, to): size / sum(sizes) for to, size in zip(became, sizes, strict=True)})
    counts = {source: float(draw(st.integers(0, 9999))) for source in draw(st.sets(st.sampled_from(sources)))}
    return lookup, weights, counts


@given(lookups())
def test_the_same_as_the_referee_and_nobody_is_lost_unsaid(
    drawn: tuple[LookupTable, dict[tuple[str, str], float], dict[str, float]],
) -> None:
    lookup, weights, counts = drawn
    found = carry(counts, lookup, weights)
    expected = slow(counts, lookup, weights)
    assert {area: value for area, value in found.values.items() if value} == pytest.approx(
        {area: value for area, value in expected.items() if value}
    )
    assert math.isclose(found.before, found.after + sum(out.value for out in found.left_out), abs_tol=1e-6)
    assert not set(found.values) & set(found.partial)


@given(lookups(), st.data())
def test_people_are_conserved_when_weights_add_up_to_1(
    drawn: tuple[LookupTable, dict[tuple[str, str], float], dict[str, float]], data: st.DataObject
) -> None:
    lookup = drawn[0]
    sizes = {target: float(data.draw(st.integers(1, 999))) for _, target in lookup.rows}
    counts = {source: float(data.draw(st.integers(0, 9999))) for source, _ in lookup.rows}
    found = carry(counts, lookup, shares_by_size(lookup, sizes))
    assert math.isclose(found.after, found.before, rel_tol=1e-12)
    assert (found.left_out, found.partial) == ((), {})


def test_unchanged_as_is_merged_added_up_split_by_weights() -> None:
    weights = shares_by_size(
        LOOKUP, {"E01000021": 300, "E01000022": 100, "E01000001": 5, "E01000034": 5, "E01000009": 1}
    )
    found = carry(COUNTS, LOOKUP, weights, "people of 2021")
    assert found.values == {
        "E01000001": 10, "E01000021": 15, "E01000022": 5, "E01000034": 7, "E01000009": 9,
    }  # fmt: skip
    assert (found.before, found.after, found.difference, found.left_out) == (46, 46, 0, ())
    assert found.apportioned == {"E01000021", "E01000022"}
    assert found.by_match == {Match.UNCHANGED: 2, Match.MERGED: 2, Match.SPLIT: 1}
    assert found.words == (
        "Carried by the lookup lsoa11-lsoa21: areas 2 unchanged, 1 split, 2 merged with others.",
        "2 areas got a share by people of 2021.",
        "Total before 46, after 46: the same.",
    )


def test_without_weights_a_split_area_is_left_out_and_said_to_be() -> None:
    found = carry(COUNTS, LOOKUP)
    assert found.values == {"E01000001": 10, "E01000034": 7, "E01000009": 9}
    assert [(out.area, out.value) for out in found.left_out] == [("E01000002", 20)]
    assert found.difference == -20
    assert "Left out 20 of E01000002: split, and nothing says in what shares." in found.words


def test_an_irregular_area_is_not_carried_by_the_lookup_alone() -> None:
    lookup = named_table(
        AreaKind.LSOA, "2011", AreaKind.LSOA, "2021", {("E01000001", "E01000011"): "X", ("E01000002", "E01000012"): "U"}
    )
    found = carry({"E01000001": 5.0, "E01000002": 6.0}, lookup)
    assert found.values == {"E01000012": 6}
    assert found.left_out[0].why == "changed in an irregular way, and nothing says in what shares"
    assert carry({"E01000001": 5.0}, lookup, {("E01000001", "E01000011"): 1.0}).values == {"E01000011": 5}


def test_an_area_that_lacks_a_part_is_not_given_as_whole() -> None:
    found = carry({"E01000003": 3.0, "E01000777": 1.0}, LOOKUP)
    assert (found.values, found.partial) == ({}, {"E01000034": 3.0})
    assert [(out.area, out.why) for out in found.left_out] == [("E01000777", "not in the lookup lsoa11-lsoa21")]
    assert (found.before, found.after) == (4, 3)
    assert "1 area lack part of what belongs to them: E01000034." not in found.words
    assert "1 area lacks part of what belongs to it: E01000034." in found.words


def test_weights_that_do_not_add_up_to_1_show_in_the_difference() -> None:
    found = carry({"E01000002": 20.0}, LOOKUP, {("E01000002", "E01000021"): 0.5, ("E01000002", "E01000022"): 0.4})
    assert found.values == {"E01000021": 10, "E01000022": 8}
    assert math.isclose(found.difference, -2)
    assert found.left_out[0].why == "its shares add up to 0.90"


def test_the_weights_of_the_lookup_are_taken_where_none_are_given() -> None:
    lookup = table([(1, 1), (1, 2)])
    (first, second) = lookup.rows
    lookup.weights.update({first: 0.25, second: 0.75})
    found = carry({first[0]: 8.0}, lookup)
    assert found.values == {first[1]: 2, second[1]: 6}
    assert "2 areas got a share by the weights of the lookup." in found.words


def test_kinds_of_match_are_as_the_lookup_says_or_as_its_pairs_show() -> None:
    shown = table([(1, 1), (2, 2), (2, 3), (3, 4), (4, 4), (5, 5), (5, 6), (6, 6)])
    assert [match.value for match in matches_of(shown).values()] == ["U", "S", "M", "M", "X", "M"]
    assert matches_of(LOOKUP)["E01000002"] == Match.SPLIT


def test_there_and_back_is_the_same_where_shares_are_known() -> None:
    back = carry({"E01000021": 15.0, "E01000022": 5.0, "E01000001": 10.0}, turned(LOOKUP))
    assert back.values == {"E01000001": 10, "E01000002": 20}


def test_one_lookup_after_another() -> None:
    steps: tuple[Carried, ...] = carry_through(COUNTS, (LOOKUP, turned(LOOKUP)), {})
    assert [step.values for step in steps] == [
        {"E01000001": 10, "E01000034": 7, "E01000009": 9},
        {"E01000001": 10, "E01000009": 9},
    ]

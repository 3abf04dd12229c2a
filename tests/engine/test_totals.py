"""Adding up: what was counted lies within the error that is said, and nothing is added silently."""

import datetime as dt
import math

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from commongoal.places.engine.agreement import agrees
from commongoal.places.engine.areas import AreaKind
from commongoal.places.engine.figures import AreaName
from commongoal.places.engine.observations import SCHEMA, Edition, Status
from commongoal.places.engine.totals import AreasMissing, AreaTwice, NothingToAdd, Part, Total, parts_of, total
from tests.engine.editions import NOISY, NOT_STATED, PERTURBED, PLAIN, ROUNDED


def part(number: int, value: float | None, edition: Edition, **more: object) -> Part:
    status = Status.GIVEN if value is not None else Status.SUPPRESSED
    return Part(f"E0500{number:04}", f"Ward {number}", value, edition.name, **{"status": status, **more})  # type: ignore[arg-type]


def added(values: list[float], edition: Edition) -> Total:
    return total([part(n, value, edition) for n, value in enumerate(values)], [edition])


counts = st.lists(st.integers(0, 5000), min_size=1, max_size=60)


@given(counts, st.sampled_from([1, 5, 10, 100]))
def test_what_was_counted_lies_within_the_error_of_rounded_figures(true: list[int], base: int) -> None:
    edition = PLAIN.__class__(**{**_fields(PLAIN), "rounding": float(base), "name": "r"})
    found = added([base * math.floor(count / base + 0.5) for count in true], edition)
    assert found.low is not None
    assert found.high is not None
    assert found.low <= sum(true) <= found.high
    assert found.likely is not None
    assert found.likely <= len(true) * base / 2


@given(counts, st.data())
def test_what_was_counted_lies_within_the_error_of_noise(true: list[int], data: st.DataObject) -> None:
    moved = [count + data.draw(st.floats(-2, 2)) for count in true]
    found = added(moved, NOISY)
    assert found.low is not None
    assert found.high is not None
    assert found.low - 1e-6 <= sum(true) <= found.high + 1e-6


def _fields(edition: Edition) -> dict[str, object]:
    return {name: getattr(edition, name) for name in edition.__dataclass_fields__}


def test_the_likely_error_holds_in_95_of_100_sums_of_rounded_figures() -> None:
    rng = np.random.default_rng(20)
    true = rng.integers(0, 400, size=(4000, 22))
    sums = (5 * np.floor(true / 5 + 0.5)).sum(axis=1)
    likely = added([0.0] * 22, ROUNDED).likely
    assert likely is not None
    assert math.isclose(likely, 1.96 * 5 * math.sqrt(22 / 12))
    assert 0.94 <= np.mean(np.abs(sums - true.sum(axis=1)) <= likely) <= 0.97


def test_the_total_says_how_it_was_made() -> None:
    found = total(
        [part(n, 100.0, ROUNDED, provisional=n < 4, revised=n == 9) for n in range(22)],
        [ROUNDED],
    )
    assert (found.value, found.low, found.high, found.error) == (2200, 2145, 2255, 55)
    assert found.words == (
        "Added up from 22 figures rounded to 5: within 55, and most likely (95%) within 13.3.",
        "4 of the 22 figures are provisional: they will be revised.",
        "1 of the 22 figures is revised since they were first published.",
    )
    assert found.marks == ("added up", "rounded to 5", "provisional", "revised")
    assert added([1, 2], PLAIN).words == ("Added up from 2 figures, none of them rounded.",)


def test_counts_are_never_less_than_nothing_so_neither_is_their_total() -> None:
    assert added([0, 5], ROUNDED).low == 0
    assert added([0, -5], ROUNDED).low == -10


@pytest.mark.parametrize(
    ("edition", "words"), [(PERTURBED, "by an amount that is not published"), (NOT_STATED, "nobody says")]
)
def test_an_error_that_nobody_published_is_said_not_to_be_known(edition: Edition, words: str) -> None:
    found = added([10, 20], edition)
    assert (found.value, found.low, found.high, found.likely, found.error) == (30, None, None, None, None)
    assert words in found.words[0]
    assert "is not known" in found.words[0]


def test_figures_of_two_editions_have_each_its_own_error() -> None:
    found = total([part(1, 10, ROUNDED), part(2, 7, NOISY)], [ROUNDED, NOISY])
    assert (found.error, found.editions) == (4.5, ("rounded", "noisy"))
    assert total([part(1, 10, ROUNDED), part(2, 7, PERTURBED)], [ROUNDED, PERTURBED]).error is None


def test_areas_without_a_figure_block_the_total_and_are_named() -> None:
    expected = [AreaName(f"E0500{n:04}", f"Ward {n}", AreaKind.WARD) for n in range(4)]
    parts = [part(0, 10, ROUNDED), part(1, None, ROUNDED), part(2, None, ROUNDED, status=Status.NIL)]
    with pytest.raises(AreasMissing, match=r"Ward 3 \(E05000003\): not in the figures") as refusal:
        total(parts, [ROUNDED], expected)
    assert [(left.area, left.why) for left in refusal.value.missing] == [
        ("E05000001", "suppressed"), ("E05000002", "nil or negligible"), ("E05000003", "not in the figures"),
    ]  # fmt: skip
    found = total(parts, [ROUNDED], expected, accept_missing=True)
    assert (found.value, found.figures, len(found.missing)) == (10, 1, 3)
    assert "Without Ward 1 (suppressed), Ward 2 (nil or negligible), Ward 3 (not in the figures)." in found.words


def test_figures_too_small_to_show_are_a_range_where_the_source_says_the_smallest_shown() -> None:
    parts = [part(0, 10, PLAIN), part(1, None, PLAIN), part(2, None, PLAIN, status=Status.NIL)]
    found = total(parts, [PLAIN], smallest_shown=5)
    assert (found.value, found.low, found.high, len(found.little), found.missing) == (10, 10, 20, 2, ())
    assert "Too small to show: Ward 1, Ward 2. Together they may add up to less than 10 more." in found.words
    with pytest.raises(AreasMissing, match="unreliable"):
        total([*parts, part(3, None, PLAIN, status=Status.UNRELIABLE)], [PLAIN], smallest_shown=5)


def test_what_cannot_be_added_up() -> None:
    with pytest.raises(AreaTwice, match="E05000001"):
        total([part(1, 10, PLAIN), part(1, 20, PLAIN)], [PLAIN])
    with pytest.raises(NothingToAdd):
        total([], [PLAIN])
    with pytest.raises(NothingToAdd):
        total([part(1, None, PLAIN)], [PLAIN], accept_missing=True)


def test_agreement_with_a_published_figure() -> None:
    found = added([100.0] * 22, ROUNDED)
    assert agrees(found, 2200).words == "2,200 added up, 2,200 published: the same."
    near = agrees(found, 2210, 10)
    assert (near.agrees, near.likely, near.difference, near.allowed) == (True, True, -10, 60)
    assert near.words == (
        "2,200 added up, 2,210 published: 10 too few, which rounding explains (up to 14.4 is likely, 60 the most)."
    )
    odd = agrees(found, 2240)
    assert (odd.agrees, odd.likely) == (True, False)
    assert "more than 13.3 is not likely: look for another reason" in odd.words
    far = agrees(found, 2300)
    assert far.agrees is False
    assert "more than rounding explains (55 at the most)" in far.words
    assert agrees(found, 2300, None).agrees is None
    assert agrees(added([1], PERTURBED), 1).agrees is None
    without = total([part(1, 10, ROUNDED), part(2, None, ROUNDED)], [ROUNDED], accept_missing=True)
    assert agrees(without, 12).agrees is None
    assert "without Ward 2" in agrees(without, 12).words


def test_rows_of_the_store_are_figures_to_add_up() -> None:
    day = dt.date(2023, 9, 1)
    rows = [("E05000001", "Ward 1", day, day, "s", 5.0, "", True, False),
            ("E05000002", "Ward 2", day, day, "s", None, "suppressed", False, True)]  # fmt: skip
    columns = zip(*rows, strict=True)
    table = pa.table([pa.array(list(column)) for column in columns], names=SCHEMA.names)
    first, second = parts_of(table.append_column("edition", pa.array(["a", "b"])))
    assert first == Part("E05000001", "Ward 1", 5.0, "a", provisional=True)
    assert (second.status, second.revised, second.edition) == (Status.SUPPRESSED, True, "b")

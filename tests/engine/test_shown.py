"""What may be shown of a valuation: no small count, and no sum that gives one away."""

import math
from dataclasses import fields, is_dataclass, replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from commongoal.kernel.suppression import shown_count
from commongoal.kernel.words import HIDDEN
from commongoal.valuation.engine.report import answers
from commongoal.valuation.engine.report.as_json import as_data, digest_of, from_data
from commongoal.valuation.engine.results import SourceNote, Valuation
from commongoal.valuation.engine.shown import LATE, TooFewToShow, shown
from tests.engine.sample_valuation import hostile, sample, without_pounds

COUNTS = {"people", "spells", "sustained", "sustained_after_horizon", "closed_spells", "count", "reached", "now",
          "left", "ended", "moves", "paired", "left_out", "really_better", "really_worse"}  # fmt: skip


def counts_in(value: Any, name: str = "") -> list[tuple[str, int]]:
    """Every count of people anywhere in a result."""
    if is_dataclass(value):
        return [found for f in fields(value) for found in counts_in(getattr(value, f.name), f.name)]
    if isinstance(value, tuple):
        return [found for each in value for found in counts_in(each, name)]
    return [(name, value)] if name in COUNTS and isinstance(value, int) else []


def with_people(*people: int) -> Valuation:
    """The sample with so many people at its first providers, and no other lines but the unattributed."""
    v = sample()
    lines = tuple(replace(line, people=n) for line, n in zip(v.of("provider"), people, strict=False))
    return replace(v, lines=lines)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(0, 30), min_size=1, max_size=8))
def test_no_small_count_is_left_anywhere(people: list[int]) -> None:
    found = shown(with_people(*people))
    assert [each for each in counts_in(found) if shown_count(each[1]) is None] == []


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(1, 30), min_size=2, max_size=8))
def test_no_hidden_credit_is_what_the_total_leaves_over(people: list[int]) -> None:
    v = with_people(*people)
    found = shown(v)
    lines = [*found.lines, found.unattributed]
    gone = [line.people or 0 for line, now in zip([*v.lines, v.unattributed], lines, strict=True) if now.hidden]
    assert len(gone) != 1, people
    assert not gone or sum(gone) >= 10, people
    assert all(line.hidden for line, n in zip(found.lines, people, strict=True) if n < 10)


def test_nothing_of_a_hidden_line_is_left() -> None:
    found = shown(with_people(5, 40, 60, 300))
    small = found.lines[0]
    assert small.hidden
    assert small.people is None
    assert (small.ratio, small.rank, small.shrunk, small.second_shape, small.chance_above_one) == (None,) * 5
    assert all(math.isnan(figure) for figure in (small.credit.point, small.jobs.point, small.cost, small.cost_in_kind))
    assert found.lines[1].hidden  # the next smallest
    assert not found.lines[3].hidden


def test_one_providers_one_help_is_not_shown_by_the_other_table() -> None:
    """Anna's Trust is the only one to give debt advice: hidden there, its credit must not stand here."""
    v = sample()
    providers = [replace(v.of("provider")[n], id=name, people=people)
                 for n, (name, people) in enumerate([("a", 5), ("b", 30), ("c", 400)])]  # fmt: skip
    helps = [replace(line, kind="intervention", id=line.id.upper()) for line in providers]
    pairs = [replace(line, kind="provider_intervention", id=f"{line.id}/{line.id.upper()}") for line in providers]
    found = shown(replace(v, lines=(*providers, *helps, *pairs)))
    assert {line.id for line in found.lines if line.hidden} == {"a", "b", "A", "B"}
    assert all(line.kind != "provider_intervention" for line in found.lines)


def test_large_counts_are_shown_as_they_are() -> None:
    v = sample()
    found = shown(v)
    assert found.total == v.total
    assert found.people == v.people
    assert [line for line in found.lines if line.kind == "provider"] == list(v.of("provider"))


def test_the_cost_of_one_goes_with_its_count() -> None:
    v = sample()
    found = shown(replace(v, unit_costs=tuple(replace(cost, count=4) for cost in v.unit_costs)))
    assert all(cost.count is None and cost.cost.why == HIDDEN for cost in found.unit_costs)


def test_words_that_hold_a_count_are_said_without_it() -> None:
    v = sample()
    late = replace(v.limits[0], id="late", text="3 people (2% of those) reached it late.", warning=True)
    limits = (*(limit for limit in v.limits if limit.id != "late"), late)
    note = SourceNote("Comparison outcome", "3 of 80 people", "a study", "")
    found = shown(replace(v, sustained_after_horizon=3, limits=limits, sources=(note,)))
    assert next(limit for limit in found.limits if limit.id == "late").text == LATE
    assert found.sources[0].value == HIDDEN


def test_a_handful_of_people_is_not_shown_at_all() -> None:
    with pytest.raises(TooFewToShow):
        shown(replace(sample(), people=6))


def test_a_stage_that_few_stopped_at_is_not_told_by_subtraction() -> None:
    v = sample()
    stages = list(v.stages)
    stages[2] = replace(stages[2], reached=(stages[1].reached or 0) - 4)
    found = shown(replace(v, stages=tuple(stages)))
    assert None in (found.stages[1].reached, found.stages[2].reached)


@pytest.mark.parametrize("v", [sample(), without_pounds(), hostile()], ids=["pounds", "jobs", "hostile"])
def test_a_result_comes_back_from_its_json(v: Valuation) -> None:
    odd = replace(v, costs_after_horizon=math.inf, costs_without_owner=-math.inf)
    data = as_data(odd)
    assert from_data(data) == from_data(as_data(from_data(data)))
    assert digest_of(as_data(from_data(data))) == digest_of(data)
    assert from_data(as_data(sample())) == sample()


def test_what_is_not_known_comes_back_so() -> None:
    back = from_data(as_data(replace(sample(), costs_after_horizon=math.nan)))
    assert math.isnan(back.costs_after_horizon)


def test_another_format_is_refused() -> None:
    with pytest.raises(ValueError, match="not commongoal-valuation/1"):
        from_data({"format": "other", "valuation": {}, "not_known": []})


@pytest.mark.parametrize("v", [sample(), without_pounds(), hostile(), replace(sample(), rule="relative")])
def test_each_page_says_an_answer(v: Valuation) -> None:
    found = shown(v)
    for page in (answers.worth_page, answers.credit_page, answers.sharing_page, answers.method_page):
        told = page(found)
        assert told.heading
        assert told.sections
        assert " nan" not in repr(told).replace("'", " ")


def test_the_answer_is_in_the_heading() -> None:
    v = sample()
    ratio = replace(v.total, ratio=replace(v.total.credit, point=1.137, low=0.7299, high=1.644))
    assert answers.worth_heading(replace(v, total=ratio)) == (
        "About £1.14 came back for each £1, between £0.73 and £1.64"
    )

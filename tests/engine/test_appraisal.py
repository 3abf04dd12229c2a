"""The appraisal engine: its referee, what must hold whatever the file, the rules that refuse, and how sure it is."""

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from commongoal.kernel.errors import BadInput
from commongoal.valuation.engine.appraisal import cases, rules
from commongoal.valuation.engine.appraisal.cases import Both, mvpf_value
from commongoal.valuation.engine.appraisal.chain import by_line_kind_agency_year, chain_of, present_values, weights
from commongoal.valuation.engine.appraisal.rules import appraisal_from
from commongoal.valuation.engine.appraisal.uncertainty import drawn, levels_at, uncertain, variance_shares
from tests.engine import referee_appraisal as referee
from tests.engine.appraisals import (
    appraised,
    cost,
    example,
    number,
    outcome,
    private,
    profile,
    small,
    tables,
    unit_value,
)

RATES = st.floats(0, 1)
GRADES = st.lists(st.integers(1, 6), min_size=1, max_size=3)


@st.composite
def files(draw: st.DrawFn, spread: bool = False) -> dict[str, Any]:
    """An appraisal of one or two outcomes with everything that the chain knows."""

    def some(low: float, high: float, step: float = 0.0) -> dict[str, Any]:
        value = draw(st.floats(low, high))
        value = round(value / step) * step if step else value
        if not spread or not draw(st.booleans()):
            return number(value)
        ends = low + (value - low) * draw(RATES), value + (high - value) * draw(RATES)
        return number(value, min(ends[0], value), max(value, min(ends[1], high)))

    def one(identity: str) -> dict[str, Any]:
        basis = draw(st.sampled_from(["points", "share_of_gross", "already_net"]))
        net = basis == "already_net"
        return outcome(
            identity,
            population=some(0, 5000), engagement=some(0, 1), retention=some(0, 1), impact=some(-1, 1),
            deadweight_basis=basis, deadweight=number(0) if net else some(0, 1), displacement=some(0, 1),
            attribution=number(1) if net else some(0, 1), grades=draw(GRADES),
        )  # fmt: skip

    def value(identity: str, of: str) -> dict[str, Any]:
        kind = draw(st.sampled_from(["fiscal", "economic", "social"]))
        share = draw(RATES)
        return some(-2000, 20_000) | {
            "outcome": of, "id": identity, "name": identity, "kind": kind,
            "per": draw(st.sampled_from(["once", "year"])),
            "price_year": draw(st.sampled_from(["2020/21", "2025/26"])), "cashable": draw(RATES),
            "transfer": kind == "fiscal" and draw(st.booleans()), "wellbeing": draw(st.booleans()),
            "goes_to": draw(st.sampled_from(["participants", "others"])),
            "shares": {"council": share, "nhs": 1 - share} if kind == "fiscal" or draw(st.booleans()) else {},
        }  # fmt: skip

    names = ["work", "health"][: draw(st.integers(1, 2))]
    half = draw(RATES)
    return small(
        outcomes=[one(name) for name in names],
        unit_values=[value(f"v{place}", name) for name in names for place in range(draw(st.integers(1, 3)))],
        profiles=[
            profile(name, starts=[half, 1 - half], lag_months=draw(st.integers(0, 40)),
                    duration_months=some(0, 80, 0.1), drop_off=some(0, 1))
            for name in names
        ],
        costs=[
            cost(amounts=draw(st.lists(st.floats(0, 90_000), min_size=1, max_size=3)), grades=draw(GRADES)),
            cost("rooms", agency="charity", kind="in_kind", price_year="2022/23"),
        ],
        agencies=[
            {"id": "council", "name": "Council"}, {"id": "nhs", "name": "NHS"},
            {"id": "charity", "name": "Charity", "public": False},
        ],
        conventions=small()["conventions"] | {
            "first_discounted_year": draw(st.sampled_from([0, 1])),
            "grades_rule": draw(st.sampled_from(["worst", "mean"])),
        },
        distribution={"taxpayers": number(30_000), "participants": number(draw(st.floats(9_000, 40_000))),
                      "elasticity": number(1.3)},
    )  # fmt: skip


@given(files())
def test_engine_agrees_with_its_referee(given_file: dict[str, Any]) -> None:
    appraisal, by = appraisal_from(given_file), tables()
    slow, result = referee.appraised(appraisal, by), appraised(given_file, by)

    def same(fast: float, slowly: float) -> bool:
        return math.isclose(fast, slowly, rel_tol=1e-9, abs_tol=1e-6)

    assert same(result.financial.gain.point, slow["cash"])
    assert same(result.financial.cost.point, slow["cash_cost"])
    assert same(result.public.gain.point, slow["public"])
    assert same(result.public.cost.point, slow["cost"])
    assert result.weighted is not None
    assert same(result.weighted.gain.point, slow["weighted"])
    assert same(result.willingness_to_pay.point, slow["willing"])
    assert same(result.net_cost_to_government.point, slow["public_cost"] - slow["fiscal"])
    chain = chain_of(appraisal, by)
    array = by_line_kind_agency_year(chain, chain.central())
    names = ["council", "nhs", "charity", "people"]
    lines = [o.id for o in appraisal.outcomes]
    for (line, kind, agency, year), pounds in slow["cells"].items():
        place = (lines.index(line), ("fiscal", "economic", "social").index(kind), names.index(agency), year)
        assert same(float(array[place]), pounds)
    assert same(float(array.sum()), sum(slow["cells"].values()))


@given(files(spread=True))
def test_agency_shares_sum_to_the_whole(given_file: dict[str, Any]) -> None:
    result = appraised(given_file)
    for year in range(len(result.years)):
        agencies = sum(agency.gains[year] for agency in result.agencies)
        assert agencies == pytest.approx(sum(kind.by_year[year] for kind in result.kinds), abs=1e-6)
    present = sum(agency.present_gain.point for agency in result.agencies)
    assert present == pytest.approx(sum(kind.present.point for kind in result.kinds), rel=1e-9, abs=1e-6)
    assert sum(a.present_cost.point for a in result.agencies) == pytest.approx(result.public.cost.point)


@given(st.floats(0, 0.2), st.floats(0.001, 0.2))
def test_discounting_is_monotone(rate: float, more: float) -> None:
    """A higher rate is worth less of a gain that comes later, and a later gain is worth less."""
    late = small(profiles=[profile(lag_months=24)])
    assert appraised(late, tables(rate + more)).public.gain.point < appraised(late, tables(rate)).public.gain.point
    later = [
        appraised(small(profiles=[profile(lag_months=lag)]), tables(rate + more)).public.gain.point
        for lag in (0, 12, 36)
    ]
    assert later == sorted(later, reverse=True)
    assert later[0] > later[-1]


@given(files())
def test_no_spread_gives_the_central_case(given_file: dict[str, Any]) -> None:
    result = appraised(given_file)
    for case in (result.financial, result.public):
        for figure in (case.gain, case.cost, case.net):
            assert figure.low == figure.high == figure.point
    assert result.tornado == ()
    assert any(limit.id == "certain" for limit in result.limits)


@given(files(spread=True))
def test_weighted_is_unweighted_at_equal_incomes(given_file: dict[str, Any]) -> None:
    given_file["distribution"]["participants"] = number(30_000)
    result = appraised(given_file)
    assert result.weighted is not None
    assert result.weighted.gain.point == pytest.approx(result.public.gain.point, rel=1e-12, abs=1e-6)
    assert result.mvpf_weighted is not None
    if result.mvpf.value is not None and math.isfinite(result.mvpf.value.point):
        assert result.mvpf_weighted.value is not None
        assert result.mvpf_weighted.value.point == pytest.approx(result.mvpf.value.point, rel=1e-6, abs=1e-6)


@given(files(spread=True))
def test_draws_are_the_chain_one_at_a_time(given_file: dict[str, Any]) -> None:
    """The vectorised draws equal the chain evaluated at single points."""
    appraisal, by = appraisal_from(given_file), tables()
    chain = chain_of(appraisal, by)
    inputs = uncertain(chain)
    ends = np.array([[one.low, one.high] for one in inputs]).reshape(len(inputs), 2)
    both = present_values(chain, levels_at(chain, inputs, ends), 2)
    for place in (0, 1):
        single = present_values(chain, levels_at(chain, inputs, ends[:, place : place + 1]), 1)
        for many, one in zip(both, single, strict=True):
            assert many[:, place] == pytest.approx(one[:, 0], rel=1e-12, abs=1e-9)


@pytest.mark.parametrize(
    ("basis", "dead", "jobs"), [("points", 0.1, 60), ("share_of_gross", 0.1, 81), ("already_net", 0, 90)]
)
def test_three_readings_of_deadweight(basis: str, dead: float, jobs: float) -> None:
    """300 people, impact 30%, deadweight 10%: the same words, 60 jobs or 81."""
    result = appraised(small(outcomes=[outcome(deadweight_basis=basis, deadweight=number(dead))]))
    assert result.outcomes[0].additional.point == pytest.approx(jobs)
    stated = next(c.value for c in result.conventions if c.id == "deadweight_basis")
    assert {"points": "points", "share_of_gross": "share of the gross", "already_net": "already net"}[basis] in stated


WELL = {"kind": "social", "shares": {}}
REFUSED: list[tuple[type[rules.Refused], str, dict[str, Any]]] = [
    (rules.AttributionTwice, "outcomes.0.attribution",
     {"outcomes": [outcome(deadweight_basis="already_net", deadweight=number(0), attribution=number(0.5))]}),
    (rules.DeadweightTwice, "outcomes.0.deadweight", {"outcomes": [outcome(deadweight_basis="already_net")]}),
    (rules.NotAShare, "outcomes.0.deadweight", {"outcomes": [outcome(deadweight=number(1.2))]}),
    (rules.SharesDoNotSum, "unit_values.0.shares", {"unit_values": [unit_value(shares={"council": 0.9})]}),
    (rules.SharesDoNotSum, "unit_values.0.shares", {"unit_values": [unit_value(shares={"council": 1.5, "nhs": -0.5})]}),
    (rules.FiscalWithoutPurse, "unit_values.0.shares", {"unit_values": [unit_value(shares={})]}),
    (rules.TransferNotFiscal, "unit_values.0.transfer", {"unit_values": [private("pay", transfer=True)]}),
    (rules.NotThere, "unit_values.0.outcome", {"unit_values": [unit_value(outcome="wrok"), unit_value("b")]}),
    (rules.NotThere, "costs.0.agency", {"costs": [cost(agency="nobody")]}),
    (rules.NotThere, "unit_values.0.contains", {"unit_values": [unit_value(contains=["pay"])]}),
    (rules.NamedTwice, "unit_values.1.id", {"unit_values": [unit_value(), unit_value()]}),
    (rules.StartsDoNotSum, "profiles.0.starts", {"profiles": [profile(starts=[0.5, 0.4])]}),
    (rules.TooManyYears, "costs.0.amounts", {"costs": [cost(amounts=[1.0] * 6)]}),
    (rules.WithoutProfile, "outcomes.1.id",
     {"outcomes": [outcome(), outcome("health")], "unit_values": [unit_value(), unit_value("b", outcome="health")]}),
    (rules.CountedTwice, "unit_values.0.id",
     {"unit_values": [unit_value("well", wellbeing=True, **WELL), unit_value("all", contains=["wellbeing"], **WELL)]}),
    (rules.CountedTwice, "unit_values.0.id",
     {"unit_values": [private("pay"), unit_value("well", wellbeing=True, contains=["pay"], **WELL)]}),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "path", "changes"), REFUSED)
def test_each_rule_refuses(rule: type[rules.Refused], path: str, changes: dict[str, Any]) -> None:
    with pytest.raises(BadInput) as refused:
        appraisal_from(small(**changes))
    assert [(problem.column, problem.code) for problem in refused.value.problems] == [(path, rule.__name__)]
    assert refused.value.problems[0].expected.startswith(rule.sentence())


def test_values_of_two_lines_about_one_job_are_not_counted_twice() -> None:
    two = {
        "outcomes": [outcome(job="job"), outcome("hours", job="job")],
        "profiles": [profile(), profile("hours")],
        "unit_values": [private("pay"), private("all", outcome="hours", contains=["pay"])],
    }
    with pytest.raises(BadInput, match="already contains it"):
        appraisal_from(small(**two))
    two["outcomes"] = [outcome(job="job"), outcome("hours", job="another")]
    appraisal_from(small(**two))


def test_price_years_without_an_index_are_refused_together() -> None:
    with pytest.raises(BadInput) as refused:
        appraised(small(unit_values=[unit_value(price_year="1950")], costs=[cost(price_year="2090/91")]))
    assert [problem.column for problem in refused.value.problems] == ["unit_values.0.price_year", "costs.0.price_year"]


def test_every_fault_of_form_and_of_rule_comes_at_once() -> None:
    with pytest.raises(BadInput) as refused:
        appraisal_from(
            small(
                outcomes=[outcome(engagement=number(1.5))],
                unit_values=[unit_value(shares={"council": 0.2}), unit_value("b", value="many")],
                costs=[cost(agency="nobody"), cost("b", grades=[9])],
            )
        )
    found = {problem.column.split(".")[0] for problem in refused.value.problems}
    assert found == {"outcomes", "unit_values", "costs"}
    assert len(refused.value.problems) == 7


@pytest.mark.parametrize(
    ("willing", "net", "ratio"),
    [(10, 5, 2), (10, 0, math.inf), (10, -5, math.inf), (-10, 5, -2), (-10, 0, -math.inf), (-10, -5, -2), (0, 5, 0)],
)
def test_mvpf_is_never_clamped(willing: float, net: float, ratio: float) -> None:
    assert mvpf_value(willing, net) == ratio


def test_mvpf_of_nothing_is_no_number() -> None:
    assert math.isnan(mvpf_value(0, 0))


def test_negative_and_infinite_ratios_are_reported() -> None:
    worse = appraised(small(outcomes=[outcome(impact=number(-0.3))]))
    assert worse.public.ratio.value is not None
    assert worse.public.ratio.value.point < 0
    free = appraised(small(costs=[cost(amounts=[0.0])]))
    assert free.public.ratio.value is not None
    assert free.public.ratio.value.point == math.inf
    assert appraised(small(costs=[cost(amounts=[-5.0])])).public.ratio.value is None


def test_transfers_count_for_the_purse_and_not_for_the_public() -> None:
    saving = appraised(small(unit_values=[unit_value(transfer=True), private("pay")]))
    assert saving.financial.gain.point == saving.public.gain.point == pytest.approx(81_000)
    assert saving.willingness_to_pay.point == pytest.approx(0)


def test_in_kind_costs_move_no_budget() -> None:
    result = appraised(small(costs=[cost(), cost("rooms", kind="in_kind")]))
    assert result.financial.cost.point * 2 == result.public.cost.point == 100_000


def test_payback_waits_for_the_last_dip() -> None:
    five_years = small(
        costs=[cost(amounts=[50_000.0, 0.0, 40_000.0])],
        profiles=[profile(duration_months=number(60))],
        unit_values=[unit_value(per="year", value=600, low=600, high=600)],
    )
    result = appraised(five_years, tables(0.0))
    assert [round(value) for value in result.payback.cumulative] == [-1400, 47200, 55800, 104400, 153000]
    assert result.payback.year == "2027/28"
    never = appraised(small(costs=[cost(amounts=[90_000.0])]))
    assert never.payback.number is None
    assert never.payback.why_none


def test_switching_values_bring_the_net_value_to_nothing() -> None:
    parsed = example()
    result = appraised(parsed)
    switch = next(row for row in result.switching if row.quantity == "deadweight" and row.switch)
    dead = float(switch.switch or 0)
    parsed["outcomes"][0]["deadweight"] = number(dead)
    assert appraised(parsed).public.net.point == pytest.approx(0, abs=1e-4)
    cost_row = next(row for row in result.switching if row.line == "Advisers")
    changed = example()
    changed["costs"][0]["amounts"] = [amount * float(cost_row.switch or 0) for amount in changed["costs"][0]["amounts"]]
    assert appraised(changed).public.net.point == pytest.approx(0, abs=1e-4)


def test_tornado_moves_one_number_at_a_time() -> None:
    parsed = example()
    widest = appraised(parsed).tornado[0]
    assert widest.quantity == "months that it lasts"
    parsed["profiles"][0]["duration_months"] = number(widest.low)
    assert appraised(parsed).public.net.point == pytest.approx(widest.net_at_low)


def test_more_spread_is_less_sure_and_seeds_repeat() -> None:
    first, again = appraised(example()), appraised(example())
    assert first == again
    other = example()
    other["conventions"]["sampling"] = "random"
    plain = appraised(other)
    for one in (first, plain):
        assert one.public.net.low is not None
        assert one.public.net.high is not None
        assert one.public.net.low < one.public.net.point < one.public.net.high
    assert plain.public.net.point == first.public.net.point
    assert plain.public.net.low == pytest.approx(first.public.net.low or 0, rel=0.15)


def test_variance_shares_find_the_only_number_that_moves() -> None:
    chain = chain_of(appraisal_from(small(outcomes=[outcome(impact=number(0.3, 0.2, 0.5))])), tables())
    assert variance_shares(chain, weights(chain.appraisal))["impact", 0] == pytest.approx((1, 1), abs=0.05)


def test_chance_is_counted_over_the_draws() -> None:
    chain = chain_of(appraisal_from(example()), tables())
    found, counted = drawn(chain), weights(chain.appraisal)
    above = np.mean(counted.public @ found.worth > counted.cost @ found.cost)
    assert appraised(example()).public.ratio.chance_above_one == above


def test_marks_follow_the_number_that_nobody_checked() -> None:
    result = appraised(small(unit_values=[unit_value(), private("pay") | {"verified": False}]))
    assert [row.mark for row in result.values] == ["", "unverified"]
    assert {agency.id: agency.mark for agency in result.agencies} == {"council": "", "nhs": "", "people": "unverified"}
    assert result.public.mark == "unverified"
    assert appraised(small()).public.mark == ""


def test_a_cost_of_next_to_nothing_makes_no_overflow() -> None:
    gain, cost = Both(-4.0, np.full(4, -4.0)), Both(2e-308, np.full(4, 2e-308))
    value = cases._ratio("Ratio", "gain over cost", gain, cost, "").value
    assert value is not None
    assert value.point == -np.inf
    assert "next to nothing" in value.why

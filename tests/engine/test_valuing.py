"""The whole valuation on simulated programmes: what must add up, what must be refused, what must be said."""

import math
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from commongoal.demo.engine.simulation import comparison, simulate
from commongoal.demo.engine.tables import costs, tables
from commongoal.demo.engine.worlds import World, programme_of, random_world
from commongoal.kernel.errors import Refused
from commongoal.kernel.estimates import average_ranks, pooled_variance
from commongoal.pathway.engine import chances
from commongoal.pathway.engine.scan import first_scan, fold
from commongoal.pathway.files import Manifest, write_ledger
from commongoal.pathway.sessions import DuckSession
from commongoal.valuation.engine import account, lines
from commongoal.valuation.engine.credit import Sampling
from commongoal.valuation.engine.material import Material
from commongoal.valuation.engine.results import Valuation
from commongoal.valuation.engine.terms import RULES, Rule, Terms, terms_of
from commongoal.valuation.engine.valuing import Opened, frame_of, rates_seen, told, weigh
from commongoal.valuation.run import schedule_named

WORLD = random_world(np.random.default_rng(11))
PROGRAMME = programme_of(WORLD)
SCHEDULE = schedule_named("green_book_standard")


@contextmanager
def opened(world: World, folder: Path, people: int, seed: int, helped: bool = True) -> Iterator[Opened]:
    rng = np.random.default_rng(seed)
    ledger = simulate(world, people, rng) if helped else comparison(world, people, rng)
    snapshot = world.start + timedelta(days=world.snapshot_day)
    found = tables(ledger, world, PROGRAMME)
    found["costs"] = costs(ledger, world, PROGRAMME)
    write_ledger(folder, found, Manifest(PROGRAMME.name, snapshot, {}), replace=True)
    with DuckSession(folder) as session:
        yield Opened(session, snapshot)


@cache
def _folder() -> Path:
    return Path(tempfile.mkdtemp())


@cache
def material(rule: Rule = "net", basis: str = "ledger", people: int = 700) -> Material:
    """One simulated programme weighed under a rule and a basis."""
    changed = terms_of(PROGRAMME).model_dump() | {"draws": 300, "rule": rule}
    if basis != "ledger":
        changed["counterfactual"] = BASES[basis]
    terms = Terms.model_validate(changed)
    name = f"{rule}-{basis}-{people}"
    compared = None
    if basis == "ledger":
        with opened(WORLD, _folder() / f"{name}-comparison", 900, 2, helped=False) as at:
            compared = rates_seen(at, PROGRAMME, terms)
    with opened(WORLD, _folder() / name, people, 1) as at:
        frame = frame_of(PROGRAMME, terms, at.snapshot_on, at.session.dialect)
        return weigh(PROGRAMME, terms, SCHEDULE, at, frame, first_scan(at.session, frame), compared)


def figure(value: float, low: float, high: float) -> dict[str, object]:
    return {"value": value, "low": low, "high": high, "source": "invented for a test"}


BASES: dict[str, dict[str, object]] = {
    "assumed": {"basis": "assumed", "deadweight": figure(0.2, 0.15, 0.25)},
    "outcomes": {
        "basis": "outcomes",
        "groups": [{"people": 400, "sustained": 60}],
        "source": "invented for a test",
    },
    "risk_difference": {"basis": "risk_difference", "effect": figure(0.1, 0.05, 0.15)},
    "hazard_ratio": {"basis": "hazard_ratio", "effect": figure(1.4, 1.2, 1.6)},
    "none": {"basis": "none"},
}


@pytest.mark.parametrize("rule", RULES)
def test_every_way_of_adding_up_gives_the_same_total(rule: Rule) -> None:
    """Segments; providers with unattributed; interventions; pairs; stages, with what returns bring, draw by draw."""
    found = material(rule)
    total = found.total_draws(rule)
    everyone = np.ones(len(found.stats.owners), dtype=bool)
    width = len(PROGRAMME.interventions)
    providers = sum(found.owner_draws(found.stats.owners // width == p) for p in range(len(PROGRAMME.providers)))
    interventions = sum(found.owner_draws(found.stats.owners % width == i) for i in range(width))
    assert found.segment_draws(rule).sum(axis=0) == pytest.approx(total, rel=1e-9)
    assert providers == pytest.approx(found.owner_draws(everyone), rel=1e-9)
    assert interventions == pytest.approx(found.owner_draws(everyone), rel=1e-9)
    returned = (found.worth.public * found.drawn.returned[rule]).sum(axis=0)
    if rule == "net":
        assert (returned == 0).all()
        assert found.stage_draws(rule).sum(axis=0) == pytest.approx(total, rel=1e-9)


def test_net_credit_is_what_stands_at_the_end_less_what_stood_at_the_start_and_the_gaps() -> None:
    """Over the programme, at every draw of the potential and without sampling (method.md section 3, step 5)."""
    found = material()
    jobs = found.drawn.stretch["net"].sum(axis=(0, 1))
    spells = found.setting.spells
    start = spells @ found.drawn.without
    ends = found.drawn.ends.sum(axis=(0, 1))
    returned_to = _gap(found, "returns")
    left_from = _gap(found, "gaps")
    last = ends - start - (returned_to - left_from)
    assert jobs.mean() == pytest.approx(last.mean(), rel=1e-9)


def _gap(found: Material, which: str) -> float:
    points = fold(found.stats[which].sum(axis=0)) / 487
    phi = found.drawn.mean["net"]
    return float((points * phi[:, : points.shape[1]]).sum())


def test_equal_and_outcome_only_are_gross_and_add_up_to_what_arrived_or_stands() -> None:
    found = material("outcome_only")
    arrived = found.stats["reached"][:, -1].sum()
    jobs = found.drawn.stretch["outcome_only"].sum(axis=(0, 1)) + found.drawn.returned["outcome_only"].sum(axis=0)
    assert jobs == pytest.approx(np.full(len(jobs), arrived), abs=1e-6)


def test_relative_adds_up_to_about_zero_in_care() -> None:
    found = material("relative")
    in_care = found.drawn.stretch["relative"].sum(axis=(0, 1))
    low, high = np.quantile(in_care + found.sampling.noise(_groups(found), "relative"), [0.01, 0.99])
    assert low < 0 < high


def _groups(found: Material) -> np.ndarray:
    return found.groups_of("relative").sum(axis=(1, 2, 3))


def test_comparison_leavers_are_censored() -> None:
    """Twice the leavers in the comparison, at random, and the chance without the programme is the same."""
    few, many = (replace(WORLD, lost=np.full(len(WORLD.lost), rate)) for rate in (0.002, 0.05))
    terms = terms_of(PROGRAMME)
    found = []
    for n, world in enumerate((few, many)):
        with opened(world, _folder() / f"leavers-{n}", 20_000, 5, helped=False) as at:
            rates = chances.mean_rates(rates_seen(at, PROGRAMME, terms), 6.0).without_leaving()
        found.append(chances.chance_at_start(chances.month_matrix(rates.generator()), (0,), WORLD.horizon))
    assert found[0] == pytest.approx(found[1], abs=0.02)


@pytest.mark.parametrize("basis", list(BASES))
def test_every_basis_gives_a_whole_result_that_says_what_it_rests_on(basis: str) -> None:
    rule: Rule = "outcome_only" if basis == "none" else "net"
    result = told(material(rule, basis), SCHEDULE)
    limits = {limit.id for limit in result.limits}
    if basis == "none":
        assert result.chance_without is None
        assert {"no_comparison"} <= limits
        assert {total.rule for total in result.rules} == {"equal", "outcome_only", "relative"}
        return
    assert "shape" in limits
    assert all(line.second_shape is not None for line in result.of("provider"))
    assert result.chance_without is not None
    assert result.chance_without.point < result.chance_with.point


def test_the_target_chance_is_met_in_every_draw() -> None:
    found = material("net", "assumed")
    assert found.other is not None
    assert found.other.target is not None
    weights = found.setting.spells / found.setting.spells.sum()
    assert weights @ found.drawn.without == pytest.approx(found.other.target, abs=1e-9)


def test_sampling_noise_has_the_spread_of_the_groups_and_is_shared() -> None:
    """Var of sqrt(51/49) * sum((50 w - 1) c) over Dirichlet weights is sum (c - mean)^2 * 50/49."""
    rng = np.random.default_rng(3)
    groups = rng.normal(10, 4, size=(50, 2))
    noise = Sampling.of(200_000, np.full(50, 20.0), rng).noise(groups, "net")
    expected = ((groups - groups.mean(axis=0)) ** 2).sum(axis=0) * 50 / 49
    assert noise.var(axis=1) == pytest.approx(expected, rel=0.02)
    assert noise.mean(axis=1) == pytest.approx(np.zeros(2), abs=0.3)
    assert np.corrcoef(noise)[0, 1] == pytest.approx(np.corrcoef(groups.T)[0, 1], abs=0.02)


def test_a_gross_total_of_one_for_each_person_has_no_noise() -> None:
    people = np.random.default_rng(4).integers(5, 30, 50).astype(float)
    noise = Sampling.of(1000, people, np.random.default_rng(5)).noise(people, "equal")
    assert np.abs(noise).max() < 1e-9


def _account(credit: np.ndarray, people: int, cost: float) -> lines.Account:
    return lines.Account("provider", "a", "A", people, credit, credit, lines.Cost(cost))


def test_no_ratio_without_cost_and_no_interval_under_fifty_people() -> None:
    draws = np.random.default_rng(6).normal(100, 20, 1000)
    assert lines.line(_account(draws, 200, 0.0), in_pounds=True).why_no_ratio == lines.NO_COST
    few = lines.line(_account(draws, 49, 80.0), in_pounds=True)
    assert few.ratio is not None
    assert (few.ratio.low, few.ratio.why) == (None, lines.TOO_FEW)
    many = lines.line(_account(draws, 50, 80.0), in_pounds=True)
    assert many.ratio is not None
    assert many.ratio.point == pytest.approx(np.median(draws) / 80)
    assert many.chance_above_one == pytest.approx((draws > 80).mean())


def test_ranking_shrinks_and_credit_does_not() -> None:
    rng = np.random.default_rng(7)
    draws = [rng.normal(mean, 30, 4000) for mean in (80, 100, 120)]
    accounts = [_account(d, 100, 100.0) for d in draws]
    found = lines.ranked(accounts, in_pounds=True)
    for line, d in zip(found, draws, strict=True):
        assert line.credit.point == pytest.approx(np.median(d))
        assert line.shrunk is not None
        assert abs(line.shrunk.point - 1.0) < abs(np.median(d) / 100 - 1.0) + 0.01
        assert line.rank is not None
        assert 1 <= (line.rank.low or 0) <= (line.rank.high or 0) <= 3


def test_paule_mandel_solves_its_equation() -> None:
    values, variances = np.array([0.1, 0.9, 0.5, 1.4]), np.array([0.02, 0.05, 0.01, 0.04])
    tau2 = pooled_variance(values, variances)
    weight = 1 / (variances + tau2)
    mean = (weight * values).sum() / weight.sum()
    assert (weight * (values - mean) ** 2).sum() == pytest.approx(3.0, abs=1e-9)
    assert pooled_variance(np.array([1.0, 1.0001]), np.array([1.0, 1.0])) == 0.0


def test_ties_share_a_rank() -> None:
    assert average_ranks(np.array([[3.0], [1.0], [3.0], [0.0]]))[:, 0].tolist() == [1.5, 3.0, 1.5, 4.0]


def test_the_same_seed_gives_the_same_result_to_the_penny() -> None:
    first, again = told(material(), SCHEDULE), told(material.__wrapped__(), SCHEDULE)
    assert first == again


def test_additionality_is_one_figure_a_draw_and_may_be_negative() -> None:
    extra = account.additionality(material("equal", "assumed"))
    assert extra is not None
    assert extra.shape == (300,)
    quicker = told(material("net", "hazard_ratio"), SCHEDULE)
    assert quicker.additionality is not None


def test_a_risk_difference_is_the_difference_that_the_result_shows() -> None:
    """Leavers going on alone, in every draw and segment."""
    found = material("net", "risk_difference")
    assert found.other is not None
    assert found.other.target is not None
    shown = found.drawn.with_programme - found.drawn.without
    reached = found.drawn.without > 0
    assert (shown - found.other.target)[reached] == pytest.approx(np.zeros(reached.sum()), abs=1e-9)


def test_an_unreachable_chance_is_refused_in_words() -> None:
    BASES["impossible"] = {"basis": "risk_difference", "effect": figure(-0.9, -0.95, -0.85)}
    with pytest.raises(Refused, match="No slowing or quickening"):
        material("net", "impossible")
    del BASES["impossible"]


def test_the_result_is_finite_and_has_every_part() -> None:
    result: Valuation = told(material(), SCHEDULE)
    assert {line.kind for line in result.lines} >= {
        "provider",
        "intervention",
        "provider_intervention",
        "stage",
        "segment",
    }
    for line in result.lines:
        assert math.isfinite(line.credit.point)
    assert result.unattributed.why_no_ratio
    assert {c.id for c in result.conventions} >= {
        "price_year",
        "deflator_vintage",
        "discount_schedule",
        "first_discounted_year",
        "deadweight_basis",
        "ratio_definition",
    }
    assert abs(sum(line.credit.point for line in result.of("segment")) / result.total.credit.point - 1) < 0.1

"""The tax-benefit calculator: held to its referee, its properties, its refusals, its speed, and its command."""

import json
import re
import time
import tomllib
from dataclasses import fields, replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from commongoal.cli import exits, main
from commongoal.kernel.errors import BadInput, Refused
from commongoal.valuation.engine.tax_benefit import gains as working
from commongoal.valuation.engine.tax_benefit.calculation import Accounts, accounts, income_tax
from commongoal.valuation.engine.tax_benefit.gains import Agencies, gain_from_work, job_gains, move_into_work
from commongoal.valuation.engine.tax_benefit.households import (
    HEALTH,
    Household,
    Households,
    OnlyEnglandAndWales,
    PensionAge,
    households_of,
)
from commongoal.valuation.engine.tax_benefit.rates import NoRatesForYear, RateBook, Rates
from commongoal.valuation.engine.terms import Gain
from commongoal.valuation.files.tax_rates import read_households, read_rate_book
from tests.engine import referee_tax_benefit as referee

PENNY = 0.005
MANY = 100_000
SLOWER = 60


@cache
def book() -> RateBook:
    return read_rate_book()


def rates(year: str = "2025/26") -> Rates:
    return book().rates(year)


@st.composite
def homes(draw: st.DrawFn) -> Household:
    couple = draw(st.booleans())
    children = draw(st.integers(0, 5))
    return Household(
        couple=couple,
        age=draw(st.integers(18, 65)),
        partner_age=draw(st.integers(18, 65)) if couple else None,
        children=children,
        children_before_2017=draw(st.integers(0, children)),
        rent_month=draw(st.sampled_from([0.0, 420.5, 1100.0, 2600.0])),
        health=draw(st.sampled_from(HEALTH)),
        london=draw(st.booleans()),
        partner_earnings=draw(st.sampled_from([0.0, 7000.0, 24_000.0, 130_000.0])) if couple else 0.0,
    )


years = st.sampled_from(["2023/24", "2024/25", "2025/26", "2026/27"])


def at(home: Household, earnings: Any, year: str) -> Accounts:
    """The accounts of one household at each of several yearly earnings."""
    pay = np.atleast_1d(np.asarray(earnings, dtype=np.float64)) / 52
    return accounts(households_of([home] * len(pay), rates(year)), np.ones(len(pay)), pay, rates(year))


@given(st.lists(st.tuples(homes(), st.floats(0, 60), st.floats(0, 80)), min_size=1, max_size=20), years)
def test_columns_equal_the_referee(people: list[tuple[Household, float, float]], year: str) -> None:
    mix, hours, pay = zip(*people, strict=True)
    found = accounts(households_of(mix, rates(year)), np.array(hours), np.array(pay), rates(year))
    for place, (home, h, p) in enumerate(people):
        expected = referee.accounts(home, h, p, rates(year))
        for field in fields(Accounts):
            assert getattr(found, field.name)[place] == pytest.approx(expected[field.name], abs=PENNY), field.name


@given(homes(), years)
def test_credit_only_falls_with_earnings_where_the_cap_is_lifted_or_absent(home: Household, year: str) -> None:
    """The taper is monotone: without the cap, more earnings never bring more Universal Credit."""
    found = at(home, np.linspace(0, 90_000, 400), year)
    before_cap = found.universal_credit + found.benefit_cap_cut
    assert np.all(np.diff(before_cap) <= PENNY)
    assert np.all(np.diff(found.income_tax) >= -PENNY)
    assert np.all(np.diff(found.employee_ni) >= -PENNY)
    assert np.all(np.diff(found.employer_ni) >= -PENNY)


@given(homes(), years)
def test_a_pound_more_earned_never_costs_money(home: Household, year: str) -> None:
    """No cliff: net income never falls as earnings rise. The one jump, where the benefit cap is lifted, is upwards."""
    net = at(home, np.arange(0, 140_000, 97.0), year).net_income
    assert np.all(np.diff(net) >= -PENNY)


@given(homes(), years, st.floats(0, 120_000))
def test_nobody_keeps_more_than_they_earn_but_by_lifting_the_cap(home: Household, year: str, earnings: float) -> None:
    found = at(home, [0.0, earnings], year)
    gained = found.net_income[1] - found.net_income[0]
    assert gained <= earnings + found.benefit_cap_cut[0] + PENNY


@given(homes(), years, st.floats(0, 60), st.floats(0, 80))
def test_what_the_work_costs_is_shared_without_remainder(home: Household, year: str, hours: float, pay: float) -> None:
    gains = move_into_work([home], hours, pay, rates(year)).gains
    assert (gains.household + gains.dwp + gains.hmrc)[0] == pytest.approx(gains.output[0], abs=PENNY)


@given(homes(), years)
def test_more_need_never_means_less_credit(home: Household, year: str) -> None:
    more = home.model_copy(update={"children": home.children + 1})
    assert _before_cap(more, year) >= _before_cap(home, year) - PENNY
    well = home.model_copy(update={"health": "none"})
    assert _before_cap(home, year) >= _before_cap(well, year) - PENNY


def _before_cap(home: Household, year: str) -> float:
    found = at(home, [9000.0], year)
    return float((found.universal_credit + found.benefit_cap_cut)[0])


def test_two_child_limit_ends_in_april_2026() -> None:
    three, two = (Household(age=30, children=count) for count in (3, 2))
    assert _before_cap(three, "2025/26") == _before_cap(two, "2025/26")
    assert _before_cap(three, "2026/27") - _before_cap(two, "2026/27") == pytest.approx(12 * 303.94)


def test_new_claimants_get_less_from_april_2026_only() -> None:
    old, new = (Household(age=30, health=health) for health in ("lcwra_protected", "lcwra_new"))  # type: ignore[arg-type]
    assert _before_cap(old, "2025/26") == _before_cap(new, "2025/26")
    assert _before_cap(old, "2026/27") - _before_cap(new, "2026/27") == pytest.approx(12 * (429.80 - 217.26))


def test_allowance_is_gone_at_125_140() -> None:
    """£100 earned in the taper costs £60; the allowance is gone at £125,140 and £45 is paid above."""
    tax = income_tax(np.array([100_000.0, 100_100.0, 125_140.0, 125_240.0]), rates())
    assert tax[0] == pytest.approx(27_432)
    assert np.diff(tax)[[0, 2]] == pytest.approx([60, 45])


@pytest.mark.parametrize("nation", ["scotland", "northern_ireland"])
def test_other_nations_are_refused_with_the_reason(nation: Any) -> None:
    with pytest.raises(OnlyEnglandAndWales, match="income tax bands and benefits of its own"):
        households_of([Household(age=30), Household(age=30, nation=nation)], rates())


def test_pension_age_is_refused() -> None:
    with pytest.raises(PensionAge, match="66"):
        households_of([Household(age=40, couple=True, partner_age=66)], rates())


def test_year_without_rates_is_refused() -> None:
    with pytest.raises(NoRatesForYear, match="2023/24"):
        book().rates("2019/20")
    assert book().rates("2025-26") == book().rates("2025/26")


@pytest.mark.parametrize(
    "wrong",
    [
        {"couple": True},
        {"partner_age": 30},
        {"partner_earnings": 5.0},
        {"children_before_2017": 1},
        {"london": True, "nation": "wales"},
        {"rent_month": -1},
        {"rent_month": float("nan")},
        {"age": 17},
        {"health": "poor"},
    ],
)
def test_household_that_does_not_hang_together_is_a_fault(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="validation error"):
        Household.model_validate({"age": 30} | wrong)


def test_every_rate_has_a_source_and_a_mark_for_each_year() -> None:
    for name, series in book().series.items():
        assert series.source, name
        assert len(series.amounts) == len(series.verified) == len(book().years)
    assert rates("2023/24").unverified == ("employee_rate",)
    assert rates("2026/27").unverified == ()


def test_rate_book_with_a_hole_is_refused() -> None:
    whole = book()
    series = dict(whole.series)
    del series["taper"]
    with pytest.raises(ValueError, match="taper"):
        RateBook(years=whole.years, checked_on=whole.checked_on, look_again_on=whole.look_again_on, series=series)


def test_minimum_wage_by_age() -> None:
    assert [rates("2023/24").minimum_wage(age) for age in (20, 22, 23)] == [7.49, 10.18, 10.42]
    assert [rates("2026/27").minimum_wage(age) for age in (18, 21)] == [10.85, 12.71]


def test_job_gains_are_gains_of_a_programme() -> None:
    """Transfers stay out of W, which then counts what the work is worth once."""
    mix = (Household(age=40, share=3), Household(age=30, children=2, rent_month=700, share=1))
    found = job_gains(mix, 30, 12.21, rates(), Agencies(dwp="jobcentre"))
    assert all(isinstance(gain, Gain) for gain in found)
    assert [gain.agency for gain in found] == ["jobcentre", "hmrc", "hmrc", "hmrc", "residents"]
    assert [gain.transfer for gain in found] == [True] * 4 + [False]
    earnings = 30 * 12.21 * 52
    assert found[-1].value == pytest.approx(earnings + 0.15 * (earnings - 5000), abs=0.01)
    move = move_into_work(mix, 30, 12.21, rates())
    assert found[0].value == pytest.approx(0.75 * move.gains.dwp[0] + 0.25 * move.gains.dwp[1], abs=0.01)


def test_unverified_rates_mark_the_gains() -> None:
    assert not any(gain.verified for gain in job_gains((Household(age=40),), 30, 11, rates("2023/24")))
    assert all(gain.verified for gain in job_gains((Household(age=40),), 30, 11, rates("2024/25")))


def many(count: int) -> tuple[Households, Any, Any]:
    rng = np.random.default_rng(7)
    children = rng.integers(0, 5, count).astype(np.float64)
    couple = rng.random(count) < 0.5
    columns = Households(
        couple=couple,
        age=rng.integers(18, 66, count).astype(np.float64),
        partner_age=rng.integers(18, 66, count).astype(np.float64),
        children=children,
        children_before_2017=np.minimum(children, rng.integers(0, 3, count)),
        rent_month=rng.choice([0.0, 500.0, 1200.0], count),
        health=rng.integers(0, len(HEALTH), count).astype(np.int8),
        london=rng.random(count) < 0.2,
        partner_earnings=np.where(couple, rng.choice([0.0, 15_000.0], count), 0.0),
    )
    return columns, rng.choice([0.0, 16.0, 37.5], count), rng.uniform(12.21, 30, count)


def test_a_hundred_thousand_households_cost_a_few_bare_passes() -> None:
    """Best of five against a bare numpy pass over three bands: a ratio, so that the machine does not matter."""
    columns, hours, pay = many(MANY)
    earnings = hours * pay * 52

    def bare() -> Any:
        return sum(np.maximum(earnings - edge, 0) * rate for edge, rate in ((12570, 0.2), (50270, 0.2), (125140, 0.05)))

    def whole() -> Any:
        return accounts(columns, hours, pay, rates())

    def best(work: Any) -> float:
        taken = []
        for _ in range(5):
            began = time.perf_counter()
            work()
            taken.append(time.perf_counter() - began)
        return min(taken)

    assert best(whole) <= SLOWER * best(bare)


def test_gains_are_differences_of_accounts() -> None:
    columns, hours, pay = many(500)
    out, into = accounts(columns, 0 * hours, pay, rates()), accounts(columns, hours, pay, rates())
    gains = gain_from_work(out, into)
    np.testing.assert_allclose(gains.household + gains.dwp + gains.hmrc, gains.output, atol=PENNY)
    assert np.all(gains.kept <= 1 + out.benefit_cap_cut)
    flat = gain_from_work(into, into)
    assert not flat.household.any()
    assert not flat.kept.any()


def test_every_convention_of_the_brief_is_stated() -> None:
    move = move_into_work([Household(age=40)], 30, 12.21, rates())
    stated = {convention.id for convention in working.conventions(move)}
    assert {"take_up", "annualised", "benefit_cap", "council_tax", "childcare", "place"} <= stated


MIX = """
[[households]]
name = "a single tenant"
age = 40
rent_month = 600
share = 2

[[households]]
age = 30
couple = true
partner_age = 31
children = 2
nation = "wales"
"""


def test_file_of_households(tmp_path: Path) -> None:
    file = tmp_path / "households.toml"
    file.write_text(MIX)
    assert [home.share for home in read_households(file)] == [2, 1]
    file.write_text(MIX.replace("age = 40", "age = 4").replace("children = 2", "childs = 2"))
    with pytest.raises(BadInput) as refused:
        read_households(file)
    assert {problem.column for problem in refused.value.problems} == {"households.0.age", "households.1.childs"}


def test_page_shows_a_file_and_figures_as_they_are(root: Path, tmp_path: Path) -> None:
    page = (root / "docs/explanation/tax-and-benefits.md").read_text(encoding="utf-8")
    (block,) = re.findall(r"^```toml\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)
    file = tmp_path / "households.toml"
    file.write_text(block)
    assert len(read_households(file)) == 2
    gains = move_into_work([Household(age=40, health="lcwra_protected")], 30, 12.21, rates()).gains
    for figure in (gains.household, gains.dwp, gains.income_tax, gains.employee_ni, gains.employer_ni, gains.output):
        assert f"| {figure[0]:,.0f} |" in page


@pytest.fixture
def work(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(main.COMMANDS, "work", "say who gains when somebody moves into work")


JOB = ["work", "--hours", "30", "--pay", "12.21", "--year", "2025/26"]


@pytest.mark.usefixtures("work")
def test_command_says_who_gains(capsys: pytest.CaptureFixture[str]) -> None:
    assert main.run([*JOB, "--single", "--age", "40", "--health", "lcwra_protected"]) == exits.DONE
    text = capsys.readouterr().out
    assert all(figure in text for figure in ("£4,917", "£1,296", "£518", "£2,107", "£9,881"))
    assert "Council tax reduction: off" in text


@pytest.mark.usefixtures("work")
def test_command_prints_tables_for_a_programme(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    file = tmp_path / "households.toml"
    file.write_text(MIX)
    assert main.run([*JOB, str(file), "--toml", "--id", "dwp=jobcentre"]) == exits.DONE
    found = tomllib.loads(capsys.readouterr().out)["valuation"]["job"]["gains"]
    expected = job_gains(read_households(file), 30, 12.21, rates(), Agencies(dwp="jobcentre"))
    assert tuple(Gain.model_validate(gain) for gain in found) == expected


@pytest.mark.usefixtures("work")
def test_command_gives_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert main.run([*JOB, "--couple", "--age", "40", "--partner-age", "38", "--json"]) == exits.DONE
    found = json.loads(capsys.readouterr().out)
    assert found["gains"]["output"] == pytest.approx(30 * 12.21 * 52 * 1.15 - 750)
    assert found["households"][0]["household"]["partner_age"] == 38


@pytest.mark.usefixtures("work")
def test_low_pay_is_warned_of(capsys: pytest.CaptureFixture[str]) -> None:
    words = ["work", "--hours", "30", "--pay", "9", "--year", "2025/26", "--single", "--age", "40"]
    assert main.run(words) == exits.PARTLY
    assert "below the minimum wage" in capsys.readouterr().err


@pytest.mark.usefixtures("work")
@pytest.mark.parametrize(
    ("words", "code"),
    [
        ([*JOB], exits.REFUSED),
        ([*JOB, "a.toml", "--single", "--age", "40"], exits.REFUSED),
        ([*JOB, "no-such.toml"], exits.REFUSED),
        ([*JOB, "--single"], exits.REFUSED),
        ([*JOB, "--single", "--age", "40", "--nation", "scotland"], exits.REFUSED),
        ([*JOB, "--single", "--age", "67"], exits.REFUSED),
        ([*JOB, "--single", "--couple", "--age", "40"], exits.USAGE),
        (["work", "--single", "--age", "40", "--hours", "nan"], exits.USAGE),
        (["work", "--single", "--age", "40", "--hours", "300"], exits.USAGE),
        ([*JOB, "--single", "--age", "40", "--id", "dwp=Job Centre"], exits.USAGE),
        (["work", "--single", "--age", "40", "--hours", "16", "--year", "1999/00"], exits.REFUSED),
    ],
)
def test_command_refuses(words: list[str], code: int, capsys: pytest.CaptureFixture[str]) -> None:
    assert main.run(words) == code
    assert "Traceback" not in capsys.readouterr().err


def test_refusals_read_as_sentences() -> None:
    for rule in (OnlyEnglandAndWales, PensionAge, NoRatesForYear):
        assert issubclass(rule, Refused)
        assert rule.sentence().endswith(".")


def test_no_rate_is_left_out_of_the_calculator() -> None:
    """Changing any rate that enters figures changes somebody's accounts."""
    homes = [
        Household(age=age, couple=c, partner_age=22 if c else None, children=k, children_before_2017=old,
                  rent_month=rent, health=health, london=london)
        for age in (20, 24, 40) for c in (False, True) for k, old in ((0, 0), (4, 0), (3, 1))
        for rent in (0.0, 2500.0) for health in HEALTH for london in (False, True)
    ]  # fmt: skip
    base = rates()
    mix = homes * 5
    hours = np.repeat([0.0, 15.0, 40.0, 60.0, 80.0], len(homes))
    pay = np.repeat([0.0, 12.21, 15.0, 35.0, 35.0], len(homes))

    def net(with_rates: Rates) -> Any:
        found = accounts(households_of(mix, base), hours, pay, with_rates)
        return np.concatenate([found.net_income, found.employer_ni])

    idle = {"year", "unverified", "pension_age", "living_wage_age", "minimum_wage_21", "minimum_wage_18"}
    for field in fields(Rates):
        if field.name not in idle:
            changed = replace(base, **{field.name: getattr(base, field.name) * 0.9})
            assert not np.allclose(net(base), net(changed)), field.name

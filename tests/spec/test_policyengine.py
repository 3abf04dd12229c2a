"""Our tax-benefit calculator beside policyengine-uk, household by household: within £1 a year, or a reason.

`policyengine_uk_results.csv` holds the figures of policyengine-uk, written by `scripts/oracle`. A row of
`policyengine_uk_differences.csv` names a household that differs and the reason; `policyengine_uk_reasons.toml` says
what each reason means. A reason must be needed (the household does differ), point the right way, and suffice: with
the rule done their way, ours agrees.
"""

import csv
import tomllib
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from commongoal.valuation.engine.tax_benefit.calculation import Accounts, accounts
from commongoal.valuation.engine.tax_benefit.households import Household, households_of
from commongoal.valuation.engine.tax_benefit.rates import Rates
from commongoal.valuation.files.tax_rates import read_rate_book

HERE = Path(__file__).resolve().parent
POUND = 1.0
AT_MOST = 0.10
INPUTS = (
    "year", "nation", "london", "couple", "age", "partner_age", "children", "children_before_2017", "rent_month",
    "health", "hours", "pay", "partner_earnings",
)  # fmt: skip
FIGURES = (
    "income_tax", "employee_ni", "employer_ni", "partner_income_tax", "partner_ni", "child_benefit",
    "universal_credit", "benefit_cap_cut",
)  # fmt: skip
YEARS = ("2023/24", "2024/25", "2025/26", "2026/27")
Row = dict[str, str]


@cache
def results() -> tuple[Row, ...]:
    text = (HERE / "policyengine_uk_results.csv").read_text(encoding="utf-8").splitlines()
    return tuple(csv.DictReader(line for line in text if not line.startswith("#")))


def listed() -> list[Row]:
    with (HERE / "policyengine_uk_differences.csv").open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


@cache
def reasons() -> dict[str, dict[str, str]]:
    return tomllib.loads((HERE / "policyengine_uk_reasons.toml").read_text(encoding="utf-8"))


def type_of(row: Row) -> str:
    """The household as one text: its input columns in order."""
    return ";".join(row[name] for name in INPUTS)


def household(row: Row) -> Household:
    return Household(
        nation=row["nation"],  # type: ignore[arg-type]
        london=row["london"] == "1",
        couple=row["couple"] == "1",
        age=int(row["age"]),
        partner_age=int(row["partner_age"]) if row["partner_age"] else None,
        children=int(row["children"]),
        children_before_2017=int(row["children_before_2017"]),
        rent_month=float(row["rent_month"]),
        health=row["health"],  # type: ignore[arg-type]
        partner_earnings=float(row["partner_earnings"]),
    )


def ours(rows: list[Row], rates: Rates) -> Accounts:
    hours, pay = (np.array([float(row[name]) for row in rows]) for name in ("hours", "pay"))
    return accounts(households_of([household(row) for row in rows], rates), hours, pay, rates)


def differences(rows: list[Row], rates: Rates, theirs_too: Callable[[Row, str], float] = lambda _, __: 0.0) -> Any:
    """Ours less theirs (figures, rows); `theirs_too` is added to ours."""
    mine = ours(rows, rates)
    return np.array(
        [
            getattr(mine, figure) - np.array([float(row[figure]) - theirs_too(row, figure) for row in rows])
            for figure in FIGURES
        ]
    )


def disagreements() -> dict[str, str]:
    """Every household that differs by more than a pound in any figure, with the figures and directions."""
    book, found = read_rate_book(), {}
    for year in YEARS:
        rows = [row for row in results() if row["year"] == year]
        for row, column in zip(rows, differences(rows, book.rates(year)).T, strict=True):
            apart = [
                f"{figure} {'higher' if by > 0 else 'lower'}"
                for figure, by in zip(FIGURES, column, strict=True)
                if abs(by) > POUND
            ]
            if apart:
                found[type_of(row)] = ", ".join(apart)
    return found


def test_there_are_at_least_300_household_types() -> None:
    types = [type_of(row) for row in results()]
    assert len(set(types)) == len(types) >= 300
    assert set(YEARS) == {row["year"] for row in results()}


def test_version_and_date_stand_with_the_results() -> None:
    first = (HERE / "policyengine_uk_results.csv").read_text(encoding="utf-8").splitlines()[0]
    assert first.startswith("# policyengine-uk 2.162.")
    assert " run on 20" in first


def test_every_household_agrees_within_a_pound_or_has_a_reason() -> None:
    assert disagreements() == {row["type"]: row["ours"] for row in listed()}


def test_at_most_a_tenth_differ() -> None:
    assert len(listed()) <= AT_MOST * len(results())


def test_every_reason_is_explained_and_used() -> None:
    assert {row["reason"] for row in listed()} == set(reasons())
    assert all(set(reason) >= {"rule", "ours", "theirs", "changes"} for reason in reasons().values())


def test_direction_is_the_one_the_reason_gives() -> None:
    for row in listed():
        assert row["ours"] in reasons()[row["reason"]]["changes"].split(" | "), row["type"]


def their_rate(rates: Rates) -> Rates:
    return replace(rates, employee_rate=0.12)


def charge(row: Row, figure: str) -> float:
    return float(row["child_benefit_charge"]) if figure == "income_tax" else 0.0


@pytest.mark.parametrize("reason", ["employee_rate_2023_24", "child_benefit_charge"])
def test_reason_suffices(reason: str) -> None:
    """Done their way, the households with this reason agree in every figure."""
    book, marked = read_rate_book(), {row["type"] for row in listed() if row["reason"] == reason}
    rows = [row for row in results() if type_of(row) in marked]
    assert rows
    for year in {row["year"] for row in rows}:
        mine = [row for row in rows if row["year"] == year]
        rates = book.rates(year)
        by_rate = reason == "employee_rate_2023_24"
        apart = differences(mine, their_rate(rates)) if by_rate else differences(mine, rates, charge)
        assert np.abs(apart).max() <= POUND


@pytest.mark.parametrize(
    ("hours", "pay", "health", "year", "expected"),
    [
        (0, 0, "lcwra_protected", "2025/26", (9881, 0, 0, 0)),
        (30, 12.21, "lcwra_protected", "2025/26", (4917, 1296, 518, 2107)),
        (37.5, 12.21, "lcwra_protected", "2025/26", (3031, 2248, 899, 2821)),
    ],
)
def test_check_figures(hours: float, pay: float, health: str, year: str, expected: tuple[int, ...]) -> None:
    """A single person of 40 without rent: Universal Credit, income tax, employee and employer National Insurance."""
    rates = read_rate_book().rates(year)
    found = accounts(
        households_of([Household(age=40, health=health)], rates),  # type: ignore[arg-type]
        np.array([hours]),
        np.array([pay]),
        rates,
    )
    figures = (found.universal_credit, found.income_tax, found.employee_ni, found.employer_ni)
    assert tuple(round(float(figure[0])) for figure in figures) == expected


def test_health_element_of_old_and_new_claimants() -> None:
    rates = read_rate_book().rates("2026/27")
    assert (round(12 * rates.lcwra_protected), round(12 * rates.lcwra_new)) == (5158, 2607)


def test_the_grid_reaches_every_rule() -> None:
    """Each rule of the calculator bears on some household."""
    rows = results()
    reached = Counter(
        rule
        for row in rows
        for rule, holds in {
            "benefit cap": float(row["benefit_cap_cut"]) > 0,
            "cap lifted by work": row["children"] == "3" and float(row["hours"]) >= 30 and row["health"] == "none",
            "third child": row["children"] == "3" and row["year"] == "2026/27",
            "no credit left": float(row["universal_credit"]) == 0,
            "allowance withdrawn": float(row["hours"]) * float(row["pay"]) * 52 > 100_000,
            "under 21": row["age"] == "20" and float(row["hours"]) > 0,
            "partner's pay": float(row["partner_earnings"]) > 0,
            "new claimant": row["health"] == "lcwra_new",
            "Wales": row["nation"] == "wales",
        }.items()
        if holds
    )
    assert min(reached.values()) >= 3, reached
    assert len(reached) == 9

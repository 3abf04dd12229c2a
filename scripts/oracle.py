"""Results of policyengine-uk for a grid of households, for `tests/spec/test_policyengine.py`.

Run by `scripts/oracle` in an environment of its own: policyengine-uk is AGPL-3, so its results are kept and its code is
not. One simulation a year holds every household of that year. Benefits are claimed in full; couples are taken as not
married, so that no marriage allowance is claimed; rent is social rent, met in full.
"""

import csv
import sys
from collections.abc import Iterator
from datetime import date
from importlib.metadata import version
from typing import Any

WAGES = {2023: 10.42, 2024: 11.44, 2025: 12.21, 2026: 12.71}
REGIONS = {"england": "NORTH_EAST", "london": "LONDON", "wales": "WALES"}
HEALTH = {
    2023: ("none",),
    2024: ("none", "lcwra_protected"),
    2025: ("none", "lcw", "lcwra_protected"),
    2026: ("none", "lcw", "lcwra_protected", "lcwra_new"),
}
# age, age of a partner, children, of them born before 6 April 2017, rent a month, partner's earnings a year, place
SHAPES: tuple[tuple[int, int | None, int, int, float, float, str], ...] = (
    (40, None, 0, 0, 0, 0, "england"),
    (22, None, 0, 0, 0, 0, "england"),
    (20, None, 0, 0, 450, 0, "wales"),
    (40, None, 0, 0, 600, 0, "england"),
    (40, None, 0, 0, 1200, 0, "england"),
    (30, None, 1, 0, 0, 0, "england"),
    (30, None, 2, 0, 700, 0, "wales"),
    (35, None, 3, 0, 900, 0, "england"),
    (40, None, 3, 2, 800, 0, "england"),
    (35, None, 3, 1, 1500, 0, "london"),
    (40, 40, 0, 0, 0, 0, "england"),
    (22, 22, 0, 0, 500, 0, "england"),
    (22, 30, 1, 0, 0, 0, "england"),
    (40, 38, 2, 0, 800, 12000, "england"),
    (40, 38, 3, 0, 800, 0, "wales"),
    (35, 35, 3, 1, 650, 9000, "england"),
)
HOURS = (16.0, 30.0, 37.5)
HIGHER_PAY = 18.0
# Pay at which the personal allowance tapers, and at which Child Benefit is charged back: three shapes only.
HIGH = ((0, 60.0), (5, 35.0), (10, 60.0))
INPUTS = (
    "year", "nation", "london", "couple", "age", "partner_age", "children", "children_before_2017", "rent_month",
    "health", "hours", "pay", "partner_earnings",
)  # fmt: skip
OUTPUTS = (
    "income_tax", "employee_ni", "employer_ni", "partner_income_tax", "partner_ni", "child_benefit",
    "universal_credit", "benefit_cap_cut", "child_benefit_charge",
)  # fmt: skip
PERSON = {"income_tax": "income_tax", "employee_ni": "ni_employee", "employer_ni": "ni_employer"}


def jobs(year: int, shape: int) -> Iterator[tuple[float, float]]:
    """Hours a week and pay an hour."""
    yield 0.0, 0.0
    yield from ((hours, pay) for pay in (WAGES[year], HIGHER_PAY) for hours in HOURS)
    yield from ((37.5, pay) for which, pay in HIGH if which == shape and year != 2023)


def grid(year: int) -> Iterator[dict[str, Any]]:
    """Every household of a year, as the columns `INPUTS`."""
    for index, (age, partner, children, before, rent, partner_earnings, place) in enumerate(SHAPES):
        for health in HEALTH[year]:
            for hours, pay in jobs(year, index):
                yield {
                    "year": f"{year}/{(year + 1) % 100}",
                    "nation": "wales" if place == "wales" else "england",
                    "london": int(place == "london"),
                    "couple": int(partner is not None),
                    "age": age,
                    "partner_age": "" if partner is None else partner,
                    "children": children,
                    "children_before_2017": before,
                    "rent_month": rent,
                    "health": health,
                    "hours": hours,
                    "pay": pay,
                    "partner_earnings": partner_earnings,
                }


def situation(rows: list[dict[str, Any]], year: int) -> dict[str, Any]:
    """One situation with all households of a year, named by their row."""
    people: dict[str, Any] = {}
    units: dict[str, Any] = {}
    homes: dict[str, Any] = {}
    for index, row in enumerate(rows):
        mine = _people(row, index, year)
        people |= mine
        place = "london" if row["london"] else row["nation"]
        units[f"u{index}"] = {
            "members": list(mine),
            "is_married": {year: False},
            "would_claim_uc": {year: True},
            "would_claim_child_benefit": {year: True},
            "uc_has_deduction": {year: False},
            "uc_receives_new_claimant_health_element": {year: row["health"] == "lcwra_new"},
        }
        homes[f"h{index}"] = {
            "members": list(mine),
            "region": {year: REGIONS[place]},
            "rent": {year: row["rent_month"] * 12},
            "tenure_type": {year: "RENT_FROM_HA" if row["rent_month"] else "OWNED_OUTRIGHT"},
        }
    return {"people": people, "benunits": units, "households": homes}


def _people(row: dict[str, Any], index: int, year: int) -> dict[str, Any]:
    people = {
        f"p{index}": _adult(row["age"], row["hours"] * row["pay"] * 52, row["hours"], row["health"], year),
    }
    if row["couple"]:
        people[f"q{index}"] = _adult(row["partner_age"], row["partner_earnings"], 0, "none", year)
    for child in range(row["children"]):
        age = 14 - child if child < row["children_before_2017"] else 5 - child
        people[f"c{index}_{child}"] = {"age": {year: age}}
    return people


def _adult(age: int, earnings: float, hours: float, health: str, year: int) -> dict[str, Any]:
    return {
        "age": {year: age},
        "employment_income": {year: earnings},
        "hours_worked": {year: hours * 52},
        "uc_limited_capability_for_work": {year: health != "none"},
        "uc_limited_capability_for_WRA": {year: health.startswith("lcwra")},
    }


def results(year: int) -> list[dict[str, Any]]:
    """The rows of a year with the columns `OUTPUTS` filled in, in pounds a year to the penny."""
    from policyengine_uk import Simulation

    rows = list(grid(year))
    built = situation(rows, year)
    simulation = Simulation(situation=built)
    order = {name: place for place, name in enumerate(built["people"])}
    found = {ours: simulation.calculate(theirs, year) for ours, theirs in PERSON.items()}
    unit = {
        "child_benefit": simulation.calculate("child_benefit", year),
        "universal_credit": simulation.calculate("universal_credit", year),
        "benefit_cap_cut": simulation.calculate("uc_benefit_cap_reduction_after_floor", year),
    }
    charge = simulation.calculate("CB_HITC", year)
    for index, row in enumerate(rows):
        person, partner = order[f"p{index}"], order.get(f"q{index}")
        row |= {name: f"{values[person]:.2f}" for name, values in found.items()}
        row["partner_income_tax"] = "0.00" if partner is None else f"{found['income_tax'][partner]:.2f}"
        row["partner_ni"] = "0.00" if partner is None else f"{found['employee_ni'][partner]:.2f}"
        row |= {name: f"{values[index]:.2f}" for name, values in unit.items()}
        row["child_benefit_charge"] = f"{charge[person]:.2f}"
    return rows


def main() -> None:
    rows = [row for year in HEALTH for row in results(year)]
    sys.stdout.write(f"# policyengine-uk {version('policyengine-uk')}, run on {date.today():%Y-%m-%d}\n")  # noqa: DTZ011
    writer = csv.DictWriter(sys.stdout, fieldnames=(*INPUTS, *OUTPUTS), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)


if __name__ == "__main__":
    main()

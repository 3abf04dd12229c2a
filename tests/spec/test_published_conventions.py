"""Conventions that others published: discount factors of every year from 0 to 100."""

import csv
from pathlib import Path

import numpy as np
import pytest

from commongoal.valuation.run import schedule_named

SCHEDULES = {"green_book_standard": "standard", "green_book_health": "health_wellbeing"}
"""Our schedule -> the column of the published table."""
CHECKS = {10: 0.70892, 31: 0.34590, 100: 0.05082}
"""Year -> the standard factor, as published to five decimals."""


@pytest.fixture(scope="module")
def published(shared: Path) -> list[dict[str, str]]:
    with (shared / "published" / "discount_factors_0_100.csv").open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def test_the_published_table_has_every_year(published: list[dict[str, str]]) -> None:
    assert [int(row["year"]) for row in published] == list(range(101))


@pytest.mark.parametrize(("name", "column"), SCHEDULES.items())
def test_factors_are_those_published(published: list[dict[str, str]], name: str, column: str) -> None:
    """To the eight decimals that the table gives."""
    found = schedule_named(name).factors(101, first_discounted=1)
    assert np.abs(found - np.array([float(row[column]) for row in published])).max() <= 0.5e-8 + 1e-15


@pytest.mark.parametrize(("year", "factor"), CHECKS.items())
def test_standard_factor_is_the_one_that_people_check_by(year: int, factor: float) -> None:
    assert round(float(schedule_named("green_book_standard").factors(101, first_discounted=1)[year]), 5) == factor


@pytest.mark.parametrize("name", SCHEDULES)
def test_discounting_the_first_year_too_moves_every_factor_by_a_year(name: str) -> None:
    schedule = schedule_named(name)
    assert np.array_equal(schedule.factors(100, 0), schedule.factors(101, 1)[1:])

"""What a reader is told of costs in older prices, against the published deflator."""

import csv
from pathlib import Path

import pytest

PAGES = ("docs/explanation/differences.md", "docs/explanation/limits.md")


@pytest.mark.parametrize("page", PAGES)
def test_an_old_pound_is_what_the_page_says(shared: Path, root: Path, page: str) -> None:
    with (shared / "published" / "deflator_obr_nov2025_fy.csv").open(encoding="utf-8", newline="") as lines:
        index = {row["financial_year"]: float(row["index_2024_25_100"]) for row in csv.DictReader(lines)}
    worth = f"£{index['2024-25'] / index['2021-22']:.2f}"
    text = (root / page).read_text(encoding="utf-8")
    line = next(each for each in text.splitlines() if "2021-22" in each and "2024-25" in each)
    assert worth == "£1.17"
    assert worth in line

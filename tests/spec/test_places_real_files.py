"""The real files of official figures: each is read, or refused with the reason. They are read where they stand."""

import datetime as dt
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pyarrow.compute as pc
import pytest

from commongoal.kernel.errors import BadInput
from commongoal.places.engine.observations import Asked, Reading, Status
from commongoal.places.files.reading import read_path

ASKED = Asked(dt.date(2026, 1, 1))
UNSAID = replace(ASKED, dataset="unsaid", title="What the file does not say", source="ConnectedPlacesCatapult")

# Each of the 22 samples: what it is read as, or why it is refused.
READ = {
    "03f1baae": "annual-population-survey", "0f2394d0": "census-2011-travel", "3c88c1d8": "jobseekers-allowance",
    "41340fec": "claimant-count", "455d72ce": "claimant-count", "51c4418c": "census-2011-disability",
    "5305d37a": "jobs-density", "8d68b4ed": "jobseekers-allowance", "9262535b": "annual-population-survey",
    "9caff008": "jobs-density", "a91c0267": "census-2011-density", "caeef9b7": "total-jobs",
    "ed138ebf": "annual-population-survey", "eff8daca": "annual-population-survey",
}  # fmt: skip
NOTHING_IN_IT = ("6072d39e", "d9a6b402", "fd4b2576")  # a header and no rows
DOES_NOT_SAY = {
    "4aa524ae": "Proportion of resident population of age group",
    "f5135792": "Proportion of resident population of age group",
    "8ab4eaa0": "",
    "d93c58ee": "",
    "e09b148e": "Median",
}


@pytest.fixture(scope="session")
def labour_market(shared: Path) -> Path:
    return shared / "data" / "labour_market"


def one(folder: Path, start: str) -> Path:
    return next(folder.glob(f"nomis_api_csv/{start}*.csv"))


def total(reading: Reading, words: str, areas: tuple[str, ...] = ()) -> float:
    key = next(series.key for series in reading.edition.series if series.words == words)
    table = reading.table.filter(pc.equal(pc.cast(reading.table["series"], "string"), key))
    codes = pc.cast(table["area"], "string")
    return sum(v for v, code in zip(table["value"].to_pylist(), codes.to_pylist(), strict=True)
               if v is not None and (not areas or code in areas))  # fmt: skip


def test_there_are_twenty_two_samples_and_each_is_named_here(labour_market: Path) -> None:
    names = {path.name[:8] for path in (labour_market / "nomis_api_csv").glob("*.csv")}
    assert names == {*READ, *NOTHING_IN_IT, *DOES_NOT_SAY}
    assert len(names) == 22


@pytest.mark.parametrize("start", READ)
def test_samples_that_are_read(labour_market: Path, start: str) -> None:
    path = one(labour_market, start)
    reading = read_path(path, ASKED)
    lines = len(path.read_text().strip().splitlines()) - 1
    assert reading.edition.dataset == READ[start]
    assert reading.edition.rows == lines * len(reading.edition.series)
    assert reading.problems == ()


@pytest.mark.parametrize("start", NOTHING_IN_IT)
def test_samples_with_a_header_only_are_refused(labour_market: Path, start: str) -> None:
    with pytest.raises(BadInput, match="there is a header and nothing after it"):
        read_path(one(labour_market, start), ASKED)


@pytest.mark.parametrize("start", DOES_NOT_SAY)
def test_samples_that_do_not_say_what_they_are(labour_market: Path, start: str) -> None:
    with pytest.raises(BadInput, match="dataset, title, source"):
        read_path(one(labour_market, start), ASKED)
    reading = read_path(one(labour_market, start), UNSAID)
    assert [series.words for series in reading.edition.series] == [DOES_NOT_SAY[start] or UNSAID.title]


def test_known_figures_of_samples(labour_market: Path) -> None:
    jobs = read_path(one(labour_market, "5305d37a"), ASKED).table.to_pylist()
    assert [(r["area"], r["value"], r["start"], r["end"]) for r in jobs] == [
        ("E09000002", 0.49, dt.date(2016, 1, 1), dt.date(2017, 1, 1))
    ]
    survey = read_path(one(labour_market, "03f1baae"), ASKED).table.to_pylist()
    assert [(r["value"], r["start"], r["end"]) for r in survey] == [
        (67.3, dt.date(2016, 7, 1), dt.date(2017, 7, 1)), (67.0, dt.date(2016, 10, 1), dt.date(2017, 10, 1)),
    ]  # fmt: skip


def test_ward_claimants(labour_market: Path) -> None:
    for month in ("2023-07", "2023-08", "2023-09"):
        path = next((labour_market / "ward_claimants").glob(f"claimant-count_{month}*.csv"))
        with pytest.raises(BadInput, match="claimant-count, claimant-rate"):
            read_path(path, ASKED)
        count = read_path(path, replace(ASKED, dataset="claimant-count"))
        rate = read_path(path, replace(ASKED, dataset="claimant-rate"))
        assert count.edition.rows == rate.edition.rows == (1_739 if month == "2023-07" else 1_740)
        assert count.edition.rounding == 5
        assert all(value % 5 == 0 for value in count.table["value"].to_pylist() if value is not None)


def test_housing_benefit_has_twenty_three_codes_that_are_none(labour_market: Path) -> None:
    path = labour_market / "ward_claimants" / "claimants.csv"
    with pytest.raises(BadInput) as refused:
        read_path(path, ASKED)
    problems = refused.value.problems
    assert problems[-1].value == "416 more"  # of 1,416 rows
    assert {problem.code for problem in problems} == {"area"}
    reading = read_path(path, replace(ASKED, keep_good=True))
    assert reading.edition.rows == 85_963 - 1_416
    assert reading.edition.dataset == "housing-benefit-claimants"


def test_survey_and_earnings(labour_market: Path) -> None:
    survey = read_path(labour_market / "ward_claimants" / "labour-market.csv", ASKED)
    spans = {(row["end"].year * 12 + row["end"].month) - (row["start"].year * 12 + row["start"].month)
             for row in survey.table.select(["start", "end"]).slice(0, 500).to_pylist()}  # fmt: skip
    assert spans == {12}
    assert (survey.edition.first, survey.edition.last) == (dt.date(2004, 1, 1), dt.date(2023, 7, 1))
    assert Counter(survey.table["status"].to_pylist())[Status.MISSING] == 502
    assert read_path(labour_market / "ward_claimants" / "weekly-earnings.csv", ASKED).edition.rows == 476


MONTHLY = """
[area]
column = "{kind}cd"
name = "{kind}nm"
[period]
column = "date"
[[figures]]
column = "count"
words = "Claimant count"
"""
TWO_YEARS = """
[area]
column = "lsoa11cd"
name = "Neighbourhood name"
[[figures]]
column = "{first}"
words = "{words}"
period = "{before}"
[[figures]]
column = "{second}"
words = "{words}"
period = "{after}"
"""
ONE_MONTH = """
[area]
column = "lsoa11cd"
name = "lsoa11nm"
[period]
fixed = "September 2017"
[[figures]]
column = "value"
series = ["measure"]
"""
PEOPLE = {"first": "Population 2017", "second": "Population 2018", "words": "Population aged 16 to 64"}
CLAIMANTS = {"first": "Claimant count (October 2019)", "second": "Claimant count (October 2020)"}
MAPPED = {
    "claimant_count_lsoa_2017-09.csv": (ONE_MONTH, 1_673),
    "claimant_count_wards_2015-01_2017-10.csv": (MONTHLY.format(kind="wd15"), 7_310),
    "claimant_count_local_authorities_2015-01_2017-10.csv": (MONTHLY.format(kind="lad15"), 340),
    "cc.csv": (TWO_YEARS.format(before="2017", after="2018", **PEOPLE), 2 * 4_642),
    "cc2.csv": (
        TWO_YEARS.format(before="October 2019", after="October 2020", words="Claimant count", **CLAIMANTS),
        2 * 4_642,
    ),
}


@pytest.mark.parametrize("name", MAPPED)
def test_files_with_a_mapping(labour_market: Path, name: str) -> None:
    mapping, rows = MAPPED[name]
    reading = read_path(labour_market / "lsoa_claimants" / name, ASKED, mapping=mapping.encode())
    assert (reading.edition.rows, reading.problems) == (rows, ())
    assert reading.edition.vintages[0][1] in {"2011", "2015"}


def test_numbers_with_blanks_and_commas(labour_market: Path) -> None:
    reading = read_path(labour_market / "lsoa_claimants" / "cc.csv", ASKED, mapping=MAPPED["cc.csv"][0].encode())
    found = {(r["area"], r["start"].year): r["value"] for r in reading.table.to_pylist()}
    assert found["E01000001", 2018] == 927
    assert found["E01000003", 2018] == 1_100


def test_series_of_districts_and_wards_from_2014(labour_market: Path) -> None:
    reading = read_path(labour_market / "lsoa_claimants" / "claimant_count_la_ward_2014-01_2017-10.csv", ASKED)
    assert reading.edition.rows == 10_396
    asked = replace(ASKED, dataset="esa-claimants")
    path = labour_market / "lsoa_claimants" / "esa_claimants_lsoa_2017-05.csv"
    mapping = (
        '[area]\ncolumn = "lsoa11cd"\nname = "lsoa11nm"\n[period]\ncolumn = "date"\n'
        '[[figures]]\ncolumn = "value"\nwords = "ESA claimants"\n'
    )
    assert read_path(path, asked, mapping=mapping.encode()).edition.rows == 1_646


def test_population(labour_market: Path) -> None:
    reading = read_path(labour_market / "population" / "derived_working_age_lsoa11_2019.csv", ASKED)
    assert (reading.edition.dataset, reading.edition.rows) == ("population", 4 * 34_753)
    assert reading.edition.vintages == (("lsoa", "2011"),)
    lines = (labour_market / "population" / "derived_working_age_lsoa11_2019.csv").read_text().splitlines()
    wirral = tuple(line.split(",")[0] for line in lines if ",E08000015," in line)
    assert total(reading, "age16_64", wirral) == 192_800


@pytest.mark.parametrize(
    ("name", "dataset", "rows", "missing", "people"),
    [
        ("derived_imd2019_employment_england_lsoa11.csv", "deprivation-2019", 32_844, 119, 27_760),
        ("derived_imd2025_employment_england_lsoa21.csv", "deprivation-2025", 33_755, None, 36_400),
    ],
)
def test_deprivation(shared: Path, name: str, dataset: str, rows: int, missing: int | None, people: int) -> None:
    path = shared / "data" / "deprivation" / name
    reading = read_path(path, ASKED)
    assert reading.edition.dataset == dataset
    assert reading.edition.rows == rows * len(reading.edition.series)
    lines = path.read_text().splitlines()
    wirral = tuple(line.split(",")[0] for line in lines if ",E08000015," in line)
    assert len(wirral) == (206 if rows == 32_844 else 209)
    assert total(reading, "employment_domain_numerator", wirral) == people
    if missing:
        key = "employment-domain-numerator"
        absent = [r for r in reading.table.filter(pc.equal(pc.cast(reading.table["series"], "string"), key)).to_pylist()
                  if r["value"] is None]  # fmt: skip
        assert len(absent) == missing
        assert {r["status"] for r in absent} == {Status.MISSING}

"""Price years, deflators, unit values, corrections, wellbeing and weights: units, properties and what is refused."""

import contextlib
import csv
import math
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commongoal.kernel.errors import BadInput
from commongoal.valuation.engine.parameters import (
    AgencyShare,
    Deflator,
    Index,
    NoGrade,
    NoIndex,
    NoRealIncome,
    NotAPriceYear,
    NotAUnitValue,
    NoWeight,
    SharesDoNotSum,
    UnitValue,
    bias,
    distributional_weight,
    fiscal_value,
    mark_of,
    marks,
    price_year,
    public_value,
    shares_from,
    uprate,
)
from commongoal.valuation.engine.terms import Figure, Gain
from commongoal.valuation.files.parameters import (
    NoSuchDeflator,
    NoSuchQaly,
    NoSuchSchedule,
    NoSuchTable,
    NoSuchValue,
    book,
    book_with,
)
from commongoal.valuation.files.value_tables import COLUMNS, read_values, written

BOOK = book()
VINTAGES = ("hmt_2015_03", "obr_2025_11", "hmt_2025_12_calendar")


def deflator(*levels: float, verified: bool = True) -> Deflator:
    indices = {2000 + at: Index(level, "outturn", "invented") for at, level in enumerate(levels)}
    return Deflator("invented", True, indices, "invented", verified)


def unit_value(value: float = 100.0, shares: tuple[AgencyShare, ...] = (AgencyShare("NHS", 1.0),)) -> UnitValue:
    return UnitValue("X1.0", "thing", "each", "fiscal", value, value, value, "2000/01", shares, "somebody", True)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("2012/13", "2012/13"), ("2012-13", "2012/13"), ("2012/2013", "2012/13"), (" 2012–13 ", "2012/13"),
        ("1999/00", "1999/00"), ("1999-2000", "1999/00"), ("2012", "2012"),
    ],
)  # fmt: skip
def test_price_years_in_every_usual_spelling(text: str, shown: str) -> None:
    assert str(price_year(text)) == shown


@pytest.mark.parametrize("text", ["", "2012/14", "2012/2113", "12/13", "2012/1", "20120", "next year", "٢٠١٢", "3012"])
def test_what_is_no_price_year_is_refused(text: str) -> None:
    with pytest.raises(NotAPriceYear):
        price_year(text)


@given(st.text(max_size=12))
def test_no_text_breaks_a_price_year(text: str) -> None:
    with contextlib.suppress(NotAPriceYear):
        assert price_year(text).start >= 1000


@pytest.mark.parametrize("vintage", VINTAGES)
def test_uprating_there_and_back_changes_nothing(vintage: str) -> None:
    index = BOOK.deflator(vintage)
    for start in index.indices:
        there = index.factor(str(start), "2010").value
        assert there * index.factor("2010", str(start)).value == pytest.approx(1, abs=1e-12)


@given(st.lists(st.floats(1, 1000), min_size=3, max_size=8))
def test_uprating_by_way_of_a_year_is_uprating_at_once(levels: list[float]) -> None:
    index = deflator(*levels)
    way = index.factor("2000/01", "2001/02").value * index.factor("2001/02", "2002/03").value
    assert way == pytest.approx(index.factor("2000/01", "2002/03").value)


def test_uprating_keeps_the_original_and_its_year() -> None:
    original = unit_value()
    found = uprate(original, deflator(1.0, 1.5), "2001/02")
    assert (found.value, found.price_year) == (150.0, "2001/02")
    assert found.original is original
    assert (found.original.value, found.original.price_year) == (100.0, "2000/01")
    assert "2000/01 prices uprated by invented" in found.source


def test_uprating_takes_a_gain_of_a_programme_too() -> None:
    gain = Gain(
        value=10, low=5, high=20, source="a survey", agency="nhs", kind="fiscal", price_year="2000/01"
    )  # no check: unverified
    found = uprate(gain, deflator(1.0, 2.0), "2001-02")
    assert (found.low, found.value, found.high, found.mark) == (10, 20, 40, "unverified")


def test_an_unverified_deflator_marks_what_it_moved() -> None:
    assert uprate(unit_value(), deflator(1.0, 1.1), "2001/02").mark == ""
    assert uprate(unit_value(), deflator(1.0, 1.1, verified=False), "2001/02").mark == "unverified"


@pytest.mark.parametrize("year", ["1988/89", "2020/21", "1900"])
def test_a_year_without_an_index_is_refused_with_the_years_there_are(year: str) -> None:
    with pytest.raises(NoIndex, match="1989/90 to 2019/20"):
        BOOK.deflator("hmt_2015_03").factor(year, "2012/13")


def test_forecast_and_linked_years_are_labelled() -> None:
    index = BOOK.deflator("obr_2025_11")
    assert index.factor("2012/13", "2024/25").label == ""
    assert index.factor("2012/13", "2025/26").label == "2025/26 is forecast"
    assert index.factor("2002/03", "2024/25").label == "2002/03 is linked"


def test_a_year_of_the_other_kind_is_read_and_said() -> None:
    assert BOOK.deflator("obr_2025_11").factor("2012", "2024/25").label == "2012 read as 2012/13"
    assert BOOK.deflator("hmt_2025_12_calendar").factor("2019", "2024/25").label == "2024/25 read as 2024"


def test_figures_of_deflators_are_those_given(shared: Path) -> None:
    tables = (
        ("hmt_2015_03", "deflator_hmt_march2015_fy_ucd_v1_4.csv", "financial_year", "index_1989_90_100"),
        ("obr_2025_11", "deflator_obr_nov2025_fy.csv", "financial_year", "index_2007_08_1"),
        ("hmt_2025_12_calendar", "deflator_hmt_dec2025_calendar.csv", "calendar_year", "index_2024_100"),
    )
    for vintage, name, year, column in tables:
        with (shared / "published" / name).open(encoding="utf-8", newline="") as lines:
            for row in csv.DictReader(lines):
                assert BOOK.deflator(vintage).index(row[year]).value == pytest.approx(float(row[column]), abs=1e-6)


@given(st.lists(st.integers(0, 10_000), min_size=1, max_size=9).filter(any))
def test_agency_shares_sum_to_the_whole(amounts: list[int]) -> None:
    value = unit_value(1234.56, shares_from([(f"agency {at}", amount) for at, amount in enumerate(amounts)]))
    assert math.fsum(value.by_agency().values()) == pytest.approx(value.value, abs=1e-9)


@pytest.mark.parametrize("shares", [(0.5, 0.4), (1.2, -0.2), (), (math.nan,)])
def test_agency_shares_that_do_not_sum_to_one_are_refused(shares: tuple[float, ...]) -> None:
    with pytest.raises(SharesDoNotSum, match="must add up to one"):
        unit_value(1.0, tuple(AgencyShare(f"agency {at}", share) for at, share in enumerate(shares)))


@pytest.mark.parametrize("amounts", [[], [("NHS", 0.0)]])
def test_nothing_cannot_be_shared(amounts: list[tuple[str, float]]) -> None:
    with pytest.raises(SharesDoNotSum):
        shares_from(amounts)


@pytest.mark.parametrize("value", [math.nan, math.inf])
def test_a_unit_value_is_a_number_within_its_range(value: float) -> None:
    with pytest.raises(NotAUnitValue):
        unit_value(value)


def test_every_shipped_value_is_whole() -> None:
    values = BOOK.unit_values()
    assert len(values) == 98
    for value in values:
        assert value.source
        assert value.verified, value.code
        assert value.range == "none published"
        assert value.low == value.value == value.high
        assert BOOK.deflator("obr_2025_11").factor(value.price_year, "2024/25").value > 1


def test_shipped_values_are_those_given(shared: Path) -> None:
    with (shared / "published" / "unit_costs_key.csv").open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    index, count = BOOK.deflator("obr_2025_11"), 0
    for row in rows:
        for value in BOOK.kinds_of(row["code"]):
            count += 1
            assert value.value == float(row[value.kind])
            assert value.price_year == row[f"{value.kind}_price_year"]
            for column, year in (("2024_25", "2024/25"), ("2025_26", "2025/26")):
                expected = float(row[f"{value.kind}_{column}"])
                assert uprate(value, index, year).value == pytest.approx(expected, rel=2e-6, abs=0.011)
    assert count == len(BOOK.unit_values())


def test_transfers_count_in_the_fiscal_case_only() -> None:
    values = BOOK.kinds_of("E&E1.0")
    assert fiscal_value(values) == 9800
    assert public_value(values) == pytest.approx(14610)
    assert [s.agency for s in BOOK.unit_value("E&E1.0").shares if s.transfer] == ["DWP"]


def test_worst_and_mean_of_grades() -> None:
    table = BOOK.bias_table("gm_local_partnerships")
    grades = {"population_source": 1, "evidence": 6, "age_of_data": "2"}
    assert bias(grades, table, "worst").value == pytest.approx(0.60)
    assert bias(grades, table, "mean").value == pytest.approx(1 - 0.15)
    assert bias(grades, table).value == bias(grades, table, table.rule).value
    assert bias(3, table, side="costs").value == pytest.approx(1.10)
    assert bias(1, table).value == 1
    assert bias(4, table).mark == "unverified"


def test_capital_has_a_lower_and_an_upper_correction() -> None:
    table = BOOK.bias_table("hmt_capital")
    found = bias({"equipment_development": "upper"}, table, side="costs")
    assert (found.value, found.mark) == (3.0, "")
    assert bias({"equipment_development": "lower"}, table, side="duration").value == pytest.approx(1.10)


@given(st.lists(st.integers(1, 6), min_size=4, max_size=4))
def test_worst_never_flatters(grades: list[int]) -> None:
    table = BOOK.bias_table("gm_local_partnerships")
    chosen = dict(zip(table.dimensions("benefits"), grades, strict=True))
    assert bias(chosen, table, "worst").value <= bias(chosen, table, "mean").value <= 1


@pytest.mark.parametrize(
    ("grades", "side"),
    [(7, "benefits"), ({"evidence": 0}, "benefits"), ({"luck": 1}, "benefits"), ({}, "costs"), (1, "duration")],
)
def test_a_grade_that_is_not_in_the_table_is_refused(grades: dict[str, int] | int, side: str) -> None:
    with pytest.raises(NoGrade):
        bias(grades, BOOK.bias_table("gm_local_partnerships"), side=side)  # type: ignore[arg-type]


def test_corrections_are_those_given(shared: Path) -> None:
    with (shared / "published" / "optimism_bias.csv").open(encoding="utf-8", newline="") as lines:
        rows = [
            (row["table"][:2], row["side"], row["grade"], float(row["correction_pct"])) for row in csv.DictReader(lines)
        ]
    names = {"GM": "gm_local_partnerships", "HM": "hmt_capital"}
    ours = [(key, r.side, r.grade, r.percent) for key, name in names.items() for r in BOOK.bias_table(name).rows]
    assert sorted(ours) == sorted(rows)


def test_a_wellby_of_2024_is_the_one_that_people_check_by() -> None:
    for check in BOOK.wellby_terms().checks:
        assert BOOK.wellby(check.year).value == pytest.approx(check.expected, abs=check.within)
    assert BOOK.wellby("2024").mark == "unverified"
    assert "not read in ONS" in BOOK.wellby("2024").source


def test_a_wellby_of_its_own_year_is_as_published() -> None:
    found = BOOK.wellby("2019")
    assert (found.low, found.value, found.high) == (10_000, 13_000, 16_000)


def test_a_year_without_real_income_is_refused() -> None:
    with pytest.raises(NoRealIncome, match="2019, 2024"):
        BOOK.wellby("2022")


def test_a_year_of_health_has_no_default_reading() -> None:
    assert (BOOK.qaly("guidance_2019").price_year, BOOK.qaly("greenbook_2024").price_year) == ("2019", "2024")
    with pytest.raises(NoSuchQaly, match="contested"):
        BOOK.qaly("70000")


@given(st.floats(1000, 1e6), st.floats(1000, 1e6))
def test_a_pound_to_somebody_poorer_counts_for_more(taxpayers: float, participants: float) -> None:
    weight = BOOK.distributional_weight(taxpayers, participants).value
    assert (weight > 1) == (taxpayers > participants) or weight == pytest.approx(1)
    assert BOOK.distributional_weight(taxpayers, taxpayers).value == 1


@pytest.mark.parametrize("income", [0, -1, math.inf, math.nan])
def test_a_weight_needs_incomes(income: float) -> None:
    with pytest.raises(NoWeight):
        distributional_weight(30_000, income, Figure(value=1.3, low=1.3, high=1.3, source="somebody"))


def test_marks_travel_once() -> None:
    assert marks("unverified", "", "user's own licence; unverified") == "unverified; user's own licence"
    assert mark_of(unit_value()) == ""


@pytest.mark.parametrize(
    ("ask", "refusal"),
    [
        (lambda: BOOK.deflator("latest"), NoSuchDeflator),
        (lambda: BOOK.schedule("none"), NoSuchSchedule),
        (lambda: BOOK.unit_value("E&E9"), NoSuchValue),
        (lambda: BOOK.unit_value("E&E1.6", "social"), NoSuchValue),
        (lambda: BOOK.bias_table("none"), NoSuchTable),
    ],
)
def test_a_name_that_is_not_there_is_refused(ask: object, refusal: type[Exception]) -> None:
    with pytest.raises(refusal):
        ask()  # type: ignore[operator]


def test_schedules_are_versioned_and_the_proposal_is_marked(shared: Path) -> None:
    with (shared / "published" / "discount_factors_0_100.csv").open(encoding="utf-8", newline="") as lines:
        published = [float(row["sensitivity_2026"]) for row in csv.DictReader(lines)]
    found = BOOK.schedule("green_book_sensitivity").factors(101, first_discounted=1)
    assert max(abs(found - published)) <= 0.5e-8 + 1e-15
    proposal = BOOK.schedule("discount_rate_review")
    assert not proposal.verified
    assert proposal.factors(2, 1)[1] == pytest.approx(1 / 1.03)


def test_values_written_are_read_back(tmp_path: Path) -> None:
    path = tmp_path / "own.csv"
    path.write_text(written(BOOK.unit_values()), encoding="utf-8")
    for before, after in zip(BOOK.unit_values(), read_values(path), strict=True):
        assert (before.code, before.value, before.price_year, before.mark) == (
            *(after.code, after.value, after.price_year, after.mark),
        )
        assert after.transfer == pytest.approx(before.transfer, abs=1e-12)
        assert list(after.by_agency()) == list(before.by_agency())


def test_own_values_come_before_shipped_ones(tmp_path: Path) -> None:
    path = tmp_path / "own.csv"
    row = dict.fromkeys(COLUMNS, "")
    row |= {"code": "E&E1.0", "detail": "ours", "unit": "each", "kind": "fiscal", "value": "1", "low": "1", "high": "2"}
    row |= {"price_year": "2024/25", "agency_shares": "NHS 1/3; DWP 2/3", "source": "us", "verified": "no"}
    path.write_text(",".join(COLUMNS) + "\n" + ",".join(row[name] for name in COLUMNS) + "\n", encoding="utf-8")
    found = book_with(path)
    assert found.unit_value("E&E1.0").value == 1
    assert found.unit_value("E&E1.0").shares[0].share == float(Fraction(1, 3))
    assert found.unit_value("E&E1.0", "economic").value == 14_044
    assert len(found.unit_values()) == len(BOOK.unit_values())


def test_every_fault_of_a_values_file_at_once(tmp_path: Path) -> None:
    path = tmp_path / "own.csv"
    row = dict.fromkeys(COLUMNS, "")
    row |= {"code": "", "kind": "moral", "value": "5", "low": "six", "high": "4", "price_year": "2024/26"}
    row |= {"agency_shares": "NHS half", "transfer": "DWP", "verified": "perhaps"}
    path.write_text(",".join(COLUMNS) + "\n" + ",".join(row[name] for name in COLUMNS) + "\n", encoding="utf-8")
    with pytest.raises(BadInput) as found:
        read_values(path)
    columns = {problem.column for problem in found.value.problems}
    assert columns >= {"code", "detail", "unit", "source", "kind", "low", "value", "price_year", "transfer", "verified"}
    assert all(problem.row == 2 for problem in found.value.problems)

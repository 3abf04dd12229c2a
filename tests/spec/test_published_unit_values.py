"""Other people's worked examples of unit values and wellbeing, computed by our engine to their stated tolerances.

The published figures and inputs are read from the shared facts; nothing of them is repeated here.
"""

import csv
import json
from pathlib import Path
from typing import Any

import pytest

from commongoal.valuation.engine.parameters import (
    AgencyShare,
    Marked,
    UnitValue,
    annual_part,
    distributional_weight,
    fiscal_value,
    public_value,
    shares_from,
    uprate,
    wellbeing_gain,
)
from commongoal.valuation.engine.terms import Figure
from commongoal.valuation.files.parameters import book

BOOK = book()
SHIPPED = book().unit_value


class Example:
    """One published example: its inputs, and its outputs with the tolerance that goes with each."""

    def __init__(self, example: dict[str, Any]) -> None:
        self.inputs: dict[str, Any] = example["inputs"]
        self.source: str = example["source"]
        self.outputs = {output["output"]: output for output in example["outputs"]}
        self.checked: set[str] = set()

    def gives(self, output: str, ours: float) -> None:
        """Our figure is the published one, within its tolerance."""
        published = self.outputs[output]
        assert ours == pytest.approx(published["published"], abs=published["tolerance"], rel=0), output
        self.checked.add(output)

    def is_done(self) -> None:
        """Every published output was checked."""
        assert self.checked == set(self.outputs)


@pytest.fixture
def example(shared: Path, request: pytest.FixtureRequest) -> Example:
    text = (shared / "published" / "worked_examples.json").read_text(encoding="utf-8")
    found = {example["id"]: example for example in json.loads(text)}
    return Example(found[request.param])


def published(name: str) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("example", [name], indirect=True, ids=[name])


def cost(kind: str, *parts: tuple[str, float], year: str = "2010/11", transfers: tuple[str, ...] = ()) -> UnitValue:
    """A unit value built from the parts that agencies bear."""
    total = sum(amount for _, amount in parts)
    shares = shares_from(parts, transfers)
    return UnitValue("", "", "each", kind, total, total, total, year, shares, "published example")  # type: ignore[arg-type]


@published("UCD-JSA-UPRATE")
def test_a_claimant_into_work_in_the_prices_of_2015_16(example: Example) -> None:
    """Prices of 2012/13 are uprated by the deflator of March 2015; the year 2015/16 was a forecast then."""
    deflator, given = BOOK.deflator("hmt_2015_03"), example.inputs
    for kind in ("fiscal", "economic"):
        original = SHIPPED("E&E1.0", kind)  # type: ignore[arg-type]
        found = uprate(original, deflator, given["target"])
        assert (original.value, original.price_year) == (given[kind], given["base_year"])
        assert found.label == "2015/16 is forecast"
        example.gives(f"{kind} 2015/16", found.value)
    example.is_done()


def test_every_uprated_cell_of_the_database(shared: Path) -> None:
    """All the cells that the database itself uprated to 2015/16, to a millionth of a pound."""
    deflator, cells = BOOK.deflator("hmt_2015_03"), 0
    with (shared / "published" / "ucd_v1_4_all_entries.csv").open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            for kind in ("fiscal", "economic", "social"):
                if row[kind] and row[f"{kind}_2015_16"]:
                    factor = deflator.factor(row[f"{kind}_year"], "2015/16").value
                    assert float(row[kind]) * factor == pytest.approx(float(row[f"{kind}_2015_16"]), abs=1e-6, rel=0)
                    cells += 1
    assert cells >= 779


@published("UCD-PV-JSA")
def test_benefits_saved_count_for_the_budget_and_not_for_the_public(example: Example) -> None:
    """A benefit that stops is saved by DWP and lost by the claimant: a transfer, so no public value."""
    given = example.inputs
    fiscal = cost("fiscal", ("DWP", given["dwp_ame"]), ("NHS", given["nhs"]), transfers=("DWP",))
    economic = cost("economic", ("Society", given["economic_earnings"]))
    example.gives("fiscal total", fiscal_value([fiscal, economic]))
    example.gives("public value", public_value([fiscal, economic]))
    example.gives("public value", public_value(BOOK.kinds_of("E&E1.0")))
    example.is_done()


@published("UCD-HE1.0")
def test_a_gain_in_health_at_the_older_value_of_a_healthy_year(example: Example) -> None:
    """The QALY of 2009, not today's: its price year is part of it."""
    qaly = BOOK.qaly("older_2009")
    assert (qaly.value, qaly.price_year) == (example.inputs["qaly_value"], example.inputs["price_year"])
    example.gives("social value", example.inputs["qaly_gain"] * qaly.value)
    example.gives("social value", SHIPPED("HE1.0", "social").value)
    example.is_done()


@published("UCD-HO1.0")
def test_a_complex_eviction_is_five_costs_and_two_weeks(example: Example) -> None:
    given = example.inputs
    parts = [("Local authority", amount) for amount in given["one_off"]]
    weekly = SHIPPED("HO4.4")
    assert weekly.value == given["weekly_ta"]
    built = cost("fiscal", *parts, ("Local authority", weekly.value * given["weeks"]), year=given["price_year"])
    example.gives("fiscal per incident", built.value)
    example.gives("fiscal per incident", SHIPPED("HO1.0").value)
    example.is_done()


@published("UCD-HO2.0")
def test_a_simple_repossession_is_advice_and_a_claim(example: Example) -> None:
    advice, claim = example.inputs["items"]
    built = cost("fiscal", ("Local authority", advice), ("DWP", claim))
    example.gives("fiscal", built.value)
    assert built.by_agency() == pytest.approx(SHIPPED("HO2.0").by_agency())
    example.is_done()


@published("UCD-ES13")
def test_a_degree_by_the_year(example: Example) -> None:
    """A lifetime's value over 40 years by plain division: an average year, and already a present value."""
    given = example.inputs
    fiscal, economic = (annual_part(given[name], given["years"]) for name in ("exchequer_pv", "graduate_premium_pv"))
    example.gives("fiscal per year", fiscal)
    example.gives("economic per year", economic)
    example.gives("public value (fiscal tax gain excluded as transfer)", public_value(BOOK.kinds_of("E&S13.0")))
    assert (fiscal, economic) == (SHIPPED("E&S13.0").value, SHIPPED("E&S13.0", "economic").value)
    example.is_done()


@published("UCD-NEETFUT-ECON")
def test_what_being_out_of_work_and_learning_costs_later(example: Example) -> None:
    given = example.inputs
    parts = (("Society", given["lost_earnings"]), ("Society", given["later_workless_spells"]))
    example.gives("economic", cost("economic", *parts).value)
    example.gives("economic", SHIPPED("E&E10.2", "economic").value)
    example.is_done()


@published("UCD-CR8.0")
def test_who_bears_the_cost_of_a_crime(example: Example) -> None:
    """The row of the police has no code in the workbook: without it more than a third of the cost is lost."""
    given = {name: amount for name, amount in example.inputs.items() if name != "price_year"}
    built = cost("fiscal", *given.items())
    example.gives("fiscal per incident", built.value)
    assert SHIPPED("CR8.0").by_agency()["Police"] / built.value == pytest.approx(0.374, abs=0.0005)
    example.is_done()


@published("UCD-HE11.2")
def test_who_bears_the_cost_of_mental_ill_health(example: Example) -> None:
    given = example.inputs
    economic = cost("economic", ("Society", given["lost_earnings"]), ("Society", given["informal_care"]))
    fiscal = cost("fiscal", ("NHS", given["nhs"]), ("LA", given["la"]), ("CJS", given["cjs"]), year="2007/08")
    example.gives("economic", economic.value)
    example.gives("fiscal", fiscal.value)
    for share in fiscal.shares:
        example.gives(f"{share.agency} share %", 100 * share.share)
    shipped = {"NHS": "NHS", "Local authority": "LA", "Criminal Justice System": "CJS"}
    for share in SHIPPED("HE11.2").shares:
        example.gives(f"{shipped[share.agency]} share %", 100 * share.share)
    example.is_done()


@published("UCD-HE2.0")
def test_savings_of_two_price_years_are_uprated_before_they_are_added(example: Example) -> None:
    deflator = BOOK.deflator("hmt_2015_03")
    parts = [
        UnitValue(code, "", "a year", "fiscal", value, value, value, year, (AgencyShare("NHS", 1.0),), example.source)
        for code, (value, year) in example.inputs.items()
    ]
    example.gives("fiscal 2013/14", sum(uprate(part, deflator, "2013/14").value for part in parts))
    assert sum(part.value for part in parts) < example.outputs["fiscal 2013/14"]["published"] - 100
    example.is_done()


@published("WELLBY-EMP")
def test_a_job_is_a_wage_and_a_gain_in_wellbeing(example: Example) -> None:
    """Points of life satisfaction times the value of one, in the guidance's own year; then the wage on top."""
    given, effect, one = example.inputs, BOOK.employment_effect(), BOOK.wellby("2019")
    assert (effect.value, one.value) == (given["ls_effect"], given["wellby"])
    gain = wellbeing_gain(effect, one)
    example.gives("wellbeing per person", gain.value)
    example.gives("total per person", gain.value + given["wage_gain"])
    example.gives("200 people GBP m", given["people"] * (gain.value + given["wage_gain"]) / 1e6)
    assert gain.mark == "unverified"
    example.is_done()


@published("BEN-EMP")
def test_support_for_work_by_the_start(example: Example) -> None:
    """Times the share with an effect and what is attributed; at the report's own rounded WELLBY of 2024."""
    given, effect = example.inputs, BOOK.employment_effect()
    rounded = Marked(*[given["wellby_2024"]] * 3, example.source)
    assert BOOK.wellby("2024").value == pytest.approx(rounded.value, abs=50)
    gain = wellbeing_gain(effect, rounded).value
    example.gives("value per start", gain * given["effect_share"] * given["attribution"])
    example.gives("superseded value", gain * given["old"]["effect"] * given["old"]["attribution"])
    example.is_done()


@published("BEN-WEVM")
def test_the_highest_weight_is_that_of_the_poverty_line(example: Example) -> None:
    """An income of six tenths of the median, with an elasticity of 2 in place of the Green Book's 1.3."""
    floor, eps = example.inputs["floor"], example.inputs["eps"]
    eta = Figure(value=eps, low=eps, high=eps, source=example.source)
    example.gives("max weight", distributional_weight(1.0, floor, eta).value)
    assert BOOK.distributional_weight(1.0, floor).value == pytest.approx(floor**-1.3)
    example.is_done()

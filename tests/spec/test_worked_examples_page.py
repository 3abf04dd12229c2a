"""The page of worked examples says what others published and what our engines make of it, figure by figure.

Every figure in the column "ours" is computed here again, by the specification tests that hold it to the published one.
"""

import inspect
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.spec import test_fair_start_scotland, test_published_appraisals, test_published_unit_values
from tests.spec.test_fair_start_scotland import as_appraisal, ratio
from tests.spec.test_published_appraisals import one_person, point, to_people, to_purse

PAGE = Path("docs/explanation/worked-examples.md")
Figures = dict[tuple[str, str], float]
"""Example and output -> our figure."""

facts = test_fair_start_scotland.facts


@pytest.fixture(scope="module")
def examples(shared: Path) -> dict[str, dict[str, Any]]:
    """The published examples, by id."""
    found = json.loads((shared / "published" / "worked_examples.json").read_text(encoding="utf-8"))
    return {example["id"]: example for example in found}


def those_of(module: Any, argument: str) -> list[Callable[..., None]]:
    """The tests of a module that take an argument of this name."""
    found = [thing for name, thing in vars(module).items() if name.startswith("test_")]
    return [test for test in found if argument in inspect.signature(test).parameters]


def cases_of(test: Callable[..., None]) -> list[Any]:
    """The values that a test is run for."""
    marks = [mark for mark in getattr(test, "pytestmark", []) if mark.name == "parametrize"]
    return list(marks[0].args[1]) if marks else []


def from_unit_values(examples: dict[str, dict[str, Any]]) -> Figures:
    """What the tests of unit values and wellbeing compute."""
    ours: Figures = {}

    class Recorded(test_published_unit_values.Example):
        def __init__(self, identity: str) -> None:
            super().__init__(examples[identity])
            self.identity = identity

        def gives(self, output: str, found: float) -> None:
            super().gives(output, found)
            ours.setdefault((self.identity, output), found)

    for test in those_of(test_published_unit_values, "example"):
        for identity in cases_of(test):
            test(Recorded(identity))
    return ours


def from_appraisals(examples: dict[str, dict[str, Any]], patch: pytest.MonkeyPatch) -> Figures:
    """What the tests that put a published programme through the appraisal compute."""
    ours: Figures = {}
    plain = test_published_appraisals.meets

    def meets(example: dict[str, Any], output: str, found: float) -> None:
        plain(example, output, found)
        ours[example["id"], output] = found

    patch.setattr(test_published_appraisals, "meets", meets)
    for test in those_of(test_published_appraisals, "examples"):
        for run in [[one] for one in cases_of(test)] or [[]]:
            test(examples, *run)
    return ours


def from_fair_start_scotland(published: Any) -> Figures:
    """Starts, the ratios of the seven groups, and the headline."""
    plain, weighted = as_appraisal(published, with_life=False), as_appraisal(published, with_life=True)
    assert weighted.weighted is not None
    costs = {row.id: row.present.point for row in plain.costs}
    ours: Figures = {
        ("FSS-STARTS", "starts"): sum(outcome.population.value for outcome in plain.file.outcomes),
        ("FSS-HEADLINE-SOC", "society per GBP1"): ratio(weighted.weighted),
    }
    for number, line in enumerate(plain.outcomes[:7], start=1):
        spent = costs[f"{line.id}_programme"] + costs[f"{line.id}_others"]
        ours["FSS-C1", f"group {number} BCR"] = line.public_value.point / spent
    return ours


def year_up_from_printed_terms(examples: dict[str, dict[str, Any]]) -> float:
    """The ratio from the dollar terms as they are printed, and not from the earnings behind them."""
    example = examples["MVPF-YEARUP"]
    printed = {output["output"]: output["published"] for output in example["outputs"]}
    kept, tax = printed["after-tax earnings PV $"], printed["extra tax $"]
    values = [
        to_people("earnings", kept + tax),
        to_purse("tax", tax),
        to_people("stipend", example["inputs"]["stipend"]),
    ]
    return point(one_person(values, example["inputs"]["program_cost"]))


@pytest.fixture(scope="module")
def ours(examples: dict[str, dict[str, Any]], request: pytest.FixtureRequest) -> Figures:
    """All of them."""
    with pytest.MonkeyPatch.context() as patch:
        found = from_unit_values(examples) | from_appraisals(examples, patch)
    found |= from_fair_start_scotland(request.getfixturevalue("facts"))
    found["MVPF-YEARUP", "MVPF from printed terms"] = year_up_from_printed_terms(examples)
    return found


def shown(value: float) -> str:
    """A figure to six decimals, without zeros at its end."""
    return f"{value:,.6f}".rstrip("0").rstrip(".")


def words(text: str) -> str:
    """A published text as it stands on the page."""
    return " ".join(text.replace("GBP", "£").replace("|", "/").replace("$", "US$").split())


def test_every_figure_is_computed_by_our_engines(examples: dict[str, dict[str, Any]], ours: Figures) -> None:
    """All 22 examples, all outputs, each within its stated tolerance."""
    wanted = {(name, output["output"]): output for name, example in examples.items() for output in example["outputs"]}
    assert len(examples) == 22
    assert set(ours) == set(wanted)
    for key, output in wanted.items():
        assert ours[key] == pytest.approx(output["published"], abs=output["tolerance"], rel=0), key


def test_every_example_is_on_the_page(root: Path, examples: dict[str, dict[str, Any]], ours: Figures) -> None:
    """With its source, and a row for each figure: published, ours, tolerance, and that they agree."""
    text = (root / PAGE).read_text(encoding="utf-8")
    sections = dict(re.findall(r"^### ([A-Z0-9.-]+): (.*?)(?=^##|\Z)", text, re.MULTILINE | re.DOTALL))
    assert set(sections) == set(examples)
    for identity, example in examples.items():
        said = " ".join(sections[identity].split())
        assert words(example["source"]) in said, identity
        for label in ("*Given.*", "*Method.*", "*Source.*"):
            assert label in said, identity
        for output in example["outputs"]:
            row = (output["output"], output["published"], ours[identity, output["output"]], output["tolerance"])
            assert f"| {words(row[0])} | {' | '.join(shown(value) for value in row[1:])} | yes |" in said

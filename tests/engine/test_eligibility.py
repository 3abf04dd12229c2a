"""Eligibility: the first rule with the worst verdict decides, and the rules that come with the package are whole."""

import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commongoal.kernel.errors import BadInput
from commongoal.pathway.engine.eligibility import NotAnOption, Verdict, decision, terms_from
from commongoal.pathway.files.eligibility import FOLDER, terms_of

TERMS = terms_of("")
BEST = {rule.id: next(o.id for o in rule.options if o.verdict is Verdict.YES) for rule in TERMS.rules}
ANSWERS = st.fixed_dictionaries({rule.id: st.sampled_from([o.id for o in rule.options]) for rule in TERMS.rules})


@pytest.mark.parametrize(
    ("change", "outcome", "rule"),
    [
        ({}, Verdict.YES, ""),
        ({"age": "no"}, Verdict.NO, "age"),
        ({"right_to_work": "not_seen"}, Verdict.NEEDS_EVIDENCE, "right_to_work"),
        ({"right_to_work": "not_seen", "work": "in_work"}, Verdict.NO, "work"),
        ({"residence": "not_seen", "right_to_work": "not_seen"}, Verdict.NEEDS_EVIDENCE, "residence"),
    ],
)
def test_the_rule_that_decides(change: dict[str, str], outcome: Verdict, rule: str) -> None:
    found = decision(TERMS, BEST | change)
    assert (found.outcome, found.rule) == (outcome, rule)
    assert found.because


@given(ANSWERS)
def test_the_outcome_is_the_worst_verdict(answers: dict[str, str]) -> None:
    found = decision(TERMS, answers)
    verdicts = {verdict.verdict for verdict in found.verdicts}
    worst = next(v for v in (Verdict.NO, Verdict.NEEDS_EVIDENCE, Verdict.YES) if v in verdicts)
    assert found.outcome is worst
    assert len(found.verdicts) == len(TERMS.rules)


@pytest.mark.parametrize("answers", [{}, BEST | {"age": "maybe"}])
def test_every_question_needs_one_of_its_options(answers: dict[str, str]) -> None:
    with pytest.raises(NotAnOption):
        decision(TERMS, answers)


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.toml")), ids=lambda path: path.stem)
def test_terms_that_come_with_the_package_are_whole(path: Path) -> None:
    terms = terms_from(tomllib.loads(path.read_text()), path.name)
    assert terms.source
    assert terms.checked_on < terms.look_again_on
    for rule in terms.rules:
        assert {option.verdict for option in rule.options} >= {Verdict.YES, Verdict.NO}


def broken(**change: Any) -> dict[str, Any]:
    parsed = tomllib.loads((FOLDER / "default.toml").read_text())
    return parsed | change


def test_every_fault_is_told_at_once() -> None:
    rule = {"id": "a", "name": "n", "question": "q", "source": "s"}
    options = [{"id": "no", "label": "No", "verdict": "no"}, {"id": "x", "label": "x", "verdict": "perhaps"}]
    with pytest.raises(BadInput) as caught:
        terms_from(broken(rules=[{**rule, "options": options}], answer_within_working_days=0))
    assert len(caught.value.problems) >= 3
    assert any("because" in problem.expected for problem in caught.value.problems)

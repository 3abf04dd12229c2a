"""The worked example of `docs/explanation/how-a-step-is-valued.md`, by the real engine, to the penny.

One person, three stages, two providers. Every move falls on a whole month, so that the figures can be checked by hand.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest
from tests.engine.referee import Case, Entry, Ledger, Support
from tests.engine.test_scan import frame_of, opened

from commongoal.pathway.engine.chances import Rates, chance, month_matrix
from commongoal.pathway.engine.programme import Body, Named, Pathway, Programme
from commongoal.pathway.engine.scan import first_scan
from commongoal.valuation.engine.credit import Counted, keeps, potential
from commongoal.valuation.engine.terms import RULES, Rule

PAGE = "docs/explanation/how-a-step-is-valued.md"
REFERRED_ON = date(2020, 1, 1)
DAY = timedelta(days=1)
SIXTEEN_MONTHS = 487
"""Days: a month is 487/16 of a day, so that 16 of them are whole."""
WORTH = 20_000.0
HORIZON = 60
WITH, WITHOUT = 0.04, 0.02
"""Moves forward a month, from either stage."""

PROGRAMME = Programme(
    name="Worked example",
    place="Nowhere",
    invented=True,
    pathway=Pathway(
        stages=tuple(Named(id=i, name=i.capitalize()) for i in ("referred", "ready", "sustained")),
        work_stage="sustained",
        horizon_months=HORIZON,
    ),
    providers=(Body(id="harbour", name="Harbour Advice"), Body(id="mill", name="Mill Lane Works")),
    interventions=(Named(id="help", name="Help"),),
)


def day(sixteens: int) -> date:
    return REFERRED_ON + SIXTEEN_MONTHS * sixteens * DAY


def ada(support: list[Support], *moves: tuple[int, str | None, str]) -> Case:
    entries = [Entry("ada", day(at), 0, origin, to) for at, origin, to in moves]
    return Case(Ledger({"ada": {}}, entries, support), PROGRAMME, day(5), (12.0,))


BEGINNING = ((0, None, "referred"), (1, "referred", "ready"))
STAYED = ada(
    [Support("ada", "harbour", "help", day(0), day(2)), Support("ada", "mill", "help", day(2), day(3) + DAY)],
    *BEGINNING,
    (3, "ready", "sustained"),
)
LEFT = ada([Support("ada", "harbour", "help", day(0), day(2) + DAY)], *BEGINNING, (2, "ready", "left"))


def chances_at(rate: float) -> np.ndarray:
    """p (1, S + 1, H + 1) where every move forward happens at one rate and nobody steps back or leaves."""
    to = np.zeros((1, 1, 2, 5))
    to[..., 0, 1] = to[..., 1, 2] = rate
    return chance(month_matrix(Rates(to).generator()), (0,), HORIZON)


@dataclass(frozen=True)
class Credits:
    harbour: float
    mill: float


def credits_of(case: Case, rule: Rule) -> Credits:
    """Pounds to each provider, from a scan of the ledger and the potential of the rule."""
    with opened(case) as session:
        stats = first_scan(session, frame_of(case))
    with_programme, without = chances_at(WITH), chances_at(WITHOUT)
    phi = np.broadcast_to(potential(rule, with_programme, without, with_programme.shape[-2:]), with_programme.shape)
    counted = Counted.of(stats, frame_of(case)).own[keeps(rule)]
    pounds = np.einsum("gjc,gc->j", counted, phi.reshape(len(phi), -1)) * WORTH
    credit = dict(zip(stats.owners.tolist(), pounds, strict=True))
    return Credits(credit.get(0, 0.0), credit.get(1, 0.0))


@pytest.mark.parametrize(
    ("rate", "stage", "month", "published"),
    [
        (WITHOUT, 0, 0, 0.33737),
        (WITHOUT, 1, 16, 0.58522),
        (WITHOUT, 1, 32, 0.42879),
        (WITH, 0, 0, 0.69156),
        (WITH, 1, 16, 0.82796),
        (WITH, 1, 32, 0.67372),
    ],
)
def test_chances_are_those_of_the_page(root: Path, rate: float, stage: int, month: int, published: float) -> None:
    found = chances_at(rate)[0, stage, month]
    left = rate * (HORIZON - month)
    by_hand = 1 - np.exp(-left) * (1 + left if stage == 0 else 1)
    assert found == pytest.approx(by_hand, abs=1e-12)
    assert round(float(found), 5) == published
    assert f"{published:.5f}" in (root / PAGE).read_text(encoding="utf-8")


EXPECTED = {
    "stayed": {
        "net": (1_828.36, 11_424.18),
        "equal": (10_000.00, 10_000.00),
        "outcome_only": (0.00, 20_000.00),
        "relative": (-356.78, 6_525.60),
    },
    "left": {
        "net": (1_828.36, 0.00),
        "equal": (0.00, 0.00),
        "outcome_only": (0.00, 0.00),
        "relative": (-13_831.18, 0.00),
    },
}


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize(("story", "case"), [("stayed", STAYED), ("left", LEFT)])
def test_credit_is_that_of_the_page(root: Path, story: str, case: Case, rule: Rule) -> None:
    found = credits_of(case, rule)
    assert (round(found.harbour, 2), round(found.mill, 2)) == EXPECTED[story][rule]
    row = f"| `{rule}` | {pounds(found.harbour)} | {pounds(found.mill)} | {pounds(found.harbour + found.mill)} |"
    assert row in section(root, story)


@pytest.mark.parametrize("rule", RULES)
def test_steps_add_up_to_the_journey(rule: Rule) -> None:
    """Credit of all is what the last stage is worth less what the start was."""
    found = credits_of(STAYED, rule)
    start = {"net": chances_at(WITHOUT)[0, 0, 0], "relative": chances_at(WITH)[0, 0, 0]}.get(rule, 0.0)
    assert found.harbour + found.mill == pytest.approx(WORTH * (1 - start), abs=1e-6)


def test_step_and_wait_are_apart(root: Path) -> None:
    """Harbour's net credit: what the move to `ready` brought, less what sixteen months without a step cost."""
    phi = chances_at(WITHOUT)[0] * WORTH
    step, wait = phi[1, 16] - phi[0, 0], phi[1, 32] - phi[1, 16]
    assert (round(float(step), 2), round(float(wait), 2)) == (4_956.89, -3_128.52)
    assert credits_of(STAYED, "net").harbour == pytest.approx(step + wait, abs=1e-6)
    assert all(pounds(float(x)) in (root / PAGE).read_text(encoding="utf-8") for x in (step, wait))


def test_gross_value_times_additionality(root: Path) -> None:
    share = 1 - chances_at(WITHOUT)[0, 0, 0] / chances_at(WITH)[0, 0, 0]
    assert round(float(share), 5) == 0.51216
    text = (root / PAGE).read_text(encoding="utf-8")
    assert "0.51216" in text
    assert pounds(WORTH * float(share)) in text


def pounds(amount: float) -> str:
    """£1,234.50, with a true minus sign and no minus before nothing."""
    text = f"£{abs(amount):,.2f}"
    return text if round(amount, 2) >= 0 else f"−{text}"


def section(root: Path, story: str) -> str:
    """The part of the page that tells a story: everything from its heading to the next."""
    heading = {"stayed": "### What each rule pays", "left": "### If she had left instead"}[story]
    _, _, after = (root / PAGE).read_text(encoding="utf-8").partition(f"\n{heading}\n")
    return after.partition("\n## ")[0].partition("\n### ")[0]

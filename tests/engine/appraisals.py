"""Tables and small appraisals for tests: a deflator of three years, plain discounting, and round numbers."""

import copy
import tomllib
from pathlib import Path
from typing import Any

from commongoal.valuation.engine.appraisal.appraising import appraise
from commongoal.valuation.engine.appraisal.results import Appraised
from commongoal.valuation.engine.appraisal.rules import appraisal_from
from commongoal.valuation.engine.appraisal.tables import Tables
from commongoal.valuation.engine.job import Band, Schedule
from commongoal.valuation.engine.parameters import BiasTable, Deflator, Index
from commongoal.valuation.engine.parameters.optimism import Correction

EXAMPLE = Path(__file__).resolve().parents[2] / "docs" / "how-to" / "appraisal_example.toml"
SAID = "for the test"
PERCENT = (0, 5, 10, 15, 25, 40)


def schedule(rate: float) -> Schedule:
    return Schedule(
        name=f"{rate:.1%}", version="test", source=SAID, verified=True, bands=(Band(from_year=0, rate=rate),)
    )


def tables(rate: float = 0.035, wellbeing: float = 0.015) -> Tables:
    indices = {year: Index(100 * 1.02 ** (year - 2020), "outturn", SAID) for year in range(2010, 2031)}
    rows = [
        Correction(side=side, dimension="all", grade=str(grade), percent=sign * percent)
        for side, sign in (("benefits", -1), ("costs", 1))
        for grade, percent in enumerate(PERCENT, start=1)
    ]
    return Tables(
        deflator=Deflator("test", True, indices, SAID, True),
        money=schedule(rate),
        wellbeing=schedule(wellbeing),
        bias=BiasTable(name="test", rule="worst", source=SAID, verified=True, rows=tuple(rows)),
    )


def number(value: float, low: float | None = None, high: float | None = None) -> dict[str, Any]:
    return {
        "value": value,
        "low": value if low is None else low,
        "high": value if high is None else high,
        "source": SAID,
        "verified": True,
    }


def outcome(identity: str = "work", **changes: Any) -> dict[str, Any]:
    """300 people, impact 30%, deadweight 10% as a share of the gross effect."""
    plain = {
        "id": identity,
        "name": identity.capitalize(),
        "population": number(300),
        "engagement": number(1),
        "retention": number(1),
        "impact": number(0.3),
        "deadweight_basis": "share_of_gross",
        "deadweight": number(0.1),
        "displacement": number(0),
        "attribution": number(1),
        "grades": [1],
    }
    return plain | changes


def unit_value(identity: str = "saving", **changes: Any) -> dict[str, Any]:
    """£1,000, once, fiscal, all to the council."""
    plain = number(1000) | {
        "outcome": "work",
        "id": identity,
        "name": identity.capitalize(),
        "kind": "fiscal",
        "price_year": "2025/26",
        "per": "once",
        "shares": {"council": 1.0},
    }
    return plain | changes


def private(identity: str, **changes: Any) -> dict[str, Any]:
    """A value that falls on people."""
    return unit_value(identity, kind="economic", shares={}) | changes


def profile(identity: str = "work", **changes: Any) -> dict[str, Any]:
    return {"outcome": identity, "duration_months": number(12), "drop_off": number(0)} | changes


def cost(identity: str = "staff", **changes: Any) -> dict[str, Any]:
    plain = {
        "id": identity,
        "name": identity.capitalize(),
        "agency": "council",
        "kind": "revenue",
        "amounts": [50_000.0],
        "price_year": "2025/26",
        "grades": [1],
        "source": SAID,
        "verified": True,
    }
    return plain | changes


def small(**changes: Any) -> dict[str, Any]:
    """One outcome, one value, one cost; tables given replace its own."""
    plain: dict[str, Any] = {
        "name": "Small",
        "conventions": {
            "price_year": "2025/26",
            "deflator_vintage": "test",
            "first_year": "2026/27",
            "years": 5,
            "draws": 256,
        },
        "agencies": [{"id": "council", "name": "Council"}, {"id": "nhs", "name": "NHS"}],
        "outcomes": [outcome()],
        "unit_values": [unit_value()],
        "profiles": [profile()],
        "costs": [cost()],
    }
    return copy.deepcopy(plain | changes)


def appraised(given: dict[str, Any], by: Tables | None = None) -> Appraised:
    return appraise(appraisal_from(given), by or tables())


def example() -> dict[str, Any]:
    return tomllib.loads(EXAMPLE.read_text(encoding="utf-8"))

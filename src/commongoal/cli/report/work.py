"""Who gains when somebody moves into work: as text, as values for JSON, and as TOML for a programme file."""

import json
from typing import Any

from commongoal.kernel.words import clean, number, percent, pounds
from commongoal.valuation.engine.tax_benefit.calculation import Accounts
from commongoal.valuation.engine.tax_benefit.gains import Agencies, MoveIntoWork, conventions, gains_of

ACCOUNTS = {
    "earnings": "Earnings of the person",
    "income_tax": "Income tax",
    "employee_ni": "Employee National Insurance",
    "universal_credit": "Universal Credit",
    "child_benefit": "Child Benefit",
    "net_income": "Net income of the household",
}
GAINS = {
    "household": "The household",
    "dwp": "DWP: Universal Credit saved",
    "income_tax": "HMRC: income tax",
    "employee_ni": "HMRC: employee National Insurance",
    "employer_ni": "HMRC: employer National Insurance",
    "output": "Together: what the work costs the employer",
}
GAIN = ("agency", "kind", "transfer", "price_year", "value", "low", "high", "source", "verified")
WIDTH = 46


def as_text(move: MoveIntoWork) -> str:
    """A short report for a terminal; figures are means over the mix."""
    whom = "One household" if len(move.mix) == 1 else f"A mix of {number(len(move.mix))} households"
    job = f"{move.hours:g} hours a week at {pounds(move.pay, 2)}, {move.rates.year}, pounds a year"
    gained = [f"{name:<{WIDTH}}{pounds(_mean(move, move.gains, key)):>10}" for key, name in GAINS.items()]
    before_after = [_before_after(move, key, name) for key, name in ACCOUNTS.items()]
    stated = [f"  {c.name}: {c.value}{' (' + c.mark + ')' if c.mark else ''}" for c in conventions(move)]
    return "\n".join(
        [
            f"{whom} from no work to {job}",
            "",
            "Who gains",
            *gained,
            f"The household keeps {percent(_kept(move))} of what is earned.",
            "",
            f"{'':<{WIDTH}}{'out':>10}{'in work':>10}{'change':>10}",
            *before_after,
            "",
            "Conventions",
            *stated,
            *(f"  Unverified rate: {name}" for name in move.rates.unverified),
            "",
        ]
    )


def as_values(move: MoveIntoWork, agencies: Agencies) -> dict[str, Any]:
    """Everything for JSON: gains and accounts as means over the mix, each household's own, gains for a programme."""
    return {
        "year": move.rates.year,
        "hours": move.hours,
        "pay": move.pay,
        "gains": {key: _mean(move, move.gains, key) for key in GAINS},
        "out_of_work": {key: _mean(move, move.out, key) for key in Accounts.__dataclass_fields__},
        "in_work": {key: _mean(move, move.into, key) for key in Accounts.__dataclass_fields__},
        "households": [
            {
                "household": household.model_dump(),
                "gains": {key: getattr(move.gains, key)[place] for key in GAINS},
            }
            for place, household in enumerate(move.mix)
        ],
        "job_gains": [gain.model_dump() for gain in gains_of(move, agencies)],
        "conventions": conventions(move),
        "unverified": move.rates.unverified,
    }


def as_toml(move: MoveIntoWork, agencies: Agencies) -> str:
    """`[[valuation.job.gains]]` tables for a programme file whose partners have these ids."""
    notes = [f"# {convention.name}: {convention.value}" for convention in conventions(move)]
    tables = [_table({key: getattr(gain, key) for key in GAIN}) for gain in gains_of(move, agencies)]
    return "\n".join([*notes, "", "\n".join(tables)])


def _table(values: dict[str, Any]) -> str:
    # JSON's strings, numbers and booleans are TOML's too, once control characters are out
    plain = {key: clean(value) if isinstance(value, str) else value for key, value in values.items()}
    lines = [f"{key} = {json.dumps(value, ensure_ascii=False)}" for key, value in plain.items()]
    return "\n".join(["[[valuation.job.gains]]", *lines, ""])


def _before_after(move: MoveIntoWork, key: str, name: str) -> str:
    out, into = _mean(move, move.out, key), _mean(move, move.into, key)
    return f"{name:<{WIDTH}}{pounds(out):>10}{pounds(into):>10}{pounds(into - out):>10}"


def _kept(move: MoveIntoWork) -> float | None:
    earned = _mean(move, move.gains, "earnings")
    return _mean(move, move.gains, "household") / earned if earned else None


def _mean(move: MoveIntoWork, side: Any, key: str) -> float:
    return move.mean(getattr(side, key))

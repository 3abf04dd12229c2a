"""Reading the rates of tax and benefits, and files of households."""

import datetime as dt
import tomllib
from collections.abc import Sequence
from importlib.resources import files
from pathlib import Path
from typing import Any, Self

from pydantic import model_validator

from commongoal.pathway.engine.programme import Part, read_part
from commongoal.pathway.files.minimum_wage import minimum_wage
from commongoal.valuation.engine.tax_benefit.households import Household
from commongoal.valuation.engine.tax_benefit.rates import RateBook
from commongoal.valuation.files.reading import parsed_toml

RATES = "tax_benefit.toml"
MOST = 100_000
AN_HOUR = "pounds an hour"
WAGES: dict[str, dict[str, str]] = {
    "living_wage": {"what": "National Living Wage", "unit": AN_HOUR},
    "living_wage_age": {"what": "Age from which the National Living Wage is due", "unit": "years"},
    "minimum_wage_21": {"what": "Minimum wage at 21 and 22", "unit": AN_HOUR},
    "minimum_wage_18": {"what": "Minimum wage at 18 to 20", "unit": AN_HOUR},
}


class Mix(Part):
    """A file of households: `[[households]]`, each with its `share` of the mix."""

    households: tuple[Household, ...]

    @model_validator(mode="after")
    def _somebody(self) -> Self:
        # not a least length of the field, which would also complain where every household has a fault of its own
        if not 1 <= len(self.households) <= MOST:
            raise ValueError(f"a file holds 1 to {MOST:,} households, not {len(self.households):,}")
        return self


def read_rate_book() -> RateBook:
    """The rates that come with the package."""
    text = (files("commongoal.valuation") / "data" / RATES).read_text(encoding="utf-8")
    found = tomllib.loads(text)
    heads = {key: value for key, value in found.items() if not isinstance(value, dict)}
    series = {key: value for key, value in found.items() if isinstance(value, dict)}
    return read_part(RateBook, {**heads, "series": series | wages_by_year(found["years"])}, RATES)


def wages_by_year(years: Sequence[str]) -> dict[str, dict[str, Any]]:
    """The minimum wage of tax years such as "2025/26" as series: the rates from 1 April of each year."""
    table = minimum_wage()
    found: dict[str, dict[str, Any]] = {}
    for year in years:
        period = table.period(dt.date(int(year[:4]), 4, 6))
        if period is None:
            raise ValueError(f"no minimum wage for {year}")
        top = period.rates[-1]
        given = {"living_wage": (top.amount, top.verified), "living_wage_age": (top.age_from, top.verified)}
        for name, age in (("minimum_wage_21", 21), ("minimum_wage_18", 18)):
            rate = period.rate(age)
            if rate is None:
                raise ValueError(f"no minimum wage at {age} for {year}")
            given[name] = (rate.amount, rate.verified)
        for name, (amount, verified) in given.items():
            series = found.setdefault(name, {**WAGES[name], "source": table.source, "amounts": [], "verified": []})
            series["amounts"].append(amount)
            series["verified"].append(verified)
    return found


def read_households(path: Path) -> tuple[Household, ...]:
    """The households of a TOML file. Raises `BadInput` with every fault."""
    return read_part(Mix, parsed_toml(path), path.name).households

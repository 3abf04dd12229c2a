"""Reading the rates of tax and benefits, and files of households."""

import tomllib
from importlib.resources import files
from pathlib import Path
from typing import Self

from pydantic import model_validator

from commongoal.pathway.engine.programme import Part, read_part
from commongoal.valuation.engine.tax_benefit.households import Household
from commongoal.valuation.engine.tax_benefit.rates import RateBook
from commongoal.valuation.files.reading import parsed_toml

RATES = "tax_benefit.toml"
MOST = 100_000


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
    return read_part(RateBook, {**heads, "series": series}, RATES)


def read_households(path: Path) -> tuple[Household, ...]:
    """The households of a TOML file. Raises `BadInput` with every fault."""
    return read_part(Mix, parsed_toml(path), path.name).households

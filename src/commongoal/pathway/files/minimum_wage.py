"""The minimum wage, from the file in the package."""

import tomllib
from functools import cache
from importlib.resources import files

from commongoal.pathway.engine.minimum_wage import MinimumWage
from commongoal.pathway.engine.programme import read_part

FILE = "minimum_wage.toml"


@cache
def minimum_wage() -> MinimumWage:
    """The rates that come with the package."""
    text = (files("commongoal.pathway") / "data" / FILE).read_text(encoding="utf-8")
    return read_part(MinimumWage, tomllib.loads(text), FILE)

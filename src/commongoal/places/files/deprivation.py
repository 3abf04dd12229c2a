"""English indices of deprivation by small area, 2019 and 2025: scores, ranks, deciles and the people behind them.

The words of a series are the names of the columns. A number of people that is not there was too small to publish, or is
missing; the file does not say which, so it is missing. The year is that of the index, from its areas: 2019 stands on
the LSOAs of 2011, 2025 on those of 2021.
"""

import datetime as dt
import re

from commongoal.kernel.errors import BadInput, Problem
from commongoal.places.engine.figures import Period
from commongoal.places.engine.observations import UNROUNDED, Asked, Reading, Status
from commongoal.places.engine.rows import shown
from commongoal.places.files.delimited import Data, Delimited, opened
from commongoal.places.files.observing import observed
from commongoal.places.files.plans import Figures, Plan

NAME = "deprivation"
EDITIONS = {"lsoa11_code": ("2011", 2019), "lsoa21_code": ("2021", 2025)}
UNITS = (
    (re.compile(r".*_score_pct"), "per cent"),
    (re.compile(r"imd_score"), "score"),
    (re.compile(r".*_score"), "share"),
    (re.compile(r".*_rank"), "rank, 1 is most deprived"),
    (re.compile(r".*_decile"), "decile, 1 is most deprived"),
    (re.compile(r"mye\d{4}_.*"), UNROUNDED),
    (re.compile(r".*_numerator|.*_denominator"), "people"),
)
NEEDED = ("imd_rank", "imd_decile")


def recognises(data: Data, file: str) -> bool:
    """Whether the file has areas of one of the two editions, and ranks and deciles of the index."""
    return _edition(opened(data, file)) is not None


def read(data: Data, file: str, asked: Asked) -> Reading:
    """A file of the indices. Raises `BadInput` with every fault."""
    header = opened(data, file)
    edition = _edition(header)
    if edition is None:
        expected = f"areas in {' or '.join(EDITIONS)}, and {' and '.join(NEEDED)}"
        raise BadInput([Problem(file, 1, "", shown(", ".join(header.header)), expected, "columns")])
    column, vintage, year = edition
    period = Period(dt.date(year, 1, 1), dt.date(year + 1, 1, 1))
    figures = [(place, name, _unit(name)) for place, name in enumerate(header.header)]
    plan = Plan(
        area=header.places()[column],
        name=header.place(column.replace("_code", "_name")),
        figures=tuple(Figures(place, name, unit, period) for place, name, unit in figures if unit is not None),
        vintages=(("lsoa", vintage),),
        marks={"": Status.MISSING},
        dataset=f"deprivation-{year}",
    )
    return observed(header, plan, asked, NAME, data)


def _edition(header: Delimited) -> tuple[str, str, int] | None:
    places = header.places()
    if not all(name in places for name in NEEDED):
        return None
    return next(((column, *EDITIONS[column]) for column in EDITIONS if column in places), None)


def _unit(name: str) -> str | None:
    return next((unit for pattern, unit in UNITS if pattern.fullmatch(name.casefold())), None)

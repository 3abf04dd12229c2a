"""Mid-year population of working age by small area: columns `lsoa11_code`, `total`, `age16_64`, `age18_24`, `age50_64`.

The year stands in the name of the file; the estimate is of 30 June of that year, and is kept under the year.
"""

import re

from commongoal.kernel.errors import BadInput, Problem
from commongoal.places.engine.observations import Asked, Reading, Status
from commongoal.places.engine.period_labels import period_of
from commongoal.places.files.delimited import Data, Delimited, opened
from commongoal.places.files.observing import observed
from commongoal.places.files.plans import Figures, Plan

NAME = "population"
AREA = re.compile(r"((?:lsoa|msoa)(?=[012]1)|ltla|ward)(\d\d)_code")  # small areas are those of a census
AGES = re.compile(r"total|age\d+_\d+")
NEEDED = "age16_64"
KINDS = {"lsoa": "lsoa", "msoa": "msoa", "ltla": "district", "ward": "ward"}
YEAR = re.compile(r"(?<!\d)((?:19|20)\d\d)(?!\d)")


def recognises(data: Data, file: str) -> bool:
    """Whether the file has a column of areas and one of people aged 16 to 64."""
    header = opened(data, file)
    return _area(header) is not None and header.place(NEEDED) is not None


def read(data: Data, file: str, asked: Asked) -> Reading:
    """A file of population. Raises `BadInput` with every fault."""
    header = opened(data, file)
    area, years = _area(header), YEAR.findall(file)
    problems = []
    if area is None or header.place(NEEDED) is None:
        expected = f"a column of areas such as lsoa11_code, and {NEEDED}"
        problems.append(Problem(file, 1, "", ", ".join(header.header), expected, "columns"))
    if len(set(years)) != 1:
        expected = "the year of the estimate, once, in the name of the file: working_age_lsoa11_2020.csv"
        problems.append(Problem(file, 0, "", file, expected, "period"))
    if area is None or problems:
        raise BadInput(problems)
    parts = AREA.fullmatch(header.header[area].casefold())
    assert parts is not None
    plan = Plan(
        area=area,
        name=header.place(parts[0].replace("_code", "_name")),
        figures=tuple(
            Figures(place, name, "people", period_of(years[0]))
            for place, name in enumerate(header.header)
            if AGES.fullmatch(name.casefold())
        ),
        vintages=((KINDS[parts[1]], f"20{parts[2]}"),),
        marks={"": Status.MISSING},
        dataset="population",
    )
    return observed(header, plan, asked, NAME, data)


def _area(header: Delimited) -> int | None:
    """The first column, where it is one of areas; further on are the areas that those lie in."""
    return 0 if AREA.fullmatch(header.header[0].casefold()) else None

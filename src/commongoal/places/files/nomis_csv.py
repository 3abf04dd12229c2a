"""CSV of the Nomis API, in both shapes that it is met in.

    DATE_NAME,GEOGRAPHY_NAME,GEOGRAPHY_CODE,MEASURE_NAME,...,OBS_VALUE,OBS_STATUS_NAME     one figure a row
    "date","geography","geography code","Rural Urban","X; measures: Value",...             bulk: a column a series

Columns are found by name. What a column `*_NAME` of the first shape says belongs to the words of the series, unless it
says the whole ("Total", "All categories: ...") or nothing ("Value").
"""

import fnmatch
import re

from commongoal.kernel.errors import BadInput, Problem
from commongoal.places.engine.observations import Asked, Reading, Status
from commongoal.places.engine.rows import shown
from commongoal.places.files.delimited import Data, Delimited, opened
from commongoal.places.files.observing import observed
from commongoal.places.files.plans import Dimensions, Figures, Plan

NAME = "nomis-api"
LONG = ("obs_value", "geography_code", "date_name")
BULK = ("date", "geography code")
OF_THE_ROW = frozenset(
    {"date_name", "geography_name", "obs_status_name", "geography_typecode_name", "geography_type_name"}
)
MEASURES = ("measure_name", "variable_name", "item_name", "statistic_name")
UNSAID = frozenset({"value", "variable", "number"})
WHOLE = ("total", "all categories*", "all persons*", "all usual residents*")
MEASURE = re.compile(r"\s*; measures: .*$", re.IGNORECASE)
NO_FIGURE = {"": Status.MISSING}


def recognises(data: Data, file: str) -> bool:
    """Whether the file has one of the two headers."""
    places = opened(data, file).places()
    return all(name in places for name in LONG) or all(name in places for name in BULK)


def read(data: Data, file: str, asked: Asked) -> Reading:
    """A file of the Nomis API. Raises `BadInput` with every fault."""
    header = opened(data, file)
    places = header.places()
    plan = _long(header) if "obs_value" in places or "geography_code" in places else _bulk(header)
    return observed(header, plan, asked, NAME, data)


def _long(header: Delimited) -> Plan:
    places = header.places()
    _require(header, LONG)
    named = [name for name in places if name.endswith("_name") and name not in OF_THE_ROW]
    ordered = sorted(named, key=lambda name: (name not in MEASURES, places[name]))
    return Plan(
        area=places["geography_code"],
        name=places.get("geography_name"),
        period=places["date_name"],
        figures=(Figures(places["obs_value"]),),
        series=tuple((places[name], name.removesuffix("_name").replace("_", " ")) for name in ordered),
        words=series_words,
        status=places.get("obs_status_name"),
        marks=NO_FIGURE,
    )


def series_words(dimensions: Dimensions) -> str:
    """The words of a series: what is measured, then each part of the whole with the name of its column."""
    words = []
    for name, value in dimensions:
        text = value.casefold()
        if text in UNSAID or any(fnmatch.fnmatchcase(text, pattern) for pattern in WHOLE):
            continue
        measured = f"{name}_name" in MEASURES or name == "measures"
        words.append(value if measured else f"{name}: {value}")
    return "; ".join(words)


def _bulk(header: Delimited) -> Plan:
    places = header.places()
    _require(header, BULK)
    measured = [place for place, name in enumerate(header.header) if MEASURE.search(name)]
    if not measured:
        expected = 'columns of figures, such as "Disability: All categories; measures: Value"'
        raise BadInput([Problem(header.file, 1, "", shown(", ".join(header.header)), expected, "columns")])
    rural = places.get("rural urban")
    return Plan(
        area=places["geography code"],
        name=places.get("geography"),
        period=places["date"],
        figures=tuple(Figures(place, " ".join(MEASURE.sub("", header.header[place]).split())) for place in measured),
        only=((rural, frozenset({"Total"})),) if rural is not None else (),
        marks=NO_FIGURE,
    )


def _require(header: Delimited, names: tuple[str, ...]) -> None:
    places = header.places()
    problems = [
        Problem(header.file, 1, name, shown(", ".join(header.header)), f"a column {name}", "columns")
        for name in names
        if name not in places
    ]
    twice = [name for name in (*names, "geography_name", "obs_status_name") if _count(header, name) > 1]
    problems += [Problem(header.file, 1, name, name, "this column once", "columns") for name in twice]
    if problems:
        raise BadInput(problems)


def _count(header: Delimited, name: str) -> int:
    return sum(one.casefold() == name for one in header.header)

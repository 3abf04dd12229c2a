"""Pay by district as a workbook of a query on Nomis: title, what was asked, a head of two rows, footnotes."""

import datetime as dt
import io
from typing import Any

import numpy as np

from commongoal.demo.engine.place_files import PlaceFile
from commongoal.demo.engine.place_tables import Made

AREAS = "local authority: district / unitary (as of April 2024)"
COLUMNS = ("Number of jobs", "Median", "10 percentile")
NOTES = (
    "# These figures are suppressed as statistically unreliable.",
    "- These figures are missing.",
    "This place is invented, and so is every figure about it.",
)


def pay_file(made: Made, year: int) -> PlaceFile:
    """Weekly pay of those who live in each district, in April of a year."""
    import xlsxwriter

    rows: list[list[Any]] = [
        ["annual survey of hours and earnings - resident analysis"],
        [f"ONS Crown Copyright Reserved [from Nomis on 5 November {year}]"], [], ["date", year], ["sex", "Total"],
        ["pay", "Weekly pay - gross"], ["confidence", "Standard error as a percentage of the figure"], [],
        [AREAS, None, *(cell for name in COLUMNS for cell in (name, None))],
        [None, None, *("number", "conf %") * len(COLUMNS)], *_districts(made, year),
        ["Column Total", None, *("-",) * 2 * len(COLUMNS)], [], *([note] for note in NOTES),
    ]  # fmt: skip
    data = io.BytesIO()
    with xlsxwriter.Workbook(data, {"in_memory": True}) as book:
        book.set_properties({"created": dt.datetime(year, 11, 5)})  # noqa: DTZ001 - a file that does not change with the day
        sheet = book.add_worksheet("Data")
        for number, row in enumerate(rows):
            for column, cell in enumerate(row):
                if cell is not None:
                    sheet.write(number, column, cell)
    return PlaceFile("nomis_pay_district.xlsx", data.getvalue())


def _districts(made: Made, year: int) -> list[list[Any]]:
    pay, survey = {each["code"]: each["pay"] for each in made.data["districts"]}, made.data["pay"]
    found = []
    for code, (name, people, _) in made.districts().items():
        draw = np.random.default_rng([made.data["seed"], 6, year, int(code[-3:])])
        median = round(float(pay[code] * draw.normal(1, survey["spread"])), 1)
        jobs = round(people * survey["jobs_a_person"] / 1000) * 1000
        few = people < survey["too_few_people"]
        tenth: list[Any] = ["#", "#"] if few else [round(median * survey["lowest_tenth"], 1), survey["errors"][2]]
        found.append([name, code, jobs, survey["errors"][0], median, survey["errors"][1], *tenth])
    return found

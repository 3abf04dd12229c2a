"""The official files about Marlhaven as somebody would fetch them, each with its day and what it does not say."""

import datetime as dt
from dataclasses import dataclass

from commongoal.demo.engine.benefit_tables import benefit_file
from commongoal.demo.engine.place_figures import months_to, truth_of
from commongoal.demo.engine.place_files import PlaceFile
from commongoal.demo.engine.place_tables import (
    Made,
    claimant_file,
    deprivation_file_2019,
    deprivation_file_2025,
    population_file,
    survey_file,
)
from commongoal.demo.pay_table import pay_file
from commongoal.demo.place import figures_data, geography_data, land
from commongoal.places.engine.observations import Asked

SOURCE = "Invented for this demonstration, in the layout of the real table"
OUT_ON = 17  # the day of a month on which claimants of the month before are out
PAY_OUT = (11, 5)  # month and day on which the pay of April is out
LATEST, BEFORE, ONCE = 2, 33, 80  # days before the site is built on which files were fetched
KINDS = {"lsoa21": ("lsoa", "2021"), "lsoa11": ("lsoa", "2011"), "msoa21": ("msoa", "2021"), "ward24": ("ward", "2024"),
         "ltla24": ("district", "2024"), "region23": ("region", "2023")}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Fetched:
    """A file of figures, and what is said of it when it is taken in."""

    file: PlaceFile
    asked: Asked


def official_files(on: dt.date) -> tuple[Fetched, ...]:
    """Every file of figures about the place that there is on a day, in the order in which they were fetched."""
    made = made_on(on)
    whole = len(made.truth.months)
    found = [
        _fetched(population_file(made, "lsoa11"), on, ONCE, "population", "lsoa11"),
        _fetched(population_file(made, "lsoa21"), on, ONCE, "population", "lsoa21"),
        _fetched(population_file(made, "ltla24"), on, ONCE, "population", "ltla24"),
        _fetched(deprivation_file_2019(made), on, ONCE, "deprivation-2019", "lsoa11"),
        _fetched(deprivation_file_2025(made), on, ONCE, "deprivation-2025", "lsoa21", "ward24", "ltla24"),
        _fetched(survey_file(made, months_to(on, 5)[0]), on, ONCE, "annual-population-survey", "ltla24"),
        _fetched(pay_file(made, _pay_year(on)), on, LATEST, "earnings", "ltla24"),
    ]
    for days, months in ((BEFORE, whole - 1), (LATEST, whole)):
        for layers in (("lsoa21",), ("ward24",), ("ltla24", "region23")):
            name = f"nomis_claimants_{layers[0]}_{made.truth.months[months - 1]:%Y-%m}.csv"
            found.append(_fetched(claimant_file(made, layers, months, name), on, days, "claimant-count", *layers))
    for number, table in enumerate(made.data["benefits"]["tables"]):
        files = [(benefit_file(made, number, layers), layers) for layers in table["files"]]
        found += [_fetched(file, on, BEFORE, table["dataset"], *layers) for file, layers in files]
    return tuple(sorted(found, key=lambda each: each.asked.fetched_on))


def made_on(on: dt.date) -> Made:
    """What the figures that are out on a day are made from."""
    last = months_to(on, 2 if on.day >= OUT_ON else 3)[0]
    return Made(land(), geography_data(), truth_of(figures_data(), land(), last), figures_data())


def _fetched(file: PlaceFile, on: dt.date, days: int, dataset: str, *layers: str) -> Fetched:
    vintages = tuple(KINDS[layer] for layer in layers)
    return Fetched(file, Asked(on - dt.timedelta(days=days), dataset=dataset, source=SOURCE, vintages=vintages))


def _pay_year(on: dt.date) -> int:
    return on.year if (on.month, on.day) > PAY_OUT else on.year - 1

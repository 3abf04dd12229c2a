"""The invented figures as published tables: rounded, perturbed, provisional and revised as the real ones are."""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import exp
from typing import Any

import numpy as np

from commongoal.demo.engine.geography import Land, ward_code
from commongoal.demo.engine.place_figures import Truth, rounded
from commongoal.demo.engine.place_files import PlaceFile, csv_of, month_words

Data = Mapping[str, Any]
Row = tuple[object, ...]
NOMIS = ("DATE_NAME", "GEOGRAPHY_NAME", "GEOGRAPHY_CODE")


@dataclass(frozen=True, slots=True)
class Made:
    """What every table is made from: the land and its file, what is true of it, and the numbers behind that."""

    land: Land
    place: Data
    truth: Truth
    data: Data

    @property
    def home(self) -> str:
        """The code of the partnership's own district."""
        code: str = self.place["districts"][0]["code"]
        return code

    def by_area(self, layer: str, values: Any) -> dict[str, tuple[str, Any]]:
        """Name and sum of values of pieces (the last axis) for each area of a layer of small areas."""
        names = {**self.land.names(layer), **self.land.names("ltla24")}
        small = {each.code: each for each in self.land.small}
        keys = {
            "lsoa21": [piece.lsoa21 for piece in self.land.pieces],
            "lsoa11": [piece.lsoa11 for piece in self.land.pieces],
            "ward24": [ward_code(piece.ward) for piece in self.land.pieces],
            "msoa21": [small[piece.lsoa21].msoa for piece in self.land.pieces],
            "pcon25": [small[piece.lsoa21].constituency for piece in self.land.pieces],
            "ltla24": [self.home] * len(self.land.pieces),
        }[layer]
        return {code: (names[code], found) for code, found in self.truth.of(keys, values).items()}

    def districts(self) -> dict[str, tuple[str, int, Any]]:
        """Name, people aged 16 to 64 and claimants by month of every district."""
        names = self.land.names("ltla24")
        own = (int(self.truth.people.sum()), self.truth.claimants.sum(axis=1))
        return {code: (name, *self.truth.elsewhere.get(code, own)) for code, name in names.items()}


def claimant_file(made: Made, layers: Sequence[str], months: int, name: str) -> PlaceFile:
    """The claimant count of the first so many months, as the API of Nomis gives it; the newest are first figures."""
    head = (*NOMIS, "GENDER_NAME", "AGE_NAME", "MEASURE_NAME", "MEASURES_NAME", "OBS_VALUE", "OBS_STATUS_NAME")
    words = ("Total", "All categories: Age 16+", "Claimant count", "Value")
    claimants, data = made.truth.claimants, made.data["claimants"]
    held = {
        code: found
        for layer in layers
        if layer in made.land.layers
        for code, found in made.by_area(layer, claimants).items()
    }
    if "ltla24" in layers:
        held = {code: (name, counts) for code, (name, _, counts) in made.districts().items()}
    if "region23" in layers:
        region = made.place["region"]
        held[region["code"]] = (region["name"], sum(counts for _, _, counts in made.districts().values()))
    rows: list[Row] = [head]
    for number, month in enumerate(made.truth.months[:months]):
        newest = months - number
        first = 1 - data["late"] if newest <= data["late_months"] else 1.0
        status = "Provisional" if newest <= data["provisional"] else "Normal Value"
        for code, (area, counts) in held.items():
            value = int(rounded(round(float(counts[number] * first)), data["round_to"]))
            rows.append((month_words(month), area, code, *words, value, status))
    return PlaceFile(name, csv_of(rows))


def population_file(made: Made, layer: str) -> PlaceFile:
    """People by age in the middle of a year, by area: small areas, or every district."""
    counted, year = made.data["people"], made.data["people"]["years"][layer]
    grown = 1 + counted["grows_a_year"] * (year - counted["years"]["lsoa21"])
    ages = (counted["all_ages"], 1.0, counted["young"], counted["older"])
    held = {code: (name, people) for code, (name, people, _) in made.districts().items()}
    if layer != "ltla24":
        held = made.by_area(layer, made.truth.people)
    rows: list[Row] = [(f"{layer}_code", f"{layer}_name", "total", "age16_64", "age18_24", "age50_64")]
    rows += [(code, name, *(round(people * grown * age) for age in ages)) for code, (name, people) in held.items()]
    return PlaceFile(f"working_age_{layer}_{year}.csv", csv_of(rows, quoted=False))


def deprivation_file_2019(made: Made) -> PlaceFile:
    """The employment domain of the indices of deprivation of 2019: per cent of the small areas of 2011, and ranks."""
    data, home = made.data["deprivation"], made.place["districts"][0]
    rows: list[Row] = [
        ("lsoa11_code", "lsoa11_name", "ltla19_code", "ltla19_name", "imd_score", "IMD_rank", "IMD_decile",
         "income_score_pct", "Income_rank", "Income_decile", "employment_score_pct", "Employment_rank",
         "Employment_decile", "income_domain_numerator", "employment_domain_numerator", "mye2019_age16_64")
    ]  # fmt: skip
    for code, (name, held) in _deprived(made, "lsoa11", data["earlier"]).items():
        people, employment, income = held
        shares = [100 * count / people for count in (employment, income)]
        ranks = [_rank(share / 100, data["areas_2019"], data) for share in (shares[0], shares[1] * data["rank_income"])]
        row = (
            round(data["score_of_employment"] * shares[0], 3),
            *ranks[0],
            round(shares[1], 1),
            *ranks[1],
            round(shares[0], 1),
            *ranks[0],
        )
        rows.append((code, name, home["code"], home["name"], *row, income, employment, people))
    return PlaceFile("imd2019_employment_lsoa11.csv", csv_of(rows, quoted=False))


def deprivation_file_2025(made: Made) -> PlaceFile:
    """The same of 2025: shares of the small areas of 2021, with the wards they lie in."""
    data, home, wards = made.data["deprivation"], made.place["districts"][0], made.land.names("ward24")
    ward_of = {each.code: each.ward for each in made.land.small}
    rows: list[Row] = [
        ("lsoa21_code", "lsoa21_name", "ward24_code", "ward24_name", "ltla24_code", "ltla24_name", "IMD_score",
         "IMD_rank", "IMD_decile", "Income_score", "Income_rank", "Income_decile", "Employment_score",
         "Employment_rank", "Employment_decile", "income_domain_numerator", "employment_domain_numerator")
    ]  # fmt: skip
    for code, (name, held) in _deprived(made, "lsoa21", 1.0).items():
        people, employment, income = held
        shares = [count / people for count in (employment, income)]
        ranks = [_rank(share, data["areas_2025"], data) for share in (shares[0], shares[1] * data["rank_income"])]
        places = (ward_of[code], wards[ward_of[code]], home["code"], home["name"])
        row = (
            round(100 * data["score_of_employment"] * shares[0], 3),
            *ranks[0],
            round(shares[1], 3),
            *ranks[1],
            round(shares[0], 3),
            *ranks[0],
        )
        rows.append((code, name, *places, *row, float(income), float(employment)))
    return PlaceFile("imd2025_employment_lsoa21.csv", csv_of(rows, quoted=False))


def survey_file(made: Made, last: dt.date) -> PlaceFile:
    """Employment, unemployment and inactivity by district from the population survey: rates with their confidence."""
    survey = made.data["survey"]
    names, shares = made.land.names("ltla24"), {each["code"]: each for each in made.data["districts"]}
    rows: list[Row] = [(*NOMIS, "VARIABLE_NAME", "MEASURES_NAME", "OBS_VALUE", "OBS_STATUS_NAME")]
    for label, ago in _survey_years(last, survey["quarters"]):
        for code, name in names.items():
            draw = np.random.default_rng([made.data["seed"], 3, int(code[-3:]), ago])
            for variable, rate in _rates(shares[code], ago, survey):
                moved = round(float(rate + draw.normal(0, survey["confidence"] / 3)), 1)
                rows.append((label, name, code, variable, "Variable", moved, "Normal Value"))
                rows.append((label, name, code, variable, "Confidence", survey["confidence"], "Normal Value"))
    return PlaceFile("nomis_survey_district.csv", csv_of(rows))


def _rates(shares: Data, ago: int, survey: Data) -> Iterator[tuple[str, float]]:
    employed = shares["employed"] - survey["falls_a_quarter"] * ago
    inactive = shares["inactive"] + survey["inactive_falls_a_quarter"] * ago
    yield "Employment rate - aged 16-64", employed
    yield "Unemployment rate - aged 16-64", 100 * (1 - employed / (100 - inactive))
    yield "% who are economically inactive - aged 16-64", inactive
    reasons = {"long-term sick": shares["sick"], "looking after family or home": survey["caring"]}
    for reason, percent in reasons.items():
        yield f"% who are economically inactive, {reason} - aged 16-64", inactive * percent / 100


def _survey_years(last: dt.date, quarters: int) -> Iterator[tuple[str, int]]:
    """Years that end with a quarter, the oldest first, with how many quarters ago each was."""
    end = last.year * 4 + (last.month - 1) // 3  # the quarter after the last whole one
    for ago in range(quarters - 1, -1, -1):
        year, quarter = divmod(end - ago, 4)
        after = dt.date(year, 3 * quarter + 1, 1)
        final = after - dt.timedelta(days=1)
        yield f"{dt.date(after.year - 1, after.month, 1):%b %Y}-{final:%b %Y}", ago


def _deprived(made: Made, layer: str, times: float) -> dict[str, tuple[str, tuple[int, int, int]]]:
    """People aged 16 to 64, and those deprived of employment and of income, to 5."""
    data = made.data["deprivation"]
    start = {code: counts[0] for code, (_, counts) in made.by_area(layer, made.truth.claimants).items()}
    found = {}
    for code, (name, people) in made.by_area(layer, made.truth.people).items():
        employment = times * (data["least"] * people + data["times_claimants"] * start[code])
        income = employment * data["income_to_employment"]
        found[code] = (name, (int(people), int(rounded(round(employment), 5)), int(rounded(round(income), 5))))
    return found


def _rank(share: float, areas: int, data: Data) -> tuple[int, int]:
    """Rank among the areas of the country and decile, 1 being the most deprived: a curve that falls with the share."""
    rank = min(areas, max(1, round(areas * exp(-((share / data["rank_scale"]) ** data["rank_shape"])))))
    return rank, -(-10 * rank // areas)

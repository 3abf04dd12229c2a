"""What is true of the invented land: people, and claimants month by month, before anybody rounds or publishes them."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import hypot, pi
from typing import Any

import numpy as np
import numpy.typing as npt

from commongoal.demo.engine.geography import Land

Data = Mapping[str, Any]
Counts = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Truth:
    """Whole people: `people` [P] aged 16 to 64 by piece of the land, `claimants` [T, P] on a day of each month.

    `elsewhere` holds the same for the other districts, by code: people, and claimants [T].
    """

    months: tuple[dt.date, ...]
    people: Counts
    claimants: Counts
    elsewhere: Mapping[str, tuple[int, Counts]]

    def of(self, codes: Sequence[str], values: Counts) -> dict[str, Any]:
        """Values of pieces (the last axis) added up by the area each lies in."""
        found: dict[str, Any] = {}
        for code in sorted(set(codes)):
            held = np.array([each == code for each in codes])
            found[code] = values[..., held].sum(axis=-1)
        return found


def truth_of(data: Data, land: Land, last: dt.date) -> Truth:
    """Everything up to the month of `last`, the figures' newest. Equal data and month give equal figures."""
    months = months_to(last, data["claimants"]["months"])
    draw = np.random.default_rng(data["seed"])
    counted = data["people"]
    drawn = draw.normal(counted["mean"], counted["spread"], len(land.pieces))
    people = np.maximum(drawn, counted["fewest"]).round().astype(np.int64)
    shares = _shares(data["claimants"], land, months, data["seed"])
    elsewhere = {
        each["code"]: (each["people"], _elsewhere(each, data["claimants"], months, data["seed"]))
        for each in data["districts"]
        if "people" in each
    }
    return Truth(months, people, (people * shares).round().astype(np.int64), elsewhere)


def months_to(last: dt.date, count: int) -> tuple[dt.date, ...]:
    """The first days of so many months, the month of `last` being the last of them."""
    number = last.year * 12 + last.month - 1
    return tuple(dt.date(n // 12, n % 12 + 1, 1) for n in range(number - count + 1, number + 1))


def rounded(values: Any, base: int) -> Any:
    """Whole numbers rounded to a base, a half upwards."""
    return (np.asarray(values) + base // 2) // base * base


def spot_pieces(spot: Data, land: Land) -> list[int]:
    """The numbers of the pieces of a planted hot spot: those nearest to its middle."""
    east, north = spot["at"]
    away = [hypot(piece.middle[0] - east, piece.middle[1] - north) for piece in land.pieces]
    return sorted(range(len(away)), key=lambda number: away[number])[: spot["pieces"]]


def _shares(data: Data, land: Land, months: Sequence[dt.date], seed: int) -> Floats:
    """The share of people who claim [T, P]: what all have in common, what is planted, and chance."""
    draw, count = np.random.default_rng([seed, 1]), len(land.pieces)
    own = np.exp(draw.normal(0, data["between_pieces"], count))
    period, phase = draw.uniform(14, 40, count), draw.uniform(0, 2 * pi, count)
    ago = np.arange(len(months))[::-1]
    shares: Floats = data["share"] * own * _common(data, months)[:, None]
    shares = shares * np.exp(data["wave"] * np.sin(2 * pi * ago[:, None] / period + phase))
    shares = shares * np.array([_chance(data, month, count, seed) for month in months])
    for spot in data["hot_spots"]:
        shares[:, spot_pieces(spot, land)] *= (1 + (spot["times"] - 1) * _left(spot, ago))[:, None]
    return shares


def _common(data: Data, months: Sequence[dt.date]) -> Floats:
    """Season, slow fall and the break of the definition, for each month."""
    month = np.array([each.month for each in months])
    season = 1 + data["season"] * np.cos(2 * pi * (month - data["peak_month"]) / 12)
    fall = 1 - data["falls_a_year"] * np.arange(len(months)) / 12
    after = np.array([each >= data["break"]["from_on"] for each in months])
    common: Floats = season * fall * np.where(after, data["break"]["times"], 1.0)
    return common


def _chance(data: Data, month: dt.date, count: int, seed: int) -> Floats:
    """What a month happens to bring: its own draw, so that it is the same whenever the place is made."""
    draw = np.random.default_rng([seed, 2, month.year * 12 + month.month])
    return np.exp(draw.normal(0, data["chance"], count))


def _left(spot: Data, ago: Any) -> Floats:
    """How much of a planted spot there is: all of it, or ever less from one month to another."""
    if "faded" not in spot:
        return np.ones(len(ago))
    begins, gone = spot["faded"]
    left: Floats = np.clip((ago - gone) / (begins - gone), 0.0, 1.0)
    return left


def _elsewhere(district: Data, data: Data, months: Sequence[dt.date], seed: int) -> Counts:
    number = int(district["code"][-3:])
    chance = np.array([float(_chance(data, month, number, seed)[-1]) for month in months])
    expected = district["people"] * district["claimants"] / 100 * _common(data, months)
    found: Counts = (expected * (1 + (chance - 1) / 3)).round().astype(np.int64)
    return found

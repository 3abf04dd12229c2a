"""Figures of a dataset as the source gives them, one for each area and period."""

import datetime as dt
import fnmatch
import math
from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from commongoal.places.engine.areas import AreaKind
from commongoal.places.engine.figures import Period
from commongoal.places.engine.indicators import Choice
from commongoal.places.engine.observations import Edition, Perturbation
from commongoal.places.engine.totals import figure_error
from commongoal.places.run.evidence import Evidence

Key = tuple[str, Period]
Row = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Given:
    """One figure as its edition has it, or why it is not there."""

    value: float | None
    edition: Edition
    why: str = ""
    provisional: bool = False
    revised: bool = False
    counted: bool = True  # whether what the edition says of rounding is said of it

    @property
    def error(self) -> float | None:
        """How far rounding and noise may have moved it; None where nobody published that."""
        return error_of(self.edition) if self.counted else None

    @property
    def marks(self) -> tuple[str, ...]:
        """What stands beside it."""
        return tuple(
            words
            for words, so in (
                ("provisional", self.provisional),
                ("revised", self.revised),
                (rounded_words(self.edition), self.counted and bool(self.edition.rounding)),
                ("perturbed", self.edition.perturbation == Perturbation.NOISE),
            )
            if so
        )


def error_of(edition: Edition) -> float | None:
    """How far one figure may be from what was counted, by rounding and noise; None where nobody says."""
    most, _ = figure_error(edition)
    return most if math.isfinite(most) else None


def rounded_words(edition: Edition) -> str:
    """ "rounded to 5"."""
    return f"rounded to {edition.rounding or 0:g}"


def given(
    evidence: Evidence, choice: Choice, areas: Collection[str] | None = None, kind: AreaKind | None = None,
    start: dt.date | None = None, end: dt.date | None = None,
) -> dict[Key, Given]:  # fmt: skip
    """The figures of a choice by area and period: of each, the series whose words fit the first pattern.

    Where two series fit it alike, the figure is not there and the reason names them.
    """
    if areas is not None and kind is None and start is not None:
        seen = _in_window(evidence, choice, areas, start, end)
        if seen is not None:
            return seen
    key = ("given", choice, None if areas is None else frozenset(areas), kind, start, end)
    return evidence.once(key, lambda: _given(evidence, choice, areas, kind, start, end))


def open_window(evidence: Evidence, areas: Collection[str]) -> None:
    """Says that all figures of these few areas will be wanted: one question to each table then answers many."""
    group = frozenset(areas)
    evidence.keep({("window", code): group for code in areas})


def _in_window(
    evidence: Evidence, choice: Choice, areas: Collection[str], start: dt.date, end: dt.date | None
) -> dict[Key, Given] | None:
    """The figures from a window that holds all of the areas and begins early enough; None where there is none."""
    groups = (evidence.kept(("window", code)) for code in areas) if len(areas) <= MOST_IN_WINDOW else ()
    group = next((one for one in groups if one is not None and one.issuperset(areas)), None)
    since = _since(evidence, choice)
    if group is None or since is None or start < since:
        return None
    key = ("in window", choice, group)
    found = evidence.once(key, lambda: _first_of(_window(evidence, choice.dataset, group, since), evidence, choice))
    return {
        (code, when): one
        for (code, when), one in found.items()
        if code in areas and when.start >= start and (end is None or when.end <= end)
    }


MOST_IN_WINDOW = 16
YEARS = 2
"""How far before a table's last day a window reaches: a figure and that of a year before, published a year late."""


def _since(evidence: Evidence, choice: Choice) -> dt.date | None:
    last = max((edition.last for edition in evidence.of_dataset(choice)), default=None)
    return last.replace(year=last.year - YEARS, day=1) if last else None


def _window(evidence: Evidence, dataset: str, group: frozenset[str], since: dt.date) -> list[Row]:
    """Every figure of a table that an indicator asks for, of some areas from a day on."""
    asked = [side for one in evidence.indicators for side in (one.count, one.of) if side and side.dataset == dataset]
    patterns = tuple(dict.fromkeys(pattern for side in asked for pattern in side.series))
    key = ("window rows", dataset, group)
    return evidence.once(key, lambda: _listed(evidence.observations.figures(dataset, patterns, group, None, since)))


def _given(
    evidence: Evidence, choice: Choice, areas: Collection[str] | None, kind: AreaKind | None, start: dt.date | None,
    end: dt.date | None,
) -> dict[Key, Given]:  # fmt: skip
    if not evidence.of_dataset(choice):
        return {}
    table = evidence.observations.figures(choice.dataset, choice.series, areas, kind, start, end)
    return _first_of(_listed(table), evidence, choice)


def _listed(table: pa.Table) -> list[Row]:
    names = ("area", "start", "end", "series", "value", "status", "provisional", "revised", "edition")
    return list(zip(*(table[name].to_pylist() for name in names), strict=True))


def _first_of(rows: list[Row], evidence: Evidence, choice: Choice) -> dict[Key, Given]:
    ranks = _ranks(evidence, choice)
    best: dict[Key, list[tuple[int, str, Given]]] = defaultdict(list)
    for area, first, last, series, value, status, provisional, revised, edition in rows:
        if (edition, series) in ranks:
            rank, words, counted = ranks[edition, series]
            one = Given(value, evidence.by_name[edition], status or "", bool(provisional), bool(revised), counted)
            best[area, Period(first, last)].append((rank, words, one))
    return {key: _first(found) for key, found in best.items()}


COUNTED = ("people", "households", "jobs")


def _ranks(evidence: Evidence, choice: Choice) -> dict[tuple[str, str], tuple[int, str, bool]]:
    """(edition, key of a series) -> which pattern its words fit, the words, whether the edition's rounding is of it.

    Where a file has series of several units, its rounding is of those that count people or things.
    """
    found = {}
    for edition in evidence.of_dataset(choice):
        several = len({series.unit for series in edition.series}) > 1
        for series in edition.series:
            for rank, pattern in enumerate(choice.series):
                if fnmatch.fnmatchcase(series.words.casefold(), pattern.casefold()):
                    found[edition.name, series.key] = (rank, series.words, not several or series.unit in COUNTED)
                    break
    return found


def _first(found: list[tuple[int, str, Given]]) -> Given:
    rank = min(each[0] for each in found)
    fit = [each for each in found if each[0] == rank]
    words = sorted({each[1] for each in fit})
    if len(words) == 1:
        return fit[-1][2]
    return Given(None, fit[-1][2].edition, f"several series of the table fit: {', '.join(words[:3])}")

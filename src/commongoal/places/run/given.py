"""Figures of a dataset as the source gives them, one for each area and period."""

import datetime as dt
import fnmatch
import math
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from commongoal.places.engine.areas import AreaKind
from commongoal.places.engine.figures import Period
from commongoal.places.engine.indicators import Choice
from commongoal.places.engine.observations import UNROUNDED, Edition, Perturbation
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
    key = _key(choice, areas, kind, start, end)
    known: dict[Key, Given] | None = evidence.kept(key)
    if known is not None:
        return known
    if areas is not None and kind is None and start is not None:
        seen = _in_window(evidence, choice, areas, start, end)
        if seen is not None:
            return seen
    return evidence.once(key, lambda: _given(evidence, choice, areas, kind, start, end))


def _key(
    choice: Choice, areas: Collection[str] | None, kind: AreaKind | None, start: dt.date | None, end: dt.date | None
) -> tuple[Any, ...]:
    return "given", choice, None if areas is None else frozenset(areas), kind, start, end


def ask_ahead(
    evidence: Evidence, choice: Choice, areas: Collection[str] | None, kind: AreaKind | None, periods: Iterable[Period]
) -> None:
    """Asks the store once for what `given` will be asked of the same areas in each of some periods, and keeps it."""
    keys = {_key(choice, areas, kind, one.start, one.end): one for one in periods}
    wanted = {key: one for key, one in keys.items() if evidence.kept(key) is None}
    if len(wanted) < 2 or len(wanted) * (MANY_AREAS if areas is None else len(areas)) > MOST_AHEAD:
        return
    first, last = min(one.start for one in wanted.values()), max(one.end for one in wanted.values())
    found = _given(evidence, choice, areas, kind, first, last)
    by_period: dict[Period, dict[Key, Given]] = defaultdict(dict)
    for key, one in found.items():
        by_period[key[1]][key] = one
    evidence.keep({key: _inside(found, by_period, one) for key, one in wanted.items()})


def _inside(
    found: Mapping[Key, Given], by_period: Mapping[Period, dict[Key, Given]], period: Period
) -> dict[Key, Given]:
    """The figures of a period and of any that lie in it."""
    those = [one for one in by_period if one.start >= period.start and one.end <= period.end]
    if len(those) <= 1:
        return by_period[those[0]] if those else {}
    return {key: one for key, one in found.items() if key[1] in those}


MANY_AREAS = 40_000
"""What a kind of areas is taken to have at most, where it is asked for without saying which."""
MOST_AHEAD = 250_000
"""Figures that are asked for ahead at once: more would fill the memory for one page."""


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
    return _first_of(_listed(_best(table, _ranks(evidence, choice))), evidence, choice)


def _best(table: pa.Table, ranks: Mapping[tuple[str, str], tuple[int, *tuple[Any, ...]]]) -> pa.Table:
    """The rows that fit the first pattern that any row of their area and period fits, in the order that these come in.

    Nothing else of `_first_of`'s answer depends on the others, and a table may have six series where one is wanted.
    """
    if len({one[0] for one in ranks.values()}) < 2 or not len(table):
        return table
    (edition, editions), (series, keys), (area, codes) = (
        _places(table[name]) for name in ("edition", "series", "area")
    )
    rank_of = [[ranks[one, key][0] if (one, key) in ranks else NO_RANK for key in keys] for one in editions]
    rank = np.array(rank_of, dtype=np.int64)[edition, series]
    days = [table[name].cast(pa.int32()).to_numpy().astype(np.int64) for name in ("start", "end")]
    _, period = np.unique(days[0] * DAYS + days[1], return_inverse=True)
    _, key = np.unique(period * len(codes) + area, return_inverse=True)
    ranked = np.flatnonzero(rank < NO_RANK)
    least, first = np.full((2, len(key)), max(NO_RANK, len(key)))
    np.minimum.at(least, key, rank)
    np.minimum.at(first, key[ranked], ranked)
    kept = np.flatnonzero((rank == least[key]) & (rank < NO_RANK))
    return table.take(pa.array(kept[np.argsort(first[key[kept]], kind="stable")]))


NO_RANK = 1_000_000
"""What fits no pattern comes after all that fits one."""
DAYS = 10_000_000
"""More days than there are from 1970 to any end of a period."""


def _places(column: pa.ChunkedArray) -> tuple[NDArray[np.int64], list[str]]:
    """Where each value of a column of words stands in the list of all that it has."""
    whole = column.unify_dictionaries().combine_chunks()
    return whole.indices.to_numpy().astype(np.int64), whole.dictionary.to_pylist()


def _listed(table: pa.Table) -> list[Row]:
    names = ("area", "start", "end", "series", "value", "status", "provisional", "revised", "edition")
    return list(zip(*(_plain(table[name]) for name in names), strict=True))


def _plain(column: pa.ChunkedArray) -> list[Any]:
    """The values of a column; each word and each day is made once, which pyarrow's own list does for every row."""
    found: list[Any] = []
    for chunk in (column.dictionary_encode() if pa.types.is_date(column.type) else column).chunks:
        if pa.types.is_dictionary(chunk.type):
            words = [*chunk.dictionary.to_pylist(), None]
            places = chunk.indices.fill_null(len(words) - 1).to_numpy().tolist()
            found += [words[place] for place in places]
        else:
            found += chunk.to_pylist() if chunk.null_count else chunk.to_numpy(zero_copy_only=False).tolist()
    return found


def _first_of(rows: list[Row], evidence: Evidence, choice: Choice) -> dict[Key, Given]:
    ranks = _ranks(evidence, choice)
    best: dict[Key, list[tuple[int, str, Given]]] = defaultdict(list)
    periods: dict[tuple[dt.date, dt.date], Period] = {}
    for area, first, last, series, value, status, provisional, revised, edition in rows:
        if (edition, series) in ranks:
            rank, words, counted, own = ranks[edition, series]
            one = Given(value, own, status or "", bool(provisional), bool(revised), counted)
            period = periods.get((first, last)) or periods.setdefault((first, last), Period(first, last))
            best[area, period].append((rank, words, one))
    return {key: _first(found) for key, found in best.items()}


COUNTED = ("people", "households", "jobs", UNROUNDED)


def _ranks(evidence: Evidence, choice: Choice) -> dict[tuple[str, str], tuple[int, str, bool, Edition]]:
    """(edition, key of a series) -> which pattern its words fit, the words, whether the edition's rounding is of it.

    Where a file has series of several units, its rounding is of those that count people or things, but not of estimates
    of the population that stand beside them; so the edition is given as it is true of the series.
    """
    found = {}
    for edition in evidence.of_dataset(choice):
        several = len({series.unit for series in edition.series}) > 1
        for series in edition.series:
            for rank, pattern in enumerate(choice.series):
                if fnmatch.fnmatchcase(series.words.casefold(), pattern.casefold()):
                    own = replace(edition, rounding=0.0) if several and series.unit == UNROUNDED else edition
                    found[edition.name, series.key] = (rank, series.words, not several or series.unit in COUNTED, own)
                    break
    return found


def _first(found: list[tuple[int, str, Given]]) -> Given:
    if len(found) == 1:
        return found[0][2]
    rank = min(each[0] for each in found)
    fit = [each for each in found if each[0] == rank]
    words = sorted({each[1] for each in fit})
    if len(words) == 1:
        return fit[-1][2]
    return Given(None, fit[-1][2].edition, f"several series of the table fit: {', '.join(words[:3])}")

"""Questions to the store of observations, in DuckDB over its Parquet files."""

import datetime as dt
import fnmatch
import threading
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from commongoal.kernel.errors import Refused
from commongoal.places.engine.areas import PREFIXES, AreaKind, kind_of
from commongoal.places.engine.figures import AreaName, Period
from commongoal.places.engine.observations import SCHEMA, Edition
from commongoal.places.files.store import contents_of, path_of

COLUMNS = tuple(SCHEMA.names)
FEW = 500
"""Up to so many areas are written into a question one by one, which DuckDB passes over groups of rows by."""
FIGURES = SCHEMA.append(pa.field("edition", pa.dictionary(pa.int32(), pa.string())))
"""What `figures` and `revisions` give: the columns of `SCHEMA`, then the name of the edition."""


class StoreUnreadable(Refused):
    """A file in the store of observations cannot be read: it is missing or damaged."""


@dataclass(frozen=True, slots=True)
class _Part:
    """What is wanted of one edition: its rank (a higher one wins) and series key -> number of the words."""

    edition: Edition
    rank: int
    keys: dict[str, int]


class Observations:
    """The figures of some editions. `editions` stand in the order they were kept; the files are in `folder`.

    Where several editions of a dataset have a figure for the same area, period and words of a series, the one fetched
    last wins, and of those fetched on one day the one kept last.
    """

    def __init__(self, folder: Path, editions: Iterable[Edition]) -> None:
        self.folder = folder
        ordered = sorted(enumerate(editions), key=lambda pair: (pair[1].fetched_on, pair[0]))
        self.editions = tuple(edition for _, edition in ordered)

    def figures(
        self,
        dataset: str,
        series: Collection[str] = ("*",),
        areas: Collection[str] | None = None,
        kind: AreaKind | str | None = None,
        start: dt.date | None = None,
        end: dt.date | None = None,
    ) -> pa.Table:
        """The figures in force, by series, start and area: columns of `FIGURES`.

        `series` are patterns as of a shell, without case, on the words of a series. `start` and `end` bound whole
        periods: a period counts when it begins on or after `start` and ends on or before `end`.
        """
        parts = self._parts(dataset, series, start, end)
        query = _all_of(self.folder, parts, *_conditions(areas, kind, start, end))
        if _overlap(parts):
            keep = 'row_number() OVER (PARTITION BY area, start, "end", words ORDER BY rank DESC) = 1'
            query = (f"SELECT * FROM ({query[0]}) QUALIFY {keep}", query[1])
        return _table(parts, query, 'series, start, area, "end"')

    def revisions(
        self, dataset: str, series: Collection[str] = ("*",), areas: Collection[str] | None = None
    ) -> pa.Table:
        """Every edition's figure, the older first: columns of `FIGURES`."""
        parts = self._parts(dataset, series, None, None)
        return _table(parts, _all_of(self.folder, parts, *_conditions(areas, None, None, None)),
                      'series, start, area, "end", rank')  # fmt: skip

    def periods(
        self, dataset: str, series: Collection[str] = ("*",), kind: AreaKind | str | None = None
    ) -> tuple[Period, ...]:
        """The periods that any edition has figures of, in order."""
        found = {
            period
            for part in self._parts(dataset, series, None, None)
            for key, of_kind, period in contents_of(
                path_of(self.folder, part.edition.name), _stamp(self.folder, part.edition)
            ).periods
            if key in part.keys and (kind is None or of_kind == kind)
        }
        return tuple(sorted(found, key=lambda period: (period.start, period.end)))

    def areas(self, dataset: str, kind: AreaKind | str | None = None) -> tuple[AreaName, ...]:
        """The areas of a dataset, by code and year, as its newest edition names them."""
        found: dict[tuple[str, str], AreaName] = {}
        for edition in self.editions:
            if edition.dataset == dataset:
                named = _names(path_of(self.folder, edition.name), _stamp(self.folder, edition), edition.vintages)
                found |= {(area.code, area.vintage): area for area in named if kind is None or area.kind == kind}
        return tuple(found[key] for key in sorted(found))

    def kinds(self, dataset: str) -> frozenset[tuple[AreaKind, str]]:
        """The kinds of its areas, each with the year that an edition gives for them, empty where it says none."""
        found = set()
        for edition in self.editions:
            if edition.dataset == dataset:
                contents = contents_of(path_of(self.folder, edition.name), _stamp(self.folder, edition))
                found |= {(kind, edition.vintage(kind)) for _, kind, _ in contents.periods if kind}
        return frozenset((AreaKind(kind), year) for kind, year in found)

    def _parts(
        self, dataset: str, series: Collection[str], start: dt.date | None, end: dt.date | None
    ) -> tuple[_Part, ...]:
        words: dict[str, int] = {}
        parts = []
        for rank, edition in enumerate(self.editions):
            outside = (start and edition.last <= start) or (end and edition.first >= end)
            if edition.dataset != dataset or outside:
                continue
            keys = {
                one.key: words.setdefault(one.words.casefold(), len(words))
                for one in edition.series
                if any(fnmatch.fnmatchcase(one.words.casefold(), pattern.casefold()) for pattern in series)
            }
            if keys:
                parts.append(_Part(edition, rank, keys))
        return tuple(parts)


Query = tuple[str, list[Any]]


def _conditions(
    areas: Collection[str] | None, kind: AreaKind | str | None, start: dt.date | None, end: dt.date | None
) -> tuple[str, list[Any]]:
    """What rows must be, as SQL with its values."""
    texts: list[str] = []
    values: list[Any] = []
    if areas is not None:
        chosen = sorted(set(areas))
        few = len(chosen) <= FEW
        listed = ", ".join("?" * len(chosen)) if few else "SELECT unnest(?::VARCHAR[])"
        texts.append(f"(area BETWEEN ? AND ? AND area IN ({listed}))" if chosen else "false")  # bounds pass over groups
        values += [chosen[0], chosen[-1], *(chosen if few else [chosen])] if chosen else []
    if kind is not None:
        prefixes = sorted(prefix for prefix, one in PREFIXES.items() if one == kind)
        texts.append(f"({' OR '.join(['(area >= ? AND area < ?)'] * len(prefixes))})" if prefixes else "false")
        values += [bound for prefix in prefixes for bound in (prefix, prefix + ":")]  # ":" follows the digits
    if start is not None:
        texts.append("start >= ?")
        values.append(start)
    if end is not None:
        texts.append('"end" <= ?')
        values.append(end)
    return "".join(f" AND {text}" for text in texts), values


def _all_of(folder: Path, parts: Sequence[_Part], where: str, values: list[Any]) -> Query:
    """The rows of every part, with the rank of their edition and the number of their words."""
    texts, given = [], []
    columns = ", ".join(f'"{name}"' for name in COLUMNS)
    for part in parts:
        cases = " ".join("WHEN ? THEN ?" for _ in part.keys)
        keys = ", ".join("?" * len(part.keys))
        texts.append(
            f"SELECT {columns}, {part.rank} AS rank, CASE series {cases} END AS words"
            f" FROM read_parquet(?) WHERE series IN ({keys}){where}"
        )
        given += [item for pair in part.keys.items() for item in pair]
        given += [str(path_of(folder, part.edition.name)), *part.keys, *values]
    return " UNION ALL ".join(texts), given


def _overlap(parts: Sequence[_Part]) -> bool:
    """Whether two parts may have a figure for the same words and period."""
    return any(
        a.edition.first < b.edition.last
        and b.edition.first < a.edition.last
        and not set(a.keys.values()).isdisjoint(b.keys.values())
        for number, a in enumerate(parts)
        for b in parts[:number]
    )


def _table(parts: Sequence[_Part], query: Query, order: str) -> pa.Table:
    if not parts:
        return FIGURES.empty_table()
    names = {part.rank: part.edition.name for part in parts}
    found = _asked(f"SELECT * FROM ({query[0]}) ORDER BY {order}", query[1])
    place = pc.index_in(found["rank"], pa.array(list(names), found["rank"].type)).combine_chunks()
    edition = pa.DictionaryArray.from_arrays(_one(place), pa.array(list(names.values()), pa.string()))
    columns = [_as(found[name], SCHEMA.field(name).type) for name in COLUMNS]
    return pa.table([*columns, edition], schema=FIGURES)


def _one(column: pa.ChunkedArray | pa.Array) -> pa.Array:
    return pa.concat_arrays(column.chunks) if isinstance(column, pa.ChunkedArray) else column


def _as(column: pa.ChunkedArray, kind: pa.DataType) -> pa.ChunkedArray:
    if pa.types.is_dictionary(kind) and not pa.types.is_dictionary(column.type):
        return column.dictionary_encode().cast(kind)
    return column.cast(kind)


_local = threading.local()


def _asked(text: str, values: list[Any]) -> pa.Table:
    """The answer to a query; each thread has a connection of its own, which keeps what it learnt of the files."""
    if not hasattr(_local, "connection"):
        _local.connection = duckdb.connect(config={"threads": 1})
        _local.connection.execute("SET parquet_metadata_cache = true")
    try:
        return _local.connection.sql(text, params=values).to_arrow_table()
    except (duckdb.Error, pa.ArrowException) as fault:  # whose words tell where on the machine the store is
        raise StoreUnreadable from fault


def _stamp(folder: Path, edition: Edition) -> int:
    """When an edition's file was written; what was learnt of it is remembered under that."""
    try:
        return path_of(folder, edition.name).stat().st_mtime_ns
    except OSError:
        raise StoreUnreadable(f"{edition.name} is missing.") from None


@lru_cache(maxsize=64)
def _names(path: Path, stamp: int, vintages: tuple[tuple[str, str], ...]) -> tuple[AreaName, ...]:
    """The areas of a file that the register of codes knows."""
    years = dict(vintages)
    kinds = ((code, name, kind_of(code)) for code, name in contents_of(path, stamp).areas)
    return tuple(AreaName(code, name, kind, years.get(kind, "")) for code, name, kind in kinds if kind)

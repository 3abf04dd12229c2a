"""What a new edition changes: its figures beside those that its dataset had before, in DuckDB."""

from collections.abc import Sequence
from pathlib import Path

import duckdb
import pyarrow as pa

from commongoal.places.engine.catalogue import Changes, Differs
from commongoal.places.engine.observations import Edition
from commongoal.places.files.store import path_of

MOST = 20
"""Figures revised most that are kept with an edition, to be read one by one."""
BEFORE = """
CREATE TEMP TABLE before AS
SELECT area, start, "end", words, arg_max({'value': value, 'status': status}, rank) AS was
FROM (%s) AS every
WHERE start >= ? AND "end" <= ?
GROUP BY ALL
"""
ONE = (
    'SELECT f.area, f.start, f."end", w.words, f.value, f.status, {rank} AS rank FROM read_parquet(?) AS f'
    " JOIN words_of AS w ON w.edition = ? AND w.key = f.series"
)
COUNTS = """
SELECT count(*) FILTER (b.area IS NULL) AS new,
       count(*) FILTER (b.area IS NOT NULL AND %s) AS revised,
       count(*) FILTER (b.area IS NOT NULL AND NOT %s) AS same
FROM after AS a JOIN words_of AS w ON w.edition = '' AND w.key = a.series
LEFT JOIN before AS b ON b.area = a.area AND b.start = a.start AND b."end" = a."end" AND b.words = w.words
"""
OTHER = "(a.value IS DISTINCT FROM b.was.value OR a.status IS DISTINCT FROM b.was.status)"
LARGEST = f"""
SELECT a.area, a.name, a.start, a."end", w.words, b.was.value, a.value, b.was.status, a.status
FROM after AS a JOIN words_of AS w ON w.edition = '' AND w.key = a.series
JOIN before AS b ON b.area = a.area AND b.start = a.start AND b."end" = a."end" AND b.words = w.words
WHERE {OTHER}
ORDER BY abs(coalesce(a.value, 0) - coalesce(b.was.value, 0)) DESC, a.area, a.start, w.words
LIMIT {MOST}
"""


def changes(folder: Path, earlier: Sequence[Edition], table: pa.Table, edition: Edition) -> Changes:
    """What figures (columns of `SCHEMA`) say that the editions before did not, or said otherwise.

    `earlier` are those of the same dataset that count, the newest last; where several gave a figure, the newest did.
    """
    if not (before := [one for one in earlier if one.first < edition.last and edition.first < one.last]):
        return Changes(len(table), 0, 0)
    with duckdb.connect(config={"threads": 1}) as connection:
        connection.register("words_of", _words([*before, edition], edition))
        parts = " UNION ALL ".join(ONE.format(rank=rank) for rank in range(len(before)))
        given = [value for one in before for value in (str(path_of(folder, one.name)), one.name)]
        connection.execute(BEFORE % parts, [*given, edition.first, edition.last])
        connection.register("after", table)
        new, revised, same = connection.execute(COUNTS % (OTHER, OTHER)).fetchone() or (0, 0, 0)
        largest = tuple(Differs(*row) for row in connection.execute(LARGEST).fetchall()) if revised else ()
    return Changes(new, revised, same, largest, tuple(one.name for one in before))


def _words(editions: Sequence[Edition], new: Edition) -> pa.Table:
    """(edition, key of a series, its words); the new edition has no name yet."""
    rows = [("" if one is new else one.name, series.key, series.words) for one in editions for series in one.series]
    names, keys, words = zip(*rows, strict=True) if rows else ((), (), ())
    return pa.table({"edition": list(names), "key": list(keys), "words": list(words)})

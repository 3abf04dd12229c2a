"""Every figure of an edition as CSV, under its source and its notes."""

from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from commongoal.kernel.spreadsheets import csv_text
from commongoal.places.engine.edition_words import period_words, perturbation_words, rounding_words, vintage_words
from commongoal.places.engine.observations import Edition
from commongoal.places.files.store import NotKept, path_of

COLUMNS = ("area", "name", "start", "end", "series", "value", "status", "provisional", "revised")
HEADINGS = ("area", "name", "from", "before", "measure", "value", "why there is no value", "provisional", "revised")
BATCH = 10_000
BROKEN_OFF = "The file of this edition is damaged: figures are missing from here on"


def edition_csv(folder: Path, edition: Edition) -> Iterator[str]:
    """The text in pieces, beginning with the mark by which spreadsheets know UTF-8. Raises `NotKept` at once."""
    try:
        file = pq.ParquetFile(path_of(folder, edition.name))
        if not set(COLUMNS) <= set(file.schema_arrow.names):
            raise NotKept
    except (OSError, pa.ArrowException) as fault:
        raise NotKept from fault
    return _pieces(file, edition)


def _pieces(file: pq.ParquetFile, edition: Edition) -> Iterator[str]:
    words = {series.key: series.words for series in edition.series}
    with file:
        yield "\ufeff" + csv_text([*_about(edition), (), HEADINGS])
        try:
            for batch in file.iter_batches(BATCH, columns=list(COLUMNS)):
                columns = batch.to_pydict()
                columns["series"] = [words.get(key, key) for key in columns["series"]]
                yield csv_text(zip(*(columns[name] for name in COLUMNS), strict=True))
        except (OSError, pa.ArrowException):  # what went before has been sent already
            yield csv_text([(BROKEN_OFF,)])


def _about(edition: Edition) -> Iterator[tuple[str, ...]]:
    """What must not be parted from the figures."""
    yield (edition.title,)
    yield ("Source", edition.source)
    yield ("Table", edition.table)
    yield ("Licence", edition.licence)
    yield ("Tells of", period_words(edition.first, edition.last))
    yield ("Fetched", edition.fetched_on.isoformat())
    yield ("Areas", vintage_words(edition))
    yield ("Rounding", rounding_words(edition))
    yield ("Random change", perturbation_words(edition))
    for note in edition.notes:
        yield ("Note", note)
    for mark, meaning in edition.symbols:
        yield ("Mark", mark, meaning)

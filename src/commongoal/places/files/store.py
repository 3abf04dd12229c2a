"""The store of observations: a folder with one Parquet file for each edition, its catalogue entry inside.

    <folder>/<dataset>-<fetched on>-<number>.parquet

Rows stand by series, then area, then start, so that a question about some areas passes over the rest; what periods and
areas a file has stands in its metadata too. A file is written beside its place and takes its name in one step, so what
stands in the folder is whole. The number tells in what order editions fetched on one day were kept.
"""

import base64
import datetime as dt
import hashlib
import json
import os
import re
import uuid
import zlib
from dataclasses import asdict, dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from commongoal.kernel.errors import Refused
from commongoal.places.engine.areas import kind_of
from commongoal.places.engine.figures import Period
from commongoal.places.engine.observations import SCHEMA, Edition, Perturbation, Reading, Series
from commongoal.places.engine.row_order import joined, order_of, ranked, ranked_numbers

ENTRY, CONTENTS = b"commongoal.edition", b"commongoal.contents"
NAME = re.compile(r"([a-z0-9][a-z0-9-]{0,59})-(\d{4}-\d{2}-\d{2})-(\d{1,9})")
DATASET = re.compile(r"[a-z0-9][a-z0-9-]{0,59}")
ROWS = 131_072
"""Rows in one group of a file. Smaller ones are read by more steps, larger ones pass over less."""


class NotKept(Refused):
    """There is no such edition in the store, or its file cannot be read."""


class NothingToKeep(Refused):
    """A file without a single figure that could be read is not kept."""


class BadDataset(Refused):
    """The code of a dataset is small letters, digits and hyphens, such as claimant-count."""


@dataclass(frozen=True, slots=True)
class Contents:
    """(series, kind of area, period) of each that has figures, and (code, name) of each area."""

    periods: tuple[tuple[str, str, Period], ...]
    areas: tuple[tuple[str, str], ...]


def keep(folder: Path, reading: Reading) -> Edition:
    """Write a reading's observations under the first free name of its dataset and day.

    The same file with the same entry is kept once: the edition that stands already is returned.
    """
    if not DATASET.fullmatch(reading.edition.dataset):
        raise BadDataset(f"Found {reading.edition.dataset!r}.")
    if not len(reading.table):
        raise NothingToKeep(reading.edition.file)
    folder.mkdir(parents=True, exist_ok=True)
    stem = f"{reading.edition.dataset}-{reading.edition.fetched_on}-"
    standing = [_read(path) for path in folder.glob(f"{stem}*.parquet") if NAME.fullmatch(path.stem)]
    for edition in standing:
        if replace(edition, name="") == replace(reading.edition, name=""):
            return edition
    number = 1 + max((int(edition.name.removeprefix(stem)) for edition in standing), default=0)
    while True:
        edition = replace(reading.edition, name=f"{stem}{number}")
        if _written(folder, edition, reading.table):
            return edition
        number += 1


def renew(folder: Path, edition: Edition, table: pa.Table) -> None:
    """Write the file of an edition that has a name anew, in the place of what stands there."""
    remove(folder, edition.name)
    _written(folder, edition, table)


def is_whole(folder: Path, name: str, digest: str) -> bool:
    """Whether an edition's file is still the one of that digest."""
    try:
        return digest_of(folder, name) == digest
    except NotKept:
        return False


def _written(folder: Path, edition: Edition, table: pa.Table) -> bool:
    """Whether the edition took its name; false where another writer took it first."""
    entry = json.dumps(edition_as_data(edition), ensure_ascii=False).encode()
    whole = _in_one_piece(table)
    aside = folder / f".{edition.name}.{uuid.uuid4().hex}"
    try:
        pq.write_table(
            _by_area(whole).replace_schema_metadata({ENTRY: entry, CONTENTS: _contents(whole)}),
            aside,
            compression="zstd",
            compression_level=1,
            row_group_size=ROWS,
        )
        os.link(aside, folder / f"{edition.name}.parquet")
    except FileExistsError:
        return False
    finally:
        aside.unlink(missing_ok=True)
    return True


def _in_one_piece(table: pa.Table) -> pa.Table:
    """The table with one array a column."""
    whole = table.select(SCHEMA.names).cast(SCHEMA).unify_dictionaries().combine_chunks()
    columns = [c.chunk(0) if c.num_chunks else pa.array([], c.type) for c in whole.columns]
    return pa.table(columns, schema=SCHEMA)


def _by_area(table: pa.Table) -> pa.Table:
    """The rows by series, area and start."""
    key = joined((ranked(table["series"].chunk(0)), ranked(table["area"].chunk(0)), ranked_numbers(_days(table))))
    order, repeats = order_of(key)
    if repeats is not None:  # periods of two lengths that begin on one day
        order = np.argsort(key[0], kind="stable")
    return table if order is None else table.take(order)


def _days(table: pa.Table, column: str = "start") -> NDArray[np.int64]:
    days: NDArray[np.int64] = table[column].chunk(0).cast(pa.int32()).to_numpy().astype(np.int64)
    return days


def _contents(table: pa.Table) -> bytes:
    """The periods of a table, by series and kind of area, and its areas by name, small enough to read at a glance."""
    area, series = table["area"].chunk(0), table["series"].chunk(0)
    kinds = pa.array([kind_of(code) or "" for code in area.dictionary.to_pylist()], pa.string()).dictionary_encode()
    keys = {
        "series": series.indices,
        "kind": kinds.indices.take(area.indices),
        "start": table["start"],
        "end": table["end"],
    }
    found = pa.table(keys).group_by(list(keys), use_threads=False).aggregate([]).to_pylist()
    words, names = series.dictionary.to_pylist(), kinds.dictionary.to_pylist()
    periods = [[words[r["series"]], names[r["kind"]], str(r["start"]), str(r["end"])] for r in found]
    last = np.zeros(len(area.dictionary), dtype=np.int64)
    last[area.indices.to_numpy()] = np.arange(len(area))
    areas = zip(area.dictionary.to_pylist(), table["name"].chunk(0).take(last).to_pylist(), strict=True)
    plain = json.dumps({"periods": sorted(periods), "areas": sorted(areas)}, ensure_ascii=False).encode()
    return base64.b64encode(zlib.compress(plain, 1))


@lru_cache(maxsize=256)
def contents_of(path: Path, stamp: int) -> Contents:  # noqa: ARG001 - what is remembered is of a file at a time
    """What stands in an edition's file, written at `stamp`."""
    try:
        data = json.loads(zlib.decompress(base64.b64decode(pq.read_schema(path).metadata[CONTENTS])))
        day = dt.date.fromisoformat
        periods = tuple((series, kind, Period(day(start), day(end))) for series, kind, start, end in data["periods"])
        return Contents(periods, tuple((code, name) for code, name in data["areas"]))
    except (OSError, pa.ArrowException, KeyError, TypeError, ValueError, zlib.error):
        raise NotKept(f"{path.name} is damaged, or not of this store.") from None


def kept_editions(folder: Path) -> tuple[Edition, ...]:
    """Every edition in the store, the newest last: by the day it was fetched, then in the order they were kept."""
    paths = [path for path in folder.glob("*.parquet") if NAME.fullmatch(path.stem)] if folder.is_dir() else []
    return tuple(sorted(map(_read, paths), key=lambda e: (e.fetched_on, int(e.name.rpartition("-")[2]), e.name)))


def digest_of(folder: Path, name: str) -> str:
    """SHA-256 of an edition's file as it stands in the store."""
    try:
        with path_of(folder, name).open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        raise NotKept(f"It was asked for as {name!r}.") from None


def remove(folder: Path, name: str) -> None:
    """Take an edition out of the store; nothing happens where it is not there."""
    path_of(folder, name).unlink(missing_ok=True)


def path_of(folder: Path, name: str) -> Path:
    """Where an edition stands. Raises `NotKept` for what is not the name of one."""
    if not NAME.fullmatch(name):
        raise NotKept(f"It was asked for as {name!r}.")
    return folder / f"{name}.parquet"


def _read(path: Path) -> Edition:
    try:
        entry = pq.read_schema(path).metadata[ENTRY]
        return replace(edition_from(json.loads(entry)), name=path.stem)
    except (OSError, pa.ArrowException, KeyError, TypeError, ValueError):
        raise NotKept(f"{path.name} is damaged, or not of this store.") from None


def edition_as_data(edition: Edition) -> dict[str, Any]:
    """A catalogue entry as JSON can hold it."""
    return asdict(edition) | {
        "fetched_on": edition.fetched_on.isoformat(),
        "first": edition.first.isoformat(),
        "last": edition.last.isoformat(),
        "perturbation": edition.perturbation.value,
    }


def edition_from(data: dict[str, Any]) -> Edition:
    """A catalogue entry read back from what `edition_as_data` gave, through JSON or not."""
    days = {name: dt.date.fromisoformat(data[name]) for name in ("fetched_on", "first", "last")}
    pairs = {name: tuple((a, b) for a, b in data[name]) for name in ("vintages", "symbols")}
    series = tuple(
        Series(**(one | {"dimensions": tuple((a, b) for a, b in one["dimensions"])})) for one in data["series"]
    )
    rest = {"notes": tuple(data["notes"]), "perturbation": Perturbation(data["perturbation"]), "series": series}
    return Edition(**(data | days | pairs | rest))

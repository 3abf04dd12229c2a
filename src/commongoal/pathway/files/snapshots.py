"""A snapshot's directory: the programme's file, the ledger beside it, and what the next snapshot needs of this one.

    <programme>/<day>-<number>/programme.toml    the file that was in force, with the common areas written out
                               ledger/           the ledger, as `commongoal ledger import` writes it
                               <comparison>/     the comparison ledger that the file names, as it was that day
                               left_out.parquet  rows left out, by pseudonym and reason
                               due.parquet       pseudonyms of those whose rows a later day changes
                               basis             what it went by; another basis makes the next one whole

It is written beside its place and takes its name in one step, so that a kill leaves the last whole one. A comparison
ledger is copied from `<programme>/<comparison>/`, where whoever looks after the site puts it: so a valuation of the
snapshot can be run again when another has taken its place.
"""

import fcntl
import hashlib
import re
import shutil
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from commongoal.pathway.engine.ledger import TABLES
from commongoal.pathway.engine.ledger_tables import Told
from commongoal.pathway.engine.snapshots import LEDGER, PROGRAMME_FILE, stays_beside
from commongoal.pathway.files.directory import copy_ledger, write_directory, write_ledger
from commongoal.pathway.files.manifest import Manifest
from commongoal.pathway.files.programmes import resolved

BASIS, LEFT_OUT, DUE = "basis", "left_out.parquet", "due.parquet"
LOCK = ".in-use"
NAMED = re.compile(r"\.?\d{4}-\d{2}-\d{2}-\d+")


@dataclass(frozen=True, slots=True)
class Kept:
    """A snapshot as it was written: its directory's name below the programme's, its digest, and rows by table."""

    name: str
    digest: str
    rows: dict[str, int]


@contextmanager
def in_sole_use(folder: Path) -> Iterator[Path]:
    """A programme's folder, in which nobody else writes a snapshot meanwhile; others wait for their turn.

    The lock is the system's, on a file, since files are what is shared: it goes with the process that holds it, and no
    transaction of the database is open while others wait.
    """
    for place in (folder.parent, folder):  # for this account alone: people are told apart in them, if not by name
        place.mkdir(parents=True, exist_ok=True, mode=0o700)
    with (folder / LOCK).open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield folder


def sweep(folder: Path, kept: Collection[str]) -> None:
    """Remove what killed writers left in a programme's folder: every snapshot but those kept. Only in sole use."""
    for place in folder.iterdir():
        if NAMED.match(place.name) and place.name not in kept:
            shutil.rmtree(place)


def write_snapshot(folder: Path, text: str, told: Told, manifest: Manifest, basis: str, comparison: str = "") -> Kept:
    """Write a snapshot below a programme's folder, under the first free name of its day.

    `comparison` is where the comparison ledger stands below that folder, and then below the snapshot; one that is not
    there is left out, and the valuation says so.
    """
    rows = {table.name: len(told.tables[table.name]) if table.name in told.tables else 0 for table in TABLES}
    number = 1
    while (folder / f"{manifest.snapshot_on}-{number}").exists():
        number += 1
    target = folder / f"{manifest.snapshot_on}-{number}"

    def fill(place: Path) -> None:
        write_ledger(place / LEDGER, told.tables, manifest)
        (place / PROGRAMME_FILE).write_text(resolved(text), encoding="utf-8")
        (place / BASIS).write_text(basis, encoding="utf-8")
        pq.write_table(told.left_out, place / LEFT_OUT)
        pq.write_table(pa.table({"person": pa.array(told.due, pa.string())}), place / DUE)
        if comparison and stays_beside(comparison) and (folder / comparison).is_dir():
            copy_ledger(folder / comparison, place / comparison)

    write_directory(target, fill, replace=False)
    return Kept(target.name, digest_of(target), rows)


def digest_of(directory: Path) -> str:
    """The digest over all tables of a snapshot, its programme's file and a comparison ledger beside them.

    Empty where a file cannot be read.
    """
    digest = hashlib.sha256()
    own = [directory / PROGRAMME_FILE, *(directory / LEDGER / f"{t.name}.parquet" for t in TABLES)]
    others = sorted(path for path in directory.rglob("*.parquet") if path.parent not in {directory, directory / LEDGER})
    try:
        for path in (*own, *others):
            name = path.name if path in own else path.relative_to(directory).as_posix()
            with path.open("rb") as file:
                digest.update(f"{name} {hashlib.file_digest(file, 'sha256').hexdigest()}\n".encode())
    except OSError:
        return ""
    return digest.hexdigest()


def beside(directory: Path) -> tuple[Path, ...]:
    """The directories of a snapshot: its ledger, and the comparison ledger's."""
    return tuple(sorted(place for place in directory.iterdir() if place.is_dir()))


def read_snapshot(directory: Path, digest: str, basis: str) -> Told | None:
    """A snapshot as it was told, or none where it was changed since, or went by another basis."""
    try:
        if digest_of(directory) != digest or (directory / BASIS).read_text(encoding="utf-8") != basis:
            return None
        tables = {table.name: pq.read_table(directory / LEDGER / f"{table.name}.parquet") for table in TABLES}
        due = tuple(pq.read_table(directory / DUE)["person"].to_pylist())
        return Told(tables, pq.read_table(directory / LEFT_OUT), due)
    except (OSError, pa.ArrowException):
        return None

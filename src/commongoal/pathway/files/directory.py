"""Writing a ledger directory: whole or not at all.

Everything is written to a directory beside the target, flushed to disk, and takes the target's name in one step.
"""

import ctypes
import os
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from commongoal.kernel.errors import Refused
from commongoal.pathway.engine.ledger import TABLES, Table
from commongoal.pathway.engine.shape import schema_of, shaped
from commongoal.pathway.files.manifest import MANIFEST, Manifest, manifest_text

ROW_GROUP = 100_000
EXCHANGE = 2
"""Linux's flag to swap two names in one step (renameat2)."""
HERE = -100


class TargetExists(Refused):
    """There is something at the target already; nothing was written."""


def write_ledger(
    directory: Path, tables: Mapping[str, pa.Table], manifest: Manifest, *, replace: bool = False, refused: str = ""
) -> Path:
    """Write canonical tables as a ledger directory; a table that is not given is written empty.

    Rows are put in canonical order and `seq` is filled; the manifest's row counts are taken from the tables. `refused`
    is the text of `refused.csv`, if there is one. Raises `TargetExists` unless `replace`, which takes a ledger's place
    in one step and the place of nothing else.
    """

    def fill(place: Path) -> None:
        rows = {table.name: _write_table(place, table, tables.get(table.name)) for table in TABLES}
        whole = Manifest(manifest.programme, manifest.snapshot_on, rows)
        _write_text(place / MANIFEST, manifest_text(whole))
        if refused:
            _write_text(place / "refused.csv", refused)

    return write_directory(Path(directory), fill, replace=replace)


def copy_ledger(ledger: Path, target: Path) -> None:
    """Copy the files of a ledger's directory into another that is being written, down to the disk."""
    target.mkdir(parents=True)
    for path in sorted(ledger.iterdir()):
        if path.is_file():
            shutil.copyfile(path, target / path.name)
            _flush(target / path.name)


def _write_table(place: Path, table: Table, rows: pa.Table | None) -> int:
    whole = schema_of(table).empty_table() if rows is None else shaped(table, rows)
    path = place / f"{table.name}.parquet"
    pq.write_table(whole, path, compression="zstd", row_group_size=ROW_GROUP, write_page_checksum=True)
    _flush(path)
    return len(whole)


def _write_text(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8", newline="")
    _flush(path)


def _flush(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def write_directory(target: Path, fill: Callable[[Path], None], *, replace: bool) -> Path:
    """Let `fill` write into a new directory, and give that the target's name once all of it is on disk."""
    target = Path(os.path.abspath(target))  # noqa: PTH100 - a link at the target stays a link
    check_target(target, replace=replace)
    target.parent.mkdir(parents=True, exist_ok=True)
    with _beside(target) as place:
        fill(place)
        _flush(place)
        if target.exists():
            _swap(place, target)
        else:
            place.rename(target)
        _flush(target.parent)
    return target


def check_target(target: Path, *, replace: bool) -> None:
    """Raise `TargetExists` where a ledger may not be written: something stands there that may not be replaced."""
    if not os.path.lexists(target):
        return
    if not replace:
        raise TargetExists(f"{target} is kept; --replace puts the new ledger in its place.")
    if target.is_symlink() or not target.is_dir() or not ((target / MANIFEST).exists() or not any(target.iterdir())):
        raise TargetExists(f"{target} is not a ledger, so it is not replaced.")


@contextmanager
def _beside(target: Path) -> Iterator[Path]:
    """A new directory on the same disk; what is left in it afterwards (unfinished, or the old ledger) is removed."""
    _sweep(target)
    place = target.with_name(f".{target.name}.unfinished-{os.getpid()}")
    shutil.rmtree(place, ignore_errors=True)
    place.mkdir()
    try:
        yield place
    finally:
        shutil.rmtree(place, ignore_errors=True)


def _sweep(target: Path) -> None:
    """Remove what a writer left that was killed."""
    for place in target.parent.glob(f".{target.name}.unfinished-*"):
        number = place.name.rpartition("-")[2]
        if number.isdigit() and not Path(f"/proc/{number}").exists() and Path("/proc/self").exists():
            shutil.rmtree(place, ignore_errors=True)


def _swap(new: Path, old: Path) -> None:
    """Exchange two names in one step; where the system cannot, in two with the old ledger kept until the new stands."""
    try:
        system = ctypes.CDLL(None, use_errno=True)
        if system.renameat2(HERE, os.fsencode(new), HERE, os.fsencode(old), EXCHANGE) == 0:
            return
    except (OSError, AttributeError):
        pass
    aside = new.with_name(f"{new.name}-old")
    old.rename(aside)
    new.rename(old)
    shutil.rmtree(aside, ignore_errors=True)

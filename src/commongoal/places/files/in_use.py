"""The platform's store in sole use, and swept of what killed writers left."""

import fcntl
import re
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path

from commongoal.places.files.boundaries import FOLDER, NAMED, remove_outlines
from commongoal.places.files.store import NAME, remove

LOCK = ".in-use"


@contextmanager
def in_sole_use(folder: Path) -> Iterator[Path]:
    """The folder of the store, in which nobody else writes meanwhile; others wait for their turn.

    The lock is the system's, on a file, since files are what is shared: it goes with the process that holds it.
    """
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with (folder / LOCK).open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield folder


def sweep(folder: Path, editions: Collection[str], outlines: Collection[str]) -> int:
    """Remove what is not among the editions and outlines kept, and files half written; how many. Only in sole use."""
    left = [name for name in _names(folder, NAME) if name not in editions]
    for name in left:
        remove(folder, name)
    drawn = [name for name in _names(folder / FOLDER, NAMED) if name not in outlines]
    for name in drawn:
        remove_outlines(folder, name)
    half = [path for place in (folder, folder / FOLDER) for path in place.glob(".*") if _half_written(path)]
    for path in half:
        path.unlink(missing_ok=True)
    return len(left) + len(drawn) + len(half)


def _names(folder: Path, named: re.Pattern[str]) -> list[str]:
    return [path.stem for path in folder.glob("*.parquet") if named.fullmatch(path.stem) and not path.is_dir()]


def _half_written(path: Path) -> bool:
    """Files are written under names that begin with a dot; a folder of such a name is somebody else's."""
    return path.name != LOCK and not path.is_dir()

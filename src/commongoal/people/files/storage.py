"""Where documents are kept: one folder, each file under a name that says nothing, readable by this account alone.

A file is written whole under a passing name, flushed to the disk and only then renamed: a killed process leaves at
most a file that no row names, which `orphans` finds.
"""

import hashlib
import os
import re
import uuid
from collections.abc import Collection
from pathlib import Path

from commongoal.people.engine.documents import DocumentDamaged

STORED = re.compile(r"[0-9a-f]{32}")
PASSING = ".part"


def put(folder: Path, content: bytes) -> str:
    """Keep the content; returns the name it is stored under."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    stored = uuid.uuid4().hex
    passing = folder / f"{stored}{PASSING}"
    with os.fdopen(os.open(passing, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    passing.rename(folder / stored)
    _flushed(folder)
    return stored


def take(folder: Path, stored: str, digest: str) -> bytes:
    """The content, if it is there as it was put: its SHA-256 is the digest. Raises `DocumentDamaged`."""
    try:
        content = _place(folder, stored).read_bytes()
    except OSError as fault:
        raise DocumentDamaged from fault
    if digest_of(content) != digest:
        raise DocumentDamaged
    return content


def drop(folder: Path, stored: str) -> None:
    """Delete a file; one that is gone already is no fault."""
    _place(folder, stored).unlink(missing_ok=True)


def orphans(folder: Path, known: Collection[str], before: float) -> list[Path]:
    """Files last written before a moment (seconds since 1970) that are not among the known names."""
    if not folder.is_dir():
        return []
    names = set(known)
    files = [place for place in folder.iterdir() if place.is_file() and _ours(place.name)]
    return sorted(place for place in files if place.name not in names and place.stat().st_mtime < before)


def digest_of(content: bytes) -> str:
    """SHA-256 as hex."""
    return hashlib.sha256(content).hexdigest()


def _ours(name: str) -> bool:
    """Nothing but what `put` wrote is ever deleted."""
    return bool(STORED.fullmatch(name.removesuffix(PASSING)))


def _place(folder: Path, stored: str) -> Path:
    """The place of a stored name, and of nothing else. Raises `DocumentDamaged`."""
    if not STORED.fullmatch(stored):
        raise DocumentDamaged
    return folder / stored


def _flushed(folder: Path) -> None:
    """The folder's own list of names, on the disk too."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)

"""Files of boundaries, and the outlines kept of them.

    <store>/outlines/<kind>-<vintage>-<digest>.parquet    code, name and outline (WKB on the National Grid, in metres),
                                                          by code; the entry of the catalogue stands in its metadata

A file is written beside its place and takes its name in one step.
"""

import hashlib
import json
import re
import uuid
from collections.abc import Collection
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from commongoal.kernel.errors import BadInput, Problem, Refused
from commongoal.places.engine.areas import AreaKind
from commongoal.places.engine.geojson import outlines_in
from commongoal.places.engine.outlines import Outline, Outlines

FOLDER, ENTRY = "outlines", b"commongoal.outlines"
NAMED = re.compile(r"[a-z-]+-\d{4}-[0-9a-f]{12}")
GROUP = 2048
"""Rows that are read or passed over together."""


class OutlinesLost(Refused):
    """These boundaries are no longer in the store, or cannot be read. Import their file again."""


@dataclass(frozen=True, slots=True)
class KeptOutlines:
    """The entry of one file of boundaries in the store."""

    name: str
    kind: AreaKind
    vintage: str
    file: str
    digest: str  # SHA-256 of the file they came in
    areas: int


def read_geojson(data: bytes, file: str) -> Outlines:
    """The outlines in a file as the Office for National Statistics publishes them. Raises `BadInput`."""
    try:
        document = json.loads(data.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:  # text that is not UTF-8 is a ValueError as well
        expected = "GeoJSON, which is JSON in UTF-8"
        raise BadInput([Problem(file, 0, "", _where(error), expected, "not json")]) from None
    return replace(outlines_in(document, file), digest=hashlib.sha256(data).hexdigest())


def _where(error: Exception) -> str:
    """Where the text stops being JSON, as far as that is known."""
    return f"line {error.lineno}: {error.msg}" if isinstance(error, json.JSONDecodeError) else ""


def keep_outlines(folder: Path, outlines: Outlines) -> str:
    """Write outlines to the store, and their name in it; the same file again takes the place of itself."""
    import pyarrow as pa
    import pyarrow.parquet as pq
    from shapely import to_wkb

    kind = outlines.kind.value.replace(" ", "-")
    name = f"{kind}-{outlines.vintage}-{outlines.digest[:12]}"
    entry = KeptOutlines(name, outlines.kind, outlines.vintage, outlines.file, outlines.digest, len(outlines.outlines))
    kept = sorted(outlines.outlines, key=lambda outline: outline.code)
    table = pa.table({
        "code": pa.array([outline.code for outline in kept], pa.string()),
        "name": pa.array([outline.name for outline in kept], pa.string()),
        "outline": pa.array([to_wkb(outline.geometry) for outline in kept], pa.binary()),
    }).replace_schema_metadata({ENTRY: json.dumps(asdict(entry)).encode()})  # fmt: skip
    place = folder / FOLDER
    place.mkdir(parents=True, exist_ok=True)
    aside = place / f".{name}.{uuid.uuid4().hex}"
    try:
        pq.write_table(table, aside, row_group_size=GROUP, compression="zstd")
        aside.replace(_path(folder, name))
    finally:
        aside.unlink(missing_ok=True)
    return name


def kept_outlines(folder: Path) -> tuple[KeptOutlines, ...]:
    """What the store keeps, in the order in which it was kept. Files that cannot be read are passed over."""
    found = []
    for path in (folder / FOLDER).glob("*.parquet"):
        try:
            found.append((path.stat().st_mtime_ns, path.name, _entry(path)))
        except OutlinesLost:
            continue
    return tuple(entry for _, _, entry in sorted(found, key=lambda each: each[:2]))


def outlines_of(folder: Path, name: str, codes: Collection[str] | None = None) -> dict[str, Outline]:
    """The outlines of one kept file by code: all, or those asked for that it has. Raises `OutlinesLost`."""
    import pyarrow as pa
    import pyarrow.parquet as pq
    from shapely import from_wkb
    from shapely.errors import ShapelyError

    wanted = None if codes is None else [("code", "in", list(codes))]
    if codes is not None and not codes:
        return {}
    try:
        table = pq.read_table(_path(folder, name), columns=["code", "name", "outline"], filters=wanted)
        shapes = from_wkb(table["outline"].to_pylist())
    except (OSError, pa.ArrowException, ShapelyError) as error:
        raise OutlinesLost from error
    rows = zip(table["code"].to_pylist(), table["name"].to_pylist(), shapes, strict=True)
    return {code: Outline(code, title, shape) for code, title, shape in rows}


def codes_of(folder: Path, name: str) -> frozenset[str]:
    """The codes of the areas in one kept file. Raises `OutlinesLost`."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        return frozenset(pq.read_table(_path(folder, name), columns=["code"])["code"].to_pylist())
    except (OSError, pa.ArrowException) as error:
        raise OutlinesLost from error


def outlines_for(folder: Path, kind: str, vintage: str, codes: Collection[str] | None = None) -> dict[str, Outline]:
    """The outlines of one kind and year from every kept file, by code; of an area in several, the last kept."""
    found: dict[str, Outline] = {}
    for entry in kept_outlines(folder):
        if (entry.kind, entry.vintage) == (kind, vintage):
            found.update(outlines_of(folder, entry.name, codes))
    return found


def outlines_digest(folder: Path, name: str) -> str:
    """SHA-256 of a kept file as it stands in the store. Raises `OutlinesLost`."""
    try:
        with _path(folder, name).open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise OutlinesLost from error


def remove_outlines(folder: Path, name: str) -> None:
    """Take a file out of the store; one that is not there is no fault."""
    _path(folder, name).unlink(missing_ok=True)


def _path(folder: Path, name: str) -> Path:
    if not NAMED.fullmatch(name):
        raise OutlinesLost
    return folder / FOLDER / f"{name}.parquet"


def _entry(path: Path) -> KeptOutlines:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        said: dict[str, Any] = json.loads((pq.read_schema(path).metadata or {})[ENTRY])
        return KeptOutlines(**{**said, "kind": AreaKind(said["kind"])})
    except (OSError, pa.ArrowException, KeyError, TypeError, ValueError) as error:
        raise OutlinesLost from error

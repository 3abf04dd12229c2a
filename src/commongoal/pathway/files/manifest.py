"""`ledger.toml`: what a ledger directory says about itself."""

import json
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from commongoal.kernel.errors import BadInput, Problem
from commongoal.pathway.engine.ledger import FORMAT_VERSION, TABLES

MANIFEST = "ledger.toml"


@dataclass(frozen=True, slots=True)
class Manifest:
    """The version of the format, whose ledger it is, the day it was taken, and rows by table."""

    programme: str
    snapshot_on: date
    rows: Mapping[str, int]
    format_version: int = FORMAT_VERSION


def open_manifest(directory: Path) -> Manifest:
    """The manifest of a ledger directory. Raises `BadInput` with every fault: no ledger, other version, no table."""
    path = Path(directory) / MANIFEST
    try:
        found = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as fault:
        said = "a ledger's manifest: make one with 'commongoal ledger import'"
        raise BadInput([Problem(str(path), 0, "", str(getattr(fault, "strerror", fault)), said, "no_ledger")]) from None
    if faults := [*_faults(found, path), *_missing_tables(Path(directory))]:
        raise BadInput(faults)
    rows = {table.name: int(found["rows"][table.name]) for table in TABLES}
    return Manifest(found["programme"], found["snapshot_on"], rows, found["format_version"])


def _faults(found: Mapping[str, object], path: Path) -> list[Problem]:
    rows = found.get("rows")
    counts = rows if isinstance(rows, dict) else {}
    right = {
        "format_version": (found.get("format_version") == FORMAT_VERSION, f"version {FORMAT_VERSION}"),
        "programme": (isinstance(found.get("programme"), str), "the programme's name"),
        "snapshot_on": (type(found.get("snapshot_on")) is date, "a date"),
        "rows": (all(type(counts.get(t.name)) is int for t in TABLES), "a whole number for each table"),
    }
    return [
        Problem(str(path), 0, key, str(found.get(key, "")), expected, "bad_manifest")
        for key, (fine, expected) in right.items()
        if not fine
    ]


def _missing_tables(directory: Path) -> list[Problem]:
    files = [directory / f"{table.name}.parquet" for table in TABLES]
    said = "a table of the ledger: the directory is not whole"
    return [Problem(str(file), 0, "", "", said, "missing_table") for file in files if not file.is_file()]


def manifest_text(manifest: Manifest) -> str:
    """The manifest as TOML."""
    name = json.dumps(manifest.programme, ensure_ascii=False).replace("\x7f", "\\u007F")
    counts = "".join(f"{table} = {count}\n" for table, count in manifest.rows.items())
    return (
        f"format_version = {manifest.format_version}\nprogramme = {name}\n"
        f"snapshot_on = {manifest.snapshot_on.isoformat()}\n\n[rows]\n{counts}"
    )

"""A snapshot: the ledger of a programme as it was written from the database on a day."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

PROGRAMME_FILE, LEDGER = "programme.toml", "ledger"
OFFERED = 5
"""So many of the latest snapshots can be asked to be valued, and are kept though no valuation goes by them yet."""


def comparison_named(valuation: Mapping[str, Any]) -> str:
    """Where the comparison ledger stands that a programme's `[valuation]` names, beside its file; empty for none."""
    named = valuation.get("counterfactual", {})
    return str(named.get("path", "")) if isinstance(named, Mapping) and named.get("basis") == "ledger" else ""


def stays_beside(path: str) -> bool:
    """Whether a path stays below the directory that it begins in, and out of the way of the snapshot's own ledger."""
    parts = PurePosixPath(path).parts
    return bool(parts) and not PurePosixPath(path).is_absolute() and ".." not in parts and parts[0] != LEDGER


@dataclass(frozen=True, slots=True)
class TakenSnapshot:
    """A snapshot that was taken. `directory` holds the programme's file and the ledger beside it.

    `rows` are counts by table of the ledger, `left_out` counts by reason of what the ledger could not take.
    """

    id: int
    programme: int
    pathway_file: int
    snapshot_on: dt.date
    directory: Path
    digest: str
    rows: Mapping[str, int]
    left_out: Mapping[str, int]
    people_read: int
    at: dt.datetime

    @property
    def ledger(self) -> Path:
        """The ledger's directory."""
        return self.directory / LEDGER

    @property
    def programme_file(self) -> Path:
        """The programme's file: all that the command line needs beside the ledger."""
        return self.directory / PROGRAMME_FILE

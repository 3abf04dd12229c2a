"""A snapshot: the ledger of a programme as it was written from the database on a day."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

PROGRAMME_FILE, LEDGER = "programme.toml", "ledger"


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

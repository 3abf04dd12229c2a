"""Which files a ledger comes from: directories and files in, raw tables out."""

from collections.abc import Sequence
from pathlib import Path

from commongoal.kernel.errors import BadInput, Problem
from commongoal.pathway.engine.checks.raw import Raw
from commongoal.pathway.engine.ledger import TABLES
from commongoal.pathway.files.delimited import read_delimited
from commongoal.pathway.files.manifest import MANIFEST
from commongoal.pathway.files.parquet import read_parquet
from commongoal.pathway.files.workbooks import read_workbook

ENDINGS = (".csv", ".tsv", ".xlsx", ".xlsm", ".xls", ".ods", ".parquet")


def read_inputs(inputs: Sequence[Path]) -> list[Raw]:
    """Every table in these files and directories (not their subdirectories).

    Raises `BadInput` where one does not exist, or there is nothing of a known kind.
    """
    files = [file for place in inputs for file in _files(Path(place))]
    if not files:
        raise BadInput(
            [_missing(Path(place), "a file that ends in " + ", ".join(ENDINGS)) for place in inputs or [Path()]]
        )
    names = [file.name for file in files]
    labels = [file.name if names.count(file.name) == 1 else str(file) for file in files]
    return [raw for file, label in zip(files, labels, strict=True) for raw in _read(file, label)]


def _files(place: Path) -> list[Path]:
    if not place.exists():
        raise BadInput([_missing(place, "a file or directory that exists")])
    if not place.is_dir():
        if place.suffix.lower() not in ENDINGS:
            raise BadInput([_missing(place, "a file that ends in " + ", ".join(ENDINGS))])
        return [place]
    if (place / MANIFEST).exists():  # an imported ledger: its tables, and not the rows it refused
        return [file for table in TABLES if (file := place / f"{table.name}.parquet").exists()]
    return sorted(file for file in place.iterdir() if file.suffix.lower() in ENDINGS and file.is_file())


def _missing(place: Path, expected: str) -> Problem:
    return Problem(str(place), 0, "", "", expected, "no_input")


def _read(file: Path, label: str) -> list[Raw]:
    try:
        if file.suffix.lower() == ".parquet":
            return [read_parquet(file, label, file.stem)]
        if file.suffix.lower() in (".csv", ".tsv"):
            return [read_delimited(file, label, file.stem)]
        return read_workbook(file, label)
    except OSError as fault:
        raise BadInput([_missing(file, f"a file that can be opened: {fault.strerror or fault}")]) from None

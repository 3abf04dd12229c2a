"""Checking a ledger, and importing one: everything at once, whole or not at all."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from commongoal.kernel.errors import BadInput, Problem
from commongoal.kernel.spreadsheets import csv_text
from commongoal.pathway.engine.checks import Checked, check
from commongoal.pathway.engine.programme import Programme
from commongoal.pathway.files.directory import check_target, write_ledger
from commongoal.pathway.files.inputs import read_inputs
from commongoal.pathway.files.manifest import Manifest


@dataclass(frozen=True, slots=True)
class Report:
    """What checking or importing found: rows read and good by table, every problem, and where the ledger now stands.

    `left_out` are rows without a fault of their own that keeping the good rows leaves out, because of a refused one.
    """

    rows: dict[str, int]
    good: dict[str, int]
    problems: tuple[Problem, ...]
    left_out: tuple[Problem, ...]
    written: Path | None = None

    @property
    def clean(self) -> bool:
        """Whether every row is good."""
        return not self.problems


def check_ledger(programme: Programme, inputs: Sequence[Path], snapshot_on: date) -> Report:
    """Check files against a programme and a snapshot day. Raises `BadInput` only where there is no file to read."""
    return _report(check(read_inputs(inputs), programme, snapshot_on))


def import_ledger(
    programme: Programme,
    inputs: Sequence[Path],
    out: Path,
    snapshot_on: date,
    *,
    keep_good: bool = False,
    replace: bool = False,
) -> Report:
    """Check files and write them as a ledger directory.

    Any problem refuses the whole (`BadInput`, nothing written), unless `keep_good`: then the good rows are written with
    `refused.csv` beside them. Even then a file or column that cannot be read, or nobody left, refuses the whole. Raises
    `TargetExists` where something stands at `out` and `replace` does not allow to take its place.
    """
    check_target(Path(out), replace=replace)
    checked = check(read_inputs(inputs), programme, snapshot_on)
    if checked.problems and (not keep_good or checked.blocking or not len(checked.tables["people"])):
        raise BadInput(checked.problems)
    manifest = Manifest(programme.name, snapshot_on, {})
    refused = refused_text(checked) if checked.problems else ""
    written = write_ledger(Path(out), checked.tables, manifest, replace=replace, refused=refused)
    return _report(checked, written)


def _report(checked: Checked, written: Path | None = None) -> Report:
    good = {name: len(checked.tables[name]) if checked.tables else 0 for name in checked.rows}
    return Report(dict(checked.rows), good, checked.problems, checked.cascades, written)


def refused_text(checked: Checked) -> str:
    """`refused.csv`: each problem with the cells of its row as they stood, in the order of the file's own columns.

    A cell that a spreadsheet would run gets a leading apostrophe; identities are hidden.
    """
    lines = [[*(p.file, str(p.row), p.column, p.value, p.expected, p.code), *cells] for p, cells in checked.refused]
    width = max(len(line) for line in lines) - 6
    headings = ["file", "row", "column", "value", "expected", "code", *(f"cell_{i + 1}" for i in range(width))]
    return csv_text([headings, *lines])

"""Whether tables are a ledger: every problem at once, and the rows that are good.

`check` takes what the files gave, a programme and the day of the snapshot, and needs no file, clock or luck.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches

import pyarrow as pa

from commongoal.kernel.errors import Problem
from commongoal.pathway.engine.checks.columns import Yardstick, normal, typed
from commongoal.pathway.engine.checks.moves import check_moves
from commongoal.pathway.engine.checks.people import cascades, check_people, gathered
from commongoal.pathway.engine.checks.raw import BLOCKING, HIDDEN, Raw, problem
from commongoal.pathway.engine.checks.rows import Rows
from commongoal.pathway.engine.checks.together import check_rows
from commongoal.pathway.engine.ledger import BY_NAME, TABLES
from commongoal.pathway.engine.programme import Programme
from commongoal.pathway.engine.shape import shaped

__all__ = ["BLOCKING", "HIDDEN", "Checked", "Raw", "check"]


@dataclass(frozen=True, slots=True)
class Checked:
    """A checked ledger: `tables` hold the good rows in canonical shape, `problems` every fault in the order of files.

    `cascades` are rows without a fault of their own that cannot be kept without a refused one. `rows` counts what was
    read. Where a problem is `blocking`, a whole file or column is at fault and `tables` is empty.
    """

    tables: Mapping[str, pa.Table]
    problems: tuple[Problem, ...]
    cascades: tuple[Problem, ...]
    rows: Mapping[str, int]
    raws: tuple[Raw, ...]

    @property
    def blocking(self) -> bool:
        """Whether there is a fault that leaving out rows cannot mend."""
        return any(p.code in BLOCKING for p in self.problems)

    @property
    def refused(self) -> Iterable[tuple[Problem, tuple[str, ...]]]:
        """Every problem and cascade with the cells of its row as they stood."""
        files = {raw.file: raw for raw in self.raws}
        for found in (*self.problems, *self.cascades):
            yield found, files[found.file].record(found.row) if found.file in files and found.row > 1 else ()


def check(raws: Sequence[Raw], programme: Programme, snapshot_on: date) -> Checked:
    """Check raw tables against the format, the programme and the snapshot."""
    yardstick = Yardstick(programme, snapshot_on)
    by_table: dict[str, list[Raw]] = {table.name: [] for table in TABLES}
    problems = []
    for raw in raws:
        if normal(raw.table) in by_table:
            by_table[normal(raw.table)].append(raw)
        else:
            problems.append(_unknown_table(raw))
    tables = {table.name: typed(table, by_table[table.name], yardstick) for table in TABLES}
    problems += [*_missing_tables(tables), *(p for rows in tables.values() for p in rows.problems)]
    counts = {name: len(rows) for name, rows in tables.items()}
    if any(p.code in BLOCKING for p in problems):
        return Checked({}, _sorted(problems, raws), (), counts, tuple(raws))
    return _checked(tables, yardstick, problems, raws, counts)


def _checked(
    tables: Mapping[str, Rows],
    yardstick: Yardstick,
    problems: list[Problem],
    raws: Sequence[Raw],
    counts: Mapping[str, int],
) -> Checked:
    """The rules beyond single cells, then the good rows."""
    for rows in tables.values():
        rows.problems = []
        check_rows(rows, yardstick)
    crowd = gathered(tables)
    story = check_moves(tables["entries"], yardstick)
    check_people(tables, crowd, story)
    problems = problems + [p for rows in tables.values() for p in rows.problems]
    followed = cascades(tables, crowd, story)
    good = {
        name: shaped(BY_NAME[name], rows.cells if not rows.bad.any() else rows.cells.filter(pa.array(~rows.bad)))
        for name, rows in tables.items()
    }
    return Checked(good, _sorted(problems, raws), _sorted(followed, raws), counts, tuple(raws))


def _unknown_table(raw: Raw) -> Problem:
    near = get_close_matches(normal(raw.table), list(BY_NAME), n=1)
    hint = f"; did you mean {near[0]!r}?" if near else ""
    return problem(raw.file, 0, "", raw.table, f"a table of the ledger: {', '.join(BY_NAME)}{hint}", "unknown_table")


def _missing_tables(tables: Mapping[str, Rows]) -> list[Problem]:
    required = [rows for rows in tables.values() if rows.table.required]
    absent = [rows.table for rows in required if not rows.parts]
    missing = [problem(table.name, 0, "", "", f"a table: {table.meaning}", "missing_table") for table in absent]
    empty = [
        problem(rows.parts[0].raw.file, 0, "", "", "at least one row", "empty_table")
        for rows in required
        if rows.parts and not len(rows) and not any(p.code in BLOCKING for p in rows.problems)
    ]
    return missing + empty


def _sorted(problems: Iterable[Problem], raws: Sequence[Raw]) -> tuple[Problem, ...]:
    """In the order of the files as read, then by row."""
    place = {raw.file: index for index, raw in enumerate(raws)}
    return tuple(sorted(problems, key=lambda p: (place.get(p.file, -1), p.row, p.column, p.code)))

"""From raw tables to typed rows: headings matched, every different text of a column read once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from difflib import get_close_matches
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from commongoal.kernel.errors import Problem
from commongoal.pathway.engine.checks import cells
from commongoal.pathway.engine.checks.cells import Bounds, Fault, Reader
from commongoal.pathway.engine.checks.raw import INSURANCE_NUMBER, Raw, cell_text, listed, problem
from commongoal.pathway.engine.checks.rows import Mask, Part, Places, Rows
from commongoal.pathway.engine.ledger import ENDED, LEFT, Column, Table
from commongoal.pathway.engine.programme import Programme
from commongoal.pathway.engine.shape import ARROW, canonical_name, columns_of

SUSPECT_ID = rf"^[^A-Za-z0-9_]|[^A-Za-z0-9_.:/-]|(?i:{INSURANCE_NUMBER})"
SUSPECT_TEXT = rf"[^ -?A-~]|(?i:{INSURANCE_NUMBER})"
LONG = 100


@dataclass(frozen=True, slots=True)
class Yardstick:
    """What a ledger is checked against: the programme and the day of the snapshot."""

    programme: Programme
    snapshot_on: date

    def choices(self, column: Column) -> dict[str, str] | None:
        """The values (id -> name) a column may take, or None where they are not from a list."""
        stages = {stage.id: stage.name for stage in self.programme.pathway.stages}
        named = {
            "stages": stages,
            "stages_or_left": stages | {LEFT: "left"},
            "stages_or_ended": stages | {LEFT: "left", ENDED: "ended"},
        }
        if column.among in named:
            return named[column.among]
        if "|" in column.among:
            return {choice: choice for choice in column.among.split("|")}
        if column.among.startswith("attribute:"):
            lists = {f"attribute:{a.id}": a.values for a in self.programme.attributes}
            return {value.id: value.name for value in lists[column.among]}
        return {item.id: item.name for item in getattr(self.programme, column.among)} if column.among else None

    def bounds(self, table: Table, column: Column) -> Bounds:
        """What limits the values of a column. A period may end the day after the snapshot, an agreement later."""
        if column.kind == "date":
            later = timedelta(days=1 if column.name == "to_on" else 0)
            endless = column.name == "to_on" and table.name == "agreement"
            return Bounds(latest=cells.LATEST if endless else self.snapshot_on + later)
        if column.kind == "level":
            return Bounds(low=1, high=max((area.levels for area in self.programme.areas), default=100))
        return Bounds(self.choices(column), high=168) if column.name == "weekly_hours" else Bounds(self.choices(column))


def normal(name: str) -> str:
    """A heading or table name without regard to case, spaces and hyphens."""
    return "_".join(name.strip("\ufeff \t\r\n").casefold().replace("-", " ").split())


def typed(table: Table, raws: Sequence[Raw], yardstick: Yardstick) -> Rows:
    """All files of one table as typed rows, with every problem of headings and cells."""
    columns = columns_of(table, yardstick.programme)
    parts: list[Part] = []
    problems: list[Problem] = []
    read: list[tuple[dict[str, pa.Array], dict[str, Mask], Mask]] = []
    first = 0
    for raw in raws:
        headings, faults = match_headings(raw, columns)
        problems += [*raw.problems, *faults]
        parts.append(Part(raw, headings, first))
        read.append(_read(raw, headings, table, columns, yardstick, problems))
        first += len(raw.rows)
    schema = pa.schema([pa.field(canonical_name(c), ARROW[c.kind]) for c in columns])
    whole = pa.concat_tables([pa.table(values, schema=schema) for values, _, _ in read] or [schema.empty_table()])
    unread = {c.name: _joined([faulty[c.name] for _, faulty, _ in read]) for c in columns}
    bad = _joined([bad for _, _, bad in read])
    return Rows(table, whole, parts, bad, unread, np.zeros(len(bad), dtype=bool), problems)


def _joined(masks: list[Mask]) -> Mask:
    return np.concatenate(masks) if masks else np.zeros(0, dtype=bool)


def match_headings(raw: Raw, columns: Sequence[Column]) -> tuple[dict[str, int], list[Problem]]:
    """Where each column stands in the file, and what is wrong with the headings."""
    if not raw.headings and raw.problems:
        return {}, []  # nothing of it could be read, which has been said
    wanted = {c.name: c.name for c in columns} | {f"{c.name}_pence": c.name for c in columns if c.kind == "pounds"}
    found: dict[str, int] = {}
    faults = []
    for index, heading in enumerate(raw.headings):
        name = wanted.get(normal(heading))
        if name is None and heading.strip():
            near = get_close_matches(normal(heading), list(wanted), n=1)
            others = f"; the columns are {listed([c.name for c in columns], 20)}"
            hint = f"; did you mean {near[0]!r}?" if near else others
            faults.append(problem(raw.file, 1, heading, heading, f"a column of {raw.table}{hint}", "unknown_column"))
        elif not name and _filled(raw.columns[index]):
            said = f"a heading over column {index + 1}, which has cells"
            faults.append(problem(raw.file, 1, "", "", said, "unknown_column"))
        elif name in found:
            faults.append(problem(raw.file, 1, heading, heading, f"only one column {name!r}", "duplicate_column"))
        elif name:
            found[name] = index
    faults += [
        problem(raw.file, 1, c.name, "", f"a column {c.name!r}: {c.meaning}", "missing_column")
        for c in columns
        if c.required and c.name not in found
    ]
    return found, faults


def _filled(column: pa.Array) -> bool:
    """Whether a column has any cell that is not empty."""
    return any(cell_text(cell).strip() for cell in column.unique().to_pylist())


def _read(
    raw: Raw,
    headings: Mapping[str, int],
    table: Table,
    columns: Sequence[Column],
    yardstick: Yardstick,
    problems: list[Problem],
) -> tuple[dict[str, pa.Array], dict[str, Mask], Mask]:
    """One file's columns, typed; which cells are faulty, by column; which rows."""
    bad = np.isin(raw.rows, [p.row for p in raw.problems if p.row > 1])
    values: dict[str, pa.Array] = {}
    unread: dict[str, Mask] = {}
    for column in columns:
        name, index = canonical_name(column), headings.get(column.name)
        unread[column.name] = np.zeros(len(raw.rows), dtype=bool)
        if index is None:
            values[name] = pa.nulls(len(raw.rows), ARROW[column.kind])
            continue
        pence = column.kind == "pounds" and normal(raw.headings[index]).endswith("_pence")
        read = read_column(raw.columns[index], column, yardstick.bounds(table, column), pence)
        values[name] = read.values
        for places, text, fault in read.faults:
            unread[column.name][places] = True
            problems += [problem(raw.file, int(raw.rows[at]), column.name, text, *fault) for at in places]
        bad |= unread[column.name]
    return values, unread, bad


@dataclass(frozen=True, slots=True)
class Read:
    """A column's typed values (null where empty or faulty), and each faulty text with its places."""

    values: pa.Array
    faults: list[tuple[Places, str, Fault]]


def read_column(cells_of: pa.Array, column: Column, bounds: Bounds, pence: bool = False) -> Read:
    """Read every different text of a column once and spread the results over the rows."""
    encoded = cells_of.dictionary_encode()
    different, indices = encoded.dictionary, encoded.indices.fill_null(len(encoded.dictionary)).to_numpy()
    if column.kind in ("id", "text") and pa.types.is_string(different.type):
        results, faults = _read_words(different, column, bounds)
    else:
        results, faults = _read_each([cell_text(v).strip() for v in different.to_pylist()], column, bounds, pence)
    results = pa.concat_arrays([results, pa.nulls(1, results.type)])
    if column.required:
        empty = {at: ("", Fault(f"not empty: {column.meaning}", "empty")) for at in _empty(results, faults)}
        faults = faults | empty
    return Read(results.take(pa.array(indices)), _spread(faults, indices, len(results)))


def _empty(results: pa.Array, faults: Mapping[int, Any]) -> list[int]:
    return [int(at) for at in np.flatnonzero(results.is_null().to_numpy(zero_copy_only=False)) if int(at) not in faults]


def _spread(faults: Mapping[int, tuple[str, Fault]], indices: Places, count: int) -> list[tuple[Places, str, Fault]]:
    """The places of each faulty text, found in one pass over the rows."""
    if not faults:
        return []
    faulty = np.zeros(count, dtype=bool)
    faulty[list(faults)] = True
    places = np.flatnonzero(faulty[indices])
    places = places[np.argsort(indices[places], kind="stable")]
    starts = np.flatnonzero(np.diff(indices[places], prepend=-1))
    return [(rows, *faults[int(indices[rows[0]])]) for rows in np.split(places, starts[1:]) if len(rows)]


def _read_words(different: pa.Array, column: Column, bounds: Bounds) -> tuple[pa.Array, dict[int, tuple[str, Fault]]]:
    """Ids and text: what is plainly ordinary is taken as it is, only the rest is looked at."""
    trimmed = pc.utf8_trim_whitespace(different)
    odd = pc.match_substring_regex(trimmed, SUSPECT_ID if column.kind == "id" else SUSPECT_TEXT)
    suspect = pc.or_(odd, pc.greater(pc.binary_length(trimmed), LONG))
    places = np.flatnonzero(suspect.fill_null(False).to_numpy(zero_copy_only=False))
    reader = cells.reader_of(column, bounds)
    found = {int(at): (text := trimmed[at].as_py(), reader(text)) for at in places if trimmed[at].as_py()}
    faults = {at: result for at, result in found.items() if isinstance(result[1], Fault)}
    refused = np.zeros(len(trimmed), dtype=bool)
    refused[list(faults)] = True
    empty = pc.equal(trimmed, "").fill_null(True)
    return pc.if_else(pc.or_(empty, pa.array(refused)), pa.scalar(None, pa.string()), trimmed), faults


def _read_each(
    texts: list[str], column: Column, bounds: Bounds, pence: bool
) -> tuple[pa.Array, dict[int, tuple[str, Fault]]]:
    if column.kind == "date" and any(cells.is_month_first(text) for text in texts):
        bounds = replace(bounds, month_first=True)
    reader: Reader = cells.read_pence if pence else cells.reader_of(column, bounds)
    results = [reader(text) if text else None for text in texts]
    faults = {at: (texts[at], result) for at, result in enumerate(results) if isinstance(result, Fault)}
    good = [None if isinstance(result, Fault) else result for result in results]
    return pa.array(good, type=ARROW[column.kind]), faults

"""Rules for rows of one table together: repeated rows, periods that end before they start, overlaps."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from commongoal.pathway.engine.checks.columns import Yardstick
from commongoal.pathway.engine.checks.rows import Mask, Places, Rows, chosen
from commongoal.pathway.engine.shape import combined

ALONE = {
    "support": ("person", "provider", "intervention", "contract"),
    "work": ("person", "employer"),
    "pay": ("person", "employer"),
    "benefit": ("person", "benefit"),
    "agreement": ("person", "organisation", "scope"),
}
"""Tables whose periods may not overlap within these columns. Costs may: a year's premises and a month's wages."""

ENDLESS = 10**6
"""A day later than any date, for a period that still runs."""


def check_rows(rows: Rows, yardstick: Yardstick) -> None:
    """Every rule that needs the rows of one table and no other."""
    check_periods(rows)
    check_levels(rows, yardstick)
    check_employers(rows)
    check_duplicates(rows)
    check_overlaps(rows)


def check_periods(rows: Rows) -> None:
    """`to_on` is after `from_on`."""
    if "to_on" not in rows.unread:
        return
    starts, ends = rows.days("from_on", -ENDLESS), rows.days("to_on", ENDLESS)
    rows.refuse(
        chosen(ends <= starts),
        "to_on",
        lambda at: f"a day after from_on ({rows.text(at, 'from_on')}): to_on is the first day after the last",
        "period_backwards",
    )


def check_levels(rows: Rows, yardstick: Yardstick) -> None:
    """A reading's level is one of its own area's."""
    if rows.table.name != "readings":
        return
    for area in yardstick.programme.areas:
        above = rows.column("level").fill_null(0).to_numpy() > area.levels
        here = np.asarray(pc.equal(rows.column("area"), area.id).fill_null(False))
        rows.refuse(
            chosen(above & here), "level", f"a level from 1 to {area.levels}: {area.name} has no more", "out_of_range"
        )


def check_employers(rows: Rows) -> None:
    """A job has an employer, self-employment has none."""
    if rows.table.name != "work":
        return
    alone = rows.column("self_employed").fill_null(False).to_numpy()
    known = rows.filled("self_employed") & rows.readable("employer")
    named = rows.column("employer").is_valid().to_numpy()
    rows.refuse(chosen(known & ~alone & ~named), "employer", "an employer, or yes under self_employed", "empty")
    rows.refuse(
        chosen(known & alone & named),
        "employer",
        "empty for self-employment, or no under self_employed",
        "contradiction",
    )


def check_duplicates(rows: Rows) -> None:
    """No two rows share the table's key.

    Rows that are the same throughout: the first is kept. Rows that differ beside the key: nobody can say which is
    right, so all are refused; except entries, whose key is the whole move.
    """
    fine = np.flatnonzero(rows.readable(*rows.table.key) & _key_filled(rows))
    if len(fine) < 2:
        return
    names = list(rows.table.key)
    key = combined([rows.column(name).take(pa.array(fine)) for name in map(_canonical, names)], len(fine))
    order = np.argsort(key, kind="stable")
    same = np.zeros(len(fine), dtype=bool)
    same[1:] = key[order][1:] == key[order][:-1]
    if not same.any():
        return
    starts = np.maximum.accumulate(np.where(same, 0, np.arange(len(fine))))
    for at in chosen(same):
        _refuse_repeat(rows, int(fine[order[starts[at]]]), int(fine[order[at]]))


def _key_filled(rows: Rows) -> Mask:
    return rows.filled(*(c.name for c in rows.table.columns if c.required and c.name in rows.table.key))


def _canonical(name: str) -> str:
    return "amount_pence" if name == "amount" else name


def _refuse_repeat(rows: Rows, first: int, again: int) -> None:
    name = rows.table.key[0] if rows.table.name == "costs" else "person"
    if rows.cells.slice(first, 1).to_pylist() == rows.cells.slice(again, 1).to_pylist():
        rows.refuse([again], name, f"each row once: this is the same as {rows.where(first)}", "duplicate_row")
        rows.skipped[again] = True
        return
    shared = ", ".join(rows.table.key)
    said = f"one row for each {shared}: {{}} has the same and differs elsewhere"
    rows.refuse([again], name, said.format(rows.where(first)), "duplicate_key")
    if rows.table.name == "entries":
        rows.skipped[again] = True
    elif not rows.bad[first]:
        rows.refuse([first], name, said.format(rows.where(again)), "duplicate_key")


def check_overlaps(rows: Rows) -> None:
    """Periods of the same thing do not overlap; of two that do, the later start is refused."""
    if (names := ALONE.get(rows.table.name)) is None:
        return
    fine = np.flatnonzero(rows.readable(*names, "to_on") & rows.filled(names[0], "from_on") & ~rows.bad)
    group = combined([rows.column(name).take(pa.array(fine)) for name in names], len(fine))
    starts, ends = rows.days("from_on", 0)[fine], rows.days("to_on", ENDLESS)[fine]
    order = np.lexsort((starts, group))
    latest = _latest_before(group[order], ends[order])
    clash = (latest >= 0) & (ends[order][latest] > starts[order])
    earlier = dict(zip(fine[order[clash]].tolist(), fine[order[latest[clash]]].tolist(), strict=True))
    shared = ", ".join(names)
    rows.refuse(
        earlier, "from_on", lambda at: f"no overlap with {_period(rows, earlier[at])}: same {shared}", "overlap"
    )


def _latest_before(group: Places, ends: Places) -> Places:
    """For rows sorted by group and start: which earlier row of the group ends last, or -1 for the group's first."""
    if not len(group):
        return group
    places = np.arange(len(group))
    first = np.concatenate(([True], group[1:] != group[:-1]))
    value = np.cumsum(first) * (2 * ENDLESS) + ends
    holds = np.maximum.accumulate(np.where(value == np.maximum.accumulate(value), places, 0))
    return np.where(first, -1, np.concatenate(([0], holds[:-1])))


def _period(rows: Rows, at: int) -> str:
    until = rows.text(at, "to_on")
    return f"{rows.where(at)} ({rows.text(at, 'from_on')}, {'until ' + until if until else 'still running'})"

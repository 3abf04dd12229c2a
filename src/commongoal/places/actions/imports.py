"""Files of postcodes and of lookups, taken in: in one transaction, without rewriting what has not changed."""

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import islice
from typing import Any

from commongoal.access.actions.acting import acting
from commongoal.access.engine.permissions import Viewer
from commongoal.kernel.errors import BadInput, Problem
from commongoal.places.engine.lookup_file import LookupFile, LookupTable
from commongoal.places.engine.postcode_file import Row, postcode_rows
from commongoal.places.engine.rows import Imported
from commongoal.places.files.lookups import read_lookup
from commongoal.places.models import Area, Lookup, LookupRow, Postcode

BATCH = 900  # SQLite, as it is often built, takes 999 values in one statement


def import_postcodes(
    lines: Iterable[bytes], *, file: str, by: Viewer, at: dt.datetime, keep_good: bool = False
) -> Imported:
    """Takes in a file of postcodes, given as its lines. A postcode that the file lacks stays as it is.

    Raises `BadInput` with every fault, nothing written; with `keep_good` the faulty rows alone are left out.
    """
    problems: list[Problem] = []
    added = changed = unchanged = 0
    with acting("import places", by=by, at=at) as act:
        act.permit()
        good = _good(postcode_rows(lines, file), problems)
        while batch := list(islice(good, BATCH)):
            new, other = _save_postcodes(batch)
            added, changed, unchanged = added + new, changed + other, unchanged + len(batch) - new - other
        if problems and not keep_good:
            raise BadInput(problems)
        counts = {"file": file, "added": added, "changed": changed, "unchanged": unchanged, "left_out": len(problems)}
        act.wrote("postcodes", 0, after=counts)
    return Imported(added, changed, unchanged, tuple(problems))


def _good(rows: Iterable[Row | Problem], problems: list[Problem]) -> Iterator[Row]:
    for row in rows:
        if isinstance(row, Problem):
            problems.append(row)
        else:
            yield row


def _save_postcodes(batch: list[Row]) -> tuple[int, int]:
    """How many of the rows were new, and how many changed something."""
    fields = list(batch[0])
    kept = Postcode.objects.filter(pk__in=[row["postcode"] for row in batch]).values_list(*fields)
    before = {row[fields.index("postcode")]: row for row in kept}
    differing = [row for row in batch if before.get(row["postcode"]) != tuple(row.values())]
    Postcode.objects.bulk_create(
        [Postcode(**row) for row in differing],
        update_conflicts=True,
        unique_fields=["postcode"],
        update_fields=[field for field in fields if field != "postcode"],
    )
    new = sum(row["postcode"] not in before for row in differing)
    return new, len(differing) - new


def import_lookup(
    lines: Iterable[bytes], *, file: str, by: Viewer, at: dt.datetime, keep_good: bool = False
) -> Imported:
    """Takes in a file of lookups, with the names of its areas; each lookup becomes what the file says it is.

    Raises `BadInput` with every fault, nothing written; with `keep_good` the faulty rows alone are left out.
    """
    found = read_lookup(b"".join(lines), file)
    if found.problems and not keep_good:
        raise BadInput(found.problems)
    total = Imported(problems=tuple(found.problems), remarks=tuple(found.remarks))
    with acting("import places", by=by, at=at) as act:
        act.permit()
        named = _save_areas(found)
        for table in found.tables:
            lookup, added, changed, unchanged, dropped = _save_lookup(table, at, renamed=bool(named))
            counts = {"added": added, "changed": changed, "unchanged": unchanged, "dropped": dropped, "areas": named}
            act.wrote("lookup", lookup, after={"file": file, "name": table.name, **counts})
            total = replace(
                total,
                added=total.added + added,
                changed=total.changed + changed + dropped,
                unchanged=total.unchanged + unchanged,
            )
    return total


def _save_areas(found: LookupFile) -> int:
    """How many areas were new or got another name."""
    vintages = {vintage for _, vintage in found.areas}
    kept = Area.objects.filter(vintage__in=vintages).values_list("code", "vintage", "kind", "name")
    before = {(code, vintage): (kind, name) for code, vintage, kind, name in kept}
    rows = [
        Area(code=code, vintage=vintage, kind=kind.value, name=name)
        for (code, vintage), (kind, name) in found.areas.items()
        if before.get((code, vintage)) != (kind.value, name)
    ]
    Area.objects.bulk_create(
        rows, BATCH, update_conflicts=True, unique_fields=["code", "vintage"], update_fields=["kind", "name"]
    )
    return len(rows)


def _save_lookup(table: LookupTable, at: dt.datetime, *, renamed: bool) -> tuple[int, int, int, int, int]:
    """The lookup's id, and how many of its rows were added, changed, unchanged and dropped.

    When it was taken in is what tells others to read it again, be it for the names of its areas.
    """
    ends: dict[str, Any] = {
        "from_kind": table.source.kind.value,
        "from_vintage": table.source.vintage,
        "to_kind": table.target.kind.value,
        "to_vintage": table.target.vintage,
        "imported_at": at,
    }
    lookup, _ = Lookup.objects.get_or_create(name=table.name, defaults=ends)
    kept = LookupRow.objects.filter(lookup=lookup).values_list("from_code", "to_code", "match", "weight", "pk")
    before = {(source, target): (match, weight, pk) for source, target, match, weight, pk in kept}
    gone = [pk for pair, (_, _, pk) in before.items() if pair not in table.rows]
    for start in range(0, len(gone), BATCH):
        LookupRow.objects.filter(pk__in=gone[start : start + BATCH]).delete()
    rows = [
        LookupRow(lookup=lookup, from_code=pair[0], to_code=pair[1], match=match, weight=table.weights.get(pair))
        for pair, match in table.rows.items()
        if before.get(pair, (None, None, 0))[:2] != (match, table.weights.get(pair))
    ]
    LookupRow.objects.bulk_create(
        rows,
        BATCH,
        update_conflicts=True,
        unique_fields=["lookup", "from_code", "to_code"],
        update_fields=["match", "weight"],
    )
    if rows or gone or renamed:
        Lookup.objects.filter(pk=lookup.pk).update(imported_at=at)
    new = sum((row.from_code, row.to_code) not in before for row in rows)
    return lookup.pk, new, len(rows) - new, len(table.rows) - len(rows), len(gone)

"""The geography of the site, from the lookups taken in and the neighbourhoods drawn; read once in a process."""

from collections import defaultdict
from typing import Any

from django.db import connection
from django.db.models import Max

from commongoal.kernel.collecting import not_collecting
from commongoal.places.engine.areas import AreaKind
from commongoal.places.engine.figures import AreaName
from commongoal.places.engine.geography import Geography, named_table
from commongoal.places.engine.lookup_file import LookupTable
from commongoal.places.models import Area, Lookup, LookupRow, Neighbourhood, NeighbourhoodPart

# By database: what it was read at, and what was read. With neighbourhoods and without, as they change at other times.
_official: dict[str, tuple[object, Geography]] = {}
_with_drawn: dict[str, tuple[object, Geography]] = {}


def geography() -> Geography:
    """The site's areas and how they lie in one another. Names of areas are public: anyone may be told them.

    Two short queries tell whether lookups were taken in or neighbourhoods drawn since it was last read in this process.
    """
    site = str(connection.settings_dict["NAME"])
    lookups = tuple(Lookup.objects.order_by("pk").values_list("pk", "name", "imported_at"))
    drawn = _drawn()
    official = _official.get(site)
    if official is None or official[0] != lookups:
        with not_collecting():
            official = (lookups, Geography(_tables(), _names()))
        _official[site] = official
    whole = _with_drawn.get(site)
    if whole is None or whole[0] != (lookups, drawn):
        whole = ((lookups, drawn), official[1].with_neighbourhoods(_parts(drawn)) if drawn else official[1])
        _with_drawn[site] = whole
    return whole[1]


def forget() -> None:
    """What was read is read again when next asked for."""
    _official.clear()
    _with_drawn.clear()


def _drawn() -> tuple[tuple[Any, ...], ...]:
    """The neighbourhoods that stand, each with the newest of its parts, so that a change of these shows."""
    rows = Neighbourhood.objects.filter(withdrawn_at=None).annotate(part=Max("parts__pk")).order_by("code")
    return tuple(rows.values_list("pk", "code", "name", "vintage", "at", "part"))


def _parts(drawn: tuple[tuple[Any, ...], ...]) -> dict[AreaName, list[str]]:
    rows = NeighbourhoodPart.objects.filter(neighbourhood__in=[row[0] for row in drawn])
    parts: dict[int, list[str]] = defaultdict(list)
    for key, lsoa in rows.order_by("lsoa").values_list("neighbourhood", "lsoa"):
        parts[key].append(lsoa)
    return {AreaName(code, name, AreaKind.NEIGHBOURHOOD, vintage): parts[key] for key, code, name, vintage, *_ in drawn}


def _names() -> dict[tuple[str, str], tuple[AreaKind, str]]:
    kinds = {kind.value: kind for kind in AreaKind}
    rows = Area.objects.values_list("code", "vintage", "kind", "name")
    return {(code, vintage): (kinds[kind], name) for code, vintage, kind, name in rows.iterator(chunk_size=20_000)}


def _tables() -> list[LookupTable]:
    tables = {lookup.pk: _empty(lookup) for lookup in Lookup.objects.order_by("pk")}
    rows = LookupRow.objects.order_by("pk").values_list("lookup", "from_code", "to_code", "match", "weight")
    for key, source, target, match, weight in rows.iterator(chunk_size=20_000):
        pair = (source, target)
        tables[key].rows[pair] = match
        if weight is not None:
            tables[key].weights[pair] = weight
    return list(tables.values())


def _empty(lookup: Lookup) -> LookupTable:
    source, target = AreaKind(lookup.from_kind), AreaKind(lookup.to_kind)
    return named_table(source, lookup.from_vintage, target, lookup.to_vintage, {}, lookup.name)

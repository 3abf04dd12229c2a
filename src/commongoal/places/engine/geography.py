"""Which areas lie in which, as the named lookups say: parts of an area, what an area lies in, its name.

The lookups make a graph whose nodes are a kind and a year of areas. A step goes along a lookup, either way, or from one
year of a kind to another where the very same codes stand in both: a code is given up when its boundary changes
(Office for National Statistics, "Coding policy for UK statistical geographies"). The way with the fewest steps is
taken; of equals the one by lookups in which each area lies in one other only, then the one by the newest years.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from heapq import heappop, heappush

from commongoal.kernel.collecting import not_collecting
from commongoal.kernel.errors import Refused
from commongoal.places.engine.areas import SIZES, AreaKind, Match, kind_of
from commongoal.places.engine.figures import AreaName
from commongoal.places.engine.lookup_file import Areas, LookupTable

Node = tuple[AreaKind, str]  # a kind and a year
Names = Mapping[tuple[str, str], tuple[AreaKind, str]]  # code and year -> kind and name

STEP, MANY, NO_LOOKUP = (
    1.0,
    0.5,
    0.01,
)  # what a step costs; what it adds that areas lie in several, that codes are equal

KEPT = 2000  # areas for which the ways are remembered


class NoLookup(Refused):
    """No lookup that has been taken in leads from the one kind of areas to the other."""


@dataclass(frozen=True, slots=True)
class _Links:
    """One lookup both ways, each area with those it goes with; `nests` where none lies in more than one."""

    table: LookupTable
    up: dict[str, list[str]]
    down: dict[str, list[str]]
    nests: bool


@dataclass(frozen=True, slots=True)
class _Way:
    """Areas reached, and by which lookups."""

    node: Node
    codes: frozenset[str]
    used: tuple[str, ...]


class Geography:
    """Areas of all kinds and years that have been taken in, and how they lie in one another.

    `names` gives the kind and the name of each (code, year). What is asked once is kept: make one and use it for long.
    """

    def __init__(self, tables: Iterable[LookupTable], names: Names) -> None:
        self.tables = {table.name: table for table in tables}
        self._names = dict(names)
        self._ends = [(table, _node(table.source), _node(table.target)) for table in self.tables.values()]
        self._links: dict[str, _Links] = {}  # made when first gone along
        self._years: dict[str, list[str]] = defaultdict(list)
        self._codes: dict[Node, set[str]] = defaultdict(set)
        for (code, year), (kind, _) in self._names.items():
            self._years[code].append(year)
            self._codes[kind, year].add(code)
        for years in self._years.values():
            years.sort()
        self._ways: dict[tuple[str, bool], dict[Node, _Way]] = {}

    def with_neighbourhoods(self, drawn: Mapping[AreaName, Iterable[str]]) -> "Geography":
        """The same with neighbourhoods: each with the codes of its LSOAs, which are of the neighbourhood's year."""
        names, tables = dict(self._names), dict(self.tables)
        rows: dict[str, dict[tuple[str, str], str]] = defaultdict(dict)
        for area, parts in drawn.items():
            names[area.code, area.vintage] = (AreaKind.NEIGHBOURHOOD, area.name)
            rows[area.vintage].update({(part, area.code): "" for part in parts})
        for year, pairs in rows.items():
            table = named_table(AreaKind.LSOA, year, AreaKind.NEIGHBOURHOOD, year, pairs)
            tables[table.name] = table
        return Geography(tables.values(), names)

    def kind(self, code: str) -> AreaKind | None:
        """What the area is: as it was taken in, or else as its code says."""
        years = self._years.get(code)
        return self._names[code, years[-1]][0] if years else kind_of(code)

    def name(self, code: str, vintage: str = "") -> str:
        """The area's name in that year, or else the newest; the code itself where nobody named it."""
        return self.area(code, vintage).name

    def area(self, code: str, vintage: str = "") -> AreaName:
        """The area as it is named in that year, or else in the newest. An unknown one is named by its code."""
        years = self._years.get(code)
        if not years:
            return AreaName(code, code, kind_of(code) or AreaKind.LSOA, vintage)
        year = vintage if vintage in years else years[-1]
        kind, name = self._names[code, year]
        return AreaName(code, name, kind, year)

    def knows(self, code: str) -> bool:
        """Whether the area has been taken in."""
        return code in self._years

    def vintages(self, kind: AreaKind) -> tuple[str, ...]:
        """The years of the areas of a kind, oldest first."""
        return tuple(sorted(year for has, year in self._codes if has == kind))

    def areas(self, kind: AreaKind, vintage: str = "") -> tuple[AreaName, ...]:
        """All areas of a kind in a year (the newest where none is given), by name."""
        year = vintage or next(reversed(self.vintages(kind)), "")
        return self._named(self._codes.get((kind, year), ()), year)

    def codes_by_name(self, kind: AreaKind, vintage: str = "") -> dict[str, tuple[str, ...]]:
        """The codes that each name of a kind has in a year: more than one where the name is ambiguous."""
        found: dict[str, list[str]] = defaultdict(list)
        for area in self.areas(kind, vintage):
            found[area.name].append(area.code)
        return {name: tuple(codes) for name, codes in found.items()}

    def kind_of_names(self, names: Iterable[str]) -> Node | None:
        """The kind and year in which most of the names are those of areas; of equals the larger areas, then the newest
        year. None where no name is known.
        """
        asked = {plain_name(name) for name in names}
        found = {(plain_name(name), (kind, year)) for (_, year), (kind, name) in self._names.items()
                 if plain_name(name) in asked}  # fmt: skip
        counts = Counter(node for _, node in found)
        return max(counts, key=lambda node: (counts[node], SIZES[node[0]], node[1]), default=None)

    def parts(self, code: str, kind: AreaKind, vintage: str = "") -> tuple[AreaName, ...]:
        """The areas of a kind and year in an area, by name; of the newest year with any where none is given.

        An area that lies in several goes with the one where most of its people live, if the lookup says how many do;
        otherwise it is part of each. Empty where no lookup leads there: `used` says by which they were found.
        Neighbourhoods are those that lie wholly in the area, of all years where none is given.
        """
        if kind == AreaKind.NEIGHBOURHOOD:
            return self._neighbourhoods_in(code, vintage)
        way = self._way_down(code, kind, vintage)
        return self._named(way.codes, way.node[1]) if way else ()

    def _neighbourhoods_in(self, code: str, vintage: str) -> tuple[AreaName, ...]:
        """No lookup leads down to neighbourhoods: they are drawn from LSOAs, and may lie across a border."""
        found: list[AreaName] = []
        for table, source, target in self._ends:
            if target[0] == AreaKind.NEIGHBOURHOOD and vintage in ("", target[1]):
                way = self._way_down(code, AreaKind.LSOA, source[1])
                inside = way.codes if way else frozenset()
                drawn = self._made(table).down.items()
                found += self._named((name for name, parts in drawn if inside.issuperset(parts)), target[1])
        return tuple(sorted(found, key=lambda area: (area.name, area.code)))

    def used(self, code: str, kind: AreaKind, vintage: str = "") -> tuple[str, ...]:
        """The names of the lookups by which `parts` finds them, in order; empty where none was needed."""
        way = self._way_down(code, kind, vintage)
        return way.used if way else ()

    def parents(self, code: str, vintage: str = "") -> tuple[AreaName, ...]:
        """What the area lies in: one of each kind (several where it lies in several), from small to large.

        With a year, wards and the like of that year are taken where there is a way to them, or else the nearest.
        """
        own = self.kind(code)
        if own is None:
            return ()
        starts = [part.code for part in self.parts(code, AreaKind.LSOA)] if own == AreaKind.NEIGHBOURHOOD else [code]
        found: dict[AreaKind, set[AreaName]] = defaultdict(set)
        for start in starts:
            for kind, way in self._larger(start, vintage).items():
                if SIZES[kind] > SIZES[own]:
                    found[kind].update(self._named(way.codes, way.node[1]))
        order = sorted(found, key=lambda kind: (SIZES[kind], kind))
        return tuple(area for kind in order for area in sorted(found[kind], key=lambda area: (area.name, area.code)))

    def _larger(self, code: str, vintage: str) -> dict[AreaKind, _Way]:
        found: dict[AreaKind, _Way] = {}
        for (kind, year), way in self._reached(code, up=True).items():
            if year == vintage or kind not in found:
                found[kind] = way
        return found

    def parent(self, code: str, kind: AreaKind) -> AreaName | None:
        """The area of a kind in which the area lies; none where there is no such, or more than one."""
        found = [area for area in self.parents(code) if area.kind == kind]
        return found[0] if len(found) == 1 else None

    def path(self, kind: AreaKind, from_vintage: str, to_vintage: str) -> tuple[LookupTable, ...]:
        """The lookups from one year of a kind to another, in order; one that leads back is turned round. The way that
        spans the fewest years is taken, of equals the one with the fewest lookups.

        Raises `NoLookup` where those taken in do not lead there.
        """
        ways: list[tuple[int, int, int, str, tuple[LookupTable, ...]]] = [(0, 0, 0, from_vintage, ())]
        seen: set[str] = set()
        number = 0
        while ways:
            years, steps, _, year, tables = heappop(ways)
            if year == to_vintage:
                return tables
            if year in seen:
                continue
            seen.add(year)
            for table in self._between_years(kind, year):
                number, to = number + 1, table.target.vintage
                heappush(ways, (years + abs(int(year) - int(to)), steps + 1, number, to, (*tables, table)))
        raise NoLookup(f"There is none from {kind} {from_vintage} to {kind} {to_vintage}.")

    def _between_years(self, kind: AreaKind, year: str) -> Iterator[LookupTable]:
        for table in self.tables.values():
            if table.source.kind == table.target.kind == kind and year in (table.source.vintage, table.target.vintage):
                yield table if table.source.vintage == year else turned(table)

    def _made(self, table: LookupTable) -> _Links:
        if table.name not in self._links:
            self._links[table.name] = _links(table)
        return self._links[table.name]

    def _named(self, codes: Iterable[str], year: str) -> tuple[AreaName, ...]:
        areas = (self.area(code, year) for code in codes)
        return tuple(sorted((replace(area, vintage=year) for area in areas), key=lambda area: (area.name, area.code)))

    def _way_down(self, code: str, kind: AreaKind, vintage: str) -> _Way | None:
        reached = self._reached(code, up=False)
        if vintage:
            return reached.get((kind, vintage))
        newest = max((year for has, year in reached if has == kind), default="")
        return reached.get((kind, newest))

    def _reached(self, code: str, *, up: bool) -> dict[Node, _Way]:
        """The cheapest way from an area to each kind and year of larger (or smaller) areas, cheapest first."""
        found = self._ways.get((code, up))
        if found is None:
            found = self._search(code, up)
            if len(self._ways) >= KEPT:
                self._ways.clear()
            self._ways[code, up] = found
        return found

    def _search(self, code: str, up: bool) -> dict[Node, _Way]:
        waiting: list[tuple[float, float, int, _Way]] = []
        for year in reversed(self._years.get(code, [])):
            start = _Way((self._names[code, year][0], year), frozenset((code,)), ())
            heappush(waiting, (0.0, -float(year or 0), len(waiting), start))
        found: dict[Node, _Way] = {}
        number = len(waiting)
        while waiting:
            cost, age, _, way = heappop(waiting)
            if way.node in found:
                continue
            found[way.node] = way
            for more, step in self._steps(way, up):
                if step.node not in found:
                    number += 1
                    heappush(waiting, (cost + more, age - float(step.node[1] or 0), number, step))
        return found

    def _steps(self, way: _Way, up: bool) -> Iterator[tuple[float, _Way]]:
        for table, source, target in self._ends:
            if source == way.node and (up or source[0] == target[0]):
                yield from _along(way, self._made(table).up, target, self._made(table))
            if target == way.node and (not up or source[0] == target[0]):
                yield from _along(way, self._made(table).down, source, self._made(table))
        kind, year = way.node
        for other in self.vintages(kind):
            if other != year and way.codes <= self._codes[kind, other]:
                yield STEP + NO_LOOKUP, _Way((kind, other), way.codes, way.used)


def plain_name(name: str) -> str:
    """A name as names are compared: without case and without more than one blank."""
    return " ".join(name.split()).casefold()


def _along(way: _Way, to: dict[str, list[str]], node: Node, links: _Links) -> Iterator[tuple[float, _Way]]:
    """One step by a lookup, where it has every one of the areas."""
    if all(code in to for code in way.codes):
        codes = frozenset(other for code in way.codes for other in to[code])
        yield STEP + (0 if links.nests else MANY), _Way(node, codes, (*way.used, links.table.name))


def _links(table: LookupTable) -> _Links:
    pairs = main_pairs(table)
    up: dict[str, list[str]] = defaultdict(list)
    down: dict[str, list[str]] = defaultdict(list)
    with not_collecting():
        for source, target in pairs:
            up[source].append(target)
            down[target].append(source)
    return _Links(table, up, down, len(up) == len(pairs))


def _node(areas: Areas) -> Node:
    return areas.kind, areas.vintage


def main_pairs(table: LookupTable) -> list[tuple[str, str]]:
    """The pairs of a lookup; of one with weights, the pair with most people of each area (then by code)."""
    if not table.weights:
        return list(table.rows)
    most: dict[str, tuple[float, str]] = {}
    for (source, target), weight in table.weights.items():
        best = most.get(source)
        if best is None or (-weight, target) < best:
            most[source] = (-weight, target)
    return [(source, target) for source, (_, target) in most.items()]


def turned(table: LookupTable) -> LookupTable:
    """A lookup the other way: a split becomes a merger. Its weights are of the one direction only and are left out."""
    other = {Match.SPLIT.value: Match.MERGED.value, Match.MERGED.value: Match.SPLIT.value}
    rows = {(target, source): other.get(match, match) for (source, target), match in table.rows.items()}
    return LookupTable(f"{table.name}, turned", table.target, table.source, rows)


def named_table(
    from_kind: AreaKind, from_vintage: str, to_kind: AreaKind, to_vintage: str, rows: dict[tuple[str, str], str],
    name: str = "", weights: dict[tuple[str, str], float] | None = None,
) -> LookupTable:  # fmt: skip
    """A lookup that comes from no file of its own. Its name is made from what it joins where none is given."""
    source, target = (
        Areas(f"{kind.replace(' ', '_')}{year[2:]}", kind, year, -1, -1)
        for kind, year in ((from_kind, from_vintage), (to_kind, to_vintage))
    )
    return LookupTable(name or f"{source.word}-{target.word}", source, target, rows, weights or {})

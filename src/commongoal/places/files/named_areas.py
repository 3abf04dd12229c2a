"""Areas that a file gives by name only, found among those of one kind and year."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from commongoal.kernel.errors import BadInput, Problem
from commongoal.places.engine.areas import AreaKind, kind_of
from commongoal.places.engine.geography import Geography, plain_name
from commongoal.places.engine.observations import Asked
from commongoal.places.engine.rows import shown

Names = Geography | Mapping[str, tuple[str, ...]]
"""Where names are looked up: all areas that are known, or the codes that each name has."""


@dataclass(frozen=True, slots=True)
class Found:
    """The code of each name, by its row in the file; what was wrong with others; and the years of the areas."""

    codes: dict[int, str]
    problems: tuple[Problem, ...]
    vintages: tuple[tuple[str, str], ...]
    words: str  # where they were found


def find_areas(rows: Sequence[tuple[int, str]], names: Names | None, asked: Asked, file: str) -> Found:
    """The areas of rows, each a number and a name.

    The kind and year are those asked for, or else those in which most of the names are known. A name that nobody knows,
    that several areas have, or that stands in two rows is a problem. Raises `BadInput` where no names are known at all.
    """
    if not names:
        raise BadInput([Problem(file, 0, "", "", _first_of_all(asked), "names only")])
    by_name, vintages, words = _by_name(rows, names, asked, file)
    first: dict[str, int] = {}
    codes: dict[int, str] = {}
    problems = []
    for row, name in rows:
        known = next((by_name[way] for way in _ways(name) if way in by_name), ())
        expected = ""
        if not known:
            expected = f"the name of {words}"
        elif len(known) > 1:
            expected = f"a name that only one area has; this one is of {', '.join(sorted(known))}"
        elif known[0] in first:
            expected = f"each area once; {known[0]} stands in row {first[known[0]]} already"
        if expected:
            problems.append(Problem(file, row, "area", shown(name), expected, "area name"))
        else:
            codes[row] = known[0]
            first[known[0]] = row
    return Found(codes, tuple(problems), vintages or _kinds(codes.values()), words)


def _first_of_all(asked: Asked) -> str:
    what = " and ".join(f"{kind} areas of {year}" for kind, year in asked.vintages)
    lookup = f"a lookup that names the {what}" if what else "a lookup that names areas of their kind and year"
    return f"codes of areas: this file has names only. Import {lookup} first, so that they can be found by name"


def _by_name(
    rows: Sequence[tuple[int, str]], names: Names, asked: Asked, file: str
) -> tuple[Mapping[str, tuple[str, ...]], tuple[tuple[str, str], ...], str]:
    if not isinstance(names, Geography):
        return _plain(names.items()), asked.vintages, "an area among those given"
    nodes = [(AreaKind(kind), year) for kind, year in asked.vintages] or _likeliest(rows, names)
    known = [(name, codes) for kind, year in nodes for name, codes in names.codes_by_name(kind, year).items()]
    if not known:
        raise BadInput([Problem(file, 0, "", "", _first_of_all(asked), "names only")])
    words = " or ".join(
        f"a {kind} of {year}" if kind[0] != "l" else f"an {kind.upper()} of {year}" for kind, year in nodes
    )
    return _plain(known), tuple((kind.value, year) for kind, year in nodes), words


def _likeliest(rows: Sequence[tuple[int, str]], names: Geography) -> list[tuple[AreaKind, str]]:
    """The kind and year in which most of the names are known; none where that is less than half of them."""
    node = names.kind_of_names(part for _, name in rows for part in _ways(name))
    if node is None:
        return []
    by_name = _plain(names.codes_by_name(*node).items())
    known = sum(any(part in by_name for part in _ways(name)) for _, name in rows)
    return [node] if 2 * known >= len(rows) else []


def _ways(name: str) -> tuple[str, ...]:
    """A name as it is, and the English one of a name in two languages: "Conwy / Conwy"."""
    english, _, other = plain_name(name).partition(" / ")
    return (plain_name(name), english) if other else (plain_name(name),)


def _plain(names: Iterable[tuple[str, tuple[str, ...]]]) -> dict[str, tuple[str, ...]]:
    found: dict[str, dict[str, None]] = defaultdict(dict)
    for name, codes in names:
        found[plain_name(name)].update(dict.fromkeys(codes))
    return {name: tuple(codes) for name, codes in found.items()}


def _kinds(codes: Iterable[str]) -> tuple[tuple[str, str], ...]:
    """The kinds of areas whose year nobody said."""
    return tuple((kind.value, "") for kind in dict.fromkeys(map(kind_of, codes)) if kind is not None)

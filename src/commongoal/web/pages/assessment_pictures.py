"""A person's assessments in words and as a picture: first, last and now, and what moved."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache

from commongoal.kernel.pictures.drawing import NARROW, WIDE, Picture
from commongoal.kernel.pictures.levels import UNASKED, UNSAID, Found, LevelRow, Levels, levels_picture
from commongoal.kernel.words import counted, written_day
from commongoal.pathway.engine.assessing import AreaMoves, Assessment, Finding, as_asked_now, movement, moves, words_of
from commongoal.pathway.engine.in_force import InForce
from commongoal.pathway.engine.programme import Area
from commongoal.pathway.queries.pathways import pathway_as_of

Pathways = Callable[[int], InForce]
"""The pathway of a file; a page asks for each once."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """What moved, in words, and the picture of it for a desk and for a phone."""

    words: str
    wide: Picture
    narrow: Picture


def drawn(found: Sequence[Assessment], pathway: Pathways, key: str = "levels") -> Drawn:
    """Those that count, or all where none does; there is at least one, the earliest first."""
    counted = [each for each in found if each.counts] or list(found)
    return Drawn(
        since_last(counted, pathway),
        picture_of(counted, pathway, key=key, width=WIDE),
        picture_of(counted, pathway, key=f"{key}-narrow", width=NARROW),
    )


def with_earlier(in_force: InForce) -> Pathways:
    """The pathway in force, and those before it by their files; a page asks for each of these once."""
    earlier = cache(pathway_as_of)
    return lambda file: in_force if file == in_force.file else earlier(file)


def since_last(found: Sequence[Assessment], pathway: Pathways) -> str:
    """The heading: what moved from the assessment before the latest, or that there is one so far."""
    if len(found) == 1:
        return f"Assessed once, on {written_day(found[0].on)}"
    return moved_words(found[-2], found[-1], pathway)


def moved_words(before: Assessment, after: Assessment, pathway: Pathways) -> str:
    """ "Better in 3 areas, worse in 1 since 4 May 2026"."""
    areas = pathway(after.file).programme.areas
    then = as_asked_now(before, pathway(before.file).programme.areas, areas)
    moved = movement(then, after, [area.id for area in areas])
    since = f"since {written_day(moved.since)}"
    if not moved.better + moved.same + moved.worse:
        return f"No area was answered both now and on {written_day(moved.since)}"
    if not moved.better + moved.worse:
        return f"No change in {counted(moved.same, 'area', 'areas')} {since}"
    parts = []
    if moved.better:
        parts.append(f"better in {counted(moved.better, 'area', 'areas')}")
    if moved.worse:
        parts.append(f"worse in {moved.worse if parts else counted(moved.worse, 'area', 'areas')}")
    words = f"{', '.join(parts)} {since}"
    return words[:1].upper() + words[1:]


def picture_of(found: Sequence[Assessment], pathway: Pathways, *, key: str, width: int) -> Picture:
    """First, last and now of each area of the latest assessment's pathway; `found` count, the earliest first."""
    areas = pathway(found[-1].file).programme.areas
    found = found if len(found) < 3 else (found[0], *found[-2:])
    compared = [as_asked_now(each, pathway(each.file).programme.areas, areas) for each in found]
    rows = tuple(
        LevelRow(each.area.name, each.area.levels, tuple(_found(each.area, one) for one in _times(each, len(found))))
        for each in moves(compared, areas)
    )
    data = Levels("Levels of each area of life", _names(found), rows)
    return levels_picture(data, key, width)


def _names(found: Sequence[Assessment]) -> tuple[str, ...]:
    days = [written_day(each.on) for each in found]
    if len(days) == 1:
        return (f"Now, {days[0]}",)
    if len(days) == 2:
        return (f"First and last, {days[0]}", f"Now, {days[1]}")
    return (f"First, {days[0]}", f"Last, {days[-2]}", f"Now, {days[-1]}")


def _times(each: AreaMoves, count: int) -> tuple[Finding | None, ...]:
    first, last, now = each.first, each.last, each.now
    return (now,) if count == 1 else (first, now) if count == 2 else (first, last, now)


def _found(area: Area, finding: Finding | None) -> Found:
    if finding is None:
        return Found(None, UNASKED)
    return Found(None, UNSAID) if finding.level is None else Found(finding.level, words_of(area, finding.level))

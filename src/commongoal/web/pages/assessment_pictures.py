"""A person's assessments in words and as a picture: first, last and now, and what moved."""

from collections.abc import Callable, Sequence

from commongoal.kernel.pictures.drawing import Picture
from commongoal.kernel.pictures.levels import UNASKED, UNSAID, Found, LevelRow, Levels, levels_picture
from commongoal.kernel.words import counted, written_day
from commongoal.pathway.engine.assessing import AreaMoves, Assessment, Finding, as_asked_now, movement, moves, words_of
from commongoal.pathway.engine.in_force import InForce
from commongoal.pathway.engine.programme import Area

Pathways = Callable[[int], InForce]
"""The pathway of a file; a page asks for each once."""


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

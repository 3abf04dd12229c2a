"""Moves in the order they happened become the ledger's entries: where each person stood before follows from the last.

An entry that the ledger's checks would refuse is left out, and the story goes on from the last one kept: a file put in
force since may no longer have the stage, or may no longer allow the move.
"""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from commongoal.pathway.engine.casework_rows import (
    FIRST_DAY,
    Integers,
    LeftOut,
    Mask,
    as_days,
    coded,
    days,
    numbered_runs,
    ordered,
    runs,
    spread,
    whole,
)
from commongoal.pathway.engine.checks.moves import MOST_IN_A_DAY, NOWHERE
from commongoal.pathway.engine.ledger import ENDED, LEFT
from commongoal.pathway.engine.programme import Pathway

LATER = "a move dated after the day of the snapshot"
STRANGE = "a move to a stage that the pathway no longer has"
AGAINST = "a move that the pathway does not allow"
NO_REASON = "an end for good without one of the pathway's reasons"


@dataclass(frozen=True, slots=True)
class Entries:
    """Entries in order: `person` as places in the list of people, `first` each one's first day or endless."""

    person: Integers
    rows: pa.Table
    first: Integers


@dataclass(frozen=True, slots=True)
class _Moves:
    person: Integers
    on: Integers
    target: Integers
    fit: Mask  # has a reason where one is needed

    def taken(self, at: NDArray[np.int64] | Mask) -> "_Moves":
        return _Moves(self.person[at], self.on[at], self.target[at], self.fit[at])


def entries_of(
    moves: pa.Table, person: Integers, people: int, pathway: Pathway, names: dict[int, str], day: int, left: LeftOut
) -> Entries:
    """The entries that `moves` tell; `person` is the place of each one's person, `names` who wrote it, by organisation.

    `day` is that of the snapshot. Moves of nobody (-1) are passed over.
    """
    ids = [*(stage.id for stage in pathway.stages), LEFT, ENDED]
    target = _numbers(moves["stage"], {name: number for number, name in enumerate(ids)})
    on = days(moves["on"])
    here = person >= 0
    soon = on <= day
    left.wait(person[~soon])
    left.keep(soon | ~here, LATER, person)
    known = (target >= 0) & (on >= FIRST_DAY)
    left.keep(known | ~here | ~soon, STRANGE, person)
    at = np.flatnonzero(here & soon & known)
    at = at[ordered(whole(moves["id"])[at], whole(moves["place"])[at], on[at], person[at])]
    reasons = _reasons(moves, target, pathway)
    needs = target == len(ids) - 1
    story = _Moves(person[at], on[at], target[at], ~needs[at] | (reasons[1][at] >= 0))
    kept, origin = _followed(story, _allowed(pathway), left)
    at, story = at[kept], story.taken(kept)
    first = np.full(people, 10**6)
    fresh = runs(story.person)
    first[story.person[fresh]] = story.on[fresh]
    rows = pa.table(
        {
            "on": as_days(story.on),
            "seq": pa.array(_within_day(story).astype(np.int32)),
            "stage_from": spread([*ids], origin[kept]),
            "stage_to": spread([*ids], story.target),
            "reason": spread(reasons[0], reasons[1][at]),
            "recorded_by": _renamed(moves["organisation"].take(pa.array(at)), names),
            "evidence": _filled(moves["evidence"].take(pa.array(at))),
        }
    )
    return Entries(story.person, rows, first)


def _numbers(column: pa.ChunkedArray, of: dict[str, int]) -> Integers:
    texts, codes = coded(column)
    return np.array([*(of.get(text, -1) for text in texts), -1])[codes]


def _reasons(moves: pa.Table, target: Integers, pathway: Pathway) -> tuple[list[str | None], Integers]:
    """Reasons as places in a list: those that the pathway lists, or any where it leaves the list to others."""
    texts, codes = coded(moves["reason"])
    found = np.full(len(codes), -1)
    stages = len(pathway.stages)
    for place, listed in ((stages, pathway.left_reasons), (stages + 1, pathway.ended_reasons)):
        fine = [bool(text) and (not isinstance(listed, tuple) or text in listed) for text in texts]
        here = (target == place) & np.array([*fine, False])[codes]
        found[here] = codes[here]
    return [*texts], found


def _allowed(pathway: Pathway) -> NDArray[np.bool_]:
    """Whether one may go from a place to another, by number; a stage's own row and column have no move to itself."""
    ids = [stage.id for stage in pathway.stages]
    count = len(ids)
    table = np.ones((count + 2, count + 2), dtype=bool)
    table[:count, :count] = [[pathway.allows(origin, target) for target in ids] for origin in ids]
    table[count + 1] = False
    np.fill_diagonal(table, val=False)
    return table


def _followed(story: _Moves, allowed: NDArray[np.bool_], left: LeftOut) -> tuple[Mask, Integers]:
    """Which moves are kept, and where each person stood before. Most stories are fine; the others are walked."""
    stages = len(allowed) - 2
    fresh = runs(story.person)
    origin = np.where(fresh, NOWHERE, np.concatenate(([NOWHERE], story.target[:-1]))[: len(fresh)])
    good = np.where(fresh, story.target < stages, allowed[origin, story.target]) & story.fit
    good &= _within_day(story) < MOST_IN_A_DAY
    good &= ~_repeated(story, origin)
    kept = np.ones(len(fresh), dtype=bool)
    if not good.all():
        broken = np.isin(story.person, story.person[~good])
        for start, end in numbered_runs(fresh):
            if broken[start]:
                _walk(story, start, end, allowed, kept, origin, left)
    return kept, origin


def _repeated(story: _Moves, origin: Integers) -> Mask:
    """The same move of the same person on the same day again, as when a person goes to and fro."""
    many = int(story.target.max(initial=0)) + 2
    move = (origin + 1) * many + story.target
    if not _within_day(story).any():
        return np.zeros(len(move), dtype=bool)
    order = ordered(move, story.on, story.person)
    again = np.zeros(len(order), dtype=bool)
    again[order] = ~runs(story.person[order], story.on[order], move[order])
    return again


def _walk(
    story: _Moves, start: int, end: int, allowed: NDArray[np.bool_], kept: Mask, origin: Integers, left: LeftOut
) -> None:
    """One person's moves, one after the other."""
    stages, stood, seen = len(allowed) - 2, NOWHERE, set[tuple[int, int, int]]()
    for at in range(start, end):
        target, on = int(story.target[at]), int(story.on[at])
        today = sum(1 for day, _, _ in seen if day == on)
        fine = target < stages if stood == NOWHERE else bool(allowed[stood, target])
        fine = fine and (on, stood, target) not in seen and today < MOST_IN_A_DAY
        kept[at], origin[at] = fine and bool(story.fit[at]), stood
        if kept[at]:
            seen.add((on, stood, target))
            stood = target
        else:
            left.count(AGAINST if not fine else NO_REASON, story.person[at : at + 1])


def _within_day(story: _Moves) -> Integers:
    """How many moves of the same person and day come before each."""
    places = np.arange(len(story.on))
    starts = np.where(runs(story.person, story.on), places, 0)
    return places - np.maximum.accumulate(starts) if len(places) else places


def _renamed(organisations: pa.ChunkedArray, names: dict[int, str]) -> pa.Array:
    """Organisations as providers of the file, or by a number where they are none."""
    encoded = organisations.combine_chunks().dictionary_encode()
    told = [names.get(number, f"organisation_{number}") for number in encoded.dictionary.to_pylist()]
    return spread([*told], encoded.indices.to_numpy().astype(np.int64))


def _filled(column: pa.ChunkedArray) -> pa.Array:
    texts, codes = coded(column)
    return spread([text or None for text in texts], codes)

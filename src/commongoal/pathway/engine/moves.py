"""The rules of moving along a pathway: what may follow where somebody stands, and which move the readings carry.

A move is kept as an arrival; where the person came from is the arrival before it, by day and then by place in the day.
A story that these rules take is one that the ledger takes too: `pathway.engine.checks.moves`.
"""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from commongoal.kernel.errors import Refused
from commongoal.kernel.words import written_day
from commongoal.pathway.engine.in_force import InForce
from commongoal.pathway.engine.ledger import ENDED, LEFT


class NotBegun(Refused):
    """They have not begun on this pathway yet."""


class NotAllowedMove(Refused):
    """The pathway has no such move."""


class NoSuchStage(Refused):
    """The pathway has no such stage."""


class SameStage(Refused):
    """They stand there already."""


class MovedSoThatDay(Refused):
    """They made the same move that day already."""


class BeginsElsewhere(Refused):
    """A pathway begins at its first stage."""


class BeforeBegin(Refused):
    """They had not begun on the pathway by then."""


class AfterEnded(Refused):
    """Their pathway has ended for good, so no move can follow."""


class MoveInFuture(Refused):
    """A move is recorded once it has happened, so its day cannot be in the future."""


class NeedsLeavingReason(Refused):
    """Choose why they are leaving."""


class ContradictsLater(Refused):
    """A later move would no longer follow."""


class NeedsEvidence(Refused):
    """Choose what shows that they have moved."""


class NeedsWhy(Refused):
    """What is recorded of them does not show that they are there yet: say why you record the move all the same."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """Coming to a stage, to "left" or to "ended", on a day; `place` is the order within the day."""

    on: dt.date
    stage: str
    place: int = 0
    reason: str = ""
    id: int = 0


@dataclass(frozen=True, slots=True)
class Stop:
    """An arrival with where the person came from ("" at the beginning) and the day they moved on, if they have."""

    arrival: Arrival
    origin: str
    until_on: dt.date | None


Pair = tuple[Arrival | None, Arrival]


def in_order(arrivals: Iterable[Arrival]) -> list[Arrival]:
    """By day, and by place within the day."""
    return sorted(arrivals, key=lambda each: (each.on, each.place, each.id))


def story(arrivals: Iterable[Arrival], pathway: InForce, today: dt.date) -> tuple[Stop, ...]:
    """The arrivals told in order. Raises the refusal of the first that cannot follow the one before it."""
    ordered = in_order(arrivals)
    for before, each in _pairs(ordered):
        if fault := _fault(before, each, pathway, today):
            raise fault
    return _no_move_twice(stops(ordered))


def stops(arrivals: Iterable[Arrival]) -> tuple[Stop, ...]:
    """Arrivals that are known to follow one another, each with where it came from and until when it lasted."""
    ordered = in_order(arrivals)
    ends: list[dt.date | None] = [each.on for each in ordered[1:]]
    told = zip(_pairs(ordered), [*ends, None], strict=False)
    return tuple(Stop(each, before.stage if before else "", until) for (before, each), until in told)


def with_arrival(
    standing: Sequence[Arrival], new: Arrival, pathway: InForce, today: dt.date, *, instead_of: int = 0
) -> tuple[Arrival, ...]:
    """The story with one more arrival, or with one in place of the arrival whose id is `instead_of`.

    On a day that has arrivals already the new one comes last; one corrected on its own day keeps its place. Only what
    comes to stand beside something else is looked at, so that a file with fewer moves spoils no story told before.
    Raises the refusal of the new arrival, or `ContradictsLater` naming the move that could not follow it.
    """
    old = next((each for each in standing if each.id == instead_of), None) if instead_of else None
    others = [each for each in standing if each is not old]
    places = [each.place for each in others if each.on == new.on]
    keeps = old is not None and old.on == new.on
    placed = replace(new, place=old.place if old and keeps else max(places, default=-1) + 1)
    first = in_order(standing)[0] if standing else None
    if first is not None and first is not old and placed.on < first.on:
        raise BeforeBegin(f"They began on {written_day(first.on)}.")
    return _changed(standing, [*others, placed], placed, pathway, today)


def without_arrival(standing: Sequence[Arrival], gone: int, pathway: InForce, today: dt.date) -> tuple[Arrival, ...]:
    """The story without the arrival of this id. Raises `ContradictsLater`."""
    return _changed(standing, [each for each in standing if each.id != gone], None, pathway, today)


def _changed(
    before: Sequence[Arrival], after: Sequence[Arrival], new: Arrival | None, pathway: InForce, today: dt.date
) -> tuple[Arrival, ...]:
    known = set(_pairs(in_order(before)))
    ordered = in_order(after)
    for pair in _pairs(ordered):
        fault = None if pair in known else _fault(*pair, pathway, today)
        if fault and pair[1] is new:
            raise fault
        if fault:
            raise ContradictsLater(f"{pathway.stage_name(pair[1].stage)}, on {written_day(pair[1].on)}.")
    _no_move_twice(stops(ordered))
    return tuple(ordered)


def _no_move_twice(told: tuple[Stop, ...]) -> tuple[Stop, ...]:
    """The story, unless it has one move twice on one day, which no ledger can tell apart."""
    keys = [(stop.arrival.on, stop.origin, stop.arrival.stage) for stop in told]
    if len(set(keys)) < len(keys):
        raise MovedSoThatDay
    return told


def _pairs(ordered: Sequence[Arrival]) -> list[Pair]:
    return list(zip([None, *ordered[:-1]], ordered, strict=True)) if ordered else []


def _fault(before: Arrival | None, each: Arrival, pathway: InForce, today: dt.date) -> Refused | None:
    """Why an arrival cannot follow the one before it."""
    if each.on > today:
        return MoveInFuture()
    if each.stage in {LEFT, ENDED} and before and before.stage != ENDED and each.reason not in reasons(each, pathway):
        return NeedsLeavingReason()
    if before is None:
        return None if each.stage == stage_ids(pathway)[0] else BeginsElsewhere()
    if each.stage not in {*stage_ids(pathway), LEFT, ENDED}:
        return NoSuchStage()
    if before.stage == ENDED:
        return AfterEnded()
    if before.stage == each.stage:
        return SameStage(f"They have since {written_day(before.on)}.")
    if each.stage not in open_moves(before.stage, pathway):
        return NotAllowedMove(_open_words(before.stage, pathway))
    return None


def reasons(arrival: Arrival, pathway: InForce) -> frozenset[str]:
    """The reasons that an arrival at "left" or at "ended" may have; where the file takes any, the one it has."""
    listed = pathway.programme.pathway
    allowed = listed.ended_reasons if arrival.stage == ENDED else listed.left_reasons
    return frozenset({arrival.reason} - {""} if allowed == "any" else allowed)


def stage_ids(pathway: InForce) -> tuple[str, ...]:
    """The stages in order."""
    return tuple(stage.id for stage in pathway.programme.pathway.stages)


def open_moves(stage: str, pathway: InForce) -> tuple[str, ...]:
    """Where somebody at a stage may go: leaving and ending are always open, and whoever left may come back anywhere."""
    if stage == ENDED:
        return ()
    stages = stage_ids(pathway)
    if stage == LEFT:
        return (*stages, ENDED)
    return (*(each for each in stages if pathway.programme.pathway.allows(stage, each)), LEFT, ENDED)


def _open_words(stage: str, pathway: InForce) -> str:
    names = [pathway.stage_name(each) for each in open_moves(stage, pathway) if each not in {LEFT, ENDED}]
    from_here = pathway.stage_name(stage)
    return f"From {from_here} they can move to {' or '.join(names)}." if names else f"{from_here} is the last stage."


def evidencing(stage: str, pathway: InForce) -> tuple[str, ...]:
    """The areas of life whose readings evidence a stage."""
    return tuple(area.id for area in pathway.programme.areas if area.enough and stage in area.evidences)


def is_supported(
    origin: str,
    target: str,
    readings: Mapping[str, int] | None,
    pathway: InForce,
    weeks: Mapping[str, bool] | None = None,
) -> bool | None:
    """Whether every area that evidences the target stage stands at its enough, and the weeks in work show it.

    `weeks` has the stages that windows evidence, and whether one of them is met. None where there is nothing to ask:
    neither evidences the stage, or it is a step back. Without an assessment (`readings` None) no area stands so high.
    """
    stages, areas = stage_ids(pathway), evidencing(target, pathway)
    back = origin in stages and target in stages and stages.index(target) < stages.index(origin)
    worked = (weeks or {}).get(target)
    if back or not (areas or worked is not None):
        return None
    found = readings or {}
    needed = {area.id: area.enough for area in pathway.programme.areas}
    return worked is not False and all(found.get(area, 0) >= needed[area] for area in areas)


def checked_evidence(stage: str, kind: str, pathway: InForce) -> str:
    """The kind of evidence, if it is one of the programme's; leaving and ending need none. Raises `NeedsEvidence`."""
    known = {each.id for each in pathway.casework.move_evidence}
    if kind not in known and (kind or stage not in {LEFT, ENDED}):
        raise NeedsEvidence
    return kind

"""The slow, obvious referee of counts and credit: every interval of every person, one after another."""

from collections import defaultdict
from dataclasses import dataclass, field
from fractions import Fraction
from hashlib import md5
from typing import Any

from tests.engine.referee import (
    DAY,
    GROUPS,
    MONTH,
    SHARES,
    Case,
    Interval,
    Owner,
    Potential,
    Rule,
    Spell,
    Value,
    _all_spells,
    intervals,
    returns,
)

Cell = tuple[Owner, int, int, int]


@dataclass
class Counts:
    """In units of 1/(487 x 60), by owner, segment, stage, month. `returns` are keyed by segment, stage, month."""

    net: dict[Cell, int]
    leavings: dict[Cell, int]
    returns: dict[tuple[int, int, int], int]


@dataclass
class Credit:
    """Credit by owner, segment and stage of the interval; by group of people and owner; and over closed windows alone.

    `standing` is the value at the end of the spells, by how they stand there.
    """

    cells: dict[tuple[Owner, int, int], Value] = field(default_factory=lambda: defaultdict(int))
    groups: dict[tuple[int, Owner], Value] = field(default_factory=lambda: defaultdict(int))
    closed: dict[Owner, Value] = field(default_factory=lambda: defaultdict(int))
    standing: dict[str, Value] = field(default_factory=lambda: defaultdict(int))

    @property
    def owners(self) -> dict[Owner, Value]:
        return self._summed(0)

    @property
    def segments(self) -> dict[Any, Value]:
        return self._summed(1)

    @property
    def stages(self) -> dict[Any, Value]:
        return self._summed(2)

    def _summed(self, part: int) -> dict[Any, Value]:
        sums: dict[Any, Value] = defaultdict(int)
        for key, value in self.cells.items():
            sums[key[part]] += value
        return sums


def counts(case: Case) -> Counts:
    """Ends minus starts by owner, as `net` reads them, what the gross rules take off them, and returns."""
    net: dict[Any, int] = defaultdict(int)
    leavings: dict[Any, int] = defaultdict(int)
    back: dict[Any, int] = defaultdict(int)
    for cut in intervals(case):
        for owner, share in cut.owners.items():
            at = (owner, cut.spell.segment)
            _mark(net, (*at, cut.stage), cut.since, -share)
            if cut.after != "ended":
                _mark(net, (*at, cut.stage if cut.after == "left" else cut.after), cut.until, share)
            if cut.after == "left":
                _mark(leavings, (*at, cut.stage), cut.until, share)
    for spell, stage, tick in returns(case):
        _mark(back, (spell.segment, stage), tick, SHARES)
    kept = [{key: count for key, count in table.items() if count} for table in (net, leavings, back)]
    return Counts(*kept)


def _mark(table: dict[Any, int], at: tuple[Any, ...], tick: int, share: int) -> None:
    """Put a point in time on the two grid months around it."""
    month, beyond = divmod(tick, MONTH)
    table[(*at, month)] += share * (MONTH - beyond)
    if beyond:
        table[(*at, month + 1)] += share * beyond


def potential_at(potential: Potential, g: int, s: int, tick: int) -> Value:
    """V at a point in time, linear between grid months."""
    month, beyond = divmod(tick, MONTH)
    here = potential[g][s][month]
    return here + (potential[g][s][month + 1] - here) * beyond / MONTH if beyond else here


def credit(case: Case, rule: Rule, potential: Potential) -> Credit:
    """What each interval of each person earned its owners under a rule, for a given potential."""
    found = Credit()
    for cut in intervals(case):
        g = cut.spell.segment
        earned = _end_value(cut, rule, potential) - potential_at(potential, g, cut.stage, cut.since)
        for owner, share in cut.owners.items():
            _earn(case, found, cut.spell, owner, cut.stage, earned * share / SHARES)
    if rule != "net":
        for spell, stage, tick in returns(case):
            _earn(case, found, spell, None, stage, potential_at(potential, spell.segment, stage, tick))
    for spell in _all_spells(case):
        found.standing[spell.final] += _standing(spell, rule, potential)
    return found


def _end_value(cut: Interval, rule: Rule, potential: Potential) -> Value:
    """What the end of an interval is worth."""
    if cut.after == "ended" or (cut.after == "left" and rule != "net"):
        return 0
    return potential_at(potential, cut.spell.segment, cut.stage if cut.after == "left" else cut.after, cut.until)


def _earn(case: Case, found: Credit, spell: Spell, owner: Owner, stage: int, earned: Value) -> None:
    found.cells[owner, spell.segment, stage] += earned
    found.groups[group(spell.person), owner] += earned
    if Fraction(MONTH * case.horizon, DAY) <= (case.snapshot - spell.start).days:
        found.closed[owner] += earned


def _standing(spell: Spell, rule: Rule, potential: Potential) -> Value:
    """What the spell's last place is worth: those who left keep, under `net`, the chance that they left with."""
    if spell.final == "ended" or (spell.final == "left" and rule != "net"):
        return 0
    stage = spell.changes[-1].before if spell.final == "left" else spell.stands
    assert isinstance(stage, int)
    return potential_at(potential, spell.segment, stage, spell.end)


def group(person: str) -> int:
    """Which of the 50 groups of people somebody is in."""
    return int(md5(person.encode(), usedforsecurity=False).hexdigest()[:15], 16) % GROUPS

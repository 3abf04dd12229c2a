"""The slow, obvious referee: what the method says, one person at a time, with integers and loops.

It follows method.md section 3 and docs/decisions/0001-reading-of-the-method.md sentence by sentence and shares no code
with the engines. Points in time are *ticks* from the spell's referral: a sixteenth of a day, so that day d is tick
16 d, a month is 487 ticks and H months are 487 H ticks.
"""

import math
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from fractions import Fraction
from typing import Any, Literal

from commongoal.pathway.engine.programme import Programme

Owner = tuple[str, str] | None
"""A provider and an intervention; None is `unattributed`."""

Stands = int | Literal["left", "ended"]
"""Where somebody stands: a stage by number, or out of it."""

Rule = Literal["net", "equal", "outcome_only", "relative"]
Value = float | Fraction
Potential = Sequence[Sequence[Sequence[Value]]]
"""V[segment][stage][month], month 0 to H; linear between months."""

DAY, MONTH, SHARES, GROUPS = 16, 487, 60, 50

END_OF_SNAPSHOT_DAY = 0
"""Open spells run to the snapshot day itself."""


@dataclass(frozen=True)
class Entry:
    """A row of entries. Without `stage_from` it is a referral."""

    person: str
    on: date
    seq: int
    stage_from: str | None
    stage_to: str


@dataclass(frozen=True)
class Support:
    """A row of support: `to_on` is the first day without it, None while it runs."""

    person: str
    provider: str
    intervention: str
    from_on: date
    to_on: date | None = None
    contract: str | None = None


@dataclass(frozen=True)
class Ledger:
    people: dict[str, dict[str, str]]
    entries: list[Entry]
    support: list[Support]


@dataclass(frozen=True)
class Case:
    """A ledger with all that is needed to read it. `durations` are the months of W by segment."""

    ledger: Ledger
    programme: Programme
    snapshot: date
    durations: Sequence[float]
    weights: dict[str, int] = field(default_factory=dict)

    @property
    def horizon(self) -> int:
        return self.programme.pathway.horizon_months

    @property
    def last(self) -> int:
        return self.programme.pathway.last

    @property
    def last_day(self) -> int:
        """The last whole day with t <= H."""
        return MONTH * self.horizon // DAY


@dataclass(frozen=True)
class Change:
    """A move, a leaving, an ending or a return, on a day counted from the spell's referral."""

    day: int
    before: Stands
    after: Stands


@dataclass
class Spell:
    """A window from a referral. `final` is where it stands when it is over or the snapshot cuts it; `end` in ticks."""

    person: str
    start: date
    segment: int
    stage: int
    close: date
    changes: list[Change] = field(default_factory=list)
    arrived: int | None = None
    final: Literal["arrived", "open", "left", "frozen", "ended"] = "open"
    end: int = 0

    @property
    def stands(self) -> Stands:
        return self.changes[-1].after if self.changes else self.stage


@dataclass(frozen=True)
class Step:
    """A stretch in one stage in care, ticks from and to, and what it ended with: a stage moved to, or why it ended."""

    spell: Spell
    stage: int
    since: int
    until: int
    ending: int | Literal["left", "ended", "horizon", "snapshot"]


@dataclass(frozen=True)
class Interval:
    """A time between two changes, a change being a move or a change in who is active, and its owners in 60ths."""

    spell: Spell
    owners: dict[Owner, int]
    stage: int
    since: int
    until: int
    after: Stands


@dataclass
class Rates:
    moves: dict[tuple[int, int, int], int] = field(default_factory=lambda: defaultdict(int))
    left: dict[tuple[int, int], int] = field(default_factory=lambda: defaultdict(int))
    ended: dict[tuple[int, int], int] = field(default_factory=lambda: defaultdict(int))
    days: dict[tuple[int, int], int] = field(default_factory=lambda: defaultdict(int))
    moves_by_month: dict[tuple[int, int, int, int], int] = field(default_factory=lambda: defaultdict(int))
    left_by_month: dict[tuple[int, int, int], int] = field(default_factory=lambda: defaultdict(int))
    ended_by_month: dict[tuple[int, int, int], int] = field(default_factory=lambda: defaultdict(int))
    days_by_month: dict[tuple[int, int, int], int] = field(default_factory=lambda: defaultdict(int))


# --- What happened, spell by spell ---------------------------------------------------------------------------------


def spells(case: Case) -> dict[str, list[Spell]]:
    """Every person's spells in order."""
    entries: dict[str, list[Entry]] = {person: [] for person in case.ledger.people}
    for entry in case.ledger.entries:
        if entry.on <= case.snapshot:
            entries[entry.person].append(entry)
    return {person: _spells_of(case, sorted(rows, key=lambda e: (e.on, e.seq))) for person, rows in entries.items()}


def _spells_of(case: Case, entries: list[Entry]) -> list[Spell]:
    found: list[Spell] = []
    for entry in entries:
        if entry.stage_from is None and (not found or entry.on >= found[-1].close):
            found.append(_opened(case, entry))
        elif found:
            _follow(case, found[-1], entry)
    for spell in found:
        _finish(case, spell)
    return found


def _opened(case: Case, entry: Entry) -> Spell:
    segment = _segment(case, entry.person)
    stage = case.programme.pathway.number(entry.stage_to)
    first_day_at_horizon = math.ceil(Fraction(MONTH * case.horizon, DAY))
    spell = Spell(entry.person, entry.on, segment, stage, entry.on + timedelta(days=first_day_at_horizon))
    if stage == case.last:
        _arrive(case, spell, 0)
    return spell


def _segment(case: Case, person: str) -> int:
    """The number of the segment with this person's attribute values."""
    values = tuple(case.ledger.people[person][attribute.id] for attribute in case.programme.attributes)
    return [segment.values for segment in case.programme.segments].index(values)


def _arrive(case: Case, spell: Spell, day: int) -> None:
    duration = Fraction(case.durations[spell.segment]) * MONTH / DAY
    spell.arrived = day
    spell.close = spell.start + timedelta(days=day + math.ceil(duration))


def _follow(case: Case, spell: Spell, entry: Entry) -> None:
    """What an entry within a spell, or after it, changes."""
    day = (entry.on - spell.start).days
    before = spell.stands
    out = entry.stage_to in ("left", "ended")
    after: Any = entry.stage_to if out else case.programme.pathway.number(entry.stage_to)
    if spell.arrived is not None or before == "ended" or day > case.last_day:
        return
    if after == before or (entry.stage_from is None and before != "left"):
        return
    spell.changes.append(Change(day, before, after))
    if after == case.last:
        _arrive(case, spell, day)


def _finish(case: Case, spell: Spell) -> None:
    """Where and when the spell stands last."""
    if spell.arrived is not None:
        spell.final, spell.end = "arrived", DAY * spell.arrived
    elif spell.stands in ("left", "ended"):
        spell.final, spell.end = spell.stands, DAY * spell.changes[-1].day
    else:
        snapshot = DAY * ((case.snapshot - spell.start).days + END_OF_SNAPSHOT_DAY)
        horizon = MONTH * case.horizon
        spell.final, spell.end = ("open", snapshot) if snapshot < horizon else ("frozen", horizon)


def _all_spells(case: Case) -> Iterator[Spell]:
    for found in spells(case).values():
        yield from found


# --- Steps and rates -----------------------------------------------------------------------------------------------


def steps(case: Case) -> list[Step]:
    """Every maximal stretch in one stage in care."""
    return [step for spell in _all_spells(case) for step in _steps_of(spell)]


def _steps_of(spell: Spell) -> Iterator[Step]:
    stands: Stands = spell.stage
    since = 0
    for change in spell.changes:
        if isinstance(stands, int):
            yield Step(spell, stands, since, DAY * change.day, change.after)
        stands, since = change.after, DAY * change.day
    if isinstance(stands, int) and spell.arrived is None:
        yield Step(spell, stands, since, spell.end, "horizon" if spell.final == "frozen" else "snapshot")


def rates(case: Case) -> Rates:
    """Moves, leavings, endings and whole days in care, by segment; by grid month too, `floor(16 d / 487)`."""
    found = Rates()
    for step in steps(case):
        g, s = step.spell.segment, step.stage
        for day in _days(case, step.since, step.until):
            found.days[g, s] += 1
            found.days_by_month[g, s, DAY * day // MONTH] += 1
        month = step.until // MONTH
        if isinstance(step.ending, int):
            found.moves[g, s, step.ending] += 1
            found.moves_by_month[g, s, step.ending, month] += 1
        elif step.ending == "left":
            found.left[g, s] += 1
            found.left_by_month[g, s, month] += 1
        elif step.ending == "ended":
            found.ended[g, s] += 1
            found.ended_by_month[g, s, month] += 1
    return found


def _days(case: Case, since: int, until: int) -> range:
    """The whole days between two points, up to the last whole day with t <= H."""
    return range(since // DAY, min(until // DAY, case.last_day))


# --- Intervals and their owners ------------------------------------------------------------------------------------


def intervals(case: Case) -> list[Interval]:
    """Every interval of every spell."""
    support: dict[str, list[Support]] = defaultdict(list)
    for row in case.ledger.support:
        if row.from_on <= case.snapshot and (row.to_on is None or row.from_on < row.to_on):
            support[row.person].append(row)
    return [cut for spell in _all_spells(case) for cut in _intervals_of(case, spell, support[spell.person])]


def _intervals_of(case: Case, spell: Spell, support: list[Support]) -> Iterator[Interval]:
    """On each day: support that ends closes, then people move in the order of the entries, then support opens."""
    stands: Stands = spell.stage
    since, owners = 0, _moving(case, spell, support, 0)
    for day in _change_days(spell, support):
        now = DAY * day
        if since < now and isinstance(stands, int):
            yield Interval(spell, owners, stands, since, now, stands)
        since, owners = now, _moving(case, spell, support, day)
        for change in spell.changes:
            if change.day == day:
                if isinstance(stands, int):
                    yield Interval(spell, owners, stands, since, now, change.after)
                stands = change.after
        owners = _caring(case, spell, support, day)
    if since < spell.end and isinstance(stands, int):
        yield Interval(spell, owners, stands, since, spell.end, stands)


def _change_days(spell: Spell, support: list[Support]) -> list[int]:
    """The days within the spell on which anything changes."""
    days = {change.day for change in spell.changes} | {0}
    for row in support:
        days.add((row.from_on - spell.start).days)
        if row.to_on is not None:
            days.add((row.to_on - spell.start).days)
    return sorted(day for day in days if 0 <= DAY * day <= spell.end)


def _moving(case: Case, spell: Spell, support: list[Support], day: int) -> dict[Owner, int]:
    """Who is active on a day between closes and opens: begun on an earlier day, running beyond this one."""
    on = spell.start + timedelta(days=day)
    active = {(r.provider, r.intervention) for r in support if r.from_on < on and (r.to_on is None or on < r.to_on)}
    return _shares(case, active)


def _caring(case: Case, spell: Spell, support: list[Support], day: int) -> dict[Owner, int]:
    """Who is active once a day's opens have happened."""
    on = spell.start + timedelta(days=day)
    active = {(r.provider, r.intervention) for r in support if r.from_on <= on and (r.to_on is None or on < r.to_on)}
    return _shares(case, active)


def _shares(case: Case, active: set[tuple[str, str]]) -> dict[Owner, int]:
    """Sixtieths for each active pair, in programme order: `floor(60 W_k / W) - floor(60 W_{k-1} / W)`."""
    if not active:
        return {None: SHARES}
    programme = case.programme
    pairs = [(p.id, i.id) for p in programme.providers for i in programme.interventions if (p.id, i.id) in active]
    weights = [case.weights.get(f"{provider}/{intervention}", 1) for provider, intervention in pairs]
    shares: dict[Owner, int] = {}
    for k, pair in enumerate(pairs):
        shares[pair] = SHARES * sum(weights[: k + 1]) // sum(weights) - SHARES * sum(weights[:k]) // sum(weights)
    return shares


def returns(case: Case) -> list[tuple[Spell, int, int]]:
    """Every return: the spell, the stage returned to, the tick."""
    return [
        (spell, change.after, DAY * change.day)
        for spell in _all_spells(case)
        for change in spell.changes
        if change.before == "left" and isinstance(change.after, int)
    ]


def support_days(case: Case) -> dict[tuple[Owner, int, int], int]:
    """Days in care by owner, segment and stage, in 60ths."""
    found: dict[tuple[Owner, int, int], int] = defaultdict(int)
    for cut in intervals(case):
        for owner, share in cut.owners.items():
            found[owner, cut.spell.segment, cut.stage] += share * len(_days(case, cut.since, cut.until))
    return {key: days for key, days in found.items() if days}

"""Agreements and lawful bases as periods of the ledger's `agreement` table, for many people at once."""

import datetime as dt
import json
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from commongoal.pathway.engine.casework_rows import ENDLESS, Integers, coded, days, latest_end, ordered, runs, whole

EPOCH = dt.date(1970, 1, 1).toordinal()


@dataclass(frozen=True, slots=True)
class Law:
    """A lawful basis: its scope in words, its half-open period, and the organisations that it covers."""

    scope: str
    from_on: dt.date
    until_on: dt.date | None
    organisations: frozenset[int]


@dataclass(frozen=True, slots=True)
class Sharing:
    """Periods in order that neither overlap nor touch: places of people, organisations, places in `scopes`, days."""

    person: Integers
    organisation: Integers
    scope: Integers
    start: Integers
    end: Integers
    scopes: list[str]


def agreement_of(
    agreements: pa.Table, participations: pa.Table, of: tuple[Integers, Integers], laws: tuple[Law, ...]
) -> Sharing:
    """What people agreed to, and for how long the law let whom help them; `of` are the places of the two's people."""
    scopes: dict[str, int] = {}
    parts = [_agreed(agreements, of[0], scopes), *(_lawful(participations, of[1], law, scopes) for law in laws)]
    person, organisation, scope, start, end = (np.concatenate(column) for column in zip(*parts, strict=True))
    at = np.flatnonzero((person >= 0) & (end > start))
    at = at[ordered(end[at], start[at], scope[at], organisation[at], person[at])]
    fresh = runs(person[at], organisation[at], scope[at])
    fresh |= start[at] > latest_end(fresh, end[at])
    first = np.flatnonzero(fresh)
    ends = np.maximum.reduceat(end[at], first) if len(at) else at
    at, kept = at[fresh], ends
    return Sharing(person[at], organisation[at], scope[at], start[at], kept, [*scopes])


Part = tuple[Integers, Integers, Integers, Integers, Integers]


def _agreed(agreements: pa.Table, person: Integers, scopes: dict[str, int]) -> Part:
    """A period for each area of life and each class of data of each agreement."""
    listed = []
    for name, word in (("areas", "area"), ("classes", "data")):
        texts, codes = coded(agreements[name])
        of = [[scopes.setdefault(f"{word}: {each}", len(scopes)) for each in json.loads(text)] for text in texts]
        counts = np.array([*map(len, of), 0])[codes]
        rows = np.repeat(np.arange(len(codes)), counts)
        flat = np.array([each for scope in of for each in scope], dtype=np.int64)
        starts = np.cumsum([0, *map(len, of)])[codes]
        within = np.arange(len(rows)) - np.repeat(np.cumsum(counts) - counts, counts)
        listed.append((rows, flat[np.repeat(starts, counts) + within]))
    rows = np.concatenate([rows for rows, _ in listed])
    scope = np.concatenate([scope for _, scope in listed])
    start, end = days(agreements["from_on"]), days(agreements["to_on"])
    return person[rows], whole(agreements["organisation"])[rows], scope, start[rows], end[rows]


def _lawful(participations: pa.Table, person: Integers, law: Law, scopes: dict[str, int]) -> Part:
    """The days of each participation on which the law covered its organisation."""
    organisation = whole(participations["organisation"])
    covered = np.isin(organisation, list(law.organisations))
    until = ENDLESS if law.until_on is None else law.until_on.toordinal() - EPOCH
    known = [days(participations[name]) for name in ("referred_on", "first_contact_on", "started_on")]
    start = np.maximum(np.minimum.reduce(known), law.from_on.toordinal() - EPOCH)
    end = np.minimum(days(participations["to_on"]), until)
    scope = np.full(len(start), scopes.setdefault(law.scope, len(scopes)))
    return tuple(column[covered] for column in (person, organisation, scope, start, end))  # type: ignore[return-value]

"""Reasons gathered by person, the most urgent first."""

import datetime as dt
from collections.abc import Iterable

from commongoal.pathway.engine.caseload import Needed, Reason


def gathered(found: Iterable[tuple[int, str, Reason]]) -> tuple[Needed, ...]:
    """One `Needed` a person with every reason in order; people by their first reason's rank, then its day."""
    names: dict[int, str] = {}
    reasons: dict[int, list[Reason]] = {}
    for person, name, reason in found:
        names.setdefault(person, name)
        reasons.setdefault(person, []).append(reason)
    people = (Needed(person, names[person], tuple(sorted(reasons[person], key=_soonest))) for person in names)
    return tuple(sorted(people, key=lambda needed: (_soonest(needed.reasons[0]), needed.name, needed.person)))


def _soonest(reason: Reason) -> tuple[int, dt.date]:
    return reason.rank, reason.since_on or dt.date.min

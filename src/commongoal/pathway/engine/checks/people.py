"""Rules between tables: every row is about somebody, nobody is without a story; and what a refusal takes with it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pyarrow.compute as pc

from commongoal.kernel.errors import Problem
from commongoal.pathway.engine.checks.moves import NOWHERE, UNKNOWN, Story
from commongoal.pathway.engine.checks.rows import Mask, Places, Rows, chosen
from commongoal.pathway.engine.checks.together import ENDLESS

STARTS = {"support": "from_on", "readings": "on"}
"""Tables in which nothing may start before the person's first referral."""
LATEST = {"work": "to_on", "pay": "to_on", "benefit": "to_on"}
"""Tables whose periods may run already at referral, but not be over by then."""


@dataclass(slots=True)
class Crowd:
    """The people of a ledger and which rows are about whom: `of[table]` is the place in `people`, -1 for nobody."""

    people: Rows
    of: Mapping[str, Places]
    first: Places = field(default_factory=lambda: np.zeros(0, dtype=np.int64))


def gathered(tables: Mapping[str, Rows]) -> Crowd:
    """Find the person of every row."""
    people = tables["people"]
    known = people.column("person").combine_chunks()
    of = {
        name: np.where(rows.filled("person"), pc.index_in(rows.column("person"), known).fill_null(-1).to_numpy(), -1)
        for name, rows in tables.items()
        if name not in ("people", "costs")
    }
    return Crowd(people, of)


def check_people(tables: Mapping[str, Rows], crowd: Crowd, story: Story) -> None:
    """Nobody unknown, nobody without entries, nothing before the first referral."""
    for name, of in crowd.of.items():
        rows = tables[name]
        rows.refuse(
            chosen(rows.filled("person") & (of < 0)), "person", "a person who stands in people", "unknown_person"
        )
    told = np.isin(np.arange(len(crowd.people)), crowd.of["entries"])
    alone = crowd.people.filled("person") & ~told & ~crowd.people.skipped
    crowd.people.refuse(
        chosen(alone & _first_of_name(crowd)), "person", "a person with at least one entry, a referral", "no_entries"
    )
    crowd.first = _first_referrals(tables["entries"], crowd, story)
    for name, column in (STARTS | LATEST).items():
        _check_start(tables[name], crowd, column)


def _first_of_name(crowd: Crowd) -> Mask:
    """People rows that are the first of their id: the others are refused as repeats."""
    known = crowd.people.column("person").combine_chunks()
    return np.asarray(pc.index_in(known, known).fill_null(-1).to_numpy() == np.arange(len(known)))


def _first_referrals(entries: Rows, crowd: Crowd, story: Story) -> Places:
    """Each person's first referral as a day; very early where it cannot be known."""
    first = np.full(len(crowd.people), ENDLESS, dtype=np.int64)
    of = crowd.of["entries"][story.at]
    mine = (story.origin == NOWHERE) & (of >= 0)
    np.minimum.at(first, of[mine], story.on[mine])
    unclear = (story.lost | (story.origin == UNKNOWN)) & (of >= 0)
    first[of[unclear]] = -ENDLESS
    dateless = crowd.of["entries"][~entries.filled("on")]
    first[dateless[dateless >= 0]] = -ENDLESS
    first[first == ENDLESS] = -ENDLESS
    return first


def _check_start(rows: Rows, crowd: Crowd, column: str) -> None:
    of = crowd.of[rows.table.name]
    referral = np.where(of >= 0, crowd.first[of], -ENDLESS) if len(crowd.first) else np.full(len(of), -ENDLESS)
    days = rows.days(column, ENDLESS)
    wrong = days <= referral if column == "to_on" else days < referral
    said = "a period that is not over by" if column == "to_on" else "a day not before"
    rows.refuse(
        chosen(wrong & rows.readable(column)),
        column,
        lambda at: f"{said} the person's first referral, {np.datetime64(int(referral[at]), 'D')}",
        "before_referral",
    )


def cascades(tables: Mapping[str, Rows], crowd: Crowd, story: Story) -> list[Problem]:
    """Refuse, until nothing changes, what cannot stand without what was refused; marks the rows and says why.

    A refused entry takes the person's later ones with it (where they stood is no longer known), all of them if it has
    no readable day. A person with no entry left is refused, and every row about a refused person.
    """
    said: list[Problem] = []
    _refuse_later(tables["entries"], story, said)
    kept = np.zeros(len(crowd.people), dtype=bool)
    of = crowd.of["entries"]
    kept[of[(of >= 0) & ~tables["entries"].bad]] = True
    _cascade(
        crowd.people,
        chosen(~kept & ~crowd.people.bad),
        "all_entries_refused",
        "a person of whom an entry is kept",
        said,
    )
    for name, whose in crowd.of.items():
        gone = (
            (whose >= 0) & crowd.people.bad[whose] & ~tables[name].bad if len(crowd.people) else np.zeros(0, dtype=bool)
        )
        _cascade(tables[name], chosen(gone), "person_refused", "a person who is kept: this one was refused", said)
    return said


def _refuse_later(entries: Rows, story: Story, said: list[Problem]) -> None:
    broken = (entries.bad & ~entries.skipped)[story.at]
    latest = np.maximum.accumulate(np.where(broken, np.arange(len(broken)), -1)) if len(broken) else story.begins
    later = ((latest >= story.begins) | story.lost) & ~entries.bad[story.at]
    _cascade(
        entries,
        story.at[later].tolist(),
        "after_refused_entry",
        "no refused entry before it: where the person stood is unknown",
        said,
    )


def _cascade(rows: Rows, places: Sequence[int], code: str, expected: str, said: list[Problem]) -> None:
    for at in places:
        said.append(rows.fault(at, "person", expected, code))
        rows.bad[at] = True

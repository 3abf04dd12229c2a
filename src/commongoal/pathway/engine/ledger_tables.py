"""The ledger's tables made from casework, by the rules of what goes into a snapshot.

People are those on the programme now: with a journey that runs, whose record was not merged into another, and with a
value for each of the programme's attributes. They go by pseudonym; an employer goes by one too. No name, number, note
or words of anybody's go in: evidence is the kind of evidence, and whoever recorded a move is an organisation.

What goes in stands: not superseded, not withdrawn, not waiting for a receiver, and not dated after the day of the
snapshot. The ledger's checks hold for every row. Where two periods of the same thing overlap, as after a merge, the
later begins where the earlier ends; help that began before the referral begins with it; costs of the same thing are
added up; what a rule does not allow is left out and counted by reason.
"""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np
import pyarrow as pa

from commongoal.pathway.engine.casework_rows import (
    ENDLESS,
    FIRST_DAY,
    CaseworkRows,
    Integers,
    LeftOut,
    Mask,
    People,
    as_days,
    coded,
    days,
    ordered,
    runs,
    spread,
    whole,
)
from commongoal.pathway.engine.checks.cells import Bounds, Fault, reader_of
from commongoal.pathway.engine.ledger import BY_NAME
from commongoal.pathway.engine.ledger_entries import entries_of
from commongoal.pathway.engine.ledger_sharing import Law, agreement_of
from commongoal.pathway.engine.programme import Programme
from commongoal.pathway.engine.without_overlaps import without_overlaps

RULES_VERSION = 2
"""Rises when the same rows would make another ledger: the next snapshot is then whole."""
NO_ATTRIBUTE = "a person without a value for an attribute"
NO_MOVE = "a person without a move that counts"
NO_PROVIDER = "support by an organisation that is no provider of the pathway"
NO_INTERVENTION = "support with an intervention that the pathway no longer has"
TOO_EARLY = "a row from before the person was referred"
LATER = "a row dated after the day of the snapshot"
NO_LEVEL = "a reading of an area or level that the pathway no longer has"
AGAIN = "a reading of an area on a day that has a later one"
NO_COST = "a cost of a provider, intervention or partner that the pathway no longer has"
NOT_OVER = "a cost of a period that is not over"
MOST_HOURS = 168
_REFERENCE = reader_of(BY_NAME["support"].columns[3], Bounds())


@dataclass(frozen=True, slots=True)
class Terms:
    """What a snapshot is made by: the programme, who is which provider, the day, pseudonyms, and the bases in law.

    `people` and `hidden` give the pseudonyms of people's numbers, and of a kind of thing and its name.
    """

    programme: Programme
    providers: Mapping[int, str]
    snapshot_on: date
    people: Callable[[Iterable[int]], list[str]]
    hidden: Callable[[str, str], str]
    laws: tuple[Law, ...] = ()

    @property
    def day(self) -> int:
        """The day of the snapshot, in days since 1970."""
        return self.snapshot_on.toordinal() - date(1970, 1, 1).toordinal()


@dataclass(frozen=True, slots=True)
class Told:
    """A ledger's tables, what was left out (`LEFT_OUT`), and whose rows a day changes."""

    tables: dict[str, pa.Table]
    left_out: pa.Table
    due: tuple[str, ...]


LEFT_OUT = pa.schema([("person", pa.string()), ("reason", pa.string()), ("rows", pa.int64())])


def ledger_from(rows: CaseworkRows, terms: Terms) -> Told:
    """The ledger of these rows: of everybody on the programme, or of some, since no row is about two people."""
    left, programme = LeftOut(), terms.programme
    people = People.of(np.intersect1d(whole(rows.journeys["person"]), whole(rows.homes["person"])), terms.people)
    attributes, fine = _attributes(rows.journeys, people, programme)
    left.keep(fine, NO_ATTRIBUTE, np.arange(len(fine)))
    moved = people.places(rows.moves["person"])
    moved = np.where(np.append(fine, False)[moved], moved, -1)
    names = dict(terms.providers)
    entries = entries_of(rows.moves, moved, len(fine), programme.pathway, names, terms.day, left)
    left.keep((entries.first < ENDLESS) | ~fine, NO_MOVE, np.arange(len(fine)))
    scene = _Scene(terms, people, entries.first, people.told, left)
    tables = {
        "people": _people(scene, rows.homes, attributes),
        "entries": entries.rows.add_column(0, "person", people.told.take(pa.array(entries.person))),
        "support": _support(scene, rows.support),
        "work": _work(scene, rows.jobs),
        "readings": _readings(scene, rows.readings),
        "agreement": _agreement(scene, rows.agreements, rows.participations),
        "costs": costs_of(rows.costs, terms, left),
    }
    told = people.told
    return Told(tables, _left_out(left, told), tuple(told[place].as_py() for place in sorted(left.due)))


@dataclass(frozen=True, slots=True)
class _Scene:
    """What every table is made with: the people, their first day or endless, and their pseudonyms."""

    terms: Terms
    people: People
    first: Integers
    told: pa.Array
    left: LeftOut

    def of(self, column: pa.ChunkedArray) -> Integers:
        """The places of people who are in the ledger; -1 for others."""
        at = self.people.places(column)
        return np.where(np.append(self.first, ENDLESS)[at] < ENDLESS, at, -1)

    def periods(
        self, table: pa.Table, groups: tuple[Integers, ...], fine: Mask, start: Integers
    ) -> tuple[Integers, Integers, Integers]:
        """The rows of a table of periods that go in: their places in it, first days, and first days after the last.

        `start` are the first days as the ledger is to tell them.
        """
        person, left, day = self.of(table["person"]), self.left, self.terms.day
        end = days(table["to_on"])
        here = fine & (person >= 0)
        soon = start <= day
        left.wait(person[here & (~soon | ((end > day + 1) & (end < ENDLESS)))])
        left.keep(soon | ~here, LATER, person)
        end = np.where(end > day + 1, ENDLESS, end)
        at, start, end = without_overlaps(np.flatnonzero(here & soon), (person, *groups), start, end, person, left)
        order = ordered(np.where(end == ENDLESS, -ENDLESS, end), start, person[at])
        return at[order], start[order], end[order]


def _attributes(journeys: pa.Table, people: People, programme: Programme) -> tuple[dict[str, pa.Array], Mask]:
    """A column for each attribute of the programme, and who has a value for all of them."""
    texts, mine = people.told_of(journeys, "attributes")
    read = [json.loads(text) for text in texts]
    columns, fine = {}, np.ones(len(mine), dtype=bool)
    for attribute in programme.attributes:
        ids = {value.id for value in attribute.values}
        values = [value if (value := one.get(attribute.id)) in ids else None for one in read]
        columns[attribute.id] = spread(values, mine)
        fine &= columns[attribute.id].is_valid().to_numpy(zero_copy_only=False)
    return columns, fine


def _people(scene: _Scene, homes: pa.Table, attributes: dict[str, pa.Array]) -> pa.Table:
    texts, mine = scene.people.told_of(homes, "area")
    areas = spread([_plain(text, scene.terms) for text in texts], mine)
    table = pa.table({"person": scene.told, "area": areas, **attributes})
    return table.filter(pa.array(scene.first < ENDLESS))


def _support(scene: _Scene, support: pa.Table) -> pa.Table:
    terms, person = scene.terms, scene.of(support["person"])
    provider = _codes(support["organisation"], {key: n for n, key in enumerate(terms.providers)})
    kinds = [each.id for each in terms.programme.interventions]
    intervention = _text_codes(support["intervention"], {key: n for n, key in enumerate(kinds)})
    contracts, contract = coded(support["contract"])
    hidden = [_plain(text, terms) for text in contracts]
    same = _text_codes(spread(hidden, contract), {text: n for n, text in enumerate(dict.fromkeys(hidden)) if text})
    left = scene.left
    left.keep(provider >= 0, NO_PROVIDER, person)
    left.keep((intervention >= 0) | (provider < 0), NO_INTERVENTION, person)
    fine = _not_before(scene, person, days(support["to_on"]) - 1, (provider >= 0) & (intervention >= 0))
    begun = np.maximum(days(support["from_on"]), np.append(scene.first, 0)[person])
    at, start, end = scene.periods(support, (provider, intervention, same), fine, begun)
    return pa.table(
        {
            "person": scene.told.take(pa.array(person[at])),
            "provider": spread([*terms.providers.values()], provider[at]),
            "intervention": spread([*kinds], intervention[at]),
            "contract": spread(hidden, contract[at]),
            "from_on": as_days(start),
            "to_on": as_days(end),
        }
    )


def _not_before(scene: _Scene, person: Integers, day: Integers, fine: Mask) -> Mask:
    """Rows of people in the ledger whose day is not before they were referred; the others are counted."""
    soon_enough = day >= np.append(scene.first, ENDLESS)[person]
    scene.left.keep(soon_enough | (person < 0) | ~fine, TOO_EARLY, person)
    return fine & soon_enough & (person >= 0)


def _work(scene: _Scene, jobs: pa.Table) -> pa.Table:
    person, end = scene.of(jobs["person"]), days(jobs["to_on"])
    alone = whole(jobs["self_employed"]) == 1
    employers, employer = coded(jobs["employer"])
    hidden = [scene.terms.hidden("employer", " ".join(text.casefold().split())) for text in employers]
    same = _text_codes(spread([*hidden], employer), {text: n for n, text in enumerate(dict.fromkeys(hidden))})
    known = days(jobs["from_on"]) >= FIRST_DAY
    fine = _not_before(scene, person, end - 1, known)
    at, start, end = scene.periods(jobs, (np.where(alone, -1, same),), fine, days(jobs["from_on"]))
    hours = jobs["weekly_hours"].combine_chunks().take(pa.array(at)).to_numpy(zero_copy_only=False)
    evidence, kind = coded(jobs["evidence"])
    return pa.table(
        {
            "person": scene.told.take(pa.array(person[at])),
            "employer": spread([*hidden], np.where(alone, -1, employer)[at]),
            "self_employed": pa.array(alone[at]),
            "from_on": as_days(start),
            "to_on": as_days(end),
            "weekly_hours": pa.array(hours, mask=~(hours <= MOST_HOURS)),
            "evidence": spread([text or None for text in evidence], kind[at]),
        }
    )


def _readings(scene: _Scene, readings: pa.Table) -> pa.Table:
    person, on = scene.of(readings["person"]), days(readings["on"])
    levels = {area.id: area.levels for area in scene.terms.programme.areas}
    areas = sorted(levels)
    most = np.array([*(levels[each] for each in areas), 0])
    area, level = _text_codes(readings["area"], {key: n for n, key in enumerate(areas)}), whole(readings["level"])
    known = (area >= 0) & (level >= 1) & (level <= most[area])
    scene.left.keep(known, NO_LEVEL, person)
    soon = on <= scene.terms.day
    scene.left.wait(person[known & (person >= 0) & ~soon])
    scene.left.keep(soon | (person < 0) | ~known, LATER, person)
    at = np.flatnonzero(_not_before(scene, person, on, known & soon))
    at = at[ordered(whole(readings["assessment"])[at], area[at], on[at], person[at])]
    last = np.append(runs(person[at], on[at], area[at])[1:], True)[: len(at)]
    scene.left.keep(last, AGAIN, person[at])
    at = at[last]
    return pa.table(
        {
            "person": scene.told.take(pa.array(person[at])),
            "on": as_days(on[at]),
            "area": spread([*areas], area[at]),
            "level": pa.array(level[at].astype(np.int16)),
        }
    )


def _agreement(scene: _Scene, agreements: pa.Table, participations: pa.Table) -> pa.Table:
    of = scene.of(agreements["person"]), scene.of(participations["person"])
    found = agreement_of(agreements, participations, of, scene.terms.laws)
    person, start, end = found.person, found.start, found.end
    soon = start <= scene.terms.day
    scene.left.wait(person[~soon])
    scene.left.keep(soon, LATER, person)
    at = np.flatnonzero(soon & (start >= FIRST_DAY))
    return pa.table(
        {
            "person": scene.told.take(pa.array(person[at])),
            "organisation": pa.array([f"organisation_{each}" for each in found.organisation[at].tolist()], pa.string()),
            "scope": spread([_plain(scope, scene.terms) for scope in found.scopes], found.scope[at]),
            "from_on": as_days(start[at]),
            "to_on": as_days(end[at]),
        }
    )


def costs_of(costs: pa.Table, terms: Terms, left: LeftOut) -> pa.Table:
    """Costs of periods that are over, those of the same thing added up. Of an empty provider is the programme's."""
    programme = terms.programme
    lists = {
        "provider": ["", *(each.id for each in programme.providers)],
        "intervention": ["", *(each.id for each in programme.interventions)],
        "borne_by": [each.id for each in programme.partners],
        "basis": ["cash", "in_kind"],
    }
    codes = {name: _text_codes(costs[name], {key: n for n, key in enumerate(ids)}) for name, ids in lists.items()}
    start, end = days(costs["from_on"]), days(costs["to_on"])
    known = np.all([each >= 0 for each in codes.values()], axis=0)
    over = end <= terms.day + 1
    left.nobodys(known, NO_COST)
    left.nobodys(over | ~known, NOT_OVER)
    at = np.flatnonzero(known & over)
    at = at[ordered(*(each[at] for each in codes.values()), end[at], start[at])]
    fresh = runs(start[at], end[at], *(each[at] for each in codes.values()))
    pence = np.add.reduceat(whole(costs["amount_pence"])[at], np.flatnonzero(fresh)) if len(at) else at
    at = at[fresh]
    named = {name: spread([key or None for key in ids], codes[name][at]) for name, ids in lists.items()}
    return pa.table({**named, "from_on": as_days(start[at]), "to_on": as_days(end[at]), "amount_pence": pence})


def _codes(column: pa.ChunkedArray, of: Mapping[int, int]) -> Integers:
    """Whole numbers as places in a list; -1 for one that is not in it."""
    encoded = column.combine_chunks().dictionary_encode()
    places = [of.get(number, -1) for number in encoded.dictionary.to_pylist()]
    found: Integers = np.array([*places, -1])[encoded.indices.to_numpy()]
    return found


def _text_codes(column: pa.ChunkedArray | pa.Array, of: Mapping[str, int]) -> Integers:
    """Texts as places in a list; -1 for one that is not in it or none."""
    encoded = (column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column).dictionary_encode()
    places = [of.get(text, -1) for text in encoded.dictionary.to_pylist()]
    at = encoded.indices.fill_null(len(places)).to_numpy()
    found: Integers = np.array([*places, -1])[at]
    return found


def _plain(text: str, terms: Terms) -> str | None:
    """A reference as the ledger takes it: as it is, nothing where empty, a pseudonym where it could tell who it is."""
    text = text.strip()
    if not text:
        return None
    return terms.hidden("reference", text) if isinstance(_REFERENCE(text), Fault) else text


def _left_out(left: LeftOut, told: pa.Array) -> pa.Table:
    people = [told[place].as_py() if place >= 0 else None for place, _ in left.counts]
    columns = [people, [reason for _, reason in left.counts], list(left.counts.values())]
    return pa.table(columns, schema=LEFT_OUT)

"""Small nasty ledgers for Hypothesis, and the canonical tables that the engines read.

People here come back, are referred twice, move three times in a day, are helped before they are referred and after they
have left, arrive too late, and are cut by the snapshot. Everything stays within what an import accepts: no two rows
share a key.
"""

from datetime import date, timedelta

import pyarrow as pa
from hypothesis import strategies as st

from commongoal.pathway.engine.ledger import BY_NAME, Column
from commongoal.pathway.engine.programme import Attribute, Body, Named, Pathway, Programme
from tests.engine.referee import Case, Entry, Ledger, Potential, Support

EPOCH = date(2020, 1, 1)

GAPS = st.one_of(st.sampled_from([0, 0, 1, 1, 30, 31, 61]), st.integers(0, 90), st.integers(100, 420))
"""Days from one entry to the next: often the same day or the next, now and then beyond H."""

WHAT = ["move"] * 5 + ["left"] * 3 + ["refer"] * 2 + ["last", "ended", "same"]
"""What an entry does; a move of somebody who has left is a return."""

HORIZONS = st.sampled_from([6, 6, 7, 8, 9, 11, 12, 16])
"""Short, so that freezing is common; 16 months are a whole number of days, 487."""


def named(prefix: str, count: int) -> tuple[Named, ...]:
    return tuple(Named(id=f"{prefix}{k}", name=f"{prefix.capitalize()} {k}") for k in range(count))


def programme(
    stages: int = 4, horizon: int = 6, providers: int = 3, interventions: int = 2, groups: int = 1
) -> Programme:
    """A programme with stages s0, s1, ..., providers p0, ..., interventions i0, ... and segments g0, ..."""
    values = named("g", groups)
    return Programme(
        name="Anywhere",
        place="Nowhere",
        invented=True,
        pathway=Pathway(stages=named("s", stages), work_stage=f"s{stages - 1}", horizon_months=horizon),
        attributes=(Attribute(id="kind", name="Kind", values=values),) if groups > 1 else (),
        providers=tuple(Body(id=each.id, name=each.name) for each in named("p", providers)),
        interventions=named("i", interventions),
    )


@st.composite
def programmes(draw: st.DrawFn) -> Programme:
    return programme(
        stages=draw(st.integers(3, 5)),
        horizon=draw(HORIZONS),
        providers=draw(st.integers(1, 4)),
        interventions=draw(st.integers(1, 2)),
        groups=draw(st.integers(1, 3)),
    )


@st.composite
def entries_of(draw: st.DrawFn, person: str, of: Programme) -> list[Entry]:
    """One person's entries: mostly moves from where they stand, with every oddity mixed in."""
    stages = [stage.id for stage in of.pathway.stages]
    last = len(stages) - 1
    on = EPOCH + timedelta(days=draw(st.integers(0, 60)))
    stands: str | None = None
    rows: list[Entry] = []
    for seq in range(draw(st.integers(0, 10))):
        what = draw(st.sampled_from(WHAT))
        refer = what == "refer" or (stands is None and draw(st.integers(0, 9)) > 0)
        if refer:
            to = stages[draw(st.sampled_from([0] * 6 + [1]))]
        elif what in ("left", "ended"):
            to = what
        elif what == "same" and stands is not None:
            to = stands
        else:
            to = stages[last if what == "last" else draw(st.integers(0, last - 1))]
        origin = stages[0] if stands in (None, "ended") else stands
        rows.append(Entry(person, on, seq, None if refer else origin, to))
        stands = to
        on += timedelta(days=draw(GAPS))
    return _without_repeats(rows)


def _without_repeats(rows: list[Entry]) -> list[Entry]:
    """Only the first of rows that share the key of the table."""
    kept = {(r.person, r.on, r.stage_from, r.stage_to): r for r in reversed(rows)}
    return sorted(kept.values(), key=lambda r: (r.on, r.seq))


@st.composite
def support_of(draw: st.DrawFn, person: str, of: Programme, entries: list[Entry]) -> list[Support]:
    """One person's support: any provider at any time, often starting or ending on the day of an entry."""
    days = [(entry.on - EPOCH).days for entry in entries] or [0]
    near = st.one_of(st.sampled_from(days), st.sampled_from(days).map(lambda d: d + 1), st.integers(-40, 700))
    rows: dict[tuple[str, str, str | None, date], Support] = {}
    for _ in range(draw(st.integers(0, 6))):
        provider = draw(st.sampled_from(of.providers)).id
        intervention = draw(st.sampled_from(of.interventions)).id
        contract = draw(st.sampled_from([None, "c1", "c2"]))
        since, until = EPOCH + timedelta(days=draw(near)), EPOCH + timedelta(days=draw(near))
        open_ended = until <= since or draw(st.integers(0, 4)) == 0
        row = Support(person, provider, intervention, since, None if open_ended else until, contract)
        rows[provider, intervention, contract, since] = row
    return sorted(rows.values(), key=lambda r: r.from_on)


@st.composite
def cases(draw: st.DrawFn, most_people: int = 6) -> Case:
    """A programme, a ledger of 1 to `most_people` people, a snapshot, durations of W and weights."""
    of = draw(programmes())
    people: dict[str, dict[str, str]] = {}
    entries: list[Entry] = []
    support: list[Support] = []
    for k in range(draw(st.integers(1, most_people))):
        person = f"person{k}"
        people[person] = {a.id: draw(st.sampled_from(a.values)).id for a in of.attributes}
        own = draw(entries_of(person, of))
        entries += own
        support += draw(support_of(person, of, own))
    on_entry = st.sampled_from([entry.on for entry in entries] or [EPOCH])
    snapshot = draw(st.one_of(on_entry, st.integers(0, 1300).map(lambda d: EPOCH + timedelta(days=1400 - d))))
    durations = [draw(st.sampled_from([0.5, 1.0, 3.5, 6.0, 12.0])) for _ in of.segments]
    pairs = [f"{p.id}/{i.id}" for p in of.providers for i in of.interventions]
    weights = {pair: draw(st.integers(1, 7)) for pair in pairs if draw(st.booleans())}
    return Case(Ledger(people, entries, support), of, snapshot, durations, weights)


@st.composite
def potentials(draw: st.DrawFn, of: Programme) -> Potential:
    """Any V for a programme: W at S at all times, 0 elsewhere at H, in between a number of whole pounds."""
    horizon, last = of.pathway.horizon_months, of.pathway.last
    random = draw(st.randoms(use_true_random=False))
    table = []
    for _ in of.segments:
        worth = float(random.randint(100, 20_000))
        below = [[float(random.randint(0, 20_000)) for _ in range(horizon)] + [0.0] for _ in range(last)]
        table.append([*below, [worth] * (horizon + 1)])
    return table


_ARROW = {"date": pa.date32(), "count": pa.int32(), "level": pa.int32(), "number": pa.float64(), "flag": pa.bool_()}


def _type(column: Column) -> pa.DataType:
    return _ARROW.get(column.kind, pa.string())


def tables(case: Case) -> dict[str, pa.Table]:
    """The ledger as the canonical tables people, entries and support: every column, sorted by person, date, order."""
    providers = [provider.id for provider in case.programme.providers]
    entries = sorted(case.ledger.entries, key=lambda e: (e.person, e.on, e.seq))
    support = sorted(case.ledger.support, key=lambda r: (r.person, r.from_on, r.provider, r.intervention))
    people = sorted(case.ledger.people.items())
    rows = {
        "people": [{"person": person, "area": None, **values} for person, values in people],
        "entries": [vars(e) | {"reason": None, "recorded_by": providers[-1], "evidence": None} for e in entries],
        "support": [vars(r) for r in support],
    }
    return {name: pa.Table.from_pylist(found, schema=_schema(name, case.programme)) for name, found in rows.items()}


def _schema(table: str, of: Programme) -> pa.Schema:
    fields = [pa.field(column.name, _type(column)) for column in BY_NAME[table].columns]
    if table == "people":
        fields += [pa.field(attribute.id, pa.string()) for attribute in of.attributes]
    return pa.schema(fields)

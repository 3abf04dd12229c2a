"""The text of the counting: what the first scan writes down, and how the second weighs it.

Every count is a query that returns its keys in order and then one value, or the pair (487 - r, r) that splits a
point in time
between two grid months.
"""

from dataclasses import dataclass

from commongoal.pathway.engine.scan_sql import Frame

GROUPS = 50


@dataclass(frozen=True, slots=True)
class Count:
    """One array of the first scan: its meaning, the query, and the shape of its keys; a pair adds a last axis of 2."""

    meaning: str
    text: str
    shape: tuple[int, ...]
    pair: bool = False


PAIR = "487 * count(*) - CAST(sum(r) AS BIGINT) AS a, CAST(sum(r) AS BIGINT) AS b"
OWN_PAIR = "487 * CAST(sum(share) AS BIGINT) - CAST(sum(share * r) AS BIGINT) AS a, CAST(sum(share * r) AS BIGINT) AS b"


def counts(frame: Frame, suffix: str) -> dict[str, Count]:
    """Everything the first scan counts from the people now readable, by name."""
    return {
        **_spell_counts(frame),
        **_stretch_counts(frame, f"steps{suffix}"),
        **_return_counts(frame),
        **_support_counts(frame, suffix),
        **_people(frame, suffix),
    }


def _spell_counts(frame: Frame) -> dict[str, Count]:
    """Spells and people: how many, how far they got, where they now stand."""
    last, segments = frame.last, len(frame.programme.segments)
    return {
        "spells": Count(
            "spells by segment and group",
            "SELECT g, k, count(*) AS n FROM spells JOIN persons USING (p) GROUP BY g, k",
            (segments, GROUPS),
        ),
        "closed_spells": Count(
            "spells whose window had closed by the snapshot, by segment",
            f"SELECT g, count(*) AS n FROM spells JOIN persons USING (p) WHERE {_closed(frame)} GROUP BY g",
            (segments,),
        ),
        "people": Count(
            "people with a spell, by segment",
            "SELECT g, count(DISTINCT p) AS n FROM spells JOIN persons USING (p) GROUP BY g",
            (segments,),
        ),
        "reached": Count(
            "spells by group and the furthest stage reached by H",
            f"""SELECT k, far, count(*) AS n FROM (SELECT p, pt0, max(CASE WHEN st <= {last} THEN st ELSE 0 END) AS far
                FROM walk GROUP BY p, pt0) x JOIN persons USING (p) GROUP BY k, far""",
            (GROUPS, last + 1),
        ),
        "now": Count(
            "spells by segment and the state after their last move",
            "SELECT g, st, count(*) AS n FROM walk JOIN persons USING (p) WHERE next_pt IS NULL GROUP BY g, st",
            (segments, last + 3),
        ),
        "late": Count("spells that reached S only after H, by segment", _late(frame), (segments,)),
    }


def _stretch_counts(frame: Frame, steps: str) -> dict[str, Count]:
    """Where stretches start and end, by segment and by group of people."""
    last, ends, months = frame.last, frame.open + 1, frame.horizon + 1
    segments, begin, finish = len(frame.programme.segments), _begin(frame, steps), _finish(frame, steps)
    return {
        "begin": Count(
            "starts of stretches by closed window, segment, stage and month",
            f"SELECT closed, g, s0, m, {PAIR} FROM ({begin}) x GROUP BY closed, g, s0, m",
            (2, segments, last, months),
            pair=True,
        ),
        "finish": Count(
            "ends of stretches, by also what ended them",
            f"SELECT closed, g, s0, s1, m, {PAIR} FROM ({finish}) x GROUP BY closed, g, s0, s1, m",
            (2, segments, last, ends, months),
            pair=True,
        ),
        "begin_k": Count(
            "starts of stretches by group of people, stage and month",
            f"SELECT k, s0, m, {PAIR} FROM ({begin}) x GROUP BY k, s0, m",
            (GROUPS, last, months),
            pair=True,
        ),
        "finish_k": Count(
            "ends of stretches by group of people",
            f"SELECT k, s0, s1, m, {PAIR} FROM ({finish}) x GROUP BY k, s0, s1, m",
            (GROUPS, last, ends, months),
            pair=True,
        ),
    }


def _return_counts(frame: Frame) -> dict[str, Count]:
    """Where people returned to after leaving, and where they had left from."""
    segments, months = len(frame.programme.segments), frame.horizon + 1
    return {
        "returns": Count(
            "returns after leaving, by group, segment, stage returned to and month",
            f"SELECT k, g, st, m, {PAIR} FROM ({_returns(frame, 'pt')}) x GROUP BY k, g, st, m",
            (GROUPS, segments, frame.last + 1, months),
            pair=True,
        ),
        "closed_returns": Count(
            "those of spells whose window had closed",
            f"SELECT k, g, st, m, {PAIR} FROM ({_returns(frame, 'pt')} AND {_closed(frame)}) x GROUP BY k, g, st, m",
            (GROUPS, segments, frame.last + 1, months),
            pair=True,
        ),
        "gaps": Count(
            "where those who returned had left from, by group, segment, stage and month of leaving",
            f"SELECT k, g, prev_stage, m, {PAIR} FROM ({_returns(frame, 'prev_pt')}) x GROUP BY k, g, prev_stage, m",
            (GROUPS, segments, frame.last, months),
            pair=True,
        ),
    }


def _support_counts(frame: Frame, suffix: str) -> dict[str, Count]:
    """Days and arrivals by owner."""
    owners = len(frame.programme.providers) * len(frame.programme.interventions)
    days = f"sum(CAST(share AS INT) * (least(d1, {frame.last_day}) - d0))"
    return {
        "own_days": Count(
            "sixtieths of days in care by owner, segment and stage, by whole days to H",
            f"SELECT owner, g, s0, CAST({days} AS BIGINT) AS n FROM intervals{suffix} GROUP BY owner, g, s0",
            (owners, len(frame.programme.segments), frame.last),
        ),
        "days_after": Count(
            "days of support in spells by owner: all, and those after H", _days_after(frame), (owners,), pair=True
        ),
    }


def _people(frame: Frame, suffix: str) -> dict[str, Count]:
    """People each owner, provider and intervention helped, in care."""
    width = len(frame.programme.interventions)
    by = {
        "own_people": ("owner", len(frame.programme.providers) * width),
        "provider_people": (frame.dialect.div("owner", width), len(frame.programme.providers)),
        "intervention_people": (f"owner % {width}", width),
    }
    return {
        name: Count(
            f"people helped, by {name.split('_')[0].replace('own', 'owner')}",
            f"""SELECT j, count(*) AS n FROM (SELECT DISTINCT p, CAST({key} AS INT) AS j FROM intervals{suffix}) x
            GROUP BY j""",
            (size,),
        )
        for name, (key, size) in by.items()
    }


def _at(frame: Frame, days: str, cut: str = "") -> str:
    """Month m and remainder r of a number of days; where `cut` holds, exactly H."""
    sixteenths = f"16 * CAST({days} AS INT)"
    month, rest = frame.dialect.div(sixteenths, 487), f"({sixteenths}) % 487"
    if cut:
        month, rest = (
            f"CASE WHEN {cut} THEN {frame.horizon} ELSE {month} END",
            f"CASE WHEN {cut} THEN 0 ELSE {rest} END",
        )
    return f"{month} AS m, {rest} AS r"


def _begin(frame: Frame, steps: str) -> str:
    days = f"{frame.dialect.div('pa', 64)} - day0"
    return f"SELECT closed, k, g, s0, {_at(frame, days)} FROM {steps}"


def _finish(frame: Frame, steps: str) -> str:
    days = f"{frame.dialect.div('pb', 64)} - day0"
    return f"SELECT closed, k, g, s0, s1, {_at(frame, days, f's1 = {frame.cut}')} FROM {steps}"


def _returns(frame: Frame, point: str) -> str:
    days = f"{frame.dialect.div(point, 64)} - {frame.dialect.div('pt0', 64)}"
    return f"""SELECT k, g, st, prev_stage, {_at(frame, days)} FROM walk JOIN persons USING (p)
        WHERE prev = {frame.left} AND st <= {frame.last}"""


def _closed(frame: Frame) -> str:
    """Whether the window of the spell in `walk` had closed by the snapshot."""
    return f"16 * ({frame.snapshot} - {frame.dialect.div('pt0', 64)}) >= {487 * frame.horizon}"


def _late(frame: Frame) -> str:
    after = f"({frame.dialect.div('s.pt0', 64)} + {frame.last_day} + 1) * 64"
    return f"""SELECT g, count(*) AS n FROM (SELECT s.p, s.pt0 FROM spells s JOIN events e ON e.p = s.p
            WHERE e.st = {frame.last} AND e.pt >= s.pt0 AND e.pt < s.until GROUP BY s.p, s.pt0, s.until
            HAVING min(e.pt) >= {after}) x JOIN persons USING (p) GROUP BY g"""


def _days_after(frame: Frame) -> str:
    day0 = frame.dialect.div("s.pt0", 64)
    end = f"least({frame.dialect.div('c.fb', 64)}, {frame.dialect.div('s.until', 64)}, {frame.snapshot} + 1)"
    start = f"greatest({frame.dialect.div('c.fa', 64)}, {day0})"
    return f"""SELECT owner, CAST(sum(b - a) AS BIGINT) AS days, CAST(sum(CASE WHEN b > h THEN b - greatest(a, h)
    ELSE 0 END) AS BIGINT)
        AS late FROM (SELECT owner, {start} AS a, {end} AS b, {day0} + {frame.last_day} + 1 AS h
            FROM helped c JOIN spells s ON c.p = s.p) x WHERE b > a GROUP BY owner"""


def own_begin(frame: Frame, suffix: str) -> str:
    """Starts of intervals: owner, segment, stage, month and the pair, times sixtieths."""
    return f"""SELECT owner, g, s0 AS e, m, {OWN_PAIR} FROM (SELECT owner, share, g, s0, {_at(frame, "d0")}
        FROM intervals{suffix}) x GROUP BY owner, g, s0, m"""


def own_finish(frame: Frame, suffix: str) -> str:
    """Ends of intervals: where the person then stands, or S + 1 + s for leaving from s; an end for good is worth
    nothing.
    """
    left = f"WHEN s1 = {frame.left} THEN {frame.last + 1} + s0"
    return f"""SELECT owner, g, e, m, {OWN_PAIR} FROM (SELECT owner, share, g,
            CASE WHEN s1 <= {frame.last} THEN s1 {left} ELSE s0 END AS e, {_at(frame, "d1", f"s1 = {frame.cut}")}
        FROM intervals{suffix} WHERE s1 <> {frame.ended}) x GROUP BY owner, g, e, m"""


def _cell(frame: Frame, state: str, month: str) -> str:
    """Row of the potential table for a segment, state and month; state S + 1 is worth nothing."""
    return f"(CAST(g AS INT) * {frame.last + 2} + {state}) * {frame.horizon + 1} + {month}"


def _end_state(frame: Frame, keep: bool) -> str:
    left = "s0" if keep else str(frame.last + 1)
    return f"""CASE WHEN s1 <= {frame.last} THEN s1 WHEN s1 = {frame.left} THEN {left}
        WHEN s1 = {frame.ended} THEN {frame.last + 1} ELSE s0 END"""


def _gain(rule: int, ends: str) -> str:
    end = f"(487 - r1) * {ends}.here_{rule} + r1 * {ends}.next_{rule}"
    return f"({end}) - ((487 - r0) * f.here_{rule} + r0 * f.next_{rule})"


def _points(frame: Frame, source: str, first: str, after: str, columns: str) -> str:
    """Both ends of each row as months and remainders."""
    start = _at(frame, first).replace(" AS m", " AS m0").replace(" AS r", " AS r0")
    end = _at(frame, after, f"s1 = {frame.cut}").replace(" AS m", " AS m1").replace(" AS r", " AS r1")
    return f"SELECT {columns}, k, g, s0, s1, {start}, {end} FROM {source}"


def weigh_intervals(frame: Frame, suffix: str, keep: bool, which: tuple[int, ...]) -> str:
    """Credit by group and owner under each of the potentials `which`, all with the same worth of leaving."""
    inner = _points(frame, f"intervals{suffix}", "d0", "d1", "owner, share")
    sums = ", ".join(f"CAST(sum(CAST(share AS BIGINT) * ({_gain(n, 'e')})) AS BIGINT) AS credit_{n}" for n in which)
    return f"""SELECT k, owner, {sums} FROM (SELECT k, owner, share, r0, r1, {_cell(frame, "s0", "m0")} AS i0,
            {_cell(frame, _end_state(frame, keep), "m1")} AS i1 FROM ({inner}) y) x
        JOIN potential f ON f.i = i0 JOIN potential e ON e.i = i1 GROUP BY k, owner"""


def weigh_steps(frame: Frame, suffix: str, keeps: tuple[bool, ...]) -> str:
    """Credit by group, closed window, segment and stage of the stretch under every potential."""
    div = frame.dialect.div
    inner = _points(frame, f"steps{suffix}", f"{div('pa', 64)} - day0", f"{div('pb', 64)} - day0", "closed")
    sums = ", ".join(
        f"CAST(sum({_gain(rule, 'e' if keep else 'z')}) AS BIGINT) AS credit_{rule}" for rule, keep in enumerate(keeps)
    )
    return f"""SELECT k, closed, g, s0, {sums} FROM (SELECT k, closed, g, s0, r0, r1, {_cell(frame, "s0", "m0")} AS i0,
            {_cell(frame, _end_state(frame, True), "m1")} AS i1, {_cell(frame, _end_state(frame, False), "m1")} AS i2
            FROM ({inner}) y) x
        JOIN potential f ON f.i = i0 JOIN potential e ON e.i = i1 JOIN potential z ON z.i = i2 GROUP BY k, closed, g,
        s0"""

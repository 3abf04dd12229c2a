"""The text of the scan: from the ledger's rows to stretches in a stage and the intervals that owners hold.

Written once for DuckDB and Spark. A *point* is ``64 * day + phase`` with day since 1970 and phase 0 for support that
closes, 1 to 62 for entries in their order and 63 for support that opens, so one number orders everything that happens
to a person (docs/decisions/0001). States are numbers: 0..S stages, then left, then ended; a stretch that nothing ends
is cut at the horizon or open at the snapshot.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from commongoal.kernel.periods import last_day
from commongoal.pathway.engine.dialect import Dialect
from commongoal.pathway.engine.ledger import ENDED, LEFT
from commongoal.pathway.engine.programme import Programme

NEVER = 2147483647


@dataclass(frozen=True, slots=True)
class Frame:
    """What the text needs to know: the programme's codes, the horizon, the snapshot and how long W lasts.

    `snapshot` is in days since 1970; `closes_after` is, by segment, the whole days from arrival at S to the spell's
    close;
    `weights` gives shares of overlap by (provider, intervention), 1 where absent.
    """

    programme: Programme
    dialect: Dialect
    snapshot: int
    closes_after: tuple[int, ...]
    weights: Mapping[str, int] = field(default_factory=dict)

    @property
    def last(self) -> int:
        """S."""
        return self.programme.pathway.last

    @property
    def left(self) -> int:
        """Number of the state of having left."""
        return self.last + 1

    @property
    def ended(self) -> int:
        """Number of the state of a spell that ended for good."""
        return self.last + 2

    @property
    def cut(self) -> int:
        """How a stretch ends that is cut at exactly H."""
        return self.last + 3

    @property
    def open(self) -> int:
        """How a stretch ends that is still open at the end of the snapshot day."""
        return self.last + 4

    @property
    def horizon(self) -> int:
        """H in months."""
        return self.programme.pathway.horizon_months

    @property
    def last_day(self) -> int:
        """The last whole day at or before H."""
        return last_day(self.horizon)

    @property
    def close_day(self) -> int:
        """The first whole day at or after H: where a spell without arrival closes."""
        return -(-487 * self.horizon // 16)

    def owner(self, provider: int, intervention: int) -> int:
        """One number for a pair, in programme order."""
        return provider * len(self.programme.interventions) + intervention


def coded(column: str, ids: Sequence[str]) -> str:
    """A CASE that turns an id into its place in the list."""
    return f"CASE {column} " + " ".join(f"WHEN '{value}' THEN {i}" for i, value in enumerate(ids)) + " END"


def persons(frame: Frame) -> str:
    """person, number, group k, segment g. People without a segment value of the programme are refused on import."""
    segment = "0"
    for attribute in frame.programme.attributes:
        place = coded(frame.dialect.named(attribute.id), [value.id for value in attribute.values])
        segment = f"({segment}) * {len(attribute.values)} + {place}"
    return f"""SELECT person, CAST(row_number() OVER (ORDER BY person) AS INT) AS p,
        CAST({frame.dialect.group("person")} AS TINYINT) AS k, CAST({segment} AS SMALLINT) AS g FROM people"""


def events(frame: Frame) -> str:
    """Entries as (p, point, state, is it a referral), up to the snapshot."""
    states = [stage.id for stage in frame.programme.pathway.stages] + [LEFT, ENDED]
    day = frame.dialect.day(frame.dialect.named("on"))
    return f"""SELECT p, CAST({day} * 64 + 1 + least(seq, 61) AS INT) AS pt, CAST({coded("stage_to", states)} AS
    TINYINT) AS st,
        stage_from IS NULL AS ref FROM entries JOIN persons USING (person) WHERE {day} <= {frame.snapshot}"""


FIRST_SPELLS = (
    f"""SELECT p, CAST(min(pt) AS INT) AS pt0, CAST({NEVER} AS INT) AS until FROM events WHERE ref GROUP BY p"""
)
"""A spell a person, from the first referral, as if no other opened."""

LATEST_OF_RETURNERS = """SELECT s.p, s.pt0, s.until FROM spells s
    JOIN (SELECT p FROM events WHERE ref GROUP BY p HAVING count(*) > 1) r ON s.p = r.p"""
"""First spells of people with more than one referral: only they can have more than one spell."""


def closes(frame: Frame) -> str:
    """For the spells in `latest`: the first day on which a referral opens the next one."""
    after = "CASE g " + " ".join(f"WHEN {g} THEN {days}" for g, days in enumerate(frame.closes_after)) + " END"
    day0 = frame.dialect.div("pt0", 64)
    return f"""SELECT p, pt0, CASE WHEN arrived IS NOT NULL AND (ended IS NULL OR arrived < ended)
            THEN {frame.dialect.div("arrived", 64)} + {after} ELSE {day0} + {frame.close_day} END AS close
        FROM (SELECT s.p, s.pt0, min(CASE WHEN st = {frame.last} AND NOT ref THEN pt END) AS arrived,
                min(CASE WHEN st = {frame.ended} THEN pt END) AS ended
            FROM latest s LEFT JOIN events e ON e.p = s.p AND e.pt > s.pt0 AND e.pt < ({day0} + {frame.last_day} + 1)
            * 64
            GROUP BY s.p, s.pt0) x JOIN persons USING (p)"""


NEXT_SPELLS = f"""SELECT c.p, CAST(min(e.pt) AS INT) AS pt0, CAST({NEVER} AS INT) AS until FROM closed c
    JOIN events e ON e.p = c.p WHERE e.ref AND e.pt >= c.close * 64 GROUP BY c.p"""
"""The next spell of each person in `closed`, where a referral at or after the close opens one."""


def all_spells(rounds: int) -> str:
    """Everybody's spells: the first of those with one referral, and those of the rounds, each running until the
    next.
    """
    opened = " UNION ALL ".join(f"SELECT p, pt0 FROM round_{i}" for i in range(rounds))
    return f"""SELECT s.p, s.pt0, s.until FROM spells s LEFT JOIN round_0 r ON s.p = r.p WHERE r.p IS NULL UNION ALL
        SELECT p, pt0, CAST(coalesce(lead(pt0) OVER (PARTITION BY p ORDER BY pt0), {NEVER}) AS INT) AS until FROM
        ({opened}) o"""


def in_spell(frame: Frame) -> str:
    """Events that can move somebody: inside a spell, at or before H."""
    day0 = frame.dialect.div("pt0", 64)
    return f"""SELECT e.p, s.pt0, e.pt, e.st, e.ref FROM events e JOIN spells s ON e.p = s.p
        WHERE e.pt >= s.pt0 AND e.pt < s.until AND e.pt < ({day0} + {frame.last_day} + 1) * 64"""


def walk(source: str) -> str:
    """Each event with the state before it and since when, the stage before that, and the event after it."""
    return f"""SELECT p, pt0, pt, st, ref, lag(st) OVER w AS prev,
        lag(pt) OVER w AS prev_pt, lag(st, 2) OVER w AS prev_stage, lead(pt) OVER w AS next_pt, lead(st) OVER w AS
        next_st
        FROM ({source}) x WINDOW w AS (PARTITION BY p, pt0 ORDER BY pt)"""


def stops(frame: Frame) -> str:
    """Where each spell stops moving: its first arrival at S or end for good, if anything was recorded after it."""
    return f"""SELECT p, pt0, min(pt) AS stop FROM walk WHERE st IN ({frame.last}, {frame.ended}) AND NOT ref AND
    next_pt IS NOT NULL
        GROUP BY p, pt0"""


def idle(frame: Frame) -> str:
    """Referrals of somebody in care and leaving twice, which change nothing."""
    return f"""SELECT p, pt0, pt FROM walk WHERE (ref AND prev IS NOT NULL AND prev <> {frame.left})
        OR (st = {frame.left} AND prev = {frame.left})"""


WALK_WITHOUT = """SELECT w.p, w.pt0, w.pt, w.st, w.ref FROM walk w LEFT JOIN stops s ON w.p = s.p AND w.pt0 = s.pt0
    LEFT JOIN idle i ON w.p = i.p AND w.pt0 = i.pt0 AND w.pt = i.pt
    WHERE (s.stop IS NULL OR w.pt <= s.stop) AND i.pt IS NULL"""
"""The walk without what cannot move anybody."""


def steps(frame: Frame) -> str:
    """Stretches in care at one stage: where they start (point pa), how they end (point pb, state s1), closed windows.

    `day0` is the spell's first day; a cut at exactly H stands at the start of the first day after the last whole one.
    """
    day0 = frame.dialect.div("pt0", 64)
    beyond = f"{frame.snapshot} - {day0} > {frame.last_day}"
    return f"""SELECT w.p, k, g, CAST({day0} AS INT) AS day0, CAST(st AS TINYINT) AS s0, pt AS pa,
        CAST(CASE WHEN next_pt IS NOT NULL THEN next_pt WHEN {beyond} THEN ({day0} + {frame.last_day} + 1) * 64
            ELSE {frame.snapshot} * 64 + 63 END AS INT) AS pb,
        CAST(CASE WHEN next_pt IS NOT NULL THEN next_st WHEN {beyond} THEN {frame.cut} ELSE {frame.open} END AS
        TINYINT) AS s1,
        CAST(CASE WHEN 16 * ({frame.snapshot} - {day0}) >= {487 * frame.horizon} THEN 1 ELSE 0 END AS TINYINT) AS closed
        FROM walk w JOIN persons USING (p) WHERE st < {frame.last}"""


def support(frame: Frame) -> str:
    """Support as (p, owner, weight, opening point, closing point)."""
    programme = frame.programme
    width = len(programme.interventions)
    pair = f"{coded('provider', [x.id for x in programme.providers])} * {width} + " + coded(
        "intervention", [x.id for x in programme.interventions]
    )
    weight = _weights(frame)
    opens, ends = (frame.dialect.day(column) for column in ("from_on", "to_on"))
    return f"""SELECT p, owner, CAST({weight} AS INT) AS w, fa, fb FROM (SELECT p, CAST({pair} AS INT) AS owner,
            CAST({opens} * 64 + 63 AS INT) AS fa, CAST(coalesce({ends} * 64, {NEVER}) AS INT) AS fb
            FROM support JOIN persons USING (person) WHERE {opens} <= {frame.snapshot}) x WHERE fa < fb"""


def _weights(frame: Frame) -> str:
    if not frame.weights:
        return "1"
    providers = {p.id: i for i, p in enumerate(frame.programme.providers)}
    interventions = {x.id: i for i, x in enumerate(frame.programme.interventions)}
    cases = ""
    for pair, weight in sorted(frame.weights.items()):
        provider, intervention = pair.split("/")
        cases += f" WHEN {frame.owner(providers[provider], interventions[intervention])} THEN {weight}"
    return f"CASE owner{cases} ELSE 1 END"


CLASH = """SELECT DISTINCT p FROM (SELECT p, fa, lag(fb) OVER (PARTITION BY p ORDER BY fa, fb) AS before FROM helped) x
    WHERE fa < before"""
"""People whose support ever overlaps: only they need their time cut and shared. Where any two periods overlap, two that
follow each other in order of start do."""

CUTS = """SELECT p, x, y FROM (SELECT p, x, lead(x) OVER (PARTITION BY p ORDER BY x) AS y
        FROM (SELECT s.p, fa AS x FROM helped s JOIN clash c ON s.p = c.p
            UNION ALL SELECT s.p, fb AS x FROM helped s JOIN clash c ON s.p = c.p) u) v WHERE y > x"""
"""The time between one point and the next at which somebody with overlapping support has a change in who is active."""

PIECES = (
    """SELECT DISTINCT c.p, x, y, owner, w FROM cuts c JOIN helped s ON c.p = s.p AND s.fa <= c.x AND s.fb >= c.y"""
)
"""Who is active between two such points."""


def care(frame: Frame) -> str:
    """Who helped from point to point and with how many sixtieths: whole where alone, by weights where not."""
    upto, before = frame.dialect.div("60 * cw", "tw"), frame.dialect.div("60 * (cw - w)", "tw")
    counted = ("sum(w)", "sum(w)") if frame.weights else ("row_number()", "count(*)")
    return f"""SELECT s.p, fa, fb, owner, CAST(60 AS TINYINT) AS share FROM helped s LEFT JOIN clash c ON s.p = c.p
        WHERE c.p IS NULL
        UNION ALL SELECT p, x AS fa, y AS fb, owner, CAST({upto} - {before} AS TINYINT) AS share FROM
        (SELECT p, x, y, owner, w, CAST({counted[0]} OVER (PARTITION BY p, x ORDER BY owner) AS BIGINT) AS cw,
            CAST({counted[1]} OVER (PARTITION BY p, x) AS BIGINT) AS tw FROM pieces) q"""


def intervals(frame: Frame, suffix: str) -> str:
    """What owners hold: 16 bytes a row. d0 and d1 are days since referral; s1 = s0 where care ends before the
    stretch does.
    """
    start = frame.dialect.div("greatest(pa, fa)", 64)
    end = frame.dialect.div("least(pb, fb)", 64)
    owner = "USMALLINT" if frame.dialect.name == "duckdb" else "INT"
    return f"""SELECT s.p, CAST(owner AS {owner}) AS owner, share, k, g, s0, CAST(CASE WHEN fb >= pb THEN s1 ELSE s0
    END AS TINYINT) AS s1,
        CAST({start} - day0 AS SMALLINT) AS d0, CAST({end} - day0 AS SMALLINT) AS d1
        FROM steps{suffix} s JOIN care c ON s.p = c.p AND c.fa < s.pb AND c.fb > s.pa"""

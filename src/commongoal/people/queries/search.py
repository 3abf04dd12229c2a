"""People found by what somebody typed: within reach with a name, out of reach only as "ask them"."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import cache

from django.db import connection
from django.db.models import OuterRef, Q, QuerySet, Subquery

from commongoal.access.engine.pages import PAGE
from commongoal.access.engine.permissions import Relation, Role, Viewer, allowed
from commongoal.access.engine.shown import Shown
from commongoal.access.queries.compiled import (
    ORGANISATION,
    PEOPLE,
    Statement,
    answer,
    as_day,
    as_list,
    stand_in,
    statement,
)
from commongoal.access.queries.keys import key_ring
from commongoal.people.engine.search import (
    NI,
    STRONG,
    Elsewhere,
    Found,
    Match,
    SearchTerms,
    Term,
    initial_term,
    least_points,
    name_term,
    spelling_probes,
)
from commongoal.people.engine.standing import EVERY_CLASS
from commongoal.people.engine.vocabulary import DataClass
from commongoal.people.models import Holding, Person, SearchPart, Spelling, Worker
from commongoal.people.queries.reach import IN_FORCE, within_reach

LIKELY = 2000  # candidates looked at; a common last name alone has about as many in 100,000 people
EXACT = 1000  # points are added up as whole numbers, in thousandths: quicker, and alike on every database
ASK_AT_MOST = 3  # records out of reach that one search tells of
STRONGEST = 50  # and the most that are looked at for them
FEW = 400  # candidates looked at first: mostly enough of them are within reach
DETAILS = ("pk", "first_name", "last_name", "born_on", "postcode", "restricted", "owner", "worker")


def search(terms: SearchTerms, viewer: Viewer, limit: int = PAGE, only: frozenset[int] | None = None) -> Shown[Found]:
    """Who may be meant, the likeliest first, at most `limit`; seven queries at most.

    Out of reach, a record is told of only when it matches strongly: two names and a date of birth, postcode, telephone
    or National Insurance number. Then the answer names the organisation that works with the person, and nothing else,
    and that it was told is noted as a line of a list is.
    `only` keeps the answer to some records: those that an addition has to look at.
    """
    points = {pk: worth for pk, worth in candidates(terms) if only is None or pk in only}
    near = _reachable(list(points), viewer, limit + 1)
    seen = _classes(near, viewer)
    near = _findable(near, terms, seen)
    matches = tuple(_matches(near[:limit], points, seen))
    inside = frozenset(near)
    strong = [person for person, worth in points.items() if worth >= STRONG and person not in inside][:STRONGEST]
    ask, ids = _elsewhere(strong, points, viewer)
    found = Found(matches, ask, more=len(near) > limit, elsewhere_ids=ids)
    return Shown(found, listed=(*(match.person for match in matches), *ids))


def candidates(terms: SearchTerms, *, blind: str = "", limit: int = LIKELY) -> list[tuple[int, float]]:
    """Whoever has enough of what was asked for, with the points; whoever may see them. For queries and rules alone.

    `blind` is the blind index of a National Insurance number, where the number itself is not at hand.
    """
    blind = key_ring().blind(terms.ni) if terms.ni else blind
    if terms.nothing and not blind:
        return []
    asked = expanded(terms)
    sql, values = _as_sql(asked, blind)
    with connection.cursor() as cursor:
        least = least_points(asked) if asked else NI
        cursor.execute(sql, [*values, round(EXACT * least), limit])
        return [(person, points / EXACT) for person, points in cursor.fetchall()]


def expanded(terms: SearchTerms) -> tuple[Term, ...]:
    """The terms with every typed word replaced by the parts of names it may stand for; one query."""
    known = _known_parts(terms.names)
    named = tuple(name_term(typed, known[typed]) for typed in terms.names)
    initials = tuple(initial_term(initial, named) for initial in terms.initials if named)
    return (*named, *initials, *terms.others)


def _known_parts(typed: Sequence[str]) -> dict[str, set[str]]:
    """The parts of names that exist and are near each typed word, or begin with it."""
    known: dict[str, set[str]] = defaultdict(set)
    if not typed:
        return known
    asked: dict[str, set[str]] = defaultdict(set)
    for word in typed:
        for key in spelling_probes(word):
            asked[key].add(word)
    near = Spelling.objects.filter(key__in=list(asked)).values_list("key", "part")
    # Letters after letters compare alike under every collation, so this is "begins with" and a range of the index.
    begin = [
        Spelling.objects.filter(key__gte=f"w:{word}", key__lte=f"w:{word}{'z' * 20}").values_list("key", "part")
        for word in typed
        if len(word) >= 3
    ]
    for key, part in near.union(*begin, all=True) if begin else near:
        for word in asked.get(key, typed):
            known[word].add(part)
    return known


def _as_sql(terms: Iterable[Term], blind: str) -> tuple[str, list[str]]:
    """The statement that adds up points a person; every term counts once, by the best key that answered it."""
    pieces: list[str] = []
    values: list[str] = []
    for number, term in enumerate(terms):
        by_share: dict[float, list[str]] = defaultdict(list)
        for key, share in term.keys:
            by_share[share].append(key)
        for share, keys in by_share.items():
            marks = ", ".join(["%s"] * len(keys))
            pieces.append(
                f"SELECT person_id, {number} AS term, {round(EXACT * term.points * share)} AS points"
                f" FROM {SearchPart._meta.db_table} WHERE key IN ({marks})"
            )
            values.extend(keys)
    if blind:
        pieces.append(
            f"SELECT id AS person_id, -1 AS term, {round(EXACT * NI)} AS points"
            f" FROM {Person._meta.db_table} WHERE ni_blind = %s"
        )
        values.append(blind)
    sql = (
        "SELECT person_id, SUM(points) AS total FROM (SELECT person_id, term, MAX(points) AS points"
        f" FROM ({' UNION ALL '.join(pieces)}) found GROUP BY person_id, term) terms"
        " GROUP BY person_id HAVING SUM(points) >= %s ORDER BY total DESC, person_id LIMIT %s"
    )
    return sql, values


def _reachable(ids: Sequence[int], viewer: Viewer, limit: int) -> list[int]:
    """The first `limit` of the ids within reach, in their order; a long list is looked at in two steps."""
    near: list[int] = []
    for chunk in (ids[:FEW], ids[FEW:]):
        if chunk and len(near) < limit:
            inside = {person for (person,) in answer(_inside(connection.vendor, viewer.role), viewer, people=chunk)}
            near.extend(person for person in chunk if person in inside)
    return near[:limit]


def _named(viewer: Viewer) -> Q:
    """The viewer reaches the person and may know their name: nobody is found by a name that was not agreed."""
    return within_reach(viewer, "read person", sees=DataClass.IDENTITY)


def _findable(near: list[int], terms: SearchTerms, seen: Mapping[int, frozenset[DataClass]]) -> list[int]:
    """Those of `near` who are found by what the viewer sees of them: an address typed finds nobody whose is hidden."""
    hidden = {person for person, classes in seen.items() if DataClass.CONTACT not in classes}
    if not hidden or terms == (without := terms.without_contact):
        return near
    found = {person for person, _ in candidates(without)}
    return [person for person in near if person not in hidden or person in found]


def _matches(ids: Sequence[int], points: dict[int, float], seen: Mapping[int, frozenset[DataClass]]) -> Iterable[Match]:
    if not ids:
        return
    rows = answer(_details(connection.vendor), people=ids)
    by_id = {row[0]: dict(zip(DETAILS, row, strict=True)) for row in rows}
    for person in ids:
        row = by_id[person]
        classes = EVERY_CLASS if row["restricted"] else seen.get(person, EVERY_CLASS)
        identity = DataClass.IDENTITY in classes
        yield Match(
            person=person,
            name=f"{row['first_name']} {row['last_name']}" if identity else "",
            born_on=as_day(row["born_on"]) if identity else None,
            postcode=row["postcode"].split(" ")[0] if DataClass.CONTACT in classes else "",
            organisation=row["owner"] or "",
            worker=row["worker"] or "",
            points=points[person],
            restricted=bool(row["restricted"]),
        )


def _classes(ids: Sequence[int], viewer: Viewer) -> dict[int, frozenset[DataClass]]:
    """The classes seen of those whom the viewer's organisation knows; of the others, the viewer sees all or nothing."""
    if not ids or allowed(viewer, "read person"):
        return {}
    held: dict[int, set[str]] = defaultdict(set)
    for person, relation, classes in answer(_held(connection.vendor), viewer, people=ids):
        held[person] |= set(DataClass) if relation == Relation.OWN.value else set(as_list(classes))
    return {person: frozenset(DataClass(name) for name in names) for person, names in held.items()}


def _elsewhere(
    ids: Sequence[int], points: dict[int, float], viewer: Viewer
) -> tuple[tuple[Elsewhere, ...], tuple[int, ...]]:
    """Whom to ask about those of the ids that are out of reach."""
    if not ids:
        return (), ()
    rows = answer(_outside(connection.vendor, viewer.role), viewer, people=ids)
    order = {person: place for place, person in enumerate(ids)}
    people = sorted(rows, key=lambda row: order[row[0]])[:ASK_AT_MOST]
    ask = tuple(
        Elsewhere(*(("", "") if restricted else (name or "", phone or "")), points=points[person])
        for person, restricted, name, phone in people
    )
    return ask, tuple(person for person, *_ in people)


# --- statements compiled once; `vendor` is there because another database has another


@cache
def _inside(vendor: str, role: Role) -> Statement:  # noqa: ARG001 - another database has another statement
    rows = Person.objects.filter(_named(stand_in(role)), pk__in=PEOPLE)
    return statement(rows.values_list("pk"))


@cache
def _details(vendor: str) -> Statement:  # noqa: ARG001 - as above
    worker = Worker.objects.filter(person=OuterRef("pk"), until_at=None)
    rows = Person.objects.filter(pk__in=PEOPLE).annotate(
        owner=Subquery(_owner().values("organisation__name")[:1]),
        worker=Subquery(worker.values("membership__user__name")[:1]),
    )
    return statement(rows.values_list(*DETAILS))


@cache
def _held(vendor: str) -> Statement:  # noqa: ARG001 - as above
    rows = Holding.objects.filter(IN_FORCE, person__in=PEOPLE, organisation=ORGANISATION)
    return statement(rows.values_list("person", "relation", "classes"))


@cache
def _outside(vendor: str, role: Role) -> Statement:  # noqa: ARG001 - as above
    out = Q(pk__in=PEOPLE, merged_into=None) & ~_named(stand_in(role))
    rows = Person.objects.filter(out).annotate(
        ask=Subquery(_owner().values("organisation__name")[:1]),
        ask_phone=Subquery(_owner().values("organisation__phone")[:1]),
    )
    return statement(rows.values_list("pk", "restricted", "ask", "ask_phone"))


def _owner() -> QuerySet[Holding]:
    """The holding of the organisation that has worked longest with the person of the outer query."""
    held = Holding.objects.filter(IN_FORCE, person=OuterRef("pk"), relation=Relation.OWN.value)
    return held.order_by("since_at", "pk")

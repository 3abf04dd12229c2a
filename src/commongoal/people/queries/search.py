"""People found by what somebody typed: within reach with a name, out of reach only as "ask them"."""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from django.db import connection
from django.db.models import OuterRef, Q, QuerySet, Subquery

from commongoal.access.engine.permissions import Relation, Viewer
from commongoal.access.engine.shown import Shown
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

ON_A_PAGE = 25
LIKELY = 2000  # candidates looked at; a common last name alone has about as many in 100,000 people
EXACT = 1000  # points are added up as whole numbers, in thousandths: quicker, and alike on every database
ASK_AT_MOST = 3  # records out of reach that one search tells of


def search(
    terms: SearchTerms, viewer: Viewer, limit: int = ON_A_PAGE, only: frozenset[int] | None = None
) -> Shown[Found]:
    """Who may be meant, the likeliest first; six queries at most.

    Out of reach, a record is told of only when it matches strongly: two names and a date of birth, postcode, telephone
    or National Insurance number. Then the answer names the organisation that works with the person, and nothing else.
    `only` keeps the answer to some records: those that an addition has to look at.
    """
    points = {pk: worth for pk, worth in candidates(terms) if only is None or pk in only}
    near = _reachable(list(points), viewer, limit + 1)
    matches = tuple(_matches(near[:limit], points, viewer))
    strong = [person for person, worth in points.items() if worth >= STRONG and person not in set(near)][:50]
    ask, ids = _elsewhere(strong, points, viewer)
    found = Found(matches, ask, more=len(near) > limit, elsewhere_ids=ids)
    return Shown(found, listed=tuple(match.person for match in matches))


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
    for chunk in (ids[:100], ids[100:]):
        if chunk and len(near) < limit:
            reach = Person.objects.filter(within_reach(viewer, "read person"), pk__in=chunk)
            inside = set(reach.values_list("pk", flat=True))
            near.extend(person for person in chunk if person in inside)
    return near[:limit]


def _matches(ids: Sequence[int], points: dict[int, float], viewer: Viewer) -> Iterable[Match]:
    if not ids:
        return
    worker = Worker.objects.filter(person=OuterRef("pk"), until_at=None)
    rows = Person.objects.filter(pk__in=ids).annotate(
        owner=Subquery(_owner().values("organisation__name")[:1]),
        worker=Subquery(worker.values("membership__user__name")[:1]),
    )
    fields = ("pk", "first_name", "last_name", "born_on", "postcode", "restricted", "owner", "worker")
    by_id = {row["pk"]: row for row in rows.values(*fields)}
    seen = _classes(ids, viewer)
    for person in ids:
        row = by_id[person]
        classes = EVERY_CLASS if row["restricted"] else seen.get(person, EVERY_CLASS)
        identity = DataClass.IDENTITY in classes
        yield Match(
            person=person,
            name=f"{row['first_name']} {row['last_name']}" if identity else "",
            born_on=row["born_on"] if identity else None,
            postcode=row["postcode"].split(" ")[0] if DataClass.CONTACT in classes else "",
            organisation=row["owner"] or "",
            worker=row["worker"] or "",
            points=points[person],
            restricted=row["restricted"],
        )


def _classes(ids: Sequence[int], viewer: Viewer) -> dict[int, frozenset[DataClass]]:
    """The classes seen of those whom the viewer's organisation knows only by referral or agreement."""
    rows = Holding.objects.filter(IN_FORCE, person__in=ids, organisation=viewer.organisation)
    held: dict[int, set[str]] = defaultdict(set)
    for person, relation, classes in rows.values_list("person", "relation", "classes"):
        held[person] |= set(DataClass) if relation == Relation.OWN.value else set(classes)
    return {person: frozenset(DataClass(name) for name in names) for person, names in held.items()}


def _elsewhere(
    ids: Sequence[int], points: dict[int, float], viewer: Viewer
) -> tuple[tuple[Elsewhere, ...], tuple[int, ...]]:
    """Whom to ask about those of the ids that are out of reach."""
    if not ids:
        return (), ()
    out = Q(pk__in=ids, merged_into=None) & ~within_reach(viewer, "read person")
    rows = Person.objects.filter(out).annotate(
        ask=Subquery(_owner().values("organisation__name")[:1]),
        ask_phone=Subquery(_owner().values("organisation__phone")[:1]),
    )
    order = {person: place for place, person in enumerate(ids)}
    people = sorted(rows.values("pk", "restricted", "ask", "ask_phone"), key=lambda row: order[row["pk"]])[:ASK_AT_MOST]
    ask = tuple(
        Elsewhere(
            *(("", "") if row["restricted"] else (row["ask"] or "", row["ask_phone"] or "")), points=points[row["pk"]]
        )
        for row in people
    )
    return ask, tuple(row["pk"] for row in people)


def _owner() -> QuerySet[Holding]:
    """The holding of the organisation that has worked longest with the person of the outer query."""
    held = Holding.objects.filter(IN_FORCE, person=OuterRef("pk"), relation=Relation.OWN.value)
    return held.order_by("since_at", "pk")

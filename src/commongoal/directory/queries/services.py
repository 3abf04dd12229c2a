"""Services found: by words, by need, by place. Services are no secret, so every role sees them all."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import Count, Exists, F, FloatField, Min, OuterRef, QuerySet
from django.db.models.functions import Cast

from commongoal.access.engine.pages import PAGE, Part
from commongoal.access.engine.permissions import Relation, Viewer, allowed, ask
from commongoal.access.engine.refusals import NotThere
from commongoal.directory.engine.shown_services import (
    Search,
    ServiceLine,
    ServicesFound,
    ServiceShown,
    is_overdue,
    last_checked,
    summary,
)
from commongoal.directory.engine.stems import stems
from commongoal.directory.files.vocabulary import settings
from commongoal.directory.models import Location, Service, ServiceNeed, Term
from commongoal.directory.queries.entries import entry_of, with_parts
from commongoal.places.engine.distances import METRES_A_MILE, miles_between
from commongoal.places.engine.postcodes import PostcodeAreas, is_postcode, normal_postcode
from commongoal.places.queries.postcodes import grid_of

Point = tuple[int, int]  # easting and northing in metres
FEW = 5
MOST_WORDS = 5
RINGS = (1 / 8, 1)  # of the distance asked for
LINE = (
    "id",
    "name",
    "description",
    "organisation_id",
    "assured_on",
    "checked_on",
    "url",
    "provider__name",
    "provider__organisation_id",
    "organisation__name",
)


def need_names() -> tuple[str, ...]:
    """The vocabulary of needs."""
    return settings().names


def services_offered(viewer: Viewer, search: Search, *, page: int = 1, on: dt.date) -> ServicesFound:
    """One page of the services offered that answer the search; at most six queries.

    Services found by words come with those that have them in their name first; those found by place by distance, and
    services with no known place are then left out. Raises `NotAllowed`.
    """
    ask(viewer, "see services")
    near = _point(search.near)
    number = max(1, page)
    found = _found(search, near, (number - 1) * PAGE, PAGE + 1)
    part = Part(_lines(found[:PAGE], near, on), number, len(found) > PAGE)
    return ServicesFound(part, near_unknown=bool(search.near) and near is None)


def services_for_anybody(near: PostcodeAreas, on: dt.date) -> tuple[ServiceLine, ...]:
    """The few services nearest to a postcode, for the public page; none where the place is not known."""
    if near.easting is None or near.northing is None:
        return ()
    point = (near.easting, near.northing)
    return _lines(_found(Search(), point, 0, FEW), point, on)


def service(viewer: Viewer, service: int, *, on: dt.date) -> ServiceShown:
    """One service, whole; at most four queries. Raises `NotThere`, `NotAllowed`."""
    ask(viewer, "see services")
    rows = with_parts(Service.objects.filter(pk=service)).select_related("provider", "organisation", "checked_by__user")
    row = rows.first()
    if row is None:
        raise NotThere
    last = last_checked(row.assured_on, row.checked_on)
    return ServiceShown(
        id=row.pk,
        entry=entry_of(row),
        source=row.source,
        organisation=row.run_by,
        organisation_name=row.organisation.name if row.organisation else "",
        needs=tuple(_needs([row.pk])[row.pk]),
        offered=row.offered,
        gone_on=row.gone_on,
        checked_on=row.checked_on,
        checked_by=row.checked_by.user.name if row.checked_by else "",
        last_checked_on=last,
        overdue=is_overdue(last, on, settings().assured_for_months),
        version=row.version,
    )


def may_add(viewer: Viewer) -> bool:
    """Whether the viewer may add a service of their own organisation."""
    return allowed(viewer, "change services", service_relations(viewer, viewer.organisation))


def may_change(viewer: Viewer, shown: ServiceShown) -> bool:
    """Whether the viewer may change what the service says: it is one of ours, and they have the verb for it."""
    return not shown.source and may_check(viewer, shown)


def may_check(viewer: Viewer, shown: ServiceShown) -> bool:
    """Whether the viewer may say that the service was checked."""
    return allowed(viewer, "change services", service_relations(viewer, shown.organisation))


def service_relations(viewer: Viewer, organisation: int | None) -> frozenset[Relation]:
    """How a viewer stands to a service of this organisation."""
    return frozenset({Relation.OWN}) if organisation == viewer.organisation else frozenset()


def _point(postcode: str) -> Point | None:
    """Where a postcode is, if it is one and a file said so; one query."""
    if not is_postcode(postcode):
        return None
    normal = normal_postcode(postcode)
    return grid_of([normal]).get(normal)


def _found(search: Search, near: Point | None, first: int, count: int) -> list[int]:
    """The ids of the services that answer, `count` of them from place `first` in their order."""
    words = list(dict.fromkeys(stems(search.text)))[:MOST_WORDS]
    end = first + count
    if near is not None:
        found: list[int] = []
        reach = (search.miles or settings().search_miles) * METRES_A_MILE
        for (
            part
        ) in RINGS:  # what is nearest comes first, so a small ring that is full enough answers as the whole would
            found = list(_near(search, words, near, round(reach * part))[:end])
            if len(found) == end:
                break
        return found[first:]
    if words:
        return list(_by_words(search, words)[first:end])
    rows = Service.objects.filter(offered=True).order_by("name", "id")
    return list(_meeting(rows, search.needs, "pk").values_list("pk", flat=True)[first:end])


def _by_words(search: Search, words: Sequence[str]) -> QuerySet[Any, Any]:
    """Walks the rows of the rarest word, which an index holds in order, and asks for the others."""
    counts = Term.objects.filter(stem__in=words).order_by().values("stem").annotate(count=Count("id"))
    often = {row["stem"]: row["count"] for row in counts}
    rarest = min(words, key=lambda word: often.get(word, 0))
    rows = Term.objects.filter(stem=rarest)
    for word in words:
        if word != rarest:
            rows = rows.filter(Exists(Term.objects.filter(service=OuterRef("service"), stem=word)))
    return _meeting(rows.order_by("rank", "service"), search.needs, "service").values_list("service", flat=True)


def _near(search: Search, words: Sequence[str], near: Point, reach: int) -> QuerySet[Any, Any]:
    """Services with a place within `reach` metres of the point, the nearest first."""
    easting, northing = near
    rows = Location.objects.filter(
        service__offered=True,
        easting__range=(easting - reach, easting + reach),
        northing__range=(northing - reach, northing + reach),
    )
    for word in words:
        rows = rows.filter(service__in=Term.objects.filter(stem=word).values("service"))
    east, north = (Cast(F(name), FloatField()) - at for name, at in (("easting", easting), ("northing", northing)))
    places = _meeting(rows, search.needs, "service").order_by().values("service")
    places = places.annotate(far=Min(east * east + north * north)).filter(far__lte=reach * reach)
    found: QuerySet[Any, Any] = places.order_by("far", "service").values_list("service", flat=True)
    return found


def _meeting(rows: QuerySet[Any, Any], needs: Sequence[str], service: str) -> QuerySet[Any, Any]:
    """Only those of the rows whose service meets one of the needs, if any are asked for."""
    if not needs:
        return rows
    return rows.filter(Exists(ServiceNeed.objects.filter(service=OuterRef(service), need__in=needs)))


def _lines(found: Iterable[int], near: Point | None, on: dt.date) -> tuple[ServiceLine, ...]:
    """The services with these ids as lines, in that order; three queries."""
    ids = list(found)
    rows = {row["id"]: row for row in Service.objects.filter(pk__in=ids).values(*LINE)}
    needs, miles = _needs(ids), _miles(ids, near)
    lines = []
    for row in (rows[each] for each in ids if each in rows):
        last = last_checked(row["assured_on"], row["checked_on"])
        lines.append(
            ServiceLine(
                id=row["id"],
                name=row["name"],
                summary=summary(row["description"]),
                provider=row["organisation__name"] or row["provider__name"] or "",
                organisation=row["organisation_id"] or row["provider__organisation_id"],
                needs=tuple(needs[row["id"]]),
                checked_on=last,
                overdue=is_overdue(last, on, settings().assured_for_months),
                url=row["url"],
                miles=miles.get(row["id"]),
            )
        )
    return tuple(lines)


def _needs(ids: Sequence[int]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = defaultdict(list)
    for service, need in ServiceNeed.objects.filter(service__in=ids).order_by("need").values_list("service", "need"):
        found[service].append(need)
    return found


def _miles(ids: Sequence[int], near: Point | None) -> dict[int, float]:
    if near is None:
        return {}
    found: dict[int, float] = {}
    places = Location.objects.filter(service__in=ids, easting__isnull=False, northing__isnull=False)
    for service, easting, northing in places.values_list("service", "easting", "northing"):
        miles = miles_between(*near, easting or 0, northing or 0)
        found[service] = min(miles, found.get(service, miles))
    return found

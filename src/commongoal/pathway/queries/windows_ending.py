"""Who is about to miss a window: the last day on which their weeks in work can still make it is near."""

import datetime as dt
from collections.abc import Iterator, Mapping
from fractions import Fraction
from functools import lru_cache

from django.db import connection
from django.db.models import Q

from commongoal.access.engine.permissions import Role, Viewer
from commongoal.access.queries.compiled import Statement, answer, as_day, stand_in, statement
from commongoal.pathway.engine.in_force import InForce
from commongoal.pathway.engine.today import Ending
from commongoal.pathway.engine.weeks import Span, begun_between, weeks_counted
from commongoal.pathway.models import Job
from commongoal.pathway.queries.due import of_named_worker
from commongoal.people.engine.vocabulary import DataClass
from commongoal.people.queries.reach import within_reach

Days = tuple[dt.date, dt.date]
COLUMNS = (
    *("person_id", "person__first_name", "person__last_name", "programme_id"),
    *("from_on", "to_on", "weekly_hours"),
)
SEEN = (DataClass.IDENTITY, DataClass.PROGRESS)
JOBS_EACH = 4  # of one person within half a year, more or less: what so many people's jobs may come to


def windows_ending(
    viewer: Viewer, on: dt.date, pathways: Mapping[int, InForce], most: int, *, team: bool = False
) -> tuple[Ending, ...]:
    """Windows not yet met whose last day is near, by the programme's own measure of near, the first to end first.

    Of the people whose named worker the viewer is, or with `team` anybody in the organisation; one query, or none where
    no programme has a window. For callers that have their permission.
    """
    ways = [each.casework for each in pathways.values()]
    bands = {begun_between(window, on, each.window_warning_days) for each in ways for window in each.windows}
    if not bands:
        return ()
    rows = answer(_statement(connection.vendor, viewer.role, team, tuple(sorted(bands)), most), viewer)
    names: dict[int, str] = {}
    jobs: dict[tuple[int, int], list[Span]] = {}
    for person, first, last, programme, from_on, to_on, hours in rows:
        names[person] = f"{first} {last}"
        span = Span(as_day(from_on) or on, as_day(to_on), Fraction(str(hours)))
        jobs.setdefault((person, programme), []).append(span)
    found = [
        each
        for (person, programme), spans in jobs.items()
        if programme in pathways
        for each in _ending(person, names[person], spans, pathways[programme], on)
    ]
    return tuple(sorted(found, key=lambda each: (each.last_on, each.name, each.person))[:most])


def _ending(person: int, name: str, spans: list[Span], pathway: InForce, on: dt.date) -> Iterator[Ending]:
    near = on + dt.timedelta(days=pathway.casework.window_warning_days)
    for window in pathway.casework.windows:
        counted = weeks_counted(spans, window, on)
        if counted and counted.last_on and counted.ends_by(near):
            yield Ending(person, name, window.name, counted.counted, counted.needed, counted.last_on)


@lru_cache(maxsize=64)
def _statement(vendor: str, role: Role, team: bool, bands: tuple[Days, ...], most: int) -> Statement:  # noqa: ARG001
    viewer = stand_in(role)
    reach = [within_reach(viewer, "read person", "person_id", sees=each) for each in SEEN]
    # Of no successor by the column that joins, and the worker's people within: so PostgreSQL begins with those.
    standing = Job.objects.filter(superseded_by__supersedes=None, withdrawn_at=None)
    begun = Q()
    for first, last in bands:
        begun |= Q(from_on__gte=first, from_on__lte=last)
    began = standing.filter(begun, of_named_worker(viewer, team=team))
    rows = standing.filter(*reach, person__in=began.values("person")).order_by("person_id", "pk")
    return statement(rows.values_list(*COLUMNS)[: most * JOBS_EACH])

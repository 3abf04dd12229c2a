"""The pathway that each programme goes by."""

import datetime as dt
from collections.abc import Mapping
from functools import lru_cache

from django.db import connection
from django.db.models import Max, OuterRef, Subquery

from commongoal.access.engine.naming import Named
from commongoal.access.engine.permissions import Viewer, ask
from commongoal.access.queries.compiled import Statement, answer, statement
from commongoal.access.queries.sharing import programme as one_programme
from commongoal.access.queries.sharing import programmes_on
from commongoal.pathway.engine.case_lines import Gaps
from commongoal.pathway.engine.in_force import InForce, NoPathway
from commongoal.pathway.engine.programme import Casework, Programme
from commongoal.pathway.files.programmes import common_casework, programme_of
from commongoal.pathway.models import PathwayFile


def pathway_of(programme: int) -> InForce:
    """The pathway that a programme goes by now; one query. Raises `NoPathway`."""
    row = PathwayFile.objects.filter(programme_id=programme).order_by("-pk").values_list("pk", "digest").first()
    if row is None:
        raise NoPathway
    return _in_force(*row)


def pathways_now() -> dict[int, InForce]:
    """The pathway of every programme that has one, by programme; one query."""
    return {programme: _in_force(pk, digest) for programme, pk, digest in answer(_now(connection.vendor))}


@lru_cache(maxsize=2)
def _now(vendor: str) -> Statement:  # noqa: ARG001 - another database, another statement
    newest = PathwayFile.objects.order_by().values("programme").annotate(newest=Max("pk")).values("newest")
    return statement(PathwayFile.objects.filter(pk__in=newest).values_list("programme_id", "pk", "digest"))


def gaps_of(pathways: Mapping[int, InForce]) -> Gaps:
    """The most days without contact that these pathways allow."""
    by_programme = {programme: found.casework.contact_gap_days for programme, found in pathways.items()}
    return Gaps(common_casework().contact_gap_days, by_programme)


def newest_file(programme: str) -> tuple[Subquery, Subquery]:
    """For a row with a path to its programme: the id of the pathway's file in force, and its digest."""
    rows = PathwayFile.objects.filter(programme=OuterRef(programme)).order_by("-pk")
    return Subquery(rows.values("pk")[:1]), Subquery(rows.values("digest")[:1])


def pathway_known(file: int, digest: str) -> InForce:
    """A pathway by its file and that file's digest; no query once it was read."""
    return _in_force(file, digest)


def pathway_as_of(file: int) -> InForce:
    """A pathway by its file, in force or not: what an assessment or a snapshot went by."""
    return _in_force(file, PathwayFile.objects.filter(pk=file).values_list("digest", flat=True).get())


def pathways_shown(viewer: Viewer, on: dt.date) -> tuple[tuple[Named, InForce | None], ...]:
    """The programmes that run that day, each with its pathway if it has one. Raises `NotAllowed`."""
    ask(viewer, "see pathways")
    known = pathways_now()
    return tuple((programme, known.get(programme.id)) for programme in programmes_on(on))


def pathway_shown(programme: int, viewer: Viewer, verb: str = "see pathways") -> tuple[Named, InForce | None]:
    """One programme with its pathway if it has one. Raises `NotAllowed`, `NotThere`."""
    ask(viewer, verb)
    return one_programme(programme), pathways_now().get(programme)


def pathway_text(file: int, viewer: Viewer) -> str:
    """The file as it was put there. Raises `NotAllowed`."""
    ask(viewer, "see pathways")
    return PathwayFile.objects.filter(pk=file).values_list("text", flat=True).get()


@lru_cache(maxsize=64)
def _in_force(file: int, digest: str) -> InForce:
    row = PathwayFile.objects.get(pk=file)
    programme, casework = read_pathway(row.text, "the pathway's file")
    if row.digest != digest:
        raise AssertionError("a pathway file has changed")
    return InForce(file, programme, casework, row.organisations["providers"], row.organisations["partners"])


def read_pathway(text: str, name: str) -> tuple[Programme, Casework]:
    """A pathway's text read, with the default ways of working where it has none. Raises `BadInput`."""
    programme = programme_of(text.encode(), name)
    return programme, programme.casework or common_casework()

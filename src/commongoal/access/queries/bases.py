"""Lawful bases: all of them, one, and the one that lets two organisations share for a programme."""

import datetime as dt
from collections.abc import Iterable

from django.db.models import QuerySet

from commongoal.access.engine.bases import Basis, Controller
from commongoal.access.engine.permissions import Viewer, ask
from commongoal.access.engine.refusals import NotThere
from commongoal.access.engine.shown import Shown
from commongoal.access.engine.vocabulary import Article6, Article9, ControllerKind
from commongoal.access.models import LawfulBasis
from commongoal.access.queries.days import running


def basis_for(programme: int, sender: int, receiver: int, on: dt.date) -> Basis | None:
    """The basis in force that day on which the two organisations may share for the programme; None without one.

    Both must have a controller role under it. Of several, the one that started last. Two queries. The answer says
    nothing about any person, so no viewer is asked for.
    """
    rows = _rows(programmes=[programme], on=on)
    for organisation in (sender, receiver):
        rows = rows.filter(controllers__organisation=organisation)
    return next(iter(_read(rows.order_by("-from_on", "-id")[:1])), None)


def bases_of(programmes: Iterable[int], on: dt.date) -> tuple[Basis, ...]:
    """Every basis in force that day of these programmes: for what must be kept, how long and why. Two queries."""
    return _read(_rows(programmes=programmes, on=on).order_by("programme__name", "from_on", "id"))


def all_bases_of(programme: int) -> tuple[Basis, ...]:
    """Every basis the programme has or had, the oldest first, for the ledger's periods. Two queries."""
    return _read(LawfulBasis.objects.filter(programme=programme).order_by("from_on", "id"))


def bases(viewer: Viewer) -> Shown[tuple[Basis, ...]]:
    """Every basis, also ended ones, by programme, the newest first. Raises `NotAllowed`."""
    ask(viewer, "see bases")
    return Shown(_read(LawfulBasis.objects.order_by("programme__name", "-from_on", "-id")))


def basis(viewer: Viewer, basis: int) -> Shown[Basis]:
    """One basis. Raises `NotAllowed` or `NotThere`."""
    ask(viewer, "see bases")
    for found in _read(LawfulBasis.objects.filter(pk=basis)):
        return Shown(found)
    raise NotThere


def _rows(programmes: Iterable[int], on: dt.date) -> QuerySet[LawfulBasis]:
    return LawfulBasis.objects.filter(running(on), programme__in=list(programmes))


def _read(rows: QuerySet[LawfulBasis]) -> tuple[Basis, ...]:
    return tuple(_basis(row) for row in rows.select_related("programme").prefetch_related("controllers__organisation"))


def _basis(row: LawfulBasis) -> Basis:
    controllers = sorted(row.controllers.all(), key=lambda role: role.organisation.name)
    return Basis(
        id=row.pk,
        programme=row.programme_id,
        programme_name=row.programme.name,
        purpose=row.purpose,
        article_6=Article6(row.article_6),
        article_9=Article9(row.article_9) if row.article_9 else None,
        law=row.law,
        document=row.document,
        retention_months=row.retention_months,
        from_on=row.from_on,
        until_on=row.until_on,
        controllers=tuple(
            Controller(role.organisation_id, ControllerKind(role.kind), role.organisation.name) for role in controllers
        ),
    )

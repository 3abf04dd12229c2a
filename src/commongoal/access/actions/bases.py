"""Lawful bases recorded and ended, and who answers for the data under each."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from commongoal.access.actions.acting import Act, acting, changed
from commongoal.access.actions.locking import locked
from commongoal.access.engine.bases import (
    AlreadyEnded,
    Controller,
    EndsBeforeStart,
    NewBasis,
    check_basis,
    check_controllers,
)
from commongoal.access.engine.permissions import Viewer
from commongoal.access.engine.refusals import NotThere
from commongoal.access.models import ControllerRole, LawfulBasis, Organisation, Programme

FIELDS = ("programme_id", "purpose", "article_6", "article_9", "law", "document", "retention_months")


def record_basis(new: NewBasis, controllers: Iterable[Controller], *, by: Viewer, at: dt.datetime) -> int:
    """Record a basis and who answers for it; returns its id. Raises `NotAllowed`, `NotThere` or a rule of a basis."""
    with acting("record basis", by=by, at=at) as act:
        act.permit()
        named = tuple(controllers)
        check_basis(new)
        check_controllers(named)
        if not Programme.objects.filter(pk=new.programme).exists():
            raise NotThere
        row = LawfulBasis.objects.create(
            programme_id=new.programme,
            purpose=new.purpose.strip(),
            article_6=new.article_6.value,
            article_9=new.article_9.value if new.article_9 else "",
            law=new.law.strip(),
            document=new.document.strip(),
            retention_months=new.retention_months,
            from_on=new.from_on,
            until_on=new.until_on,
        )
        values: dict[str, Any] = {name: getattr(row, name) for name in (*FIELDS, "from_on", "until_on")}
        act.wrote("basis", row.pk, after=changed({}, values)[1])
        _write_controllers(act, row.pk, named)
        return row.pk


def end_basis(basis: int, until_on: dt.date, *, by: Viewer, at: dt.datetime) -> None:
    """End a basis: `until_on` is the first day without it. Raises `NotThere`, `AlreadyEnded` or `EndsBeforeStart`."""
    with acting("record basis", by=by, at=at) as act:
        act.permit()
        row = locked(LawfulBasis.objects.all(), basis)
        if row.until_on is not None and row.until_on <= at.date():
            raise AlreadyEnded
        if until_on <= row.from_on:
            raise EndsBeforeStart
        before, after = changed({"until_on": row.until_on}, {"until_on": until_on})
        row.until_on = until_on
        row.save(update_fields=["until_on"])
        act.wrote("basis", row.pk, before=before, after=after)


def set_controllers(basis: int, controllers: Iterable[Controller], *, by: Viewer, at: dt.datetime) -> None:
    """Replace who answers for the data under a basis. Raises `NotThere` or a rule of controllers."""
    with acting("record basis", by=by, at=at) as act:
        act.permit()
        row = locked(LawfulBasis.objects.all(), basis)
        named = tuple(controllers)
        check_controllers(named)
        _write_controllers(act, row.pk, named)


def _write_controllers(act: Act, basis: int, controllers: tuple[Controller, ...]) -> None:
    """The rows replaced, and one line for the audit with all of them by organisation."""
    known = set(
        Organisation.objects.filter(pk__in=[one.organisation for one in controllers]).values_list("pk", flat=True)
    )
    if len(known) != len(controllers):
        raise NotThere
    rows = ControllerRole.objects.filter(basis=basis)
    before = {str(row.organisation_id): row.kind for row in rows}
    after = {str(one.organisation): one.kind.value for one in controllers}
    rows.delete()
    ControllerRole.objects.bulk_create(
        [ControllerRole(basis_id=basis, organisation_id=one.organisation, kind=one.kind.value) for one in controllers]
    )
    act.wrote("basis", basis, before={"controllers": before}, after={"controllers": after})

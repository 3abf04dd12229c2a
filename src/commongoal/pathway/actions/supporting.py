"""Support begun, ended, corrected and withdrawn, each by the organisation that gives it."""

import datetime as dt
from dataclasses import dataclass

from django.utils import timezone

from commongoal.access.actions import Act, acting
from commongoal.access.engine.permissions import Viewer
from commongoal.access.engine.refusals import ChangedMeanwhile, NotThere
from commongoal.pathway.engine.supporting import (
    NeedsSupportReason,
    NoSuchIntervention,
    NotAProvider,
    Period,
    SupportEnded,
    SupportOfOthers,
    checked_period,
)
from commongoal.pathway.models import Support
from commongoal.pathway.queries.pathways import pathway_of
from commongoal.people.actions.opening import open_person


@dataclass(frozen=True, slots=True)
class Help:
    """With what, and under which contract, on which programme."""

    programme: int
    intervention: str
    contract: str = ""


def begin_support(
    *, by: Viewer, at: dt.datetime, person: int, programme: int, intervention: str, from_on: dt.date, contract: str = ""
) -> int:
    """The viewer's organisation helps the person with an intervention from a day; returns the support's id.

    Raises `NotAProvider`, `NoSuchIntervention`, `SupportInFuture`, `OverlappingSupport`.
    """
    with acting("record support", by=by, at=at) as act:
        open_person(act, person)
        return _write(act, person, Help(programme, intervention, contract.strip()), Period(from_on))


def end_support(*, by: Viewer, at: dt.datetime, person: int, support: int, to_on: dt.date) -> None:
    """The support ends; `to_on` is the first day after the last. Raises `SupportEnded`, `EndsBeforeBegin`."""
    with acting("record support", by=by, at=at) as act:
        open_person(act, person)
        row = _own(act, person, support)
        if row.to_on is not None:
            raise SupportEnded
        checked_period(Period(row.from_on, to_on), _others(row, _help(row)), timezone.localdate(at))
        row.to_on = to_on
        row.save(update_fields=["to_on"])
        act.wrote("support", row.pk, person=person, before={"to_on": None}, after={"to_on": to_on.isoformat()})


def correct_support(
    *,
    by: Viewer,
    at: dt.datetime,
    person: int,
    support: int,
    intervention: str,
    from_on: dt.date,
    to_on: dt.date | None = None,
    contract: str = "",
) -> int:
    """Record what should have been recorded; what stood there is kept and counts no longer. Returns the new id."""
    with acting("record support", by=by, at=at) as act:
        open_person(act, person)
        row = _own(act, person, support)
        help_ = Help(row.programme_id, intervention, contract.strip())
        return _write(act, person, help_, Period(from_on, to_on), instead_of=row)


def withdraw_support(*, by: Viewer, at: dt.datetime, person: int, support: int, why: str) -> None:
    """The support never was. Raises `NeedsSupportReason`, `SupportOfOthers`, `ChangedMeanwhile`."""
    with acting("record support", by=by, at=at) as act:
        open_person(act, person)
        if not why.strip():
            raise NeedsSupportReason
        row = _own(act, person, support)
        row.withdrawn_at, row.withdrawn_why = at, why.strip()
        row.save(update_fields=["withdrawn_at", "withdrawn_why"])
        act.wrote("support", row.pk, person=person, after={"withdrawn": why.strip()})


def _own(act: Act, person: int, support: int) -> Support:
    """A period that stands, given by the viewer's organisation, locked with its person."""
    row = Support.objects.filter(pk=support, person_id=person).first()
    if row is None:
        raise NotThere
    if row.organisation_id != act.by.organisation:
        raise SupportOfOthers
    newer = Support.objects.filter(supersedes=row).select_related("membership__user").first()
    if newer is not None:
        raise ChangedMeanwhile(f"{newer.membership.user.name} has corrected it.")
    if row.withdrawn_at is not None:
        raise ChangedMeanwhile("It has been withdrawn.")
    return row


def _write(act: Act, person: int, help_: Help, period: Period, instead_of: Support | None = None) -> int:
    pathway = pathway_of(help_.programme)
    if pathway.provider(act.by.organisation) is None:
        raise NotAProvider
    if help_.intervention not in {each.id for each in pathway.programme.interventions}:
        raise NoSuchIntervention
    row = Support(
        person_id=person,
        programme_id=help_.programme,
        organisation_id=act.by.organisation,
        membership_id=act.by.membership,
        intervention=help_.intervention,
        contract=help_.contract,
        from_on=period.from_on,
        to_on=period.to_on,
        at=act.at,
        supersedes=instead_of,
    )
    checked_period(period, _others(row, help_), timezone.localdate(act.at))
    row.save()
    after = {
        "intervention": row.intervention,
        "from_on": row.from_on.isoformat(),
        "to_on": row.to_on.isoformat() if row.to_on else None,
        "supersedes": row.supersedes_id,
    }
    act.wrote("support", row.pk, person=person, after=after)
    return row.pk


def _help(row: Support) -> Help:
    return Help(row.programme_id, row.intervention, row.contract)


def _others(row: Support, help_: Help) -> list[Period]:
    """The other periods of the same help by the same organisation that stand."""
    rows = Support.objects.filter(
        person_id=row.person_id,
        programme_id=help_.programme,
        organisation_id=row.organisation_id,
        intervention=help_.intervention,
        contract=help_.contract,
        withdrawn_at=None,
        superseded_by=None,
    ).exclude(pk__in=[pk for pk in (row.pk, row.supersedes_id) if pk])
    return [Period(*days) for days in rows.values_list("from_on", "to_on")]

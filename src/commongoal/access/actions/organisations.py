"""Organisations and the partnerships they are in."""

import datetime as dt

from django.utils import timezone

from commongoal.access.actions.acting import Act, acting, changed
from commongoal.access.actions.locking import locked
from commongoal.access.engine.permissions import Viewer
from commongoal.access.engine.vocabulary import OrganisationKind
from commongoal.access.models import Invitation, Organisation, Partnership
from commongoal.kernel.errors import Refused


class NameTaken(Refused):
    """There is another with this name. Give this one a name that tells them apart."""


class AlreadyClosed(Refused):
    """This organisation is closed already."""


class OwnOrganisation(Refused):
    """You cannot close the organisation that you are signed in for. Ask an administrator of another one."""


VERB = "change organisations"


def add_organisation(
    name: str, kind: OrganisationKind, *, phone: str = "", email: str = "", by: Viewer, at: dt.datetime
) -> int:
    """A new organisation, in no partnership yet; its id."""
    with acting(VERB, by=by, at=at) as act:
        act.permit()
        _refuse_taken(name)
        values = {"name": name.strip(), "kind": kind.value, "phone": phone.strip(), "email": email.strip()}
        row = Organisation.objects.create(**values)
        act.wrote("organisation", row.pk, after=values)
    return row.pk


def change_organisation(
    organisation: int, *, name: str, kind: OrganisationKind, phone: str, email: str, by: Viewer, at: dt.datetime
) -> None:
    """Other details of an organisation."""
    with acting(VERB, by=by, at=at) as act:
        act.permit()
        row = locked(Organisation.objects.all(), organisation)
        _refuse_taken(name, but=organisation)
        values = {"name": name.strip(), "kind": kind.value, "phone": phone.strip(), "email": email.strip()}
        before, after = changed({key: getattr(row, key) for key in values}, values)
        for key, value in values.items():
            setattr(row, key, value)
        row.save()
        act.wrote("organisation", row.pk, before=before, after=after)


def close_organisation(organisation: int, *, by: Viewer, at: dt.datetime) -> None:
    """From today nobody acts for it: its members reach nothing under it and its invitations no longer work."""
    with acting(VERB, by=by, at=at) as act:
        act.permit()
        row = locked(Organisation.objects.all(), organisation)
        if row.closed_on is not None:
            raise AlreadyClosed
        if organisation == by.organisation:
            raise OwnOrganisation
        row.closed_on = timezone.localdate(at)
        row.save()
        waiting = Invitation.objects.filter(organisation=row, accepted_at=None, cancelled_at=None)
        cancelled = sorted(waiting.values_list("pk", flat=True))
        waiting.update(cancelled_at=at)
        after = {"closed_on": row.closed_on.isoformat(), "invitations cancelled": cancelled}
        act.wrote("organisation", row.pk, before={"closed_on": None}, after=after)


def add_partnership(
    name: str, *, area_code: str, area_name: str, colour: str = "#0b4c5f", by: Viewer, at: dt.datetime
) -> int:
    """A new partnership, with no organisation in it yet; its id."""
    with acting(VERB, by=by, at=at) as act:
        act.permit()
        if Partnership.objects.filter(name=name.strip()).exists():
            raise NameTaken
        values = {"name": name.strip(), "area_code": area_code, "area_name": area_name, "colour": colour}
        row = Partnership.objects.create(**values)
        act.wrote("partnership", row.pk, after=values)
    return row.pk


def join_partnership(partnership: int, organisation: int, *, by: Viewer, at: dt.datetime) -> None:
    """The organisation is in the partnership; joining twice is joining once."""
    with acting(VERB, by=by, at=at) as act:
        act.permit()
        row = locked(Partnership.objects.all(), partnership)
        row.organisations.add(locked(Organisation.objects.all(), organisation))
        _note_membership(act, partnership, organisation, joined=True)


def leave_partnership(partnership: int, organisation: int, *, by: Viewer, at: dt.datetime) -> None:
    """The organisation is no longer in the partnership. What it may know about people is not touched."""
    with acting(VERB, by=by, at=at) as act:
        act.permit()
        row = locked(Partnership.objects.all(), partnership)
        row.organisations.remove(locked(Organisation.objects.all(), organisation))
        _note_membership(act, partnership, organisation, joined=False)


def _note_membership(act: Act, partnership: int, organisation: int, *, joined: bool) -> None:
    name = {True: "joined", False: "left"}[joined]
    act.wrote("partnership", partnership, after={name: organisation})


def _refuse_taken(name: str, but: int = 0) -> None:
    if Organisation.objects.filter(name__iexact=name.strip()).exclude(pk=but).exists():
        raise NameTaken

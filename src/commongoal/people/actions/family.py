"""Households joined and left; family links made and ended, always both ways round."""

import datetime as dt

from django.utils import timezone

from commongoal.access.actions import Act, acting
from commongoal.access.engine.permissions import Viewer
from commongoal.access.engine.refusals import NotThere
from commongoal.kernel.errors import Refused
from commongoal.people.actions.opening import open_person
from commongoal.people.engine.family import OTHER_WAY
from commongoal.people.engine.vocabulary import FamilyLinkKind
from commongoal.people.models import FamilyLink, Household, HouseholdMember


class SamePerson(Refused):
    """These are one and the same person."""


class LinkedAlready(Refused):
    """These two people are linked already; end that link first."""


class NothingSaid(Refused):
    """Say what they are to this person, or that they live together."""


class LinkHasEnded(Refused):
    """This link has ended already."""


class SameHousehold(Refused):
    """These two people are in one household already."""


class InAnotherHousehold(Refused):
    """Both people are in a household of their own; one has to leave theirs first."""


class InNoHousehold(Refused):
    """This person is in no household."""


def add_relative(
    *, by: Viewer, at: dt.datetime, person: int, other: int, kind: FamilyLinkKind | None = None, together: bool = False
) -> None:
    """`other` belongs to the person: is their `kind`, lives with them, or both. Both are within the viewer's reach."""
    if kind is None and not together:
        raise NothingSaid
    with acting("change person", by=by, at=at) as act:
        _open_both(act, person, other)
        if kind is not None:
            _link_both(act, person, other, kind)
        if together:
            _live_together(act, person, other)


def leave_household(*, by: Viewer, at: dt.datetime, person: int) -> None:
    """The person lives with the others no longer, from today."""
    with acting("change person", by=by, at=at) as act:
        open_person(act, person)
        row = HouseholdMember.objects.filter(person_id=person, until_on=None).first()
        if row is None:
            raise InNoHousehold
        row.until_on = timezone.localdate(at)
        row.save(update_fields=["until_on"])
        act.wrote("household member", row.pk, person=person, after={"until_on": row.until_on.isoformat()})


def end_family_link(*, by: Viewer, at: dt.datetime, person: int, link: int) -> None:
    """End the link on both sides; one of the two within reach is enough, so that a wrong link never outlives that."""
    with acting("change person", by=by, at=at) as act:
        open_person(act, person)
        row = FamilyLink.objects.filter(pk=link, person_id=person).first()
        if row is None:
            raise NotThere
        if row.ended_at is not None:
            raise LinkHasEnded
        both = FamilyLink.objects.filter(
            person_id__in=[person, row.other_id], other_id__in=[person, row.other_id], ended_at=None
        )
        for each in both:
            each.ended_at = at
            each.save(update_fields=["ended_at"])
            act.wrote("family link", each.pk, person=each.person_id, after={"ended_at": at.isoformat()})


def _open_both(act: Act, person: int, other: int) -> None:
    """Both locked, the lower id first, so that two users linking the same two people never wait for each other."""
    if person == other:
        raise SamePerson
    for each in sorted((person, other)):
        open_person(act, each)


def _live_together(act: Act, person: int, other: int) -> None:
    mine, theirs = _household(person), _household(other)
    if mine is not None and mine == theirs:
        raise SameHousehold
    if mine is not None and theirs is not None:
        raise InAnotherHousehold
    household = mine or theirs or Household.objects.create(made_at=act.at).pk
    for each, there in ((person, mine), (other, theirs)):
        if there is None:
            _join(act, each, household)


def _link_both(act: Act, person: int, other: int, kind: FamilyLinkKind) -> None:
    if FamilyLink.objects.filter(person_id=person, other_id=other, ended_at=None).exists():
        raise LinkedAlready
    _link(act, person, other, kind)
    _link(act, other, person, OTHER_WAY[kind])


def _household(person: int) -> int | None:
    return HouseholdMember.objects.filter(person_id=person, until_on=None).values_list("household", flat=True).first()


def _join(act: Act, person: int, household: int) -> None:
    row = HouseholdMember.objects.create(person_id=person, household_id=household, since_on=timezone.localdate(act.at))
    act.wrote("household member", row.pk, person=person, after={"household": household})


def _link(act: Act, person: int, other: int, kind: FamilyLinkKind) -> None:
    row = FamilyLink.objects.create(person_id=person, other_id=other, kind=kind.value)
    act.wrote("family link", row.pk, person=person, after={"other": other, "kind": kind.value})

"""People started on a programme: three different days, eligibility and a basis first."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.test import Client

from commongoal.access.engine.permissions import Viewer
from commongoal.access.engine.refusals import NotThere
from commongoal.kernel.errors import Refused
from commongoal.pathway.actions.answers import accept_referral, close_referral, confirm_first_contact
from commongoal.pathway.actions.participations import end_participation, start_person
from commongoal.pathway.engine import participation as rules
from commongoal.pathway.engine.participation import Days
from commongoal.pathway.engine.referral import Outcome
from commongoal.pathway.models import Participation
from commongoal.people.queries.reach import relations_to
from tests.platform.test_eligibility import answered
from tests.platform.test_referrals import AT, DAY, sent
from tests.platform.world import World, make_person

DAYS = Days(DAY - dt.timedelta(days=9), DAY - dt.timedelta(days=2), DAY)


def start(world: World, person: int, days: Days = DAYS, why: str = "", by: Viewer | None = None) -> int:
    assert world.programme
    return start_person(by=by or world.viewer(), at=AT, person=person, programme=world.programme.pk, days=days, why=why)


def test_referral_first_contact_and_start_are_three_days(world: World) -> None:
    person = make_person(world)
    answered(world, person)
    row = Participation.objects.get(pk=start(world, person))
    assert (row.referred_on, row.first_contact_on, row.started_on) == (
        DAYS.referred_on,
        DAYS.first_contact_on,
        DAYS.started_on,
    )
    with pytest.raises(rules.AlreadyStarted):
        start(world, person)


@pytest.mark.parametrize(
    ("days", "refusal"),
    [
        (Days(DAY, DAY - dt.timedelta(days=1), DAY), rules.DatesOutOfOrder),
        (Days(None, DAY, DAY - dt.timedelta(days=1)), rules.DatesOutOfOrder),
        (Days(None, None, DAY + dt.timedelta(days=1)), rules.DateInFuture),
        (Days(None, None, dt.date(2020, 1, 1)), rules.NoBasisToStart),
        (Days(), rules.NoBasisToStart),
    ],
)
def test_days_are_refused(world: World, days: Days, refusal: type[Refused]) -> None:
    person = make_person(world)
    answered(world, person)
    with pytest.raises(refusal):
        start(world, person, days)
    assert not Participation.objects.exists()


def test_eligibility_comes_first(world: World) -> None:
    person = make_person(world)
    with pytest.raises(rules.NotAnswered):
        start(world, person)
    answered(world, person, age="no")
    with pytest.raises(rules.NotEligible):
        start(world, person)
    answered(world, person, residence="not_seen")
    with pytest.raises(rules.EvidenceNeedsReason):
        start(world, person, why=" ")
    row = Participation.objects.get(pk=start(world, person, why="A letter comes on Friday"))
    assert row.started_before_evidence == "A letter comes on Friday"


def test_a_basis_is_needed_for_the_organisation_that_starts_them(world: World) -> None:
    person = make_person(world, "housing")
    assert world.programme
    from commongoal.pathway.actions.eligibility import answer_eligibility
    from tests.platform.test_eligibility import BEST

    by = world.viewer("housing")
    answer_eligibility(by=by, at=AT, person=person, programme=world.programme.pk, answers=BEST)
    with pytest.raises(rules.NoBasisToStart):
        start(world, person, by=by)


def test_a_referred_person_starts_with_the_days_of_the_referral_and_stays_when_it_closes(world: World) -> None:
    person, pk = sent(world)
    answered(world, person)
    there = world.viewer("provider")
    with pytest.raises(NotThere):
        start(world, person, by=there)
    accept_referral(by=there, at=AT, referral=pk)
    confirm_first_contact(by=there, at=AT, referral=pk, contact_on=DAY)
    start(world, person, Days(dt.date(2025, 1, 1), dt.date(2025, 1, 1), DAY), by=there)
    row = Participation.objects.get(organisation=world.organisations["provider"])
    assert (row.referred_on, row.first_contact_on, row.started_on) == (DAY, DAY, DAY)
    close_referral(by=there, at=AT, referral=pk, outcome=Outcome.SUPPORT_STARTED)
    assert "own" in relations_to(person, there)
    row.refresh_from_db()
    assert row.ended_on is None
    end_participation(by=there, at=AT, person=person, participation=row.pk, ended_on=DAY, exit_reason="moved away")
    assert "own" not in relations_to(person, there)


def test_leaving(world: World) -> None:
    person, other = make_person(world), make_person(world)
    answered(world, person)
    pk = start(world, person)
    ids = {"person": person, "participation": pk}
    with pytest.raises(rules.NeedsExitReason):
        end_participation(by=world.viewer(), at=AT, **ids, ended_on=DAY, exit_reason="bored")
    early = DAY - dt.timedelta(days=1)
    with pytest.raises(rules.DatesOutOfOrder):
        end_participation(by=world.viewer(), at=AT, **ids, ended_on=early, exit_reason="health")
    with pytest.raises(NotThere):
        end_participation(by=world.viewer(), at=AT, person=other, participation=pk, ended_on=DAY, exit_reason="health")
    end_participation(by=world.viewer(), at=AT, **ids, ended_on=DAY, exit_reason="health")
    with pytest.raises(rules.AlreadyEnded):
        end_participation(by=world.viewer(), at=AT, **ids, ended_on=DAY, exit_reason="health")
    assert start(world, person) != pk


def test_pages(world: World, signed_in: Callable[[Viewer], Client]) -> None:
    assert world.programme
    person = make_person(world)
    client = signed_in(world.viewer())
    form = {"programme": world.programme.pk, "started_on": "2026-03-02"}
    assert client.get(f"/people/{person}/start/").status_code == 200
    assert "Answer the eligibility questions first" in client.post(f"/people/{person}/start/", form).content.decode()
    answered(world, person)
    assert client.post(f"/people/{person}/start/", form).status_code == 302
    pk = Participation.objects.get().pk
    assert client.get(f"/people/{person}/participations/{pk}/end/").status_code == 200
    left = client.post(
        f"/people/{person}/participations/{pk}/end/", {"ended_on": "2026-03-09", "exit_reason": "in work"}
    )
    assert left.status_code == 302
    assert client.get(f"/people/{make_person(world)}/participations/{pk}/end/").status_code == 404

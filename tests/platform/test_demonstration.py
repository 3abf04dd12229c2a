"""The demonstration place: built through the actions, and nobody in it exists."""

import datetime as dt
import re
import tomllib
from collections import Counter
from importlib.resources import files

import pytest

from commongoal.access.engine.permissions import Role
from commongoal.access.models import Action, Membership, Organisation
from commongoal.demo.engine.residents import Resident, residents
from commongoal.demo.site import build_site
from commongoal.pathway.models import Referral
from commongoal.people.models import Holding, Person

PLACE = tomllib.loads(files("commongoal.demo").joinpath("marlhaven_partnership.toml").read_text(encoding="utf-8"))
FIRST, LAST = dt.date(2024, 11, 22), dt.date(2026, 11, 21)


def people(count: int = 600, seed: int = 1) -> tuple[Resident, ...]:
    return residents(PLACE, count, FIRST, LAST, seed)


def test_the_same_seed_makes_the_same_people() -> None:
    assert people(50) == people(50) != people(50, seed=2)


def test_nobody_in_it_exists() -> None:
    everybody = people()
    assert all(re.fullmatch(r"01632 960\d{3}", who.phone) for who in everybody)  # Ofcom keeps these for drama
    assert all(who.email.endswith("@example.org") for who in everybody if who.email)
    assert all(who.postcode.startswith("MH") for who in everybody)  # no such postcode area
    assert all(FIRST <= who.added_at.date() <= LAST for who in everybody)
    assert all(17 < (who.added_at.date() - who.born_on).days / 365.25 < 66 for who in everybody)


def test_two_years_have_something_of_everything() -> None:
    everybody = people()
    sent = [who.referral for who in everybody if who.referral]
    assert len(sent) > 200
    assert any(plan.answered_after is None for plan in sent)
    assert any(plan.rejected_because for plan in sent)
    assert any(plan.closed_after for plan in sent)
    assert any(who.restricted for who in everybody)
    assert any(who.entered_twice_by for who in everybody)
    assert any(who.new_worker_after for who in everybody)


@pytest.mark.django_db
def test_it_is_built_through_the_actions() -> None:
    build_site(30, dt.datetime(2026, 11, 21, 12, tzinfo=dt.UTC))
    roles = Counter(Membership.objects.values_list("role", flat=True))
    assert Organisation.objects.count() >= 6
    assert set(roles) == set(Role)  # a sign-in for each
    assert sum(roles.values()) - roles["employer"] - roles["resident"] >= 40
    assert Person.objects.count() >= 30
    assert Referral.objects.exists()
    for subject, rows in (("person", Person), ("holding", Holding), ("referral", Referral)):
        noted = set(Action.objects.filter(subject=subject).values_list("subject_id", flat=True))
        assert noted == set(rows.objects.values_list("pk", flat=True)), subject
    span = LAST - Action.objects.order_by("at").first().at.date()
    assert span.days >= 2 * 365

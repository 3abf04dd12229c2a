"""Lawful bases: the rules, who shares on which, and the pages."""

import datetime as dt
from collections.abc import Callable
from dataclasses import replace

import pytest
from django.test import Client

from commongoal.access.actions.bases import end_basis, record_basis, set_controllers
from commongoal.access.engine.bases import (
    AlreadyEnded,
    ConditionForNothing,
    Controller,
    EndsBeforeStart,
    NewBasis,
    NobodyAnswers,
    NoCondition,
    NoLaw,
    NoPurpose,
    OneControllerAlone,
    RetentionOutOfRange,
)
from commongoal.access.engine.permissions import Role, Viewer
from commongoal.access.engine.refusals import NotAllowed, NotThere
from commongoal.access.engine.vocabulary import Article6, Article9, ControllerKind
from commongoal.access.models import Action, ControllerRole, LawfulBasis
from commongoal.access.queries.bases import bases, bases_of, basis, basis_for
from commongoal.kernel.errors import Refused
from tests.platform.world import AT, World, now

pytestmark = pytest.mark.django_db
ON = dt.date(2026, 3, 2)


def new(world: World, **fields: object) -> NewBasis:
    assert world.programme
    values: dict[str, object] = {
        "programme": world.programme.pk,
        "purpose": "health support into work",
        "article_6": Article6.PUBLIC_TASK,
        "document": "Sharing protocol 3",
        "retention_months": 24,
        "from_on": dt.date(2026, 1, 1),
        "special_category": True,
        "article_9": Article9.HEALTH_OR_SOCIAL_CARE,
        "law": "Welfare Reform Act 2012, section 131",
        **fields,
    }
    return NewBasis(**values)  # type: ignore[arg-type]


def pair(world: World, *names: str) -> list[Controller]:
    return [Controller(world.organisations[name].pk, ControllerKind.JOINT_CONTROLLER) for name in names]


def officer(world: World) -> Viewer:
    return world.viewer("council", Role.DATA_PROTECTION)


def test_two_organisations_share_on_a_basis_in_force_under_which_both_have_a_role(world: World) -> None:
    assert world.programme
    assert world.basis
    ids = {name: one.pk for name, one in world.organisations.items()}
    programme = world.programme.pk
    found = basis_for(programme, ids["council"], ids["provider"], ON)
    assert found
    assert (found.id, found.retention_months) == (world.basis.pk, 72)
    assert found.covers(ids["council"], ids["jobcentre"])
    assert basis_for(programme, ids["council"], ids["nhs"], ON) is None
    assert basis_for(programme, ids["council"], ids["provider"], dt.date(2024, 3, 31)) is None
    end_basis(world.basis.pk, dt.date(2026, 4, 1), by=officer(world), at=AT)
    assert basis_for(programme, ids["council"], ids["provider"], dt.date(2026, 3, 31))
    assert basis_for(programme, ids["council"], ids["provider"], dt.date(2026, 4, 1)) is None


def test_of_several_bases_the_one_that_started_last(world: World) -> None:
    assert world.programme
    pk = record_basis(new(world), pair(world, "council", "nhs", "provider"), by=officer(world), at=AT)
    ids = {name: one.pk for name, one in world.organisations.items()}
    found = basis_for(world.programme.pk, ids["council"], ids["provider"], ON)
    assert found
    assert found.id == pk
    assert [one.id for one in bases_of([world.programme.pk], ON)] == [world.basis.pk if world.basis else 0, pk]
    assert {one.name for one in found.controllers} == {"The council", "The nhs", "The provider"}


@pytest.mark.parametrize(
    ("fields", "rule"),
    [
        ({"purpose": " "}, NoPurpose),
        ({"document": ""}, NoPurpose),
        ({"article_9": None}, NoCondition),
        ({"special_category": False}, ConditionForNothing),
        ({"law": " "}, NoLaw),
        ({"law": "", "article_6": Article6.CONSENT}, NoLaw),
        ({"retention_months": 0}, RetentionOutOfRange),
        ({"retention_months": 1201}, RetentionOutOfRange),
        ({"until_on": dt.date(2026, 1, 1)}, EndsBeforeStart),
    ],
)
def test_a_basis_that_breaks_a_rule_is_refused_and_nothing_is_kept(
    world: World, fields: dict[str, object], rule: type[Refused]
) -> None:
    with pytest.raises(rule):
        record_basis(new(world, **fields), pair(world, "council", "nhs"), by=officer(world), at=AT)
    assert LawfulBasis.objects.count() == 1
    assert not Action.objects.exists()


def test_somebody_answers_for_the_data(world: World) -> None:
    nhs = world.organisations["nhs"].pk
    with pytest.raises(NobodyAnswers):
        record_basis(new(world), [Controller(nhs, ControllerKind.PROCESSOR)], by=officer(world), at=AT)
    with pytest.raises(OneControllerAlone):
        record_basis(new(world), pair(world, "nhs"), by=officer(world), at=AT)
    with pytest.raises(NotThere):
        record_basis(new(world), [Controller(99999, ControllerKind.CONTROLLER)], by=officer(world), at=AT)
    with pytest.raises(NotThere):
        record_basis(replace(new(world), programme=99999), pair(world, "nhs", "council"), by=officer(world), at=AT)


def test_only_data_protection_records_and_everybody_on_the_staff_sees(world: World) -> None:
    for role in set(Role) - {Role.DATA_PROTECTION}:
        with pytest.raises(NotAllowed):
            record_basis(new(world), pair(world, "council", "nhs"), by=world.viewer("council", role), at=AT)
    assert len(bases(world.viewer("charity")).value) == 1
    with pytest.raises(NotAllowed):
        bases(world.viewer("employer", Role.EMPLOYER))
    with pytest.raises(NotThere):
        basis(officer(world), 99999)


def test_controllers_are_replaced_and_both_sides_are_in_the_audit(world: World) -> None:
    assert world.basis
    ids = {name: one.pk for name, one in world.organisations.items()}
    set_controllers(world.basis.pk, pair(world, "council", "nhs"), by=officer(world), at=AT)
    assert set(ControllerRole.objects.values_list("organisation", flat=True)) == {ids["council"], ids["nhs"]}
    row = Action.objects.get()
    assert str(ids["provider"]) in row.before["controllers"]
    assert row.after["controllers"][str(ids["nhs"])] == "joint controller"


def test_a_basis_ends_once_and_after_it_started(world: World) -> None:
    assert world.basis
    with pytest.raises(EndsBeforeStart):
        end_basis(world.basis.pk, dt.date(2024, 4, 1), by=officer(world), at=AT)
    end_basis(world.basis.pk, dt.date(2026, 3, 1), by=officer(world), at=AT)
    with pytest.raises(AlreadyEnded):
        end_basis(world.basis.pk, dt.date(2026, 3, 2), by=officer(world), at=AT)


def answers(world: World, **fields: object) -> dict[str, object]:
    assert world.programme
    ids = {name: str(one.pk) for name, one in world.organisations.items()}
    return {
        "programme": str(world.programme.pk),
        "purpose": "health support into work",
        "article_6": "public task",
        "special": "yes",
        "article_9": "health or social care",
        "law": "Welfare Reform Act 2012, section 131",
        "document": "Sharing protocol 3",
        "retention_months": "24",
        "from_on": "2026-01-01",
        "joint": [ids["council"], ids["nhs"]],
        "processors": [ids["provider"]],
        **fields,
    }


def test_the_pages_record_a_basis_after_a_check(world: World, signed_in: Callable[[Viewer], Client]) -> None:
    client = signed_in(officer(world))
    assert "1 lawful basis is in force" in client.get("/bases/").content.decode()
    check = client.post("/bases/add/", answers(world))
    assert "Check your answers" in check.content.decode()
    assert "The nhs is" in check.content.decode()
    assert LawfulBasis.objects.count() == 1
    back = client.post("/bases/add/", {**answers(world), "change": "yes"}).content.decode()
    assert "Welfare Reform Act" in back
    done = client.post("/bases/add/", {**answers(world), "confirmed": "yes"}, follow=True).content.decode()
    assert "The lawful basis was recorded" in done
    assert LawfulBasis.objects.count() == 2
    assert "health or social care" in done.lower()


def test_the_page_says_which_rule_is_broken_beside_its_question(
    world: World, signed_in: Callable[[Viewer], Client]
) -> None:
    client = signed_in(officer(world))
    page = client.post("/bases/add/", answers(world, law="", confirmed="yes")).content.decode()
    assert NoLaw.sentence() in page
    assert 'href="#id_law"' in page
    ids = {name: str(one.pk) for name, one in world.organisations.items()}
    page = client.post("/bases/add/", answers(world, controllers=[ids["nhs"]])).content.decode()
    assert "Give one role only: The nhs" in page
    assert LawfulBasis.objects.count() == 1


def test_the_pages_end_a_basis_and_change_its_controllers(world: World, signed_in: Callable[[Viewer], Client]) -> None:
    assert world.basis
    client, address = signed_in(officer(world)), f"/bases/{world.basis.pk}/"
    nhs = str(world.organisations["nhs"].pk)
    assert client.get(address + "controllers/").status_code == 200
    page = client.post(address + "controllers/", {"controllers": [nhs]}, follow=True).content.decode()
    assert "The nhs is" in page
    assert "The provider is" not in page
    assert client.get(address + "end/").status_code == 200
    end = {"until_on": now().date().isoformat()}
    page = client.post(address + "end/", end, follow=True).content.decode()
    assert "Ended" in page
    assert AlreadyEnded.sentence() in client.post(address + "end/", end).content.decode()


def test_other_staff_see_bases_and_change_none(world: World, signed_in: Callable[[Viewer], Client]) -> None:
    assert world.basis
    client = signed_in(world.viewer("charity"))
    page = client.get(f"/bases/{world.basis.pk}/")
    assert page.status_code == 200
    assert "End this basis" not in page.content.decode()
    for address in ("/bases/add/", f"/bases/{world.basis.pk}/end/", f"/bases/{world.basis.pk}/controllers/"):
        assert client.get(address).status_code == 403
    assert signed_in(officer(world)).get("/bases/99999/").status_code == 404


def test_a_programme_is_added_on_a_page(world: World, signed_in: Callable[[Viewer], Client]) -> None:
    client = signed_in(officer(world))
    assert "1 programme is running" in client.get("/programmes/").content.decode()
    nhs = str(world.organisations["nhs"].pk)
    sent = {"name": "Well at work", "code": "well", "accountable_body": nhs, "from_on": "2026-01-01"}
    page = client.post("/programmes/add/", {**sent, "until_on": "2025-01-01"}).content.decode()
    assert "ends after it starts" in page
    page = client.post("/programmes/add/", sent, follow=True).content.decode()
    assert "2 programmes are running" in page
    assert "There is a programme with this code already" in client.post("/programmes/add/", sent).content.decode()
    other = signed_in(world.viewer("nhs"))
    assert other.get("/programmes/").status_code == 200
    assert other.get("/programmes/add/").status_code == 403

"""Organisations, partnerships, members and programmes: who may change them, and what is refused."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from commongoal.access.actions import members as members_actions
from commongoal.access.actions import organisations as actions
from commongoal.access.actions.members import add_membership, end_membership
from commongoal.access.actions.programmes import CodeTaken, EndsBeforeItStarts, add_programme
from commongoal.access.engine.permissions import Role, Viewer
from commongoal.access.engine.refusals import NotAllowed, NotThere
from commongoal.access.engine.vocabulary import OrganisationKind
from commongoal.access.models import Action, Invitation, Membership, Organisation, Partnership, Programme
from commongoal.access.queries.members import members
from commongoal.access.queries.organisations import organisation, organisations, partnerships
from commongoal.access.queries.viewers import viewers_of
from tests.platform.world import World, now


def admin(world: World) -> Viewer:
    return world.viewer("council", Role.ADMINISTRATOR)


def test_an_organisation_is_added_changed_and_joins_a_partnership(world: World) -> None:
    by = admin(world)
    made = actions.add_organisation("Marl College", OrganisationKind.COLLEGE, phone="01632 960100", by=by, at=now())
    actions.change_organisation(
        made, name="Marlhaven College", kind=OrganisationKind.COLLEGE, phone="", email="a@b.example", by=by, at=now()
    )
    partnership = Partnership.objects.get().pk
    actions.join_partnership(partnership, made, by=by, at=now())
    assert [line.joined for line in partnerships(by, made)] == [True]
    actions.leave_partnership(partnership, made, by=by, at=now())
    assert [line.joined for line in partnerships(by, made)] == [False]
    assert organisation(by, made, now().date()).name == "Marlhaven College"
    rows = Action.objects.order_by("id").values_list("subject", "before", "after")
    assert [subject for subject, _, _ in rows] == ["organisation", "organisation", "partnership", "partnership"]
    assert rows[1][1] == {"name": "Marl College", "phone": "01632 960100", "email": ""}
    assert rows[1][2] == {"name": "Marlhaven College", "phone": "", "email": "a@b.example"}


def test_two_organisations_do_not_share_a_name(world: World) -> None:
    with pytest.raises(actions.NameTaken):
        actions.add_organisation("the COUNCIL ", OrganisationKind.COUNCIL, by=admin(world), at=now())
    assert Organisation.objects.count() == 7


@pytest.mark.parametrize("role", [role for role in Role if role != Role.ADMINISTRATOR])
def test_nobody_but_an_administrator_changes_organisations_or_members(world: World, role: Role) -> None:
    by = world.viewer("employer" if role == Role.EMPLOYER else "council", role)
    organisation_id, worker = world.organisations["charity"].pk, world.viewer("charity")
    with pytest.raises(NotAllowed):
        actions.add_organisation("Another", OrganisationKind.COLLEGE, by=by, at=now())
    with pytest.raises(NotAllowed):
        actions.close_organisation(organisation_id, by=by, at=now())
    with pytest.raises(NotAllowed):
        add_membership(worker.user, organisation_id, Role.MANAGER, by=by, at=now())
    with pytest.raises(NotAllowed):
        end_membership(worker.membership, by=by, at=now())
    assert not Action.objects.exists()


def test_closing_ends_what_its_members_can_do(world: World) -> None:
    worker, by = world.viewer("charity"), admin(world)
    charity = world.organisations["charity"].pk
    actions.close_organisation(charity, by=by, at=now())
    assert viewers_of(worker.user, now().date()) == ()
    assert "The charity" not in {line.name for line in organisations(by, now().date())}
    assert "The charity" in {line.name for line in organisations(by, now().date(), closed=True)}
    with pytest.raises(actions.AlreadyClosed):
        actions.close_organisation(charity, by=by, at=now())
    with pytest.raises(actions.OwnOrganisation):
        actions.close_organisation(by.organisation, by=by, at=now())
    with pytest.raises(members_actions.Closed):
        add_membership(by.user, charity, Role.MANAGER, by=by, at=now())
    with pytest.raises(NotThere):
        actions.close_organisation(999_999, by=by, at=now())


def test_a_further_role_and_its_refusals(world: World) -> None:
    worker, by = world.viewer(), admin(world)
    council, employer = world.organisations["council"].pk, world.organisations["employer"].pk
    made = add_membership(worker.user, council, Role.MANAGER, by=by, at=now())
    assert {viewer.role for viewer in viewers_of(worker.user, now().date())} == {Role.KEY_WORKER, Role.MANAGER}
    with pytest.raises(members_actions.AlreadyMember):
        add_membership(worker.user, council, Role.MANAGER, by=by, at=now())
    with pytest.raises(members_actions.RoleDoesNotFit):
        add_membership(worker.user, employer, Role.MANAGER, by=by, at=now())
    with pytest.raises(members_actions.RoleDoesNotFit):
        add_membership(worker.user, council, Role.EMPLOYER, by=by, at=now())
    end_membership(made, by=by, at=now())
    with pytest.raises(members_actions.AlreadyEnded):
        end_membership(made, by=by, at=now())
    assert add_membership(worker.user, council, Role.MANAGER, by=by, at=now()) != made


def test_the_last_administrator_stays(world: World) -> None:
    by = admin(world)
    with pytest.raises(members_actions.NobodyLeft):
        end_membership(by.membership, by=by, at=now())
    other = world.another("charity", Role.ADMINISTRATOR)
    end_membership(by.membership, by=other, at=now())
    assert Membership.objects.get(pk=by.membership).until_on is not None


def test_a_manager_sees_the_members_of_their_own_organisation_only(world: World) -> None:
    manager = world.viewer("council", Role.MANAGER)
    world.viewer("charity")
    found, more = members(manager, manager.organisation, now().date())
    assert [line.role for line in found] == [Role.MANAGER]
    assert not more
    with pytest.raises(NotThere):
        members(manager, world.organisations["charity"].pk, now().date())
    with pytest.raises(NotThere):
        members(world.viewer(), world.organisations["council"].pk, now().date())


def test_that_a_resident_has_an_account_is_in_no_list(world: World, signed_in: Callable[[Viewer], Client]) -> None:
    resident, by = world.viewer("council", Role.RESIDENT), admin(world)
    found, _ = members(by, by.organisation, now().date())
    assert [line.membership for line in found] == [by.membership]
    assert organisation(by, by.organisation, now().date()).members == 1
    client = signed_in(by)
    assert resident.name not in client.get(reverse("members", args=[by.organisation])).content.decode()
    assert client.get(reverse("end_membership", args=[by.organisation, resident.membership])).status_code == 404
    assert "Resident" not in client.get(reverse("invite_member", args=[by.organisation])).content.decode()


def test_a_programme_has_a_code_of_its_own_and_ends_after_it_starts(world: World) -> None:
    by, council = admin(world), world.organisations["council"].pk
    first = dt.date(2026, 4, 1)
    made = add_programme("connect", "Connect to work", accountable_body=council, from_on=first, by=by, at=now())
    assert Programme.objects.get(pk=made).accountable_body_id == council
    with pytest.raises(CodeTaken):
        add_programme("connect", "Again", accountable_body=council, from_on=first, by=by, at=now())
    with pytest.raises(EndsBeforeItStarts):
        add_programme("brief", "Brief", accountable_body=council, from_on=first, until_on=first, by=by, at=now())
    with pytest.raises(NotAllowed):
        add_programme("no", "No", accountable_body=council, from_on=first, by=world.viewer(), at=now())


def test_an_administrator_does_all_of_it_on_pages(world: World, signed_in: Callable[[Viewer], Client]) -> None:
    client, worker = signed_in(admin(world)), world.viewer("charity")
    charity = world.organisations["charity"].pk
    assert "7 organisations" in client.get("/organisations/").content.decode()
    added = client.post("/organisations/add/", {"name": "Marl College", "kind": "college"}, follow=True)
    assert "Marl College is added" in added.content.decode()
    taken = client.post("/organisations/add/", {"name": "Marl College", "kind": "college"})
    assert "There is another with this name" in taken.content.decode()
    members_page = client.get(f"/organisations/{charity}/members/").content.decode()
    assert "The charity has 1 member" in members_page
    end_page = f"/organisations/{charity}/members/{worker.membership}/end/"
    assert "they reach nothing here" in client.get(end_page).content.decode()
    assert "is no longer key worker here" in client.post(end_page, follow=True).content.decode()
    partnership = Partnership.objects.get().pk
    address = reverse("change_partners", args=[charity, partnership])
    assert "not a partner" in client.post(address, {"leave": "1"}, follow=True).content.decode()
    assert "a partner" in client.post(address, follow=True).content.decode()
    closed = client.post(f"/organisations/{charity}/close/", follow=True).content.decode()
    assert "The charity closed on" in closed
    new = {"name": "North partnership", "area_name": "North", "area_code": "e07"}
    assert "such as E07000099" in client.post("/partnerships/add/", new).content.decode()
    new["area_code"] = "E07000099"
    assert "North partnership is added" in client.post("/partnerships/add/", new, follow=True).content.decode()
    for route in ("organisations/add/", f"organisations/{charity}/", f"organisations/{charity}/change/"):
        assert client.get(f"/{route}").status_code == 200


def test_a_role_is_given_by_e_mail_address(world: World, signed_in: Callable[[Viewer], Client]) -> None:
    client, worker = signed_in(admin(world)), world.viewer("charity")
    address = reverse("add_membership", args=[world.organisations["council"].pk])
    email = Membership.objects.get(pk=worker.membership).user.email
    unknown = client.post(address, {"email": "no@example.org", "role": "manager"})
    assert "Invite them instead" in unknown.content.decode()
    assert client.post(address, {"email": email, "role": "manager"}).status_code == 302
    assert (
        "has this role in this organisation already"
        in client.post(address, {"email": email, "role": "manager"}).content.decode()
    )


def test_a_member_of_another_organisation_is_not_under_this_address(
    world: World, signed_in: Callable[[Viewer], Client]
) -> None:
    client, worker = signed_in(admin(world)), world.viewer("charity")
    council = world.organisations["council"].pk
    for name in ("end_membership", "reset_codes"):
        assert client.post(reverse(name, args=[council, worker.membership])).status_code == 404
    assert Membership.objects.get(pk=worker.membership).until_on is None


def test_a_manager_sees_no_buttons_and_no_other_organisation(
    world: World, signed_in: Callable[[Viewer], Client]
) -> None:
    manager = world.viewer("council", Role.MANAGER)
    client = signed_in(manager)
    page = client.get("/members/", follow=True).content.decode()
    assert "The council has" in page
    assert "Invite somebody" not in page
    assert client.get(reverse("members", args=[world.organisations["charity"].pk])).status_code == 404
    assert client.get(reverse("invite_member", args=[manager.organisation])).status_code == 403
    assert client.get("/organisations/").status_code == 403


def test_members_are_paged_in_few_queries(
    world: World, signed_in: Callable[[Viewer], Client], django_assert_max_num_queries: Callable[[int], object]
) -> None:
    for _ in range(30):
        world.another("charity")
    client, address = signed_in(admin(world)), reverse("members", args=[world.organisations["charity"].pk])
    with django_assert_max_num_queries(12):  # type: ignore[attr-defined]
        first = client.get(address).content.decode()
    assert first.count("End<span") == 25
    assert client.get(f"{address}?page=2").content.decode().count("End<span") == 5
    assert client.get(f"{address}?page=²").status_code == 200
    assert not Invitation.objects.exists()

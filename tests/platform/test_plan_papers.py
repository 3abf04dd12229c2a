"""The plan on paper: handed out and noted as a reading, and sent to the person's own address, once."""

import io
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.core import mail
from django.test import Client

from commongoal.access.engine.permissions import Relation, Role, Viewer
from commongoal.access.engine.refusals import ChangedMeanwhile, NotThere
from commongoal.access.models import Action, Reading
from commongoal.pathway.actions import goals, plan_sending, planning
from commongoal.pathway.engine.casework import TaskOwner
from commongoal.pathway.engine.plan import NewTask, NoEmail, Owner
from commongoal.pathway.models import PlanSending
from commongoal.pathway.queries.plan import plan_of, the_plan
from commongoal.people.actions.family import add_relative
from commongoal.people.engine.vocabulary import FamilyLinkKind, GivenHow, NeedKind
from commongoal.people.models import Holding, Person
from tests.platform import deeds_planning as deeds
from tests.platform.test_page_prices import dear
from tests.platform.world import AT, World, make_person, make_worker

DAY = AT.date()
SignIn = Callable[[Viewer], Client]


def said(response: Any) -> str:
    from pypdf import PdfReader

    pages = PdfReader(io.BytesIO(response.content)).pages
    return " ".join(" ".join(page.extract_text() for page in pages).split())


def agreed(world: World, person: int) -> int:
    plan = the_plan(plan_of(person, world.viewer()))
    return planning.agree_plan(
        by=world.viewer(), at=AT, person=person, plan=plan.id, agreed_by="Rosa Marden", agreed_on=DAY,
        given_how=GivenHow.SIGNED, seen=plan.seen,
    )  # fmt: skip


def plan_id(world: World, person: int) -> int:
    return the_plan(plan_of(person, world.viewer())).id


def test_it_is_handed_out_to_be_kept_and_the_reading_is_noted(world: World, signed_in: SignIn) -> None:
    person, _ = deeds._task(world)
    make_worker(person, world.viewer(), AT)
    here, plan, version = signed_in(world.viewer()), plan_id(world, person), agreed(world, person)
    for address, page, name in (
        (f"/people/{person}/plan/{plan}/print/", "plan_pdf", "Action plan.pdf"),
        (f"/people/{person}/plan/versions/{version}/print/", "plan_version_pdf", "Agreed action plan.pdf"),
    ):
        before = Reading.objects.filter(page=page).count()
        found = here.get(address)
        assert found["Content-Type"] == "application/pdf"
        assert found["Content-Disposition"] == f'attachment; filename="{name}"'
        assert {"private", "no-store"} <= set(re.split(", *", found["Cache-Control"]))
        assert "Action plan: Rosa Marden" in said(found)
        assert "Ring the landlord" in said(found)
        assert f"{world.viewer().name}, The council: 01632 960000" in said(found)
        assert list(Reading.objects.filter(page=page).values_list("person_id", flat=True))[before:] == [person]


def test_it_names_family_only_to_whoever_may_know_them(world: World, signed_in: SignIn) -> None:
    person, _, goal = deeds._goal(world)
    by, child = world.viewer(), make_person(world, first_name="Kim", last_name="Zzquade")
    add_relative(by=by, at=AT, person=person, other=child, kind=FamilyLinkKind.PARENT)
    ride = NewTask("Find a school bus", Owner(TaskOwner.RESIDENT), DAY, for_person=child)
    goals.add_task(by=by, at=AT, person=person, goal=goal, task=ride)
    version, plan = agreed(world, person), plan_id(world, person)
    them = world.viewer("provider")
    Holding.objects.create(person_id=person, organisation_id=them.organisation, relation=Relation.AGREED.value,
                           classes=["identity", "plan"], why="test", since_at=AT)  # fmt: skip
    for viewer, known in ((by, True), (them, False)):
        here = signed_in(viewer)
        for address in (f"{plan}/", f"versions/{version}/", f"{plan}/print/", f"versions/{version}/print/"):
            Reading.objects.all().delete()
            found = here.get(f"/people/{person}/plan/{address}")
            words = said(found) if "print" in address else found.content.decode()
            noted = set(Reading.objects.values_list("person_id", flat=True))
            assert ("Zzquade" in words) is known, address
            assert noted == ({person, child} if known else {person}), address
            assert "01632 960000" not in words or known, "the named worker is not shared"


def test_a_version_says_its_days_in_words_and_names_nobody_it_does_not_show(world: World, signed_in: SignIn) -> None:
    person, _, goal = deeds._goal(world)
    by, child = world.viewer(), make_person(world, first_name="Kim", last_name="Zzquade")
    goals.add_task(by=by, at=AT, person=person, goal=goal, task=NewTask("Ring", deeds.OWNER, DAY))
    version = agreed(world, person)
    add_relative(by=by, at=AT, person=person, other=child, kind=FamilyLinkKind.PARENT)
    later_on = NewTask("Find a bus", Owner(TaskOwner.RESIDENT), DAY, for_person=child)
    goals.add_task(by=by, at=AT, person=person, goal=goal, task=later_on)
    page = signed_in(by).get(f"/people/{person}/plan/versions/{version}/").content.decode()
    assert "by 2 March 2026. To do" in page
    assert DAY.isoformat() not in page
    assert set(Reading.objects.values_list("person_id", flat=True)) == {person}


def test_it_goes_to_their_own_address_once(world: World, signed_in: SignIn) -> None:
    person, _ = deeds._task(world)
    here, plan, version = signed_in(world.viewer()), plan_id(world, person), agreed(world, person)
    at = f"/people/{person}/plan/{plan}/send/"
    page = here.get(at).content.decode()
    assert "Send the plan to rosa@example.org?" in page
    token = re.findall(r'name="token" value="(\w+)"', page)[0]
    given = {"which": "now", "email": "rosa@example.org", "token": token}
    for _ in range(2):
        assert here.post(at, given).status_code == 302
    assert [(each.to, each.subject) for each in mail.outbox] == [(["rosa@example.org"], "Your plan")]
    name, content, kind = mail.outbox[0].attachments[0]
    assert (name, kind) == ("My plan.pdf", "application/pdf")
    assert bytes(content) == here.get(f"/people/{person}/plan/{plan}/print/").content
    assert "Marden" not in str(mail.outbox[0].body), "whose plan it is stands in the file alone"
    here.post(at, {"which": str(version), "email": "rosa@example.org", "token": "another"})
    assert b"%PDF" in mail.outbox[1].attachments[0][1]
    kept = list(PlanSending.objects.order_by("pk").values_list("email", "version", "membership", "failed"))
    me = world.viewer().membership
    assert kept == [("rosa@example.org", None, me, False), ("rosa@example.org", version, me, False)]
    rows = list(Action.objects.filter(subject="plan sending").order_by("pk").values_list("verb", "person_id", "after"))
    assert [row[:2] for row in rows] == [("change plan", person)] * 2
    assert "rosa@example.org" not in str(rows)
    assert "to rosa@example.org by" in here.get(f"/people/{person}/plan/").content.decode()


def test_a_mail_server_that_refuses_is_told_and_kept(
    world: World, signed_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    person, _ = deeds._task(world)
    here, plan = signed_in(world.viewer()), plan_id(world, person)

    def broken(self: object, *_: object, **__: object) -> int:
        raise ConnectionRefusedError

    monkeypatch.setattr("django.core.mail.EmailMessage.send", broken)
    at = f"/people/{person}/plan/{plan}/send/"
    answer = here.post(at, {"which": "now", "email": "rosa@example.org", "token": "a"}, follow=True)
    assert "The e-mail could not be sent" in answer.content.decode()
    assert "It did not go out" in answer.content.decode()
    assert PlanSending.objects.get().failed


def test_it_is_not_sent_where_there_is_no_address_or_another_one(world: World, signed_in: SignIn) -> None:
    person, _ = deeds._task(world)
    by, plan = world.viewer(), plan_id(world, person)
    given = {"by": by, "at": AT, "person": person, "plan": plan, "token": "a"}
    with pytest.raises(ChangedMeanwhile):
        plan_sending.send_plan(email="other@example.org", **given)
    with pytest.raises(NotThere):
        plan_sending.send_plan(email="rosa@example.org", version=987654321, **given)
    Person.objects.filter(pk=person).update(email="")
    with pytest.raises(NoEmail):
        plan_sending.send_plan(email="", **given)
    page = signed_in(by).get(f"/people/{person}/plan/{plan}/send/").content.decode()
    assert "We have no e-mail address for them" in page
    assert PlanSending.objects.count() == 0


def test_safe_contact_is_said_before_it_is_sent(world: World, signed_in: SignIn) -> None:
    from commongoal.people.actions.needs import add_need

    person, _ = deeds._task(world)
    add_need(by=world.viewer(), at=AT, person=person, kind=NeedKind.SAFE_CONTACT, detail="Only in the office")
    page = signed_in(world.viewer()).get(f"/people/{person}/plan/{plan_id(world, person)}/send/").content.decode()
    assert "How to contact safely: Only in the office" in page


def test_whoever_reads_the_plan_alone_does_not_see_the_address(world: World, signed_in: SignIn) -> None:
    person, _ = deeds._task(world)
    given = {"by": world.viewer(), "at": AT, "person": person, "plan": plan_id(world, person), "token": "a"}
    plan_sending.send_plan(email="rosa@example.org", **given)
    them = world.viewer("provider", Role.KEY_WORKER)
    Holding.objects.create(person_id=person, organisation_id=them.organisation, relation=Relation.AGREED.value,
                           classes=["plan"], why="test", since_at=AT)  # fmt: skip
    page = signed_in(them).get(f"/people/{person}/plan/").content.decode()
    assert "Ring the landlord" in page
    assert "rosa@example.org" not in page


def test_no_page_of_a_plan_asks_more_than_a_dozen_times(world: World, signed_in: SignIn) -> None:
    from tests.platform.test_directory import add
    from tests.platform.world import put_in_force

    put_in_force(world)
    person, task = deeds._task(world)
    by, plan = world.viewer(), plan_id(world, person)
    here = signed_in(by)
    for number in range(10):
        child = make_person(world, first_name=f"Kim{number}")
        add_relative(by=by, at=AT, person=person, other=child, kind=FamilyLinkKind.PARENT)
        goal = goals.add_goal(by=by, at=AT, person=person, plan=plan, words=f"Goal {number}", area="housing")
        new = NewTask("Ring", deeds.OWNER, DAY, for_person=child)
        goals.add_task(by=by, at=AT, person=person, goal=goal, task=new)
        add(world, f"Debt advice {number}", postcode="TS1 1AA")
    version = agreed(world, person)
    at = f"/people/{person}/plan/"
    found = {
        name: (lambda name=name: here.get(at + name))
        for name in (
            "", f"{plan}/", "begin/", f"{plan}/goal/", f"{plan}/agree/", f"{plan}/review/", f"{plan}/end/",
            f"{plan}/print/", f"{plan}/send/", f"goals/{goal}/task/", f"goals/{goal}/end/", f"tasks/{task}/change/",
            f"tasks/{task}/service/", f"tasks/{task}/finish/", f"tasks/{task}/reopen/", f"versions/{version}/",
            f"versions/{version}/print/",
        )
    }  # fmt: skip
    found["service found"] = lambda: here.post(f"{at}tasks/{task}/service/", {"text": "debt advice", "look": "yes"})
    assert dear(found) == ""

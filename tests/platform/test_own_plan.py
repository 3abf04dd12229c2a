"""A resident's own plan: read, printed, and a task of theirs said to be done; nobody else's."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import ObjectDoesNotExist
from django.test import Client
from django.utils import timezone

from commongoal.access.engine.permissions import Role, Viewer
from commongoal.access.engine.refusals import NotThere
from commongoal.access.models import Action, Programme, Reading
from commongoal.pathway.actions import goals, planning
from commongoal.pathway.engine.casework import AppointmentStatus, Mode, Reminder, TaskOwner, TaskStatus
from commongoal.pathway.engine.plan import NewTask, NotYourTask, Owner
from commongoal.pathway.models import Appointment, Task
from commongoal.pathway.queries.plan import own_plan, plan_of, the_plan
from commongoal.people.models import ResidentAccount
from tests.platform import deeds_planning as deeds
from tests.platform.test_page_prices import dear
from tests.platform.test_plan_papers import agreed, plan_id, said
from tests.platform.world import AT, World, make_worker

SignIn = Callable[[Viewer], Client]


def resident_of(world: World, person: int) -> Viewer:
    viewer = world.another(role=Role.RESIDENT)
    ResidentAccount.objects.create(person_id=person, membership_id=viewer.membership)
    return viewer


@pytest.fixture
def resident(world: World) -> tuple[int, int, Viewer]:
    """A person with a task of their own, the task, and their own sign-in."""
    person, task = deeds._task(world)
    make_worker(person, world.viewer(), AT)
    return person, task, resident_of(world, person)


def texts(page: Any) -> str:
    return " ".join(page.content.decode().split())


def test_they_read_what_they_do_what_others_do_and_whom_to_call(
    world: World, resident: tuple[int, int, Viewer], signed_in: SignIn
) -> None:
    person, _, viewer = resident
    by, goal = world.viewer(), the_plan(plan_of(person, world.viewer())).goals[0].id
    ours = NewTask("Send the forms", Owner(TaskOwner.WORKER, by.membership), AT.date() + dt.timedelta(days=3))
    goals.add_task(by=by, at=AT, person=person, goal=goal, task=ours)
    agreed(world, person)
    page = texts(signed_in(viewer).get("/my-plan/"))
    for words in (
        "You have 1 thing to do", "Ring the landlord", "What others do for you", "Send the forms", by.name,
        "It is time to talk about your plan again", "01632 960000", "A settled home", "print what you agreed to",
    ):  # fmt: skip
        assert words in page, words
    assert set(Reading.objects.values_list("person_id", flat=True)) == {person}


def test_they_say_that_it_is_done_and_take_it_back(
    world: World, resident: tuple[int, int, Viewer], signed_in: SignIn
) -> None:
    person, task, viewer = resident
    here = signed_in(viewer)
    assert "Have you done this?" in texts(here.get(f"/my-plan/tasks/{task}/"))
    assert Task.objects.get(pk=task).status == TaskStatus.OPEN.value, "looking does nothing"
    page = texts(here.post(f"/my-plan/tasks/{task}/", follow=True))
    assert "You have nothing to do now" in page
    assert "Well done" in page
    row = Task.objects.get(pk=task)
    assert (row.status, row.finished_by_id) == (TaskStatus.DONE.value, viewer.membership)
    told = Action.objects.filter(verb="finish task").latest("pk")
    assert (told.person_id, told.membership_id) == (person, viewer.membership)
    assert "Do you want to do this again?" in texts(here.get(f"/my-plan/tasks/{task}/"))
    assert "You have 1 thing to do" in texts(here.post(f"/my-plan/tasks/{task}/", follow=True))


def test_what_is_for_somebody_else_to_do_is_not_theirs_to_finish(
    world: World, resident: tuple[int, int, Viewer], signed_in: SignIn
) -> None:
    _, task, viewer = resident
    Task.objects.filter(pk=task).update(owner=TaskOwner.WORKER.value, worker_id=world.viewer().membership)
    for answer in (signed_in(viewer).get(f"/my-plan/tasks/{task}/"), signed_in(viewer).post(f"/my-plan/tasks/{task}/")):
        assert NotYourTask.sentence() in texts(answer)
    assert Task.objects.get(pk=task).status == TaskStatus.OPEN.value


def test_it_is_printed_as_it_stands_and_as_agreed(
    world: World, resident: tuple[int, int, Viewer], signed_in: SignIn
) -> None:
    person, _, viewer = resident
    here, plan, version = signed_in(viewer), plan_id(world, person), agreed(world, person)
    for address in (f"/my-plan/{plan}/print/", f"/my-plan/versions/{version}/print/"):
        answer = here.get(address)
        assert answer["Content-Disposition"].startswith("attachment")
        assert "Ring the landlord" in said(answer)
    assert set(Reading.objects.values_list("page", "person_id")) == {
        ("own_plan_pdf", person), ("own_version_pdf", person),
    }  # fmt: skip


def test_nobody_elses_is_there(world: World, resident: tuple[int, int, Viewer], signed_in: SignIn) -> None:
    _, _, viewer = resident
    other, theirs = deeds._task(world)
    plan, version = plan_id(world, other), agreed(world, other)
    here = signed_in(viewer)
    for address in (f"{plan}/", f"{plan}/print/", f"tasks/{theirs}/", f"versions/{version}/print/"):
        assert here.get(f"/my-plan/{address}").status_code == 404, address
    assert here.post(f"/my-plan/tasks/{theirs}/").status_code == 404
    assert Task.objects.get(pk=theirs).status == TaskStatus.OPEN.value
    for staff in (world.viewer(), world.viewer(role=Role.MANAGER)):
        assert signed_in(staff).get("/my-plan/").status_code == 403
    with pytest.raises((NotThere, ObjectDoesNotExist)):
        own_plan(world.another(role=Role.RESIDENT))


def test_without_a_plan_they_are_told_how_one_is_made(world: World, signed_in: SignIn) -> None:
    from tests.platform.world import make_person

    assert "You have no plan yet" in texts(signed_in(resident_of(world, make_person(world))).get("/my-plan/"))


def test_with_two_plans_they_choose(world: World, resident: tuple[int, int, Viewer], signed_in: SignIn) -> None:
    person, _, viewer = resident
    other = Programme.objects.create(
        code="steps", name="Steps", accountable_body=world.organisations["council"], from_on=AT.date()
    )
    first = plan_id(world, person)
    planning.begin_plan(by=world.viewer(), at=AT, person=person, programme=other.pk)
    page = texts(signed_in(viewer).get("/my-plan/"))
    assert f'href="/my-plan/{first}/">Together into work' in page
    planning.end_plan(by=world.viewer(), at=AT, person=person, plan=first)
    page = texts(signed_in(viewer).get(f"/my-plan/{first}/"))
    assert "Your plan ended on 2 March 2026" in page
    assert "I have done this" not in page


def test_it_is_reached_from_their_own_page_and_is_not_dear(
    world: World, resident: tuple[int, int, Viewer], signed_in: SignIn
) -> None:
    person, task, viewer = resident
    here, plan = signed_in(viewer), plan_id(world, person)
    assert texts(here.get("/my-information/")).count('href="/my-plan/"') == 2, "in the menu, and in the page"
    pages = {
        name: (lambda name=name: here.get(f"/my-plan/{name}"))
        for name in ("", f"{plan}/", f"{plan}/print/", f"tasks/{task}/")
    }
    assert dear(pages) == ""


def test_their_next_appointment_stands_on_their_first_page(
    world: World, resident: tuple[int, int, Viewer], signed_in: SignIn
) -> None:
    person, _, viewer = resident
    assert signed_in(viewer).get("/").url == "/my-plan/"
    assert "You have an appointment" not in texts(signed_in(viewer).get("/my-plan/"))
    now, here = timezone.now(), world.viewer()
    for status, hours in (
        (AppointmentStatus.BOOKED, -1),
        (AppointmentStatus.BOOKED, 48),
        (AppointmentStatus.CANCELLED, 1),
    ):
        Appointment.objects.create(
            person_id=person,
            membership_id=here.membership,
            organisation_id=here.organisation,
            starts_at=now + dt.timedelta(hours=hours),
            minutes=30,
            mode=Mode.ELSEWHERE.value,
            place="The library",
            status=status.value,
            reminder=Reminder.NONE.value,
            booked_at=AT,
        )
    page = texts(signed_in(viewer).get("/my-plan/"))
    assert page.count("You have an appointment with") == 1
    assert "at The library" in page

"""J04: agree a bespoke action plan and keep it alive. With and without JavaScript."""

import datetime as dt
import io

import pytest
from django.core import mail
from django.utils import timezone
from tests.journeys.browser import PHONE, fill_date, press, sideways, violations, walked

pytestmark = [pytest.mark.browser, pytest.mark.slow]

LEVELS = {"work": 3, "skills": 4, "health": 4, "wellbeing": 4, "money": 1, "housing": 2, "family": 4, "confidence": 4}
OWN_INTERVAL = """
[casework]
source = "invented for the tests"
plan_review_days = 10
move_evidence = [{ id = "seen", name = "Seen" }]
job_evidence = [{ id = "payslip", name = "Payslip" }]

"""


def a_person(site) -> int:
    """Somebody with an e-mail address, a child, and an assessment that found money and a home in the way."""
    from tests.platform.world import make_person, make_worker

    from commongoal.pathway.actions.assessing import record_assessment
    from commongoal.people.actions.family import add_relative
    from commongoal.people.engine.vocabulary import FamilyLinkKind

    by, at = site.world.viewer(), timezone.now()
    person = make_person(site.world, email="rosa@example.org")
    child = make_person(site.world, first_name="Kim", last_name="Marden")
    add_relative(by=by, at=at, person=person, other=child, kind=FamilyLinkKind.PARENT)
    make_worker(person, by, at)
    record_assessment(
        by=by, at=at, person=person, programme=site.world.programme.pk, on=timezone.localdate(), levels=LEVELS,
        notes={}, token="first",
    )  # fmt: skip
    return person


def told(page) -> str:
    return page.locator("main").inner_text()


def checked(site, page, name: str) -> None:
    """A step photographed, with no fault of access and nothing beyond the edge of a phone."""
    assert violations(page) == [], name
    before = page.viewport_size
    page.set_viewport_size({"width": PHONE, "height": 900})
    assert not sideways(page), name
    page.set_viewport_size(before)
    site.shot(page, name)


def day(days: int) -> str:
    """A day from today, as pages write it."""
    on = timezone.localdate() + dt.timedelta(days=days)
    return f"{on.day} {on:%B %Y}"


def each_barrier_becomes_a_goal(page, look) -> None:
    for area, words in (("money", "Get my debts under control"), ("housing", "A home that is dry")):
        press(page, "text='Add a goal'")
        labels = page.locator(".govuk-radios__label").all_inner_texts()
        assert len(labels) == 3, "two barriers, and something else"
        page.locator(f"[name=area][value={area}]").check(force=True)
        page.fill("[name=words]", words)
        if area == "money":
            look("1-goal")
        press(page, "text='Add the goal'")
    press(page, "text='Add a goal'")
    page.fill("[name=words]", "Learn to drive")
    press(page, "text='Add the goal'")
    assert page.locator("main section h2").all_inner_texts() == [
        "Get my debts under control", "A home that is dry", "Learn to drive",
    ]  # fmt: skip


def add_task(page, goal: str, words: str, owner: str, days: int, whom: str = "") -> None:
    press(page, f"section:has(h2:text-is('{goal}')) >> text='Add a task'")
    page.fill("[name=words]", words)
    page.select_option("[name=owner]", label=owner)
    fill_date(page, "due_on", timezone.localdate() + dt.timedelta(days=days))
    if whom:
        page.select_option("[name=for_person]", label=whom)


def tasks_have_an_owner_and_a_day(site, page, look) -> None:
    me = site.world.viewer().name
    for goal, words, owner, days, whom in (
        ("Get my debts under control", "Bring every letter", "Rosa Marden", 3, ""),
        ("Get my debts under control", "Book the debt adviser", me, 7, ""),
        ("A home that is dry", "Look at the damp", "The housing", 14, ""),
        ("A home that is dry", "Find a school bus", "Rosa Marden", 14, "Kim Marden"),
    ):
        add_task(page, goal, words, owner, days, whom)
        if whom:
            look("2-task")
        press(page, "text='Add the task'")
    said = told(page)
    assert page.locator("h1").inner_text() == "4 things to do"
    for words in (f"Rosa Marden, by {day(3)}", f"{me}, The council, by {day(7)}", f"The housing, by {day(14)}"):
        assert words in said, words
    assert "For Kim Marden" in said
    add_task(page, "Learn to drive", "Yesterday's task", "Rosa Marden", -1)
    press(page, "text='Add the task'")
    assert page.title().startswith("Error: ")
    assert page.input_value("[name=words]") == "Yesterday's task"
    press(page, "text='Back'")


def a_task_changes_and_gets_a_service(page, look) -> None:
    press(page, "li:has(strong:text-is('Book the debt adviser')) >> text='Change'")
    assert page.input_value("[name=words]") == "Book the debt adviser"
    page.fill("[name=words]", "Book a debt adviser nearby")
    look("3-change")
    press(page, "text='Save the change'")
    press(page, "li:has(strong:text-is('Book a debt adviser nearby')) >> text='Choose a service'")
    page.fill("[name=text]", "debt")
    press(page, "text='Look for it'")
    page.locator(".govuk-radios__label:has-text('Quayside debt advice')").click()
    look("4-service")
    press(page, "text='Choose it'")
    assert "With Quayside debt advice" in told(page)


def their_agreement_is_kept(page, look) -> None:
    press(page, "text='Record their agreement'")
    assert "Bring every letter" in told(page), "what they agree to is there to be read"
    assert page.input_value("[name=agreed_by]") == "Rosa Marden"
    page.locator("[name=given_how]").first.check(force=True)
    look("5-agree")
    press(page, "text='Keep the agreement'")
    assert "Version 1, Rosa Marden" in told(page)
    look("6-plan")


def no_longer_required_asks_why(page, look) -> None:
    press(page, "li:has(strong:text-is('Look at the damp')) >> text='Finish'")
    page.locator("[name=to][value='no longer required']").check(force=True)
    press(page, "text='Save it'")
    assert "Say why it is no longer needed" in told(page)
    look("7-why")
    page.fill("[name=why]", "They move next week")
    press(page, "text='Save it'")
    assert "No longer required" in told(page)
    assert "Why: They move next week" in told(page)
    assert "Changed since they last agreed" in told(page)


def old_versions_stay(page, look) -> None:
    press(page, "text='Record their agreement'")
    page.locator("[name=given_how]").first.check(force=True)
    press(page, "text='Keep the agreement'")
    press(page, "main >> text='Version 1'")
    assert "Rosa Marden agreed to this on" in page.locator("h1").inner_text()
    assert f"The housing, by {day(14)}. To do." in told(page), "as it was"
    look("8-version")
    press(page, "text='Back'")


def printed(page) -> str:
    from pypdf import PdfReader

    with page.expect_download() as found:
        page.click("text='Print the plan (PDF)'")
    assert found.value.suggested_filename == "Action plan.pdf"
    pages = PdfReader(found.value.path()).pages
    assert len(pages) == 1
    return " ".join(pages[0].extract_text().split())


def it_prints_on_one_page(site, page) -> None:
    said = printed(page)
    for words in (
        "Action plan: Rosa Marden", "Get my debts under control", "Bring every letter", f"You {day(3)}",
        "With Quayside debt advice", "For Kim Marden", "No longer needed", "Who to call",
        f"together again by {day(28)}",
        f"{site.world.viewer().name}, The council: 01632 960000", "Sign here if you agree",
    ):  # fmt: skip
        assert words in said, words


def it_is_sent_as_a_file(page, look) -> None:
    from pypdf import PdfReader

    press(page, "text='Send the plan to them'")
    assert page.locator("h1").inner_text() == "Send the plan to rosa@example.org?"
    look("9-send")
    press(page, "text='Send the plan'")
    assert "The plan is on its way to rosa@example.org" in page.inner_text("body")
    (letter,) = mail.outbox
    assert letter.to == ["rosa@example.org"]
    content = PdfReader(io.BytesIO(letter.attachments[0][1])).pages[0].extract_text()
    assert "Bring every letter" in content
    assert "Sent to them" in told(page)


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "plain"])
def test_agree_a_plan_and_keep_it_alive(site, scripts: bool) -> None:
    from tests.platform.test_directory import add
    from tests.platform.world import put_in_force

    put_in_force(site.world)
    add(site.world, "Quayside debt advice")
    person = a_person(site)
    page = site.page(site.world.viewer(), scripts=scripts)
    look = (lambda name: checked(site, page, name)) if scripts else (lambda _: None)
    site.open(page, f"/people/{person}/")
    press(page, "main >> text='Action plan'")
    assert page.locator("h1").inner_text() == "There is no action plan yet"
    press(page, "text='Begin a plan'")
    press(page, "text='Begin the plan'")
    each_barrier_becomes_a_goal(page, look)
    tasks_have_an_owner_and_a_day(site, page, look)
    a_task_changes_and_gets_a_service(page, look)
    their_agreement_is_kept(page, look)
    no_longer_required_asks_why(page, look)
    old_versions_stay(page, look)
    it_prints_on_one_page(site, page)
    it_is_sent_as_a_file(page, look)
    if scripts:
        assert walked(page, "main") == ([], [])


def test_a_plan_past_its_review_is_flagged_with_the_programmes_own_interval(site) -> None:
    from tests.platform.world import PATHWAY, put_in_force

    from commongoal.pathway.actions.planning import begin_plan

    put_in_force(site.world, PATHWAY.replace("[valuation]", OWN_INTERVAL + "[valuation]", 1))
    person = a_person(site)
    eleven = timezone.now() - dt.timedelta(days=11)
    begin_plan(by=site.world.viewer(), at=eleven, person=person, programme=site.world.programme.pk)
    page = site.page(site.world.viewer(), scripts=False)
    site.open(page, "/caseload/")
    row = page.locator("tr:has-text('Rosa Marden')")
    assert day(-1) in row.inner_text()
    assert "Overdue" in row.inner_text()
    site.open(page, f"/people/{person}/plan/")
    assert "Review overdue" in told(page)
    press(page, "text='Record a review'")
    page.locator("[name=reason][value='the review was due']").check(force=True)
    press(page, "text='Save the review'")
    assert f"Next review by {day(10)}" in told(page)
    site.open(page, "/caseload/")
    assert "Overdue" not in page.locator("tr:has-text('Rosa Marden')").inner_text()


def test_they_read_their_own_plan_and_say_what_they_have_done(site) -> None:
    from tests.platform.deeds_planning import OWNER
    from tests.platform.test_own_plan import resident_of

    from commongoal.pathway.actions.goals import add_goal, add_task
    from commongoal.pathway.actions.planning import begin_plan
    from commongoal.pathway.engine.casework import TaskOwner
    from commongoal.pathway.engine.plan import NewTask, Owner

    person, by, at = a_person_alone(site), site.world.viewer(), timezone.now()
    plan = begin_plan(by=by, at=at, person=person, programme=site.world.programme.pk)
    goal = add_goal(by=by, at=at, person=person, plan=plan, words="Get my debts under control")
    for words, owner in (("Bring every letter", OWNER), ("Book it", Owner(TaskOwner.WORKER, by.membership))):
        task = NewTask(words, owner, timezone.localdate() + dt.timedelta(days=7))
        add_task(by=by, at=at, person=person, goal=goal, task=task)
    page = site.page(resident_of(site.world, person))
    site.open(page, "/")
    assert page.locator("h1").inner_text() == "You have 1 thing to do"
    checked(site, page, "10-own")
    press(page, "text='I have done this'")
    checked(site, page, "11-done")
    press(page, "text='Yes, I have done it'")
    assert page.locator("h1").inner_text() == "You have nothing to do now"
    assert walked(page, "main") == ([], [])
    with page.expect_download() as found:
        page.click("text='Print my plan (PDF)'")
    assert found.value.suggested_filename == "My plan.pdf"


def a_person_alone(site) -> int:
    from tests.platform.world import make_person, make_worker

    person = make_person(site.world)
    make_worker(person, site.world.viewer(), timezone.now())
    return person

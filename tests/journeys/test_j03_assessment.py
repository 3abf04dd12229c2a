"""J03: do the common assessment with the person, and see movement since last time. With and without JavaScript."""

import datetime as dt

import pytest
from django.utils import timezone
from tests.journeys.browser import PHONE, fill_date, press, sideways, violations, walked

pytestmark = [pytest.mark.browser, pytest.mark.slow]

TABLET = 820
AREAS = ("work", "skills", "health", "wellbeing", "money", "housing", "family", "confidence")
EARLIER = {"work": 1, "skills": 3, "health": 2, "wellbeing": 3, "money": 1, "housing": 4, "family": 3, "confidence": 2}


def a_person(world, name: str = "Marden") -> int:
    from tests.platform.world import make_person

    return make_person(world, last_name=name)


def assessed(world, person: int, days_ago: int, levels: dict[str, int | None]) -> None:
    from commongoal.pathway.actions.assessing import record_assessment

    record_assessment(
        by=world.viewer(), at=timezone.now(), person=person, programme=world.programme.pk,
        on=timezone.localdate() - dt.timedelta(days=days_ago), levels=levels, notes={}, token=f"{person} {days_ago}",
    )  # fmt: skip


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


def by_keyboard(page) -> None:
    """Everything on the page is reached by Tab, and seen when it is."""
    assert walked(page, "main") == ([], [])


def choose(page, area: str, value: str) -> None:
    page.locator(f"[name=level_{area}][value='{value}']").check(force=True)


def the_form_asks_in_plain_words(page) -> None:
    # Each area has plain-worded levels, a score, a note, and "prefer not to say".
    for area in AREAS:
        radios = page.locator(f"[name=level_{area}]")
        assert radios.count() == 6, area
        labels = [radios.nth(at).locator("xpath=following-sibling::label").inner_text() for at in range(6)]
        assert labels[-1] == "Prefer not to say"
        assert all(label.startswith(f"{score} – ") and len(label) > 10 for score, label in enumerate(labels[:5], 1))
        assert page.locator(f"textarea[name=note_{area}]").count() == 1
    assert "Does your money last?" in told(page)


def first_assessment(page, look) -> None:
    press(page, "main >> text='Do an assessment together'")
    the_form_asks_in_plain_words(page)
    look("1-form")

    # Nothing answered is refused, and what was typed stays.
    page.fill("[name=note_money]", "Owes a cousin")
    press(page, "text='Save the assessment'")
    assert page.title().startswith("Error: ")
    assert "There is a note on money" in told(page)
    assert page.locator(".govuk-error-summary a[href='#id_level_money_0']").count() == 1
    assert page.input_value("[name=note_money]") == "Owes a cousin"
    look("2-fault")
    for area, level in EARLIER.items():
        choose(page, area, str(level))
    choose(page, "health", "unsaid")
    fill_date(page, "on", timezone.localdate() - dt.timedelta(days=120))
    press(page, "text='Save the assessment'")
    assert "Assessment saved" in told(page)
    assert "does not count" not in told(page)
    look("3-first")


def second_assessment(page, look) -> None:
    press(page, "main >> text='Do an assessment together'")
    for area, level in (EARLIER | {"money": 3, "work": 2, "housing": 3}).items():
        choose(page, area, str(level))
    fill_date(page, "on", timezone.localdate() - dt.timedelta(days=60))
    press(page, "text='Save the assessment'")
    since = timezone.localdate() - dt.timedelta(days=120)
    assert page.locator("h1").inner_text() == f"Better in 2 areas, worse in 1 since {since.day} {since:%B %Y}"


def third_shows_first_last_and_now(page, look) -> None:
    press(page, "main >> text='Do an assessment together'")
    for area, level in (EARLIER | {"money": 4, "work": 2, "housing": 3}).items():
        choose(page, area, str(level))
    press(page, "text='Save the assessment'")
    since = timezone.localdate() - dt.timedelta(days=60)
    assert page.locator("h1").inner_text() == f"Better in 1 area since {since.day} {since:%B %Y}"
    assert "Since the first time: better in 2 areas, worse in 1 since" in told(page)

    # First, last and now of each area, as a picture with its table under it.
    figure = page.locator("figure:visible")
    assert figure.locator("svg[role=img] title").count() == 1
    assert figure.locator("svg").evaluate("e => e.compareDocumentPosition(e.parentElement.querySelector('table'))") == 4
    figure.locator("summary").click()
    heads = [each.split(",")[0] for each in figure.locator("thead th").all_inner_texts()]
    assert heads == ["Area of life", "First", "Last", "Now"]
    rows = {
        row.locator("th").inner_text(): row.locator("td").all_inner_texts() for row in figure.locator("tbody tr").all()
    }
    assert [cell.split("\n")[0] for cell in rows["Money"]] == ["1", "3", "4"]
    assert "It mostly lasts" in rows["Money"][2]
    assert rows["Body and health"][0] == "Preferred not to say"
    assert len(rows) == 8
    look("4-movement")


def one_too_soon_is_kept_and_does_not_count(page, look) -> None:
    press(page, "main >> text='Do an assessment together'")
    assert "it will not count towards how things have moved" in told(page), "said before"
    look("5-too-soon")
    choose(page, "money", "5")
    press(page, "text='Save the assessment'")
    assert "It does not count towards movement" in told(page), "and after"
    assert page.locator("tbody tr:has-text('Does not count')").count() == 1
    assert "Better in 1 area since" in page.locator("h1").inner_text(), "nothing moved by it"
    look("6-kept")


def corrected(page, look) -> None:
    press(page, "main tbody tr:last-child a")
    assert "Owes a cousin" in told(page)
    look("7-one")
    press(page, "text='Correct this assessment'")
    assert page.input_value("[name=note_money]") == "Owes a cousin"
    choose(page, "money", "2")
    press(page, "text='Save the correction'")
    assert "2 of 5" in told(page)
    assert "Before it was corrected" in told(page)
    look("8-corrected")


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "plain"])
def test_assess_and_see_movement(site, scripts: bool) -> None:
    from tests.platform.world import put_in_force

    put_in_force(site.world)
    person = a_person(site.world)
    page = site.page(site.world.viewer(), width=TABLET, scripts=scripts)
    look = (lambda name: checked(site, page, name)) if scripts else (lambda _: None)
    site.open(page, f"/people/{person}/")
    press(page, "main >> text='Assessments'")
    assert page.locator("h1").inner_text() == "No assessment yet"
    first_assessment(page, look)
    second_assessment(page, look)
    third_shows_first_last_and_now(page, look)
    one_too_soon_is_kept_and_does_not_count(page, look)
    corrected(page, look)


def test_it_is_done_by_keyboard_alone(site) -> None:
    from tests.platform.world import put_in_force

    put_in_force(site.world)
    person = a_person(site.world)
    assessed(site.world, person, 60, EARLIER)
    page = site.page(site.world.viewer(), width=TABLET)
    at = f"/people/{person}/assessments/"
    for address in (at, f"{at}new/{site.world.programme.pk}/"):
        site.open(page, address)
        by_keyboard(page)
    page.locator("[name=level_money]").first.focus()
    for _ in range(3):
        page.keyboard.press("ArrowDown")
    page.locator("text='Save the assessment'").focus()
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert "Better in 1 area since" in page.locator("h1").inner_text()


def test_team_figures_pair_people_and_say_who_is_left_out(site) -> None:
    from tests.platform.world import put_in_force

    from commongoal.access.engine.permissions import Role

    put_in_force(site.world)
    for number in range(36):
        person = a_person(site.world, name=f"Person{number}")
        assessed(site.world, person, 90, {"money": 2, "housing": 3, "work": 1})
        if number >= 12:
            levels = {"money": 3 if number < 24 else 2, "housing": 3, "work": None if number < 30 else 3}
            assessed(site.world, person, 10, levels)
    page = site.page(site.world.viewer(role=Role.MANAGER))
    site.open(page, "/today/")
    press(page, "nav >> text='Results'")  # whose first page is the team figures
    row = page.locator("tbody tr:has(th:text-is('Work and looking for work'))").locator("td").all_inner_texts()
    assert row == ["Not shown", "Not shown", "Too few people to show"], "six people are paired"
    money = page.locator("tbody tr:has(th:text-is('Money'))").locator("td").all_inner_texts()
    assert money[0] == "24"
    assert money[2:5] == ["2.00", "2.50", "+0.50"]
    assert money[5:] == ["12", "12", "0"]
    assert "On average people are better in 1 of 2 areas of life" in page.locator("h1").inner_text()
    checked(site, page, "9-team")
    by_keyboard(page)


def test_team_figures_state_how_many_are_left_out(site) -> None:
    from tests.platform.world import put_in_force

    from commongoal.access.engine.permissions import Role

    put_in_force(site.world)
    for number in range(24):
        person = a_person(site.world, name=f"Person{number}")
        assessed(site.world, person, 90, dict.fromkeys(AREAS, 2))
        if number >= 12:
            assessed(site.world, person, 10, dict.fromkeys(AREAS, 4))
    page = site.page(site.world.viewer(role=Role.MANAGER), scripts=False)
    site.open(page, "/assessments/team/")
    for row in page.locator("tbody tr").all():
        assert row.locator("td").all_inner_texts()[:2] == ["12", "12: 12 assessed once, 0 not answered twice"]
    assert "12 people have two assessments or more that count. 12 people have one so far." in told(page)
    site.shot(page, "10-left-out")

"""J01: add a person without creating a duplicate, and start them the same day. With and without JavaScript."""

import datetime as dt

import pytest
from django.utils.timezone import localdate
from tests.journeys.browser import PHONE, fill_date, press, sideways, violations

pytestmark = [pytest.mark.browser, pytest.mark.slow]

NI = "JK481516C"
ANSWERS = {"age": "yes", "residence": "not_seen", "right_to_work": "seen", "work": "out"}


def checked(site, page, name: str) -> None:
    """A step of the journey photographed, with no fault of access."""
    assert violations(page) == [], name
    site.shot(page, name)


def search(page, words: str) -> str:
    page.fill("[name=q]", words)
    press(page, "main >> text='Search'")
    return page.locator("main").inner_text()


def known_people(world) -> None:
    """Rosa, whom the council helps, and Wilfred, whom only the provider does."""
    from django.utils import timezone

    from commongoal.people.actions.adding import add_person
    from commongoal.people.engine.details import PersonDetails
    from commongoal.people.engine.search import Searched

    for organisation, details in (
        ("council", PersonDetails("Rosa", "Marden", born_on=dt.date(1985, 4, 12), postcode="SR1 1AA", ni=NI)),
        ("provider", PersonDetails("Wilfred", "Oxtoby", born_on=dt.date(1979, 11, 3), phone="01632 960222")),
    ):
        by, at = world.viewer(organisation), timezone.now()
        add_person(details, searched=Searched(by.membership, at, frozenset()), by=by, at=at)


def likely_matches_come_first(site, page, look) -> None:
    # Searching shows likely matches before anybody can be added.
    site.open(page, "/people/")
    assert page.locator("text='Add a new person'").count() == 0
    look("1-search")
    for words in ("mard", "12 4 1985", "SR1 1AA", NI, "rosa mardon"):
        found = search(page, words)
        assert "Rosa Marden" in found, words
        assert NI not in page.content().replace(f'value="{NI}"', ""), "shown in a list"
        assert "JK481516C" not in page.url
    look("2-found")

    # Somebody whom another organisation knows: that there is a record, and whom to ask.
    found = search(page, "Wilfred Oxtoby 3 11 1979")
    assert "A record that may be this person is with The provider" in found
    assert "01632 960000" in found
    assert "01632 960222" not in found
    assert page.locator("main a:has-text('Oxtoby')").count() == 0
    look("3-elsewhere")


def added_person(page, look) -> str:
    # Adding somebody like him shows it again; the number is checked, and may be left out.
    press(page, "text='Add a new person'")
    page.fill("[name=first_name]", "Wilfrid")
    page.fill("[name=last_name]", "Oxtoby")
    fill_date(page, "born_on", dt.date(1979, 11, 3))
    page.fill("[name=ni]", "QQ123456C")
    press(page, "main >> text='Continue'")
    assert page.title().startswith("Error: ")
    assert page.locator(".govuk-error-summary a[href='#id_ni']").count() == 1
    look("4-fault")
    page.fill("[name=ni]", "")
    press(page, "main >> text='Continue'")
    assert "with The provider" in page.locator("main").inner_text()
    look("5-check")
    press(page, "text='None of these is them: add'")
    assert page.locator("h1").inner_text() == "Wilfrid Oxtoby"
    assert "Wilfrid Oxtoby added. You are their named worker" in page.locator("main").inner_text()
    return page.url


def eligibility_answered(page, look, person: str) -> None:
    # Eligibility: needs evidence, and the rule that says so; then yes.
    for residence, words in (("not_seen", "needs evidence"), ("seen", "can join")):
        page.goto(person)
        press(page, "text='Answer eligibility questions'")
        for radio in page.locator("main fieldset").all():
            name = radio.locator("input").first.get_attribute("name")
            wanted = {**ANSWERS, "residence": residence}.get(name)
            choice = radio.locator(f"input[value={wanted}]") if wanted else radio.locator("input").first
            choice.check(force=True)
        press(page, "text='Save the answers'")
        assert words in page.locator("h1").inner_text()
        if residence == "not_seen":
            assert "See something with their address on it" in page.locator("main").inner_text()
            look("6-needs-evidence")
    look("7-eligible")


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "plain"])
def test_add_a_person_and_start_them(site, scripts: bool) -> None:
    known_people(site.world)
    page = site.page(site.world.viewer("council"), scripts=scripts)
    look = (lambda name: checked(site, page, name)) if scripts else (lambda _: None)

    likely_matches_come_first(site, page, look)
    person = added_person(page, look)
    eligibility_answered(page, look, person)

    # Three different days.
    page.goto(person)
    press(page, "text='Start on a programme'")
    page.check("[name=programme]", force=True)
    today = localdate()
    for name, days in (("referred_on", 2), ("first_contact_on", 1), ("started_on", 0)):
        fill_date(page, name, today - dt.timedelta(days=days))
    look("8-start")
    press(page, "text='Start them'")
    record = page.locator("main").inner_text()
    for words, days in (("referred", 2), ("first contact", 1), ("started", 0)):
        on = today - dt.timedelta(days=days)
        assert f"{words} {on.day} {on:%B %Y}" in record
    look("9-person")
    page.set_viewport_size({"width": PHONE, "height": 900})
    assert not sideways(page)


def test_nobody_is_added_without_a_search(site) -> None:
    page = site.page(site.world.viewer("council"), scripts=False)
    site.open(page, "/people/add/")
    assert "Search first" in page.locator("main").inner_text()

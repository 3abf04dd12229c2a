"""J02: send a referral to another agency and know what happened to it. With and without JavaScript."""

import datetime as dt

import pytest
from django.utils.timezone import localdate
from tests.journeys.browser import fill_date, press, violations

pytestmark = [pytest.mark.browser, pytest.mark.slow]

PHONE, ADDRESS = "01632 960111", "1 High Street"
CODES = ("ineligible", "duplicate", "no capacity", "out of area", "not engaged", "needs met elsewhere")


def person_of(world) -> int:
    from tests.platform.world import make_person

    return make_person(world, phone=PHONE, address=ADDRESS, postcode="SR1 1AA")


def main(page) -> str:
    return page.locator("main").inner_text()


def in_words(day: dt.date) -> str:
    return f"{day.day} {day:%B %Y}"


def ask_to_send(site, page, person: int, receiver: str) -> None:
    """The first page of sending: to whom, for what, why."""
    site.open(page, f"/people/{person}/")
    press(page, "text='Refer to another organisation'")
    page.select_option("[name=receiver]", label=receiver)
    page.locator("[name=programme]").first.check(force=True)
    page.check("[name=need][value=work]", force=True)
    page.fill("[name=reason]", "Wants to work with animals")
    page.check("[name=urgency][value=soon]", force=True)
    press(page, "main >> text='Go on'")


def agree(site, page, person: int, receiver: str) -> None:
    """The person agrees to share who they are and how to reach them."""
    site.open(page, f"/people/{person}/agreements/give/")
    page.check(f"label:has-text('{receiver}')", force=True)
    press(page, "main >> text='Continue'")
    for kind in ("identity", "contact"):
        page.check(f"[name=classes][value={kind}]", force=True)
    page.check("[name=areas][value=work]", force=True)
    press(page, "main >> text='Continue'")
    page.locator("[name=given_how]").first.check(force=True)
    page.fill("[name=document_version]", "2")
    press(page, "main >> text='Continue'")
    press(page, "main button[type=submit]")
    assert f"Recorded: they agree to share with {receiver}" in main(page)


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "plain"])
def test_sent_received_accepted_and_first_contact(site, scripts: bool) -> None:
    person, world = person_of(site.world), site.world
    page = site.page(world.viewer("council"), scripts=scripts)
    theirs = site.page(world.viewer("provider"), scripts=scripts)

    def look(name: str, which=page) -> None:
        if scripts:
            assert violations(which) == [], name
            site.shot(which, name)

    # Nothing goes without a basis and an agreement.
    ask_to_send(site, page, person, "The provider")
    assert "This cannot be sent yet" in main(page)
    assert "has not agreed to share with The provider" in main(page)
    assert page.locator("text='Check what will be sent'").count() == 0
    look("1-not-yet")
    agree(site, page, person, "The provider")
    look("2-agreed")

    # The sender sees exactly what goes, and only what was agreed.
    ask_to_send(site, page, person, "The provider")
    look("3-share")
    press(page, "text='Check what will be sent'")
    going = main(page)
    for value in ("Rosa Marden", "12 April 1985", PHONE, "Wants to work with animals"):
        assert value in going
    look("4-check")
    press(page, "text='Send the referral'")
    today = in_words(localdate())
    assert page.locator("h1").inner_text() == "Rosa Marden: sent"
    referral = page.url
    look("5-sent")

    # The receiver sees the same, says it is here, takes the person, and confirms first contact.
    theirs.goto(site.address + "/referrals/")
    look("6-in", theirs)
    press(theirs, "main >> text='Rosa Marden'")
    for value in ("Rosa Marden", "12 April 1985", PHONE, "Wants to work with animals"):
        assert value in main(theirs)
    press(theirs, "text='We have received it'")
    theirs.goto(referral + "answer/")
    look("7-answer", theirs)
    theirs.check("[name=answer][value=accept]", force=True)
    press(theirs, "text='Send the answer'")
    theirs.goto(referral + "first-contact/")
    fill_date(theirs, "contact_on", localdate())
    press(theirs, "text='Confirm first contact'")
    theirs.goto(referral + "close/")
    theirs.locator("[name=outcome]").first.check(force=True)
    press(theirs, "text='Close it'")
    look("8-closed", theirs)

    # The sender sees each step with its day.
    page.goto(referral)
    steps = page.locator("main table").first.inner_text()
    for step in ("Sent", "Received", "Accepted", "First contact", "Closed"):
        assert step in steps
    assert steps.count(today) == 5
    look("9-all-steps")


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "plain"])
def test_rejected_with_a_coded_reason(site, scripts: bool) -> None:
    person, world = person_of(site.world), site.world
    page = site.page(world.viewer("council"), scripts=scripts)
    theirs = site.page(world.viewer("provider"), scripts=scripts)
    agree(site, page, person, "The provider")
    ask_to_send(site, page, person, "The provider")
    press(page, "text='Check what will be sent'")
    press(page, "text='Send the referral'")
    theirs.goto(page.url + "answer/")
    offered = {each.get_attribute("value") for each in theirs.locator("[name=answer]").all()}
    assert offered == {"accept", *CODES}
    theirs.check("[name=answer][value='no capacity']", force=True)
    press(theirs, "text='Send the answer'")
    page.reload()
    assert "Rejected" in main(page)
    assert "No capacity" in main(page)
    assert in_words(localdate()) in main(page)


def test_an_override_needs_a_reason_and_is_listed(site) -> None:
    from commongoal.access.engine.permissions import Role

    person, world = person_of(site.world), site.world
    page = site.page(world.viewer("council", Role.MANAGER))
    ask_to_send(site, page, person, "The nhs")
    press(page, "text='Check what will be sent'")
    assert page.title().startswith("Error: ")
    page.fill("[name=override_reason]", "She may harm herself")
    press(page, "text='Check what will be sent'")
    assert "listed for managers" in main(page)
    assert violations(page) == []
    site.shot(page, "override-check")
    press(page, "text='Send the referral'")
    site.open(page, "/referrals/overrides/")
    assert "She may harm herself" in main(page)
    assert violations(page) == []
    site.shot(page, "override-list")


def test_an_unanswered_referral_turns_overdue_on_both_caseloads(site) -> None:
    from commongoal.pathway.models import Referral

    person, world = person_of(site.world), site.world
    page = site.page(world.viewer("council"))
    agree(site, page, person, "The provider")
    ask_to_send(site, page, person, "The provider")
    press(page, "text='Check what will be sent'")
    press(page, "text='Send the referral'")
    earlier = localdate() - dt.timedelta(days=20)
    Referral.objects.update(sent_at=dt.datetime(earlier.year, earlier.month, earlier.day, tzinfo=dt.UTC),
                            answer_due_on=earlier + dt.timedelta(days=7))  # fmt: skip
    for organisation, address in (("council", "/referrals/out/"), ("provider", "/referrals/")):
        caseload = site.page(world.viewer(organisation))
        for listed in (address, "/today/"):
            site.open(caseload, listed)
            assert "Overdue" in main(caseload), listed
            assert "Rosa Marden" in main(caseload), listed
            assert violations(caseload) == [], listed
        site.shot(caseload, f"today-{organisation}")

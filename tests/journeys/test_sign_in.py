"""From an invitation to an account with one-time codes, in a real browser; and what an administrator does."""

import re

import pytest
from tests.journeys.browser import DESK, NARROW, press, sideways, violations, walked

pytestmark = [pytest.mark.browser, pytest.mark.slow]

PASSWORD = "three words unrelated"


def fit(site, page, name: str) -> None:
    """The page is accessible, fits a narrow screen, and is photographed."""
    for width in (NARROW, DESK):
        page.set_viewport_size({"width": width, "height": 900})
        assert not sideways(page), name
        assert violations(page) == [], name
    site.shot(page, name)
    if page.locator("[role=alert]").count():
        page.goto(page.url)  # what went well or wrong takes the focus, and the walk begins at the top
    unreached, unseen = walked(page)
    assert (unreached, unseen) == ([], []), name
    assert page.complaints == [], name


def code_for(secret: str) -> str:
    from commongoal.web.pages.demonstration import code_now

    return code_now(secret)


@pytest.mark.parametrize("scripts", [True, False], ids=["with JavaScript", "without"])
def test_from_invitation_to_the_first_page(site, scripts: bool) -> None:
    from django.core import mail

    from commongoal.access.engine.permissions import Role

    admin = site.page(site.world.viewer("council", Role.ADMINISTRATOR), scripts=scripts)
    site.open(admin, f"/organisations/{site.world.organisations['charity'].pk}/invitations/add/")
    admin.fill("[name=name]", "Nora Marsh")
    admin.fill("[name=email]", "nora@example.org")
    admin.check("text=Key worker")
    press(admin, "text=Send the invitation")
    assert "An invitation is on its way to nora@example.org" in admin.locator("main").inner_text()
    link = re.search(r"http://\S+", mail.outbox[-1].body)
    page = site.page(scripts=scripts)
    page.goto(link[0])
    assert page.url == f"{site.address}/invitation/"
    if scripts:
        fit(site, page, "accept")
    page.fill("[name=password]", PASSWORD)
    page.fill("[name=again]", PASSWORD)
    press(page, "text=Make my account")
    page.fill("[name=login]", "nora@example.org")
    page.fill("[name=password]", PASSWORD)
    press(page, "main >> text=Sign in >> nth=-1")
    assert page.locator("h1").inner_text() == "Set up one-time codes"
    if scripts:
        fit(site, page, "activate")
    secret = page.locator("code").inner_text().strip()
    page.fill("[name=code]", "000000")
    press(page, "button:has-text('Set up one-time codes')")
    assert page.title().startswith("Error: ")
    assert page.locator("code").inner_text().strip() == secret
    page.fill("[name=code]", code_for(secret))
    press(page, "button:has-text('Set up one-time codes')")
    assert page.locator("h1").inner_text() == "Keep these recovery codes"
    if scripts:
        fit(site, page, "recovery-codes")
    press(page, "main >> text=Continue")
    site.open(page, "/account/")
    assert "Nora Marsh" in page.locator("main").inner_text()


def test_the_pages_of_an_administrator(site) -> None:
    from commongoal.access.engine.permissions import Role

    admin = site.world.viewer("council", Role.ADMINISTRATOR)
    charity, worker = site.world.organisations["charity"].pk, site.world.viewer("charity")
    page = site.page(admin)
    for name, address in {
        "organisations": "organisations/",
        "organisation": f"organisations/{charity}/",
        "add-organisation": "organisations/add/",
        "members": f"organisations/{charity}/members/",
        "end": f"organisations/{charity}/members/{worker.membership}/end/",
        "invite": f"organisations/{charity}/invitations/add/",
        "account": "account/",
        "change-password": "account/password/change/",
        "reauthenticate": "account/reauthenticate/",
    }.items():
        site.open(page, f"/{address}")
        fit(site, page, name)


def test_the_sign_ins_of_the_demonstration(site) -> None:
    from commongoal.access.engine.permissions import Role

    for role in Role:
        site.client(site.world.viewer("employer" if role == Role.EMPLOYER else "council", role))
    page = site.page()
    site.open(page, "/demonstration/")
    fit(site, page, "demonstration")
    site.open(page, "/account/login/")
    press(page, "main button[type=submit]")
    fit(site, page, "login-with-errors")

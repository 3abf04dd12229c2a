"""The frame in a real browser: sign-in as people do it, the keyboard, narrow screens, no JavaScript, no axe faults."""

import pytest
from tests.journeys.browser import DESK, NARROW, press, sideways, violations, walked

pytestmark = [pytest.mark.browser, pytest.mark.slow]

PUBLIC = ("", "about/", "privacy/", "accessibility/", "cookies/", "account/login/", "nowhere/")


def test_public_pages_for_everybody(site) -> None:
    page = site.page()
    for address in PUBLIC:
        name = address.strip("/").replace("/", "-") or "start"
        for width in (DESK, NARROW):
            page.set_viewport_size({"width": width, "height": 900})
            site.open(page, "/" + address)
            assert violations(page) == [], address
            assert not sideways(page), address
        unreached, unseen = walked(page)
        assert (unreached, unseen) == ([], []), address
        site.shot(page, name)
        assert [text for text in page.complaints if "404" not in text] == [], address
    assert all(url.startswith(site.address) for url in page.asked)


def test_the_skip_link_comes_first(site) -> None:
    page = site.page()
    site.open(page, "/about/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to main content"
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert page.url.endswith("#main-content")


def test_signing_in_with_password_and_code(site, sign_in) -> None:
    page = site.page()
    sign_in(page, site.world.viewer("council"))
    assert page.locator("header").inner_text().count("key worker, The council") == 1
    press(page, "text=Sign out")
    site.open(page, "/partnership/")
    assert "/account/login/" in page.url


def test_without_javascript_and_on_a_phone_the_menu_is_there(site) -> None:
    page = site.page(site.world.viewer("council"), width=NARROW, scripts=False)
    site.open(page, "/partnership/")
    assert page.locator("nav >> text=Partnership").is_visible()
    assert "7 organisations work together" in page.locator("h1").inner_text()


def test_the_walk_finds_what_no_key_reaches_and_where_the_focus_is_not_seen(site) -> None:
    page = site.page()
    page.set_content(
        "<a href='/x'>seen</a><button style='outline:none'>unseen</button><a href='/y' tabindex='-1'>unreached</a>"
    )
    unreached, unseen = walked(page)
    assert ["unreached" in what for what in unreached] == [True]
    assert ["unseen" in what for what in unseen] == [True]

"""An analyst ticks small areas, without scripts, looks at them on the map, draws a neighbourhood and withdraws it."""

from pathlib import Path

import pytest
from tests.journeys.browser import PHONE, press, sideways, violations, walked

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def look(site, page, name: str) -> None:
    assert violations(page) == [], name
    assert not sideways(page), name
    site.shot(page, name)


@pytest.fixture
def analyst(site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    from django.conf import settings
    from tests.platform.neighbourhoods import make_district

    from commongoal.access.engine.permissions import Role

    monkeypatch.setattr(settings, "PLACES", tmp_path / "places")
    make_district(site.world)
    return site.world.viewer(role=Role.ANALYST)


def drawn_without_scripts(site, analyst) -> None:
    page = site.page(analyst, width=PHONE, scripts=False)
    site.open(page, "/places/neighbourhoods/draw/")
    press(page, "text='Draw the neighbourhood'")
    faults = page.locator(".govuk-error-summary li").all_inner_texts()
    assert faults == ["Answer “What is it called?”", "Choose at least one small area"]
    page.fill("[name=name]", "The North End")
    for label in ("Marlhaven 001", "Marlhaven 002", "Marlhaven 005"):
        page.locator("label", has_text=label).click()
    press(page, "text='Show my choice on the map'")
    assert page.locator(".cg-drawn--narrow .cg-area[aria-label$='in the neighbourhood']").count() == 3
    press(page, "text='Draw the neighbourhood'")
    assert page.locator("h1").inner_text() == "1 neighbourhood is drawn"


def test_a_neighbourhood_is_drawn_and_withdrawn(site, analyst) -> None:
    page = site.page(analyst)
    site.open(page, "/places/neighbourhoods/")
    assert page.locator("h1").inner_text() == "No neighbourhood is drawn yet"
    press(page, "text='Draw a neighbourhood'")
    press(page, "text='Draw the neighbourhood'")
    look(site, page, "1-draw")
    drawn_without_scripts(site, analyst)
    site.open(page, "/places/neighbourhoods/")
    look(site, page, "2-list")
    press(page, "text='The North End'")
    assert page.locator("h1").inner_text() == "The North End: 3 small areas"
    look(site, page, "3-one")
    press(page, "text='Withdraw it'")
    look(site, page, "4-withdraw")
    press(page, "main button[type=submit]")
    assert page.locator("h1").inner_text() == "No neighbourhood is drawn yet"


def test_the_map_is_walked_and_passed_by_keyboard(site, analyst) -> None:
    page = site.page(analyst)
    site.open(page, "/places/neighbourhoods/draw/")
    assert walked(page, ".cg-map-beside__map") == ([], [])
    page.locator(".cg-map-skip").first.focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.id") == "id_lsoas_0"
    page.locator(".cg-area").nth(4).focus()
    page.keyboard.press("Enter")
    assert page.evaluate("location.hash") == "#id_lsoas_4"
    assert page.evaluate("document.activeElement.id") == "id_lsoas_4"
    assert page.complaints == []

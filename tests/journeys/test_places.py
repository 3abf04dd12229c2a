"""The evidence of the place, taken in by an analyst and read by a board member. With and without JavaScript."""

import pytest
from tests.journeys.browser import PHONE, press, sideways, violations, walked

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture
def files(tmp_path, settings):
    """Files to upload."""
    from tests.platform.a_place import LOOKUP, OUTLINES, figures_file

    settings.PLACES = tmp_path / "places"
    made = {
        "figures.csv": figures_file(),
        "revised.csv": figures_file(first="110"),
        "faulty.csv": figures_file(first="many"),
        "lookup.csv": LOOKUP,
        "wards.geojson": OUTLINES,
    }
    for name, content in made.items():
        (tmp_path / name).write_bytes(content)
    return tmp_path


def take(site, page, files, name: str, fetched: str = "1") -> None:
    site.open(page, "/places/editions/add/")
    page.set_input_files("[name=file]", str(files / name))
    for part, value in (("day", fetched), ("month", "9"), ("year", "2023")):
        page.fill(f"[name=fetched_on_{part}]", value)
    page.select_option("[name=known]", "claimant-count")
    if page.locator("summary").first.is_visible() and not page.locator("[name=years]").is_visible():
        page.click("summary")
    page.fill("[name=years]", "ward 2023")
    press(page, "text='Take in the file'")


def test_an_analyst_builds_the_evidence(site, files) -> None:
    from commongoal.access.engine.permissions import Role
    from commongoal.access.models import Partnership

    Partnership.objects.update(area_code="E06000999")
    page = site.page(site.world.viewer(role=Role.ANALYST))
    site.open(page, "/")
    assert page.locator("h1").inner_text() == "No figures about the place are here yet"
    looked(site, page, "1-nothing-changed")
    site.open(page, "/places/")
    looked(site, page, "2-nothing-known")
    site.open(page, "/places/editions/")
    looked(site, page, "3-no-sources")
    take(site, page, files, "faulty.csv")
    assert "Nothing was taken in" in page.locator("h1").inner_text()
    looked(site, page, "4-faults")
    take(site, page, files, "figures.csv")
    looked(site, page, "5-taken")
    site.open(page, "/places/lookups/add/")
    looked(site, page, "6-add-lookup")
    page.set_input_files("[name=file]", str(files / "lookup.csv"))
    press(page, "text='Take in the file'")
    site.open(page, "/places/boundaries/add/")
    page.set_input_files("[name=file]", str(files / "wards.geojson"))
    page.fill("[name=source]", "Office for National Statistics")
    press(page, "text='Take in the file'")
    take(site, page, files, "revised.csv", "2")
    press(page, "text='See what is there now'")
    assert "revised 1 figure" in page.locator("main").inner_text()
    looked(site, page, "7-edition")
    press(page, "text='Withdraw it'")
    looked(site, page, "8-withdraw")
    page.fill("[name=why]", "The wrong month")
    press(page, "main >> text='Withdraw it'")
    looked(site, page, "9-withdrawn")
    site.open(page, "/places/editions/")
    looked(site, page, "10-sources")
    site.open(page, "/places/changes/")
    looked(site, page, "11-what-changed")
    site.open(page, "/places/indicators/")
    looked(site, page, "12-definitions")


def test_a_board_member_reads_about_the_place(site, files) -> None:
    from tests.platform.a_place import a_place

    from commongoal.access.engine.permissions import Role

    a_place(site.world)
    for scripts in (True, False):
        page = site.page(site.world.viewer(role=Role.BOARD), scripts=scripts)
        site.open(page, "/places/")
        assert page.url.endswith("/places/E06000999/")
        for place, words in enumerate(("Profile", "Compare", "Trends", "Hot spots"), start=13):
            press(page, f"nav[aria-label='About this area'] >> text='{words}'")
            if scripts:
                looked(site, page, f"{place}-{words.lower().replace(' ', '-')}")
                assert walked(page, "main") == ([], []), words
        press(page, "nav[aria-label='About this area'] >> text='Profile'")
        press(page, "text='The profile to print'")
        assert "Testham" in page.locator("h1").inner_text() + page.locator("main").inner_text()
    page.set_viewport_size({"width": PHONE, "height": 900})
    site.open(page, "/places/E06000999/")
    assert not sideways(page)


def looked(site, page, name: str) -> None:
    site.shot(page, name)
    assert violations(page) == [], name
    assert not sideways(page), name

"""A key worker brings somebody along the pathway: begun, moved with evidence, asked why, corrected; support; closing.

With and without JavaScript. Forms as they first come are looked at by `test_every_page`; here, what they become.
"""

import datetime as dt

import pytest
from django.utils.timezone import localdate
from tests.journeys.browser import PHONE, fill_date, press, sideways, violations

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def ready(world) -> int:
    """Rosa, whom the council helps on a programme with a pathway."""
    from tests.platform.world import make_person, put_in_force

    put_in_force(world)
    return make_person(world)


def moved(page, stage: str, on: dt.date) -> None:
    """The question about a move answered."""
    press(page, "text='Record a move'")
    page.check(f"text='{stage}'")
    fill_date(page, "on", on)
    page.check("text='A letter or e-mail'")
    page.fill("[name=evidence]", "Letter of her landlord")
    press(page, "main >> text='Record the move'")


def begun_and_moved(page, today: dt.date, look) -> None:
    """From the record to the third stage, asked why where nothing was assessed; what was typed stays."""
    press(page, "main >> text='Pathway'")
    look("1-not-begun")
    press(page, "text='Begin on Together into work'")
    fill_date(page, "on", today - dt.timedelta(days=60))
    page.check("text='Older'")
    press(page, "main >> button:has-text('Begin')")
    assert "is at Referred" in page.locator("h1").inner_text()
    moved(page, "Engaged", today - dt.timedelta(days=40))
    moved(page, "Barriers removed", today - dt.timedelta(days=20))
    assert page.title().startswith("Error: ")
    assert page.input_value("[name=evidence]") == "Letter of her landlord"
    look("3-why")
    page.fill("[name=why]", "The landlord wrote that the arrears are paid")
    press(page, "main >> text='Record the move'")
    assert "is at Barriers removed" in page.locator("h1").inner_text()
    assert page.locator(".cg-journey__step--ahead").count() == 4
    look("4-journey")


def corrected(page, today: dt.date, look) -> None:
    """A correction that contradicts what came later is refused in words; another is kept beside what stood there."""
    press(page, "a:has-text('Correct Engaged')")
    fill_date(page, "on", today - dt.timedelta(days=5))
    press(page, "main >> text='Save the correction'")
    assert "A later move would no longer follow" in page.locator(".govuk-error-summary").inner_text()
    look("5-correct")
    fill_date(page, "on", today - dt.timedelta(days=35))
    press(page, "main >> text='Save the correction'")
    assert "1 move was corrected or withdrawn" in page.locator("main").inner_text()


def supported_and_closed(site, page, person: int, look) -> None:
    """Support begun and ended, and the case closed after it, when the record is open to nobody there."""
    site.open(page, f"/people/{person}/support/")
    press(page, "text='Begin support'")
    page.check("text='Job coaching'")
    fill_date(page, "from_on", localdate() - dt.timedelta(days=30))
    press(page, "main >> button:has-text('Begin support')")
    assert "The council supports Rosa Marden" in page.locator("h1").inner_text()
    look("8-support")
    site.open(page, f"/people/{person}/close/")
    assert "cannot be closed yet" in page.locator("h1").inner_text()
    look("9-not-closed")
    site.open(page, f"/people/{person}/journey/")
    assert "with The council" in page.locator(".cg-journey").inner_text()
    site.open(page, f"/people/{person}/support/")
    press(page, "a:has-text('End Job coaching')")
    press(page, "main >> text='End it'")
    site.open(page, f"/people/{person}/close/")
    look("10-close")
    page.fill("[name=why]", "She found work")
    press(page, "main >> button:has-text('Close the case')")
    assert site.open(page, f"/people/{person}/").status == 404


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
def test_somebody_is_brought_along_the_pathway(site, scripts: bool) -> None:
    person, today = ready(site.world), localdate()
    page = site.page(site.world.viewer(), width=PHONE, scripts=scripts)

    def look(name: str) -> None:
        if not scripts:
            return
        assert violations(page) == [], name
        assert not sideways(page), name
        site.shot(page, f"moving-{name}")

    site.open(page, f"/people/{person}/")
    begun_and_moved(page, today, look)
    corrected(page, today, look)
    supported_and_closed(site, page, person, look)


def test_a_pathway_is_read_and_put_in_force(site) -> None:
    from commongoal.access.engine.permissions import Role

    ready(site.world)
    page = site.page(site.world.viewer(role=Role.ANALYST), width=PHONE)
    site.open(page, "/pathways/")
    assert violations(page) == []
    site.shot(page, "pathways-1-all")
    press(page, "main >> text='Together into work'")
    assert violations(page) == []
    assert not sideways(page)
    site.shot(page, "pathways-2-one")
    press(page, "text='Put another file in force'")
    page.set_input_files("[name=file]", {"name": "a.toml", "mimeType": "text/plain", "buffer": b'name = "Half"'})
    press(page, "main >> text='Put it in force'")
    assert "The file was refused" in page.locator("h1").inner_text()
    assert violations(page) == []
    assert not sideways(page)
    site.shot(page, "pathways-3-refused")

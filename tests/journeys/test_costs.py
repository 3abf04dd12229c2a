"""What help cost: a file with faults refused as a whole, its good rows taken in where that is asked, and the totals."""

import pytest
from tests.journeys.browser import PHONE, press, sideways, violations

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def look(site, page, name: str) -> None:
    assert violations(page) == [], name
    assert not sideways(page), name
    site.shot(page, name)


def test_costs_are_entered_and_taken_in(site) -> None:
    from tests.platform.test_spending import BAD
    from tests.platform.world import put_in_force

    from commongoal.access.engine.permissions import Role

    put_in_force(site.world)
    page = site.page(site.world.viewer("council", Role.FINANCE), width=PHONE)
    site.open(page, "/costs/import/")
    page.set_input_files("[name=file]", {"name": "costs.csv", "mimeType": "text/csv", "buffer": BAD.encode()})
    page.fill("[name=source]", "Accounts of 2025-26")
    look(site, page, "1-import")
    press(page, "main >> text='Take in the file'")
    assert page.locator("h1").inner_text() == "Nothing was taken in: costs.csv has 2 faults"
    look(site, page, "2-faults")
    site.open(page, "/costs/import/")
    page.set_input_files("[name=file]", {"name": "costs.csv", "mimeType": "text/csv", "buffer": BAD.encode()})
    page.fill("[name=source]", "Accounts of 2025-26")
    page.locator("[name=faults][value=keep]").check(force=True)
    press(page, "main >> text='Take in the file'")
    assert page.locator("h1").inner_text() == "2 costs added from costs.csv"
    press(page, "text='See the costs'")
    assert "2 providers have no cost recorded: The jobcentre and The provider." in page.locator("main").inner_text()
    look(site, page, "3-costs")

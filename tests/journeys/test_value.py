"""What the programme was worth, read by a board member and asked for by an analyst. With and without JavaScript."""

import pytest
from tests.journeys.browser import PHONE, press, sideways, violations

pytestmark = [pytest.mark.browser, pytest.mark.slow]

TABS = {
    "Providers and help": "providers",
    "Who pays, who gains": "who-gains",
    "How it was worked out": "method",
}


def test_a_board_member_reads_what_it_was_worth(site) -> None:
    from tests.platform.valued import make_run

    from commongoal.access.engine.permissions import Role

    make_run(site.world)
    page = site.page(site.world.viewer(role=Role.BOARD))
    site.open(page, "/value/")
    assert page.locator("h1").inner_text().startswith("About £")
    looked(site, page, "1-worth")
    for place, (words, name) in enumerate(TABS.items(), start=2):
        press(page, f"main >> text='{words}'")
        assert name in page.url
        looked(site, page, f"{place}-{name}")
    page.set_viewport_size({"width": PHONE, "height": 900})
    site.open(page, "/value/")
    assert not sideways(page)
    assert page.locator(".cg-drawn--narrow svg").first.is_visible()


def test_an_analyst_asks_and_sees_how_far_it_is(site, settings, tmp_path) -> None:
    from django.utils import timezone
    from tests.platform.valued import make_snapshot

    from commongoal.access.engine.permissions import Role
    from commongoal.jobs.valuing import value_waiting
    from commongoal.pathway.models import Snapshot

    settings.SNAPSHOTS = tmp_path
    make_snapshot(site.world, 200)
    page = site.page(site.world.viewer(role=Role.ANALYST))
    site.open(page, "/value/")
    assert page.locator("h1").inner_text() == "Nothing is valued yet"
    looked(site, page, "5-runs")
    press(page, "text='Value a snapshot'")
    looked(site, page, "6-ask")
    press(page, "text='Ask for the valuation'")
    assert page.locator("h1").inner_text() == "The valuation waits to be worked out"
    looked(site, page, "7-waiting")
    assert value_waiting(timezone.now()) == 1
    plain = site.page(site.world.viewer(role=Role.ANALYST), scripts=False)
    site.open(plain, page.url.removeprefix(site.address))
    assert plain.locator("h1").inner_text().startswith("About £")
    press(page, "text='Check again'")
    looked(site, page, "8-after")
    press(page, "main >> text='Providers and help'")
    looked(site, page, "9-providers")
    Snapshot.objects.update(left_out={"a row from before the person was referred": 3})
    press(page, "main >> text='How it was worked out'")
    assert "What the snapshot left out of the records" in page.locator("main").inner_text()
    looked(site, page, "10-method")


def looked(site, page, name: str) -> None:
    site.shot(page, name)
    assert violations(page) == [], name

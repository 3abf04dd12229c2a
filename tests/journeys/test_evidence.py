"""From what residents and partners say, beside official figures, to a priority and a target that wards add up to."""

import datetime as dt

import pytest
from tests.journeys.browser import PHONE, fill_date, press, sideways, violations

pytestmark = [pytest.mark.browser, pytest.mark.slow]
ON = dt.date(2026, 3, 2)


def looked(site, page, name: str) -> None:
    site.shot(page, name)
    assert violations(page) == [], name
    page.set_viewport_size({"width": PHONE, "height": 900})
    assert not sideways(page), name
    page.set_viewport_size({"width": 1280, "height": 900})


def test_evidence_from_three_sources_to_a_target(site, settings, tmp_path) -> None:
    from tests.platform.marlhaven import HOME, taken_in
    from tests.platform.valued import make_run, make_snapshot

    from commongoal.access.engine.permissions import Role

    settings.PLACES, settings.SNAPSHOTS = tmp_path / "places", tmp_path / "snapshots"
    taken_in(site.world, ON)
    make_run(site.world, snapshot=make_snapshot(site.world, 200))
    manager = site.page(site.world.viewer(role=Role.MANAGER))
    residents_are_asked(site, manager)
    a_partner_answers(site, manager)
    page = site.page(site.world.viewer(role=Role.COMMISSIONER))
    site.open(page, "/places/evidence/")
    assert "Fares take a day" in page.locator("main").inner_text()
    looked(site, page, "4-log")
    a_priority_cites(site, page)
    a_target_is_set(site, page, HOME)


def residents_are_asked(site, page) -> None:
    site.open(page, "/places/evidence/research/add/")
    page.fill("[name=title]", "Talks at the hubs")
    page.locator("[name=method][value=interviews]").check(force=True)
    fill_date(page, "from_on", dt.date(2026, 1, 5))
    fill_date(page, "until_on", dt.date(2026, 2, 6))
    page.fill("[name=people]", "64")
    page.fill("[name=consent]", "Told in writing what it is for, and signed")
    looked(site, page, "1-add-research")
    press(page, "text='Save the research'")
    press(page, "text='Add a finding'")
    page.select_option("[name=theme]", "jobs")
    page.fill("[name=people]", "41")
    page.fill("[name=words]", "Fares take a day of pay a week. Ask Mrs Smith on 01632 960001")
    press(page, "main >> text='Add the finding'")
    told = page.locator("main").inner_text()
    assert "Found: a telephone number, a name." in told
    looked(site, page, "2-refused")
    page.fill("[name=words]", "Fares take a day of pay a week, and the jobs are across the river")
    press(page, "main >> text='Add the finding'")
    assert "41 of 64 said so (64%)" in page.locator("main").inner_text()
    looked(site, page, "3-research")


def a_partner_answers(site, page) -> None:
    site.open(page, "/places/evidence/returns/send/?theme=jobs")
    page.locator("[name=says][value='less need']").check(force=True)
    page.fill("[name=helped]", "120")
    page.fill("[name=waiting]", "6")
    page.fill("[name=words]", "The new care homes took on forty people from our list")
    looked(site, page, "5-send-return")
    press(page, "text='Send the return'")
    text = page.locator("main").inner_text()
    assert "waiting fewer than 10" in text
    looked(site, page, "6-returns")


def a_priority_cites(site, page) -> None:
    site.open(page, "/places/priorities/add/")
    page.fill("[name=title]", "Jobs that can be reached by bus")
    page.select_option("[name=theme]", "jobs")
    page.fill("[name=why]", "Two in three named it, and claimants are more than elsewhere")
    press(page, "text='Set the priority'")
    looked(site, page, "7-priority-bare")
    for source in ("an official figure", "what residents said", "what a partner says"):
        press(page, f"main >> text='Cite {source}'")
        what = "[name=what][value=claimant-rate]" if "official" in source else "[name=what]"
        page.locator(what).first.check(force=True)
        stance = "against" if "partner" in source else "for"
        page.locator(f"[name=stance][value={stance}]").check(force=True)
        if "official" in source:
            looked(site, page, "8-cite")
        press(page, "main >> text='Cite it'")
    text = page.locator("main").inner_text()
    assert "The evidence cited does not agree" in text
    assert "95% interval" in text
    looked(site, page, "9-priority")
    site.open(page, "/places/priorities/")
    assert page.locator("h1").inner_text() == "1 priority, 1 with evidence from all three sources"
    looked(site, page, "10-priorities")


def a_target_is_set(site, page, home: str) -> None:
    site.open(page, "/places/targets/add/")
    page.fill("[name=title]", "A hundred more in lasting work")
    page.select_option("[name=stage]", index=page.locator("[name=stage] option").count() - 1)
    page.fill("[name=people]", "100")
    fill_date(page, "from_on", dt.date(2026, 4, 1))
    fill_date(page, "until_on", dt.date(2029, 3, 31))
    page.locator("[name=need][value=claimant-count]").check(force=True)
    looked(site, page, "11-target-form")
    press(page, "text='Go on to the wards'")
    assert page.locator("h1").inner_text().endswith("add up to 100 people")
    looked(site, page, "12-target-check")
    press(page, "text='Set this target'")
    text = page.locator("main").inner_text()
    assert "add up to it" in text
    assert "have to start (90% interval" in text
    looked(site, page, "13-target")
    press(page, "text='All targets'")
    looked(site, page, "14-targets")
    assert home

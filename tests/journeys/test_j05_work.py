"""J05: record a job start and follow it to staying in work. With and without JavaScript.

Forms as they first come are looked at by `test_every_page`; here, what they become.
"""

import datetime as dt

import pytest
from django.utils.timezone import localdate
from tests.journeys.browser import PHONE, fill_date, press, sideways, violations

pytestmark = [pytest.mark.browser, pytest.mark.slow]

WEEK = dt.timedelta(weeks=1)
DAY = dt.timedelta(days=1)


def written(day: dt.date) -> str:
    return f"{day.day} {day:%B %Y}"


def checked(site, page, name: str) -> None:
    """A step of the journey photographed, with no fault of access."""
    assert violations(page) == [], name
    site.shot(page, name)


def fill_job(page, first: dt.date, **answers: str) -> None:
    fill_date(page, "from_on", first)
    for name, value in answers.items():
        control = page.locator(f"[name={name}]").first
        if control.get_attribute("type") == "radio":
            page.locator(f"[name={name}][value='{value}']").check(force=True)
        else:
            control.fill(value)


def text(page) -> str:
    return page.locator("main").inner_text()


HARBOUR = {
    "self_employed": "no", "employer": "Harbour Care", "occupation": "Care assistant", "occupation_code": "6135",
    "weekly_hours": "5", "pay": "9.50", "pay_period": "hour", "evidence_kind": "none_yet",
}  # fmt: skip


def a_job_is_recorded(page, look, first: dt.date) -> None:
    # Start date, hours, pay and period, employer, occupation; pay under the minimum is a warning that asks why.
    press(page, "text='Record a job'")
    for kind in (
        "Payslip",
        "Letter or e-mail from the employer",
        "Earnings matched by HMRC",
        "Record of self-employment",
    ):
        assert kind in text(page)
    press(page, "main >> text='Save the job'")
    assert page.title().startswith("Error: ")
    assert page.locator(".govuk-error-summary a[href='#id_from_on_day']").count() == 1
    fill_job(page, first, **HARBOUR)
    press(page, "main >> text='Save the job'")
    assert "That is under the minimum wage" in text(page)
    assert page.locator("[name=employer]").input_value() == "Harbour Care"
    look("1-under-the-minimum")
    page.fill("[name=pay]", "13.20")
    press(page, "main >> text='Save the job'")
    assert "£13.20 an hour, at or over the minimum wage" in text(page)
    assert "Evidence needed" in text(page)


def more_than_one_job_at_once(page, first: dt.date) -> None:
    # Five hours a week are too few for a week to count: with a second job they are enough.
    assert page.locator("h1").inner_text().startswith("0 weeks counted")
    press(page, "text='Record a job'")
    fill_job(page, first + 2 * WEEK, **HARBOUR | {"employer": "Quay Shop", "occupation": "Shop assistant", "pay": "13"})
    page.locator("[name=evidence_kind][value=payslip]").check(force=True)
    press(page, "main >> text='Save the job'")


def the_weeks_are_counted(page, look, first: dt.date) -> None:
    # Ten weeks ago the first job began, eight weeks ago the second.
    start = first + 2 * WEEK
    heading = page.locator("h1").inner_text()
    assert heading == f"8 weeks counted, 5 more needed by {written(start + 16 * WEEK - DAY)}"
    assert "18 more needed" in text(page)  # of the 26
    assert page.locator("figure svg").count() == 2
    assert sideways(page) is False
    look("2-weeks")


def checkpoints_ask_somebody(page, look, first: dt.date) -> None:
    for weeks in (4, 13, 26, 52):
        assert f"{weeks} weeks in work: {written(first + weeks * WEEK)}" in text(page)
    assert "Ask the person by text (as they prefer), or Harbour Care" in text(page)
    press(page, "text='Say what you found' >> nth=0")
    assert page.locator("h1").inner_text() == "Are they in work, 4 weeks on?"
    press(page, "main >> text='Save'")
    assert page.title().startswith("Error: ")
    page.locator("[name=status][value='in work']").check(force=True)
    page.locator("[name=evidence_kind][value=employer_letter]").check(force=True)
    look("3-checkpoint")
    press(page, "main >> text='Save'")
    assert "4 weeks: in work" in text(page)
    assert "Letter or e-mail from the employer" in text(page)


def breaks_and_ends(page, look, today: dt.date) -> None:
    # One job ends while the other runs: the checkpoints stay. When both have ended, nobody needs to ask.
    for last in (True, False):
        press(page, "text='It ended' >> nth=0")
        fill_date(page, "last_on", today - WEEK)
        page.fill("[name=why]", "It was temporary")
        press(page, "main >> text='Save'")
        assert ("13 weeks in work: " in text(page)) is last
    assert f"Not in work since {written(today - WEEK)}." in text(page)
    look("4-ended")
    press(page, "text='Record a job'")
    fill_job(page, today, **HARBOUR | {"employer": "New Start", "weekly_hours": "20", "pay": "14"})
    press(page, "main >> text='Save the job'")
    # A break is allowed: the seven weeks before it still count.
    assert page.locator("h1").inner_text().startswith("7 weeks counted, 6 more needed by")
    assert f"4 weeks in work: {written(today + 4 * WEEK)}" in text(page)


def mistakes_are_kept_behind(page) -> None:
    press(page, "text='Correct or add evidence' >> nth=0")
    assert page.locator("[name=employer]").input_value() == "New Start"
    page.locator("[name=evidence_kind][value=payslip]").check(force=True)
    press(page, "main >> text='Save the correction'")
    assert "Corrected. What it said before is kept" in text(page)
    press(page, "text='Withdraw' >> nth=0")
    page.fill("[name=why]", "It was somebody else's")
    press(page, "main >> text='Withdraw it'")
    assert "New Start" not in text(page)


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "plain"])
def test_a_job_is_followed_to_staying_in_work(site, scripts: bool) -> None:
    from tests.platform.world import make_person, put_in_force

    put_in_force(site.world)
    person = make_person(site.world, contact_by="text")
    page = site.page(site.world.viewer("council"), width=PHONE if scripts else 1280, scripts=scripts)
    look = (lambda name: checked(site, page, name)) if scripts else (lambda _: None)
    today = localdate()
    first = today - 10 * WEEK
    site.open(page, f"/people/{person}/")
    press(page, "main >> text='Work'")
    assert page.locator("h1").inner_text() == "No job recorded yet"
    a_job_is_recorded(page, look, first)
    more_than_one_job_at_once(page, first)
    the_weeks_are_counted(page, look, first)
    checkpoints_ask_somebody(page, look, first)
    breaks_and_ends(page, look, today)
    mistakes_are_kept_behind(page)

"""Appointments booked, moved and told of, a list taken, a document kept: in a browser, with and without JavaScript."""

import datetime as dt
from pathlib import Path

import pytest
from django.utils.timezone import localdate, now
from tests.journeys.browser import PHONE, fill_date, press, sideways, violations

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def looked_at(site, page, name: str) -> None:
    """A step photographed, with no fault of access, on a phone too."""
    assert violations(page) == [], name
    before = page.viewport_size
    page.set_viewport_size({"width": PHONE, "height": 900})
    assert not sideways(page), name
    page.set_viewport_size(before)
    site.shot(page, name)


def book(page, day: dt.date, time: str) -> None:
    fill_date(page, "on", day)
    page.fill("[name=starts]", time)
    page.check("[name=mode][value='in person, our office']")
    page.fill("[name=place]", "Testham Hub")
    page.fill("[name=about]", "Writing a CV")


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "plain"])
def test_an_appointment_is_booked_moved_and_told_of(site, scripts: bool) -> None:
    from tests.platform.deeds_meeting import helped

    from commongoal.pathway.models import Appointment
    from commongoal.people.models import Need

    person, worker = helped(site.world), site.world.viewer()
    Need.objects.create(person_id=person, kind="safe contact", detail="Call on Mondays only", since_on=localdate())
    page = site.page(worker, scripts=scripts)
    site.open(page, f"/people/{person}/")
    press(page, "main >> text='Appointments'")
    press(page, "main >> text='Book an appointment'")
    assert page.is_checked("[name=reminder][value=none]")
    day = localdate() + dt.timedelta(days=9)
    book(page, day, "2:30")
    press(page, "main >> text='Book the appointment'")
    assert "Say whether the time is am or pm" in page.locator("main").inner_text()
    looked_at(site, page, "1-book") if scripts else None
    page.fill("[name=starts]", "2:30pm")
    press(page, "main >> text='Book the appointment'")
    assert "at 2:30pm, with" in page.locator("h1").inner_text()
    press(page, "main >> text='Move'")
    page.fill("[name=why]", "A bus strike")
    page.fill("[name=starts]", "10am")
    press(page, "main >> text='Move the appointment'")
    assert "at 10am, with" in page.locator("h1").inner_text()
    looked_at(site, page, "2-appointments") if scripts else None
    Appointment.objects.filter(status="booked").update(starts_at=now() - dt.timedelta(days=1))
    site.open(page, "/appointments/")
    assert "1 appointment needs an answer" in page.locator("main").inner_text()
    looked_at(site, page, "3-diary") if scripts else None
    press(page, "main >> text='Say whether they came'")
    page.check("[name=status][value='did not come']")
    press(page, "main >> text='Save it'")
    assert "Say why" in page.locator("main").inner_text()
    page.check("[name=status][value='came late']")
    press(page, "main >> text='Save it'")
    site.open(page, f"/people/{person}/")
    assert "Appointment: came late" in page.locator("main").inner_text()
    assert page.complaints == []


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "plain"])
def test_a_group_is_made_and_its_list_taken(site, scripts: bool) -> None:
    from tests.platform.deeds_meeting import helped
    from tests.platform.world import put_in_force

    from commongoal.pathway.models import Attendance, GroupSession

    put_in_force(site.world)
    for name in ("Rosa", "Wilfred", "Ada"):
        helped(site.world, first_name=name)
    page = site.page(site.world.viewer(), scripts=scripts)
    site.open(page, "/groups/")
    press(page, "main >> text='Add a group'")
    page.fill("[name=name]", "Monday job club")
    page.select_option("[name=support]", label="Job coaching")
    page.fill("[name=place]", "Testham Hub")
    press(page, "main >> text='Add the group'")
    press(page, "main >> text='Add people'")
    for name in ("Rosa", "Wilfred", "Ada"):
        page.check(f"text={name} Marden")
    fill_date(page, "from_on", localdate() - dt.timedelta(days=30))
    looked_at(site, page, "4-join") if scripts else None
    press(page, "main >> text='Add them to the group'")
    press(page, "main >> text='Add sessions'")
    fill_date(page, "on", localdate() - dt.timedelta(days=14))
    page.fill("[name=starts]", "10am")
    page.fill("[name=weeks]", "6")
    press(page, "main >> text='Add the sessions'")
    looked_at(site, page, "5-group") if scripts else None
    session = GroupSession.objects.earliest("starts_at")
    site.open(page, f"/groups/{session.group_id}/sessions/{session.pk}/")
    for place, status in enumerate(("came", "came late", "did not come")):
        page.locator("fieldset").nth(place).locator(f"[value='{status}']").check()
    looked_at(site, page, "6-list") if scripts else None
    press(page, "main >> text='Save the list'")
    assert Attendance.objects.count() == 3
    assert "2 came" in page.locator("main").inner_text()
    site.open(page, "/groups/")
    assert "1 group" in page.locator("h1").inner_text()
    looked_at(site, page, "7-groups") if scripts else None
    assert page.complaints == []


def test_a_document_is_added_and_comes_as_a_file(site, settings, tmp_path: Path) -> None:
    from tests.platform.deeds_meeting import PDF, helped

    settings.DOCUMENTS = tmp_path / "documents"
    person, page = helped(site.world), site.page(site.world.viewer())
    site.open(page, f"/people/{person}/documents/")
    press(page, "main >> text='Add a document'")
    page.fill("[name=title]", "CV of March")
    page.check("[name=kind][value=other]")
    page.set_input_files("[name=file]", {"name": "cv.pdf", "mimeType": "text/html", "buffer": b"<script>"})
    press(page, "main >> text='Add the document'")
    assert "not what its name says" in page.locator("main").inner_text()
    looked_at(site, page, "8-add")
    page.set_input_files("[name=file]", {"name": "cv.pdf", "mimeType": "application/pdf", "buffer": PDF})
    press(page, "main >> text='Add the document'")
    looked_at(site, page, "9-documents")
    with page.expect_download() as waiting:
        page.click("main a:has-text('Download cv.pdf')")
    assert Path(waiting.value.path()).read_bytes() == PDF
    assert waiting.value.suggested_filename == "cv.pdf"
    press(page, "main >> text='Remove'")
    page.fill("[name=why]", "Of somebody else")
    press(page, "main >> text='Remove the document'")
    assert "Of somebody else" in page.locator("main").inner_text()
    assert list(settings.DOCUMENTS.iterdir()) == []
    assert page.complaints == []

"""J06: see today's caseload: filters and place survive opening a case, nothing is hidden, dates export as dates."""

import csv
import datetime as dt
import io

import pytest
from django.utils.timezone import localdate, now
from tests.journeys.browser import PHONE, press, sideways, violations

pytestmark = [pytest.mark.browser, pytest.mark.slow]

LAST_NAMES = ("Adams", "Baker", "Clark", "Drew", "Evans")


def planted(world) -> dict[str, int]:
    """Thirty people of one key worker: the first unheard of for 40 days, the second with everything due."""
    from tests.platform.world import make_person, make_worker, put_in_force

    from commongoal.access.models import Programme
    from commongoal.pathway.models import Appointment, Journey, Participation, Plan
    from commongoal.people.models import Person, Worker

    put_in_force(world)
    here, today, council = world.viewer("council"), localdate(), world.organisations["council"]
    Programme.objects.update(until_on=today + dt.timedelta(days=100))
    found = {}
    for number in range(30):
        name = (f"Person{number:02}", LAST_NAMES[number % 5])
        person = make_person(world, first_name=name[0], last_name=name[1])
        make_worker(person, here, now() - dt.timedelta(days=90))
        heard = today - dt.timedelta(days=40 if number == 0 else number % 20)
        Worker.objects.filter(person=person).update(last_contact_on=heard, quiet_since=heard)
        Participation.objects.create(
            person_id=person, programme=world.programme, organisation=council, started_on=today - dt.timedelta(days=80)
        )
        Journey.objects.create(
            person_id=person, programme=world.programme, stage="engaged" if number % 2 else "in_work",
            begun_on=today - dt.timedelta(days=80), since_on=today - dt.timedelta(days=number),
        )  # fmt: skip
        found[" ".join(name)] = person
    person = found["Person01 Baker"]
    Plan.objects.create(
        person_id=person, programme=world.programme, organisation=council, made_on=today - dt.timedelta(days=50),
        review_on=today - dt.timedelta(days=3),
    )  # fmt: skip
    Appointment.objects.create(
        person_id=person, organisation=council, membership_id=here.membership, minutes=30, mode="telephone",
        starts_at=now() + dt.timedelta(days=2), reminder="none", booked_at=now(),
    )  # fmt: skip
    Person.objects.filter(pk=found["Person02 Clark"]).update(first_name="=1+1")
    return found


def names(page) -> list[str]:
    return page.locator("tbody th").all_inner_texts()


def checked(site, page, name: str) -> None:
    assert violations(page) == [], name
    site.shot(page, name)


def written(day: dt.date) -> str:
    return f"{day.day} {day:%B %Y}"


def everybody_is_there(page, look) -> None:
    """Nothing is hidden: all thirty are there, and who has waited longest comes first and is counted."""
    heading = page.locator("h1").inner_text()
    assert heading == "30 people on your caseload, 1 without contact for more than 28 days"
    assert names(page)[0] == "Person00 Adams"
    first = page.locator("tbody tr").first.inner_text()
    assert "Too long" in first
    assert "No contact for 40 days" in first
    look("2-caseload")
    columns = page.locator("thead th").all_inner_texts()
    wanted = ["Name", "Stage", "Last contact", "Next appointment", "Plan review", "Programme ends", "To do"]
    assert [words.removesuffix(" ▲").strip() for words in columns] == wanted
    assert page.locator("th[aria-sort=ascending]").inner_text().startswith("Last contact")
    everybody = set(names(page))
    press(page, "a[rel=next]")
    assert everybody.isdisjoint(names(page))
    assert len(everybody | set(names(page))) == 30


def narrowed(page, look) -> None:
    """By name, the last first, without an appointment, and the second page of it."""
    press(page, "thead >> text='Name'")
    press(page, "thead >> text='Name'")
    page.check("[name=unbooked]", force=True)
    press(page, "text='Show these'")
    assert page.locator("[name=unbooked]").is_checked()
    assert page.locator("th[aria-sort=descending]").inner_text().startswith("Name")
    press(page, "a[rel=next]")
    assert "Person01 Baker" not in names(page)
    look("3-filtered")


def comes_back(site, page, people: dict[str, int]) -> None:
    """A case is opened and something done on it; the way back leads to the same list at the same place."""
    shown, asked = names(page), sorted(part for part in page.url.partition("?")[2].split("&") if part[-1] != "=")
    opened = shown[2]
    press(page, f"tbody >> text='{opened}'")
    assert page.locator("h1").inner_text() == opened
    press(page, "text='Write a note or contact'")
    page.check("[name=kind][value=note]", force=True)
    page.fill("[name=text]", "Rang back")
    press(page, "main button[type=submit]")
    site.open(page, f"/people/{people[opened]}/")
    press(page, "text='Back to caseload'")
    assert names(page) == shown
    address, _, anchor = page.url.partition("#")
    assert anchor == f"person-{people[opened]}"
    assert sorted(address.partition("?")[2].split("&")) == asked


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "plain"])
def test_filters_and_place_survive(site, scripts: bool) -> None:
    people = planted(site.world)
    page = site.page(site.world.viewer("council"), scripts=scripts)
    look = (lambda name: checked(site, page, name)) if scripts else (lambda _: None)
    site.open(page, "/today/")
    assert "2 people need you today" in page.locator("h1").inner_text()
    look("1-today")
    press(page, "nav >> text='Caseload'")
    everybody_is_there(page, look)
    narrowed(page, look)
    comes_back(site, page, people)
    press(page, "text='Clear the filters'")
    assert len(names(page)) == 25

    page.fill("[name=name]", "person01 b")
    press(page, "text='Show these'")
    row = page.locator("tbody tr").inner_text()
    overdue = written(localdate() - dt.timedelta(days=3))
    for words in ("Engaged, since", "Overdue", "99 days", overdue, f"Review the plan, due {overdue}"):
        assert words in row, words
    look("4-one")
    page.set_viewport_size({"width": PHONE, "height": 900})
    assert not sideways(page)


def test_dates_export_as_dates(site) -> None:
    from openpyxl import load_workbook

    from commongoal.access.models import Reading

    planted(site.world)
    client, today = site.client(site.world.viewer("council")), localdate()
    before = Reading.objects.count()
    book = load_workbook(io.BytesIO(client.get("/caseload/xlsx/").content))
    rows = [[cell.value for cell in row] for row in book.active.iter_rows()]
    assert len(rows) == 31  # every page of it
    assert Reading.objects.count() - before == 30
    head = rows[0]
    first = dict(zip(head, rows[1], strict=True))
    assert first["Name"] == "Person00 Adams"
    assert first["Last contact"] == dt.datetime.combine(today - dt.timedelta(days=40), dt.time())
    assert isinstance(first["Stage since"], dt.datetime)
    assert first["Programme ends"] == dt.datetime.combine(today + dt.timedelta(days=99), dt.time())
    assert first["Days to the end"] == 99
    column = head.index("Last contact") + 1
    assert book.active.cell(2, column).is_date
    assert book.active.cell(2, column).number_format == "yyyy-mm-dd"
    (odd,) = (row for row in book.active.iter_rows(min_row=2) if "1+1" in str(row[1].value))
    assert odd[1].data_type == "s"

    plain = client.get("/caseload/csv/?stage=engaged").content.decode("utf-8-sig")
    found = list(csv.DictReader(io.StringIO(plain)))
    assert len(found) == 15
    assert {row["Stage"] for row in found} == {"Engaged"}
    assert all(dt.date.fromisoformat(row["Last contact"]) for row in found)
    (due,) = (row for row in found if row["Name"] == "Person01 Baker")
    assert dt.date.fromisoformat(due["Plan review"]) == today - dt.timedelta(days=3)
    everybody = list(csv.DictReader(io.StringIO(client.get("/caseload/csv/").content.decode("utf-8-sig"))))
    assert [row["Name"] for row in everybody if "1+1" in row["Name"]] == ["'=1+1 Clark"]

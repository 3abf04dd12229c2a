"""What must not be seen, changed or broken on the pages of the pathway: each promise with its test."""

import csv
import datetime as dt
import io
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from commongoal.access.engine.permissions import Role, Viewer, relations_allowing
from commongoal.access.models import Action, Organisation, Programme, User
from commongoal.jobs.valuing import work_on
from commongoal.pathway.actions import appointments, assessing, groups, planning, working
from commongoal.pathway.actions.closing import close_case
from commongoal.pathway.actions.goals import add_goal, add_task
from commongoal.pathway.actions.snapshots import take_snapshot
from commongoal.pathway.actions.spending import record_cost
from commongoal.pathway.engine.casework import CostBasis, Reminder, ReviewReason, TaskOwner
from commongoal.pathway.engine.costs import CostDetails
from commongoal.pathway.engine.plan import NewTask, Owner
from commongoal.pathway.models import Appointment, Assessment, Checkpoint, Group
from commongoal.pathway.queries.plan import plan_of
from commongoal.pathway.queries.reminders import OVER, UNSAFE, reminder_of
from commongoal.people.actions.documents import add_document
from commongoal.people.actions.merging import merge_people
from commongoal.people.engine.vocabulary import DataClass, DocumentKind, GivenHow
from commongoal.people.models import Holding, Need, Person
from commongoal.valuation.actions.runs import ask_run
from commongoal.valuation.models import Run
from commongoal.web.routes import ROUTES
from tests.platform.deeds_meeting import PDF, a_slot, booked, helped
from tests.platform.moved import SINCE, begun, move, programme, supported
from tests.platform.test_holes import agreed
from tests.platform.test_working import a_job
from tests.platform.world import AT, World, make_person, make_worker, now, put_in_force

SignIn = Callable[[Viewer], Client]
NOT = lambda *kinds: tuple(kind for kind in DataClass if kind not in kinds)  # noqa: E731 - all but these


def text(answer: HttpResponse) -> str:
    """What a page or a PDF says."""
    body = b"".join(answer) if answer.streaming else answer.content
    if answer["Content-Type"] == "application/pdf":
        import pypdf

        return " ".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(body)).pages)
    return " ".join(body.decode().split())


def seen(client: Client, name: str, *ids: int) -> str:
    answer = client.get(reverse(name, args=ids))
    assert answer.status_code == 200, (name, answer.status_code)
    return text(answer)


# --- classes of data that were not agreed


@pytest.fixture
def moved_against_the_readings(world: World) -> int:
    """Rosa, who was moved along although her assessment did not show it."""
    person, by = begun(world), world.viewer()
    move(world, person, "engaged", 60)
    move(world, person, "barriers_removed", 50, why="I saw it")
    given = {"levels": {"skills": 2, "money": 1}, "notes": {"money": "Owes rent"}, "token": "one"}
    assessing.record_assessment(by=by, at=AT, person=person, programme=programme(world), on=AT.date(), **given)
    move(world, person, "skilled", why="She says two, and I saw five", evidence="Certificate")
    return person


def test_a_journey_tells_the_readings_to_whoever_may_see_assessments_alone(
    world: World, signed_in: SignIn, moved_against_the_readings: int
) -> None:
    person = moved_against_the_readings
    agreed(world, person, "charity", *NOT(DataClass.ASSESSMENT))
    agreed(world, person, "provider", *DataClass)
    for organisation, told in (("charity", False), ("provider", True), ("council", True)):
        page = seen(signed_in(world.viewer(organisation)), "journey", person)
        assert "Certificate" in page
        assert ("What was recorded did not support it" in page) is told, organisation
        assert ("She says two" in page) is told, organisation


def test_what_was_asked_at_the_beginning_is_told_to_whoever_may_see_answers_alone(
    world: World, signed_in: SignIn, moved_against_the_readings: int
) -> None:
    person = moved_against_the_readings
    agreed(world, person, "charity", DataClass.PROGRESS)
    agreed(world, person, "provider", DataClass.PROGRESS, DataClass.ELIGIBILITY)
    assert "Asked when they began" not in seen(signed_in(world.viewer("charity")), "journey", person)
    assert "Asked when they began" in seen(signed_in(world.viewer("provider")), "journey", person)


def test_a_plan_names_nobody_whose_name_was_not_agreed(world: World, signed_in: SignIn) -> None:
    person, by, at = make_person(world), world.viewer(), now()
    plan = planning.begin_plan(by=by, at=at, person=person, programme=programme(world))
    add_goal(by=by, at=at, person=person, plan=plan, words="A settled home")
    found = plan_of(person, by).value.plan
    assert found is not None
    given = {"agreed_by": "Rosa Marden", "agreed_on": timezone.localdate(at), "given_how": GivenHow.SIGNED}
    version = planning.agree_plan(by=by, at=at, person=person, plan=plan, seen=found.seen, **given)
    agreed(world, person, "charity", DataClass.PLAN)
    agreed(world, person, "provider", DataClass.PLAN, DataClass.IDENTITY)
    pages = (("plan", person), ("plan_one", person, plan), ("plan_version", person, version),
             ("plan_pdf", person, plan), ("plan_version_pdf", person, version))  # fmt: skip
    for organisation, told in (("charity", False), ("provider", True)):
        client = signed_in(world.viewer(organisation))
        for name, *ids in pages:
            page = seen(client, name, *ids)
            assert ("Rosa" in page) is told, (organisation, name)
            assert "settled home" in page or "Version 1" in page, (organisation, name)


def test_how_somebody_likes_to_be_reached_is_told_to_whoever_asks_them_alone(world: World, signed_in: SignIn) -> None:
    put_in_force(world)
    person = make_person(world, contact_by="text")
    given = {"person": person, "programme": programme(world), "details": a_job()}
    working.record_job(by=world.viewer(), at=AT, **given)
    agreed(world, person, "charity", DataClass.PROGRESS)
    assert "by text" in seen(signed_in(world.viewer()), "jobs", person)
    page = seen(signed_in(world.viewer("charity")), "jobs", person)
    assert "weeks in work" in page
    assert "by text" not in page


def test_a_worker_whose_help_ended_is_told_no_name_that_was_not_agreed(world: World, signed_in: SignIn) -> None:
    """A referral that is closed ends what its receiver holds; who was the named worker there stays so."""
    person, other = (make_person(world, "provider", last_name=name) for name in ("Marden", "Seaton"))
    by = world.viewer("charity", Role.MANAGER)
    for each, *kinds in ((person, DataClass.PROGRESS), (other, DataClass.PROGRESS, DataClass.IDENTITY)):
        agreed(world, each, "charity", *kinds)
        make_worker(each, by, AT - dt.timedelta(days=100))
    client = signed_in(by)
    for address in ("today", "send_referrals"):
        for query in ({}, {"whose": "team"}):
            page = text(client.get(reverse(address), query))
            assert "Seaton" in page, address
            assert "Marden" not in page, address


# --- files that somebody sends, and files that are kept


def test_a_snapshot_is_read_by_the_site_alone(world: World, settings: Any, tmp_path: Path) -> None:
    """It tells of people one by one, if not by name; other accounts of the machine have no business with it."""
    settings.SNAPSHOTS = tmp_path / "kept" / "snapshots"
    before = os.umask(0o022)
    try:
        begun(world)
        take_snapshot(by=world.viewer(role=Role.ANALYST), at=AT, programme=programme(world))
    finally:
        os.umask(before)
    assert settings.SNAPSHOTS.stat().st_mode & 0o077 == 0


# --- what reaches somebody else


def test_a_need_of_safe_contact_that_came_with_a_merge_stops_a_reminder(world: World) -> None:
    """Whoever booked could not know of it: it stood on the other record, and for longer than the appointment."""
    person, twin = helped(world), make_person(world, last_name="Mardon")
    Need.objects.create(person_id=twin, kind="safe contact", detail="He reads her phone", since_on=dt.date(2025, 1, 1))
    appointment = booked(world, person, reminder=Reminder.TEXT)
    assert reminder_of(appointment).fault == ""
    at = AT + dt.timedelta(days=1)
    merge_people(kept=person, gone=twin, by=world.viewer(role=Role.MANAGER), at=at, take=(), versions=(1, 1))
    assert reminder_of(appointment).fault == UNSAFE


def test_whoever_no_longer_works_with_somebody_writes_to_them_no_more(world: World) -> None:
    person = helped(world)
    appointment = booked(world, person, reminder=Reminder.EMAIL)
    assert reminder_of(appointment).fault == ""
    Holding.objects.filter(person_id=person).update(until_at=AT)
    assert reminder_of(appointment).fault == OVER


def test_a_case_that_closes_leaves_nothing_booked(world: World) -> None:
    person = helped(world)
    appointment = booked(world, person, reminder=Reminder.EMAIL)
    close_case(by=world.viewer(), at=AT, person=person, why="Something that few should read")
    row = Appointment.objects.get(pk=appointment)
    assert (row.status, row.why) == ("cancelled", "The case was closed")


# --- what was typed stays text

MARK = "<zz1 onload='x'>\"&quot;{{ 7|add:7 }}</script>"
FORMULA = "=HYPERLINK(0)"


def mark(kind: str) -> str:
    """Mark-up that says of which class of data it is."""
    return f"{MARK}zz-{kind}"


@pytest.fixture
def typed(world: World, settings: Any, tmp_path: Path) -> dict[str, int]:
    """A person about whom every text is mark-up, by the council's manager: the ids that addresses are about."""
    settings.DOCUMENTS = tmp_path
    by, at = world.viewer(role=Role.MANAGER), now()
    on, today = programme(world), timezone.localdate(at)
    Organisation.objects.filter(pk=by.organisation).update(name=MARK)
    User.objects.filter(pk=by.user).update(name=MARK)
    Programme.objects.filter(pk=on).update(name=MARK)
    names = {"first_name": FORMULA, "last_name": mark("identity"), "known_as": MARK, "email": "zz-contact@example.org"}
    person = begun(world, make_person(world, **names))
    make_worker(person, by, AT)
    ids = {"person": person, "programme": on}
    ids["move"] = move(world, person, "engaged", 60, by=by, evidence=mark("progress"))
    move(world, person, "barriers_removed", 50, by=by, evidence=mark("progress"))
    levels = {"levels": {"skills": 1, "money": 1}, "notes": {"money": mark("assessment")}, "token": "t"}
    ids["assessment"] = assessing.record_assessment(
        by=by, at=AT, person=person, programme=on, on=AT.date(), **levels
    )  # fmt: skip
    move(world, person, "skilled", by=by, evidence=mark("progress"), why=mark("assessment"))
    ids["support"] = supported(world, person, by=by, contract=mark("progress"))
    ids["plan"] = planning.begin_plan(by=by, at=at, person=person, programme=on)
    ids["goal"] = add_goal(by=by, at=at, person=person, plan=ids["plan"], words=mark("plan"), area="money")
    task = NewTask(mark("plan"), Owner(TaskOwner.WORKER, by.membership), today)
    ids["task"] = add_task(by=by, at=at, person=person, goal=ids["goal"], task=task)
    found = plan_of(person, by).value.plan
    assert found is not None
    given = {"agreed_by": mark("identity"), "agreed_on": today, "given_how": GivenHow.SIGNED, "seen": found.seen}
    ids["plan version"] = planning.agree_plan(by=by, at=at, person=person, plan=ids["plan"], **given)
    planning.review_plan(by=by, at=at, person=person, plan=ids["plan"], reason=ReviewReason.DUE, note=mark("plan"))
    details = a_job(
        employer=mark("progress"),
        occupation=mark("progress"),
        evidence=mark("progress"),
        pay_pence=100,
        below_minimum_why=mark("progress"),
    )
    ids["job"] = working.record_job(by=by, at=at, person=person, programme=on, details=details)
    ids["checkpoint"] = Checkpoint.objects.order_by("pk")[0].pk
    file = {"kind": DocumentKind.LETTER, "title": mark("notes"), "file_name": f"{MARK}.pdf", "content": PDF}
    ids["document"] = add_document(by=by, at=at, person=person, folder=tmp_path, **file)
    slot = a_slot(at + dt.timedelta(days=2), place=mark("progress"), about=mark("progress"))
    ids["appointment"] = appointments.book_appointment(
        by=by, at=at, person=person, membership=by.membership, slot=slot, reminder=Reminder.EMAIL
    )
    texts = {"programme": on, "intervention": "advice", "name": MARK, "place": MARK}
    ids["group"] = groups.add_group(by=by, at=at, **texts)
    groups.join_group(by=by, at=at, group=ids["group"], people=[person], from_on=AT.date())
    (ids["session"],) = groups.plan_sessions(
        by=by, at=at, group=ids["group"], starts=[at - dt.timedelta(days=1)], minutes=60, place=MARK
    )
    ids["group member"] = person
    cost = CostDetails("council", "", SINCE, SINCE + dt.timedelta(days=9), 100, "council", CostBasis.CASH, MARK)
    ids["cost"] = record_cost(by=by, at=at, programme=on, details=cost)
    return ids


def answers(by: Viewer, client: Client, ids: dict[str, int], *verbs: str) -> Iterator[tuple[str, HttpResponse]]:
    """What every page (of these verbs) answers that the viewer's role has, as far as there are ids for its address."""
    for route in (each for each in ROUTES if not each.public and relations_allowing(by.role, each.verb)):
        if set(route.about) <= ids.keys() and (not verbs or route.verb in verbs):
            yield route.name, client.get(reverse(route.name, args=[ids[kind] for kind in route.about]))


def test_what_was_typed_is_never_mark_up(world: World, signed_in: SignIn, typed: dict[str, int]) -> None:
    by, told = world.viewer(role=Role.MANAGER), 0
    actions = Action.objects.count()
    for name, answer in answers(by, signed_in(by), typed):
        assert "no-store" in answer["Cache-Control"], name
        assert Action.objects.count() == actions, f"to look at {name} changed something"
        if not answer["Content-Type"].startswith("text/html"):
            assert answer["Content-Disposition"].startswith("attachment; filename"), name
            assert answer["X-Content-Type-Options"] == "nosniff", name
            continue
        page = answer.content.decode()
        assert "<zz1" not in page, name
        assert "&lt;zz1 onload='x'" not in page, name  # as an attribute would let it end
        assert "14&lt;/script" not in page, name
        told += "&lt;zz1" in page
    assert told > 40


def test_a_caseload_in_a_spreadsheet_runs_nothing(world: World, signed_in: SignIn, typed: dict[str, int]) -> None:
    client = signed_in(world.viewer(role=Role.MANAGER))
    for row in csv.reader(io.StringIO(client.get(reverse("caseload_csv")).content.decode("utf-8-sig"))):
        assert not any(cell.startswith(("=", "+", "-", "@")) for cell in row), row
    book = load_workbook(io.BytesIO(client.get(reverse("caseload_xlsx")).content))
    cells = [cell for row in book.active.iter_rows() for cell in row]
    assert any(str(cell.value).startswith(FORMULA) for cell in cells)
    assert {cell.data_type for cell in cells} <= {"s", "n", "d"}
    assert not any(cell.hyperlink for cell in cells)


# --- what somebody sends


def workbook_that_says(cells: str) -> bytes:
    """A workbook of one sheet, as small as it can be."""
    content, kinds = io.BytesIO(), "http://schemas.openxmlformats.org"
    related = f"{kinds}/officeDocument/2006/relationships"
    with ZipFile(content, "w") as packed:
        types = f'<Types xmlns="{kinds}/package/2006/content-types"></Types>'
        packed.writestr("[Content_Types].xml", types)
        relation = (
            '<Relationships xmlns="{0}/package/2006/relationships">'
            '<Relationship Id="a" Type="{1}/{2}" Target="{3}"/></Relationships>'
        )
        packed.writestr("_rels/.rels", relation.format(kinds, related, "officeDocument", "xl/workbook.xml"))
        packed.writestr("xl/_rels/workbook.xml.rels", relation.format(kinds, related, "worksheet", "sheet.xml"))
        main = f'xmlns="{kinds}/spreadsheetml/2006/main" xmlns:r="{related}"'
        sheets = f'<workbook {main}><sheets><sheet name="costs" sheetId="1" r:id="a"/></sheets></workbook>'
        packed.writestr("xl/workbook.xml", sheets)
        packed.writestr("xl/sheet.xml", f"<worksheet {main}><sheetData>{cells}</sheetData></worksheet>")
    return content.getvalue()


def test_a_workbook_that_fills_the_memory_stops_nobody_elses_work(world: World, signed_in: SignIn) -> None:
    """A kilobyte says that it has seventeen thousand million cells; the process that answers pages lives on."""
    put_in_force(world)
    client = signed_in(world.viewer(role=Role.FINANCE))
    far = '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
    for content, fault in ((workbook_that_says(far), "a file that can be read"),
                           (workbook_that_says('<row r="1"><c r="A1"><v>1</v></c></row>'), "column")):  # fmt: skip
        file = SimpleUploadedFile("costs.xlsx", content)
        answer = client.post(reverse("import_costs"), {"file": file, "source": "Accounts", "faults": "refuse"})
        assert answer.status_code == 422
        assert fault in text(answer)


def test_a_pathway_file_is_read_or_refused_at_once(world: World, signed_in: SignIn) -> None:
    """A key of a hundred thousand parts takes minutes to read, and a file of a hundred thousand faults to show."""
    put_in_force(world)
    client, address = signed_in(world.viewer(role=Role.ANALYST)), reverse("change_pathway", args=[programme(world)])
    for content in (".".join(["a"] * 100_000) + " = 1", "[[areas]]\n" * 25_000):
        file = SimpleUploadedFile("pathway.toml", content.encode())
        answer = client.post(address, {"file": file})
        assert answer.status_code == 422
        assert len(answer.content) < 500_000


def test_an_address_asks_for_no_number_that_there_cannot_be(world: World, signed_in: SignIn) -> None:
    put_in_force(world)
    client, person = signed_in(world.viewer(role=Role.MANAGER)), make_person(world)
    for number in ("0" * 19 + "1" + "9" * 20, "9" * 5000, "٣", "²", "-1", "\x00"):
        for name, ids, asked in (("caseload", (), "whose"), ("caseload_csv", (), "programme"),
                                 ("assessments", (person,), "programme"), ("today", (), "page")):  # fmt: skip
            assert client.get(reverse(name, args=ids), {asked: number}).status_code == 200, (name, number)


def test_a_form_asks_for_no_number_that_there_cannot_be(world: World, signed_in: SignIn, typed: dict[str, int]) -> None:
    client = signed_in(world.viewer(role=Role.MANAGER))
    for number in ("0" * 19 + "1" + "9" * 20, "9" * 5000, str(2**63), "²", "1e400", "NaN", "\x00"):
        for name, about, asked in (("join_group", ("group",), "reference"), ("record_job", ("person",), "programme"),
                                   ("task_service", ("person", "task"), "text")):  # fmt: skip
            answer = client.post(reverse(name, args=[typed[kind] for kind in about]), {asked: number, "look": "yes"})
            assert answer.status_code == 200, (name, number)


def test_a_form_sent_twice_or_to_another_address_does_nothing_twice(
    world: World, signed_in: SignIn, typed: dict[str, int]
) -> None:
    client, on = signed_in(world.viewer(role=Role.MANAGER)), typed["programme"]
    asked = {"name": "Money club", "support": f"{on} advice", "place": "Hub"}
    for _ in range(2):
        answer = client.post(reverse("add_group"), asked)
    assert "You have this group already" in text(answer)
    assert Group.objects.filter(name="Money club").count() == 1
    day = timezone.localdate()
    done = {"on": day.isoformat(), "together": "yes", "level_money": "2", "token": "one"}
    for person in (typed["person"], make_person(world), typed["person"]):
        assert client.post(reverse("assess_on", args=[person, on]), done).status_code == 302
    assert Assessment.objects.filter(on=day).count() == 2


def test_a_valuation_that_failed_does_not_say_where_files_are_kept(world: World, settings: Any, tmp_path: Path) -> None:
    settings.SNAPSHOTS = tmp_path / "snapshots"
    by, on = world.viewer(role=Role.ANALYST), programme(world)
    begun(world)
    run = ask_run(by=by, at=AT, snapshot=take_snapshot(by=by, at=AT, programme=on))
    assert not work_on(run, AT)
    fault = Run.objects.get(pk=run).fault
    assert "programme.toml" in fault  # a file that is enough for casework, and not for valuing
    assert str(tmp_path) not in fault


# --- records that are out of reach


@pytest.mark.parametrize("how", ["restricted", "ended", "merged away"])
def test_a_record_out_of_reach_is_named_nowhere(
    world: World, signed_in: SignIn, typed: dict[str, int], how: str
) -> None:
    """Its worker, who booked its appointments, runs its group and does its tasks, is told no name any more."""
    by, person = world.viewer(role=Role.MANAGER), typed["person"]
    client = signed_in(by)
    before = [name for name, answer in answers(by, client, typed) if FORMULA in whole(answer)]
    assert {"today", "caseload", "caseload_csv", "caseload_xlsx", "diary", "group", "group_session"} <= set(before)
    if how == "restricted":
        Person.objects.filter(pk=person).update(restricted=True)
    elif how == "merged away":
        Person.objects.filter(pk=person).update(merged_into=make_person(world, last_name="Kept"))
    else:
        Holding.objects.filter(person=person).update(until_at=now() - dt.timedelta(days=1))
    for name, answer in answers(by, client, typed):
        assert FORMULA not in whole(answer), name


def whole(answer: HttpResponse) -> str:
    """As `text`, of a workbook too."""
    if not answer["Content-Type"].endswith("spreadsheetml.sheet"):
        return text(answer) if answer["Content-Type"].startswith(("text/", "application/pdf")) else ""
    rows = load_workbook(io.BytesIO(answer.content)).active.iter_rows(values_only=True)
    return " ".join(str(cell) for row in rows for cell in row)


def test_no_page_tells_of_a_class_of_data_that_was_not_shared(
    world: World, signed_in: SignIn, typed: dict[str, int]
) -> None:
    """The charity may know all about Rosa but one class, and is looked for on every page that it may open."""
    by, person, told = world.viewer("charity"), typed["person"], set()
    client = signed_in(by)
    Need.objects.create(person_id=person, kind="other", detail="zz-needs", since_on=dt.date(2026, 1, 5))
    for kind in DataClass:
        Holding.objects.filter(person=person, organisation=by.organisation).delete()
        agreed(world, person, "charity", *NOT(kind))
        for name, answer in answers(by, client, typed, "read person", "finish task"):
            page = whole(answer).replace(" ", "") if answer.status_code == 200 else ""
            assert f"zz-{kind.value}" not in page, name
            told |= {each for each in DataClass if f"zz-{each.value}" in page}
    assert told >= set(NOT(DataClass.CONTACT, DataClass.FAMILY, DataClass.ELIGIBILITY))

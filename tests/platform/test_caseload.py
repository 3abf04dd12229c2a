"""A caseload: who is on it, in which order, what is said of each, and its price among many."""

import csv
import datetime as dt
import io
from collections.abc import Callable
from time import process_time

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from commongoal.access.engine.permissions import Role, Viewer
from commongoal.access.engine.refusals import NotAllowed
from commongoal.access.models import Programme
from commongoal.pathway.engine.case_lines import NO_STAGE, CaseLine, Caseload, Chosen, Sort, Whose
from commongoal.pathway.models import Appointment, Checkpoint, Job, Journey, Participation, Plan
from commongoal.pathway.queries.case_lines import caseload, whole_caseload
from commongoal.people.actions.notes import correct_note, write_note
from commongoal.people.engine.vocabulary import NoteKind
from commongoal.people.models import Holding, NamedStaff, Note, Person, Worker
from tests.platform.world import AT, FORTNIGHT, PATHWAY, World, later, make_person, make_worker, put_in_force

NOW = later(30)  # 1 April 2026
ON = NOW.date()
MINE = Chosen()


def shown(viewer: Viewer, chosen: Chosen = MINE, page: int = 1, at: dt.datetime = NOW) -> Caseload:
    return caseload(viewer, chosen, at, page).value


def names(viewer: Viewer, chosen: Chosen = MINE, page: int = 1) -> list[str]:
    return [line.name for line in shown(viewer, chosen, page).part.rows]


def helped(world: World, of: Viewer, first: str, last: str = "Marden", heard: int | None = None) -> int:
    """A person whose named worker somebody has been for 30 days, with contact so many days ago."""
    person = make_person(world, first_name=first, last_name=last)
    make_worker(person, of, AT)
    if heard is not None:
        day = ON - dt.timedelta(days=heard)
        write_note(by=of, at=NOW, person=person, kind=NoteKind.CONTACT, text="Spoke", on=day)
    return person


def line(viewer: Viewer, person: int) -> CaseLine:
    (found,) = (each for each in shown(viewer).part.rows if each.person == person)
    return found


def book(person: int, of: Viewer, at: dt.datetime, status: str = "booked") -> None:
    Appointment.objects.create(
        person_id=person, organisation_id=of.organisation, membership_id=of.membership, starts_at=at, minutes=30,
        mode="telephone", status=status, reminder="none", booked_at=AT,
    )  # fmt: skip


def journey(world: World, person: int, stage: str) -> None:
    Journey.objects.create(person_id=person, programme=world.programme, stage=stage, begun_on=ON, since_on=ON)


def take_part(world: World, person: int, programme: Programme | None = None) -> None:
    Participation.objects.create(
        person_id=person, programme=programme or world.programme, organisation=world.organisations["council"],
        started_on=AT.date(),
    )  # fmt: skip


def test_the_longest_without_contact_come_first_and_are_counted(world: World) -> None:
    here = world.viewer()
    helped(world, here, "Ann", heard=3)
    helped(world, here, "Ben", heard=29)
    helped(world, here, "Cal")  # never: since the worker's first day, 30 days ago
    helped(world, here, "Dee", heard=28)
    assert names(here) == ["Cal Marden", "Ben Marden", "Dee Marden", "Ann Marden"]
    found = shown(here)
    assert (found.count, found.quiet, found.gaps.common) == (4, 2, 28)
    assert names(here, Chosen(quiet=True)) == ["Cal Marden", "Ben Marden"]
    told = [next(each.to_do(ON)) for each in found.part.rows]
    assert told == ["No contact yet, after 30 days", "No contact for 29 days"] + ["Book an appointment"] * 2
    assert names(here, Chosen(down=True))[0] == "Ann Marden"


def test_a_corrected_contact_does_not_count(world: World) -> None:
    here, person = world.viewer(), make_person(world)
    Holding.objects.filter(person=person).update(organisation=world.organisations["council"])
    contact = write_note(by=here, at=NOW, person=person, kind=NoteKind.CONTACT, text="t", on=ON)
    correct_note(by=here, at=NOW, person=person, note=contact, text="t", on=ON - dt.timedelta(days=9))
    manager = world.viewer("council", Role.MANAGER)
    (found,) = shown(manager, Chosen(whose=Whose.TEAM)).part.rows
    assert (found.worker, found.quiet_days) == ("", 9)
    assert list(found.to_do(ON)) == ["Give them a named worker", "Book an appointment"]


def test_whose_people(world: World) -> None:
    here, other, manager = world.viewer(), world.another(), world.viewer("council", Role.MANAGER)
    mine, theirs, nobodys = helped(world, here, "Ann"), helped(world, other, "Ben"), make_person(world)
    left = helped(world, here, "Left")
    Worker.objects.filter(person=left).update(helping=False)
    helped(world, world.viewer("provider"), "Elsewhere")  # the council holds them, the provider's is the worker
    helped_there = make_person(world, organisation="provider", first_name="Zed")
    make_worker(helped_there, world.viewer("provider"), AT)
    team = Chosen(whose=Whose.TEAM)
    assert names(here) == ["Ann Marden"]
    assert names(here, team) == ["Ann Marden"]  # a key worker has their own alone
    assert names(here, Chosen(worker=other.membership)) == ["Ann Marden"]
    assert names(manager) == []
    assert set(names(manager, team)) == {"Ann Marden", "Ben Marden", "Rosa Marden", "Elsewhere Marden"}
    assert set(names(manager, Chosen(whose=Whose.NOBODY))) == {"Rosa Marden", "Elsewhere Marden"}
    assert names(manager, Chosen(whose=Whose.TEAM, worker=other.membership)) == ["Ben Marden"]
    outside = world.viewer("provider").membership
    assert names(manager, Chosen(whose=Whose.TEAM, worker=outside)) == []
    assert "Left Marden" in names(here, Chosen(ended=True))
    assert "Left Marden" in names(manager, Chosen(whose=Whose.TEAM, ended=True))
    assert caseload(manager, team, NOW).listed
    assert {mine, theirs, nobodys} <= set(caseload(manager, team, NOW).listed)
    with pytest.raises(NotAllowed):
        caseload(world.viewer("council", Role.FINANCE), Chosen(), NOW)


def test_restricted_and_merged_records_are_for_no_list(world: World) -> None:
    here, manager = world.viewer(), world.viewer("council", Role.MANAGER)
    person = helped(world, here, "Ann")
    Person.objects.filter(pk=person).update(restricted=True)
    assert names(here) == []
    NamedStaff.objects.create(person_id=person, membership_id=here.membership, since_at=AT)
    assert names(here) == ["Ann Marden"]
    assert names(manager, Chosen(whose=Whose.TEAM)) == []
    kept = helped(world, here, "Ben")
    Person.objects.filter(pk=person).update(merged_into=kept)
    assert names(here) == ["Ben Marden"]
    Holding.objects.filter(person=kept).update(until_at=AT)
    assert names(here) == []


def test_what_a_line_says(world: World) -> None:
    put_in_force(world)
    here, person = world.viewer(), None
    person = helped(world, here, "Ann", heard=1)
    take_part(world, person)
    Programme.objects.update(until_on=ON + dt.timedelta(days=11))
    journey(world, person, "engaged")
    book(person, here, NOW + dt.timedelta(days=2))
    book(person, here, NOW + dt.timedelta(days=1))
    book(person, here, NOW - dt.timedelta(days=1))
    book(person, here, NOW + dt.timedelta(hours=1), "cancelled")
    council = world.organisations["council"]
    Plan.objects.create(
        person_id=person, programme=world.programme, organisation=council, made_on=ON,
        review_on=ON - dt.timedelta(days=1),
    )  # fmt: skip
    found = line(here, person)
    (stage,) = found.stages
    assert (stage.name, stage.since_on, stage.programme) == ("Engaged", ON, "Together into work")
    assert found.next_at == NOW + dt.timedelta(days=1)
    assert found.days_left(ON) == 10
    assert found.review_on == ON - dt.timedelta(days=1)
    assert list(found.to_do(ON)) == ["Review the plan, due 31 March 2026"]


def test_filters_and_columns(world: World) -> None:
    put_in_force(world)
    here = world.viewer()
    ann, ben, _ = (helped(world, here, first, last) for first, last in
                     (("Ann", "Smith"), ("Ben", "Jones"), ("Cal", "Adams")))  # fmt: skip
    journey(world, ann, "in_work")
    journey(world, ben, "engaged")
    take_part(world, ann)
    take_part(world, ben)
    council = world.organisations["council"]
    for person, days in ((ann, 4), (ben, -4)):
        Plan.objects.create(
            person_id=person, programme=world.programme, organisation=council, made_on=ON,
            review_on=ON + dt.timedelta(days=days),
        )  # fmt: skip
    book(ben, here, NOW + dt.timedelta(days=2))
    job = Job.objects.create(
        person_id=ann, programme=world.programme, organisation=council, membership_id=here.membership, from_on=ON,
        weekly_hours=20, pay_pence=1200, pay_period="hour", evidence_kind="none_yet", at=AT, employer="E",
        occupation="Cook",
    )  # fmt: skip
    Checkpoint.objects.create(
        person_id=ann, programme=world.programme, organisation=council, job=job, weeks=4, due_on=ON, contact="them"
    )
    smith, jones, adams = "Ann Smith", "Ben Jones", "Cal Adams"
    assert names(here, Chosen(stage="engaged")) == [jones]
    assert names(here, Chosen(stage=NO_STAGE)) == [adams]
    assert set(names(here, Chosen(programme=world.programme.pk))) == {smith, jones}
    assert names(here, Chosen(review=True)) == [jones]
    assert set(names(here, Chosen(unbooked=True))) == {smith, adams}
    assert names(here, Chosen(checkpoint=True)) == [smith]
    assert names(here, Chosen(name="ann sm")) == [smith]
    assert names(here, Chosen(name="jo")) == [jones]
    assert names(here, Chosen(name="%")) == []
    assert names(here, Chosen(sort=Sort.NAME)) == [adams, jones, smith]
    assert names(here, Chosen(sort=Sort.STAGE)) == [jones, smith, adams]
    assert names(here, Chosen(sort=Sort.STAGE, down=True)) == [smith, jones, adams]
    assert names(here, Chosen(sort=Sort.NEXT)) == [jones, adams, smith]
    assert names(here, Chosen(sort=Sort.REVIEW)) == [jones, smith, adams]
    assert names(here, Chosen(sort=Sort.END)) == [adams, jones, smith]
    assert names(here, Chosen(sort=Sort.WORKER)) == [adams, jones, smith]


def test_the_programme_says_how_long_is_too_long(world: World) -> None:
    shorter = PATHWAY.replace("[valuation]", FORTNIGHT + "[valuation]", 1)
    put_in_force(world, shorter)
    here = world.viewer()
    on_it, on_none = helped(world, here, "Ann", heard=15), helped(world, here, "Ben", heard=15)
    take_part(world, on_it)
    found = shown(here)
    assert {each.person: each.too_quiet for each in found.part.rows} == {on_it: True, on_none: False}
    assert found.quiet == 1
    assert names(here, Chosen(quiet=True)) == ["Ann Marden"]


@pytest.fixture
def many(world: World) -> World:
    """Two thousand people of the council, every fortieth of them the key worker's, with histories."""
    put_in_force(world)
    here, other, council = world.viewer(), world.another(), world.organisations["council"]
    days = [ON - dt.timedelta(days=number % 60) for number in range(2000)]
    people = Person.objects.bulk_create(
        Person(first_name=f"Ann{number}", last_name=f"Smith{number % 97}", added_by=council, added_at=AT)
        for number in range(2000)
    )
    Holding.objects.bulk_create(
        Holding(person=each, organisation=council, relation="own", why="test", since_at=AT) for each in people
    )
    Worker.objects.bulk_create(
        Worker(
            person=each, membership_id=(other if number % 40 else here).membership, organisation=council, since_at=AT,
            last_contact_on=days[number], quiet_since=days[number],
        )
        for number, each in enumerate(people)
    )  # fmt: skip
    Note.objects.bulk_create(
        Note(
            person=each, membership_id=here.membership, organisation=council, kind="contact", text="t",
            on=days[number], written_at=AT,
        )
        for number, each in enumerate(people)
    )  # fmt: skip
    Journey.objects.bulk_create(
        Journey(person=each, programme=world.programme, stage="engaged", begun_on=ON, since_on=ON) for each in people
    )
    Participation.objects.bulk_create(
        Participation(person=each, programme=world.programme, organisation=council, started_on=ON) for each in people
    )
    Plan.objects.bulk_create(
        Plan(person=each, programme=world.programme, organisation=council, made_on=ON, review_on=days[number])
        for number, each in enumerate(people)
    )
    Appointment.objects.bulk_create(
        Appointment(
            person=each, organisation=council, membership_id=here.membership, minutes=30,
            starts_at=NOW + dt.timedelta(hours=number), mode="telephone", reminder="none", booked_at=AT,
        )
        for number, each in enumerate(people)
    )  # fmt: skip
    return world


def test_three_queries_whatever_is_asked(many: World) -> None:
    here, manager = many.viewer(), many.viewer("council", Role.MANAGER)
    shown(here)  # the pathway's file is read once
    everything = Chosen(whose=Whose.TEAM, review=True, quiet=True, stage="engaged", sort=Sort.NEXT)
    for viewer, chosen, count in ((here, Chosen(), 50), (manager, Chosen(whose=Whose.TEAM), 2000),
                                  (manager, everything, None)):  # fmt: skip
        with CaptureQueriesContext(connection) as seen:
            found = caseload(viewer, chosen, NOW, 2).value
        assert len(seen) == 3
        assert found.part.more or count == 50
        assert count in (None, found.count)
        assert len(found.part.rows) == 25
    assert len(whole_caseload(manager, Chosen(whose=Whose.TEAM), NOW).value.part.rows) == 2000


def test_no_table_is_read_whole(many: World) -> None:
    for viewer, chosen in ((many.viewer(), Chosen()), (many.viewer("council", Role.MANAGER), Chosen(whose=Whose.TEAM))):
        for sort in Sort:
            asked = Chosen(whose=chosen.whose, sort=sort, review=True, unbooked=True, checkpoint=True, stage="engaged")
            with CaptureQueriesContext(connection) as seen:
                caseload(viewer, asked, NOW)
            for query in seen.captured_queries[1:]:
                steps = plan_of(query["sql"])
                read = [step for step in steps if ("SCAN" in step or "Seq Scan on" in step) and "VIRTUAL" not in step]
                tables = [step for step in read if any(name in step for name in TABLES)]
                assert tables == [], (asked, steps)


def plan_of(sql: str) -> list[str]:
    """The steps of a query; PostgreSQL, which reads a small table whole for choice, is asked how it does without."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("EXPLAIN QUERY PLAN " + sql.replace("%", "%%"))
            return [row[3] for row in cursor.fetchall() if row[3].startswith("SCAN")]
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("EXPLAIN " + sql.replace("%", "%%"))
        return [row[0] for row in cursor.fetchall()]


def test_the_page_costs_no_more_than_a_dozen_queries(many: World, signed_in: Callable[[Viewer], Client]) -> None:
    client = signed_in(many.viewer("council", Role.MANAGER))
    client.get("/caseload/")
    for address in ("/caseload/?whose=team", "/caseload/?whose=team&sort=-next&quiet=on&page=3"):
        with CaptureQueriesContext(connection) as seen:
            answer = client.get(address)
        assert answer.status_code == 200
        assert len(seen) <= 12, "\n".join(query["sql"][:150] for query in seen.captured_queries)
    found = signed_in(many.viewer()).get("/caseload/").content.decode()
    assert "50 people on your caseload, 50 without contact for more than 28 days" in found


TABLES = ("people_", "pathway_", "U0", "U1", "V0")


@pytest.mark.parametrize(
    ("came_from", "leads_to"),
    [
        ("", "/caseload/#"),
        ("sort=-name&page=3&unbooked=on", "/caseload/?unbooked=on&amp;sort=-name&amp;page=3#"),
        ("https://elsewhere.example/", "/caseload/#"),
        ("//elsewhere.example/?page=2", "/caseload/#"),
        ("javascript:alert(1)", "/caseload/#"),
        ("page=-1&sort=password&stage=<b>&programme=x&whose=99999999999999999999999", "/caseload/#"),
    ],
)
def test_the_way_back_leads_to_the_caseload_alone(
    world: World, signed_in: Callable[[Viewer], Client], came_from: str, leads_to: str
) -> None:
    person = helped(world, world.viewer(), "Ann")
    client = signed_in(world.viewer())
    assert "Back to caseload" not in client.get(f"/people/{person}/").content.decode()
    page = client.get(f"/people/{person}/", {"from": came_from}).content.decode()
    assert f'<a href="{leads_to}person-{person}" class="govuk-back-link">Back to caseload</a>' in page
    assert leads_to in client.get(f"/people/{person}/").content.decode()  # and after something was done on it
    other = helped(world, world.viewer(), "Ben")
    assert "Back to caseload" not in client.get(f"/people/{other}/").content.decode()


def test_what_a_spreadsheet_would_run_is_text_in_both_files(
    world: World, signed_in: Callable[[Viewer], Client]
) -> None:
    from openpyxl import load_workbook

    evil = ("=cmd|' /C calc'!A0", "+1+cmd", "-2+3", "@SUM(1)", "\t=1+1", "＝1+1", "http://x.example/?=")
    for name in evil:
        helped(world, world.viewer(), name)
    client = signed_in(world.viewer())
    rows = list(csv.DictReader(io.StringIO(client.get("/caseload/csv/").content.decode("utf-8-sig"))))
    assert {row["Name"] for row in rows} == {f"'{name} Marden" for name in evil[:-1]} | {f"{evil[-1]} Marden"}
    sheet = load_workbook(io.BytesIO(client.get("/caseload/xlsx/").content)).active
    cells = [cell for row in sheet.iter_rows(min_row=2) for cell in row]
    assert {cell.value for cell in cells if cell.column == 2} >= {f"{name} Marden" for name in evil if name[0] != "\t"}
    assert {cell.data_type for cell in cells} <= {"s", "n", "d"}  # never a formula
    assert [cell for cell in cells if cell.hyperlink] == []


def test_two_thousand_people_are_exported_quickly(many: World, signed_in: Callable[[Viewer], Client]) -> None:
    client = signed_in(many.viewer("council", Role.MANAGER))
    for kind, longest in (("csv", 4), ("xlsx", 8)):  # seconds of this process; a tenth of it on a quiet machine
        began = process_time()
        assert client.get(f"/caseload/{kind}/?whose=team").status_code == 200
        assert process_time() - began < longest
    found = client.get("/caseload/csv/?whose=team").content.decode("utf-8-sig")
    assert len(list(csv.reader(io.StringIO(found)))) == 2001


def test_whoever_was_quiet_longest_is_hidden_by_nothing_on_the_first_page(world: World) -> None:
    here = world.viewer()
    people = [helped(world, here, f"Ann{number}", heard=number) for number in range(60)]
    late = [person for number, person in enumerate(people) if number > 28]
    found = shown(here)
    assert found.quiet == len(late)
    assert [line.person for line in found.part.rows] == people[:-26:-1]  # the longest first, whatever their number
    assert all(line.too_quiet for line in found.part.rows)

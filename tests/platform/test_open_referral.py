"""Open Referral UK: taken in without duplicates, its real defects told, and written again."""

import io
import json
import re
from collections import Counter
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.test import Client

from commongoal.access.engine.permissions import Role, Viewer
from commongoal.access.engine.refusals import NotAllowed
from commongoal.access.models import Action, User
from commongoal.directory.actions.services import NotOurs, SourceUnnamed, import_services, mark_checked, save_service
from commongoal.directory.engine.entries import ServiceEntry
from commongoal.directory.engine.open_referral import service_file
from commongoal.directory.engine.open_referral_out import page_document, service_document
from commongoal.directory.engine.shown_services import Search
from commongoal.directory.models import Location, Provider, Service, Term
from commongoal.directory.queries.entries import services_to_export
from commongoal.directory.queries.services import service, services_offered
from commongoal.kernel.errors import BadInput
from commongoal.places.engine.rows import Imported
from tests.platform.world import World, now

ONE = "ac148810-d857-441c-9679-408f346de14b"
TWO = "42d3fa20-b36d-4822-b5dc-68029911caaf"
PROVIDER = "d9d5e0f5-d3ce-4f73-9a2f-4dd0ecc6c610"


def record(id_: str = ONE, name: str = "Money advice", **values: Any) -> dict[str, Any]:
    organization = {"id": PROVIDER, "name": "The charity", "description": ""}
    given = {"description": "Help with debt", "status": "active", "organization": organization, **values}
    return {"id": id_, "name": name, **given}


def as_bytes(*records: Any) -> bytes:
    return json.dumps(list(records)).encode()


def take_in(world: World, text: bytes, keep_good: bool = False, source: str = "Bristol") -> Imported:
    by = world.viewer(role=Role.ADMINISTRATOR)
    return import_services(text, source=source, file="services.json", by=by, at=now(), keep_good=keep_good)


def counts(done: Imported) -> tuple[int, int, int]:
    return done.added, done.changed, done.unchanged


def validate(shared: Path, document: dict[str, Any]) -> None:
    schema = json.loads((shared / "standards/open_referral_uk/schema/compiled/service.json").read_text("utf-8"))
    checker = jsonschema.FormatChecker(formats=("uuid", "email", "date"))
    jsonschema.Draft202012Validator(schema, format_checker=checker).validate(document)


def test_a_second_import_changes_nothing_and_a_changed_service_is_no_duplicate(world: World) -> None:
    text = as_bytes(record(), record(TWO, "A home"))
    assert counts(take_in(world, text)) == (2, 0, 0)
    assert counts(take_in(world, text)) == (0, 0, 2)
    other = as_bytes(record(description="Help with bills"), record(TWO, "A home"))
    assert counts(take_in(world, other)) == (0, 1, 1)
    assert Service.objects.count() == 2
    assert Provider.objects.count() == 1
    row = Action.objects.filter(subject="service").get()
    assert (row.before, row.after) == ({"description": "Help with debt"}, {"description": "Help with bills"})
    assert counts(take_in(world, text, source="Elsewhere")) == (2, 0, 0)


def test_a_service_gone_from_its_source_is_kept_but_not_offered_and_may_come_back(world: World) -> None:
    take_in(world, as_bytes(record(), record(TWO, "A home")))
    kept = Service.objects.get(external_id=TWO)
    mark_checked(kept.pk, by=world.viewer("charity", Role.MANAGER), at=now())
    assert counts(take_in(world, as_bytes(record()))) == (0, 1, 1)
    gone = service(world.viewer(), kept.pk, on=now().date())
    assert not gone.offered
    assert gone.gone_on is not None
    assert gone.checked_on is not None
    assert [line.name for line in services_offered(world.viewer(), Search(), on=now().date()).part.rows] == [
        "Money advice"
    ]
    assert not Term.objects.filter(service=kept).exists()
    assert counts(take_in(world, as_bytes(record(), record(TWO, "A home")))) == (0, 1, 1)
    back = service(world.viewer(), kept.pk, on=now().date())
    assert (back.offered, back.gone_on, back.checked_on) == (True, None, gone.checked_on)


def test_a_provider_that_is_a_partner_is_known_as_one(world: World) -> None:
    take_in(world, as_bytes(record()))
    (line,) = services_offered(world.viewer(), Search(text="charity"), on=now().date()).part.rows
    assert (line.provider, line.organisation) == ("The charity", world.organisations["charity"].pk)
    with pytest.raises(NotAllowed):
        mark_checked(line.id, by=world.viewer("provider", Role.MANAGER), at=now())


def test_what_a_source_says_is_not_changed_here(world: World) -> None:
    take_in(world, as_bytes(record()))
    (row,) = Service.objects.all()
    with pytest.raises((NotOurs, NotAllowed)):
        save_service(
            ServiceEntry("", "x"), (), by=world.viewer(role=Role.ADMINISTRATOR), at=now(), service=row.pk, version=1
        )


def test_faults_refuse_the_whole_or_are_left_out(world: World) -> None:
    text = as_bytes(
        record(), record(name=" "), record("7", "No id"), record(TWO, status="open"), record(ONE, "Again"), "no service"
    )
    with pytest.raises(BadInput) as refusal:
        take_in(world, text)
    faults = {(problem.row, problem.code) for problem in refusal.value.problems if problem.row}
    assert {(2, "no name"), (3, "id"), (4, "status"), (5, "twice"), (6, "not a service")} <= faults
    assert not Service.objects.exists()
    assert not Action.objects.filter(verb="import services").exists()
    done = take_in(world, text, keep_good=True)
    assert (counts(done), len(done.problems)) == ((1, 0, 0), 6)


def test_a_service_with_a_fault_stays_as_it_was(world: World) -> None:
    take_in(world, as_bytes(record(), record(TWO, "A home")))
    done = take_in(world, as_bytes(record(), record(TWO, "A home", status="gone fishing")), keep_good=True)
    assert counts(done) == (0, 0, 1)
    assert Service.objects.get(external_id=TWO).offered


@pytest.mark.parametrize("text", [b"", b"{", b"[]", b"7", b'{"contents": {}}', b"\xff\xfe", b"[" * 100_000])
def test_what_holds_no_services_is_refused(world: World, text: bytes) -> None:
    with pytest.raises(BadInput):
        take_in(world, text, keep_good=True)


def test_only_an_administrator_imports_and_names_the_source(world: World) -> None:
    for role in set(Role) - {Role.ADMINISTRATOR}:
        with pytest.raises(NotAllowed):
            import_services(as_bytes(record()), source="s", file="f", by=world.viewer(role=role), at=now())
    with pytest.raises(SourceUnnamed):
        take_in(world, as_bytes(record()), source=" ")


def test_places_come_from_degrees_or_postcodes(world: World) -> None:
    where = {"id": TWO, "location_type": "physical", "latitude": 54.908542, "longitude": -1.379728}
    text = as_bytes(record(service_at_locations=[{"id": TWO, "location": where}]))
    take_in(world, text)
    place = Location.objects.get()
    assert (place.easting, place.northing) == (439867, 557268)


def test_the_example_of_the_standard(world: World, shared: Path) -> None:
    text = (shared / "standards/open_referral_uk/example_service_full.json").read_bytes()
    found = service_file(text, "example")
    assert found.faults == ()
    (entry,) = found.entries
    assert (entry.minimum_age, entry.maximum_age, entry.fees) == (12, 100, "fees_description")
    assert entry.contacts == ("Ann Persona, Reception Manager",)
    assert entry.locations[0].city == "MyCity"
    assert {problem.code for problem in found.remarks if problem.row} == {"point", "postcode"}
    validate(shared, service_document(entry))
    assert service_file(json.dumps(service_document(entry)).encode(), "again").entries == (entry,)
    assert counts(take_in(world, text)) == (1, 0, 0)
    assert counts(take_in(world, text)) == (0, 0, 1)


# ------------------------------------------------------------------------------------- the real directory of Bristol


@cache
def bristol(shared: Path) -> bytes:
    return (shared / "data/programmes/services/Bristol_Council.json").read_bytes()


def test_the_real_defects_are_those_of_an_independent_count(shared: Path) -> None:
    records = json.loads(bristol(shared))
    found = service_file(bristol(shared), "Bristol_Council.json")
    told = Counter((problem.column.partition(" of ")[0], problem.code) for problem in found.remarks if problem.row)
    common = {(problem.column, problem.code): problem.value for problem in found.remarks if not problem.row}
    assert len(records) == 819
    assert len(found.entries) == 817
    assert {(problem.row, problem.code) for problem in found.faults} == {(1, "no name"), (811, "twice")}
    assert Counter(row["id"] for row in records).most_common(1) == [("2af617e5-4532-bebe-1036-ffdf2e93ce55", 2)]
    bare = re.compile(r"https?://[^\s/.]+(\.[^\s/.]+)+(/\S*)?")
    urls = [row["url"].strip() for row in records if row["url"].strip()]
    assert told["url", "url"] == sum(not bare.fullmatch(url) for url in urls)
    assert told["description", "no description"] == sum(
        not re.sub(r"<[^>]*>|&nbsp;|\s", "", row["description"]) for row in records
    )
    assert told["organization", "no organisation"] == sum("organization" not in row for row in records) == 7
    assert told["email", "email"] == 1
    assert common["description", "mark-up"] == f"{sum('<' in row['description'] for row in records)} times"
    assert common["email", "empty"] == f"{sum(not row['email'] for row in records)} times" == "221 times"
    assert common["assured_date", "empty"] == f"{sum(not row['assured_date'] for row in records)} times" == "15 times"
    assert common["pc_metadata", "not in the standard"] == "819 times"
    assert not any(re.search(r"<[a-z]+|&nbsp;", entry.description) for entry in found.entries)


@pytest.mark.slow
def test_the_real_directory_goes_round_without_a_change(world: World, shared: Path) -> None:
    with pytest.raises(BadInput):
        take_in(world, bristol(shared))
    done = take_in(world, bristol(shared), keep_good=True)
    assert (counts(done), len(done.problems)) == ((817, 0, 0), 2)
    assert counts(take_in(world, bristol(shared), keep_good=True)) == (0, 0, 817)
    entries = services_to_export(world.viewer(), "Bristol")
    document = page_document(entries)
    for each in document["contents"]:
        validate(shared, each)
    assert document["total_items"] == 817
    again = take_in(world, json.dumps(document).encode())
    assert (counts(again), again.problems) == ((0, 0, 817), ())
    found = services_offered(world.viewer(), Search(text="homeless young people", needs=("housing",)), on=now().date())
    assert "1625 Independent People" in {line.name for line in found.part.rows}


def test_the_commands(world: World, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    email = User.objects.get(pk=world.viewer(role=Role.ADMINISTRATOR).user).email
    (tmp_path / "a.json").write_bytes(as_bytes(record(), record(TWO, "")))
    options = ("--source", "Bristol", "--as", email)
    with pytest.raises(CommandError, match="nothing was written"):
        call_command("import_services", tmp_path / "a.json", *options)
    assert "row 2, name of 42d3fa20" in capsys.readouterr().err
    call_command("import_services", tmp_path / "a.json", *options, "--keep-good")
    assert "1 row taken: 1 added" in capsys.readouterr().out
    call_command("export_services", *options)
    (only,) = json.loads(capsys.readouterr().out)["contents"]
    assert only["organization"]["name"] == "The charity"


def test_an_administrator_imports_by_a_page_and_anybody_downloads(
    world: World, signed_in: Callable[[Viewer], Client]
) -> None:
    client = signed_in(world.viewer(role=Role.ADMINISTRATOR))
    assert client.get("/services/import/").status_code == 200

    def send(faults: str) -> Any:
        file = SimpleUploadedFile("a.json", as_bytes(record(), record(TWO, "", url="www.example.org")))
        return client.post("/services/import/", {"source": "Bristol", "file": file, "faults": faults})

    refused = send("refuse")
    assert refused.status_code == 422
    assert b"Nothing was taken in: the file has 4 defects" in refused.content
    assert b"www.example.org" in refused.content
    assert b"1 service taken in" in send("keep").content
    assert b"Choose the file" in client.post("/services/import/", {"source": "B", "faults": "keep"}).content
    worker = signed_in(world.viewer("provider"))
    document = json.loads(worker.get("/services/export/").content)
    assert [each["name"] for each in document["contents"]] == ["Money advice"]
    assert worker.get("/services/import/").status_code == 403


def test_a_file_that_is_too_large_is_not_read(world: World, signed_in: Callable[[Viewer], Client]) -> None:
    client = signed_in(world.viewer(role=Role.ADMINISTRATOR))
    file = io.BytesIO(b" " * (20 * 1024 * 1024 + 1))
    file.name = "a.json"
    answer = client.post("/services/import/", {"source": "B", "file": file, "faults": "keep"})
    assert b"at most 20 MB" in answer.content

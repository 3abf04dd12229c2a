"""Areas, lookups, postcodes taken in, and the hub for a postcode."""

import csv
import datetime as dt
import io
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from commongoal.access.engine.permissions import Role, Viewer
from commongoal.access.engine.refusals import NotAllowed
from commongoal.access.models import Action, User
from commongoal.kernel.errors import BadInput
from commongoal.places.actions.hubs import save_hub
from commongoal.places.actions.imports import import_lookup, import_postcodes
from commongoal.places.engine.hubs import Hub
from commongoal.places.engine.postcodes import PostcodeState
from commongoal.places.engine.rows import Imported
from commongoal.places.models import Area, Lookup, LookupRow, Postcode
from commongoal.places.queries.hubs import hub_for, hubs, open_hubs
from commongoal.places.queries.postcodes import areas_of
from tests.platform.world import AT, World, now

NSPL = b"""pcd,pcds,doterm,lsoa11,ward,laua,oseast1m,osnrth1m
"TS1 1AA","TS1 1AA","",E01000001,E05000001,E06000001,400000,0300000
"TS1 1AB","TS1 1AB","199912",E01000001,E05000001,E06000001,400100,0300100
"TS9 9ZZ","TS9 9ZZ","",E01000009,E05000009,E06000009,400000,0316093
"""
LOOKUP = b"""lsoa11_name,lsoa11_code,change_code,lsoa21_name,lsoa21_code,ltla22_name,ltla22_code
Testham 1,E01000001,U,Testham 1,E01000001,Testham,E06000001
Testham 2,E01000002,S,Testham 2a,E01000021,Testham,E06000001
Testham 2,E01000002,S,Testham 2b,E01000022,Testham,E06000001
Farley 9,E01000009,U,Farley 9,E01000009,Farley,E06000009
"""


def take_in(what: Callable[..., Imported], text: bytes, world: World, keep_good: bool = False) -> Imported:
    by = world.viewer(role=Role.ADMINISTRATOR)
    return what(io.BytesIO(text), file="file.csv", by=by, at=now(), keep_good=keep_good)


@pytest.fixture
def places(world: World) -> World:
    take_in(import_lookup, LOOKUP, world)
    take_in(import_postcodes, NSPL, world)
    return world


def make_hub(world: World, **values: object) -> Hub:
    given: dict[str, object] = {
        "id": 0, "name": "Testham hub", "organisation": world.organisations["council"].pk, "organisation_name": "",
        "address": "1 High Street, Testham", "postcode": "ts1 1aa", "phone": "01632 960123",
        "opening": "Monday to Friday, 9am to 5pm", "areas": ("E06000001",), "from_on": dt.date(2024, 4, 1), **values,
    }  # fmt: skip
    return Hub(**given)  # type: ignore[arg-type]


def test_a_postcode_gives_its_areas_however_it_is_written(places: World) -> None:
    with CaptureQueriesContext(connection) as queries:
        found = areas_of(" ts1 1aa ")
    assert found is not None
    assert (found.lsoa_2011, found.ward, found.district) == ("E01000001", "E05000001", "E06000001")
    assert (found.lsoa_2021, found.district_name) == ("E01000001", "Testham")
    assert (found.easting, found.northing) == (400000, 300000)
    assert len(queries) <= 3


def test_live_terminated_unknown_and_malformed_are_told_apart(places: World) -> None:
    assert hub_for("TS1 1AA", AT.date()).state is PostcodeState.LIVE
    assert hub_for("TS11AB", AT.date()).state is PostcodeState.TERMINATED
    assert areas_of("TS1 1AB").terminated_on == dt.date(1999, 12, 1)  # type: ignore[union-attr]
    assert hub_for("TS1 1AD", AT.date()).state is PostcodeState.UNKNOWN
    assert hub_for("TS1", AT.date()).state is PostcodeState.MALFORMED


def test_every_fault_of_a_file_at_once_and_nothing_written(world: World) -> None:
    text = NSPL + (
        b"nonsense,nonsense,,E01000001,E05000001,E06000001,1,1\n"
        b"TS1 1AE,TS1 1AE,199913,E0100,E05000001,E06000001,far,1\n"
        b"TS1 1AF,TS1 1AF,\n"
        b"TS1 1AA,TS1 1AA,,E01000001,E05000001,E06000001,1,1\n"
        b"TS1 1AG,TS1 1AG,,E01000001,E05000\xff01,E06000001,1,1\n"
    )
    with pytest.raises(BadInput) as refusal:
        take_in(import_postcodes, text, world)
    found = [(problem.row, problem.column, problem.code) for problem in refusal.value.problems]
    assert found == [
        (5, "pcds", "postcode"),
        (6, "doterm", "terminated_on"),
        (6, "lsoa11", "lsoa_2011"),
        (6, "oseast1m", "easting"),
        (7, "", "cells"),
        (8, "pcds", "twice"),
        (9, "", "encoding"),
    ]
    assert not Postcode.objects.exists()
    assert not Action.objects.filter(verb="import places").exists()
    kept = take_in(import_postcodes, text, world, keep_good=True)
    assert (kept.added, len(kept.problems)) == (3, 7)


def test_a_second_import_of_the_same_file_changes_nothing(places: World) -> None:
    again = take_in(import_postcodes, NSPL, places)
    assert (again.added, again.changed, again.unchanged) == (0, 0, 3)
    lookups = take_in(import_lookup, LOOKUP, places)
    assert (lookups.added, lookups.changed) == (0, 0)
    moved = take_in(import_postcodes, NSPL.replace(b"E05000009", b"E05000008"), places)
    assert (moved.added, moved.changed, moved.unchanged) == (0, 1, 2)
    assert Action.objects.filter(verb="import places", subject="postcodes").count() == 3


def test_a_file_with_fewer_columns_leaves_the_others_as_they_are(places: World) -> None:
    take_in(import_postcodes, b"postcode,lsoa21_derived\nTS1 1AA,E01000001\n", places)
    row = Postcode.objects.get(pk="TS11AA")
    assert (row.lsoa_2021, row.ward, row.easting) == ("E01000001", "E05000001", 400000)


@pytest.mark.parametrize("text", [b"", b"postcode\nTS1 1AA\n", b"code,lsoa11\nTS1 1AA,E01000001\n"])
def test_a_file_without_postcodes_or_areas_is_refused(world: World, text: bytes) -> None:
    with pytest.raises(BadInput):
        take_in(import_postcodes, text, world, keep_good=True)


def test_lookups_are_named_and_say_how_areas_match(places: World) -> None:
    assert set(Lookup.objects.values_list("name", flat=True)) == {
        "lsoa11-lsoa21", "lsoa11-ltla22", "lsoa21-ltla22",
    }  # fmt: skip
    rows = LookupRow.objects.filter(lookup__name="lsoa11-lsoa21", from_code="E01000002").order_by("to_code")
    assert list(rows.values_list("to_code", "match")) == [("E01000021", "S"), ("E01000022", "S")]
    assert Area.objects.get(code="E06000001").name == "Testham"
    fewer = LOOKUP.replace(b"Farley 9,E01000009,U,Farley 9,E01000009,Farley,E06000009\n", b"")
    take_in(import_lookup, fewer, places)
    assert LookupRow.objects.filter(lookup__name="lsoa11-lsoa21").count() == 3


def test_faults_of_a_lookup(world: World) -> None:
    text = LOOKUP + (
        b"Other name,E01000001,Q,Testham 1,E01000003,Testham,E06000001\n"
        b"Testham 4,E0100000,U,,E01000004,Testham,E06000001\n"
        b"Farley 9,E01000009,U,Farley 8,E01000008,Farley,E06000009\n"
        b"Farley 9,E01000009,U,Farley 8,E01000008,Farley,E06000009\n"
    )
    with pytest.raises(BadInput) as refusal:
        take_in(import_lookup, text, world)
    found = {(problem.row, problem.code) for problem in refusal.value.problems}
    assert found == {
        (5, "match"), (6, "two names"), (6, "match"), (7, "area code"), (7, "no name"), (8, "match"), (9, "twice"),
    }  # fmt: skip
    assert not Area.objects.exists()


def test_only_administrators_and_analysts_take_in_places(world: World) -> None:
    for role in set(Role) - {Role.ADMINISTRATOR, Role.ANALYST}:
        with pytest.raises(NotAllowed):
            import_postcodes(io.BytesIO(NSPL), file="f", by=world.viewer(role=role), at=now())


def test_the_commands(world: World, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    administrator = world.viewer(role=Role.ADMINISTRATOR)
    email = User.objects.get(pk=administrator.user).email
    (tmp_path / "lookup.csv").write_bytes(LOOKUP)
    (tmp_path / "bad.csv").write_bytes(NSPL + b"x,x,,E01000001,E05000001,E06000001,1,1\n")
    call_command("import_lookup", tmp_path / "lookup.csv", "--as", email, "--json")
    assert json.loads(capsys.readouterr().out)["added"] == 11
    with pytest.raises(CommandError, match="1 problem; --keep-good"):
        call_command("import_postcodes", tmp_path / "bad.csv", "--as", email)
    assert "row 5" in capsys.readouterr().err
    call_command("import_postcodes", tmp_path / "bad.csv", "--as", email, "--keep-good")
    assert "3 rows taken: 3 added" in capsys.readouterr().out
    with pytest.raises(CommandError, match="may import places"):
        call_command("import_postcodes", tmp_path / "bad.csv", "--as", "nobody@example.org")
    with pytest.raises(CommandError, match="No such file"):
        call_command("import_postcodes", tmp_path / "none.csv", "--as", email)


def test_a_postcode_finds_the_hub_that_serves_it(places: World) -> None:
    by = places.viewer(role=Role.ADMINISTRATOR)
    whole = save_hub(make_hub(places), by=by, at=now())
    with CaptureQueriesContext(connection) as queries:
        answer = hub_for("TS1 1AB", AT.date())
    assert answer.serves
    assert answer.hub is not None
    assert (answer.hub.id, answer.hub.postcode, answer.state) == (whole, "TS11AA", PostcodeState.TERMINATED)
    assert answer.miles is not None
    assert round(answer.miles, 2) == 0.09
    assert len(queries) <= 6
    save_hub(make_hub(places, name="Old hub", until_on=dt.date(2025, 1, 1), areas=("E01000001",)), by=by, at=now())
    nearer = make_hub(places, name="Near hub", postcode="TS1 1AB", areas=("E01000001",))
    save_hub(nearer, by=by, at=now())
    assert hub_for("TS1 1AB", AT.date()).hub.name == "Near hub"  # type: ignore[union-attr]
    assert len(open_hubs(AT.date())) == 2
    assert len(hubs(by)) == 3


def test_out_of_the_area_people_are_told_where_they_live_and_what_is_near(places: World) -> None:
    save_hub(make_hub(places), by=places.viewer(role=Role.ADMINISTRATOR), at=now())
    answer = hub_for("TS9 9ZZ", AT.date())
    assert not answer.serves
    assert answer.areas is not None
    assert answer.areas.district_name == "Farley"
    assert answer.miles is not None
    assert round(answer.miles) == 10
    assert hub_for("TS1", AT.date()).state is PostcodeState.MALFORMED
    assert hub_for("TS2 2AA", AT.date()).state is PostcodeState.UNKNOWN


def test_a_hub_changed_leaves_a_row_with_what_changed(places: World) -> None:
    by = places.viewer(role=Role.ADMINISTRATOR)
    hub = save_hub(make_hub(places), by=by, at=now())
    save_hub(make_hub(places, id=hub, phone="01632 960999", areas=("E01000001",)), by=by, at=now())
    row = Action.objects.filter(subject="hub").latest("id")
    assert row.before == {"phone": "01632 960123", "areas": ["E06000001"]}
    assert row.after == {"phone": "01632 960999", "areas": ["E01000001"]}
    with pytest.raises(NotAllowed):
        save_hub(make_hub(places), by=places.viewer(role=Role.MANAGER), at=now())


def test_anybody_finds_help_near_them(places: World, client: Client) -> None:
    save_hub(make_hub(places), by=places.viewer(role=Role.ADMINISTRATOR), at=now())
    assert b"Find help near me" in client.get("/find-help/").content
    answer = client.post("/find-help/", {"postcode": "ts11aa"})
    assert answer.status_code == 200
    assert b"01632 960123" in answer.content
    far = client.post("/find-help/", {"postcode": "TS9 9ZZ"}).content
    assert b"You live in Farley" in far
    for postcode, words in (("", b"Enter a postcode"), ("TS1", b"full postcode"), ("TS2 2AA", b"not know")):
        assert words in client.post("/find-help/", {"postcode": postcode}).content


def test_an_administrator_keeps_the_hubs(places: World, signed_in: Callable[[Viewer], Client]) -> None:
    client = signed_in(places.viewer(role=Role.ADMINISTRATOR))
    given = {
        "name": "New hub", "organisation": places.organisations["council"].pk, "address": "2 High Street",
        "postcode": "TS1 1AA", "phone": "01632 960555", "opening": "Mondays", "areas": "E06000001",
        "from_on_0": "1", "from_on_1": "3", "from_on_2": "2026", "from_on": "2026-03-01",
    }  # fmt: skip
    assert client.get("/hubs/add/").status_code == 200
    answer = client.post("/hubs/add/", given)
    assert answer.status_code == 302, answer.content.decode()[:4000]
    (hub,) = hubs(places.viewer(role=Role.ADMINISTRATOR))
    assert hub.from_on == dt.date(2026, 3, 1)
    assert b"New hub" in client.get("/hubs/").content
    assert client.get(f"/hubs/{hub.id}/").status_code == 200
    assert client.post(f"/hubs/{hub.id}/", {**given, "areas": "E0600"}).status_code == 200
    assert client.get(f"/hubs/{hub.id + 1}/").status_code == 404
    assert signed_in(places.viewer(role=Role.MANAGER)).get("/hubs/").status_code == 403


@pytest.fixture(params=["SR", "WN"])
def nspl(request: pytest.FixtureRequest, shared: Path) -> Path:
    return shared / "data" / "geography" / "postcodes" / f"NSPL_NOV_2021_UK_{request.param}.csv"


def test_the_real_postcodes(world: World, nspl: Path) -> None:
    by = world.viewer(role=Role.ADMINISTRATOR)
    with nspl.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    with nspl.open("rb") as lines:
        done = import_postcodes(lines, file=nspl.name, by=by, at=now())
    assert (done.added, done.problems) == (len(rows), ())
    assert Postcode.objects.exclude(terminated_on=None).count() == sum(bool(row["doterm"]) for row in rows)
    for row in rows[::500]:
        found = areas_of(row["pcds"])
        assert found is not None
        assert (found.lsoa_2011, found.ward, found.district) == (row["lsoa11"], row["ward"], row["laua"])


@pytest.mark.slow
def test_the_real_lookups_and_postcodes_of_three_districts(world: World, shared: Path) -> None:
    by = world.viewer(role=Role.ADMINISTRATOR)
    folder = shared / "data" / "geography"
    for name in ("lookup_lsoa11_lsoa21_ltla22", "lookup_lsoa21_ward24_ltla24"):
        with (folder / "lookups" / f"{name}.csv").open("rb") as lines:
            assert import_lookup(lines, file=name, by=by, at=now()).problems == ()
    for name in ("wirral_E08000015", "ne_lincs_E06000012", "thanet_E07000114"):
        with (folder / "postcodes" / f"{name}.csv").open("rb") as lines:
            assert import_postcodes(lines, file=name, by=by, at=now()).problems == ()
    wirral = Postcode.objects.filter(district="E08000015")
    assert (wirral.count(), wirral.values("lsoa_2011").distinct().count()) == (8699, 206)
    assert wirral.values("lsoa_2021").distinct().count() == 209
    assert areas_of("CH25 9BH").district_name == "Wirral"  # type: ignore[union-attr]

"""Files of figures taken in, kept, withdrawn and put back; and the pages of the catalogue."""

import datetime as dt
import random
from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.test import Client

from commongoal.access.engine.permissions import Role, Viewer
from commongoal.access.engine.refusals import NotAllowed
from commongoal.access.models import Action, Membership
from commongoal.kernel.errors import BadInput
from commongoal.places.actions.boundaries import import_boundaries
from commongoal.places.actions.editions import import_edition, restore_edition, withdraw_edition
from commongoal.places.actions.indicators import define_indicators
from commongoal.places.engine.catalogue import EditionStands, EditionTaken, EditionWithdrawn, FileHereAlready, NeedsWhy
from commongoal.places.files import store
from commongoal.places.files.boundaries import kept_outlines
from commongoal.places.files.indicators import template_text
from commongoal.places.files.store import kept_editions, path_of
from commongoal.places.models import BoundaryFile, Edition, IndicatorFile
from commongoal.places.queries.editions import edition as edition_of
from commongoal.places.queries.editions import editions_in_force
from commongoal.places.sessions.observations import Observations
from tests.platform.a_place import LOOKUP, OUTLINES, asked, figures_file
from tests.platform.kills import NEVER, under_the_knife
from tests.platform.together import at_once
from tests.platform.world import World, make_world, now

Signed = Callable[[Viewer], Client]


@pytest.fixture
def folder(tmp_path: Path, settings: object) -> Path:
    settings.PLACES = tmp_path / "places"  # type: ignore[attr-defined]
    return tmp_path / "places"


@pytest.fixture
def analyst(world: World, folder: Path) -> Viewer:
    return world.viewer(role=Role.ANALYST)


def take(by: Viewer, data: bytes = b"", fetched: dt.date = dt.date(2023, 9, 1), **said: object) -> EditionTaken:
    return import_edition(data or figures_file(), file="wards.csv", asked=asked(fetched, **said), by=by, at=now())


def figures(folder: Path) -> dict[tuple[str, dt.date], float]:
    """The figures that count, by area and first day."""
    table = Observations(folder, editions_in_force()).figures("claimant-count")
    return {(row["area"], row["start"]): row["value"] for row in table.to_pylist()}


def test_a_file_taken_in_is_whole_in_the_store_with_its_row_and_audit(analyst: Viewer, folder: Path) -> None:
    taken = take(analyst)
    row = Edition.objects.get(pk=taken.id)
    assert (row.dataset, row.fetched_on) == ("claimant-count", dt.date(2023, 9, 1))
    assert row.membership_id == analyst.membership
    assert store.digest_of(folder, row.name) == row.kept_digest
    assert figures(folder) == {("E05000999", dt.date(2023, 7, 1)): 105.0, ("E05000998", dt.date(2023, 7, 1)): 40.0}
    audit = Action.objects.get(verb="import places")
    assert (audit.subject, audit.subject_id, audit.after["rows"], audit.after["new"]) == ("edition", taken.id, 2, 2)
    found = edition_of(analyst, taken.id)
    assert found.edition == taken.edition
    assert found.changes == taken.changes


def test_the_same_file_again_changes_nothing(analyst: Viewer, folder: Path) -> None:
    first, again = take(analyst), take(analyst, fetched=dt.date(2023, 9, 2))
    assert (again.id, again.there) == (first.id, True)
    assert Edition.objects.count() == 1
    assert len(kept_editions(folder)) == 1
    assert Action.objects.filter(verb="import places").count() == 1
    with pytest.raises(FileHereAlready, match="vintages"):
        take(analyst, vintages=(("ward", "2022"),))


def test_a_later_edition_says_what_it_revised_and_the_newest_counts(analyst: Viewer, folder: Path) -> None:
    take(analyst)
    later = take(analyst, figures_file(first="110"), dt.date(2023, 10, 1))
    changes = later.changes
    assert changes is not None
    assert (changes.new, changes.revised, changes.same) == (0, 1, 1)
    assert [(one.area, one.before, one.after) for one in changes.largest] == [("E05000999", 105.0, 110.0)]
    assert figures(folder)["E05000999", dt.date(2023, 7, 1)] == 110.0
    withdraw_edition(later.id, "Taken from the wrong table", by=analyst, at=now())
    assert figures(folder)["E05000999", dt.date(2023, 7, 1)] == 105.0
    with pytest.raises(EditionWithdrawn):
        withdraw_edition(later.id, "Again", by=analyst, at=now())
    restore_edition(later.id, by=analyst, at=now())
    assert figures(folder)["E05000999", dt.date(2023, 7, 1)] == 110.0
    with pytest.raises(EditionStands):
        restore_edition(later.id, by=analyst, at=now())


def test_a_withdrawn_file_may_come_again_and_counts_once(analyst: Viewer, folder: Path) -> None:
    first = take(analyst)
    with pytest.raises(NeedsWhy):
        withdraw_edition(first.id, "  ", by=analyst, at=now())
    withdraw_edition(first.id, "Of 2022, not 2023", by=analyst, at=now())
    other = take(analyst, vintages=(("ward", "2022"),))
    assert other.id != first.id
    with pytest.raises(FileHereAlready):
        restore_edition(first.id, by=analyst, at=now())
    withdraw_edition(other.id, "It was of 2023 after all", by=analyst, at=now())
    assert take(analyst).id == first.id
    assert [one.vintage("ward") for one in editions_in_force()] == ["2023"]


def test_a_file_with_faults_leaves_nothing(analyst: Viewer, folder: Path) -> None:
    with pytest.raises(BadInput) as refused:
        take(analyst, figures_file(first="many", second="few"))
    assert len(refused.value.problems) == 2
    assert Edition.objects.count() == 0
    assert list(folder.glob("**/*.parquet")) == []
    assert take(analyst, figures_file(first="many"), keep_good=True).edition.rows == 1


@pytest.mark.parametrize("role", [Role.KEY_WORKER, Role.MANAGER, Role.COMMISSIONER, Role.BOARD])
def test_who_may_not(world: World, folder: Path, role: Role) -> None:
    with pytest.raises(NotAllowed):
        take(world.viewer(role=role))
    assert not folder.exists()


def test_outlines_once_and_definitions_once(analyst: Viewer, folder: Path) -> None:
    first = import_boundaries(OUTLINES, file="wards.geojson", source="ONS", by=analyst, at=now())
    again = import_boundaries(OUTLINES, file="wards.geojson", source="ONS", by=analyst, at=now())
    assert (first.areas, first.there, again.id, again.there) == (2, False, first.id, True)
    assert [one.name for one in kept_outlines(folder)] == [BoundaryFile.objects.get().name]
    text = template_text()
    kept = define_indicators(text, file="a.toml", by=analyst, at=now())
    assert define_indicators(text, file="a.toml", by=analyst, at=now()) == kept
    with pytest.raises(BadInput):
        define_indicators("indicator = []", file="a.toml", by=analyst, at=now())
    assert IndicatorFile.objects.count() == 1


def test_what_no_row_names_is_swept_by_the_next_import(analyst: Viewer, folder: Path) -> None:
    kept = take(analyst)
    stray = path_of(folder, "claimant-count-2023-09-02-1")
    stray.write_bytes(path_of(folder, kept.edition.name).read_bytes())
    (folder / f".{kept.edition.name}.half").write_bytes(b"half")
    withdraw_edition(kept.id, "A test", by=analyst, at=now())
    take(analyst, figures_file("August 2023"), dt.date(2023, 10, 1))
    assert not stray.exists()
    assert sorted(path.name for path in folder.iterdir() if path.name.startswith(".")) == [".in-use"]
    assert len(kept_editions(folder)) == 2, "a withdrawn edition is kept"


def test_large_files_come_by_command(
    world: World, folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    by = world.viewer(role=Role.ADMINISTRATOR)
    email = Membership.objects.get(pk=by.membership).user.email
    file = tmp_path / "wards.csv"
    file.write_bytes(figures_file())
    given = ["--fetched", "2023-09-01", "--year", "ward=2023", "--dataset", "claimant-count", "--as", email]
    call_command("import_figures", str(file), *given)
    assert "2 rows taken: 2 added" in capsys.readouterr().out
    call_command("import_figures", str(file), *given)
    assert "0 added, 0 changed, 2 unchanged" in capsys.readouterr().out
    with pytest.raises(CommandError, match="lsoa=2011"):
        call_command("import_figures", str(file), *given, "--year", "hamlet=2011")
    drawn = tmp_path / "wards.geojson"
    drawn.write_bytes(OUTLINES)
    call_command("import_boundaries", str(drawn), "--as", email)
    assert "2 rows taken: 2 added" in capsys.readouterr().out


# --- at once, and killed


@pytest.mark.django_db(transaction=True)
def test_two_imports_of_one_file_at_once_make_one(transactional_db: None, folder: Path) -> None:
    by = make_world().viewer(role=Role.ANALYST)
    results = at_once(lambda: take(by), lambda: take(by), pause=3)
    assert [type(each) for each in results] == [EditionTaken, EditionTaken]
    assert sorted(each.there for each in results) == [False, True]  # type: ignore[attr-defined]
    assert Edition.objects.count() == 1
    assert len(kept_editions(folder)) == 1


@pytest.mark.django_db(transaction=True)
def test_killed_in_the_store_nothing_is_half_there(transactional_db: None, folder: Path) -> None:
    by = make_world().viewer(role=Role.ANALYST)

    def die_when_linked() -> None:
        import os
        import signal

        link = os.link

        def link_and_die(*given: object) -> None:
            link(*given)  # type: ignore[arg-type]
            os.kill(os.getpid(), signal.SIGKILL)

        os.link = link_and_die  # type: ignore[assignment]
        take(by)

    assert under_the_knife(die_when_linked, NEVER) == -1
    assert Edition.objects.count() == 0
    assert len(list(folder.glob("*.parquet"))) == 1, "the file stands and nobody names it"
    assert editions_in_force() == ()
    taken = take(by)
    assert [one.name for one in kept_editions(folder)] == [taken.edition.name]


# --- the pages


def upload(client: Client, data: bytes, name: str = "wards.csv", **more: object) -> object:
    given = {
        "file": SimpleUploadedFile(name, data), "fetched_on": "2023-09-01", "known": "claimant-count",
        "years": "ward 2023", "faults": "refuse", **more,
    }  # fmt: skip
    return client.post("/places/editions/add/", given)


def test_an_analyst_takes_in_a_file_and_reads_what_it_is(world: World, folder: Path, signed_in: Signed) -> None:
    here = signed_in(world.viewer(role=Role.ANALYST))
    done = upload(here, figures_file())
    assert "2 figures taken in from wards.csv" in done.content.decode()  # type: ignore[attr-defined]
    pk = Edition.objects.get().pk
    assert upload(here, figures_file())["Location"] == f"/places/editions/{pk}/"  # type: ignore[index]
    page = here.get(f"/places/editions/{pk}/").content.decode()
    for words in ("Rounded to 5", "July 2023", "wards of 2023", "1 September 2023", "it brought 2 new figures"):
        assert words in page
    rows = b"".join(here.get(f"/places/editions/{pk}/rows.csv/")).decode()  # type: ignore[arg-type]
    assert "E05000999,Testham North,2023-07-01,2023-08-01,Claimant count" in rows
    listed = here.get("/places/editions/").content.decode()
    assert "We know the place from 1 set of figures" in listed
    upload(here, figures_file(first="110"), fetched_on="2023-10-01")
    news = here.get("/places/changes/").content.decode()
    assert "2 new figures and 1 revised one lately" in news


def test_every_fault_of_a_file_at_once_and_all_of_them_as_csv(world: World, folder: Path, signed_in: Signed) -> None:
    here = signed_in(world.viewer(role=Role.ANALYST))
    head, row = figures_file().splitlines()[:2]
    bad = b"\n".join([head, *(row.replace(b"105", b"x%d" % number) for number in range(130))])
    refused = upload(here, bad)
    page = refused.content.decode()  # type: ignore[attr-defined]
    assert refused.status_code == 422  # type: ignore[attr-defined]
    assert "Nothing was taken in: wards.csv has 130 faults" in page
    assert "30 more faults not shown" in page
    listed = upload(here, bad, check="1")
    assert len(listed.content.decode().splitlines()) == 131  # type: ignore[attr-defined]
    assert Edition.objects.count() == 0
    assert b"must be a kind of area" in upload(here, figures_file(), years="hamlet 2011").content  # type: ignore[attr-defined]


def test_withdrawn_and_put_back_by_page(world: World, folder: Path, signed_in: Signed) -> None:
    here, pk = signed_in(world.viewer(role=Role.ANALYST)), take(world.viewer(role=Role.ANALYST)).id
    assert "Answer “Why?”".encode() in here.post(f"/places/editions/{pk}/withdraw/", {"why": " "}).content
    here.post(f"/places/editions/{pk}/withdraw/", {"why": "The wrong month"})
    page = here.get(f"/places/editions/{pk}/").content.decode()
    assert "These figures count no more" in page
    assert "The wrong month" in page
    here.post(f"/places/editions/{pk}/restore/", {})
    assert "count no more" not in here.get(f"/places/editions/{pk}/").content.decode()


def test_boundaries_lookups_and_definitions_by_page(world: World, folder: Path, signed_in: Signed) -> None:
    here = signed_in(world.viewer(role=Role.ANALYST))
    drawn = {"file": SimpleUploadedFile("wards.geojson", OUTLINES), "source": "ONS"}
    assert "2 outlines taken in" in here.post("/places/boundaries/add/", drawn).content.decode()
    looked = {"file": SimpleUploadedFile("lookup.csv", LOOKUP), "faults": "refuse"}
    assert "taken in from lookup.csv" in here.post("/places/lookups/add/", looked).content.decode()
    assert here.post("/places/indicators/", {"text": template_text()})["Location"] == "/places/editions/"
    wrong = here.post("/places/indicators/", {"text": "[[indicator]]\ncode = 1"})
    assert wrong.status_code == 422
    assert "Nothing was changed" in wrong.content.decode()


def test_no_hostile_file_breaks_the_page(world: World, folder: Path, signed_in: Signed) -> None:
    """Cut, doubled and changed bytes of good files: a page in words or the right figures, and never a half of them."""
    here, draw = signed_in(world.viewer(role=Role.ANALYST)), random.Random(6)
    for number in range(200):
        good = draw.choice((figures_file(), OUTLINES, LOOKUP))
        data = bytearray(good)
        for _ in range(draw.randint(1, 6)):
            at = draw.randrange(len(data))
            data[at : at + draw.randint(0, 9)] = draw.randbytes(draw.randint(0, 9))
        answer = upload(here, bytes(data), name=draw.choice(("a.csv", "<b>.csv", "../../x.xlsx")), faults="keep")
        assert answer.status_code in {200, 302, 409, 422}, number  # type: ignore[attr-defined]
    assert len(kept_editions(folder)) == Edition.objects.count()

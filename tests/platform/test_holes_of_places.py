"""What must not be seen, changed or broken on the pages of places: each promise with its test."""

import csv
import datetime as dt
import io
import json
import os
import re
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from commongoal.access.engine.permissions import Role, Viewer
from commongoal.access.models import Action, Partnership
from commongoal.places.actions.boundaries import import_boundaries
from commongoal.places.actions.editions import import_edition, restore_edition, withdraw_edition
from commongoal.places.actions.evidence import withdraw_research
from commongoal.places.actions.imports import import_lookup
from commongoal.places.actions.priorities import cite
from commongoal.places.engine.catalogue import FileHereAlready, NotFetchedYet
from commongoal.places.engine.evidence import Source, Stance
from commongoal.places.engine.evidence_given import NewCitation
from commongoal.places.models import Citation, Edition, Finding, Priority, Research, Return
from commongoal.places.queries.evidence import priorities, priority
from tests.platform.a_place import HEADER, LOOKUP, OUTLINES, WARDS, a_place, asked, edition_row, figures_file
from tests.platform.evidenced import (
    HOME,
    a_figure,
    make_finding,
    make_priority,
    make_research,
    make_return,
    make_target,
)
from tests.platform.together import at_once, parted
from tests.platform.world import AT, World, make_world, now

SignIn = Callable[[Viewer], Client]
AREA = "/places/E06000999/"
PAGES = tuple(
    f"{AREA}{page}"
    for page in ("", "compare/", "trends/", "hot-spots/", "tables.csv/", "tables.csv/?page=area_trends", "print/",
                 "profile.pdf/")
)  # fmt: skip


@pytest.fixture
def folder(tmp_path: Path, settings: object) -> Path:
    settings.PLACES = tmp_path / "places"  # type: ignore[attr-defined]
    return tmp_path / "places"


@pytest.fixture
def analyst(world: World, folder: Path) -> Viewer:
    return world.viewer(role=Role.ANALYST)


def content(answer: HttpResponse) -> str:
    return (b"".join(answer) if answer.streaming else answer.content).decode("utf-8", "replace")


# --- who may


OTHERS = [("charity", Role.MANAGER), ("council", Role.KEY_WORKER), ("council", Role.BOARD), ("council", Role.FINANCE),
          ("council", Role.DATA_PROTECTION), ("council", Role.EMPLOYER), ("council", Role.RESIDENT)]  # fmt: skip


@pytest.mark.parametrize(("organisation", "role"), OTHERS)
def test_nobody_else_changes_what_an_organisation_recorded_or_the_partnership_set(
    world: World, analyst: Viewer, signed_in: SignIn, organisation: str, role: Role
) -> None:
    research, edition = make_research(world), edition_row(analyst)
    finding, sent, made = make_finding(world, research), make_return(world), make_priority(world)
    commissioner = world.viewer(role=Role.COMMISSIONER)
    cited = cite(by=commissioner, at=AT, priority=made, citation=NewCitation(Stance.FOR, finding=finding))
    target, why = make_target(world), {"why": "Because"}
    here, before = signed_in(world.viewer(organisation, role)), Action.objects.count()
    asked_for: list[tuple[str, tuple[int, ...]]] = [
        ("add_finding", (research,)), ("withdraw_research", (research,)), ("withdraw_finding", (research, finding)),
        ("withdraw_return", (sent,)), ("add_priority", ()), ("add_citation", (made,)), ("end_priority", (made,)),
        ("withdraw_citation", (made, cited)), ("add_area_target", ()), ("change_area_target", (target,)),
        ("add_edition", ()), ("add_boundaries", ()), ("add_lookup", ()), ("define_indicators", ()),
        ("withdraw_edition", (edition,)), ("restore_edition", (edition,)), ("add_neighbourhood", ()),
    ]  # fmt: skip
    answers = {name: here.post(reverse(name, args=ids), why).status_code for name, ids in asked_for}
    assert set(answers.values()) <= {403, 404}, answers
    assert Action.objects.count() == before
    standing = [model.objects.get().withdrawn_at for model in (Research, Finding, Return, Citation, Edition)]
    assert (standing, Priority.objects.get().ended_at) == ([None] * 5, None)


# --- what was cited and counts no more


def test_a_citation_of_what_was_withdrawn_is_no_evidence(world: World, analyst: Viewer, signed_in: SignIn) -> None:
    commissioner, made, research = world.viewer(role=Role.COMMISSIONER), make_priority(world), make_research(world)
    edition = Edition.objects.get(pk=edition_row(analyst))
    figure = a_figure(editions=(edition.name,))
    for given in (
        NewCitation(Stance.FOR, figure=figure),
        NewCitation(Stance.AGAINST, finding=make_finding(world, research)),
    ):
        cite(by=commissioner, at=AT, priority=made, citation=given)
    before = priority(analyst, made)
    assert (before.missing, before.disputed) == ((Source.PARTNERS,), True)
    withdraw_edition(edition.pk, "The wrong month", by=analyst, at=now())
    withdraw_research(by=analyst, at=AT, research=research, why="Asked twice")
    found = priority(analyst, made)
    assert [each.withdrawn for each in found.cited] == ["The wrong month", "Asked twice"]
    assert (set(found.missing), found.disputed) == (set(Source), False)
    assert priorities(analyst)[0].missing == found.missing
    page = content(signed_in(analyst).get(reverse("priority", args=[made])))
    assert "Why it was withdrawn: The wrong month" in page


# --- the store harmed under a running site


def nothing(path: Path) -> None:
    path.unlink()


def half(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def noise(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:4] + os.urandom(200) + path.read_bytes()[204:])


def other(path: Path) -> None:
    pq.write_table(pa.table({"a": [1]}), path)


@pytest.mark.parametrize("harm", [nothing, half, noise, other])
@pytest.mark.parametrize("inside", [".", "outlines"])
def test_a_store_that_was_harmed_is_said_in_words(
    world: World, folder: Path, signed_in: SignIn, harm: Callable[[Path], None], inside: str
) -> None:
    a_place(world)
    here = signed_in(world.viewer(role=Role.ANALYST))
    for path in (folder / inside).glob("*.parquet"):
        harm(path)
    edition = Edition.objects.order_by("pk").values_list("pk", flat=True)[0]
    rows = reverse("edition_rows", args=[edition])
    for address in (
        *PAGES,
        rows,
        reverse("editions"),
        reverse("evidence"),
        reverse("withdraw_edition", args=[edition]),
    ):
        answer = here.get(address)
        words = content(answer)
        assert answer.status_code in (200, 409), address
        assert str(folder) not in words, address
        if inside == "outlines":
            assert answer.status_code == 200, address
    if inside == "." and harm is noise:
        assert "figures are missing from here on" in content(here.get(rows)) or here.get(rows).status_code == 409


@pytest.mark.parametrize("harm", [nothing, half])
def test_the_same_file_taken_in_again_makes_a_harmed_edition_whole(
    analyst: Viewer, folder: Path, signed_in: SignIn, harm: Callable[[Path], None]
) -> None:
    first = import_edition(figures_file(), file="a.csv", asked=asked(), by=analyst, at=now())
    [path] = folder.glob("*.parquet")
    kept = path.read_bytes()
    harm(path)
    again = import_edition(figures_file(), file="a.csv", asked=asked(), by=analyst, at=now())
    assert (again.id, again.there, again.renewed) == (first.id, True, True)
    assert path.read_bytes() == kept
    assert Action.objects.filter(subject="edition", subject_id=first.id).count() == 2
    assert content(signed_in(analyst).get(reverse("edition_rows", args=[first.id]))).count("E05000999") == 1
    assert not import_edition(figures_file(), file="a.csv", asked=asked(), by=analyst, at=now()).renewed


def test_folders_that_are_not_the_stores_own_are_left_alone(analyst: Viewer, folder: Path) -> None:
    (folder / ".snapshots").mkdir(parents=True)
    (folder / "claimant-count-2020-01-01-1.parquet").mkdir()
    import_edition(figures_file(), file="a.csv", asked=asked(), by=analyst, at=now())
    assert (folder / ".snapshots").is_dir()
    assert (folder / "claimant-count-2020-01-01-1.parquet").is_dir()


# --- files made to harm


def test_a_day_to_come_is_not_when_a_file_was_fetched(analyst: Viewer, folder: Path) -> None:
    later = now().date() + dt.timedelta(days=2)
    with pytest.raises(NotFetchedYet):
        import_edition(figures_file(), file="a.csv", asked=asked(later), by=analyst, at=now())
    assert not Edition.objects.exists()


HOSTILE = (
    "</title></svg><img src=x onerror=alert(1)><script>alert(1)</script>", '=HYPERLINK("javascript:alert(1)")',
    "@SUM(1)\ufffe\uffff\x0b\x1b[31m #strong[x] $x$ `y` \\ %s {{7*7}}",
)  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_names_from_files_are_words_and_nothing_else(
    world: World, analyst: Viewer, signed_in: SignIn, name: str
) -> None:
    quoted = '"' + name.replace('"', '""') + '"'
    Partnership.objects.update(area_code="E06000999")
    lookup = LOOKUP.decode().replace("Testham North", quoted).replace(",Testham\n", f",{quoted}\n")
    import_lookup([lookup.encode()], file=name, by=analyst, at=now())
    outlines = json.loads(OUTLINES)
    for feature in outlines["features"]:
        feature["properties"]["WD23NM"] = name
    import_boundaries(json.dumps(outlines).encode(), file=name, source=name, by=analyst, at=now())
    rows = [
        f"July 2023,{quoted},{code},Claimant count,Value,{value},Normal Value"
        for code, value in zip(WARDS, (105, 40), strict=True)
    ]
    said = asked(title=name, source=name, table=name)
    edition = import_edition("\n".join([HEADER, *rows, ""]).encode(), file=name, asked=said, by=analyst, at=now()).id
    here = signed_in(analyst)
    for address in (
        *PAGES,
        reverse("edition", args=[edition]),
        reverse("editions"),
        reverse("edition_rows", args=[edition]),
    ):
        answer = here.get(address)
        assert answer.status_code == 200, address
        text = content(answer)
        if answer["Content-Type"].startswith("text/html"):
            assert not re.search(r"<script>alert|<img src=x|href=.javascript", text), address
        if "csv" in address:
            cells = [cell for row in csv.reader(io.StringIO(text.lstrip("\ufeff"))) for cell in row]
            assert not [cell for cell in cells if re.match(r"[=+@]", cell)], address


def test_what_a_database_cannot_hold_is_taken_out_of_an_entry(analyst: Viewer, folder: Path) -> None:
    mapping = b"""[area]\ncolumn = "area_code"\n[period]\ncolumn = "date"\n[[figures]]
column = "value"\nwords = "Claim\\u0000ants"\nunit = "peo\\u0000ple"\n"""
    said = asked(dataset="ours", title="Ti\0tle", source="Us\ud800")
    data = b"date,area_code,value\n2023-07,E05000999,5\n"
    taken = import_edition(data, file="a\0\udce9.csv", asked=said, mapping=mapping, by=analyst, at=now())
    kept = json.dumps(Edition.objects.get(pk=taken.id).entry)
    assert "\\u0000" not in kept
    assert "\\ud" not in kept
    assert [(one.words, one.unit) for one in taken.edition.series] == [("Claimants", "people")]


ASKED_FOR = (
    "indicator=%00", "indicator=" + "a" * 5000, "indicator=%27%25s", "period=0001-01-01..9999-12-31", "period=..",
    "period=a..b..c", "period=%F0%9F", "period=2023-W01..2023-W02", "page=../x", "indicator=claimant-count&indicator=z",
)  # fmt: skip


def test_whatever_is_asked_of_an_area_is_answered(world: World, folder: Path, signed_in: SignIn) -> None:
    a_place(world)
    here = signed_in(world.viewer())
    for words in ASKED_FOR:
        for page in PAGES[:5]:
            assert here.get(f"{page}?{words}").status_code in (200, 404), (page, words)
    for code in ("%00", "a" * 5000, "%25s", "E06000999%0a", '"><script>', "%F0", "E0600099%EF%BC%99"):
        assert here.get(f"/places/{code}/").status_code == 404, code


# --- two at once


@pytest.mark.django_db(transaction=True)
def test_a_file_taken_in_anew_while_it_is_put_back_counts_once(transactional_db: None, folder: Path) -> None:
    world = make_world()
    one, two = world.viewer(role=Role.ANALYST), world.viewer(role=Role.ADMINISTRATOR)
    first = import_edition(figures_file(), file="a.csv", asked=asked(), by=one, at=now()).id
    withdraw_edition(first, "A test", by=one, at=now())
    anew = asked(dt.date(2023, 9, 2))
    done, told = parted(at_once(
        lambda: restore_edition(first, by=one, at=now()),
        lambda: import_edition(figures_file(), file="a.csv", asked=anew, by=two, at=now()),
        pause=3,
    ))  # fmt: skip
    assert all(isinstance(each, FileHereAlready) for each in told), told
    assert len(done) + len(told) == 2
    assert Edition.objects.filter(withdrawn_at=None).count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_take_in_one_file_of_boundaries(transactional_db: None, folder: Path) -> None:
    world = make_world()
    one, two = world.viewer(role=Role.ANALYST), world.viewer(role=Role.ADMINISTRATOR)
    taken = at_once(*[
        lambda by=by: import_boundaries(OUTLINES, file="w.geojson", source="ONS", by=by, at=now()) for by in (one, two)
    ])  # fmt: skip
    assert parted(taken)[1] == []
    assert len({each.id for each in taken}) == 1  # type: ignore[attr-defined]
    assert sorted(each.there for each in taken) == [False, True]  # type: ignore[attr-defined]


def test_a_finding_never_tells_who_in_its_answer_its_log_or_its_address(
    world: World, analyst: Viewer, signed_in: SignIn, caplog: pytest.LogCaptureFixture
) -> None:
    research, here = make_research(world), signed_in(analyst)
    given = {
        "theme": "transport",
        "area": HOME,
        "people": "80",
        "words": "Ring Mrs Quill, 07700\u00a0900123, AB\u00a012\u00a034\u00a056\u00a0C",
    }
    with caplog.at_level("DEBUG"):
        answer = here.post(reverse("add_finding", args=[research]), given)
    assert answer.status_code == 200
    told = re.search(r"Error:</span>(.*?)</p>", content(answer), re.DOTALL)
    assert told is not None
    assert "Quill" not in told[1]
    assert "900123" not in told[1]
    assert "Quill" not in caplog.text
    assert "900123" not in caplog.text
    assert not Finding.objects.exists()
    assert not [each for each in Action.objects.all() if "Quill" in json.dumps([each.before, each.after])]

"""The pages of an area: thin over what the command line says, for every role that may see the place."""

import re
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest
from django.test import Client
from pypdf import PdfReader

from commongoal.access.engine.permissions import Role, Viewer
from commongoal.access.models import Partnership
from commongoal.kernel.pictures import Cell, Table, cells, heads
from commongoal.places.actions.editions import import_edition
from commongoal.places.engine.report import profile_report
from commongoal.places.models import Edition
from commongoal.places.run import area_profile
from commongoal.web.place_evidence import known_of
from commongoal.web.report_tables import table_markup
from tests.platform.a_place import a_place, asked, figures_file
from tests.platform.test_page_prices import dear
from tests.platform.world import World, now

Signed = Callable[[Viewer], Client]
DISTRICT, WARD = "/places/E06000999/", "/places/E05000999/"
PAGES = (DISTRICT, f"{DISTRICT}compare/", f"{DISTRICT}trends/", f"{DISTRICT}hot-spots/", WARD)


@pytest.fixture
def place(world: World, tmp_path: Path, settings: object) -> World:
    settings.PLACES = tmp_path / "places"  # type: ignore[attr-defined]
    a_place(world)
    return world


def test_the_page_says_what_the_engine_says(place: World, signed_in: Signed) -> None:
    board = place.viewer(role=Role.BOARD)
    here = signed_in(board)
    assert here.get("/places/")["Location"] == DISTRICT
    profile = area_profile(known_of(board).evidence, "E06000999", now().date())
    report = profile_report(profile)
    page = here.get(DISTRICT).content.decode()
    assert report.heading.replace("'", "&#x27;") in page
    assert all(f'id="{section.id}"' in page for section in report.sections)
    assert f'href="{WARD}"' in page


@pytest.mark.parametrize("address", PAGES)
def test_every_page_has_its_way_up_its_tabs_and_its_tables(place: World, signed_in: Signed, address: str) -> None:
    page = signed_in(place.viewer()).get(address)
    assert page.status_code == 200
    text = page.content.decode()
    assert "Take it with you" in text
    assert 'aria-current="page"' in text
    assert ("govuk-breadcrumbs" in text) == (address == WARD)
    assert " style=" not in text


def test_an_indicator_and_a_period_are_chosen_by_the_address(place: World, signed_in: Signed) -> None:
    here = signed_in(place.viewer())
    page = here.get(f"{DISTRICT}?indicator=claimant-count&period=2023-07-01..2023-08-01")
    assert page.status_code == 200
    assert "July 2023" in page.content.decode()
    for wrong in ("indicator=nothing", "period=soon", "period=2023-07-01", "period=2023-08-01..2023-07-01"):
        assert here.get(f"{DISTRICT}?{wrong}").status_code == 404, wrong


@pytest.mark.parametrize("code", ["E06000998", "E0600099", "wirral", "E06000999'", "e06000999", "987654321"])
def test_what_is_no_area_here_is_not_found(place: World, signed_in: Signed, code: str) -> None:
    here = signed_in(place.viewer())
    for page in ("", "compare/", "trends/", "hot-spots/", "tables.csv/", "print/", "profile.pdf/"):
        assert here.get(f"/places/{code}/{page}").status_code == 404


def test_what_is_taken_along(place: World, signed_in: Signed) -> None:
    here = signed_in(place.viewer())
    for page in ("area", "area_compare", "area_trends", "area_hot_spots"):
        answer = here.get(f"{DISTRICT}tables.csv/?page={page}")
        assert answer["Content-Type"] == "text/csv; charset=utf-8"
        assert answer.content.decode().startswith("\ufeff")
        assert re.search(r'"testham-[a-z-]+-20\d\d-\d\d-\d\d.csv"', answer["Content-Disposition"])
    assert "Testham North" in here.get(f"{DISTRICT}tables.csv/").content.decode()
    assert here.get(f"{DISTRICT}tables.csv/?page=start").status_code == 404
    made = here.get(f"{DISTRICT}profile.pdf/").content
    assert made.startswith(b"%PDF")
    assert "Skip past the map" not in "".join(page.extract_text() for page in PdfReader(BytesIO(made)).pages)
    paper = here.get(f"{DISTRICT}print/").content.decode()
    assert "<details" not in paper
    assert "Testham North" in paper


def test_what_a_page_is_for_comes_before_its_notes(place: World, signed_in: Signed) -> None:
    text = signed_in(place.viewer()).get(DISTRICT).content.decode()
    assert "govuk-tag--yellow" not in text  # marks are words under a figure
    for heading, words in (
        ("What is measured", "More about this measure"),
        ("Where the figures come from", "What each source says of its figures"),
    ):
        part = text.partition(f">{heading}</h2>")[2].partition("<h2")[0]
        assert words in part.partition("</summary>")[0]
        assert "<table" not in part.partition("<details")[0]
    for part in text.split("<h2")[1:]:
        figures, notes, _ = part.partition("Notes on these figures")
        assert not notes or "<svg" in figures or "<table" in figures


def test_a_short_table_stands_as_blocks_on_a_phone_and_a_long_one_scrolls() -> None:
    def table(rows: int) -> Table:
        figure = Cell("4.1%", "3.9% to 4.3%", ("provisional", "<rounded>"))
        body = tuple(cells(f"Area {n}", figure) for n in range(rows))
        return Table("Areas", heads("Area", "Rate"), body)

    short, long = table_markup(table(20), quiet=True), table_markup(table(21), quiet=True)
    assert "cg-stack" in short
    assert short.count('data-label="Rate"') == 20
    assert "provisional, &lt;rounded&gt;" in short
    assert "cg-stack" not in long + table_markup(table(2))


def test_a_page_is_drawn_anew_when_the_evidence_changes(place: World, signed_in: Signed) -> None:
    here = signed_in(place.viewer(role=Role.ANALYST))
    before = here.get(DISTRICT).content.decode()
    assert known_of(place.viewer()) is known_of(place.viewer())
    newest = Edition.objects.order_by("-pk")[0].pk
    here.post(f"/places/editions/{newest}/withdraw/", {"why": "The wrong month"})
    after = here.get(DISTRICT).content.decode()
    assert "August 2023" in before
    assert "August 2023" not in after
    here.post(f"/places/editions/{newest}/restore/", {})
    assert "August 2023" in here.get(DISTRICT).content.decode()


def test_a_sum_without_a_part_is_shown_to_who_accepts_it(place: World, signed_in: Signed) -> None:
    analyst = place.viewer(role=Role.ANALYST)
    data = figures_file("September 2023", second="").replace(b",,Normal Value", b",,Missing")
    import_edition(data, file="september.csv", asked=asked(), by=analyst, at=now())
    here = signed_in(analyst)
    page = here.get(f"{DISTRICT}?indicator=claimant-count").content.decode()
    assert "1 of its 2 parts have no figure (Testham South), so they are not added up" in page
    accepted = here.get(f"{DISTRICT}?indicator=claimant-count&missing=accepted").content.decode()
    assert "so they are not added up" not in accepted
    assert "without 1 of its 2 parts" in accepted
    assert "Sums on this page may be without parts that have no figure" in accepted
    assert f"{DISTRICT}compare/?indicator=claimant-count&amp;missing=accepted" in accepted  # the choice goes along


def test_before_anything_is_known_the_page_says_what_to_take_in(
    world: World, signed_in: Signed, tmp_path: Path, settings: object
) -> None:
    settings.PLACES = tmp_path / "none"  # type: ignore[attr-defined]
    analyst = signed_in(world.viewer(role=Role.ANALYST))
    page = analyst.get("/places/").content.decode()
    assert "Nothing is known of Testham yet" in page
    assert "Take in a lookup" in page
    assert "Take in a lookup" not in signed_in(world.viewer()).get("/places/").content.decode()
    assert "No figures about the place are here yet" in analyst.get("/places/changes/").content.decode()
    assert "No figures about the place are here yet" in analyst.get("/places/editions/").content.decode()


def test_another_district_is_offered_where_the_own_is_not_known(place: World, signed_in: Signed) -> None:
    Partnership.objects.update(area_code="E06000001")
    assert signed_in(place.viewer()).get("/places/")["Location"] == DISTRICT  # there is just this one


def test_no_page_asks_more_than_a_dozen_times(place: World, signed_in: Signed) -> None:
    here = signed_in(place.viewer(role=Role.ANALYST))
    pk = Edition.objects.order_by("pk")[0].pk
    others = ("/places/changes/", "/places/editions/", f"/places/editions/{pk}/", "/places/editions/add/")
    assert dear({address: (lambda at=address: here.get(at)) for address in (*PAGES, *others)}) == ""

"""Neighbourhoods: drawn by rules, counted as their small areas, withdrawn, and the pages of them."""

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client

from commongoal.access.engine.permissions import Role, Viewer
from commongoal.access.engine.refusals import NotAllowed, NotThere
from commongoal.access.models import Action, Partnership
from commongoal.kernel.errors import Refused
from commongoal.places.actions.neighbourhoods import draw_neighbourhood, withdraw_neighbourhood
from commongoal.places.engine.areas import AreaKind
from commongoal.places.engine.neighbourhoods import (
    AlreadyWithdrawn,
    Drawing,
    NameTaken,
    NoName,
    NoSmallArea,
    NotOfThatYear,
    code_after,
)
from commongoal.places.models import Neighbourhood
from commongoal.places.queries.geography import geography
from commongoal.places.queries.neighbourhoods import neighbourhood, neighbourhoods, rings_of, to_draw_from
from tests.engine.geojson import code
from tests.platform.neighbourhoods import DISTRICT, make_district, make_neighbourhood
from tests.platform.test_page_prices import dear
from tests.platform.world import AT, World, later

Signed = Callable[[Viewer], Client]


@pytest.fixture
def district(world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    monkeypatch.setattr(settings, "PLACES", tmp_path / "places")
    make_district(world)
    return world


def test_a_neighbourhood_is_made_of_its_small_areas(district: World) -> None:
    pk = make_neighbourhood(district)
    found = neighbourhood(district.viewer(), pk)
    assert (found.code, found.vintage, [part.code for part in found.parts]) == (
        "Q00000001",
        "2021",
        [code(n) for n in (1, 2, 4)],
    )
    parts = geography().parts("Q00000001", AreaKind.LSOA)
    assert [part.code for part in parts] == [code(n) for n in (1, 2, 4)]
    assert geography().name("Q00000001") == "The North End"
    row = Action.objects.get(subject="neighbourhood")
    assert row.after == {
        "code": "Q00000001",
        "name": "The North End",
        "vintage": "2021",
        "lsoas": [code(n) for n in (1, 2, 4)],
    }


@pytest.mark.parametrize(
    ("changed", "refusal"),
    [
        ({"name": "  "}, NoName),
        ({"name": " the  north END "}, NameTaken),
        ({"lsoas": ()}, NoSmallArea),
        ({"lsoas": (code(1), code(10))}, NotOfThatYear),
        ({"lsoas": ("E01999999",)}, NotOfThatYear),
        ({"lsoas": (DISTRICT,)}, NotOfThatYear),
        ({"vintage": "2011"}, NotOfThatYear),
    ],
)
def test_what_is_no_neighbourhood_is_refused(
    district: World, changed: dict[str, object], refusal: type[Refused]
) -> None:
    make_neighbourhood(district)
    drawing = replace(Drawing("Southside", (code(3),), "2021"), **changed)  # type: ignore[arg-type]
    with pytest.raises(refusal):
        draw_neighbourhood(by=district.viewer(role=Role.ANALYST), at=AT, drawing=drawing)
    assert Neighbourhood.objects.count() == 1


def test_one_withdrawn_frees_its_name_and_never_its_code(district: World) -> None:
    pk, by = make_neighbourhood(district), district.viewer(role=Role.ANALYST)
    withdraw_neighbourhood(by=by, at=later(), neighbourhood=pk)
    assert not geography().knows("Q00000001")
    with pytest.raises(AlreadyWithdrawn):
        withdraw_neighbourhood(by=by, at=later(), neighbourhood=pk)
    with pytest.raises(NotThere):
        withdraw_neighbourhood(by=by, at=later(), neighbourhood=pk + 1)
    again = make_neighbourhood(district)
    assert neighbourhood(by, again).code == "Q00000002"
    assert [one.withdrawn_at is None for one in neighbourhoods(by)] == [False, True]


def test_codes_follow_one_another() -> None:
    assert [code_after(last) for last in ("", "Q00000001", "Q00000099")] == ["Q00000001", "Q00000002", "Q00000100"]


def test_only_those_who_may_draw(district: World) -> None:
    for role in (Role.KEY_WORKER, Role.MANAGER, Role.BOARD, Role.FINANCE):
        with pytest.raises(NotAllowed):
            draw_neighbourhood(by=district.viewer(role=role), at=AT, drawing=Drawing("A", (code(1),), "2021"))


def test_small_areas_stand_under_their_wards_with_their_outlines(district: World) -> None:
    groups = to_draw_from(district.viewer()).groups
    assert [(name, len(areas)) for name, areas in groups] == [("Ward A", 3), ("Ward B", 3), ("Ward C", 3)]
    areas = [area for _, inside in groups for area in inside]
    assert {area.vintage for area in areas} == {"2021"}
    assert rings_of(areas).keys() == {area.code for area in areas}
    assert rings_of(areas[:1])[areas[0].code][0][0][0] >= 330_000


def test_pages_draw_and_withdraw(district: World, signed_in: Signed) -> None:
    page = signed_in(district.viewer(role=Role.ANALYST))
    form = page.get("/places/neighbourhoods/draw/").content.decode()
    assert form.count('type="checkbox"') == 9
    assert 'href="#id_lsoas_8"' in form
    empty = page.post("/places/neighbourhoods/draw/", {"district": DISTRICT, "name": "", "why": ""}).content.decode()
    assert 'href="#id_name"' in empty
    assert 'href="#id_lsoas_0"' in empty
    asked = {"district": DISTRICT, "name": "The North End", "why": "Ours", "lsoas": [code(1), code(2)]}
    looked = page.post("/places/neighbourhoods/draw/", asked | {"look": "1"}).content.decode()
    assert looked.count(" checked") == 2
    assert "2 small areas are chosen" in looked
    assert not Neighbourhood.objects.exists()
    assert page.post("/places/neighbourhoods/draw/", asked).status_code == 302
    again = page.post("/places/neighbourhoods/draw/", asked).content.decode()
    assert "Another neighbourhood has this name" in again
    pk = Neighbourhood.objects.get().pk
    assert "The North End: 2 small areas" in page.get(f"/places/neighbourhoods/{pk}/").content.decode()
    assert "The North End" in page.get("/places/Q00000001/").content.decode()
    assert page.post(f"/places/neighbourhoods/{pk}/withdraw/").status_code == 302
    assert "No neighbourhood is drawn yet" in page.get("/places/neighbourhoods/").content.decode()


def test_pages_do_without_boundaries(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, signed_in: Signed
) -> None:
    monkeypatch.setattr(settings, "PLACES", tmp_path / "nothing")
    page = signed_in(world.viewer(role=Role.ANALYST))
    assert "no small areas to draw from yet" in page.get("/places/neighbourhoods/draw/").content.decode()
    make_district(world, drawn=False)
    pk = make_neighbourhood(world)
    for address in ("draw/", f"{pk}/", ""):
        assert "<svg" not in page.get(f"/places/neighbourhoods/{address}").content.decode().partition("<main")[2]


def test_no_page_asks_more_than_a_dozen_times(district: World, signed_in: Signed) -> None:
    page = signed_in(district.viewer(role=Role.ANALYST))
    pk = make_neighbourhood(district)
    for number in range(20):
        make_neighbourhood(district, f"Quarter {number}")
    pages = {
        path: lambda path=path: page.get(f"/places/neighbourhoods/{path}")
        for path in ("", "draw/", f"{pk}/", f"{pk}/withdraw/")
    }
    assert dear(pages) == ""


def test_a_neighbourhood_drawn_at_a_time_says_so(district: World) -> None:
    found = neighbourhood(district.viewer(), make_neighbourhood(district))
    assert (found.at, found.withdrawn_at) == (AT, None)
    assert isinstance(found.at, dt.datetime)


def test_forms_offer_the_neighbourhoods_of_the_area(district: World, signed_in: Signed) -> None:
    make_neighbourhood(district)
    Partnership.objects.update(area_code=DISTRICT, area_name="Marlhaven")
    here = signed_in(district.viewer(role=Role.ANALYST))
    for address in ("/places/evidence/", "/places/priorities/add/"):
        assert '<option value="Q00000001"' in here.get(address).content.decode(), address
    assert "Neighbourhoods (1)" in here.get(f"/places/{DISTRICT}/").content.decode()

"""Targets for the area: apportioned before they are set, kept as they were, with what they take along the pathway."""

from collections.abc import Callable
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from commongoal.access.engine.permissions import Role, Viewer
from commongoal.access.engine.refusals import ChangedMeanwhile, NotAllowed
from commongoal.places.actions.targets import set_area_target
from commongoal.places.engine import apportioning
from commongoal.places.engine.apportioning import Ward
from commongoal.places.engine.targets import NoTitle, NoWards
from commongoal.places.models import AreaTarget, TargetShare
from commongoal.places.queries.targets import area_target, area_targets
from commongoal.valuation.queries.runs import run
from commongoal.web.stage_chances import LedgerGone, stage_chances
from tests.engine.test_volumes import CHANCES
from tests.platform.evidenced import WARDS, a_target, make_target, with_wards
from tests.platform.valued import make_run, make_snapshot
from tests.platform.world import AT, World, put_in_force

Signed = Callable[[Viewer], Client]


@pytest.fixture
def commissioner(world: World) -> Viewer:
    return world.viewer(role=Role.COMMISSIONER)


def test_wards_add_up_to_the_target_and_are_kept(world: World, commissioner: Viewer) -> None:
    made = make_target(world, people=101, chances=CHANCES)
    found = area_target(commissioner, made)
    assert [(each.name, each.people, each.exact) for each in found.shares] == [
        ("Bidston", 51, 50.5), ("Claughton", 30, 30.3), ("Seacombe", 20, 20.2)
    ]  # fmt: skip
    assert found.volumes is not None
    assert [(each.id, each.people) for each in found.volumes.stages] == [
        ("referred", 1010), ("in_work", 404), ("sustained", 101)
    ]  # fmt: skip
    assert dict(found.volumes.stages[0].wards) == {ward.code: n for ward, n in zip(WARDS, (510, 300, 200), strict=True)}


@pytest.mark.parametrize(
    ("values", "refusal"),
    [
        ({"title": " "}, NoTitle),
        ({"wards": ()}, NoWards),
        ({"people": 601}, apportioning.MoreThanInNeed),
        ({"wards": (Ward("E05000001", "A", 9, least=10),)}, apportioning.FloorAboveCap),
    ],
)
def test_what_cannot_be_apportioned_is_not_set(
    world: World, commissioner: Viewer, values: dict[str, Any], refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        set_area_target(by=commissioner, at=AT, target=a_target(world, **values), token="t")
    assert (AreaTarget.objects.count(), TargetShare.objects.count()) == (0, 0)
    with pytest.raises(NotAllowed):
        set_area_target(by=world.viewer(role=Role.BOARD), at=AT, target=a_target(world), token="t")


def test_another_stands_in_its_place_once(world: World, commissioner: Viewer) -> None:
    first = make_target(world)
    given = {"by": commissioner, "at": AT, "supersedes": first}
    second = set_area_target(target=a_target(world, people=120), token="second", **given)
    assert set_area_target(target=a_target(world, people=120), token="second", **given) == second
    with pytest.raises(ChangedMeanwhile, match=commissioner.name):
        set_area_target(target=a_target(world, people=130), token="third", **given)
    assert [each.id for each in area_targets(commissioner)] == [second]
    assert area_target(commissioner, first).superseded == second


def sent(world: World, **values: str) -> dict[str, str]:
    assert world.programme is not None
    given = {
        "token": "form", "title": "A hundred more", "stage": f"{world.programme.pk}:sustained", "people": "100",
        "from_on": "2026-04-01", "until_on": "2028-03-31", "need": "own", "need_source": "Council, 2025",
        "lines": "Bidston, 300\nClaughton, 180\nSeacombe, 120", "by_reach": "0", "reach": "",
    }  # fmt: skip
    return given | values


def test_the_form_shows_the_wards_before_it_sets_them(world: World, commissioner: Viewer, signed_in: Signed) -> None:
    with_wards()
    put_in_force(world)
    client = signed_in(commissioner)
    answer = client.post("/places/targets/add/", sent(world))
    text = answer.content.decode()
    assert "3 wards add up to 100 people" in text
    assert "No valuation of this programme is finished" in text
    assert not AreaTarget.objects.exists()
    client.post("/places/targets/add/", sent(world, confirmed="yes"))
    client.post("/places/targets/add/", sent(world, confirmed="yes"))  # a second click
    row = AreaTarget.objects.get()
    page = client.get(f"/places/targets/{row.pk}/").content.decode()
    assert "100 people to reach “sustained” in Testham by 31 March 2028: 3 wards add up to it" in page
    assert "Council, 2025" in page
    rows = client.get(f"/places/targets/{row.pk}/tables.csv/").content.decode().splitlines()
    assert "Bidston,E05000001,300.0,not used,50.0,50," in rows
    assert "All wards,,,,,100," in rows
    again = client.get(f"/places/targets/{row.pk}/change/").content.decode()
    assert "Claughton,180,100%,0," in again


@pytest.mark.parametrize(
    ("values", "field", "words"),
    [
        ({"people": "601"}, "people", "At most 600 people"),
        ({"lines": "Bidston, 300\nNowhere, 2"}, "lines", "row 2, ward: found 'Nowhere'"),
        ({"lines": "Bidston, 300"}, "leave_out", "Claughton, Seacombe"),
        ({"lines": ""}, "lines", "Write the people in need"),
        ({"need_source": ""}, "need_source", "where your own figures come from"),
        ({"by_reach": "40"}, "reach", "what is meant by reach"),
        ({"until_on": "2026-03-31"}, "until_on", "before the first"),
        ({"title": "For Mrs Smith"}, "title", "a name"),
        ({"lines": "Bidston, 300, , 400\nClaughton, 180\nSeacombe, 9"}, "lines", "It is so in Bidston"),
    ],
)
def test_faults_stand_beside_their_fields(
    world: World, commissioner: Viewer, signed_in: Signed, values: dict[str, str], field: str, words: str
) -> None:
    with_wards()
    put_in_force(world)
    answer = signed_in(commissioner).post("/places/targets/add/", sent(world, **values))
    assert words in unescape(str(answer.context["form"].errors[field]))
    assert not AreaTarget.objects.exists()


def test_wards_without_a_figure_are_left_out_knowingly(world: World, commissioner: Viewer, signed_in: Signed) -> None:
    with_wards()
    put_in_force(world)
    values = {"lines": "Bidston, 300, 50%\nClaughton, 180, 10%", "leave_out": "on", "by_reach": "50", "reach": "came"}
    signed_in(commissioner).post("/places/targets/add/", sent(world, confirmed="yes", **values))
    found = area_target(commissioner, AreaTarget.objects.get().pk)
    assert sum(each.people for each in found.shares) == 100
    assert found.grounds.left_out == ("Seacombe",)
    assert found.shares[0].people > 100 * 300 / 480


def test_chances_are_those_of_the_finished_run(
    world: World, commissioner: Viewer, signed_in: Signed, settings: Any, tmp_path: Path
) -> None:
    settings.SNAPSHOTS = tmp_path
    made = make_run(world, snapshot=make_snapshot(world, 200))
    chances = stage_chances(run(made, commissioner))
    assert (chances.run, chances.stages[0].chance.point) == (made, 1.0)
    assert len(chances.stages) == 7
    last = chances.stages[-1]
    assert last.chance.low is not None
    assert last.chance.high is not None
    assert 0 < last.chance.low < last.chance.point < last.chance.high < 1
    assert last.per_one[0].point == pytest.approx(1 / last.chance.point, rel=0.01)
    for each in chances.stages[1:]:
        shares = [part.share for part in each.providers]
        assert not shares or sum(shares) == pytest.approx(1, abs=0.03)
    assert chances.stages[0].providers == ()
    with_wards()
    assert world.programme is not None
    stage = f"{world.programme.pk}:{last.id}"
    page = signed_in(commissioner).post("/places/targets/add/", sent(world, confirmed="yes", stage=stage))
    assert page.status_code == 302
    found = area_target(commissioner, AreaTarget.objects.get().pk)
    assert found.volumes is not None
    assert found.volumes.stages[0].people == pytest.approx(100 / last.chance.point, rel=0.01)


def test_a_ledger_that_is_gone_is_said(
    world: World, commissioner: Viewer, signed_in: Signed, settings: Any, tmp_path: Path
) -> None:
    settings.SNAPSHOTS = tmp_path
    made = make_run(world)
    with pytest.raises(LedgerGone):
        stage_chances(run(made, commissioner))
    with_wards()
    text = signed_in(commissioner).post("/places/targets/add/", sent(world)).content.decode()
    assert "The ledger of this valuation is no longer kept" in text

"""The pages of value: each an answer, none with a number of people under ten, none dear."""

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from commongoal.access.engine.permissions import Role, Viewer
from commongoal.access.models import Programme
from commongoal.jobs.valuing import work_on
from commongoal.pathway.models import Snapshot
from commongoal.pathway.queries.snapshots import snapshots
from commongoal.valuation.actions import runs
from commongoal.valuation.engine.report.as_json import from_data
from commongoal.valuation.engine.results import Valuation
from commongoal.valuation.models import Run
from tests.engine.sample_valuation import hostile, sample, without_pounds
from tests.platform.deeds_value import RUNNING, WAITING
from tests.platform.test_page_prices import dear
from tests.platform.valued import make_run, make_snapshot
from tests.platform.world import AT, World, put_in_force

Signed = Callable[[Viewer], Client]
PAGES = ("", "providers/", "who-gains/", "method/")
SMALL = re.compile(r"\b([1-9]) (?:people|person(?!-)|move on|leave|there now|left|spells?)\b|, ([1-9]) left\b")


@pytest.fixture(autouse=True)
def elsewhere(settings: Any, tmp_path: Path) -> None:
    settings.SNAPSHOTS = tmp_path


def texts(client: Client, run: int) -> dict[str, str]:
    found = {page: client.get(f"/value/{run}/{page}") for page in (*PAGES, "tables.csv/")}
    assert {page: answer.status_code for page, answer in found.items()} == dict.fromkeys(found, 200)
    return {page: answer.content.decode() for page, answer in found.items()}


def written(figure: float) -> str:
    return f"£{abs(figure):,.0f}"


def test_no_page_shows_a_number_under_ten_of_a_small_programme(world: World, signed_in: Signed) -> None:
    by, snapshot = world.viewer(role=Role.ANALYST), make_snapshot(world, 200)
    pk = runs.ask_run(by=by, at=AT, snapshot=snapshot)
    assert work_on(pk, AT), Run.objects.get(pk=pk).fault
    v = from_data(Run.objects.get(pk=pk).result or {})
    small = [line for line in v.lines if 0 < (line.people or 0) < 10 and line.kind != "provider_intervention"]
    assert small, "the ledger is meant to have small groups"
    pages = texts(signed_in(world.viewer(role=Role.BOARD)), pk)
    for page, text in pages.items():
        assert SMALL.findall(text) == [], page
        for line in small:
            for figure in (line.credit.point, line.cost):
                assert abs(figure) < 1 or written(figure) not in text, (page, line.name, figure)
    assert "hidden" in pages["providers/"]
    rows = re.findall(r'<th scope="row"[^>]*><bdi>([^<]*)</bdi></th><td[^>]*><bdi>([^<]*)</bdi>', pages["providers/"])
    people = dict(rows)
    assert all(people[line.name] == "hidden" for line in small if line.name in people)
    assert any(line.name in people for line in small)


def test_the_whole_result_would_have_failed_that_test(world: World) -> None:
    stages = tuple(replace(stage, left=3) for stage in sample().stages)
    from commongoal.valuation.engine.report.answers import worth_page

    told = worth_page(replace(sample(), stages=stages))
    assert SMALL.findall(str(told))


def test_each_page_is_headed_by_its_answer(world: World, signed_in: Signed) -> None:
    client, pk = signed_in(world.viewer(role=Role.COMMISSIONER)), make_run(world)
    heads = [re.search(r"<h1[^>]*>([^<]*)", text) for page, text in texts(client, pk).items() if page != "tables.csv/"]
    assert [head[1].split(" ")[0] for head in heads if head][:2] == ["About", "5"] or heads
    first = texts(client, pk)[""]
    for words in ("for each £1", "The pathway as a flow of people", "Cost per start", "Key facts"):
        assert words in first, words
    method = texts(client, pk)["method/"]
    for limit in sample().limits:
        assert limit.text.split("<")[0][:40] in method or "&" in limit.text
    for words in ("Digest of the snapshot", "5" * 64, "Conventions", "Numbers that went in"):
        assert words in method, words


@pytest.mark.parametrize("v", [without_pounds(), hostile(), replace(sample(), rule="relative")])
def test_results_of_every_kind_are_shown(world: World, signed_in: Signed, v: Valuation) -> None:
    pages = texts(signed_in(world.viewer(role=Role.BOARD)), make_run(world, v))
    assert "<script>alert" not in "".join(pages[page] for page in PAGES)
    if v.unit != "pounds":
        assert "Nobody has said what a lasting job is worth in pounds" in pages[""]


def test_a_page_asks_no_more_than_a_dozen_times(world: World, signed_in: Signed) -> None:
    client, pk = signed_in(world.viewer(role=Role.ANALYST)), make_run(world)
    programme = Run.objects.get(pk=pk).snapshot.programme_id
    addresses = [*(f"/value/{pk}/{page}" for page in PAGES), f"/value/programmes/{programme}/",
                 f"/value/programmes/{programme}/ask/"]  # fmt: skip
    assert dear({address: (lambda address=address: client.get(address)) for address in addresses}) == ""


def test_value_is_the_newest_finished_run(world: World, signed_in: Signed) -> None:
    client = signed_in(world.viewer(role=Role.BOARD))
    programme = world.programme.pk
    assert client.get("/value/").headers["Location"] == f"/value/programmes/{programme}/"
    assert "Nothing is valued yet" in client.get(f"/value/programmes/{programme}/").content.decode()
    pk = make_run(world)
    make_run(world, snapshot=Run.objects.get(pk=pk).snapshot_id, **WAITING)
    assert client.get("/value/").headers["Location"] == f"/value/{pk}/"
    Programme.objects.create(
        code="other", name="Another", accountable_body=world.organisations["council"], from_on=AT.date()
    )
    assert "1 of 2 programmes are valued" in client.get("/value/").content.decode()


def test_only_analysts_take_the_whole_result_away(world: World, signed_in: Signed) -> None:
    pk = make_run(world)
    board, analyst = signed_in(world.viewer(role=Role.BOARD)), signed_in(world.viewer(role=Role.ANALYST))
    assert "result.json" not in board.get(f"/value/{pk}/").content.decode()
    assert board.get(f"/value/{pk}/result.json/").status_code == 403
    assert "result.json" in analyst.get(f"/value/{pk}/").content.decode()
    answer = analyst.get(f"/value/{pk}/result.json/")
    assert answer.json()["format"] == "commongoal-valuation/1"
    assert "attachment" in answer.headers["Content-Disposition"]
    assert "Value a snapshot" not in board.get(f"/value/programmes/{world.programme.pk}/").content.decode()


def test_analysts_are_told_what_the_snapshot_left_out(world: World, signed_in: Signed) -> None:
    pk = make_run(world)
    address = f"/value/{pk}/method/"
    board, analyst = signed_in(world.viewer(role=Role.BOARD)), signed_in(world.viewer(role=Role.ANALYST))
    assert "The snapshot left nothing out of the records" in analyst.get(address).content.decode()
    Snapshot.objects.update(left_out={"a move that the pathway does not allow": 3})
    page = analyst.get(address).content.decode()
    assert "What the snapshot left out of the records" in page
    assert re.search(r"A move that the pathway does not allow\s*</dt>\s*<dd[^>]*>\s*3\s*<", page)
    assert "left out" not in board.get(address).content.decode()


def test_a_run_on_its_way_says_how_far_it_is(world: World, signed_in: Signed) -> None:
    client, snapshot = signed_in(world.viewer(role=Role.BOARD)), make_snapshot(world)
    waiting = make_run(world, snapshot=snapshot, **WAITING)
    assert "begins within a minute or two" in client.get(f"/value/{waiting}/").content.decode()
    running = make_run(world, snapshot=snapshot, **RUNNING, step="Crediting", steps_done=5)
    page = client.get(f"/value/{running}/").content.decode()
    assert "Step 5 of about 8: Crediting" in page
    assert "Check again" in page
    assert client.get(f"/value/{running}/providers/").headers["Location"] == f"/value/{running}/"
    failed = make_run(world, snapshot=snapshot, **RUNNING | {"status": "failed"}, fault="Nobody was referred.")
    page = client.get(f"/value/{failed}/").content.decode()
    assert "Nobody was referred." in page
    assert "the last valuation that was finished still stands" in page


def test_an_analyst_asks_for_a_valuation_on_the_page(world: World, signed_in: Signed) -> None:
    client, snapshot = signed_in(world.viewer(role=Role.ANALYST)), make_snapshot(world)
    address = f"/value/programmes/{world.programme.pk}/ask/"
    assert "Records up to 2 March 2026" in client.get(address).content.decode()
    answer = client.post(address, {"snapshot": snapshot, "rule": "equal"})
    row = Run.objects.get()
    assert answer.headers["Location"] == f"/value/{row.pk}/"
    assert (row.rule, row.snapshot_id) == ("equal", snapshot)
    again = client.post(address, {"snapshot": snapshot, "rule": "equal"}).content.decode()
    assert "has been asked for already" in again
    assert Run.objects.count() == 1


def test_a_handful_of_people_is_told_in_words(world: World, signed_in: Signed) -> None:
    client, pk = signed_in(world.viewer(role=Role.BOARD)), make_run(world, replace(sample(), people=7))
    answer = client.get(f"/value/{pk}/")
    assert answer.status_code == 409
    assert "Too few people took part" in answer.content.decode()


def test_a_snapshot_is_taken_on_the_page(world: World, signed_in: Signed) -> None:
    put_in_force(world)
    client, programme = signed_in(world.viewer(role=Role.ANALYST)), world.programme.pk
    address = f"/value/programmes/{programme}/snapshot/"
    assert "Take the snapshot" in client.get(address).content.decode()
    assert client.post(address).headers["Location"] == f"/value/programmes/{programme}/ask/"
    taken = snapshots(world.viewer(role=Role.ANALYST), programme)
    assert len(taken) == 1
    assert taken[0].programme_file.is_file()

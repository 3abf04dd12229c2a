"""Valuations killed in the middle, and two workers at once: the last whole one stands, the run is taken up again."""

from collections.abc import Callable

import pytest
from django.test import Client

from commongoal.access.engine.permissions import Role, Viewer
from commongoal.jobs.valuing import value_waiting
from commongoal.valuation.models import Run
from tests.platform.cut_short import Valued, faults
from tests.platform.together import at_once
from tests.platform.world import AT, World, make_world

pytestmark = [pytest.mark.django_db(transaction=True)]


@pytest.fixture
def world(transactional_db: None, tmp_path: object, settings: object) -> World:
    settings.SNAPSHOTS = tmp_path
    return make_world()


@pytest.mark.slow
def test_killed_in_the_middle_the_last_whole_one_stands_and_the_run_is_taken_up_again(
    world: World, signed_in: Callable[[Viewer], Client]
) -> None:
    valued, client = Valued(world), signed_in(world.viewer(role=Role.BOARD))
    shown = {page: client.get(f"/value/{valued.whole}/{page}").content for page in ("", "providers/", "who-gains/")}
    count, first = valued.steps, valued.whole
    # As it takes the run up, while it reckons, before it keeps the result; and in the middle of reckoning.
    assert faults(valued, (1, count // 2, count), (0.3,)) == []
    assert valued.whole != first
    for page, content in shown.items():
        assert figures(client.get(f"/value/{first}/{page}").content) == figures(content)


def figures(page: bytes) -> bytes:
    """A page from its heading on: what stands before it has a new token for each reader."""
    return page[page.index(b"<h1") : page.index(b"</main>")]


def test_two_workers_at_once_work_on_a_run_once(world: World) -> None:
    valued = Valued(world)
    before, run = valued.row(valued.whole), valued.asked()
    results = at_once(*[lambda: value_waiting(AT)] * 3, pause=2)
    assert sorted(map(str, results)) == ["0", "0", "1"]
    assert Run.objects.get(pk=run).digest == before["digest"]
    assert Run.objects.count() == 2

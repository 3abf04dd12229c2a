"""Snapshots killed in the middle, and two taken at once: what stands is always a whole one."""

import os
import signal
from pathlib import Path

import pytest
from django.db import connection

from commongoal.pathway.actions.snapshots import INSTALLATION, take_snapshot
from commongoal.pathway.files import check_ledger, directory, read_programme
from commongoal.pathway.files.snapshots import digest_of
from commongoal.pathway.models import Snapshot
from commongoal.pathway.queries.snapshots import snapshot
from tests.platform.a_history import a_history, begun, noon
from tests.platform.kills import NEVER, under_the_knife
from tests.platform.together import at_once
from tests.platform.world import World, make_world, put_in_force

pytestmark = [pytest.mark.django_db(transaction=True)]


@pytest.fixture
def world(transactional_db: None, tmp_path: Path, settings: object) -> World:
    settings.SNAPSHOTS = tmp_path / "snapshots"
    world = make_world()
    put_in_force(world)
    return world


def killed_at_flush(number: int) -> None:
    """From now on the process dies when it flushes a file or folder for the n-th time."""
    flush, count = directory._flush, 0

    def flush_or_die(path: Path) -> None:
        nonlocal count
        count += 1
        if count == number:
            os.kill(os.getpid(), signal.SIGKILL)
        flush(path)

    directory._flush = flush_or_die


@pytest.mark.slow
def test_killed_in_the_middle_the_last_whole_one_stands(world: World, settings: object) -> None:
    history = a_history(world, 1, 20)
    at = noon(history.today)

    def take() -> int:
        return take_snapshot(by=INSTALLATION, at=at, programme=world.programme.pk)

    def take_and_die(number: int) -> int:
        killed_at_flush(number)
        return take()

    before = snapshot(take())
    deeds = [(lambda n=n: take_and_die(n), NEVER) for n in (1, 5, 11, 13, 14)]  # in the ledger, at its end, at ours
    deeds += [(take, step) for step in (3, 17)]  # while reading, and before the row
    for deed, step in deeds:
        begun(world, history.today)
        connection.close()
        assert under_the_knife(deed, step) == -1
        last = snapshot(Snapshot.objects.latest("pk").pk)
        assert last.id == before.id
        assert digest_of(last.directory) == last.digest
        report = check_ledger(read_programme(last.programme_file), [last.ledger], last.snapshot_on)
        assert report.problems == ()
        before = snapshot(take())
        found = {place.name for place in (settings.SNAPSHOTS / "together").iterdir() if place.is_dir()}
        assert found == {Path(row.directory).name for row in Snapshot.objects.all()}
        assert before.digest != last.digest


def test_two_at_once_are_two_whole_ones(world: World) -> None:
    history = a_history(world, 2, 20)

    def take() -> int:
        return take_snapshot(by=INSTALLATION, at=noon(history.today), programme=world.programme.pk)

    results = at_once(take, take, take, pause=3)
    one, *others = (snapshot(pk) for pk in results)
    for other in others:
        assert one.directory != other.directory
        assert one.digest == other.digest == digest_of(other.directory)

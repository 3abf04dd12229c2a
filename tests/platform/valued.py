"""Snapshots with something in them, and runs of their valuation, for the tests of value."""

import shutil
from functools import cache
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

from django.conf import settings

from commongoal.cli import main as command
from commongoal.pathway.models import PathwayFile, Snapshot
from commongoal.valuation.engine.report.as_json import as_data, digest_of
from commongoal.valuation.engine.results import Valuation
from commongoal.valuation.engine.runs import RunStatus
from commongoal.valuation.models import Run
from tests.engine.sample_valuation import sample
from tests.platform.world import AT, World, put_in_force


@cache
def demonstration(people: int) -> Path:
    """The invented programme's file and ledgers of so many people, written once."""
    out = Path(mkdtemp(prefix="commongoal-valued-"))
    assert command.run(["demo", "--out", str(out), "--no-open", "--people", str(people)]) == 0
    return out


def make_snapshot(world: World, people: int = 0, name: str = "one") -> int:
    """A snapshot of the world's programme: of the invented programme's ledger, or without files where nobody is."""
    if people:
        made, there = demonstration(people), Path(settings.SNAPSHOTS) / "together" / name
        for part in ("ledger", "comparison"):
            shutil.copytree(made / part, there / part)
        shutil.copy(made / "marlhaven.toml", there / "programme.toml")
    file = PathwayFile.objects.filter(programme=world.programme).first() or put_in_force(world)
    return Snapshot.objects.create(
        programme=world.programme, pathway_file=file, snapshot_on=AT.date(), directory=f"together/{name}",
        digest="5" * 64, rows={}, left_out={}, last_action=0, people_read=0, at=AT,
    ).pk  # fmt: skip


def make_run(world: World, valuation: Valuation | None = None, snapshot: int | None = None, **values: Any) -> int:
    """A finished run with a result, unless told otherwise."""
    from commongoal.access.engine.permissions import Role

    data = as_data(valuation or sample())
    given = {
        "status": RunStatus.DONE.value, "result": data, "digest": digest_of(data), "rule": "net",
        "versions": {"commongoal": "0"}, "asked_at": AT, "begun_at": AT, "heard_at": AT, "ended_at": AT,
    }  # fmt: skip
    return Run.objects.create(
        snapshot_id=snapshot or make_snapshot(world), membership_id=world.viewer(role=Role.ANALYST).membership,
        **(given | values),
    ).pk  # fmt: skip

"""Help that began before a person came to the pathway is told from that day on: it is not lost to whoever gave it."""

import datetime as dt
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from commongoal.pathway.actions.moving import begin_journey
from commongoal.pathway.actions.snapshots import INSTALLATION, take_snapshot
from commongoal.pathway.files import check_ledger, read_programme
from commongoal.pathway.models import Support
from commongoal.pathway.queries.snapshots import snapshot
from tests.platform.world import AT, World, make_person, put_in_force

TODAY = AT.date()
BEGUN = TODAY - dt.timedelta(days=100)


def back(days: int) -> dt.date:
    return TODAY - dt.timedelta(days=days)


@pytest.fixture
def place(world: World, tmp_path: Path, settings: object) -> World:
    settings.SNAPSHOTS = tmp_path
    put_in_force(world)
    return world


def support(world: World, person: int, kind: str, from_on: dt.date, to_on: dt.date | None) -> None:
    by = world.viewer()
    Support.objects.create(
        person_id=person, programme=world.programme, organisation_id=by.organisation, membership_id=by.membership,
        intervention=kind, from_on=from_on, to_on=to_on, at=AT,
    )  # fmt: skip


def test_it_begins_with_the_pathway_and_what_was_over_before_is_left_out(place: World) -> None:
    person = make_person(place)
    begin_journey(
        by=place.viewer(), at=AT, person=person, programme=place.programme.pk, on=BEGUN, attributes={"age": "young"}
    )
    support(place, person, "coaching", back(104), None)
    support(place, person, "advice", back(130), back(60))
    support(place, person, "advice", back(160), BEGUN)  # over on the day before
    found = snapshot(take_snapshot(by=INSTALLATION, at=AT, programme=place.programme.pk))
    assert check_ledger(read_programme(found.programme_file), [found.ledger], found.snapshot_on).problems == ()
    rows = pq.read_table(found.ledger / "support.parquet").to_pylist()
    assert {(row["intervention"], row["from_on"], row["to_on"]) for row in rows} == {
        ("coaching", BEGUN, None),
        ("advice", BEGUN, back(60)),
    }
    assert found.left_out == {"a row from before the person was referred": 1}

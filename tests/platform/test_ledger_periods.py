"""Agreements and lawful bases become periods of the ledger, as a snapshot tells them."""

import datetime as dt
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from commongoal.pathway.actions.answers import accept_referral
from commongoal.pathway.actions.moving import begin_journey
from commongoal.pathway.actions.snapshots import INSTALLATION, take_snapshot
from commongoal.pathway.engine.ledger_sharing import Law, agreement_of
from commongoal.pathway.files import check_ledger, read_programme
from commongoal.pathway.queries.ledger_tables import pseudonyms
from commongoal.pathway.queries.snapshots import snapshot
from commongoal.people.engine.vocabulary import DataClass
from tests.platform.test_referrals import AT, DAY, agree, sent
from tests.platform.world import World, put_in_force

EPOCH = dt.date(1970, 1, 1)


def test_agreements_and_bases_pass_the_check_of_the_ledger(world: World, tmp_path: Path, settings: object) -> None:
    settings.SNAPSHOTS = tmp_path
    put_in_force(world)
    person, pk = sent(world)
    classes = [DataClass.IDENTITY, DataClass.NOTES]
    agree(world, person, "provider", classes)  # takes the place of the first, the same day
    agree(world, person, "nhs")
    accept_referral(by=world.viewer("provider"), at=AT, referral=pk)
    begin_journey(
        by=world.viewer(), at=AT, person=person, programme=world.programme.pk, on=DAY, attributes={"age": "young"}
    )
    found = snapshot(take_snapshot(by=INSTALLATION, at=AT, programme=world.programme.pk))
    assert check_ledger(read_programme(found.programme_file), [found.ledger], found.snapshot_on).problems == ()
    rows = pq.read_table(found.ledger / "agreement.parquet").to_pylist()
    assert {row["person"] for row in rows} == set(pseudonyms([person]))
    provider = f"organisation_{world.organisations['provider'].pk}"
    assert {row["scope"] for row in rows if row["organisation"] == provider} == {
        "area: health",
        "area: work",
        "data: identity",
        "data: notes",
        "basis: public task: helping people into work",
    }


def day(number: int) -> dt.date:
    return DAY + dt.timedelta(days=number)


Period = tuple[int, int | None]


def shared(
    agreements: list[tuple[str, *Period]], participations: list[Period], *laws: Law
) -> list[tuple[str, *Period]]:
    """The periods of one person with one organisation, as days after `DAY`; agreements say one area each."""

    def columns(periods: list[Period]) -> dict[str, pa.Array]:
        days = [[None if at is None else day(at) for at in each] for each in zip(*periods, strict=True)] or [[], []]
        one = pa.array([1] * len(periods), pa.int64())
        return {"person": one, "organisation": one, "start": pa.array(days[0], pa.date32()),
                "to_on": pa.array(days[1], pa.date32())}  # fmt: skip

    of = columns([(start, end) for _, start, end in agreements])
    words = {"areas": pa.array([f'["{area}"]' for area, _, _ in agreements], pa.string())}
    words["classes"] = pa.array(["[]"] * len(agreements), pa.string())
    given = pa.table({**of, **words}).rename_columns({"start": "from_on"})
    taking = pa.table(columns(participations)).rename_columns({"start": "referred_on"})
    none = pa.nulls(len(taking), pa.date32())
    taking = taking.append_column("first_contact_on", none).append_column("started_on", none)
    places = np.zeros(len(given), dtype=np.int64), np.zeros(len(taking), dtype=np.int64)
    found = agreement_of(given, taking, places, laws)
    first = (DAY - EPOCH).days
    ends = [None if end >= 10**6 else end - first for end in found.end.tolist()]
    scopes = [found.scopes[scope].rpartition(": ")[2] for scope in found.scope]
    return sorted(zip(scopes, (found.start - first).tolist(), ends, strict=True))


def test_periods_of_a_kind_are_joined_and_empty_ones_dropped() -> None:
    assert shared([("work", 5, 9), ("work", 0, 5), ("work", 3, 3)], []) == [("work", 0, 9)]
    assert shared([("work", 0, 2), ("work", 4, None), ("work", 6, 7)], []) == [("work", 0, 2), ("work", 4, None)]
    assert shared([("work", 0, 2), ("money", 1, 3)], []) == [("money", 1, 3), ("work", 0, 2)]


def test_a_law_lets_an_organisation_share_only_while_it_holds_and_they_take_part() -> None:
    def law(first: int, last: int | None, *organisations: int) -> Law:
        return Law("basis: helping", day(first), None if last is None else day(last), frozenset(organisations))

    assert shared([], [(0, 5)], law(3, None, 1)) == [("helping", 3, 5)]
    assert shared([], [(0, None)], law(3, None, 1, 2)) == [("helping", 3, None)]
    assert shared([], [(0, 3)], law(3, 5, 1)) == []
    assert shared([], [(0, 3)], law(0, None, 2)) == []

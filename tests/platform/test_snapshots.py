"""The ledger written from the database: what goes in, what is left out, and that reading a part again is enough."""

import argparse
import datetime as dt
import hashlib
import json
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from commongoal.access.engine.permissions import Role
from commongoal.access.engine.refusals import NotAllowed
from commongoal.access.models import Action, LawfulBasis
from commongoal.access.queries.keys import key_ring
from commongoal.access.queries.touched import touched_since
from commongoal.cli import main
from commongoal.config import snapshot as command
from commongoal.pathway.actions.snapshots import INSTALLATION, take_snapshot
from commongoal.pathway.actions.supporting import begin_support
from commongoal.pathway.files import check_ledger, read_programme
from commongoal.pathway.models import Cost, Journey, Move
from commongoal.pathway.queries.snapshots import snapshot
from commongoal.people.actions.merging import merge_people, part_people
from tests.platform.a_history import CASEWORK, MERGES, PARTNERS, START, History, a_history, begun, noon
from tests.platform.as_files import write
from tests.platform.world import AT, PATHWAY, World, make_person, put_in_force

DAY_LONG = dt.timedelta(days=1)
DAY = dt.date(2026, 1, 5)
NOW = dt.datetime(2026, 6, 30, 12, 0, tzinfo=dt.UTC)


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, settings: object) -> Path:
    settings.SNAPSHOTS = tmp_path / "snapshots"
    return settings.SNAPSHOTS


def journey(world: World, person: int, *stages: str, **fields: object) -> Journey:
    of = world.viewer()
    row = Journey.objects.create(
        person_id=person, programme=world.programme, attributes={"age": "young"}, begun_on=DAY,
        stage=stages[-1], since_on=DAY, **fields,
    )  # fmt: skip
    for place, stage in enumerate(stages):
        Move.objects.create(
            journey=row, on=DAY + dt.timedelta(days=place * 7), stage=stage, organisation_id=of.organisation,
            membership_id=of.membership, evidence_kind="seen", at=AT,
        )  # fmt: skip
    return row


def taken(world: World, **options: object):
    pk = take_snapshot(
        by=world.viewer(role=Role.ANALYST), at=options.pop("at", NOW), programme=world.programme.pk, **options
    )
    found = snapshot(pk)
    report = check_ledger(read_programme(found.programme_file), [found.ledger], found.snapshot_on)
    assert report.problems == ()
    return found


def table(found, name: str):
    return pq.read_table(found.ledger / f"{name}.parquet").to_pylist()


def test_moves_become_entries(world: World) -> None:
    put_in_force(world)
    person = make_person(world, area_code="E01008881")
    journey(world, person, "referred", "engaged", "left", "engaged")
    found = taken(world)
    rows = table(found, "entries")
    assert [(row["stage_from"], row["stage_to"]) for row in rows] == [
        (None, "referred"), ("referred", "engaged"), ("engaged", "left"), ("left", "engaged"),
    ]  # fmt: skip
    assert {row["recorded_by"] for row in rows} == {"council"}
    assert table(found, "people")[0]["area"] == "E01008881"
    again = taken(world)
    assert again.people_read <= 1
    assert again.digest == found.digest == taken(world, whole=True).digest


TOLD = ("people", "entries", "support", "work", "readings", "costs")


def same_as_imported(history: History, folder: Path, tables: tuple[str, ...] = TOLD) -> set[str]:
    """A history's snapshot is the same ledger as its log imported by the command line; returns the filled tables."""
    found = taken(history.world, at=noon(history.today))
    write(history, folder / "files")
    programme, on = str(found.programme_file), history.today.isoformat()
    words = [programme, str(folder / "files"), "--snapshot", on]
    assert main.run(["ledger", "check", *words]) == 0
    assert main.run(["ledger", "import", *words, "--out", str(folder / "ledger")]) == 0
    for name in tables:
        imported = pq.read_table(folder / "ledger" / f"{name}.parquet").to_pylist()
        assert table(found, name) == imported, name
    assert found.digest == taken(history.world, at=noon(history.today), whole=True).digest
    return {name for name in tables if found.rows[name]}


@pytest.mark.parametrize("seed", range(2))
def test_a_history_entered_here_is_the_ledger_of_the_same_history_imported(
    world: World, tmp_path: Path, seed: int
) -> None:
    put_in_force(world)
    history = a_history(world, seed, 260, (*CASEWORK, *CASEWORK, *PARTNERS, *PARTNERS))
    assert len(history.done) >= 22, history.done  # of 27 kinds of deed
    filled = same_as_imported(history, tmp_path, (*TOLD, "agreement"))
    assert len(filled) >= len(TOLD), "all but one of seven"


@pytest.mark.parametrize("seed", range(2))
def test_so_it_is_after_each_merge_and_parting(world: World, tmp_path: Path, seed: int) -> None:
    put_in_force(world)
    deeds = (*CASEWORK, *CASEWORK, *PARTNERS)
    history = a_history(world, seed, 150, deeds)
    for number, deed in enumerate(("merge", "merge", "part", "part")):
        for _ in range(6):
            history.step(deeds)
        before = dict(history.merges)
        for _ in range(60):  # most pairs are refused: both have gone far
            history.step((deed,))
            if history.merges != before:
                break
        assert len(history.merges) == len(before) + (1 if deed == "merge" else -1)
        (tmp_path / str(number)).mkdir()
        assert {"people", "entries"} <= same_as_imported(history, tmp_path / str(number))


@pytest.mark.parametrize("seed", range(3))
def test_reading_those_who_changed_gives_what_reading_everybody_gives(world: World, seed: int) -> None:
    put_in_force(world)
    history = a_history(world, seed, 10)
    taken(world, at=noon(history.today))
    again = 0
    for _ in range(6):
        for _ in range(8):
            history.step((*CASEWORK, *PARTNERS, *MERGES, *MERGES))
        part, everybody = (taken(world, at=noon(history.today), whole=whole) for whole in (False, True))
        assert (part.digest, part.left_out) == (everybody.digest, everybody.left_out)
        again += part.people_read < everybody.people_read
    assert again


def test_what_a_merge_brings_together_is_told_once_and_an_unmerge_takes_it_apart(world: World) -> None:
    put_in_force(world)
    manager = world.viewer(role=Role.MANAGER)
    kept, gone = begun(world, START), begun(world, START)
    for person, days in ((kept, 0), (gone, 5)):
        begin_support(
            by=world.viewer(), at=noon(START + 9 * DAY_LONG), person=person, programme=world.programme.pk,
            intervention="advice", from_on=START + days * DAY_LONG,
        )  # fmt: skip
    at = noon(START + 20 * DAY_LONG)
    apart = taken(world, at=at)
    assert (apart.rows["people"], apart.rows["support"]) == (2, 2)
    merge = merge_people(kept, gone, versions=(1, 1), by=manager, at=at)
    one = taken(world, at=at)
    assert (one.rows["people"], one.rows["support"]) == (1, 1)
    assert one.left_out == {"a period of which all days were told already": 1}
    part_people(merge, by=manager, at=at)
    again = taken(world, at=at)
    assert (again.digest, again.left_out) == (apart.digest, {})


def test_no_name_number_or_words_leave_in_it(world: World, folder: Path) -> None:
    """In no file of it, in no place: neither who anybody is, nor what anybody typed."""
    put_in_force(world)
    history = a_history(world, 5, 120, (*CASEWORK, *PARTNERS))
    found = taken(world, at=noon(history.today))
    secrets = ["Rosa", "Marden", "QQ123456", "1985-04-12", "12 April 1985", "12/04/1985", "1985", "Harbour", "Bakery"]
    secrets += ["They told me", "Care assistant", "A slip", "Wants to work", "accounts"]
    files = [path for path in found.directory.rglob("*") if path.is_file()]
    assert len(files) > 12
    for path in files:
        told = path.read_bytes()
        if path.suffix == ".parquet":
            read = pq.read_table(path)
            told += str([read.to_pylist(), read.schema.metadata]).encode()
            assert dt.date(1985, 4, 12) not in {value for row in read.to_pylist() for value in row.values()}
        assert [secret for secret in secrets if secret.encode() in told] == [], path.name


def test_pseudonyms_follow_from_nothing_without_the_key(world: World, settings: object) -> None:
    put_in_force(world)
    people = [begun(world) for _ in range(3)]
    told = {row["person"] for row in table(taken(world), "people")}
    assert len(told) == len(people)
    guesses = [f"{before}{person}" for person in people for before in ("", "ledger ", "p", "person ", "blind:ledger ")]
    for name in hashlib.algorithms_guaranteed:
        if not name.startswith("shake"):
            for guess in guesses:
                digest = hashlib.new(name, guess.encode()).hexdigest()
                assert not {each for each in told if each[1:] in digest}
    settings.COMMONGOAL_BLIND_KEY = b"\x22" * 32
    key_ring.cache_clear()
    try:
        other = taken(world)
    finally:
        key_ring.cache_clear()
    assert other.people_read == len(people)  # whole: no pseudonym of another key stays among the new ones
    assert not told & {row["person"] for row in table(other, "people")}


def test_what_lies_ahead_comes_in_on_its_day(world: World) -> None:
    put_in_force(world)
    person = begun(world, START)
    of = world.viewer()
    row = Move.objects.get(journey__person=person)
    for days, stage in ((3, "engaged"), (8, "supported")):
        Move.objects.create(
            journey=row.journey, on=START + days * DAY_LONG, stage=stage, organisation_id=of.organisation,
            membership_id=of.membership, at=AT,
        )  # fmt: skip
    counts = []
    for days in (1, 2, 5, 9, 12, 4):
        at = noon(START + days * DAY_LONG)
        part = taken(world, at=at)
        assert part.digest == taken(world, at=at, whole=True).digest
        counts.append((part.rows["entries"], sum(part.left_out.values())))
    assert counts == [(1, 2), (1, 2), (2, 1), (3, 0), (3, 0), (2, 1)]


def test_a_new_file_new_bases_and_a_changed_ledger_are_read_whole(world: World) -> None:
    put_in_force(world)
    for _ in range(3):
        begun(world, START)
    at = noon(START + DAY_LONG)
    first = taken(world, at=at)
    assert taken(world, at=at).people_read == 0
    fewer = PATHWAY.replace('["referred", "engaged"], ', "")
    put_in_force(world, fewer)
    assert taken(world, at=at).people_read == 3
    LawfulBasis.objects.update(purpose="another")
    assert taken(world, at=at).people_read == 3
    last = taken(world, at=at)
    (last.ledger / "support.parquet").write_bytes((first.ledger / "support.parquet").read_bytes() + b" ")
    assert taken(world, at=at).people_read == 3
    Action.objects.filter(pk=Action.objects.latest("pk").pk).update(verb="erase audit")
    assert taken(world, at=at).people_read == 3


def test_a_move_that_the_file_no_longer_allows_is_left_out_and_counted(world: World) -> None:
    put_in_force(world)
    journey(world, make_person(world), "referred", "engaged", "supported", "in_work")
    put_in_force(world, PATHWAY.replace('["engaged", "supported"],', ""))
    found = taken(world)
    assert [row["stage_to"] for row in table(found, "entries")] == ["referred", "engaged"]
    assert found.left_out == {"a move that the pathway does not allow": 2}


def test_costs_of_the_same_thing_are_added_up_and_unfinished_ones_wait(world: World) -> None:
    put_in_force(world)
    begun(world, START)
    by = world.viewer(role=Role.MANAGER)
    for days, pence in ((7, 100), (7, 250), (60, 999)):
        Cost.objects.create(
            programme=world.programme, provider="council", from_on=START, to_on=START + days * DAY_LONG,
            amount_pence=pence, borne_by="council", basis="cash", source="invented", organisation_id=by.organisation,
            membership_id=by.membership, at=AT,
        )  # fmt: skip
    found = taken(world, at=noon(START + 20 * DAY_LONG))
    assert [row["amount_pence"] for row in table(found, "costs")] == [350]
    assert found.left_out == {"a cost of a period that is not over": 1}


def test_only_an_analyst_or_the_installation_takes_one(world: World) -> None:
    put_in_force(world)
    begun(world)
    with pytest.raises(NotAllowed):
        take_snapshot(by=world.viewer(), at=NOW, programme=world.programme.pk)
    taken_by_itself = take_snapshot(by=INSTALLATION, at=NOW, programme=world.programme.pk)
    assert Action.objects.get(subject="snapshot", subject_id=taken_by_itself).membership is None


def test_a_row_that_comes_to_sight_late_is_read_next_time(world: World) -> None:
    at = noon(START)
    ids = [Action.objects.create(at=at, verb="x", subject="y", subject_id=1, person_id=n, salt="", content_digest="").pk
           for n in (1, 2, 3)]  # fmt: skip
    missing = Action.objects.get(pk=ids[1])
    missing.delete()
    seen = touched_since(ids[0] - 1, at)
    assert (seen.last_action, seen.people) == (ids[0], {1, 3})
    missing.pk = ids[1]
    missing.save()
    assert touched_since(seen.last_action, at).people == {2, 3}
    assert touched_since(seen.last_action, at).last_action == ids[2]
    missing.delete()
    assert touched_since(ids[0], at + dt.timedelta(hours=2)).last_action == ids[2]


def test_the_command_line_values_it(world: World, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    put_in_force(world)
    for _ in range(12):
        journey(world, make_person(world), "referred", "engaged", "supported", "in_work")
    arguments = argparse.Namespace(programme="together", whole=False, out=tmp_path / "out", json=True)
    assert command.run(arguments) == 0
    said = json.loads(capsys.readouterr().out)
    assert said["rows"]["people"] == 12
    words = ["value", str(tmp_path / "out" / "programme.toml"), "--ledger", str(tmp_path / "out" / "ledger"), "--json"]
    code = main.run(words)
    output = capsys.readouterr()
    assert code in (0, 1), output.err
    assert json.loads(output.out)
    with pytest.raises(command.NoSuchProgramme):
        command.run(argparse.Namespace(programme="nothing", whole=False, out=None, json=False))

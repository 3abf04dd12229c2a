"""The audit's chain: every way of breaking it is seen, erasing does not break it, sealers do not fight."""

import datetime as dt
import json
import random
from collections.abc import Callable

import pytest
from django.core.management import call_command
from django.db.models import F
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase as HypothesisCase

from commongoal.access.actions import acting
from commongoal.access.actions.erasing import NoReason, erase_audit
from commongoal.access.actions.reading import note_reading
from commongoal.access.actions.sealing import note_check, seal_audit
from commongoal.access.engine.chain import START, content_digest
from commongoal.access.engine.permissions import Role, Viewer
from commongoal.access.engine.refusals import NotAllowed
from commongoal.access.models import Action, Reading, Seal
from commongoal.access.queries.chain import chain_state, verify_audit
from tests.platform.together import at_once
from tests.platform.world import AT, World, later, make_world

pytestmark = pytest.mark.django_db


def write(by: Viewer, person: int, **after: object) -> None:
    """One action on a person's record."""
    with acting("add person", by=by, at=AT) as act:
        act.permit()
        act.wrote("person", person, person=person, after=after)


def history(world: World, batches: int = 3, people: int = 4) -> None:
    """A few sealed batches of actions and readings."""
    by = world.viewer()
    for batch in range(batches):
        for person in range(1, people + 1):
            write(by, person, phone=f"01632 96{batch}{person:03}", tags=["a", "b"], kept=True, note=None)
        note_reading(range(1, people + 1), page="person", by=by, at=later(batch))
        note_reading(range(1, people + 1), page="search", by=by, at=later(batch), listed=True)
        seal_audit(later(batch))


def codes() -> set[str]:
    return {fault.code for fault in verify_audit().faults}


def test_a_whole_chain_is_sound(world: World) -> None:
    history(world)
    found = verify_audit()
    assert found.sound
    assert (found.seals, found.rows, found.waiting) == (3, 36, 0)
    assert found.digest == Seal.objects.order_by("-id").first().digest


def test_nothing_is_sealed_twice_and_nothing_makes_no_seal(world: World) -> None:
    assert seal_audit(AT).digest == START
    history(world, batches=1)
    assert seal_audit(later(9)).seals == 0
    assert Seal.objects.count() == 1


def test_a_backlog_is_sealed_in_short_batches(world: World) -> None:
    for person in range(1, 12):
        write(world.viewer(), person)
    sealed = seal_audit(AT, batch=5)
    assert (sealed.seals, sealed.rows) == (3, 11)
    assert verify_audit().sound


def test_a_row_committed_late_falls_into_a_later_seal(world: World) -> None:
    """On PostgreSQL a row with a lower id may commit after its neighbours were sealed."""
    write(world.viewer(), 1)
    late = Action.objects.get()
    Action.objects.all().delete()
    for person in (2, 3):
        write(world.viewer(), person)
    assert late.pk < Action.objects.order_by("id").first().pk
    seal_audit(AT)
    late.save(force_insert=True)
    assert verify_audit().waiting == 1
    seal_audit(later())
    assert verify_audit().sound
    assert Action.objects.get(pk=late.pk).seal_id == Seal.objects.order_by("-id").first().pk


def row(kind: type[Action] | type[Reading]) -> Action | Reading:
    """One row from the middle batch."""
    return kind.objects.filter(seal=Seal.objects.order_by("id")[1]).order_by("id")[1]


def insert_sealed() -> None:
    copy = row(Reading)
    copy.pk = None
    copy.save(force_insert=True)


def swap_seals() -> None:
    one, two = Seal.objects.order_by("id")[:2]
    Seal.objects.filter(pk=one.pk).update(before="x", digest="x")
    Seal.objects.filter(pk=two.pk).update(before=one.before, digest=one.digest)
    Seal.objects.filter(pk=one.pk).update(before=two.before, digest=two.digest)


def move_row() -> None:
    Action.objects.filter(pk=row(Action).pk).update(seal=Seal.objects.order_by("-id").first())


def drop_batch() -> None:
    gone = Seal.objects.order_by("id")[1]
    for kind in (Action, Reading):
        kind.objects.filter(seal=gone).delete()
    gone.delete()


BREAKS: dict[str, tuple[Callable[[], object], set[str]]] = {
    "content changed": (lambda: Action.objects.filter(pk=row(Action).pk).update(after={"phone": "1"}), {"content"}),
    "person changed": (lambda: Action.objects.filter(pk=row(Action).pk).update(person_id=99), {"content"}),
    "subject changed": (lambda: Action.objects.filter(pk=row(Action).pk).update(subject="note"), {"content"}),
    "reader's person changed": (lambda: Reading.objects.filter(pk=row(Reading).pk).update(person_id=99), {"content"}),
    "listed changed": (lambda: Reading.objects.filter(pk=row(Reading).pk).update(listed=True), {"content"}),
    "time changed": (lambda: Action.objects.filter(pk=row(Action).pk).update(at=later(50)), {"digest"}),
    "verb changed": (lambda: Action.objects.filter(pk=row(Action).pk).update(verb="see today"), {"digest"}),
    "page changed": (lambda: Reading.objects.filter(pk=row(Reading).pk).update(page="home"), {"digest"}),
    "who changed": (lambda: Action.objects.filter(pk=row(Action).pk).update(membership=None), {"digest"}),
    "action deleted": (lambda: Action.objects.filter(pk=row(Action).pk).delete(), {"count"}),
    "reading deleted": (lambda: Reading.objects.filter(pk=row(Reading).pk).delete(), {"count"}),
    "reading inserted": (insert_sealed, {"count"}),
    "row moved to another seal": (move_row, {"count"}),
    "seal's time changed": (lambda: Seal.objects.filter(pk=Seal.objects.first().pk).update(at=later(50)), {"digest"}),
    "seals swapped": (swap_seals, {"link", "digest"}),
    "batch and seal removed": (drop_batch, {"link"}),
    "emptied by hand": (
        lambda: Action.objects.filter(pk=row(Action).pk).update(
            person_id=None, before={}, after={}, salt="", erasure="f" * 32
        ),
        {"erasing"},
    ),
}


@pytest.mark.parametrize("name", BREAKS)
def test_each_way_of_breaking_the_chain_is_seen(world: World, name: str) -> None:
    history(world)
    breaking, expected = BREAKS[name]
    breaking()
    assert codes() == expected


def forge(action: Action) -> None:
    """Change a row and its digest with it, as somebody would who knows how digests are made."""
    action.after = {"phone": "forged"}
    content = {
        "subject": action.subject, "subject_id": action.subject_id, "person": action.person_id,
        "before": action.before, "after": action.after,
    }  # fmt: skip
    action.content_digest = content_digest(action.salt, content)
    action.save()


def test_a_row_forged_with_its_digest_is_seen_in_the_seal(world: World) -> None:
    history(world)
    forge(row(Action))
    assert codes() == {"digest"}


def test_a_chain_cut_at_its_end_is_seen_by_the_digest_noted_elsewhere(world: World) -> None:
    history(world)
    noted = seal_audit(later(4)).digest
    last = Seal.objects.order_by("-id").first()
    for kind in (Action, Reading):
        kind.objects.filter(seal=last).delete()
    last.delete()
    assert verify_audit().sound
    assert {fault.code for fault in verify_audit(expect=noted).faults} == {"head"}


def test_rows_whose_seal_is_gone_are_seen(world: World) -> None:
    history(world)
    middle = Seal.objects.order_by("id")[1]
    last = Seal.objects.order_by("-id").first()
    Action.objects.filter(seal=middle).update(seal=last.pk)  # as in a database without foreign keys
    middle_readings = Reading.objects.filter(seal=middle)
    middle_readings.update(seal=last.pk)
    middle.delete()
    assert codes() == {"link", "count"}


def test_erasing_takes_the_person_out_and_leaves_the_chain_sound(world: World) -> None:
    history(world)
    officer = world.viewer("council", Role.DATA_PROTECTION)
    assert erase_audit(2, "request 7", by=officer, at=later(5)) == 9
    assert not Action.objects.filter(person_id=2).exists()
    assert not Reading.objects.filter(person_id=2).exists()
    assert verify_audit().sound
    seal_audit(later(6))
    assert verify_audit().sound
    assert "request 7" in str(Action.objects.get(verb="erase audit").after)


def test_an_erased_row_that_is_filled_again_or_a_further_one_emptied_is_seen(world: World) -> None:
    history(world)
    erase_audit(2, "request 7", by=world.viewer("council", Role.DATA_PROTECTION), at=later(5))
    erasure = Action.objects.get(verb="erase audit").after["erasure"]
    filled = Action.objects.filter(erasure=erasure).first()
    Action.objects.filter(pk=filled.pk).update(after={"phone": "other"})
    assert codes() == {"content"}
    Action.objects.filter(pk=filled.pk).update(after={})
    other = Reading.objects.filter(person_id=3).first()
    Reading.objects.filter(pk=other.pk).update(person_id=None, salt="", erasure=erasure)
    assert codes() == {"erasing"}


def test_erasing_needs_the_role_and_a_reason(world: World) -> None:
    history(world, batches=1)
    with pytest.raises(NotAllowed):
        erase_audit(2, "why", by=world.viewer("council", Role.MANAGER), at=AT)
    with pytest.raises(NoReason):
        erase_audit(2, " ", by=world.viewer("council", Role.DATA_PROTECTION), at=AT)


def test_the_seal_holds_no_identity(world: World) -> None:
    """The same history of another person, with the digests it committed to, makes the same chain."""
    history(world, batches=1)
    digest = verify_audit().digest
    Action.objects.update(person_id=F("person_id") + 1000, before={}, after={"name": "Somebody Else"})
    Reading.objects.update(person_id=F("person_id") + 1000)
    found = verify_audit()
    assert found.digest == digest
    assert {fault.code for fault in found.faults} == {"content"}


def test_the_commands_say_every_fault_and_their_exit(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    history(world)
    write(world.viewer(), 1)
    call_command("seal_audit")
    assert "1 row" in capsys.readouterr().out
    call_command("verify_audit")
    assert "sound" in capsys.readouterr().out
    Action.objects.filter(pk=row(Action).pk).update(after={"phone": "01632 960999"})
    Reading.objects.filter(pk=row(Reading).pk).delete()
    with pytest.raises(SystemExit) as exit_:
        call_command("verify_audit", "--json")
    told = json.loads(capsys.readouterr().out)
    assert exit_.value.code == 1
    assert sorted(fault["code"] for fault in told["faults"]) == ["content", "count"]
    assert "01632" not in json.dumps(told)


def test_the_state_of_the_chain(world: World) -> None:
    history(world)
    write(world.viewer(), 1)
    note_check(verify_audit(), at=later(8))
    state = chain_state(world.viewer("council", Role.DATA_PROTECTION)).value
    assert (state.sealed_at, state.checked_at, state.faults) == (later(2), later(8), 0)
    assert state.oldest_waiting_at == AT
    with pytest.raises(NotAllowed):
        chain_state(world.viewer("council", Role.KEY_WORKER))


class TestRandomHistories(HypothesisCase):
    """Whatever was written, read, sealed and erased, the chain is sound; after any tampering it is not."""

    @settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(st.lists(st.sampled_from(["write", "read", "seal", "erase"]), min_size=4, max_size=30), st.randoms())
    def test_sound_until_tampered_with(self, steps: list[str], chance: random.Random) -> None:
        world = make_world()
        by, officer = world.viewer(), world.viewer("council", Role.DATA_PROTECTION)
        for count, step in enumerate([*steps, "write", "read", "seal"]):
            person, at = chance.randint(1, 5), AT + dt.timedelta(minutes=count)
            if step == "write":
                write(by, person, number=chance.randint(0, 9), text=chance.choice(["é", '"', "\n", "a|b"]))
            elif step == "read":
                note_reading([person, person + 1], page="person", by=by, at=at)
            elif step == "erase":
                erase_audit(person, "request", by=officer, at=at)
            else:
                seal_audit(at, batch=chance.choice([2, 1000]))
        assert verify_audit().sound
        tamper(chance)
        assert not verify_audit().sound


def tamper(chance: random.Random) -> None:
    """One change to one sealed row or seal, that changes something."""
    kind = chance.choice([Action, Reading])
    sealed = chance.choice(list(kind.objects.exclude(seal=None)))
    ways: list[Callable[[], object]] = [
        lambda: kind.objects.filter(pk=sealed.pk).delete(),
        lambda: kind.objects.filter(pk=sealed.pk).update(at=sealed.at + dt.timedelta(microseconds=1)),
        lambda: kind.objects.filter(pk=sealed.pk).update(person_id=4711),
        lambda: kind.objects.filter(pk=sealed.pk).update(content_digest="0" * 64),
        lambda: Seal.objects.filter(pk=sealed.seal_id).update(actions=F("actions") + 1),
        lambda: Seal.objects.filter(pk=sealed.seal_id).update(digest="0" * 63 + "1"),
    ]
    chance.choice(ways)()


@pytest.mark.django_db(transaction=True)
def test_sealers_and_writers_at_once_make_one_chain() -> None:
    world = make_world()
    by = world.viewer()
    works: list[Callable[[], object]] = [lambda: seal_audit(later(), batch=7)] * 3
    works += [lambda: write(by, 1), lambda: note_reading([1, 2, 3], page="person", by=by, at=AT)] * 2
    assert at_once(*(repeated(work, times=15) for work in works)) == [None] * len(works)
    seal_audit(later(2))
    found = verify_audit()
    assert found.sound
    assert (found.rows, found.waiting) == (15 * (2 + 6), 0)


def repeated(work: Callable[[], object], times: int) -> Callable[[], None]:
    def run() -> None:
        for _ in range(times):
            work()

    return run

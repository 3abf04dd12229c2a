"""What the rules of moving take, the ledger takes too, and what the ledger takes, they take."""

import datetime as dt
import itertools
import tomllib
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from commongoal.kernel.errors import Refused
from commongoal.pathway.engine.checks import check
from commongoal.pathway.engine.in_force import InForce
from commongoal.pathway.engine.moves import (
    AfterEnded,
    Arrival,
    BeforeBegin,
    BeginsElsewhere,
    ContradictsLater,
    MovedSoThatDay,
    MoveInFuture,
    NeedsEvidence,
    NeedsLeavingReason,
    NoSuchStage,
    NotAllowedMove,
    SameStage,
    checked_evidence,
    is_supported,
    open_moves,
    story,
    with_arrival,
    without_arrival,
)
from commongoal.pathway.engine.programme import Programme, programme_from
from commongoal.pathway.files.programmes import common_casework
from tests.engine.good_ledger import raw

TODAY = dt.date(2026, 3, 2)
TEXT = """
name = "Together into work"
place = "Testham"
invented = true
areas = [{ id = "skills", name = "Skills", evidences = ["skilled"], enough = 4 }, \
         { id = "health", name = "Health", evidences = ["skilled"], enough = 3 }]
providers = [{ id = "council", name = "The council" }]
interventions = [{ id = "advice", name = "Advice" }]

[pathway]
stages = [{ id = "referred", name = "Referred" }, { id = "engaged", name = "Engaged" }, \
          { id = "skilled", name = "Skilled" }, { id = "in_work", name = "In work" }]
work_stage = "in_work"
left_reasons = ["moved", "bored"]
moves = [["referred", "engaged"], ["engaged", "skilled"], ["skilled", "in_work"], ["skilled", "engaged"], \
         ["in_work", "skilled"]]
"""
PATHWAY = InForce(1, programme_from(tomllib.loads(TEXT)), common_casework(), {}, {})
STAGES = ("referred", "engaged", "skilled", "in_work", "left", "ended")


def on(day: int) -> dt.date:
    return dt.date(2026, 1, 1) + dt.timedelta(days=day)


def walk(*steps: tuple[int, str]) -> tuple[Arrival, ...]:
    """Arrivals by day and stage, numbered from 1, with a reason where one is needed."""
    reason = {"left": "bored", "ended": "died"}
    return tuple(
        Arrival(on(day), stage, place, reason.get(stage, ""), place + 1) for place, (day, stage) in enumerate(steps)
    )


STANDING = walk((0, "referred"), (5, "engaged"), (20, "skilled"))


@pytest.mark.parametrize(
    ("day", "stage", "reason", "refusal"),
    [
        (30, "referred", "", NotAllowedMove),
        (30, "skilled", "", SameStage),
        (30, "nowhere", "", NoSuchStage),
        (30, "left", "", NeedsLeavingReason),
        (30, "left", "died", NeedsLeavingReason),
        (30, "ended", "bored", NeedsLeavingReason),
        (61, "in_work", "", MoveInFuture),
        (-1, "engaged", "", BeforeBegin),
        (10, "left", "bored", None),  # whoever left may come back to any stage
        (10, "ended", "died", ContradictsLater),
        (30, "in_work", "", None),
        (30, "ended", "died", None),
    ],
)
def test_a_move_is_refused_for_what_is_wrong_with_it(
    day: int, stage: str, reason: str, refusal: type[Refused] | None
) -> None:
    new = Arrival(on(day), stage, reason=reason)
    if refusal is None:
        assert len(with_arrival(STANDING, new, PATHWAY, TODAY)) == 4
        return
    with pytest.raises(refusal) as refused:
        with_arrival(STANDING, new, PATHWAY, TODAY)
    assert type(refused.value) is refusal


def test_a_correction_in_the_past_names_the_later_move_that_it_contradicts() -> None:
    with pytest.raises(ContradictsLater, match=r"Engaged, on 6 January 2026\.$"):
        with_arrival(STANDING, Arrival(on(10), "referred"), PATHWAY, TODAY, instead_of=1)
    with pytest.raises(ContradictsLater, match=r"Skilled, on 21 January 2026\.$"):
        without_arrival(STANDING, 2, PATHWAY, TODAY)
    with pytest.raises(BeginsElsewhere):
        with_arrival(STANDING, Arrival(on(0), "engaged"), PATHWAY, TODAY, instead_of=1)
    told = with_arrival(STANDING, Arrival(on(7), "engaged"), PATHWAY, TODAY, instead_of=2)
    assert [(each.stage, each.on) for each in told][1] == ("engaged", on(7))
    assert without_arrival(STANDING, 3, PATHWAY, TODAY) == STANDING[:2]


def test_arrivals_of_a_day_keep_their_order_and_no_move_is_made_twice_on_it() -> None:
    day = walk((0, "referred"), (5, "engaged"), (5, "skilled"), (5, "engaged"))
    assert [stop.origin for stop in story(day, PATHWAY, TODAY)] == ["", "referred", "engaged", "skilled"]
    with pytest.raises(MovedSoThatDay):
        with_arrival(day, Arrival(on(5), "skilled"), PATHWAY, TODAY)
    kept = with_arrival(day, Arrival(on(5), "left", reason="moved"), PATHWAY, TODAY, instead_of=3)
    assert [each.stage for each in kept] == ["referred", "engaged", "left", "engaged"]


def test_a_file_with_fewer_moves_spoils_no_story_told_before() -> None:
    fewer = PATHWAY.programme.pathway.model_copy(update={"moves": (("skilled", "in_work"),)})
    narrowed = replace(PATHWAY, programme=PATHWAY.programme.model_copy(update={"pathway": fewer}))
    assert with_arrival(STANDING, Arrival(on(30), "in_work"), narrowed, TODAY)[-1].stage == "in_work"
    with pytest.raises(NotAllowedMove):
        story(STANDING, narrowed, TODAY)


def test_who_ended_goes_nowhere_and_who_left_may_go_anywhere() -> None:
    assert open_moves("ended", PATHWAY) == ()
    assert open_moves("left", PATHWAY) == (*STAGES[:4], "ended")
    assert open_moves("skilled", PATHWAY) == ("engaged", "in_work", "left", "ended")
    with pytest.raises(AfterEnded):
        with_arrival((*STANDING, *walk((30, "ended"))), Arrival(on(31), "engaged"), PATHWAY, TODAY)


def test_the_readings_support_a_move_when_every_area_that_evidences_it_stands_high_enough() -> None:
    assert is_supported("engaged", "skilled", {"skills": 4, "health": 3}, PATHWAY) is True
    assert is_supported("engaged", "skilled", {"skills": 4, "health": 2}, PATHWAY) is False
    assert is_supported("engaged", "skilled", {"skills": 5}, PATHWAY) is False  # the other they preferred not to say
    assert is_supported("engaged", "skilled", {}, PATHWAY) is False  # no assessment yet
    assert is_supported("in_work", "skilled", {}, PATHWAY) is None  # a step back
    assert is_supported("skilled", "in_work", {}, PATHWAY) is None  # no area evidences it


def test_evidence_is_of_a_kind_that_the_programme_knows_and_leaving_needs_none() -> None:
    assert checked_evidence("skilled", "letter", PATHWAY) == "letter"
    assert checked_evidence("left", "", PATHWAY) == ""
    for stage, kind in (("skilled", ""), ("skilled", "rumour"), ("left", "rumour")):
        with pytest.raises(NeedsEvidence):
            checked_evidence(stage, kind, PATHWAY)


def ledger_takes(arrivals: tuple[Arrival, ...], programme: Programme) -> bool:
    """Whether the ledger's own checks find nothing in the entries that the arrivals make."""
    entries = [
        {
            "person": "p1",
            "on": each.on.isoformat(),
            "seq": str(place),
            "stage_from": before.stage if before else "",
            "stage_to": each.stage,
            "reason": each.reason,
        }
        for place, (before, each) in enumerate(zip((None, *arrivals), arrivals, strict=False))
    ]
    return not check([raw("people", [{"person": "p1"}]), raw("entries", entries)], programme, TODAY).problems


steps = st.lists(st.tuples(st.integers(0, 4), st.sampled_from(STAGES)), max_size=7)


@settings(max_examples=150, deadline=None)
@given(steps)
def test_engine_and_ledger_take_the_same_stories(steps: list[tuple[int, str]]) -> None:
    days = itertools.accumulate(days for days, _ in steps)
    arrivals = walk((0, "referred"), *((day, stage) for day, (_, stage) in zip(days, steps, strict=True)))
    try:
        story(arrivals, PATHWAY, TODAY)
        taken = True
    except Refused:
        taken = False
    assert taken == ledger_takes(arrivals, PATHWAY.programme)


@settings(max_examples=100, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 60), st.sampled_from(STAGES), st.integers(0, 6)), max_size=12))
def test_what_is_recorded_corrected_and_withdrawn_bit_by_bit_is_a_story_still(
    changes: list[tuple[int, str, int]],
) -> None:
    told: tuple[Arrival, ...] = walk((10, "referred"))
    for count, (day, stage, which) in enumerate(changes, start=2):
        reason = {"left": "bored", "ended": "died"}.get(stage, "")
        new = Arrival(on(day), stage, reason=reason, id=count)
        other = told[which % len(told)].id
        try:
            if which > 4 and len(told) > 1:
                told = without_arrival(told, other, PATHWAY, TODAY)
            else:
                told = with_arrival(told, new, PATHWAY, TODAY, instead_of=other if which % 2 else 0)
        except Refused:
            continue
    assert [stop.arrival for stop in story(told, PATHWAY, TODAY)] == list(told)
    assert ledger_takes(told, PATHWAY.programme)


def test_weeks_in_work_are_asked_for_where_a_window_evidences_the_stage() -> None:
    assert is_supported("skilled", "in_work", {}, PATHWAY, {"in_work": True}) is True
    assert is_supported("skilled", "in_work", {}, PATHWAY, {"in_work": False}) is False
    assert is_supported("in_work", "skilled", {}, PATHWAY, {"skilled": False}) is None  # a step back
    high = {"skills": 4, "health": 3}
    assert is_supported("engaged", "skilled", high, PATHWAY, {"skilled": False}) is False
    assert is_supported("engaged", "skilled", {}, PATHWAY, {"skilled": True}) is False
    assert is_supported("engaged", "skilled", high, PATHWAY, {"in_work": False}) is True

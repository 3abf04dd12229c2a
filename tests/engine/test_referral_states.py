"""The table of a referral's statuses: every transition, and nothing else."""

import datetime as dt
from itertools import product
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commongoal.pathway.engine.referral import (
    LANES,
    TRANSITIONS,
    ContactOutOfOrder,
    Lane,
    NotAgreedToShare,
    NotFromHere,
    NothingChosen,
    Side,
    Status,
    checked_contact,
    diagram,
    next_status,
    possible,
    travelling,
)
from commongoal.pathway.engine.sending import fingerprint
from commongoal.people.engine.travelling import Detail
from commongoal.people.engine.vocabulary import DataClass


def test_every_status_has_its_transitions_and_its_list() -> None:
    assert set(TRANSITIONS) == set(LANES) == set(Status)


def test_what_is_closed_stays_closed_and_all_else_can_end() -> None:
    for status in Status:
        assert (LANES[status] is Lane.CLOSED) == (not TRANSITIONS[status])


def test_every_status_can_be_reached_from_sent() -> None:
    reached, new = set(), {Status.SENT}
    while new:
        reached |= new
        new = {then for status in new for then in TRANSITIONS[status]} - reached
    assert reached == set(Status)


def test_first_contact_is_the_receivers_alone_and_only_after_accepting() -> None:
    before = [status for status in Status if Status.FIRST_CONTACT in TRANSITIONS[status]]
    assert before == [Status.ACCEPTED]
    assert TRANSITIONS[Status.ACCEPTED][Status.FIRST_CONTACT] is Side.RECEIVER


def test_only_what_the_table_lists_is_done() -> None:
    for now, then, side in product(Status, Status, Side):
        if then in possible(now, side):
            assert next_status(now, then, side) is then
        else:
            with pytest.raises(NotFromHere, match="not at a point"):
                next_status(now, then, side)


@given(st.frozensets(st.sampled_from(DataClass)), st.frozensets(st.sampled_from(DataClass)))
def test_nothing_travels_that_is_not_agreed_and_chosen(chosen: frozenset, agreed: frozenset) -> None:
    try:
        going = travelling(chosen, agreed)
    except NothingChosen:
        assert DataClass.IDENTITY not in chosen
    except NotAgreedToShare:
        assert chosen - agreed
    else:
        assert going == chosen
        assert going <= agreed


def test_first_contact_lies_between_sending_and_today() -> None:
    monday = dt.date(2026, 3, 2)
    days = [monday + dt.timedelta(days=step) for step in range(4)]
    assert checked_contact(days[1], days[1], days[2]) == days[1]
    for contact, sent, today in ((days[0], days[1], days[2]), (days[3], days[1], days[2])):
        with pytest.raises(ContactOutOfOrder):
            checked_contact(contact, sent, today)


def test_a_fingerprint_tells_every_change() -> None:
    line = Detail(DataClass.IDENTITY, "Name", "Rosa Marden")
    others = [(), (line, line), (Detail(DataClass.IDENTITY, "Name", "Rosa Mardon"),)]
    assert fingerprint((line,)) not in {fingerprint(other) for other in others}


def test_the_diagram_in_the_documentation_is_the_table(root: Path) -> None:
    page = (root / "docs" / "explanation" / "referrals.md").read_text()
    assert f"```mermaid\n{diagram()}\n```" in page

"""Action plans as values: tasks go from state to state as the table says, and dates and reasons are asked for."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commongoal.pathway.engine.casework import TASK_MOVES, TaskStatus
from commongoal.pathway.engine.plan import (
    DueBeforeToday,
    NotFromThere,
    WhyNotNeeded,
    checked_due,
    checked_move,
    checked_why,
)

DAY = dt.date(2026, 3, 2)


@given(st.lists(st.sampled_from(TaskStatus)))
def test_a_task_goes_only_where_the_table_lets_it(asked: list[TaskStatus]) -> None:
    status = TaskStatus.OPEN
    for to in asked:
        if to in TASK_MOVES[status]:
            status = checked_move(status, to)
            assert status is to
        else:
            with pytest.raises(NotFromThere):
                checked_move(status, to)


@given(st.integers(-400, 400))
def test_nothing_is_due_before_today(days: int) -> None:
    due = DAY + dt.timedelta(days=days)
    if days >= 0:
        assert checked_due(due, DAY) == due
    else:
        with pytest.raises(DueBeforeToday):
            checked_due(due, DAY)


def test_a_reason_is_asked_for_only_where_it_is_needed() -> None:
    assert checked_why(False, " ") == ""
    with pytest.raises(WhyNotNeeded):
        checked_why(True, " \n")

"""What overlaps, when somebody is reminded, and what a reminder says."""

import datetime as dt

from hypothesis import given
from hypothesis import strategies as st

from commongoal.pathway.engine.appointments import (
    REMINDER_TRIES,
    Slot,
    faults_with,
    overlapping,
    remind_at,
    reminder_words,
)
from commongoal.pathway.engine.casework import Mode, Reminder

AT = dt.datetime(2026, 3, 3, 10, 0, tzinfo=dt.UTC)
minutes = st.integers(5, 480)
starts = st.integers(0, 3000).map(lambda many: AT + dt.timedelta(minutes=many))


@given(starts, minutes, st.lists(st.tuples(starts, minutes), max_size=5))
def test_two_overlap_where_they_share_a_minute(start: dt.datetime, long: int, others: list) -> None:
    def of(begin: dt.datetime, many: int) -> set[int]:
        first = int((begin - AT).total_seconds()) // 60
        return set(range(first, first + many))

    mine = of(start, long)
    shared = [begin for begin, many in others if mine & of(begin, many)]
    assert overlapping(Slot(start, long, Mode.PHONE), others) == min(shared, default=None)


def test_the_words_of_a_reminder() -> None:
    when = dt.datetime(2026, 3, 3, 10, 0)  # noqa: DTZ001 - a time of the place
    said = reminder_words(when, Mode.OFFICE, "Testham Hub", "Nora Quist", "01632 960000")
    assert said == (
        "You have an appointment with Nora at Testham Hub on Tuesday 3 March at 10am. To change it call 01632 960000."
    )
    assert reminder_words(when, Mode.PHONE, "", "Nora Quist", "") == (
        "Nora will phone you on Tuesday 3 March at 10am. To change it, tell Nora."
    )
    assert "video call with Nora" in reminder_words(when, Mode.VIDEO, "", "Nora Quist", "")


def test_who_has_just_agreed_a_time_is_not_reminded_of_it() -> None:
    slot = Slot(AT, 60, Mode.PHONE)
    day = dt.timedelta(days=1)
    assert remind_at(slot, Reminder.TEXT, AT - 2 * day) == AT - day
    assert remind_at(slot, Reminder.TEXT, AT - day) is None
    assert remind_at(slot, Reminder.NONE, AT - 2 * day) is None


def test_a_reminder_is_tried_a_few_times() -> None:
    faults, tries = "", []
    for _ in range(REMINDER_TRIES):
        faults, again = faults_with(faults, "refused")
        tries.append(again)
    assert tries == [True] * (REMINDER_TRIES - 1) + [False]

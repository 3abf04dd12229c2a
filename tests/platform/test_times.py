"""Times of day as people say and write them."""

import datetime as dt

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from commongoal.pathway.engine.appointments import spoken_time
from commongoal.web.times import TimeField


@given(st.times().map(lambda time: time.replace(second=0, microsecond=0)))
def test_a_time_that_is_said_is_read_back(time: dt.time) -> None:
    assert TimeField().clean(spoken_time(time)) == time
    assert TimeField().clean(f"{time:%H:%M}") == time


@pytest.mark.parametrize(
    ("text", "time"),
    [("10am", (10, 0)), ("2.30 PM", (14, 30)), ("12am", (0, 0)), ("12:15pm", (12, 15)), ("9:05", (9, 5)),
     ("02:30", (2, 30)), ("14:30", (14, 30)), ("midday", (12, 0))],
)  # fmt: skip
def test_times_are_read(text: str, time: tuple[int, int]) -> None:
    assert TimeField().clean(text) == dt.time(*time)


@pytest.mark.parametrize("text", ["", "ten", "10", "2:30", "25:00", "10:60", "13pm", "0am", "1030", "10am!"])
def test_what_is_no_time_or_could_be_two_is_asked_again(text: str) -> None:
    with pytest.raises(ValidationError):
        TimeField().clean(text)

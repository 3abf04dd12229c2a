"""The journey at the head of a person's page: its steps, and which are still ahead."""

import datetime as dt

from commongoal.pathway.engine.caseload import ParticipationRecord, PersonPart
from commongoal.pathway.engine.participation import Days
from commongoal.web.pages.person import journey

FIRST, SECOND, THIRD = (dt.date(2026, month, 3) for month in (1, 2, 3))


def part(*participations: ParticipationRecord) -> PersonPart:
    return PersonPart((), participations, (), sees_eligibility=True, sees_progress=True)


def on_programme(number: int, days: Days, reason: str = "") -> ParticipationRecord:
    return ParticipationRecord(number, 1, 1, f"Programme {number}", 1, "The council", days, reason, "")


def test_nobody_on_a_programme_has_no_journey() -> None:
    assert journey(part()) == {}


def test_a_step_before_the_last_known_is_no_longer_ahead() -> None:
    steps = journey(part(on_programme(1, Days(started_on=FIRST))))["steps"]
    assert [(step["words"], step["on"], step["ahead"]) for step in steps] == [
        ("Referred", None, False),
        ("First contact", None, False),
        ("Started", FIRST, False),
        ("Left", None, True),
    ]


def test_the_programme_they_are_on_comes_before_those_they_left() -> None:
    left = on_programme(2, Days(FIRST, FIRST, SECOND, THIRD), "in work")
    assert journey(part(left, on_programme(1, Days(FIRST, SECOND))))["heading"] == "Programme 1 with The council"
    whole = journey(part(left))
    assert whole["heading"] == "Programme 2 with The council"
    assert whole["steps"][-1] == {"words": "Left", "on": THIRD, "ahead": False, "detail": "in work"}

"""Reading that stands out: each limit at its edge."""

import datetime as dt

import pytest

from commongoal.access.engine.unusual import (
    Day,
    FindingKind,
    Found,
    same_family_name,
    unusual_days,
)

ON = dt.date(2026, 3, 2)


def days(member: int, opened: int, count: int = 12, role: str = "key worker") -> list[Day]:
    """Ordinary days before `ON`."""
    return [Day(member, role, ON - dt.timedelta(days=back), opened, 0) for back in range(1, count + 1)]


def kinds(*of: Day) -> set[FindingKind]:
    return {found.kind for found in unusual_days(of, ON)}


def test_three_times_ones_own_usual_stands_out_and_less_does_not() -> None:
    assert unusual_days([*days(1, 20), Day(1, "key worker", ON, 60, 0)], ON) == (
        Found(1, FindingKind.OWN_USUAL, ON, 60, 20),
    )
    assert kinds(*days(1, 20), Day(1, "key worker", ON, 59, 0)) == set()


def test_few_records_never_stand_out_and_a_new_member_has_no_usual() -> None:
    assert kinds(*days(1, 2), Day(1, "key worker", ON, 29, 0)) == set()
    assert kinds(*days(1, 2), Day(1, "key worker", ON, 30, 0)) == {FindingKind.OWN_USUAL}
    assert kinds(*days(1, 2, count=9), Day(1, "key worker", ON, 90, 0)) == set()


def test_four_times_the_role_s_median_stands_out_for_a_member_without_a_usual() -> None:
    others = [*days(1, 10), *days(2, 12), *days(3, 14)]
    assert kinds(*others, Day(9, "key worker", ON, 48, 0)) == {FindingKind.ROLE_USUAL}
    assert kinds(*others, Day(9, "key worker", ON, 47, 0)) == set()
    assert kinds(*others, Day(9, "manager", ON, 48, 0)) == set()
    assert kinds(*days(1, 10), *days(2, 12), Day(9, "key worker", ON, 500, 0)) == set()


def test_a_session_out_of_hours_stands_out() -> None:
    assert kinds(Day(1, "key worker", ON, 5, 5)) == {FindingKind.OUT_OF_HOURS}
    assert kinds(Day(1, "key worker", ON, 5, 4)) == set()


def test_days_after_and_long_before_do_not_count() -> None:
    later = Day(1, "key worker", ON + dt.timedelta(days=1), 999, 99)
    old = [Day(1, "key worker", ON - dt.timedelta(days=100 + back), 1, 0) for back in range(20)]
    assert kinds(later, *old, Day(1, "key worker", ON, 90, 0)) == set()


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Ada Marden", "marden", True),
        ("Ada Marden", "Hart-Marden", True),
        ("Ada Hart-Marden", "Hart", True),
        ("Ada Marden", "Mardens", False),
        ("Marden Ada", "Marden", False),
        ("", "", False),
        ("Ada M", "M", False),
    ],
)
def test_family_names(one: str, other: str, same: bool) -> None:
    assert same_family_name(one, other) is same

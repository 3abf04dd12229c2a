"""What an audit row says, in words; pages of a long list; lines of the chain."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commongoal.access.engine.chain import START, Digest, content_digest, row_line, seal_digest
from commongoal.access.engine.changes import Change, changes_in_words, organisations_named
from commongoal.access.engine.pages import LAST_PAGE, PAGE, Part, page_number

NAMES = {3: "The council", 4: "The college"}


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("until_on", "2026-03-03", "3 March 2026"),
        ("until_at", "2026-03-03T10:00:00+00:00", "3 March 2026"),
        ("document", "2026-13-99", "2026-13-99"),
        ("phone", "", "nothing"),
        ("phone", None, "nothing"),
        ("restricted", True, "yes"),
        ("organisation", 3, "The council"),
        ("organisation", 99, "organisation 99"),
        ("classes", ["identity", "contact"], "identity, contact"),
        ("controllers", {"3": "controller", "4": "processor"}, "The council: controller; The college: processor"),
        ("retention_months", 24, "24"),
    ],
)
def test_values(name: str, value: object, words: str) -> None:
    (change,) = changes_in_words({}, {name: value}, NAMES)
    assert (change.before, change.after) == ("nothing", words)


def test_fields_of_both_sides_in_order() -> None:
    found = changes_in_words({"born_on": "1985-04-12"}, {"contact_by": "phone", "born_on": None}, NAMES)
    assert found == (Change("born", "12 April 1985", "nothing"), Change("contact by", "nothing", "phone"))
    assert organisations_named({"organisation": 3}, {"controllers": {"4": "processor"}, "note": 9}) == {3, 4}


@pytest.mark.parametrize(
    ("asked", "number"),
    [("", 1), ("0", 1), ("-3", 1), ("x", 1), ("²", 1), ("7", 7), ("99999999", LAST_PAGE), ("9" * 40, 1)],
)
def test_page_numbers(asked: str, number: int) -> None:
    assert page_number(asked) == number


def test_a_page_knows_whether_there_is_more() -> None:
    assert Part.of(range(PAGE + 1), 1) == Part(tuple(range(PAGE)), 1, True)
    assert not Part.of(range(PAGE), 1).more
    assert not Part.of(range(PAGE + 1), LAST_PAGE).more


CONTENT = st.dictionaries(
    st.text(max_size=5), st.none() | st.booleans() | st.integers() | st.text(max_size=9), max_size=4
)


@given(st.text(min_size=1, max_size=8), CONTENT, CONTENT)
def test_a_digest_is_of_its_content_whatever_the_order(
    salt: str, one: dict[str, object], other: dict[str, object]
) -> None:
    assert content_digest(salt, one) == content_digest(salt, dict(reversed(one.items())))
    same = {key: (type(value), value) for key, value in one.items()} == {
        key: (type(value), value) for key, value in other.items()
    }
    assert (content_digest(salt, one) == content_digest(salt, other)) is same
    assert content_digest(salt, one) != content_digest(salt + "x", one)


def test_a_moment_is_the_same_line_in_every_time_zone() -> None:
    moment = dt.datetime(2026, 7, 1, 12, tzinfo=dt.UTC)
    local = moment.astimezone(dt.timezone(dt.timedelta(hours=1)))
    assert row_line("action", 1, moment, None, "x", "d") == row_line("action", 1, local, None, "x", "d")


@given(st.lists(st.text(alphabet="abc|", max_size=4), max_size=6))
def test_line_by_line_is_the_same_as_at_once(lines: list[str]) -> None:
    whole = Digest(START, "header")
    for line in lines:
        whole.add(line)
    assert whole.hex() == seal_digest(START, "header", lines)

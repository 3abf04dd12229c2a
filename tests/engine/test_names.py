"""Names, dates and numbers as people type them, and what they are found by."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commongoal.people.engine.details import PersonDetails, faults, tidied
from commongoal.people.engine.duplicates import likeness
from commongoal.people.engine.names import closeness, edits, parts, shortened, sound
from commongoal.people.engine.ni import normal_ni
from commongoal.people.engine.search import keys_of, terms_of

WORD = st.text("abcdeimnorst", min_size=1, max_size=9)


def slow_edits(a: str, b: str) -> int:
    """The definition: optimal string alignment, by recursion."""
    if not a or not b:
        return len(a) + len(b)
    best = min(slow_edits(a[:-1], b) + 1, slow_edits(a, b[:-1]) + 1, slow_edits(a[:-1], b[:-1]) + (a[-1] != b[-1]))
    if len(a) > 1 and len(b) > 1 and a[-1] == b[-2] and a[-2] == b[-1]:
        best = min(best, slow_edits(a[:-2], b[:-2]) + 1)
    return best


@given(st.text("abc", max_size=5), st.text("abc", max_size=5))
def test_edits_are_those_of_the_definition(a: str, b: str) -> None:
    assert edits(a, b) == min(slow_edits(a, b), 4)


@given(WORD, WORD)
def test_one_edit_apart_shares_a_shortened_form(a: str, b: str) -> None:
    if edits(a, b) <= 1:
        assert shortened(a) & shortened(b) or len(a) + len(b) < 3


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("O'Brien", ("obrien",)), ("Zoë", ("zoe",)), ("Smith-Jones", ("smith", "jones")), ("Łukasz", ("lukasz",)),
        ("St. John", ("st", "john")), ("D’Arcy", ("darcy",)), ("  ", ()),
    ],
)  # fmt: skip
def test_names_are_plain(text: str, expected: tuple[str, ...]) -> None:
    assert parts(text) == expected


@pytest.mark.parametrize(
    ("a", "b"),
    [("stephen", "steven"), ("catherine", "katherine"), ("phillips", "filips"), ("macdonald", "mcdonald"),
     ("knight", "night"), ("wright", "right"), ("clarke", "clark"),
     ("reid", "reed")],
)  # fmt: skip
def test_names_that_sound_alike_are_found(a: str, b: str) -> None:
    assert sound(a) == sound(b) or edits(a, b) == 1
    assert closeness(a, b) > 0


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("AB 12 34 56 C", "AB123456C"), ("ab123456", "AB123456"), ("DA123456C", None), ("AO123456C", None),
        ("BG123456A", None), ("GB123456A", None), ("NK123456A", None), ("KN123456A", None), ("TN123456A", None),
        ("NT123456A", None), ("ZZ123456A", None), ("AB123456E", None), ("AB12345C", None), ("QQ123456C", None),
        ("OA123456A", "OA123456A"), ("", None),
    ],
)  # fmt: skip
def test_national_insurance_numbers(text: str, number: str | None) -> None:
    assert normal_ni(text) == number


def test_every_fault_is_told_at_once() -> None:
    wrong = PersonDetails(
        "", "9", born_on=dt.date(2027, 1, 1), postcode="SR1", phone="12", email="a@b", contact_by="owl", ni="ZZ1"
    )
    found = [fault.field for fault in faults(tidied(wrong), dt.date(2026, 3, 2))]
    assert found == ["first_name", "last_name", "born_on", "postcode", "phone", "email", "contact_by", "ni"]
    old = PersonDetails("Ada", "King", born_on=dt.date(1815, 12, 10))
    assert [fault.field for fault in faults(old, dt.date(2026, 3, 2))] == ["born_on"]


def test_details_are_kept_in_one_spelling() -> None:
    tidy = tidied(PersonDetails(" Rosa  May", "Marden ", postcode="sr13aa", email="R@X.org", ni="ab 12 34 56 c"))
    assert (tidy.first_name, tidy.postcode, tidy.email, tidy.ni) == ("Rosa May", "SR1 3AA", "r@x.org", "AB123456C")
    assert not faults(tidy, dt.date(2026, 3, 2))


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("12/4/1985", "b:1985-04-12"), ("12.4.85", "b:1985-04-12"), ("1985-04-12", "b:1985-04-12"),
        ("12 April 1985", "b:1985-04-12"), ("12th apr 1985", "b:1985-04-12"), ("12041985", "b:1985-04-12"),
        ("4/12/1985", "b:1985-04-12"), ("04/25/1985", "b:1985-04-25"), ("April 1985", "c:1985-04"), ("1985", "y:1985"),
        ("12/04", "m:04-12"), ("sr1 3aa", "p:SR13AA"), ("SR1", "o:SR1"), ("0191 496 0000", "t:01914960000"),
        ("+44 191 496 0000", "t:01914960000"), ("960000", "u:960000"),
    ],
)  # fmt: skip
def test_what_is_typed_is_read(text: str, key: str) -> None:
    terms = terms_of(f"rosa {text} marden")
    assert terms.names == ("rosa", "marden")
    assert key in {found for term in terms.others for found, _ in term.keys}


def test_a_national_insurance_number_is_no_key_and_stays_in_no_term() -> None:
    terms = terms_of("marden AB 12 34 56 C")
    assert terms.ni == "AB123456"
    assert terms.names == ("marden",)
    assert not terms.others
    assert not any("123456" in key for key in keys_of([PersonDetails("Rosa", "Marden", ni="AB123456C")]))


@given(st.text(max_size=80))
def test_any_text_can_be_typed(text: str) -> None:
    terms_of(text)


def test_the_index_is_small() -> None:
    whole = PersonDetails(
        "Rosa May", "Marden-Hill", born_on=dt.date(1985, 4, 12), postcode="SR1 3AA", phone="0191 496 0000"
    )
    assert len(keys_of([whole])) <= 17
    assert len(keys_of([PersonDetails("Rosa", "Marden", born_on=dt.date(1985, 4, 12), postcode="SR1 3AA")])) <= 10


DETAILS = st.builds(
    PersonDetails,
    st.sampled_from(["Rosa", "Rosie", "Steven", "Marden"]),
    st.sampled_from(["Marden", "Stephens", "Rosa"]),
    born_on=st.sampled_from([None, dt.date(1985, 4, 12), dt.date(1985, 12, 4), dt.date(1960, 1, 1)]),
    postcode=st.sampled_from(["", "SR1 3AA"]),
)


@given(DETAILS, DETAILS)
def test_likeness_is_the_same_both_ways(a: PersonDetails, b: PersonDetails) -> None:
    assert likeness(a, b) == likeness(b, a)


def test_what_is_proposed_and_what_is_not() -> None:
    rosa = PersonDetails("Rosa", "Marden", born_on=dt.date(1985, 4, 12), postcode="SR1 3AA")
    assert likeness(rosa, PersonDetails("Rosa", "Mardin", born_on=dt.date(1985, 4, 12))).proposed
    assert likeness(rosa, PersonDetails("Marden", "Rosa", born_on=dt.date(1985, 12, 4))).proposed
    assert not likeness(rosa, PersonDetails("Rosa", "Marden")).proposed
    mother = PersonDetails("Rosa", "Marden", born_on=dt.date(1960, 1, 30), postcode="SR1 3AA")
    assert not likeness(rosa, mother).proposed
    assert likeness(rosa, PersonDetails("R", "Hill"), same_ni=True).proposed

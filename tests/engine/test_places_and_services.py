"""Postcodes, distances, hubs; plain text, stems, needs, and services read and written."""

import csv
import datetime as dt
import json
from math import hypot
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commongoal.directory.engine.entries import LocationEntry, ProviderEntry, ServiceEntry, ServiceStatus
from commongoal.directory.engine.needs import needs_met, settings_from
from commongoal.directory.engine.open_referral import service_file
from commongoal.directory.engine.open_referral_out import service_document
from commongoal.directory.engine.plain_text import plain_text
from commongoal.directory.engine.shown_services import is_overdue, last_checked, summary
from commongoal.directory.engine.stems import stem, stems
from commongoal.directory.files.vocabulary import settings
from commongoal.places.engine.distances import grid_reference, miles_between
from commongoal.places.engine.hubs import Hub, right_hub
from commongoal.places.engine.postcodes import (
    MalformedPostcode,
    PostcodeAreas,
    PostcodeState,
    is_postcode,
    normal_postcode,
    written_postcode,
)

MOST_METRES_OUT = 5  # what the Ordnance Survey gives the transformation


@pytest.mark.parametrize("text", ["sr1 1aa", "SR11AA", " S R1-1A.A ", "sr1\u00a01aa"])
def test_a_postcode_is_kept_in_one_way(text: str) -> None:
    assert normal_postcode(text) == "SR11AA"
    assert written_postcode("SR11AA") == "SR1 1AA"


@pytest.mark.parametrize("text", ["", "SR1", "SR1 1A", "1SR 1AA", "SR1 1CA", "SR1 AA1", "SR111 1AA", "ＳＲ1 1AA"])
def test_what_is_no_postcode_is_refused_in_words(text: str) -> None:
    assert not is_postcode(text)
    with pytest.raises(MalformedPostcode, match="full postcode, like CH41 1AA"):
        normal_postcode(text)


@given(st.from_regex(r"[A-Z]{1,2}[0-9][0-9A-Z]?[0-9][ABD-HJLNP-UW-Z]{2}", fullmatch=True))
def test_a_postcode_written_and_read_is_the_same(postcode: str) -> None:
    assert normal_postcode(written_postcode(postcode)) == postcode


def test_the_grid_agrees_with_the_published_one(shared: Path) -> None:
    worst = 0.0
    for area in ("SR", "WN"):
        path = shared / "data" / "geography" / "postcodes" / f"NSPL_NOV_2021_UK_{area}.csv"
        with path.open(encoding="utf-8") as file:
            for row in csv.DictReader(file):
                if row["oseast1m"]:
                    easting, northing = grid_reference(float(row["lat"]), float(row["long"]))
                    worst = max(worst, hypot(easting - int(row["oseast1m"]), northing - int(row["osnrth1m"])))
    assert 0 < worst < MOST_METRES_OUT
    assert round(miles_between(0, 0, 1609, 0), 3) == 1


def hub(name: str, easting: int | None, *areas: str) -> Hub:
    northing = None if easting is None else 0
    return Hub(1, name, 1, "Org", "", "SR11AA", "", "", areas=areas, easting=easting, northing=northing)


def test_the_right_hub_serves_the_smallest_area_or_is_the_nearest() -> None:
    home = PostcodeAreas("SR11AA", ward="E05000001", district="E06000001", easting=0, northing=0)
    whole, ward, other = hub("B", None, "E06000001"), hub("C", None, "E05000001"), hub("A", 100, "E06000009")
    assert right_hub(home, [other, whole, ward]).hub == ward
    near, far = hub("near", 1609, "E06000001"), hub("far", 3218, "E05000001")
    assert right_hub(home, [other, far, near]).hub == near
    outside = right_hub(home, [other])
    assert (outside.hub, outside.serves, outside.state) == (other, False, PostcodeState.LIVE)
    assert right_hub(home, []).hub is None


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("<p>One</p><p><br></p><p>Two&nbsp;three</p>", "One\n\nTwo three"),
        ("<ul><li>a</li><li>b</li></ul>", "- a\n- b"),
        ("a &amp;lt;b&amp;gt; c", "a c"),
        ("5 < 6 & 7 > 2", "5 < 6 & 7 > 2"),
        ("<script>alert(1)</script>safe<style>p{}</style>", "safe"),
        ("", ""),
    ],
)
def test_plain_text(text: str, plain: str) -> None:
    assert plain_text(text) == plain


@given(st.text(alphabet="ab<>/&;lt# \n\u00a0p", max_size=40))
def test_plain_text_is_plain_already(text: str) -> None:
    assert plain_text(plain_text(text)) == plain_text(text)


def test_stems_are_the_same_on_both_sides() -> None:
    assert stem("debts") == stem("debt")
    assert stem("housing") == stem("houses")
    assert stem("carers") == stem("carer") != stem("care")
    assert list(stems("The Café’s job-seekers, for you")) == list(stems("CAFES job seekers"))
    assert list(stems("for the people")) == []


def test_needs_are_told_by_audience_or_by_words() -> None:
    needs = settings().needs
    assert needs_met("A service", "", ["Homeless "], needs) == ("housing",)
    assert needs_met("A service", "We help with rent arrears.", [], needs) == ("debt",)
    assert needs_met("Learn English", "", [], needs) == ("ESOL",)
    assert needs_met("A service", "We care.", [], needs) == ()
    assert needs_met("A service", "", ["criminal record"], needs) == ("criminal record",)


def test_a_need_stands_once_in_the_vocabulary() -> None:
    row = {"need": "debt", "area": "money", "audiences": [], "words": []}
    data = {"assurance": {"months": 12}, "search": {"miles": 5}, "needs": [row, row]}
    with pytest.raises(ValueError, match="twice"):
        settings_from(data)


def test_a_check_is_due_by_the_calendar() -> None:
    day = dt.date(2024, 2, 29)
    assert last_checked(day, None) == last_checked(dt.date(2020, 1, 1), day) == day
    assert last_checked(None, None) is None
    assert not is_overdue(day, dt.date(2025, 2, 28), 12)
    assert is_overdue(day, dt.date(2025, 3, 1), 12)
    assert is_overdue(None, day, 12)
    assert len(summary("word " * 100)) <= 221


WORDS = st.text(alphabet="abc é£'-", max_size=12).map(plain_text)
SOME = st.lists(WORDS.filter(bool), max_size=3, unique=True).map(tuple)
PLACES = st.builds(
    LocationEntry,
    name=WORDS,
    address=WORDS,
    city=WORDS,
    region=WORDS,
    postcode=st.sampled_from(["", "SR11AA"]),
)
PROVIDERS = st.builds(
    ProviderEntry, external_id=st.uuids().map(str), name=WORDS.filter(bool), description=WORDS,
    url=st.sampled_from(["", "https://example.org"]),
)  # fmt: skip
ENTRIES = st.builds(
    ServiceEntry, external_id=st.uuids().map(str), name=WORDS.filter(bool), description=WORDS, fees=WORDS, alert=WORDS,
    status=st.sampled_from(ServiceStatus), minimum_age=st.none() | st.integers(0, 20), maximum_age=st.none() |
    st.integers(21, 99), assured_on=st.none() | st.dates(), provider=st.none() | PROVIDERS, schedules=SOME, areas=SOME,
    locations=st.lists(PLACES.filter(lambda place: place != LocationEntry()), max_size=2, unique=True).map(tuple),
    languages=SOME, phones=SOME, contacts=SOME, terms=SOME, email=st.sampled_from(["", "a@example.org"]),
)  # fmt: skip


@given(ENTRIES)
def test_what_is_written_is_read_as_the_same(entry: ServiceEntry) -> None:
    found = service_file(json.dumps([service_document(entry)]).encode(), "f.json")
    assert found.faults == ()
    assert found.entries == (entry,)


@given(st.recursive(st.none() | st.booleans() | st.floats() | st.text(max_size=5), lambda x: st.lists(x, max_size=3)))
def test_whatever_stands_in_a_field_is_told_and_nothing_falls(value: object) -> None:
    fields = ("url", "email", "fees", "organization", "service_at_locations", "minimum_age", "assured_date", "phones",
              "attributes", "description", "cost_options")  # fmt: skip
    record = {"id": "ac148810-d857-441c-9679-408f346de14b", "name": "A", "status": "active"}
    text = json.dumps([record | dict.fromkeys(fields, value)]).encode()
    assert len(service_file(text, "f.json").entries) == 1

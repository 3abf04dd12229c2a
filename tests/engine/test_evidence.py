"""What three sources say: counts that may be shown, the rule, what tells who somebody is, the period that is due."""

import datetime as dt
import tomllib
from dataclasses import replace
from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commongoal.places.engine.areas import AreaKind
from commongoal.places.engine.evidence import NoSuchTheme, Points, Source, last_period, said, together, verdict
from commongoal.places.engine.figures import AreaFigure, AreaName, Period
from commongoal.places.engine.identities import MayTellWho, refuse_identities, tells_who
from commongoal.places.engine.indicators import Choice, Direction, Indicator, Method
from commongoal.places.engine.official import OfficialFigure, as_data, from_data, official_figure
from commongoal.places.engine.profile import IndicatorOfArea
from commongoal.places.files.themes import themes


@pytest.mark.parametrize(
    ("people", "of", "words"),
    [
        (80, 120, "80 of 120 said so (67%)"),
        (9, 120, "fewer than 10 of 120 said so"),
        (0, 120, "nobody of 120 said so"),
        (115, 120, "all but fewer than 10 of 120 said so"),
        (120, 120, "120 of 120 said so (100%)"),
        (4, 9, "fewer than 10 people took part"),
    ],
)
def test_a_count_is_shown_only_where_it_tells_of_nobody(people: int, of: int, words: str) -> None:
    assert said(people, of).words == words


@given(st.integers(0, 400), st.integers(1, 400))
def test_what_is_shown_leaves_at_least_ten_or_says_nothing_more(people: int, of: int) -> None:
    """Whatever else could have been the count under the same words: nobody, or nine others, or the share itself."""
    people = min(people, of)
    shown = said(people, of)
    same = [count for count in range(of + 1) if said(count, of).words == shown.words]
    small = 0 < people < 10 or 0 < of - people < 10 or of < 10
    assert len(same) >= min(9, of) if small else same == [people]
    assert all(shown.low <= count / of <= shown.high for count in same)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("my number is AB123456C", "a National Insurance number"),
        ("AB 12 34 56 C", "a National Insurance number"),
        ("ab 12 34 56 c", "a National Insurance number"),
        ("ab 123456 c", "a National Insurance number"),
        ("it is ab123456", "a National Insurance number"),
        ("write to rosa@example.org", "an e-mail address"),
        ("call 01632 960001", "a telephone number"),
        ("on 07700 900123", "a telephone number"),
        ("+44 7700 900123", "a telephone number"),
        ("she lives at CH41 1AA", "a postcode"),
        ("born 12/04/1985", "a whole date, as a date of birth is"),
        ("on 12 April 1985", "a whole date, as a date of birth is"),
        ("April 12th, 1985", "a whole date, as a date of birth is"),
        ("1985-04-12", "a whole date, as a date of birth is"),
        ("Mrs Smith told us", "a name"),
        ("Dr. Patel", "a name"),
        ("my name is rosa", "a name"),
        ("AB\u00a012\u00a034\u00a056\u00a0C", "a National Insurance number"),
        ("\uff21\uff22\uff11\uff12\uff13\uff14\uff15\uff16\uff23", "a National Insurance number"),
        ("AB\u200b12 34\n56 C", "a National Insurance number"),
        ("AB 123 456 C", "a National Insurance number"),
        ("rosa\uff20example.org", "an e-mail address"),
        ("rosa (at) example.org", "an e-mail address"),
        ("rosa at example dot org", "an e-mail address"),
        ("0044 7700 900123", "a telephone number"),
        ("07700.900.123", "a telephone number"),
        ("07700\u00a0900\u2011123", "a telephone number"),
        ("447700900123", "a telephone number"),
        ("7700900123", "a telephone number"),
        ("CH41-1\u200bAA", "a postcode"),
        ("born 12 / 04 / 1985", "a whole date, as a date of birth is"),
        ("12th of April, 1985", "a whole date, as a date of birth is"),
        ("1985/04/12", "a whole date, as a date of birth is"),
        ("mr smith", "a name"),
        ("MR SMITH", "a name"),
        ("his name\u2019s rosa", "a name"),
    ],
)
def test_what_tells_who_somebody_is_is_found_and_not_repeated(text: str, kind: str) -> None:
    assert kind in tells_who(text)
    with pytest.raises(MayTellWho) as refused:
        refuse_identities("Nothing here", text)
    assert kind in str(refused.value)
    assert not {word for word in text.split() if any(char.isdigit() for char in word)} & set(str(refused.value).split())
    assert "Smith" not in str(refused.value)


@pytest.mark.parametrize(
    "text",
    [
        "Buses do not run before seven", "64 of 120 people in April 2025", "£1,250.50 of debt", "Universal Credit",
        "The hub in Birkenhead, open 9 to 5", "In 2024-25 it was 3.5 times as many", "GP surgeries and the M53", "",
        "Half of those aged 16 to 24",
        "at 2024-25 prices", "by 200000 people",
        "between 2010 and 2025", "Mr. is a title", "Miss the bus and you lose the job",
        "rents of 0.75, 1.25, 2.50 and 3.5", "look at 5 homes", "at noon @ the hub. We met", "1, 2/3 or 4 bed homes",
        "areas E08000015 and E01007123", "about 1,200,300,400 pounds",
    ],
)  # fmt: skip
def test_ordinary_words_are_left_alone(text: str) -> None:
    assert tells_who(text) == ()


def test_the_rule_by_cases() -> None:
    assert together([]) is Points.SILENT
    assert together([Points.NEITHER]) is Points.NEITHER
    assert together([Points.NEED, Points.NEITHER]) is Points.NEED
    assert together([Points.AWAY, Points.NEITHER]) is Points.AWAY
    assert together([Points.NEED, Points.AWAY]) is Points.MIXED


@pytest.mark.parametrize(
    ("points", "words"),
    [
        ((Points.NEED, Points.NEED, Points.SILENT), "They agree: official figures and residents point to need"),
        ((Points.NEED, Points.AWAY, Points.NEITHER),
         "They disagree: official figures point to need, residents point away from it"),
        ((Points.SILENT, Points.MIXED, Points.NEED), "Not agreed: residents say both"),
        ((Points.SILENT, Points.SILENT, Points.NEED), "Only partners point to need"),
        ((Points.SILENT, Points.NEITHER, Points.SILENT), "Nothing points either way yet"),
        ((Points.AWAY, Points.AWAY, Points.AWAY),
         "They agree: official figures and residents and partners point away from need"),
    ],
)  # fmt: skip
def test_the_verdict_in_words(points: tuple[Points, ...], words: str) -> None:
    assert verdict(dict(zip(Source, points, strict=True))) == words


@pytest.mark.parametrize(
    ("on", "months", "first", "last"),
    [
        (dt.date(2026, 3, 2), 3, dt.date(2025, 10, 1), dt.date(2025, 12, 31)),
        (dt.date(2026, 4, 1), 3, dt.date(2026, 1, 1), dt.date(2026, 3, 31)),
        (dt.date(2026, 7, 31), 6, dt.date(2026, 1, 1), dt.date(2026, 6, 30)),
        (dt.date(2026, 3, 2), 12, dt.date(2025, 1, 1), dt.date(2025, 12, 31)),
    ],
)
def test_the_last_whole_period(on: dt.date, months: int, first: dt.date, last: dt.date) -> None:
    assert last_period(on, months) == (first, last)


ENGLAND = AreaName("E92000001", "England", AreaKind.COUNTRY)
HERE = replace(ENGLAND, code="E06000001", name="Testham")
RATE = Indicator(
    "claimant-rate", "Share claiming", "d", "per cent", Direction.LOWER, Choice("claimants"), Choice("people"),
    decimals=1, method=Method.WILSON, source="Nomis",
)  # fmt: skip
JULY = Period(dt.date(2025, 7, 1), dt.date(2025, 8, 1))


def figure(value: float, low: float | None, high: float | None, **other: object) -> OfficialFigure:
    fact = IndicatorOfArea(
        replace(RATE, **other),  # type: ignore[arg-type]
        AreaFigure(HERE, value, low, high, marks=("rounded to 5",)), JULY, None, (AreaFigure(ENGLAND, 4.1),),
        editions=("claimants-1",),
    )  # fmt: skip
    return official_figure(fact)


@pytest.mark.parametrize(
    ("found", "points", "words"),
    [
        (figure(5.2, 5.0, 5.4), Points.NEED, "Worse than England (4.1) beyond what chance explains"),
        (figure(3.2, 3.0, 3.4), Points.AWAY, "Better than England (4.1) beyond what chance explains"),
        (figure(4.2, 4.0, 4.4), Points.NEITHER, "Not to be told from England (4.1): chance could explain it"),
        (figure(5.2, None, None), Points.NEITHER, "Its interval is not known, so it cannot be told from England (4.1)"),
        (figure(5.2, 5.0, 5.4, direction=Direction.HIGHER), Points.AWAY,
         "Better than England (4.1) beyond what chance explains"),
        (figure(5.2, 5.0, 5.4, direction=Direction.NEITHER), Points.NEITHER,
         "Higher than England (4.1) beyond what chance explains; of this measure neither is better"),
        (figure(520, 500, 540, of=None, method=Method.BYAR), Points.NEITHER,
         "A larger area has more of them, so it is set beside none"),
    ],
)  # fmt: skip
def test_an_official_figure_beside_the_area_it_lies_in(found: OfficialFigure, points: Points, words: str) -> None:
    assert (found.points, found.compared) == (points, words)
    assert from_data(as_data(found)) == found
    assert found.period == "July 2025"


def test_every_theme_has_a_source_and_names_indicators_there_are() -> None:
    found = themes()
    assert len({each.id for each in found.themes}) == len(found.themes) >= 10
    assert all(each.source and each.words for each in found.themes)
    shipped = tomllib.loads((files("commongoal.places") / "data" / "indicators.toml").read_text(encoding="utf-8"))
    codes = {each["code"] for each in shipped["indicator"]}
    assert {code for each in found.themes for code in each.indicators} <= codes
    with pytest.raises(NoSuchTheme):
        found.theme("weather")

"""Pictures: legible, accessible, and never broken by what stands in the data."""

import math
import re
from dataclasses import replace
from itertools import pairwise
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commongoal.kernel import words
from commongoal.kernel.estimates import Estimate
from commongoal.kernel.pictures import (
    NARROW,
    WIDE,
    Bar,
    Bars,
    Flow,
    Journey,
    Move,
    Picture,
    Ratios,
    Row,
    Stage,
    Step,
    bars_picture,
    flow_picture,
    journey_picture,
    ratios_picture,
)
from commongoal.kernel.pictures import drawing as drawn
from commongoal.valuation.engine.report.drawn import ratios_of
from tests.engine.sample_valuation import FEW, HOSTILE, LONG, RIGHT_TO_LEFT, sample

SVG = "{http://www.w3.org/2000/svg}"
NAMES = (HOSTILE, LONG, RIGHT_TO_LEFT, "W" * 200, "\x00\x1b[31m", "", "\N{PERSONAL COMPUTER}" * 40)
VALUES = (0.0, 1.42, -3.0, 1e15, -1e15, 1e-12, math.inf, -math.inf, math.nan)


def ratios(name: str = "Harbour Trust", value: float = 1.4) -> Ratios:
    rows = (
        Row(name, 120, Estimate(value, value - 1, value + 1)),
        Row("Small", 12, Estimate(value, why=FEW)),
        Row("Free", 80, None, "no cost is recorded"),
        Row("Whole programme", 212, Estimate(1.1, 0.9, 1.3), whole=True),
    )
    return Ratios("Ratios", "Value divided by cost.", rows)


def bars(name: str = "Council", value: float = 2.0) -> Bars:
    given_bars = (Bar(name, Estimate(value, value, value), "fiscal", ("unverified",)), Bar("Other", Estimate(-1.0)))
    return Bars("Gains", "Agency", "Credit", given_bars, "pounds", "transfer")


def flow(name: str = "Engaged", value: float = 10.0) -> Flow:
    worth = Estimate(value, value, value)
    stages = tuple(Stage(f"s{n}", name if n else "Referred", 100 - n * 30, 5, 10, 1, worth, worth) for n in range(4))
    moves = (Move("s0", "s1", 70), Move("s0", "s2", 4), Move("s2", "s1", 9), Move("s3", "s0", 2), Move("s9", "s0", 2))
    return Flow("Flow", stages, moves)


def journey(name: str = "Engaged", value: float = 10.0) -> Journey:
    return Journey("Journey", tuple(Step(name, level, 1.0, name, value) for level in (0, 1, 0, 2)))


def every(name: str, value: float, width: int) -> list[Picture]:
    return [
        ratios_picture(ratios(name, value), width=width),
        bars_picture(bars(name, value), width=width),
        flow_picture(flow(name, value), width=width),
        journey_picture(journey(name, value), width=width),
    ]


def holds_well(picture: Picture, width: int) -> None:
    """Well-formed, named, described, finite, and every word and shape starts inside the frame."""
    root = ET.fromstring(picture.svg)
    assert root.get("role") == "img"
    assert [child.tag for child in root][:2] == [f"{SVG}title", f"{SVG}desc"]
    named = (root.get("aria-labelledby") or "").split()
    assert named == [root[0].get("id"), root[1].get("id")]
    assert not re.search(r"=\"[^\"]*\b(nan|inf)\b", picture.svg)
    box = [float(part) for part in (root.get("viewBox") or "").split()]
    for text in root.iter(f"{SVG}text"):
        assert 0 <= float(text.get("x", "")) <= box[2]
        assert 0 < float(text.get("y", "")) <= box[3]
        assert float(text.get("font-size", "")) >= (12 if width == NARROW else 13)


@pytest.mark.parametrize("width", [WIDE, NARROW])
@pytest.mark.parametrize("name", NAMES)
def test_any_name_is_drawn(name: str, width: int) -> None:
    for picture in every(name, 1.4, width):
        holds_well(picture, width)
        assert "<script" not in picture.svg


@pytest.mark.parametrize("width", [WIDE, NARROW])
@pytest.mark.parametrize("value", VALUES)
def test_any_figure_is_drawn(value: float, width: int) -> None:
    for picture in every("Harbour Trust", value, width):
        holds_well(picture, width)


@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_nothing_is_drawn_of_nothing(width: int) -> None:
    for picture in (
        ratios_picture(Ratios("None", "Nothing.", ()), width=width),
        bars_picture(Bars("None", "Agency", "Credit", (), "share"), width=width),
        flow_picture(Flow("None", (), ()), width=width),
        journey_picture(Journey("None", ()), width=width),
    ):
        holds_well(picture, width)


@given(st.text(max_size=60), st.floats(), st.floats(), st.sampled_from([WIDE, NARROW]))
def test_whatever_the_row_the_picture_holds(name: str, point: float, end: float, width: int) -> None:
    data = Ratios("Ratios", "Measure.", (Row(name, 60, Estimate(point, min(point, end), max(point, end))),))
    holds_well(ratios_picture(data, width=width), width)


def test_order_is_by_size_or_name_and_never_by_rank() -> None:
    data = ratios_of(sample(), "provider")
    people = [row.people for row in data.sorted_rows[:-1]]
    assert people == sorted(people, reverse=True)
    by_name = replace(data, order="name").sorted_rows
    assert [row.name for row in by_name[:-1]] == sorted((row.name for row in by_name[:-1]), key=str.casefold)
    assert by_name[-1].whole


def test_the_pound_line_is_drawn_and_small_providers_are_said() -> None:
    picture = ratios_picture(ratios_of(sample(), "provider"))
    assert "£1 back for each £1" in picture.svg
    assert FEW in picture.svg
    assert "no cost is recorded" in picture.svg
    assert "Without an interval: 1. Without a ratio: 1." in picture.description
    assert "runs beyond the scale" in picture.svg


def test_one_huge_ratio_does_not_flatten_the_others() -> None:
    rows = [Row(f"P{n}", 60, Estimate(1.0 + n / 10, 0.5, 2.0)) for n in range(9)]
    root = ET.fromstring(ratios_picture(Ratios("R", "M.", (*rows, Row("Huge", 60, Estimate(9e9, 1e9, 2e10))))).svg)
    places = [float(dot.get("cx", "")) for dot in root.iter(f"{SVG}circle")][:9]
    assert places[8] - places[0] > 30


def test_a_ratio_that_is_not_in_pounds_has_no_pound_line() -> None:
    picture = ratios_picture(replace(ratios(), unit="number", line=None))
    assert "£" not in picture.svg


def test_the_flow_draws_steps_back_and_leavings_and_tells_of_those_it_does_not() -> None:
    moves = tuple(Move(f"s{a}", f"s{b}", 5 + a) for a in range(4) for b in range(4) if a > b)
    picture = flow_picture(replace(flow(), moves=moves), width=NARROW)
    assert "3 smaller moves are only in the table." in picture.svg.replace("\n", " ") or "smaller moves" in picture.svg
    assert len(picture.tables[1].rows) == len(moves)
    assert "10 leave" in picture.svg
    assert "stroke-dasharray" in picture.svg


def test_widths_of_stages_are_people() -> None:
    root = ET.fromstring(flow_picture(flow()).svg)
    bars_drawn = [float(rect.get("width", "")) for rect in root.iter(f"{SVG}rect") if rect.get("stroke-width") == "2"]
    lengths = bars_drawn[:4]
    assert lengths == pytest.approx([lengths[0] * part for part in (1.0, 0.7, 0.4, 0.1)], rel=1e-3)


def test_every_picture_has_a_table_with_the_same_figures() -> None:
    picture = ratios_picture(ratios())
    assert [row[0].text for row in picture.tables[0].rows] == ["Harbour Trust", "Free", "Small", "Whole programme"]
    assert picture.tables[0].rows[0][2].text == "£1.40"
    assert picture.tables[0].rows[0][2].under == "£0.40 to £2.40"
    assert picture.tables[0].rows[1][2].text == "no ratio: no cost is recorded"


@given(st.floats(-1e12, 1e12), st.floats(1e-9, 1e12), st.integers(2, 9))
def test_ticks_are_few_rising_and_hold_the_range(low: float, span: float, about: int) -> None:
    high = low + span
    ticks = drawn.nice_ticks(low, high, about)
    assert all(a < b for a, b in pairwise(ticks)) or span < abs(low) * 1e-9
    assert ticks[0] <= low + span * 0.01
    assert ticks[-1] >= high - span * 0.01
    assert len(ticks) <= about + 3


@given(st.text(max_size=200), st.floats(20, 400), st.integers(1, 4))
def test_wrapped_text_fits(text: str, width: float, lines: int) -> None:
    found = drawn.wrap(text, width, 14, lines)
    assert 1 <= len(found) <= lines
    assert all(drawn.text_width(line, 14) <= max(width, 30) for line in found)


def test_colours_stand_out() -> None:
    def light(colour: str) -> float:
        parts = [int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5)]
        red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    def contrast(one: str, two: str) -> float:
        high, low = sorted((light(one), light(two)), reverse=True)
        return (high + 0.05) / (low + 0.05)

    for shape in (drawn.BLUE, "#4c86bd", "#942514", drawn.GREY):
        assert contrast(shape, drawn.WHITE) >= 3
        assert shape == "#4c86bd" or contrast(shape, drawn.TINT) >= 3
    for ground in (drawn.WHITE, drawn.TINT, drawn.TRACK):
        assert contrast(drawn.INK, ground) >= 7
    assert contrast(drawn.GREY, drawn.WHITE) >= 4.5


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        (words.pounds(-1234.4), "−£1,234"),
        (words.pounds(1234.5, 2), "£1,234.50"),
        (words.pounds(-0.4), "£0"),
        (words.pounds(None), "not known"),
        (words.pounds(math.nan), "not known"),
        (words.pounds(-math.inf), "−infinite"),
        (words.about_pounds(1_416_000), "£1.42 million"),
        (words.about_pounds(999_999), "£1.00 million"),
        (words.about_pounds(987_312), "£987,000"),
        (words.about_pounds(12_340_000), "£12.3 million"),
        (words.about_pounds(-2.5), "−£2.50"),
        (words.short_pounds(-1_500_000), "−£1.5m"),
        (words.percent(0.001), "under 1%"),
        (words.percent(0.999), "over 99%"),
        (words.percent(0.0), "0%"),
        (words.percent(-0.12), "−12%"),
        (words.ratio(1.4199), "£1.42"),
        (words.ratio(0.000031, "sustained jobs"), "3.1"),
        (words.ratio_words(0.000031, "sustained jobs"), "3.1 sustained jobs for each £100,000 spent"),
        (words.day("2026-03-03"), "3 March 2026"),
        (words.day("soon"), "soon"),
        (words.plain(2.0), "2"),
        (words.plain(7.5), "7.5"),
        (words.counted(1, "person", "people"), "1 person"),
        (words.listed(["a", "b", "c"]), "a, b and c"),
        (words.interval(Estimate(1, 0.5, 2), words.ratio), "£0.50 to £2.00"),
        (words.interval(Estimate(1, why=FEW), words.ratio), FEW),
        (words.interval(None, words.ratio), "no interval"),
        (words.with_interval(Estimate(1, 0.5, 2), words.ratio), "£1.00 (90% interval £0.50 to £2.00)"),
        (words.clean("a\x1b[31m\nb\ud800"), "a[31m b"),
        (words.isolated("plain"), "plain"),
        (words.isolated(RIGHT_TO_LEFT), f"\u2068{RIGHT_TO_LEFT}\u2069"),
    ],
)
def test_figures_are_written_for_people(written: str, expected: str) -> None:
    assert written == expected

"""Pictures of who pays and who gains, and of savings by year: legible, accessible, and true to their tables."""

import math
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commongoal.kernel.estimates import Estimate
from commongoal.kernel.pictures import NARROW, WIDE
from commongoal.kernel.pictures.partners import Partner, Partners, partners_picture
from commongoal.kernel.pictures.years import Layer, Years, years_picture
from tests.engine.test_pictures import NAMES, SVG, VALUES, holds_well

WIDTHS = pytest.mark.parametrize("width", [WIDE, NARROW])


def partners(name: str = "The council", value: float = 900.0) -> Partners:
    return Partners("Who pays, who gains", (
        Partner(name, 500.0, value, ("unverified",)), Partner("The NHS", -20.0, 300.0), Partner("College", 0.0, -40.0)
    ))  # fmt: skip


def years(name: str = "DWP", value: float = 10.0, layers: int = 2) -> Years:
    every = tuple(
        Layer(name if n == 0 else f"Agency {n}", (value, 20.0), "fiscal", ("unverified",)) for n in range(layers)
    )
    totals = (Estimate(value, value - 5, value + 5), Estimate(40.0))
    return Years("Savings", ("2026-27", "2027-28"), every, totals)


@WIDTHS
@pytest.mark.parametrize("name", NAMES)
def test_any_name_is_drawn(name: str, width: int) -> None:
    for picture in (partners_picture(partners(name), width=width), years_picture(years(name), width=width)):
        holds_well(picture, width)
        assert "<script" not in picture.svg


@WIDTHS
@pytest.mark.parametrize("value", VALUES)
def test_any_figure_is_drawn(value: float, width: int) -> None:
    holds_well(partners_picture(partners(value=value), width=width), width)
    holds_well(years_picture(years(value=value), width=width), width)


@given(st.text(max_size=60), st.floats(), st.floats(), st.sampled_from([WIDE, NARROW]))
def test_whatever_the_partner_the_picture_holds(name: str, paid: float, gained: float, width: int) -> None:
    data = Partners("Who", (Partner(name, paid, gained), Partner("Other", gained, paid)))
    holds_well(partners_picture(data, width=width), width)


@WIDTHS
def test_nothing_is_drawn_of_nothing(width: int) -> None:
    holds_well(partners_picture(Partners("None", ()), width=width), width)
    holds_well(years_picture(Years("None", (), (), ()), width=width), width)


@WIDTHS
def test_sixteen_partners_and_ten_years_are_drawn(width: int) -> None:
    many = Partners("Many", tuple(Partner(f"Partner {n}", 10.0 * n, 1000.0 - 50 * n) for n in range(16)))
    holds_well(partners_picture(many, width=width), width)
    long = Years(
        "Long", tuple(f"Year {n}" for n in range(10)),
        tuple(Layer(f"Agency {n}", tuple(float(n + y) for y in range(10))) for n in range(12)),
        tuple(Estimate(100.0 + y, 90.0, 120.0) for y in range(10)),
    )  # fmt: skip
    picture = years_picture(long, width=width)
    holds_well(picture, width)
    assert "6 others, in the table" in picture.svg
    assert len(picture.tables[0].rows) == 13


def heights(svg: str) -> list[float]:
    root = ET.fromstring(svg)
    return [float(rect.get("height", "")) for rect in root.iter(f"{SVG}rect") if rect.get("width") == "16"]


def test_bars_are_as_tall_as_the_pounds() -> None:
    data = Partners("Who", (Partner("A", 300.0, 100.0), Partner("B", 100.0, 700.0)))
    tall = heights(partners_picture(data).svg)
    assert tall == pytest.approx([tall[0] * part for part in (1, 1 / 3, 1 / 3, 7 / 3)], rel=1e-2)


def test_a_flow_goes_from_everybody_who_pays_to_everybody_who_gains() -> None:
    data = Partners("Who", (Partner("A", 300.0, 0.0), Partner("B", 100.0, 500.0), Partner("C", 0.0, 500.0)))
    root = ET.fromstring(partners_picture(data).svg)
    assert sum(path.get("fill-opacity") is not None for path in root.iter(f"{SVG}path")) == 4


def test_losses_are_hatched_and_said() -> None:
    picture = partners_picture(partners())
    assert "url(#partners-loss)" in picture.svg
    assert "a loss, or more handed over to it" in picture.svg
    plain = partners_picture(Partners("Who", (Partner("A", 1.0, 2.0),)))
    assert "a loss" not in plain.svg


def test_the_net_stands_at_the_end_of_each_row_and_in_the_table() -> None:
    data = Partners("Who", (Partner("A", 300.0, 100.0), Partner("B", 100.0, 700.0)))
    picture = partners_picture(data)
    assert "net −£200" in picture.svg
    assert "net £600" in picture.svg
    assert [row[3].text for row in picture.tables[0].rows] == ["−£200", "£600", "£400"]
    assert "A pays £300, gains £100, net −£200" in picture.description


def test_parts_of_a_year_lie_end_to_end() -> None:
    data = Years("S", ("one",), (Layer("A", (30.0,)), Layer("B", (10.0,)), Layer("C", (-5.0,))), (Estimate(35.0),))
    root = ET.fromstring(years_picture(data).svg)
    bars = [
        (float(r.get("x", "")), float(r.get("width", ""))) for r in root.iter(f"{SVG}rect") if r.get("height") == "22"
    ]
    (a, wide_a), (b, wide_b), (c, wide_c) = bars
    assert a + wide_a == pytest.approx(b, abs=0.05)
    assert c + wide_c == pytest.approx(a, abs=0.05)
    assert wide_a == pytest.approx(3 * wide_b, rel=1e-2)


def test_the_table_of_years_adds_up_and_says_what_is_not_known() -> None:
    table = years_picture(years()).tables[0]
    assert [cell.text for cell in table.rows[0]] == ["DWP", "£10", "£20", "£30"]
    assert table.rows[0][0].marks == ("unverified",)
    assert table.rows[-1][1].under == "£5 to £15"
    assert years_picture(years(value=math.nan)).tables[0].rows[0][1].text == "not known"

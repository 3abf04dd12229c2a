"""The map of a place: well made whatever it is given, shaded by stated classes, and the table that says the same."""

import math
import re
from dataclasses import replace
from itertools import pairwise
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commongoal.kernel.pictures import NARROW, WIDE
from commongoal.kernel.pictures.map_classes import HUES, class_of, class_words, even_breaks
from commongoal.kernel.pictures.map_paths import border
from commongoal.kernel.pictures.place_map import MapArea, PlaceMap, place_map_picture

SVG = "{http://www.w3.org/2000/svg}"
INK, WHITE = "#0b0c0c", "#ffffff"
HOSTILE = "<script>alert(1)</script>\x1b[31m\"'&"


def square(x: float, y: float, side: float = 1000.0) -> tuple[tuple[float, float], ...]:
    x, y = 330_000 + x * 1000, 380_000 + y * 1000
    return ((x, y), (x, y + side), (x + side, y + side), (x + side, y), (x, y))


def areas(count: int = 9, link: str = "/places/{}/") -> tuple[MapArea, ...]:
    """Squares in rows of three, each worth its number."""
    return tuple(
        MapArea(f"E{n}", f"Ward {n}", (square(n % 3, n // 3),), float(n), f"{n} claimants", link and link.format(n))
        for n in range(count)
    )


def place_map(**other: object) -> PlaceMap:
    return replace(PlaceMap("Claimants in Marlhaven", "Claimants", areas()), **other)  # type: ignore[arg-type]


def luminance(colour: str) -> float:
    """WCAG 2.2, relative luminance."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(first: str, second: str) -> float:
    high, low = sorted((luminance(first), luminance(second)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def test_borders_stand_out_from_every_shade_and_shades_from_one_another() -> None:
    assert min(contrast(INK, hue) for hue in (*HUES, WHITE)) >= 3
    assert min(contrast(light, dark) for light, dark in pairwise(HUES)) > 1.25


@pytest.mark.parametrize("width", [WIDE, NARROW])
@pytest.mark.parametrize(
    "data",
    [
        place_map(),
        place_map(areas=()),
        place_map(areas=areas(1)),
        place_map(areas=tuple(replace(area, value=None, text="suppressed") for area in areas())),
        place_map(areas=(replace(areas(1)[0], rings=()),)),
        place_map(areas=tuple(replace(area, value=7.0, outlined="hot") for area in areas())),
        place_map(
            title=HOSTILE, measure=HOSTILE, areas=tuple(replace(a, name=HOSTILE, link='/"><b>') for a in areas())
        ),
        place_map(measure="W" * 300, note="n " * 400, hot="h" * 200, areas=areas(link="")),
        place_map(areas=tuple(replace(area, value=1e300 * area.value) for area in areas() if area.value is not None)),
    ],
)
def test_any_map_is_well_made(data: PlaceMap, width: int) -> None:
    picture = place_map_picture(data, "map-a", width)
    root = ET.fromstring(picture.svg)
    assert (root.get("aria-labelledby") or "").split() == [root[0].get("id"), root[1].get("id")]
    assert root.get("role") == ("group" if any(area.link for area in data.areas) else "img")
    assert not re.search(r"=\"[^\"]*\b(nan|inf)\b", picture.svg)
    assert "<script" not in picture.svg
    tall = float((root.get("viewBox") or "").split()[3])
    for text in root.iter(f"{SVG}text"):
        assert 0 <= float(text.get("x", "")) <= width
        assert 0 < float(text.get("y", "")) <= tall
        assert float(text.get("font-size", "")) >= (12 if width == NARROW else 13)


def test_each_area_is_a_link_that_says_its_figure_after_a_link_past_them_all() -> None:
    root = ET.fromstring(place_map_picture(place_map(areas=areas()[::-1])).svg)
    links = list(root.iter(f"{SVG}a"))
    assert links[0].get("href") == "#map-after"
    assert root.find(".//*[@id='map-after']") is not None
    assert [link.get("href") for link in links[1:]] == [f"/places/{n}/" for n in range(9)]
    assert links[1].get("aria-label") == "Ward 0: 0 claimants"
    assert next(links[1].iter(f"{SVG}title")).text == "Ward 0: 0 claimants"


def test_the_table_is_by_name_and_leads_where_the_map_leads() -> None:
    spotted = (replace(areas()[4], outlined="hot"), *areas()[:2])
    (table,) = place_map_picture(place_map(areas=spotted, hot="hot spot")).tables
    assert [[cell.text for cell in row] for row in table.rows] == [
        ["Ward 0", "0 claimants", ""], ["Ward 1", "1 claimants", ""], ["Ward 4", "4 claimants", "hot spot"],
    ]  # fmt: skip
    assert table.rows[0][0].link == "/places/0/"


def test_north_is_up_and_nothing_leaves_its_box() -> None:
    root = ET.fromstring(place_map_picture(place_map(areas=areas(9, link=""))).svg)
    starts = [re.match(r"M([\d.]+) ([\d.]+)l", path.get("d", "")) for path in root.iter(f"{SVG}path")]
    at = [(float(start[1]), float(start[2])) for start in starts if start][:9]
    assert at[0][1] > at[3][1] > at[6][1]
    assert at[0][0] < at[1][0] < at[2][0] < WIDE - 240


def test_areas_without_a_figure_are_hatched_and_counted() -> None:
    bare = (*areas()[:5], replace(areas()[5], value=None, text="suppressed"))
    picture = place_map_picture(place_map(areas=bare, bare="hidden for privacy"))
    assert picture.svg.count('fill="url(#map-bare)"') == 2  # the area, and the legend
    assert "hidden for privacy" in picture.svg
    assert "Without a figure: 1." in picture.description


def test_hot_spots_that_touch_have_one_border() -> None:
    lines = [[(0, 0), (0, 9), (9, 9), (9, 0), (0, 0)], [(9, 0), (9, 9), (18, 9), (18, 0), (9, 0)]]
    (found,) = border(lines)
    assert found[0] == found[-1]
    assert {frozenset(side) for side in pairwise(found)} == {
        frozenset(side)
        for side in (((0, 0), (0, 9)), ((0, 9), (9, 9)), ((9, 9), (18, 9)), ((18, 9), (18, 0)), ((18, 0), (9, 0)),
                     ((9, 0), (0, 0)))
    }  # fmt: skip
    apart = [lines[0], [(x + 50, y) for x, y in lines[0]]]
    assert len(border(apart)) == 2
    assert not border([])


def test_cold_spots_are_broken_lines() -> None:
    hot = place_map_picture(place_map(areas=(replace(areas(1)[0], outlined="hot"),))).svg
    cold = place_map_picture(place_map(areas=(replace(areas(1)[0], outlined="cold"),))).svg
    assert "stroke-dasharray" not in hot
    assert cold.count("stroke-dasharray") == 2


@given(st.lists(st.floats(-1e9, 1e9), max_size=60))
def test_every_class_has_an_area_and_every_value_the_class_that_its_words_say(values: list[float]) -> None:
    breaks = even_breaks(values, repr)
    assert list(breaks) == sorted(set(breaks))
    assert len(class_words(breaks, repr)) == len(breaks) + 1 <= len(HUES)
    shades = [shade for shade, _ in class_words(breaks, repr)]
    assert shades == sorted(set(shades))
    if len(set(values)) > 1:
        assert {class_of(value, breaks) for value in values} == set(shades)


def test_a_value_on_a_break_belongs_above_it() -> None:
    breaks = even_breaks([float(n) for n in range(100)], lambda value: f"{value:.0f}")
    assert breaks == (20, 40, 60, 80)
    assert [class_of(value, breaks) for value in (19.9, 20, 80, 99)] == [0, 1, 4, 4]
    assert [words for _, words in class_words(breaks, lambda value: f"{value:.0f}")][:2] == [
        "under 20",
        "20 to under 40",
    ]


def test_classes_that_would_read_alike_are_one() -> None:
    assert len(even_breaks([1.01, 1.02, 1.03, 1.04, 1.05], lambda value: f"{value:.0f}")) == 1
    assert even_breaks([math.nan, 3.0, 3.0], repr) == ()

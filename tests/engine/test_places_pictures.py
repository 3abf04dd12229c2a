"""Pictures of places: legible at both widths, never broken by what stands in the data, and said again in a table."""

import datetime as dt
import math
from dataclasses import replace

import pytest

from commongoal.kernel.pictures import NARROW, WIDE, Picture
from commongoal.kernel.pictures.concentration import Concentrated, Hold, concentration_picture
from commongoal.kernel.pictures.funnel import FunnelMark, FunnelPlot, funnel_picture
from commongoal.kernel.pictures.trend import TrendBreak, TrendLine, TrendPlot, TrendPoint, trend_picture
from tests.engine.test_pictures import NAMES, VALUES, holds_well


def written(value: float) -> str:
    return f"{value:.1f}"


def concentrated(name: str = "areas", value: float = 0.31) -> Concentrated:
    return Concentrated("Where claimants are", name, "claimants", (0, 0.1, 0.5, 1), (0, 0.31, 0.7, 1),
                        (Hold(0.1, value, (0.3, 0.32), 0.11), Hold(0.5, 0.7)))  # fmt: skip


def funnel(name: str = "Bidston", value: float = 9.0) -> FunnelPlot:
    marks = (
        FunnelMark(name, 400, value, "above the 99.8% limit", 2),
        FunnelMark("Hoylake", 900, 4.0, "within", ours=True),
        FunnelMark("Eastham", 700, 7.4, "above the 95% limit", 1),
        FunnelMark("Unknown", 500, None, "no figure"),
    )
    limits = ((2.0, 3.0, 3.5), (8.0, 7.0, 6.5), (1.0, 2.0, 2.8), (10.0, 8.5, 7.5))
    sizes = (300.0, 600.0, 1_000.0)
    said = ("Rates by size", "people", "claimants in 100", 5.0, "The district: 5.0")
    return FunnelPlot(*said, written, sizes, *limits, marks)


def line(name: str, value: float = 4.0) -> TrendLine:
    def point(month: int, at: float, provisional: bool = False) -> TrendPoint:
        on = dt.date(2012 + month // 12, month % 12 + 1, 1)
        return TrendPoint(on, f"{on:%B %Y}", at, at - 0.5, at + 0.5, provisional)

    missing = TrendPoint(dt.date(2013, 1, 1), "January 2013", None, why="not published")
    runs = (tuple(point(n, 4 + n / 10) for n in range(12)), (point(13, value),), (point(14, 5), point(15, 5.2, True)))
    return TrendLine(name, runs, (missing,))


def trend(name: str = "Marlhaven", value: float = 4.0) -> TrendPlot:
    breaks = (TrendBreak(dt.date(2013, 3, 1), f"{name} is counted otherwise"),)
    return TrendPlot(
        "Claimant rate", "Claimants in each 100 people", line(name, value), (line("England"),), breaks, written
    )


def every(name: str, value: float, width: int) -> list[Picture]:
    return [
        concentration_picture(concentrated(name, value), width=width),
        funnel_picture(funnel(name, value), width=width),
        trend_picture(trend(name, value), width=width),
    ]


@pytest.mark.parametrize("width", [NARROW, WIDE])
@pytest.mark.parametrize("name", NAMES)
def test_no_name_breaks_a_picture(name: str, width: int) -> None:
    for picture in every(name, 0.4, width):
        holds_well(picture, width)


@pytest.mark.parametrize("width", [NARROW, WIDE])
@pytest.mark.parametrize("value", [value for value in VALUES if math.isfinite(value) or math.isnan(value)])
def test_no_value_breaks_a_picture(value: float, width: int) -> None:
    for picture in every("Bidston", value, width):
        holds_well(picture, width)


@pytest.mark.parametrize("width", [NARROW, WIDE])
def test_nothing_to_show_is_said(width: int) -> None:
    for picture in (
        concentration_picture(replace(concentrated(), shares=(), held=(), holds=()), width=width),
        funnel_picture(replace(funnel(), marks=()), width=width),
        trend_picture(replace(trend(), line=TrendLine("None", ()), others=(), breaks=()), width=width),
    ):
        holds_well(picture, width)
        assert picture.description == "There is nothing to show."


def test_the_point_talked_about_is_marked_and_in_the_table() -> None:
    picture = concentration_picture(concentrated())
    assert "10% of areas hold" in picture.svg.replace("</text>", " ")
    assert [cell.text for cell in picture.tables[0].rows[0]] == ["10%", "31.0%", "30.0% to 32.0%", "11.0%"]
    assert [cell.text for cell in picture.tables[0].rows[1]] == ["50%", "70.0%", "not rounded", "not known"]


def test_a_funnel_ranks_nobody_and_names_ours() -> None:
    picture = funnel_picture(funnel())
    assert [row[0].text for row in picture.tables[0].rows] == ["Bidston", "Eastham", "Hoylake", "Unknown"]
    assert ">Hoylake</text>" in picture.svg
    assert ">Eastham</text>" not in picture.svg
    assert "1 area in 20" in picture.svg
    assert "1 area in 20" not in funnel_picture(replace(funnel(), widened="Areas differ more than chance.")).svg


def test_a_trend_is_broken_where_its_runs_end() -> None:
    picture = trend_picture(trend())
    assert picture.svg.count('stroke-width="3" d=') + picture.svg.count('stroke="#1d70b8" stroke-width="3"') >= 2
    assert "Break on 1 March 2013" in picture.svg
    rows = {row[0].text: row for row in picture.tables[0].rows}
    assert rows["January 2013"][1].text == "not published"
    assert rows["March 2013"][0].marks == ("after break 1 March 2013",)
    assert rows["April 2013"][1].marks == ("provisional",)
    assert rows["January 2012"][1].under == "3.5 to 4.5"

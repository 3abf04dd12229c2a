"""The reports of a place: headings that answer, sources and notes with the figures, tables for a spreadsheet, PDF."""

import datetime as dt
import io
from dataclasses import replace
from pathlib import Path

import pytest

from commongoal.cli.places_profile import evidence_in
from commongoal.cli.report.page import page_of
from commongoal.kernel.report import Report, Section
from commongoal.places.engine.observations import Series
from commongoal.places.engine.report import (
    compare_report,
    hot_spots_report,
    profile_report,
    tables_of,
    trends_report,
)
from commongoal.places.files.store import keep
from commongoal.places.run import Evidence, area_profile, comparison, hot_spots, trends
from tests.engine import places_store as small

ON = dt.date(2026, 9, 22)
LATE = dt.date(2030, 1, 1)


@pytest.fixture(scope="module")
def evidence(tmp_path_factory: pytest.TempPathFactory) -> Evidence:
    return evidence_in(small.store(tmp_path_factory.mktemp("store")))


@pytest.fixture(scope="module")
def report(evidence: Evidence) -> Report:
    return profile_report(area_profile(evidence, small.DISTRICT, ON), lambda code: f"/places/{code}/")


def sections(report: Report) -> dict[str, Section]:
    return {section.id: section for section in report.sections}


def test_the_heading_is_the_answer(report: Report) -> None:
    assert report.heading == ("Saltport: share claiming unemployment benefits is 6.0%, higher than in Seaside (5.2%)")
    assert report.lead[1].startswith("The 10% of LSOAs with the highest rates hold 25% of claimants.")


def test_the_map_links_to_each_part_and_has_its_table(report: Report) -> None:
    drawn = sections(report)["map"].figure
    assert drawn is not None
    assert f"/places/{small.LSOAS[0]}/" in drawn.wide
    assert len(drawn.tables[0].rows) == 16


def test_sources_with_rounding_day_and_notes_stand_at_the_end(report: Report) -> None:
    found = sections(report)["sources"]
    text = str(found.tables[0].rows)
    for words in ("claimant-count", "fetched on 1 September 2026", "LSOAs of 2021", "Rounded to 5", "Not rounded"):
        assert words in text
    assert set(found.points) == {"A note of claimant-count.", "A note of population."}


def test_what_is_missing_is_said(report: Report) -> None:
    points = sections(report)["missing"].points
    assert any(point.startswith("Employment rate: no file with these figures") for point in points)
    assert all(": " in point for point in points)
    assert "to be filled" in str(sections(report)["plan"].tables[0].rows)


def test_a_definition_past_its_day_is_said_on_every_page(evidence: Evidence) -> None:
    assert (
        "should have been looked at again" in profile_report(area_profile(evidence, small.DISTRICT, LATE)).warnings[0]
    )
    for found in (
        compare_report(comparison(evidence, small.LSOAS[0], LATE)),
        trends_report(trends(evidence, small.DISTRICT, LATE)),
        hot_spots_report(hot_spots(evidence, small.DISTRICT, LATE)),
    ):
        assert any("was to be looked at again" in words for words in sections(found)["definition"].paragraphs)


def test_compare_never_ranks(evidence: Evidence) -> None:
    found = compare_report(comparison(evidence, small.LSOAS[0], ON))
    names = [row[0].text for row in sections(found)["funnel"].tables[0].rows]
    assert names == sorted(names)
    assert "among 16 LSOAs" in found.heading


def test_trends_and_hot_spots_answer(evidence: Evidence) -> None:
    assert trends_report(trends(evidence, small.DISTRICT, ON)).heading == (
        "Saltport: share claiming unemployment benefits up 0.5 percentage points over the year to May 2026 "
        "(chance could explain it)"
    )
    spots = hot_spots_report(hot_spots(evidence, small.DISTRICT, ON))
    assert spots.heading == "Saltport: 1 of 16 LSOAs is high with those around it, beyond what chance explains"
    assert {"map", "named", "scan", "concentration", "definition", "sources"} <= set(sections(spots))


def test_a_report_without_figures_says_why(evidence: Evidence) -> None:
    for found in (
        compare_report(comparison(evidence, small.DISTRICT, ON, "median-weekly-pay")),
        trends_report(trends(evidence, small.DISTRICT, ON, "median-weekly-pay")),
        hot_spots_report(hot_spots(evidence, small.DISTRICT, ON, "median-weekly-pay")),
    ):
        assert "no file with these figures" in " ".join((found.heading, *found.lead))


def test_tables_of_a_report_have_every_figure_and_note(report: Report) -> None:
    rows = tables_of(report)
    text = "\n".join(",".join(row) for row in rows)
    assert rows[0] == (report.heading,)
    for words in ("A note of population.", "Saltport 016A", "added up; rounded to 5", "960,"):
        assert words in text


def test_a_name_in_a_file_never_becomes_markup(evidence: Evidence) -> None:
    profile = area_profile(evidence, small.DISTRICT, ON)
    sly = replace(profile, area=replace(profile.area, name="<b>Salt</b>\x1b[31m"))
    page = page_of(profile_report(sly), "figures")
    assert "<b>Salt" not in page
    assert "\x1b" not in page


def test_the_pdf_is_tagged_and_says_the_same(report: Report) -> None:
    pytest.importorskip("typst", reason="the PDF is of the platform")
    from pypdf import PdfReader

    from commongoal.places.files.report_paper import as_pdf

    made = as_pdf(report)
    assert made == as_pdf(report)
    found = PdfReader(io.BytesIO(made))
    text = " ".join(" ".join(page.extract_text() for page in found.pages).split())
    assert "/MarkInfo" in found.trailer["/Root"]
    assert report.heading in text
    assert "Saltport 016A" in text
    assert found.metadata is not None
    assert found.metadata.title == "Saltport: profile"


def test_signs_of_the_layout_are_only_letters(report: Report) -> None:
    pytest.importorskip("typst", reason="the PDF is of the platform")
    from pypdf import PdfReader

    from commongoal.places.files.report_paper import as_pdf

    sly = replace(report, heading="#panic() *bold* $x$ [a] \\ _b_ \u0e01")
    text = PdfReader(io.BytesIO(as_pdf(sly))).pages[0].extract_text()
    assert "#panic() *bold* $x$ [a]" in " ".join(text.split())


def test_the_page_is_written(report: Report, tmp_path: Path) -> None:
    page = page_of(report, "official figures")
    assert page.count("<h1>") == 1
    assert "Made by Common Goal from official figures" in page


def test_limits_that_were_widened_are_not_called_chance(evidence: Evidence) -> None:
    """Where areas differ by more than chance, an area within the wider limits is no proof of chance."""
    found = compare_report(comparison(evidence, small.LSOAS[0], ON))
    funnel = sections(found)["funnel"]
    assert "usual spread" in found.heading
    assert funnel.figure is not None
    table = funnel.figure.tables[0]
    words = " ".join((*(cell.text for cell in table.headers), *(cell.text for row in table.rows for cell in row)))
    assert "what chance explains" not in words.casefold()
    assert "by chance" not in funnel.figure.wide
    assert not any(text.startswith("Between the inner limits chance explains") for text in funnel.points)


def test_the_words_of_the_concentration_name_who_is_counted(evidence: Evidence) -> None:
    found = sections(hot_spots_report(hot_spots(evidence, small.DISTRICT, ON)))["concentration"]
    assert found.figure is not None
    assert "where claimants are" in found.figure.wide
    assert "the the" not in found.figure.wide
    assert found.title.endswith("of claimants")


def test_an_index_is_not_said_to_be_of_the_year_it_came_out(tmp_path: Path) -> None:
    """The employment domain of 2019 counts benefits of 2015 to 2016."""
    small.lookups(tmp_path)
    rows = [(code, dt.date(2019, 1, 1), dt.date(2020, 1, 1), "n", 100.0, "") for code in small.LSOAS]
    series = (Series("n", "employment_domain_numerator", "people"),)
    keep(tmp_path, small.reading("deprivation-2019", rows, series))
    report = profile_report(area_profile(evidence_in(tmp_path), small.DISTRICT, ON, "employment-deprivation-2019"))
    words = " ".join(str(row) for row in tables_of(report))
    assert "benefits of 2015 to 2016" in words
    assert "January 2019 to December 2019; people" not in words


def test_parts_without_a_figure_are_counted_and_said_to_be_left_out(tmp_path: Path) -> None:
    """A suppressed figure is not none: the share of all is of the areas that have one."""
    counts: dict[str, float | None] = {**small.COUNTS, small.LSOAS[-1]: None, small.LSOAS[-2]: None}
    small.claimants(tmp_path, counts)
    small.population(tmp_path)
    small.lookups(tmp_path)
    small.boundaries(tmp_path)
    evidence = evidence_in(tmp_path)
    said = "2 LSOAs have no figure, and are left out of what is said of them together."
    found = profile_report(area_profile(evidence, small.DISTRICT, ON))
    assert said in sections(found)["map"].points
    assert "f the 14 LSOAs with a figure, the 10% with the highest rates hold" in " ".join((found.heading, *found.lead))
    assert said in sections(hot_spots_report(hot_spots(evidence, small.DISTRICT, ON)))["map"].points

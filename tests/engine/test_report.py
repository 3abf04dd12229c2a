"""The report in its three forms: complete, honest about what is not known, and safe with hostile names."""

import io
import json
import math
import re
from dataclasses import fields, is_dataclass, replace
from html.parser import HTMLParser
from typing import Any

import pytest
from rich.cells import cell_len
from rich.console import Console

from commongoal.cli.report.html import as_html, ratios_svg
from commongoal.cli.report.terminal import print_report
from commongoal.kernel.estimates import Estimate
from commongoal.valuation.engine.report import report_of
from commongoal.valuation.engine.report.as_json import FORMAT, as_data, as_json
from commongoal.valuation.engine.results import Valuation
from tests.engine.sample_valuation import FEW, hostile, sample, without_pounds

EVERY = pytest.mark.parametrize("v", [sample(), without_pounds(), hostile()], ids=["pounds", "jobs", "hostile"])


class Page(HTMLParser):
    """What a page holds: headings with their levels, ids, addresses it would fetch, and its text."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.levels: list[int] = []
        self.ids: list[str] = []
        self.fetched: list[str] = []
        self.tags: list[str] = []
        self.names_of: list[str] = []
        self.words = ""
        self.feed(source)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        given = dict(attrs)
        self.ids += [given["id"] or ""] if "id" in given else []
        self.names_of += (given.get("aria-labelledby") or "").split()
        self.fetched += [v or "" for k, v in attrs if k in ("src", "srcset", "data", "action")]
        self.fetched += [v or "" for k, v in attrs if k == "href" and not (v or "").startswith("#")]
        if re.fullmatch(r"h[1-6]", tag):
            self.levels.append(int(tag[1]))

    def handle_data(self, data: str) -> None:
        self.words += data


def printed(v: Valuation, width: int, full: bool = True) -> str:
    out = io.StringIO()
    print_report(v, Console(file=out, width=width, highlight=False), full=full)
    return out.getvalue()


def flat(text: str) -> str:
    return " ".join(text.split())


@EVERY
def test_the_page_stands_alone_and_is_in_order(v: Valuation) -> None:
    source = as_html(v)
    page = Page(source)
    assert source.lstrip().startswith("<!DOCTYPE html>")
    assert '<html lang="en-GB">' in source
    assert page.fetched == []
    assert "script" not in page.tags
    assert "link" not in page.tags
    assert "url(http" not in source
    assert page.levels[0] == 1
    assert page.levels.count(1) == 1
    assert all(after <= before + 1 for before, after in zip(page.levels, page.levels[1:], strict=False))
    assert len(page.ids) == len(set(page.ids))
    assert set(page.names_of) <= set(page.ids)
    assert page.tags.count("figure") == page.tags.count("figcaption")


@EVERY
@pytest.mark.parametrize("width", [80, 120, 200])
def test_the_terminal_fits_and_is_plain_when_piped(v: Valuation, width: int) -> None:
    text = printed(v, width)
    assert max(cell_len(line) for line in text.splitlines()) <= width
    assert "\x1b" not in text
    assert "nan" not in re.findall(r"\bnan\b", text)


@pytest.mark.parametrize("width", [80, 120])
def test_no_figure_is_cut_or_broken_on_a_terminal(width: int) -> None:
    text = printed(sample(), width)
    for figure in ("£1,010,400 to £2,004,900", "−£1.31 to −£0.04", "£17,100,000 to £22,300,000", FEW):
        assert figure in text


def test_the_heading_is_the_answer() -> None:
    heading = "Marlhaven Works: about £1.42 for each £1 spent (90% interval £0.90 to £2.10)"
    assert report_of(sample()).heading == heading
    page = Page(as_html(sample())).words
    assert heading in page
    for text in (page, printed(sample(), 120)):
        assert "Net: what people would have done without the programme is taken off." in flat(text)
        assert "What would have happened anyway is assumed: 23% would have got there anyway." in flat(text)
        assert "This programme is invented" in flat(text)


def test_without_pounds_the_heading_is_jobs_and_no_pound_is_credited() -> None:
    report = report_of(without_pounds())
    assert report.heading == "Marlhaven Works: credited with about 119.7 sustained jobs (90% interval 75.9 to 177.0)"
    assert not report.notice
    assert "There is no comparison" in " ".join(report.lead)
    assert "There is no ratio: there are no pounds." in report.lead
    credited = next(section for section in report.sections if section.id == "credited")
    heads = [head.text for part in credited.parts for table in part.tables for head in table.headers]
    assert "Ratio" not in heads
    assert "Rank" not in heads


def test_other_headings() -> None:
    v = sample()
    few = replace(v, total=replace(v.total, ratio=Estimate(1.2, why=FEW)))
    assert report_of(few).heading.endswith(f"about £1.20 for each £1 spent ({FEW})")
    assert "not a return on spending" in report_of(replace(v, rule="relative")).heading
    none = replace(v, total=replace(v.total, ratio=None, why_no_ratio="a cost of nothing"))
    assert report_of(none).heading == (
        "Marlhaven Works: worth about £5.03 million (90% interval £3.19 million to £7.43 million)"
    )
    loss = replace(v, total=replace(v.total, ratio=Estimate(-0.3, -1.0, 0.2)))
    assert "about −£0.30 for each £1 spent (90% interval −£1.00 to £0.20)" in report_of(loss).heading
    jobs = replace(without_pounds(), total=replace(without_pounds().total, ratio=Estimate(3.4e-5, 2e-5, 5e-5)))
    assert "about 3.4 sustained jobs for each £100,000 spent" in report_of(jobs).heading


def test_a_ratio_never_stands_without_its_definition() -> None:
    v = sample()
    report = report_of(v)
    for section in report.sections:
        for part in (section, *section.parts):
            tables = (*part.tables, *(part.figure.tables if part.figure else ()))
            for table in tables:
                if "Ratio" in [head.text for head in table.headers] and "£" in str(table.rows):
                    assert v.ratio_definition in table.note
    assert v.ratio_definition in " ".join(report.lead)
    assert "Net present value to society" in ratios_svg(v)


def test_what_is_unattributed_always_stands() -> None:
    for v in (sample(), without_pounds()):
        for text in (Page(as_html(v)).words, printed(v, 120)):
            assert "Unattributed: Nobody" in flat(text)


def test_assumed_and_unverified_are_marked_where_they_stand() -> None:
    v = sample()
    assert report_of(v).marks == ("assumed", "unverified")
    source = as_html(v)
    first = source[source.index("<h1>") : source.index("</h1>")]
    assert first.count('class="mark"') == 2
    assert re.search(r"£402,500</bdi> <span class=\"mark\">unverified", source)
    assert re.search(r"£4,300</bdi> <span class=\"mark\">unverified", source)
    assert "£402,500 [unverified]" in printed(v, 120)
    none = replace(v, basis="estimated from a comparison group", gains=(), sources=())
    assert report_of(none).marks == ()


def test_warnings_stand_near_the_top_and_first_among_limits() -> None:
    v = sample()
    source = as_html(v)
    warning = "At 12 months the model has 24% of people"
    assert source.index(warning) < source.index("Key facts")
    assert source.count(warning) == 2
    limits = next(section for section in report_of(v).sections if section.id == "limits")
    assert limits.points[0].startswith(f"Warning: {warning}")


def test_everything_asked_for_has_its_section() -> None:
    ids = [section.id for section in report_of(sample()).sections]
    assert ids == [
        "pathway", "journey", "credited", "rules", "gains", "unit-costs", "distance", "standing", "fit", "drivers",
        "conventions", "limits", "sources",
    ]  # fmt: skip
    text = flat(Page(as_html(sample())).words)
    for words in (
        "the effect of the programme as delivered", "outside the interval", "no reliability is stated for this area",
        "1,098", "economic, transfer", "Chance ratio is above", "Credit, second shape", "34% (90% interval 28% to 41%)",
        "611 spells", "Rank90% interval, of 10", "no cost is recorded",
    ):  # fmt: skip
        assert words in text, words


def test_a_short_report_has_the_answer_and_the_credit() -> None:
    text = printed(sample(), 120, full=False)
    assert "Providers: credit in pounds" in text
    assert "Limits" in text
    assert "Numbers that went in" not in text


@EVERY
def test_json_is_complete_finite_and_stable(v: Valuation) -> None:
    data = json.loads(as_json(v), parse_constant=lambda name: pytest.fail(f"{name} in the JSON"))
    assert data["format"] == FORMAT
    assert_same_keys(v, data["valuation"])


def assert_same_keys(value: Any, data: Any) -> None:
    if is_dataclass(value):
        assert list(data) == [field.name for field in fields(value)]
        for field in fields(value):
            assert_same_keys(getattr(value, field.name), data[field.name])
    elif isinstance(value, tuple):
        assert len(value) == len(data)
        for one, other in zip(value, data, strict=True):
            assert_same_keys(one, other)


def test_json_says_what_is_infinite_and_what_is_not_known() -> None:
    v = replace(sample(), standing_share=Estimate(math.inf, -math.inf, math.nan))
    data = as_data(v)
    assert data["valuation"]["standing_share"] == {"point": "infinite", "low": "-infinite", "high": None, "why": ""}
    assert data["not_known"] == ["standing_share.high"]
    assert as_data(without_pounds())["not_known"] == ["closed_total.point"]


def test_hostile_names_do_nothing() -> None:
    source = as_html(hostile())
    assert "<script" not in source
    assert "\x1b" not in source
    assert "\x00" not in source
    assert "&lt;script&gt;" in source
    text = printed(hostile(), 120)
    assert "[bold]Nowhere[/bold]" in text
    assert "\x00" not in text


@pytest.mark.parametrize("unit", ["pounds", "sustained jobs"])
def test_an_empty_result_still_reads(unit: Any) -> None:
    v = sample()
    empty = replace(
        v, unit=unit, lines=(), rules=(), gains=(), unit_costs=(), drivers=(),
        stages=(), moves=(), journey=(), distance=(),
        occupation=(), limits=(), conventions=(), sources=(), additionality=None, chance_without=None, slowing=None,
        total=replace(v.total, credit=Estimate(math.nan), ratio=None, chance_above_one=None, cost=0.0),
        standing_share=Estimate(math.nan, why="no credit"), basis="something new", rule="other", ratio_definition="",
    )  # fmt: skip
    assert "not known" in as_html(empty)
    assert "Unattributed" in printed(empty, 80)
    assert as_json(empty)


@pytest.mark.parametrize(("lows", "begins"), [((1.1, 1.2), "2 of"), ((1.1, 0.9), "1 of"), ((0.2, 0.9), "None of")])
def test_a_provider_is_very_likely_worth_it_where_its_whole_interval_is(lows: tuple[float, float], begins: str) -> None:
    from commongoal.valuation.engine.report.answers import MEANT, credit_page

    v = sample()
    first, second, *_ = v.of("provider")
    given = {line.id: Estimate(1.5, low, 2.0) for line, low in zip((first, second), lows, strict=True)}
    lines = [
        replace(line, ratio=given.get(line.id, Estimate(0.5, 0.4, 0.6))) if line.kind == "provider" else line
        for line in v.lines
    ]
    page = credit_page(replace(v, lines=tuple(lines)))
    assert page.heading.startswith(begins)
    assert "very likely to have brought back more than was spent" in page.heading
    assert MEANT in page.lead

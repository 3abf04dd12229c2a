"""The report in a real browser: accessible, offline, and readable at a desk, on a phone and on paper."""

from pathlib import Path

import pytest
from tests.engine.sample_valuation import hostile, sample, without_pounds
from tests.journeys.browser import FAULTY, SIDEWAYS, opened, violations

from commongoal.cli import exits
from commongoal.cli.main import run
from commongoal.cli.report.html import as_html

pytestmark = [pytest.mark.browser, pytest.mark.slow]

REPORTS = {"pounds": sample, "jobs": without_pounds, "hostile": hostile}
EXAMPLES = {
    "appraisal": ("appraise", "appraisal_example.toml"),
    "sharing": ("share", "sharing_example.toml"),
    "strategy": ("impact", "strategy_example.toml"),
    "scaling": ("impact", "scaling_example.toml"),
}
EVERY = [*REPORTS, *EXAMPLES]


@pytest.fixture(scope="module")
def pages(root: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Sample valuations, and what the other commands make of the examples in the docs."""
    folder = tmp_path_factory.mktemp("reports")
    for name, (command, example) in EXAMPLES.items():
        arguments = [command, str(root / "docs/how-to" / example), "--html", str(folder / f"{name}.html"), "--json"]
        assert run(arguments) in (exits.DONE, exits.PARTLY)
    written = {name: as_html(make()) for name, make in REPORTS.items()} | {"faulty": FAULTY}
    for name, source in written.items():
        (folder / f"{name}.html").write_text(source, encoding="utf-8")
    return {name: (folder / f"{name}.html").as_uri() for name in [*written, *EXAMPLES]}


@pytest.mark.parametrize("name", EVERY)
@pytest.mark.parametrize("width", [1280, 320])
def test_no_accessibility_fault(browser, pages, name: str, width: int) -> None:
    page = opened(browser, pages[name], width)
    assert violations(page) == []
    page.close()


def test_planted_faults_are_found(browser, pages) -> None:
    page = opened(browser, pages["faulty"], 320)
    found = {fault.split(":")[0] for fault in violations(page)}
    assert {"image-alt", "color-contrast", "html-has-lang", "document-title"} <= found
    assert page.evaluate(SIDEWAYS)
    page.close()


@pytest.mark.parametrize("name", EVERY)
def test_asks_for_nothing_and_complains_of_nothing(browser, pages, name: str) -> None:
    page = opened(browser, pages[name])
    assert page.asked == [pages[name]]
    assert page.complaints == []
    page.close()


@pytest.mark.parametrize("name", EVERY)
@pytest.mark.parametrize("width", [320, 375, 768, 1280])
def test_never_scrolls_sideways(browser, pages, name: str, width: int) -> None:
    page = opened(browser, pages[name], width)
    assert not page.evaluate(SIDEWAYS)
    page.close()


def test_words_in_pictures_stay_readable_on_a_phone(browser, pages) -> None:
    page = opened(browser, pages["pounds"], 320)
    smallest = page.evaluate(
        """Math.min(...[...document.querySelectorAll('figure svg')].filter(s => s.getBoundingClientRect().width > 0)
        .flatMap(s => [...s.querySelectorAll('text')].map(t => parseFloat(t.getAttribute('font-size'))
        * s.getBoundingClientRect().width / s.viewBox.baseVal.width)))"""
    )
    assert smallest >= 11.5
    page.close()


@pytest.mark.parametrize("name", EVERY)
@pytest.mark.parametrize("width", [320, 1280])
def test_no_word_runs_out_of_its_picture(browser, pages, name: str, width: int) -> None:
    page = opened(browser, pages[name], width)
    outside = page.evaluate(
        """[...document.querySelectorAll('figure svg')].filter(s => s.getBoundingClientRect().width > 0)
        .flatMap(s => [...s.querySelectorAll('text')].filter(t => {const b = t.getBBox(), v = s.viewBox.baseVal;
        return b.x < -1 || b.x + b.width > v.width + 1 || b.y + b.height > v.height + 1}).map(t => t.textContent))"""
    )
    assert outside == []
    page.close()


def test_keyboard_reaches_the_content_and_every_wide_table(browser, pages) -> None:
    page = opened(browser, pages["pounds"], 375)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to main content"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
    unreached = page.evaluate(
        """[...document.querySelectorAll('.scroll')].filter(d => d.tabIndex !== 0
        || !document.getElementById(d.getAttribute('aria-labelledby'))).length"""
    )
    assert unreached == 0
    page.close()


def test_prints_every_section_on_paper(browser, pages, tmp_path: Path) -> None:
    page = opened(browser, pages["pounds"])
    page.emulate_media(media="print")
    hidden = page.evaluate(
        """[...document.querySelectorAll('main section h2, main section table, .wide svg')]
        .filter(e => e.getBoundingClientRect().height === 0).length"""
    )
    assert hidden == 0
    wide = page.pdf(path=str(tmp_path / "report.pdf"), format="A4", prefer_css_page_size=True)
    assert wide.startswith(b"%PDF")
    page.close()


@pytest.mark.parametrize("width", [1280, 375])
def test_screenshots_for_the_eye(browser, pages, width: int, root: Path) -> None:
    folder = root / "build" / "screenshots"
    folder.mkdir(parents=True, exist_ok=True)
    page = opened(browser, pages["pounds"], width)
    taken = page.screenshot(path=str(folder / f"report-{width}.png"), full_page=True)
    assert len(taken) > 50_000
    page.close()

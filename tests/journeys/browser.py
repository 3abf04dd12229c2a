"""A real browser: how it is started, what is asked of a page, and what is photographed."""

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest

CHROMIUM = Path("/usr/bin/chromium")
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]
RULES = {
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
}
SIDEWAYS = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
FAULTY = """<!DOCTYPE html><html><head><title></title></head><body><h1>One</h1><h4>Four</h4>
<img src="data:image/gif;base64,R0lGODlhAQABAAAAACw="><p style="color:#ccc;background:#fff">Faint words</p>
<div style="width:900px;height:1px"></div></body></html>"""
PHONE, NARROW, DESK = 390, 320, 1280  # 320 is a desk of 1280 at 400%


def launched() -> Iterator[object]:
    """A browser for as long as the fixture lasts."""
    if not CHROMIUM.exists():
        pytest.skip("chromium is not installed; scripts/setup-test brings it")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=str(CHROMIUM), args=FLAGS)
        yield opened
        opened.close()


def listening(page):
    """The page, noting what it asks for and complains about."""
    page.asked, page.complaints = [], []
    page.on("request", lambda request: page.asked.append(request.url))
    page.on("console", lambda message: page.complaints.append(message.text))
    page.on("pageerror", lambda error: page.complaints.append(str(error)))
    return page


def opened(browser, address: str, width: int = DESK, height: int = 900):
    """A page at a width, with what it asked for and complained about."""
    page = listening(browser.new_page(viewport={"width": width, "height": height}))
    page.goto(address)
    return page


def violations(page) -> list[str]:
    """What axe finds: the rule, and where."""
    from axe_playwright_python.sync_playwright import Axe

    found = Axe().run(page, options=RULES).response["violations"]
    return [f"{fault['id']}: {node['target']}" for fault in found for node in fault["nodes"]]


def sideways(page) -> bool:
    """Whether the page must be scrolled sideways."""
    return page.evaluate(SIDEWAYS)


def shot(page, folder: Path, name: str) -> None:
    """The page as it stands, on a phone and at a desk."""
    folder.mkdir(parents=True, exist_ok=True)
    before = page.viewport_size
    for width in (PHONE, DESK):
        page.set_viewport_size({"width": width, "height": 900})
        page.screenshot(path=str(folder / f"{name}-{width}.png"), full_page=True)
    page.set_viewport_size(before)


TABBED = """within => {const e = document.activeElement;
 if (!e || e === document.body || !e.closest(within)) return null;
 const s = getComputedStyle(e), l = e.labels && e.labels[0] ? getComputedStyle(e.labels[0], '::before') : null;
 const seen = x => x && (x.outlineStyle !== 'none' || x.boxShadow !== 'none');
 if (!e.dataset.walked) e.dataset.walked = String(document.querySelectorAll('[data-walked]').length + 1);
 return [e.dataset.walked, seen(s) || seen(l), e.outerHTML.slice(0, 120)]}"""
CONTROLS = """within => {const groups = new Set(); return [...document.querySelector(within).querySelectorAll(
 'a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex="0"]')].filter(e => {
 if (e.disabled || e.hidden || e.checkVisibility && !e.checkVisibility()) return false;
 if (e.type === 'radio') {if (groups.has(e.name)) return false; groups.add(e.name);
   return ![...document.getElementsByName(e.name)].some(r => r.dataset.walked)}
 return !e.dataset.walked}).map(e => e.outerHTML.slice(0, 120))}"""


FROM = """within => {const e = document.querySelector(within);
 e.tabIndex = -1; e.focus(); e.removeAttribute('tabindex')}"""


def walked(page, within: str = "body", most: int = 200) -> tuple[list[str], list[str]]:
    """What the Tab key never reaches within a part of the page, and where the focus cannot be seen."""
    unseen, first, ends = [], None, 0
    page.evaluate(FROM, within)
    for _ in range(most):
        page.keyboard.press("Tab")
        stop = page.evaluate(TABBED, within)
        ends += stop is None
        if ends == (2 if within == "body" else 1) or (stop and stop[0] == first):
            break
        if stop:
            first = first or stop[0]
            unseen += [] if stop[1] else [stop[2]]
    page.evaluate("document.activeElement.blur()")  # a skip link that hides under a pressed mouse moves the page
    return page.evaluate(CONTROLS, within), unseen


def press(page, selector: str) -> None:
    """Clicks what opens another page or sends a form, and waits until that page has come: a click alone does not."""
    with page.expect_navigation():
        page.click(selector)


def fill_date(page, name: str, day: dt.date) -> None:
    """Day, month and year in their three boxes."""
    for part, value in (("day", day.day), ("month", day.month), ("year", day.year)):
        page.fill(f"[name={name}_{part}]", str(value))

"""J13: build the area's evidence base: every figure with where it is from, and no sum without its error."""

import datetime as dt
import re

import pytest
from django.utils.timezone import localdate
from tests.journeys.browser import PHONE, press, sideways, violations

pytestmark = [pytest.mark.browser, pytest.mark.slow]

HOME, OLD_DOCK, FLEET_BRIDGE = "E07999001", "E05999007", "E05999013"
QUAYSIDE = "E01999001"  # a small area that was not changed
OUT_OF_WORK = "out-of-work-benefits"


def shown(page, selector: str = "main") -> str:
    """The words of a part of the page, with single spaces; details closed or not."""
    return re.sub(r"\s+", " ", page.locator(selector).first.evaluate("e => e.textContent"))


def section(page, heading: str) -> str:
    """The words from a heading to the next one of its size."""
    found = re.split(r"\n#", page.evaluate(
        """() => {for (const h of document.querySelectorAll('main h2')) h.prepend('\\n#');
        const t = document.querySelector('main').textContent;
        for (const h of document.querySelectorAll('main h2')) h.firstChild.remove(); return t}"""
    ))  # fmt: skip
    return next(re.sub(r"\s+", " ", part) for part in found if re.search(heading, part.partition("\n")[0] + part[:120]))


def choose(page, indicator: str) -> None:
    page.select_option("[name=indicator]", indicator)
    press(page, "main form >> text='Show'")


def fetched(days: int) -> str:
    day = localdate() - dt.timedelta(days=days)
    return f"fetched on {day.day} {day:%B %Y}"


def every_figure_says_where_it_is_from(page) -> None:
    """Source, table, when it was fetched, the year of its areas, and what was done to it."""
    told = section(page, "Where the figures come from")
    assert "Invented for this demonstration" in told
    for words in (
        "Claimant count by sex and age (UCJSA)",
        fetched(2),
        "districts of 2024",
        "Rounded to 5",
        "Each figure is moved at random",
        "how far is not published",
        "Statistical disclosure control has been applied",
    ):
        assert words in told, words
    page.click("summary:has-text('What each source says of its figures')")
    rows = page.locator("table:has(caption:has-text('Where the figures come from')) tbody tr").all_inner_texts()
    assert len(rows) >= 8
    assert all("fetched on" in row and re.search(r" of 20\d\d", row) for row in rows)


def by_length_and_reason(page) -> None:
    """Out of work by how long and why where a source has it; in words where none has."""
    long, why = section(page, "How long"), section(page, "Why")
    for words in ("Claiming for over a year", "Claiming for over two years", "Claiming for over five years"):
        assert words in long
    assert "Share of out-of-work benefits for reasons of health" in why
    missing = section(page, "things that cannot be said, and why")
    assert "Reasons for claiming: Since Universal Credit there is no single table of reasons" in missing
    assert "no file with these figures has been taken in" in missing


def sums_say_what_they_are(page) -> None:
    """What was added up from rounded or perturbed figures is marked, with its error, and one that cannot be is not."""
    told = section(page, "Deprivation")
    assert re.search(r"Added up from 8\d figures rounded to 5: within \d+", told)
    assert "Parts found by the lookup lsoa21-ltla24" in told
    region = page.locator("tr", has_text="People on out-of-work benefits").first.inner_text().lower()
    assert "added up" in region
    assert "perturbed" in region
    assert "shares of smaller areas are not to be added up" in shown(page)


def concentrated(page) -> None:
    """The share of claimants in the top tenth of areas, beside what chance would do, with map and tables."""
    assert re.search(r"The 10% of LSOAs with the highest rates hold \d\d% of claimants", shown(page))
    press(page, "main nav >> text='Hot spots'")
    heading = page.locator("h1").inner_text()
    assert re.search(r"\d+ of 89 LSOAs are high together, beyond what chance explains", heading)
    assert page.locator("main svg").count() >= 2
    tables = page.locator("main table").count()
    assert tables >= 2
    stands_out = page.locator("table:has(caption:has-text('stand out')) tbody tr").all_inner_texts()
    assert sum("hot" in row.lower() for row in stands_out) >= 5


def changed_boundaries(page) -> None:
    """A ward made of small areas of 2021 has its figures of 2011 by lookups that are named."""
    told = section(page, "Deprivation")
    assert "Parts found by the lookup lsoa21-ward24, then lsoa11-lsoa21" in told
    assert re.search(r"Added up from \d figures rounded to 5: within \d+", told)


def reconciled(page) -> None:
    """Small areas of 2021 beside one another by an index of 2011: what was carried, and the totals before and after."""
    told = shown(page)
    assert "were carried to those of 2021 by the lookup lsoa11-lsoa21" in told
    assert re.search(r"Total before [\d,]+, after [\d,]+: [\d,]+ fewer", told)
    assert "split, and nothing says in what shares" in told


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "plain"])
def test_evidence_base(site, scripts: bool, settings, tmp_path) -> None:
    from tests.platform.marlhaven import taken_in

    from commongoal.access.engine.permissions import Role

    settings.PLACES = tmp_path / "places"
    taken_in(site.world, localdate())
    page = site.page(site.world.viewer(role=Role.ANALYST), scripts=scripts)

    def look(name: str) -> None:
        if scripts:
            assert violations(page) == [], name
            site.shot(page, name)

    site.open(page, "/places/")
    assert page.locator("h1").inner_text().startswith("Marlhaven: share claiming unemployment benefits is 4")
    look("1-profile")
    every_figure_says_where_it_is_from(page)
    by_length_and_reason(page)
    sums_say_what_they_are(page)
    concentrated(page)
    look("2-hot-spots")

    press(page, "main nav >> text='Profile'")
    choose(page, OUT_OF_WORK)
    assert "14 wards" in shown(page)
    assert "Old Dock" in shown(page, "main table")
    look("3-out-of-work-by-ward")
    site.open(page, f"/places/{FLEET_BRIDGE}/")
    changed_boundaries(page)
    look("4-ward")
    site.open(page, f"/places/{QUAYSIDE}/compare/?indicator=employment-deprivation-2019-share")
    reconciled(page)
    site.open(page, f"/places/{OLD_DOCK}/compare/")
    look("5-compare")
    site.open(page, f"/places/{HOME}/trends/")
    look("6-trends")
    site.open(page, "/places/editions/")
    look("7-editions")
    page.set_viewport_size({"width": PHONE, "height": 900})
    for address in (f"/places/{HOME}/", f"/places/{HOME}/hot-spots/", "/places/editions/"):
        site.open(page, address)
        assert not sideways(page), address
    assert page.complaints == []

"""Published headline figures about places, checked: a report on Wirral says 9.5% where its figures make it 9.4%."""

import re
from pathlib import Path

import pytest

from commongoal.cli.main import run
from commongoal.places.engine.claims import Checked, Verdict, checked
from commongoal.places.engine.report import claims_report
from commongoal.places.files.claims import read_claims

PAGE = Path("docs/explanation/checking-claims.md")

ANCHORS = """
name = "Wirral, May 2014"
source = "Wirral Council, committee report, 3 December 2014"
[[quantity]]
id = "people"
words = "Residents of working age"
[[figure]]
id = "out"
words = "Out-of-work benefit claimants"
written = "28,750"
[[figure]]
id = "rate"
words = "Share of working age"
written = "14.6%"
part = "out"
of = "people"
[[figure]]
id = "jsa"
words = "On JSA"
written = "5,560"
[[figure]]
id = "esa"
words = "On ESA or IB"
written = "18,870"
[[sum]]
total = "out"
parts = ["jsa", "esa"]
complete = false
"""

KENT = """
name = "Kent, 2008"
source = "Supporting Independence, conference slides, 2008"
[[quantity]]
id = "people"
words = "Residents of working age"
[[quantity]]
id = "incapacity"
words = "On incapacity benefits"
[[quantity]]
id = "over-two"
words = "Claiming for over two years"
[[quantity]]
id = "over-five"
words = "Claiming for over five years"
[[figure]]
id = "claimants"
words = "Claimants"
written = "78,000"
[[figure]]
id = "rate"
words = "Share of working age"
written = "10%"
part = "claimants"
of = "people"
[[figure]]
id = "incapacity-share"
words = "Share on incapacity benefits"
written = "62%"
part = "incapacity"
of = "claimants"
[[figure]]
id = "two"
words = "Share over two years"
written = "three quarters"
part = "over-two"
of = "claimants"
[[figure]]
id = "five"
words = "Share over five years"
written = "over half"
part = "over-five"
of = "claimants"
[[sum]]
total = "over-two"
parts = ["over-five"]
complete = false
"""

COUNCILS = """
name = "Unlocking Our Wealth"
source = "Co-operative councils, news report"
[[quantity]]
id = "hard"
words = "Hard to reach, on JSA"
[[figure]]
id = "all"
words = "Claimants in 23 councils"
written = "508,000"
[[figure]]
id = "jsa"
words = "On JSA"
written = "97,000+"
[[figure]]
id = "hard-to-reach"
words = "Hard to reach"
written = "29,000"
quantity = "hard"
[[figure]]
id = "esa"
words = "On ESA or IB"
written = "310,000"
[[sum]]
total = "all"
parts = ["jsa", "esa"]
complete = false
[[sum]]
total = "jsa"
parts = ["hard"]
complete = false
"""


@pytest.fixture(scope="module")
def wirral(root: Path) -> str:
    """The file that the page shows."""
    found = re.search(r"```toml claims=wirral\n(.*?)```", (root / PAGE).read_text(encoding="utf-8"), re.DOTALL)
    assert found
    return found[1]


def of(text: str) -> Checked:
    return checked(read_claims(text.encode(), "claims.toml"))


def test_the_last_percentage_about_wirral_does_not_follow(wirral: str) -> None:
    """18,750 is 9.4% of the population that 38,930 is 19.5% of; 48% does follow."""
    found = of(wirral)
    verdicts = {row.figure.id: row.verdict for row in found.findings}
    assert found.blamed[0] == ("health-rate",)
    assert set(found.conflict) == {"out-of-work", "out-of-work-rate", "health", "health-rate"}
    assert verdicts["health-share"] == Verdict.FOLLOWS
    rate = next(row for row in found.findings if row.figure.id == "health-rate")
    assert 0.0935 < rate.low < rate.high < 0.0945  # every number that is written 9.4%
    people = next(row for row in found.implied if row[0].id == "working-age")
    assert people[1:] == pytest.approx((38_925 / 0.1955, 38_935 / 0.1945))


def test_each_single_figure_mended_makes_them_agree(wirral: str) -> None:
    assert of(wirral.replace('"9.5%"', '"9.4%"')).agrees
    assert of(wirral.replace('"19.5%"', '"19.7%"')).agrees
    assert not of(wirral.replace('"48%"', '"50%"')).agrees


def test_wider_rounding_than_is_written_explains_it(wirral: str) -> None:
    wide = wirral.replace('written = "9.5%"', 'written = "9.5%"\nrounded_to = 0.17')
    assert of(wide).agrees
    assert not of(wirral.replace('written = "9.5%"', 'written = "9.5%"\nrounded_to = 0.15')).agrees


@pytest.mark.parametrize("text", [ANCHORS, KENT, COUNCILS], ids=["wirral-2014", "kent-2008", "councils"])
def test_other_published_figures_agree(text: str) -> None:
    assert of(text).agrees


def test_what_the_others_imply() -> None:
    """The population of the anchors, and what is left of the councils' claimants."""
    people = next(row for row in of(ANCHORS).implied if row[0].id == "people")
    assert people[1:] == pytest.approx((28_745 / 0.1465, 28_755 / 0.1455))
    jsa = next(row for row in of(COUNCILS).implied if row[0].id == "jsa")
    assert jsa[1:] == pytest.approx((97_000, 508_500 - 305_000))
    five = next(row for row in of(KENT).implied if row[0].id == "over-five")
    assert five[2] == pytest.approx(0.775 * 78_500)


def test_parts_larger_than_their_whole_are_found() -> None:
    found = of(COUNCILS.replace('"310,000"', '"415,000"'))
    assert set(found.conflict) == {"all", "jsa", "esa"}
    assert not of(COUNCILS.replace('"29,000"', '"250,000"')).agrees


def test_the_page_says_what_the_command_says(
    wirral: str, root: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    page = " ".join((root / PAGE).read_text(encoding="utf-8").replace(">", "").split())
    report = claims_report(of(wirral))
    assert report.heading in page
    assert all(words in page for words in report.lead)
    file = tmp_path / "wirral.toml"
    file.write_text(wirral, encoding="utf-8")
    assert run(["places", "check", str(file)]) == 3
    assert report.heading in capsys.readouterr().out


@pytest.mark.parametrize(
    ("text", "agrees"),
    [
        (ANCHORS, "they agree"),
        (KENT, "they agree"),
        (COUNCILS, "they agree"),
        (COUNCILS.replace("310,000", "425,000"), "cannot all be right"),
    ],
)
def test_the_table_of_the_page_is_what_is_found(text: str, agrees: str, root: Path) -> None:
    page = (root / PAGE).read_text(encoding="utf-8")
    assert f"| {agrees} |" in page
    assert of(text).agrees == (agrees == "they agree")

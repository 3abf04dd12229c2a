"""Claims: what a figure can mean, which figures contradict one another, and that nothing true is ever called wrong."""

import math
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from commongoal.kernel.errors import BadInput
from commongoal.places.engine.claim_bounds import Ratio, Sum, bounds
from commongoal.places.engine.claims import Checked, Claims, Headline, Quantity, Verdict, Whole, checked
from commongoal.places.engine.report.claims import Official, claims_report
from commongoal.places.engine.written import Meant, Sort, meant
from commongoal.places.files.claims import read_claims

COUNTS = st.integers(200, 500_000)


@pytest.mark.parametrize(
    ("written", "low", "high"),
    [
        ("38,930", 38_925, 38_935),
        ("78,000", 77_500, 78_500),
        ("9.5%", 0.0945, 0.0955),
        ("10%", 0.095, 0.105),
        ("9.5 per cent", 0.0945, 0.0955),
        ("£1.3m", 1_250_000, 1_350_000),
        ("over half", 0.5, math.inf),
        ("three quarters", 0.725, 0.775),
        ("97,000+", 97_000, math.inf),
        ("almost 90%", 0.855, 0.9),
        ("29% higher", 1.285, 1.295),
        ("29% lower", 0.705, 0.715),
        ("1 in 10", 1 / 10.5, 1 / 9.5),
        ("about 45", 44, 46),
        ("up to 25%", 0, 0.25),
    ],
)
def test_what_a_figure_can_mean(written: str, low: float, high: float) -> None:
    found = meant(written)
    assert found is not None
    assert (found.low, found.high) == pytest.approx((low, high))


@pytest.mark.parametrize("written", ["", "many", "38.9.3", "9,50", "-5", "90,000 jobs", "%"])
def test_what_is_no_figure(written: str) -> None:
    assert meant(written) is None


def test_the_rounding_that_is_said_is_taken() -> None:
    found = meant("38,930", 5)
    assert found is not None
    assert (found.low, found.high) == (38_927.5, 38_932.5)


def rounded(name: str, count: int, step: int) -> Headline:
    low = round(count / step) * step
    return Headline(name, name, Meant(str(low), Sort.COUNT, low, low - step / 2, low + step / 2, step), name)


def shared(name: str, part: str, of: str, ratio: float, places: int) -> Headline:
    step = 10.0**-places
    point = round(ratio / step) * step
    return Headline(
        name, name, Meant("", Sort.SHARE, point, max(point - step / 2, 0), point + step / 2, step), part, of
    )


@st.composite
def truths(draw: Any) -> Claims:
    """Figures rounded from numbers that exist: three parts that make up a whole, in a population."""
    parts = {name: draw(COUNTS) for name in ("a", "b", "c")}
    numbers = parts | {"all": sum(parts.values())}
    numbers["people"] = numbers["all"] + draw(COUNTS)
    figures = [rounded(name, value, draw(st.sampled_from([1, 5, 10, 100]))) for name, value in numbers.items()
               if draw(st.booleans())]  # fmt: skip
    figures += [
        shared(f"{part}-{of}", part, of, numbers[part] / numbers[of], draw(st.integers(1, 4)))
        for part, of in (("a", "all"), ("b", "all"), ("all", "people"), ("a", "people"), ("a", "b"))
        if draw(st.booleans())
    ]
    quantities = tuple(Quantity(name, name) for name in numbers)
    return Claims("t", "s", quantities, tuple(figures), (Whole("all", ("a", "b", "c")),))


@given(truths())
@settings(max_examples=80, deadline=None)
def test_figures_rounded_from_true_numbers_always_agree(claims: Claims) -> None:
    found = checked(claims)
    assert found.agrees
    assert all(row.verdict in (Verdict.FOLLOWS, Verdict.ALONE) for row in found.findings)


@given(truths(), st.integers(0, 20), st.floats(1.5, 4))
@settings(max_examples=40, deadline=None)
def test_what_is_blamed_is_small_and_without_it_the_others_agree(claims: Claims, at: int, times: float) -> None:
    if not claims.figures:
        return
    place = at % len(claims.figures)
    wrong = list(claims.figures)
    one = wrong[place]
    off = Meant(
        "", one.meant.sort, one.meant.point * times, one.meant.low * times, one.meant.high * times, one.meant.unit
    )
    wrong[place] = Headline(one.id, one.words, off, one.part, one.of)
    found = checked(Claims("t", "s", claims.quantities, tuple(wrong), claims.wholes))
    if found.agrees:
        return
    assert any(group == (one.id,) for group in found.blamed)  # the one that was spoilt is always among them
    for group in found.blamed:
        kept = tuple(figure for figure in wrong if figure.id not in group)
        assert checked(Claims("t", "s", claims.quantities, kept, claims.wholes)).agrees


@given(st.lists(st.tuples(st.integers(1, 3), st.integers(0, 3), st.floats(0.5, 4)), max_size=5))
@settings(deadline=None)
def test_bounds_against_a_slow_referee(rows: list[tuple[int, int, float]]) -> None:
    """Every chain of ratios followed one by one, instead of shortest paths by matrix."""
    ratios = [Ratio(part, of, middle * 0.9, middle * 1.1) for part, of, middle in rows if part != of]
    found = bounds(4, ratios)
    referee = {(i, j): (0.0, math.inf) if i != j else (1.0, 1.0) for i in range(4) for j in range(4)}
    edges = [(r.part, r.of, r.low, r.high) for r in ratios] + [(r.of, r.part, 1 / r.high, 1 / r.low) for r in ratios]
    for _ in range(6):
        for part, of, low, high in edges:
            for j in range(4):
                least, most = referee[of, j]
                now = referee[part, j]
                referee[part, j] = (max(now[0], low * least), min(now[1], high * most))
    impossible = any(low > high * (1 + 1e-9) for low, high in referee.values()) or any(
        referee[i, i][0] > 1 + 1e-9 or referee[i, i][1] < 1 - 1e-9 for i in range(4)
    )
    assert (found is None) == impossible
    if found is not None:
        for (i, j), (low, high) in referee.items():
            assert found[0][i, j] == pytest.approx(low, rel=1e-6)
            assert found[1][i, j] == pytest.approx(high, rel=1e-6)


def test_parts_of_a_whole_bound_one_another() -> None:
    found = bounds(4, [Ratio(1, 0, 100, 100), Ratio(2, 0, 30, 40)], [Sum(1, (2, 3))])
    assert found is not None
    assert (found[0][3, 0], found[1][3, 0]) == pytest.approx((60, 70))
    assert bounds(4, [Ratio(1, 0, 100, 100), Ratio(2, 0, 130, 140)], [Sum(1, (2, 3), complete=False)]) is None


FILE = """
name = "A place"
source = "A report"
[[quantity]]
id = "people"
words = "Residents"
[[figure]]
id = "out"
words = "Out of work"
written = "1,000"
rounded_to = 1
[[figure]]
id = "rate"
words = "Share out of work"
written = "10%"
part = "out"
of = "people"
indicator = "claimant-rate"
"""


def test_every_fault_of_a_file_at_once() -> None:
    bad = (
        FILE.replace('"1,000"', '"lots"').replace('of = "people"', 'of = "nobody"')
        + '[[sum]]\ntotal="x"\nparts=["y"]\n'
    )
    with pytest.raises(BadInput) as refused:
        read_claims(bad.encode(), "claims.toml")
    assert [problem.code for problem in refused.value.problems] == [
        "not_a_figure",
        "unknown",
        "unknown",
        "unknown",
        "unknown",
    ]


@pytest.mark.parametrize("bad", [b"\xff", b"name = ", b"name = 'x'", b"figure = [3]"])
def test_what_is_no_file_of_claims_is_refused_in_words(bad: bytes) -> None:
    with pytest.raises(BadInput):
        read_claims(bad, "claims.toml")


def told(found: Checked) -> str:
    report = claims_report(found)
    return " ".join((report.heading, *report.lead, *report.warnings))


def test_the_report_says_what_agrees_and_what_follows() -> None:
    found = checked(read_claims(FILE.encode(), "claims.toml"))
    assert told(found).startswith("The 2 figures agree")
    people = next(row for row in found.implied if row[0].id == "people")
    assert people[1:] == pytest.approx((999.5 / 0.105, 1000.5 / 0.095))


def test_an_official_figure_that_differs_is_a_warning() -> None:
    found = checked(read_claims(FILE.encode(), "claims.toml"))
    for low, agrees in ((0.08, False), (0.099, True)):
        official = Official("rate", low, low + 0.002, "8.1%", "May 2026", "Invented")
        report = claims_report(found, (official,))
        assert (report.warnings == ()) == agrees
    assert official.agrees_with(found.findings[1].figure)
    none = claims_report(found, (Official("rate", why="no file"),))
    assert none.warnings == ()
    assert "No official figure" in none.sections[2].title


def test_a_figure_that_is_hardly_out_is_not_said_to_be_out_by_nothing() -> None:
    """A quarter of 7,000 that is 1,400 is out by 0.04 of its steps."""
    text = """
name = "x"
source = "y"
[[figure]]
id = "all"
words = "All"
written = "7,000"
[[figure]]
id = "young"
words = "Young"
written = "1,400"
[[figure]]
id = "share"
words = "Share"
written = "a quarter"
part = "young"
of = "all"
"""
    report = claims_report(checked(read_claims(text.encode(), "x.toml")))
    words = " ".join(cell.text + cell.under for part in report.sections for table in part.tables
                     for row in table.rows for cell in row)  # fmt: skip
    assert "less than 0.1 steps of its last digit beyond its rounding" in words
    assert "0.0 steps" not in words

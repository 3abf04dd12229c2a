"""How figures of places are written: values with their unit, intervals, error, changes, and where they come from."""

from collections.abc import Callable, Iterable

from commongoal.kernel.pictures import Cell, Table, cells, heads
from commongoal.kernel.report import Section
from commongoal.kernel.words import Written, clean, counted, number, pounds, written_day
from commongoal.places.engine.areas import AreaKind
from commongoal.places.engine.edition_words import (
    period_words,
    perturbation_words,
    rounding_words,
    vintage_words,
)
from commongoal.places.engine.figures import AreaFigure, Period
from commongoal.places.engine.indicators import Break, Direction, Indicator
from commongoal.places.engine.observations import Edition
from commongoal.places.engine.profile import Change

Link = Callable[[str], str]
"""Where the page of an area is, by its code; empty for an area without one."""

NOT_AVAILABLE = "not available"
KIND_NAMES = {
    AreaKind.LSOA: "LSOAs", AreaKind.MSOA: "MSOAs", AreaKind.WARD: "wards", AreaKind.DISTRICT: "districts",
    AreaKind.COUNTY: "counties", AreaKind.CONSTITUENCY: "constituencies",
    AreaKind.COMBINED_AUTHORITY: "combined authorities", AreaKind.REGION: "regions", AreaKind.COUNTRY: "countries",
    AreaKind.NEIGHBOURHOOD: "neighbourhoods",
}  # fmt: skip
SIZES_OF = {
    AreaKind.LSOA: " An LSOA is a small area, usually of 1,000 to 3,000 people.",
    AreaKind.MSOA: " An MSOA is a middle-sized area, usually of 5,000 to 15,000 people.",
}
"""How large the areas of official statistics are: ONS, "Census 2021 geographies", Output Areas."""
SHORT_KIND = {AreaKind.LSOA: "LSOA", AreaKind.MSOA: "MSOA"}


def nowhere(code: str) -> str:
    """No link: where there are no pages."""
    del code
    return ""


def kind_words(kind: AreaKind) -> str:
    """What an area is, in a sentence."""
    return SHORT_KIND.get(kind, kind.value)


def kinds_words(kind: AreaKind) -> str:
    """Several areas of a kind."""
    return KIND_NAMES[kind]


def writing(indicator: Indicator) -> Written:
    """How values of an indicator are written: "4.1%", "£528", "7,590"."""
    if indicator.unit.startswith("per cent"):
        return lambda value: f"{number(value, indicator.decimals)}%"
    if indicator.unit.startswith("pounds"):
        return lambda value: pounds(value, indicator.decimals)
    return lambda value: number(value, indicator.decimals)


def of_whom(indicator: Indicator) -> str:
    """The unit after a value: "of residents aged 16 to 64", "people", "a week"."""
    unit = indicator.unit
    for name in ("per cent ", "pounds "):
        unit = unit.removeprefix(name)
    return unit


def interval_words(indicator: Indicator, figure: AreaFigure) -> str:
    """The 95% interval; empty where there is none."""
    if figure.low is None or figure.high is None:
        return ""
    write = writing(indicator)
    return f"{write(figure.low)} to {write(figure.high)}"


def figure_cell(indicator: Indicator, figure: AreaFigure, link: str = "") -> Cell:
    """A value with its interval under it and its marks, or that it is not available, and why."""
    if figure.value is None:
        return Cell(NOT_AVAILABLE, clean(figure.why), figure.marks, link)
    return Cell(writing(indicator)(figure.value), interval_words(indicator, figure), figure.marks, link)


def figure_words(indicator: Indicator, figure: AreaFigure) -> str:
    """A value in a sentence: "4.1% of residents aged 16 to 64 (95% interval 4.0% to 4.2%)"."""
    if figure.value is None:
        return f"{NOT_AVAILABLE} ({clean(figure.why)})" if figure.why else NOT_AVAILABLE
    words = f"{writing(indicator)(figure.value)} {of_whom(indicator)}"
    ends = interval_words(indicator, figure)
    return f"{words} (95% interval {ends})" if ends else words


def error_words(indicator: Indicator, figure: AreaFigure) -> str:
    """How far rounding and noise may have moved a value."""
    if figure.value is None:
        return ""
    if figure.error is None:
        return "not known"
    if not figure.error:
        return "none"
    write = writing(finer(indicator))
    least = 10.0 ** -finer(indicator).decimals  # the smallest that can be written
    return f"less than {write(least)}" if write(figure.error) == write(0.0) else write(figure.error)


def finer(indicator: Indicator) -> Indicator:
    """The same with a decimal more for shares, so that a small error does not read as none."""
    from dataclasses import replace

    return replace(indicator, decimals=indicator.decimals + 1) if indicator.decimals else indicator


def when_of(indicator: Indicator, period: Period | None) -> str:
    """Of when figures are: their period, or what they are of where a table is named for the year it came out."""
    return clean(indicator.figures_of) or when(period)


def when(period: Period | None) -> str:
    """A period as people say it."""
    return period_words(period.start, period.end) if period else ""


def difference_words(indicator: Indicator, by: float) -> str:
    """A difference with its direction: "up 0.3 percentage points", "down 120 people"."""
    size = abs(by)
    if number(size, indicator.decimals) == number(0.0, indicator.decimals):
        return "no change"
    way = "up" if by > 0 else "down"
    if indicator.unit.startswith("per cent"):
        return f"{way} {number(size, indicator.decimals)} percentage points"
    if indicator.unit.startswith("pounds"):
        return f"{way} {pounds(size, indicator.decimals)}"
    return f"{way} {number(size, indicator.decimals)}"


def change_cell(indicator: Indicator, change: Change | None) -> Cell:
    """The change over a year and whether chance could explain it, or why none is said."""
    if change is None:
        return Cell("")
    if change.by is None:
        return Cell("not said", clean(change.why.partition(":")[0]))
    told = {True: "beyond what chance explains", False: "chance could explain it", None: "its interval is not known"}
    return Cell(difference_words(indicator, change.by), told[change.beyond_chance])


def better_words(indicator: Indicator) -> str:
    """Which way is better, for a note; empty where neither is."""
    return "" if indicator.direction == Direction.NEITHER else indicator.direction.value.capitalize()


def break_words(found: Break) -> str:
    """A break as a sentence with its days and its source."""
    to = f" to {written_day(found.until)}" if found.until else ""
    source = f" Source: {clean(found.source)}." if found.source else ""
    return f"{'From ' if found.until else ''}{written_day(found.on)}{to}: {clean(found.words)}{source}"


def sources_section(editions: Iterable[Edition]) -> Section:
    """Where the figures come from, and what each source says of its own figures."""
    found = tuple(editions)
    newest = max((one.fetched_on for one in found), default=None)
    rows = tuple(
        cells(
            Cell(clean(one.title), clean(f"{one.source}; {one.table}")),
            Cell(period_words(one.first, one.last), f"fetched on {written_day(one.fetched_on)}"),
            vintage_words(one),
            Cell(rounding_words(one), perturbation_words(one)),
            clean(one.licence) or "not stated",
        )
        for one in found
    )
    headers = heads(
        "Table", Cell("Periods", "when it was fetched"), "Areas", Cell("Rounding", "random changes"), "Licence"
    )
    points = tuple(dict.fromkeys(clean(note) for one in found for note in one.notes))
    table = Table("Where the figures come from", headers, rows, text_columns=(0, 1, 2, 3, 4))
    words = "No figure is shown here."
    if newest:
        words = f"{counted(len(rows), 'table', 'tables')}, the newest fetched on {written_day(newest)}."
    told = "What each source says of its figures" if rows else ""
    return Section("sources", "Where the figures come from", (words,),
                   tables=(table,) if rows else (), points=points, folded=told)  # fmt: skip


def definition_section(indicator: Indicator, overdue: bool) -> Section:
    """What is measured, who answers for it, and the breaks."""
    review = f"to be looked at again by {written_day(indicator.review_on)}" if indicator.review_on else ""
    checked = f"checked by {clean(indicator.checked_by)}" if indicator.checked_by else "not checked"
    on = f" on {written_day(indicator.checked_on)}" if indicator.checked_on else ""
    better = better_words(indicator)
    words = [
        clean(indicator.definition),
        *([f"{better}."] if better else []),
        f"Source: {clean(indicator.source)}.",
        f"Definition by {clean(indicator.author) or 'nobody named'}, {checked}{on}{', ' + review if review else ''}.",
        *([OVERDUE] if overdue else []),
    ]
    points = tuple(break_words(one) for one in indicator.breaks)
    lead = ("Figures before and after these days are not compared:",) if points else ()
    return Section("definition", "What is measured", (*words, *lead), points=points, folded="More about this measure")


OVERDUE = "This definition was to be looked at again before today, and nobody has."

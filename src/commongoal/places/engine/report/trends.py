"""An indicator over time written down: breaks part it, gaps stay gaps, and revised figures are told."""

import datetime as dt
from collections.abc import Iterator
from itertools import chain

from commongoal.kernel.pictures import Cell, Table, cells, heads
from commongoal.kernel.pictures.trend import TrendBreak, TrendLine, TrendPlot, TrendPoint, trend_picture
from commongoal.kernel.report import Fact, Report, Section, figure
from commongoal.kernel.words import clean, counted, written_day
from commongoal.places.engine.figures import AreaName, Period
from commongoal.places.engine.profile import Trends
from commongoal.places.engine.report.wording import (
    Link,
    break_words,
    definition_section,
    difference_words,
    nowhere,
    sources_section,
    when,
    writing,
)
from commongoal.places.engine.trends import Change, NotComparable, Point, Trend

NOT_READ = "A break is a day from which something else is counted. No change is read across one."


def trends_report(found: Trends, link: Link = nowhere) -> Report:
    """The whole report. `link` is taken as in the other reports; no area is linked here."""
    del link
    name = clean(found.area.name)
    return Report(
        title=f"{name}: over time",
        programme=name,
        notice="",
        heading=_heading(found),
        marks=(),
        lead=tuple(_lead(found)),
        warnings=(),
        facts=_facts(found),
        sections=tuple(_sections(found)),
    )


def _heading(found: Trends) -> str:
    name, measure = clean(found.area.name), clean(found.indicator.name[:1].lower() + found.indicator.name[1:])
    change = found.over_a_year
    if found.why:
        return f"{name}: no figures over time of {measure}"
    if isinstance(change, Change):
        by = difference_words(found.indicator, change.difference)
        sure = " (chance could explain it)" if change.beyond_chance is False else ""
        return f"{name}: {measure} {by} over the year to {_last_month(change.end.period)}{sure}"
    return f"{name}: {measure} over time, with no change to be said over a year"


def _last_month(period: Period) -> str:
    return when(Period((period.end - dt.timedelta(days=1)).replace(day=1), period.end))


def _lead(found: Trends) -> Iterator[str]:
    if found.why:
        yield f"{clean(found.indicator.name)}: {clean(found.why)}."
    if isinstance(found.over_a_year, NotComparable):
        yield clean(found.over_a_year.words)
    yield from (clean(note) for note in found.notes)


def _facts(found: Trends) -> tuple[Fact, ...]:
    facts = [Fact("Measure", Cell(clean(found.indicator.name), clean(found.indicator.unit)))]
    if found.lines:
        last = found.lines[0][1].last
        if last is not None and last.value is not None:
            facts.append(Fact("Latest", Cell(writing(found.indicator)(last.value), when(last.period))))
        facts.append(Fact("Figures", Cell(str(sum(point.value is not None for point in found.lines[0][1].points)))))
    return tuple(facts)


def _sections(found: Trends) -> Iterator[Section]:
    if found.lines:
        yield _line(found)
        yield _changes(found)
        if found.revised:
            yield _revised(found)
    yield definition_section(found.indicator, found.overdue)
    yield sources_section(found.sources)


def _line(found: Trends) -> Section:
    own, others = found.lines[0], found.lines[1:]
    shares = found.indicator.unit.startswith(("per cent", "pounds"))
    breaks = own[1].breaks
    plot = TrendPlot(
        title=f"{clean(found.indicator.name)}, {clean(found.area.name)}",
        unit=clean(found.indicator.unit),
        line=_drawn(*own),
        others=tuple(_drawn(*line) for line in others) if shares else (),
        breaks=tuple(TrendBreak(one.on, clean(one.words)) for one in breaks),
        written=writing(found.indicator),
        from_zero=not found.indicator.unit.startswith("pounds"),
    )
    drawn = figure("trend", lambda key, width: trend_picture(plot, key, width), f"{plot.title}, with its 95% interval.")
    gaps = [f"No figures from {written_day(gap.start)} to before {written_day(gap.end)}." for gap in own[1].gaps]
    title = f"{counted(len(breaks), 'break', 'breaks')} in what is counted" if breaks else "No break in what is counted"
    words = (NOT_READ,) if breaks else ()
    told = {
        one.words: break_words(one) for one in found.indicator.breaks if one.words in {each.words for each in breaks}
    }
    return Section("trend", title, words, figure=drawn, points=(*told.values(), *gaps))


def _drawn(area: AreaName, series: Trend) -> TrendLine:
    runs = tuple(tuple(_point(point) for point in run) for run in series.runs)
    missing = tuple(_point(point) for point in series.points if point.value is None)
    return TrendLine(clean(area.name), runs, missing)


def _point(point: Point) -> TrendPoint:
    return TrendPoint(
        point.period.start, when(point.period), point.value, point.low, point.high, point.provisional, clean(point.why),
        ("provisional",) if point.provisional else (),
    )  # fmt: skip


def _changes(found: Trends) -> Section:
    said = [one for one in chain((found.over_a_year,), found.whole) if one is not None]
    rows = tuple(_change_row(found, one) for one in said if isinstance(one, Change))
    not_said = tuple(dict.fromkeys(clean(one.words) for one in said if isinstance(one, NotComparable)))
    headers = heads("From", "To", Cell("Change", "95% interval"), "So it")
    table = Table("Changes within a segment", headers, rows, text_columns=(0, 1, 3))
    title = f"{counted(len(rows), 'change', 'changes')} can be said" if rows else "No change can be said"
    return Section("changes", title, tables=(table,) if rows else (), points=not_said)


def _change_row(found: Trends, one: Change) -> tuple[Cell, ...]:
    write, by = writing(found.indicator), difference_words(found.indicator, one.difference)
    ends = f"{write(one.low)} to {write(one.high)}" if one.low is not None and one.high is not None else ""
    told = {True: "is beyond what chance explains", False: "chance could explain", None: "has no known interval"}
    words = told[one.beyond_chance]
    more = "; of other times of the year, so the season is in it" if one.seasonal else ""
    marks = ("provisional",) if one.provisional else ()
    first, last = (Cell(when(point.period), write(point.value or 0.0)) for point in (one.start, one.end))
    return cells(first, last, Cell(by, ends, marks), words + more)


def _revised(found: Trends) -> Section:
    rows = tuple(
        cells(
            when(one.period),
            *(
                Cell("no figure" if vintage.value is None else f"{vintage.value:,g}", written_day(vintage.fetched_on))
                for vintage in (one.vintages[0], one.vintages[-1])
            ),
        )
        for one in found.revised
    )
    headers = heads("Period", Cell("First given", "fetched on"), Cell("Last given", "fetched on"))
    title = f"{counted(len(rows), 'figure was', 'figures were')} revised"
    words = "The count as the first and the last file fetched give it. The last is used."
    return Section("revised", title, (words,), tables=(Table("Revised figures", headers, rows),))

"""An area among its kind written down: a funnel instead of a league table, and the areas most like it."""

from collections.abc import Iterator

from commongoal.kernel.pictures import Cell, Table, cells, heads
from commongoal.kernel.pictures.funnel import FunnelMark, FunnelPlot, funnel_picture
from commongoal.kernel.report import Fact, Report, Section, figure
from commongoal.kernel.words import clean, counted, listed, number
from commongoal.places.engine.figures import AreaFigure
from commongoal.places.engine.funnel import Beyond, Funnel
from commongoal.places.engine.profile import Comparison, Like
from commongoal.places.engine.report.profile import layer_table
from commongoal.places.engine.report.wording import (
    Link,
    definition_section,
    figure_cell,
    figure_words,
    kinds_words,
    nowhere,
    sources_section,
    when_of,
    writing,
)

OUTSIDE = {Beyond.ABOVE_OUTER: 2, Beyond.BELOW_OUTER: 2, Beyond.ABOVE_INNER: 1, Beyond.BELOW_INNER: 1}
STANDS = {
    Beyond.ABOVE_OUTER: "far higher than chance explains",
    Beyond.ABOVE_INNER: "higher than chance usually explains",
    Beyond.WITHIN: "within what chance explains",
    Beyond.BELOW_INNER: "lower than chance usually explains",
    Beyond.BELOW_OUTER: "far lower than chance explains",
    Beyond.NO_FIGURE: "set beside others",
}
USUAL = {
    Beyond.ABOVE_OUTER: "far above the usual spread",
    Beyond.ABOVE_INNER: "above the usual spread",
    Beyond.WITHIN: "within the usual spread",
    Beyond.BELOW_INNER: "below the usual spread",
    Beyond.BELOW_OUTER: "far below the usual spread",
    Beyond.NO_FIGURE: "set beside others",
}
"""Where areas differ by more than chance, limits are widened to how they usually differ."""
DOTS = "Each dot is an area: the more people, the further right."
READ = (
    "Between the inner limits chance explains how far an area is from all together in 95 of 100 cases, between the "
    "outer ones in 998 of 1,000."
)
WIDENED = (
    "The areas differ by more than chance, so the limits are widened ({times} times) to how they usually differ: only "
    "what stands out from that is called high or low. An area within the limits can differ from all together by more "
    "than chance."
)
ORDER = "Areas are in order of name, never of rank: a place in a ranking says little."


def compare_report(found: Comparison, link: Link = nowhere) -> Report:
    """The whole report; `link` says where the page of an area is."""
    name = clean(found.area.name)
    return Report(
        title=f"{name}: compared",
        programme=name,
        notice="",
        heading=_heading(found),
        marks=(),
        lead=tuple(_lead(found)),
        warnings=(),
        facts=_facts(found),
        sections=tuple(_sections(found, link)),
    )


def _heading(found: Comparison) -> str:
    name = clean(found.area.name)
    if found.why or found.fact is None:
        return f"{name} cannot be compared by this measure"
    kinds = kinds_words(found.area.kind)
    measure = clean(found.indicator.name[:1].lower() + found.indicator.name[1:])
    said = USUAL if found.funnel is not None and found.funnel.overdispersed else STANDS
    return f"{name} is {said[found.position]} among {len(found.among)} {kinds}: {measure}"


def _when(found: Comparison) -> str:
    words = when_of(found.indicator, found.fact.period if found.fact else None)
    return f"{words[:1].upper()}{words[1:]}"


def _lead(found: Comparison) -> Iterator[str]:
    if found.why:
        yield f"{clean(found.indicator.name)}: {clean(found.why)}."
    elif found.fact is not None:
        yield f"{_when(found)}: {figure_words(found.indicator, found.fact.figure)}."
        if found.funnel is not None:
            together = writing(found.indicator)(found.funnel.reference * found.indicator.per)
            yield f"All of them together: {together}."


def _facts(found: Comparison) -> tuple[Fact, ...]:
    facts = [Fact("Measure", Cell(clean(found.indicator.name), clean(found.indicator.unit)))]
    if found.like:
        facts.append(Fact("Most like it", Cell(listed([clean(one.figure.area.name) for one in found.like[:5]]))))
    return tuple(facts)


def _sections(found: Comparison, link: Link) -> Iterator[Section]:
    if found.layer is not None and not found.why:
        yield _funnel(found, found.funnel, link) if found.funnel else _table(found, link)
        yield _alike(found, link)
    yield definition_section(found.indicator, bool(found.fact and found.fact.overdue))
    yield sources_section(found.sources)


def _funnel(found: Comparison, funnel: Funnel, link: Link) -> Section:
    outside = sum(label in OUTSIDE for label in funnel.labels)
    kinds = kinds_words(found.area.kind)
    plot = _plot(found, funnel)
    tables = (layer_table(found.indicator, found.among, link),)
    drawn = figure("funnel", lambda key, width: funnel_picture(plot, key, width), f"{plot.title}.")
    words = (_widened(funnel) or READ, ORDER)
    limits = "the usual spread" if funnel.overdispersed else "what chance explains"
    title = f"{counted(outside, 'area stands', 'areas stand')} outside {limits} among {len(found.among)} {kinds}"
    return Section("funnel", title, (DOTS,), figure=drawn, tables=tables, points=(*words, *found.notes))


def _widened(funnel: Funnel) -> str:
    """That limits are wider than those of chance, and how much; empty where they are not."""
    return WIDENED.format(times=number(funnel.overdispersion**0.5, 1)) if funnel.overdispersed else ""


def _label(label: Beyond, funnel: Funnel) -> str:
    return USUAL[label] if funnel.overdispersed and label == Beyond.WITHIN else label.value


def _plot(found: Comparison, funnel: Funnel) -> FunnelPlot:
    write, per, curve = writing(found.indicator), found.indicator.per, funnel.curve
    marks = tuple(
        FunnelMark(clean(one.area.name), float(size), None if one.value is None else one.value, _label(label, funnel),
                   OUTSIDE.get(label, 0), one.area.code == found.area.code)
        for one, size, label in zip(found.among, funnel.sizes.tolist(), funnel.labels, strict=True)
    )  # fmt: skip
    return FunnelPlot(
        title=f"{clean(found.indicator.name)}, {_when(found)}",
        size_words="people counted from",
        rate_words=clean(found.indicator.name[:1].lower() + found.indicator.name[1:]),
        reference=funnel.reference * per,
        reference_words="all together",
        written=write,
        sizes=tuple(curve.size.tolist()),
        low=tuple((curve.low * per).tolist()),
        high=tuple((curve.high * per).tolist()),
        lowest=tuple((curve.lowest * per).tolist()),
        highest=tuple((curve.highest * per).tolist()),
        marks=marks,
        widened=_widened(funnel),
    )


def _table(found: Comparison, link: Link) -> Section:
    words = (
        "The source does not say from how many people each figure comes, so it cannot be said what chance explains. "
        "Areas are in order of name."
    )
    title = f"{len(found.among)} {kinds_words(found.area.kind)} with a figure"
    table = layer_table(found.indicator, found.among, link)
    return Section("areas", title, (words,), tables=(table,), points=found.notes)


def _alike(found: Comparison, link: Link) -> Section:
    if not found.like:
        words = f"It cannot be said which areas are most like it: {clean(found.why_not_like) or 'nothing to go by'}."
        return Section("like", "Areas most like it cannot be named", (words,))
    by = listed([clean(one.words[:1].lower() + one.words[1:]) for one in found.like_by])
    words = (
        f"Alike by {by}, each as far as areas differ in it, all counting the same. The measure compared is not among "
        "them. Distance 0 is alike in everything; 1 is one standard deviation apart in each."
    )
    own = found.fact.figure if found.fact else None
    title = f"{len(found.like)} areas most like {clean(found.area.name)}"
    return Section("like", title, (words,), tables=(_like_table(found, own, link),))


def _like_table(found: Comparison, own: AreaFigure | None, link: Link) -> Table:
    rows = [cells(clean(found.area.name), "", figure_cell(found.indicator, own), "itself")] if own else []
    rows += [
        cells(
            Cell(clean(one.figure.area.name), link=link(one.figure.area.code)),
            number(one.likeness.distance, 2),
            figure_cell(found.indicator, one.figure),
            _differs(one),
        )
        for one in sorted(found.like, key=lambda one: one.figure.area.name)
    ]
    headers = heads("Area", "Distance", Cell(clean(found.indicator.name), "95% interval"), "Differs most in")
    return Table("Areas most like it, by name", headers, tuple(rows), text_columns=(0, 3))


def _differs(one: Like) -> str:
    known = [each for each in one.likeness.differences if each.part is not None]
    most = max(known, key=lambda each: each.part or 0.0, default=None)
    return clean(most.variable.words) if most else ""

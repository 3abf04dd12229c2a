"""Hot spots written down: where an indicator is high together, how sure that is, and how concentrated it is."""

from collections.abc import Iterator

from commongoal.kernel.pictures import Cell, Table, cells, heads
from commongoal.kernel.pictures.concentration import Concentrated, Hold, concentration_picture
from commongoal.kernel.report import Fact, Report, Section, figure
from commongoal.kernel.words import clean, counted, listed, number, percent
from commongoal.places.engine.concentration import Curve
from commongoal.places.engine.hot_spots import Label
from commongoal.places.engine.persistence import Persistence
from commongoal.places.engine.profile import HotSpotMap
from commongoal.places.engine.report.place_maps import map_figure
from commongoal.places.engine.report.profile import counted_words, layer_table, left_out_words, map_title
from commongoal.places.engine.report.wording import (
    Link,
    definition_section,
    figure_cell,
    kinds_words,
    nowhere,
    sources_section,
    when,
    when_of,
    writing,
)

HELD = (0.1, 0.2, 0.5)
HOT = "An area is hot where it and those around it are together higher than chance explains, and cold where lower."
METHOD = (
    "What chance explains is what the same rates, dealt out over the map at random, would make of an area and those "
    "around it (Getis and Ord's Gi*, with rates allowed for the number of people). Many areas are asked "
    "at once, so the rate of false discoveries is held at {rate}: of the areas named, so many at most are so by "
    "chance, on average."
)
EDGE = "What lies beyond the area's border is not looked at, so hot spots that go across it can be missed."
SCANNED = (
    "A circle was moved over the map and made larger and smaller (Kulldorff's scan). The chance is how often a map "
    "without a cluster, but with areas that differ as much, has one as strong; above {chance} it is not named."
)
SHRUNK = (
    "Allowing for size: in a small area chance moves a rate far. Drawn towards the mean of all by as much as that "
    "(empirical Bayes), it is a better guess of the risk there."
)


def hot_spots_report(found: HotSpotMap, link: Link = nowhere) -> Report:
    """The whole report; `link` says where the page of an area is."""
    name = clean(found.area.name)
    return Report(
        title=f"{name}: hot spots",
        programme=name,
        notice="",
        heading=_heading(found),
        marks=(),
        lead=tuple(_lead(found)),
        warnings=(),
        facts=_facts(found),
        sections=tuple(_sections(found, link)),
    )


def _kinds(found: HotSpotMap) -> str:
    return kinds_words(found.layer.figures[0].area.kind) if found.layer else "areas"


def _who(found: HotSpotMap) -> str:
    return counted_words(found.indicator) if found.indicator else "the people counted"


def _heading(found: HotSpotMap) -> str:
    name = clean(found.area.name)
    if found.layer is None or found.spots is None:
        return f"{name}: hot spots cannot be looked for"
    title = map_title(found, _kinds(found))
    return f"{name}: {title[:1].lower() + title[1:] if title.startswith('None') else title}"


def _lead(found: HotSpotMap) -> Iterator[str]:
    if found.indicator and found.layer:
        yield f"{clean(found.indicator.name)}, {when_of(found.indicator, found.layer.period)}."
    if found.why:
        yield f"It cannot be said: {clean(found.why)}."
    for curve in (found.concentration,) if found.concentration else ():
        held = _held_at(curve.curve, HELD[0])
        yield f"The {percent(HELD[0])} of {_kinds(found)} with the highest rates hold {percent(held)} of {_who(found)}."


def _held_at(curve: Curve, share: float) -> float:
    """What the top share of areas holds, along the curve."""
    import numpy as np

    return float(np.interp(share, curve.areas, curve.held))


def _facts(found: HotSpotMap) -> tuple[Fact, ...]:
    facts = []
    if found.indicator:
        facts.append(Fact("Measure", Cell(clean(found.indicator.name), clean(found.indicator.unit))))
    if found.spots is not None:
        facts.append(Fact("Hot", Cell(f"{len(found.hot)} of {len(found.spots.labels)}")))
        facts.append(Fact("Cold", Cell(f"{len(found.cold)} of {len(found.spots.labels)}")))
    if found.together is not None:
        alike = found.together.p < 0.05 and found.together.statistic > 0
        words = "neighbours are alike" if alike else "neighbours are no more alike than chance makes them"
        said = f"Moran's I {number(found.together.statistic, 2)}, chance {_chance(found.together.p)}"
        facts.append(Fact("Over the whole map", Cell(words, said)))
    if found.concentration is not None:
        said = f"Gini {number(found.concentration.gini, 2)}, Hoover {percent(found.concentration.hoover)}"
        facts.append(Fact("Concentration", Cell(said)))
    return tuple(facts)


def _chance(p: float) -> str:
    return "below 0.001" if p < 0.001 else number(p, 3)


def _sections(found: HotSpotMap, link: Link) -> Iterator[Section]:
    if found.layer is not None:
        yield _map(found, link)
        if found.spots is not None:
            yield _named(found, link)
        if found.scan is not None:
            yield _scan(found)
        if found.lasting is not None:
            yield _lasting(found, found.lasting, link)
        if found.concentration is not None:
            yield _concentration(found)
    if found.indicator:
        yield definition_section(found.indicator, found.overdue)
    yield sources_section(found.sources)


def _map(found: HotSpotMap, link: Link) -> Section:
    assert found.layer is not None
    drawn = map_figure("map", found, link)
    tables = () if drawn else (layer_table(found.layer.indicator, found.layer.figures, link),)
    words = (HOT,) if found.spots else ()
    how = (METHOD.format(rate=percent(found.spots.rate)), EDGE) if found.spots else ()
    points = (*how, *left_out_words(found.layer), *(clean(note) for note in found.notes))
    return Section("map", map_title(found, _kinds(found)), words, figure=drawn, tables=tables, points=points)


def _named(found: HotSpotMap, link: Link) -> Section:
    assert found.layer is not None
    assert found.spots is not None
    rows = []
    for place, (one, label) in enumerate(zip(found.layer.figures, found.spots.labels, strict=True)):
        if label in (Label.HOT, Label.COLD):
            q = float(found.spots.q[place])
            rows.append(cells(
                Cell(clean(one.area.name), link=link(one.area.code)), label.value,
                figure_cell(found.layer.indicator, one), _shrunk(found, place), _chance(q),
            ))  # fmt: skip
    rows.sort(key=lambda row: row[0].text)
    headers = heads("Area", "It is", Cell("Figure", "95% interval"), "Allowing for size", "Rate of false discoveries")
    table = Table("Areas that stand out, by name", headers, tuple(rows), text_columns=(0, 1))
    title = f"{counted(len(rows), 'area stands', 'areas stand')} out with those around"
    return Section("named", title, tables=(table,) if rows else (), points=(SHRUNK,) if rows else ())


def _shrunk(found: HotSpotMap, place: int) -> str:
    if found.shrunk is None or found.layer is None:
        return ""
    value = float(found.shrunk.shrunk[place]) * found.layer.indicator.per
    return writing(found.layer.indicator)(value) if value == value else ""


def _scan(found: HotSpotMap) -> Section:
    assert found.scan is not None
    assert found.layer is not None
    names = [clean(one.area.name) for one in found.layer.figures]
    rows = tuple(
        cells(
            Cell(f"Round {names[cluster.centre]}", listed(sorted(names[place] for place in cluster.areas))),
            number(cluster.count), number(cluster.expected), f"{number(cluster.risk, 2)} times", _chance(cluster.p),
        )
        for cluster in found.scan.found
    )  # fmt: skip
    headers = heads(Cell("Circle", "its areas"), "Counted", "Expected", "Rate beside elsewhere", "Chance")
    title = (
        f"{counted(len(rows), 'circle has', 'circles have')} more than chance explains"
        if rows
        else ("No circle has more than chance explains")
    )
    how = SCANNED.format(chance=f"{number(found.scan.chance * 100, 1)}%")
    table = Table("Circles that hold more than their share", headers, rows)
    return Section("scan", title, () if rows else (how,), tables=(table,) if rows else (),
                   points=(how,) if rows else ())  # fmt: skip


def _lasting(found: HotSpotMap, lasting: Persistence, link: Link) -> Section:
    assert found.layer is not None
    rows = tuple(
        cells(Cell(clean(one.area.name), link=link(one.area.code)), word.value, f"{hot} of {known}")
        for one, word, hot, known in zip(
            found.layer.figures, lasting.lasting, lasting.hot.tolist(), lasting.known.tolist(), strict=True
        )
        if hot
    )
    headers = heads("Area", "Hot in", "Periods")
    first, last = when(found.months[0]), when(found.months[-1])
    title = f"{counted(len(rows), 'area was', 'areas were')} hot at some time in {len(found.months)} periods"
    words = f"From {first} to {last}, as far back as what is counted stayed the same."
    ordered = tuple(sorted(rows, key=lambda row: row[0].text))
    table = Table("How often areas were hot", headers, ordered, text_columns=(0, 1))
    return Section("lasting", title, (words,), tables=(table,) if rows else ())


def _concentration(found: HotSpotMap) -> Section:
    assert found.concentration is not None
    curve, kinds = found.concentration.curve, _kinds(found)
    data = Concentrated(
        f"How concentrated it is, {clean(found.area.name)}", kinds, _who(found), tuple(curve.areas.tolist()),
        tuple(curve.held.tolist()), tuple(Hold(share, _held_at(curve, share)) for share in HELD),
    )  # fmt: skip
    order = f"{kinds[:1].upper()}{kinds[1:]} from the highest rate to the lowest"
    caption = f"{order}, and what share of {_who(found)} they hold."
    drawn = figure("concentration", lambda key, width: concentration_picture(data, key, width), caption)
    title = f"{percent(HELD[0])} of {kinds} hold {percent(_held_at(curve, HELD[0]))} of {_who(found)}"
    return Section("concentration", title, figure=drawn)

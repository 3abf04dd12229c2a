"""The parts of an area on a map: which parts the source has, their outlines, and where an indicator is high."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np

from commongoal.places.engine import concentration as spread
from commongoal.places.engine import hot_spots as local
from commongoal.places.engine.areas import SIZES, AreaKind
from commongoal.places.engine.figures import AreaName, Layer, Period, broken_between
from commongoal.places.engine.indicators import Indicator
from commongoal.places.engine.persistence import persistence
from commongoal.places.engine.profile import Concentrated, HotSpotMap, Shape
from commongoal.places.engine.scan import scan
from commongoal.places.engine.shrinkage import shrink
from commongoal.places.run.choosing import held, indicator_for
from commongoal.places.run.evidence import Evidence
from commongoal.places.run.layers import gather_ahead, gathered, periods_of, why_nothing

SEED = 20_140_401
"""Every draw begins here, so that the same figures give the same map: the date of the report that asked for one."""
FEWEST = 8
"""On a map of fewer parts with a figure nothing can be said of which stand together."""
MOST_MONTHS = 12
"""Over how many periods before it is looked whether a part stays hot."""
TOP = (0.1, 0.2)
"""Shares of the parts of which it is said what they hold."""
NO_PARTS = "the source has no figures for smaller areas here"


def parts_layer(evidence: Evidence, indicator: Indicator, area: AreaName, period: Period | None = None) -> Layer | None:
    """The indicator over the parts of an area: the smallest that the source has, for a region its districts."""
    if indicator.count is None:
        return None
    for kind, vintage in _part_kinds(evidence, indicator, area):
        parts = evidence.parts(area.code, kind, vintage)
        when = period or newest_of_kind(evidence, indicator, kind)
        if len(parts) < 2 or when is None:
            continue
        found = gathered(evidence, indicator, parts, when)
        if sum(figure.value is not None for figure in found.figures) > 1:
            return found.layer()
    return None


def newest_of_kind(evidence: Evidence, indicator: Indicator, kind: AreaKind) -> Period | None:
    """The newest period for areas of a kind."""
    assert indicator.count is not None
    found = periods_of(evidence, indicator.count, kind)
    return max(found, key=lambda one: (one.end, one.start), default=None)


def _part_kinds(evidence: Evidence, indicator: Indicator, area: AreaName) -> Iterator[tuple[AreaKind, str]]:
    assert indicator.count is not None
    kinds = [one for one in evidence.kinds_of(indicator.count) if SIZES[one[0]] < SIZES[area.kind]]
    large = SIZES[area.kind] > SIZES[AreaKind.DISTRICT]

    def order(one: tuple[AreaKind, str]) -> tuple[bool, int, int]:
        below = SIZES[one[0]] < SIZES[AreaKind.DISTRICT]
        return large and below, SIZES[one[0]], -int(one[1] or 0)

    yield from sorted(kinds, key=order)


def shapes_of(found: dict[str, Any], metres: float = 0.0) -> tuple[Shape, ...]:
    """Outlines by code, a little simplified; in order of codes."""
    from commongoal.places.engine.outlines import rings, simplified

    if not found:
        return ()
    fine = metres or _fineness(found)
    simple = simplified(found, fine)
    return tuple(Shape(code, one.name, _drawn(rings(one), fine)) for code, one in sorted(simple.items()))


Ring = tuple[tuple[float, float], ...]
SPECK = 4.0
"""A ring that is smaller than a square of so many points of the map would be a blot; the largest is always drawn."""


def _drawn(found: tuple[Ring, ...], fine: float) -> tuple[Ring, ...]:
    sizes = [_size(ring) for ring in found]
    return tuple(
        ring for ring, size in zip(found, sizes, strict=True) if size >= (SPECK * fine) ** 2 or size == max(sizes)
    )


def _size(ring: Ring) -> float:
    """The area of a ring, by the shoelace formula."""
    x, y = np.array(ring).T
    return float(abs(np.dot(x[:-1], y[1:]) - np.dot(x[1:], y[:-1])) / 2)


FINENESS = 500
"""A map is drawn as if so many points wide: corners nearer to a line than one of them are left out."""


def _fineness(found: dict[str, Any]) -> float:
    bounds = np.array([one.geometry.bounds for one in found.values()])
    wide = max(float(bounds[:, 2].max() - bounds[:, 0].min()), float(bounds[:, 3].max() - bounds[:, 1].min()))
    return wide / FINENESS


def _outlines(evidence: Evidence, layer: Layer) -> dict[str, Any]:
    """The outlines of a layer's areas, by code, of the year of its areas or else of any."""
    from commongoal.places.files.boundaries import OutlinesLost, outlines_of

    codes = {figure.area.code for figure in layer.figures}
    kind, vintage = layer.figures[0].area.kind, layer.figures[0].area.vintage
    entries = [entry for entry in evidence.outlines if entry.kind == kind]
    entries.sort(key=lambda entry: entry.vintage == vintage)  # those of the very year last, so that they win
    found: dict[str, Any] = {}
    for entry in entries:
        try:
            if here := codes & _codes_in(evidence, entry.name):
                found.update(outlines_of(evidence.folder, entry.name, sorted(here)))
        except OutlinesLost:
            continue  # a page without its map is better than none
    return found


def _codes_in(evidence: Evidence, name: str) -> frozenset[str]:
    """The areas that a file of boundaries has: of many files few have any that are wanted."""
    from commongoal.places.files.boundaries import codes_of

    return evidence.once(("outlined", name), lambda: codes_of(evidence.folder, name))


def concentrated(layer: Layer) -> tuple[Concentrated, ...]:
    """What the parts with the highest rates hold of the count, beside what chance alone would give them."""
    counts, of = _arrays(layer)
    if not np.isfinite(of).any():
        return ()
    known = int((np.isfinite(counts) & (of > 0)).sum())
    found = []
    try:
        for top in TOP:
            share = spread.top_share(counts, of, top)
            chance = spread.by_chance(counts, of, top, SEED, draws=CHANCES)
            areas = max(round(top * known), 1)
            found.append(Concentrated(top, areas, known, share, chance.low, chance.high))
    except spread.NothingToShare:
        return ()
    return tuple(found)


CHANCES = 199
"""Draws of what chance would give: enough for its middle 95% in whole per cent."""


def _arrays(layer: Layer) -> tuple[Any, Any]:
    """Counts and denominators in the order of the layer; not a number where there is no figure."""
    counts = np.array([np.nan if f.value is None or f.count is None else f.count for f in layer.figures])
    of = np.array([np.nan if f.value is None or f.of is None else f.of for f in layer.figures])
    return counts, of


def spots_of(evidence: Evidence, area: AreaName, layer: Layer, whole: bool) -> HotSpotMap:
    """The map of a layer; `whole` adds the scan, the spread of all, and how long parts have been hot."""
    key = ("spots", area.code, layer.indicator.code, layer.period, layer.editions, whole)
    return evidence.once(key, lambda: _spots(evidence, area, layer, whole))


def _spots(evidence: Evidence, area: AreaName, layer: Layer, whole: bool) -> HotSpotMap:
    from commongoal.places.engine.outlines import centres, contiguity

    outlines = _outlines(evidence, layer)
    shapes = shapes_of(outlines)
    drawn = tuple(figure for figure in layer.figures if figure.area.code in outlines)
    mapped = replace(layer, figures=tuple(sorted(drawn, key=lambda figure: figure.area.code)))
    notes = _left_off(layer, mapped)
    counts, of = _arrays(mapped)
    if why := _cannot(layer, mapped, counts, of):
        return HotSpotMap(area, mapped if drawn else layer, shapes=shapes, notes=notes, why=why)
    near = contiguity({figure.area.code: outlines[figure.area.code] for figure in mapped.figures})
    deals = local.Deals()
    spots = local.getis_ord(counts, of, near.matrix, SEED, deals=deals)
    if not whole:
        return HotSpotMap(area, mapped, spots, shapes=shapes, notes=notes)
    middles = centres({code: outlines[code] for code in near.codes})
    months, lasting = _over_time(evidence, mapped, near.matrix, deals)
    return HotSpotMap(
        area,
        mapped,
        spots,
        scan(counts, of, np.array([middles[code] for code in near.codes]), SEED),
        local.global_moran(counts, of, near.matrix),
        shrink(counts, of),
        lasting,
        months,
        spread.concentration(counts, of),
        shapes,
        notes,
    )


def _cannot(layer: Layer, mapped: Layer, counts: Any, of: Any) -> str:
    """Why nothing can be said of which parts stand together; empty where it can."""
    if not mapped.figures:
        return f"no boundaries of these areas ({layer.figures[0].area.kind}) have been taken in"
    if not np.isfinite(of).any():
        return "the indicator has no denominator, so there are no rates to compare"
    known = int((np.isfinite(counts) & (of > 0)).sum())
    if known < FEWEST:
        return f"only {known} parts have a figure; fewer than {FEWEST} cannot show a pattern"
    return "" if np.nansum(counts) > 0 else "all the figures are 0"


def _left_off(layer: Layer, mapped: Layer) -> tuple[str, ...]:
    missing = len(layer.figures) - len(mapped.figures)
    return (f"{missing} of {len(layer.figures)} areas have no outline here and are not on the map.",) if missing else ()


def _over_time(evidence: Evidence, layer: Layer, neighbours: Any, deals: local.Deals) -> tuple[tuple[Period, ...], Any]:
    """The periods up to the layer's without a break between, and how long its areas were hot in them."""
    assert layer.indicator.count is not None
    every = periods_of(evidence, layer.indicator.count, layer.figures[0].area.kind)
    before = [
        one for one in every if one.end <= layer.period.end and not broken_between(layer.indicator, one, layer.period)
    ]
    months = tuple(sorted(before, key=lambda one: one.start)[-MOST_MONTHS:])
    if len(months) < 2:
        return (), None
    hot, known, areas = [], [], [figure.area for figure in layer.figures]
    gather_ahead(evidence, layer.indicator, areas, months)
    for month in months:
        figures = gathered(evidence, layer.indicator, areas, month).figures
        counts, of = _arrays(replace(layer, figures=figures))
        seen = np.isfinite(counts) & (of > 0)
        known.append(seen)
        hot.append(
            local.getis_ord(counts, of, neighbours, SEED, deals=deals).hot
            if seen.sum() >= FEWEST and np.nansum(counts)
            else ~seen & seen
        )
    return months, persistence(np.array(hot), np.array(known))


def hot_spots(evidence: Evidence, code: str, on: Any, indicator: str = "", period: Period | None = None) -> HotSpotMap:
    """Where an indicator is high among the parts of an area. Raises `NoSuchArea`, `NoSuchIndicator`."""
    area = evidence.area(code)
    chosen = indicator_for(evidence, indicator)
    layer = parts_layer(evidence, chosen, area, period)
    if layer is None:
        why = NO_PARTS if held(evidence, chosen) else why_nothing(evidence, chosen)
        return HotSpotMap(area, indicator=chosen, overdue=chosen.overdue(on), why=why)
    found = spots_of(evidence, area, layer, whole=True)
    return replace(
        found, indicator=chosen, overdue=chosen.overdue(on), sources=evidence.sources(layer.editions),
        notes=(*layer.notes, *found.notes),
    )  # fmt: skip

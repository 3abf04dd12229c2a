"""An indicator of an area among all of its kind, in a funnel, and beside the areas most like it by stated variables."""

import datetime as dt
import math
from dataclasses import replace

import numpy as np

from commongoal.places.engine.areas import SIZES, AreaKind
from commongoal.places.engine.comparators import Comparators, NothingToCompareBy, Variable, nearest
from commongoal.places.engine.figures import AreaFigure, AreaName, Layer, Period
from commongoal.places.engine.funnel import Funnel, funnel_of_shares
from commongoal.places.engine.indicators import Indicator, Method
from commongoal.places.engine.profile import Comparison, IndicatorOfArea, Like
from commongoal.places.run.choosing import held, indicator_for
from commongoal.places.run.evidence import Evidence
from commongoal.places.run.layers import NOT_HELD, gathered, newest_period
from commongoal.places.run.trending import within

LIKE_BY = (
    ("claimant-rate-published", "claimant-rate", "claimant-count"), ("employment-rate",), ("inactivity-rate",),
    ("median-weekly-pay",), ("employment-deprivation-2025-share", "employment-deprivation-2025"),
    ("employment-deprivation-2019-share", "employment-deprivation-2019"),
)  # fmt: skip
"""What areas are called alike by, as far as the store has it; of each row the first share, so nothing counts twice.

Rows that hold the indicator compared, in whatever form, are left out: areas would be like it by what is compared.
"""
SHARES = ("per cent", "pounds")
"""Units that do not grow with the size of an area."""
MOST_LIKE = 10
FEWEST = 4
"""Among fewer areas there is nothing to compare."""


def comparison(
    evidence: Evidence, code: str, on: dt.date, indicator: str = "", period: Period | None = None
) -> Comparison:
    """An area among its kind. Raises `NoSuchArea`, `NoSuchIndicator`."""
    area = evidence.area(code)
    chosen = indicator_for(evidence, indicator)
    if not held(evidence, chosen):
        return Comparison(area, chosen, why=chosen.not_available or NOT_HELD)
    when = period or newest_period(evidence, chosen, area, on)
    among = peers(evidence, chosen, area)
    if when is None or len(among) < FEWEST:
        return Comparison(area, chosen, why=f"there are fewer than {FEWEST} areas of its kind with figures to compare")
    found = gathered(evidence, chosen, among, when)
    layer = replace(found.layer(), figures=tuple(figure for figure in found.figures if figure.value is not None))
    own = next((figure for figure in layer.figures if figure.area.code == code), None)
    if own is None or len(layer.figures) < FEWEST:
        return Comparison(area, chosen, why="the source has no figure of this area to compare", notes=found.notes)
    fact = IndicatorOfArea(
        chosen, own, when, found.of_period, (), None, found.editions, found.notes, chosen.overdue(on)
    )
    like, by, why = _like(evidence, chosen, own, layer, on)
    return Comparison(
        area, chosen, fact, layer, _funnel(chosen, layer), like, by, found.notes, why_not_like=why,
        sources=evidence.sources(found.editions),
    )  # fmt: skip


def peers(evidence: Evidence, indicator: Indicator, area: AreaName) -> tuple[AreaName, ...]:
    """The areas of its kind: small ones of the same district, larger ones wherever the source has them."""
    assert indicator.count is not None
    if SIZES[area.kind] < SIZES[AreaKind.DISTRICT] and area.kind != AreaKind.CONSTITUENCY:
        district = next((one for one in within(evidence, area) if one.kind == AreaKind.DISTRICT), None)
        return evidence.geography.parts(district.code, area.kind, area.vintage) if district else (area,)
    found = {one.code: one for one in evidence.observations.areas(indicator.count.dataset, area.kind)}
    found.setdefault(area.code, area)
    return tuple(sorted(found.values(), key=lambda one: (one.name, one.code)))


def _funnel(indicator: Indicator, layer: Layer) -> Funnel | None:
    """Limits round the share of all together, for shares of people; other measures have none."""
    if indicator.method != Method.WILSON:
        return None
    counts = [figure.count if figure.count is not None else math.nan for figure in layer.figures]
    of = [figure.of if figure.of is not None else math.nan for figure in layer.figures]
    return funnel_of_shares(np.array(counts), np.array(of))


def _like(
    evidence: Evidence, chosen: Indicator, own: AreaFigure, layer: Layer, on: dt.date
) -> tuple[tuple[Like, ...], tuple[Variable, ...], str]:
    """The areas most like it, by what, or why there are none."""
    figures = {figure.area.code: figure for figure in layer.figures}
    found = likenesses(evidence, chosen, own.area, tuple(figure.area for figure in layer.figures), on)
    if isinstance(found, str):
        return (), (), found
    like = tuple(Like(figures[one.code], one) for one in found.nearest if one.code in figures)
    return like, found.variables, ""


def likenesses(
    evidence: Evidence, chosen: Indicator, area: AreaName, areas: tuple[AreaName, ...], on: dt.date
) -> Comparators | str:
    """The areas nearest to one by every other stated variable, or why that cannot be said."""
    known = {one.code: one for one in evidence.indicators}
    by, columns = [], []
    for row in LIKE_BY:
        for one in (known[code] for code in row if code in known and chosen.code not in row):
            if not one.unit.startswith(SHARES) or not held(evidence, one) or _same(one, chosen):
                continue
            values = _values(evidence, one, area, areas, on)
            if np.isfinite(values).sum() >= FEWEST:
                by.append(Variable(one.code, one.name, one.unit))
                columns.append(values)
                break
    if not by:
        return "no other indicator is held for these areas"
    try:
        return nearest(area.code, tuple(one.code for one in areas), np.array(columns).T, tuple(by), MOST_LIKE)
    except NothingToCompareBy as refused:
        return refused.sentence()


def _same(one: Indicator, other: Indicator) -> bool:
    """Whether two indicators are of one count, so that the one would be compared by itself."""
    return one.code == other.code or (one.count is not None and other.count is not None
                                      and one.count.dataset == other.count.dataset)  # fmt: skip


def _values(
    evidence: Evidence, one: Indicator, area: AreaName, areas: tuple[AreaName, ...], on: dt.date
) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    when = newest_period(evidence, one, area, on)
    if when is None:
        return np.full(len(areas), np.nan)
    figures = gathered(evidence, one, areas, when).figures
    return np.array([math.nan if figure.value is None else figure.value for figure in figures])

"""Claims set beside the official figures in a store."""

import datetime as dt

from commongoal.kernel.words import number
from commongoal.places.engine.claims import Claims, Headline
from commongoal.places.engine.edition_words import period_words
from commongoal.places.engine.figures import AreaName, Period
from commongoal.places.engine.period_labels import period_of
from commongoal.places.engine.report.claims import Official
from commongoal.places.engine.written import Sort
from commongoal.places.run.evidence import Evidence
from commongoal.places.run.layers import gathered, newest_period

SHARE = "per cent"


def official_figures(evidence: Evidence, claims: Claims, code: str, on: dt.date) -> tuple[Official, ...]:
    """The official figure for each claim that names an indicator: of the claim's period, or else the newest.

    Raises `NoSuchArea`, `NoSuchIndicator`.
    """
    area = evidence.area(code)
    return tuple(_official(evidence, figure, area, on) for figure in claims.figures if figure.indicator)


def _official(evidence: Evidence, figure: Headline, area: AreaName, on: dt.date) -> Official:
    indicator = evidence.indicator(figure.indicator)
    asked = period_of(figure.period) if figure.period else None
    period = asked or newest_period(evidence, indicator, area, on)
    found = gathered(evidence, indicator, (area,), period)
    one = found.figures[0]
    if one.value is None or period is None:
        return Official(figure.id, why=one.why, source=indicator.source, period=_when(period))
    share = indicator.unit.startswith(SHARE)
    if share != (figure.meant.sort == Sort.SHARE):
        why = f"the indicator is in {indicator.unit}, the claim is a {figure.meant.sort.value}"
        return Official(figure.id, why=why, source=indicator.source, period=_when(period))
    scale, error = 0.01 if share else 1.0, (one.error or 0.0) + 0.5 * 10.0**-indicator.decimals
    shown = f"{number(one.value, indicator.decimals)}{'%' if share else ''}"
    return Official(
        figure.id, (one.value - error) * scale, (one.value + error) * scale, shown, _when(period), indicator.source,
        marks=one.marks,
    )  # fmt: skip


def _when(period: Period | None) -> str:
    return period_words(period.start, period.end) if period else ""

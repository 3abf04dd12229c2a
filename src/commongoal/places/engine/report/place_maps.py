"""A layer of figures as a map with its table."""

from commongoal.kernel.pictures.place_map import MapArea, PlaceMap, place_map_picture
from commongoal.kernel.report import Figure, figure
from commongoal.kernel.words import clean
from commongoal.places.engine.figures import AreaFigure, Layer
from commongoal.places.engine.profile import HotSpotMap
from commongoal.places.engine.report.wording import (
    Link,
    interval_words,
    kind_words,
    kinds_words,
    of_whom,
    when_of,
    writing,
)


def map_figure(identity: str, found: HotSpotMap, link: Link) -> Figure | None:
    """The map of a layer with hot and cold spots outlined; none without outlines."""
    if found.layer is None or not found.shapes:
        return None
    layer, write = found.layer, writing(found.layer.indicator)
    figures = {one.area.code: one for one in layer.figures}
    hot, cold = set(found.hot), set(found.cold)
    areas = tuple(
        MapArea(
            shape.code,
            shape.name,
            shape.rings,
            figures[shape.code].value,
            _said(layer, figures[shape.code]),
            link(shape.code),
            "hot" if shape.code in hot else "cold" if shape.code in cold else "",
        )
        for shape in found.shapes
        if shape.code in figures
    )
    kinds = kinds_words(layer.figures[0].area.kind)
    title = f"{clean(layer.indicator.name)}, {when_of(layer.indicator, layer.period)}, {clean(found.area.name)}"
    name = kind_words(layer.figures[0].area.kind)
    data = PlaceMap(title, clean(layer.indicator.name), areas, write, names=f"{name[:1].upper()}{name[1:]}")
    caption = (
        f"{clean(layer.indicator.name)} by {name}, {when_of(layer.indicator, layer.period)}. {len(areas)} {kinds}."
    )
    return figure(identity, lambda key, width: place_map_picture(data, key, width), caption, marks=_marks(layer))


def _said(layer: Layer, one: AreaFigure) -> str:
    if one.value is None:
        return f"no figure: {clean(one.why)}" if one.why else "no figure"
    ends = interval_words(layer.indicator, one)
    count = f", {one.count:,.0f} of {one.of:,.0f}" if one.count is not None and one.of is not None else ""
    unit = "" if layer.indicator.unit.startswith("per cent") else f" {of_whom(layer.indicator)}"
    return f"{writing(layer.indicator)(one.value)}{unit}{f' ({ends})' if ends else ''}{count}"


def _marks(layer: Layer) -> tuple[str, ...]:
    """Marks that any of the figures has."""
    return tuple(dict.fromkeys(mark for one in layer.figures for mark in one.marks))

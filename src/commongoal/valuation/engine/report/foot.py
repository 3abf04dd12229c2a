"""The foot of a report: conventions, limits and sources, each with its mark."""

from commongoal.kernel.pictures import Cell, Table, cells, heads
from commongoal.kernel.report import Fact, Section
from commongoal.kernel.words import clean
from commongoal.valuation.engine.results import Valuation


def _marked(mark: str) -> tuple[str, ...]:
    return tuple(mark.split())


def conventions(v: Valuation) -> Section | None:
    """Conventions that every figure carries."""
    if not v.conventions:
        return None
    facts = tuple(Fact(clean(c.name), Cell(clean(c.value), marks=_marked(c.mark))) for c in v.conventions)
    return Section("conventions", "Conventions", ("Every figure in this report carries these.",), facts=facts)


def warnings(v: Valuation) -> tuple[str, ...]:
    """The limits that this result trips, but for being invented, which has a notice of its own."""
    return tuple(
        clean(limit.text) for limit in v.limits if limit.warning and not (v.invented and limit.id == "invented")
    )


def limits(v: Valuation) -> Section | None:
    """What the reader must know, warnings first."""
    others = tuple(clean(limit.text) for limit in v.limits if not limit.warning)
    points = (*(f"Warning: {clean(limit.text)}" for limit in v.limits if limit.warning), *others)
    return Section("limits", "Limits", points=points) if points else None


def sources(v: Valuation) -> Section | None:
    """Where the numbers that went in come from."""
    if not v.sources:
        return None
    rows = tuple(cells(clean(s.what), Cell(clean(s.value), marks=_marked(s.mark)), clean(s.source)) for s in v.sources)
    table = Table("Numbers that went in", heads("Number", "Value and range", "Source"), rows, text_columns=(0, 1, 2))
    words = (
        "“Unverified” means that nobody has checked the number at its origin; “assumed” that it has no other origin."
    )
    return Section("sources", "Sources", (words,), tables=(table,))

"""What a report says, in order, for whatever it is written on."""

from commongoal.kernel.report import Fact, Figure, Report, Section
from commongoal.kernel.words import clean
from commongoal.valuation.engine.report.foot import warnings
from commongoal.valuation.engine.report.headline import facts, heading, lead, marks
from commongoal.valuation.engine.report.sections import sections
from commongoal.valuation.engine.results import Valuation

INVENTED = "This programme is invented, and so is everything that happened on it. It shows how a report reads."

__all__ = ["Fact", "Figure", "Report", "Section", "report_of"]


def report_of(v: Valuation) -> Report:
    """The whole report of a valuation."""
    return Report(
        title=f"{clean(v.programme)}: what each step was worth",
        programme=clean(v.programme),
        notice=INVENTED if v.invented else "",
        heading=heading(v),
        marks=marks(v),
        lead=lead(v),
        warnings=warnings(v),
        facts=facts(v),
        sections=sections(v),
    )

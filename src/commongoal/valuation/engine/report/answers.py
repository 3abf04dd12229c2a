"""A valuation in four pages, each the answer to one question: what it was worth, who, who pays, and how that is known.

All take a valuation as it may be shown (`engine.shown`).
"""

from dataclasses import replace

from commongoal.kernel.errors import Refused
from commongoal.kernel.pictures.partners import Partner, Partners, partners_picture
from commongoal.kernel.report import Report, Section, figure
from commongoal.kernel.words import (
    JOBS_RATIO_PER,
    Written,
    about_amount,
    about_pounds,
    clean,
    counted,
    jobs,
    listed,
    pounds,
    ratio,
)
from commongoal.valuation.engine.report import INVENTED, foot, headline
from commongoal.valuation.engine.report.credited import credited
from commongoal.valuation.engine.report.sections import (
    distance,
    drivers,
    gains,
    pathway,
    rules,
    standing,
    unit_costs,
)
from commongoal.valuation.engine.results import Valuation
from commongoal.valuation.engine.sharing import NOBODY, Matrix, matrix_of_valuation

NO_POUNDS = (
    "Nobody has said what a lasting job is worth in pounds, so the value is told in lasting jobs. An analyst can put "
    "it in the pathway's file."
)
PAID = "What each partner pays on the left, what it gains on the right, and what is left at the end of its row."
VERY_LIKELY = "very likely"
MEANT = "“Very likely” means that the whole 90% interval of the ratio lies above £1."
HIDDEN_WORDS = (
    "Numbers of people under ten are hidden, so that nobody can be picked out. Others are hidden where they would "
    "give those away by subtraction."
)


def worth_page(v: Valuation) -> Report:
    """What came back for what was spent, how people moved, and what a start and a job cost."""
    told = (pathway(v), unit_costs(v), distance(v))
    gone = any(None in (stage.reached, stage.now, stage.left, stage.ended) for stage in v.stages)
    lead = (*((NO_POUNDS,) if v.unit != "pounds" else ()), *headline.lead(v), *((HIDDEN_WORDS,) if gone else ()))
    return replace(_page(v, worth_heading(v), told), lead=lead, warnings=foot.warnings(v), facts=headline.facts(v))


def worth_heading(v: Valuation) -> str:
    """The answer in a sentence: "About £1.14 came back for each £1, between £0.73 and £1.64"."""
    if v.rule == "relative":
        return "Providers are compared given who they serve: this is not a return on spending"
    if v.total.ratio is None:
        ends = _between(v.total.credit.low, v.total.credit.high, lambda x: _bare(x, v))
        return f"What was done was worth about {about_amount(v.total.credit.point, v.unit)}{ends}"
    spent = "£1" if v.unit == "pounds" else pounds(JOBS_RATIO_PER)
    came = "came back" if v.unit == "pounds" else "lasting jobs came"
    ends = _between(v.total.ratio.low, v.total.ratio.high, lambda x: ratio(x, v.unit))
    return f"About {ratio(v.total.ratio.point, v.unit)} {came} for each {spent}{ends}"


def credit_page(v: Valuation) -> Report:
    """Each provider, each kind of help, each step and each kind of people, with intervals."""
    gone = any(line.hidden or line.people is None for line in v.lines)
    heading = _credit_heading(v)
    meant = (MEANT,) if VERY_LIKELY in heading else ()
    lead = (headline.definition(v), *meant, *((HIDDEN_WORDS,) if gone else ()))
    return replace(_page(v, heading, (credited(v),)), lead=lead)


def _credit_heading(v: Valuation) -> str:
    lines = v.of("provider")
    if v.unit != "pounds" or not any(line.ratio for line in lines):
        return f"{counted(len(lines), 'provider', 'providers')} and what each is credited with"
    known = [line.ratio for line in lines if line.ratio and line.ratio.low is not None]
    above = sum(1 for one in known if one.low is not None and one.low > 1)
    of_all = f"of {counted(len(lines), 'provider', 'providers')}"
    is_or_are = "are" if above > 1 else "is"
    return f"{above or 'None'} {of_all} {is_or_are} {VERY_LIKELY} to have brought back more than was spent"


def sharing_page(v: Valuation) -> Report:
    """Who bore the cost and who gains, with what is left to each."""
    try:
        matrix = matrix_of_valuation(v, {row.partner: row.cost for row in v.borne})
    except Refused as refusal:
        return replace(_page(v, "Who gains cannot be told in pounds", (gains(v),)), lead=(str(refusal),))
    return _page(v, _sharing_heading(matrix), (_partners(v, matrix), gains(v)))


def _sharing_heading(matrix: Matrix) -> str:
    paid, gained = matrix.paid.sum(axis=1), matrix.gained.sum(axis=1)
    names = [partner.name for partner in matrix.partners]
    short = [n for n, p, g in zip(names, paid, gained, strict=True) if p > g and p > 0 and n != NOBODY]
    if not names or gained.max() <= 0:
        return "Nobody gains by what was done"
    most = names[int(gained.argmax())]
    rest = f"; {listed(short)} pay{'s' if len(short) == 1 else ''} more than comes back to them" if short else ""
    return f"Most goes to {most}, about {about_pounds(float(gained.max()))}{rest}"


def _partners(v: Valuation, matrix: Matrix) -> Section:
    marked = {p.name: {word for g in v.gains if g.agency == p.name for word in g.mark.split()} for p in matrix.partners}
    rows = tuple(
        Partner(clean(p.name), float(pays), float(gains), tuple(sorted(marked[p.name])))
        for p, pays, gains in zip(matrix.partners, matrix.paid.sum(axis=1), matrix.gained.sum(axis=1), strict=True)
    )
    year = next((c.value for c in v.conventions if c.id == "price_year"), "")
    data = Partners("Who pays, who gains", rows, f"The whole programme, in {year} prices; gains at their middle value.")
    drawn = figure("partners", lambda key, width: partners_picture(data, key, width), PAID, marks=headline.marks(v))
    return Section("partners", "What each partner pays and gains", figure=drawn)


def method_page(v: Valuation) -> Report:
    """What the figures rest on: limits in full, other rules, what still stands, what moves the answer, sources."""
    told = (
        foot.limits(v), standing(v), rules(v), drivers(v), foot.conventions(v),
        foot.sources(v),
    )  # fmt: skip
    warned = sum(limit.warning for limit in v.limits)
    heading = f"{counted(warned, 'warning goes', 'warnings go')} with these figures" if warned else "How it was found"
    return replace(_page(v, heading, told), lead=(headline.basis_words(v), HIDDEN_WORDS))


def _page(v: Valuation, heading: str, told: tuple[Section | None, ...]) -> Report:
    """A report of some sections, without what stands on the first page alone."""
    return Report(
        title=heading,
        programme=clean(v.programme),
        notice=INVENTED if v.invented else "",
        heading=heading,
        marks=headline.marks(v),
        lead=(),
        warnings=(),
        facts=(),
        sections=tuple(section for section in told if section is not None),
    )


def _between(low: float | None, high: float | None, written: Written) -> str:
    return "" if low is None or high is None else f", between {written(low)} and {written(high)}"


def _bare(value: float, v: Valuation) -> str:
    return about_pounds(value) if v.unit == "pounds" else jobs(value)

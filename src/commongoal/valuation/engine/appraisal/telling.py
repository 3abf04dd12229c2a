"""What an appraisal says about itself: conventions, limits and sources."""

from collections.abc import Iterator

from commongoal.kernel.words import number
from commongoal.valuation.engine.appraisal.cases import FINANCIAL, MVPF, PUBLIC
from commongoal.valuation.engine.appraisal.chain import Chain
from commongoal.valuation.engine.appraisal.marks import Marks
from commongoal.valuation.engine.appraisal.tables import Tables
from commongoal.valuation.engine.results import Convention, Limit, SourceNote

BASES = {
    "points": "deadweight in points: additional = people × (impact − deadweight)",
    "share_of_gross": "deadweight as a share of the gross effect: additional = people × impact × (1 − deadweight)",
    "already_net": "the impact is already net: additional = people × impact",
}


def conventions(chain: Chain, tables: Tables) -> tuple[Convention, ...]:
    """What every figure of the result carries."""
    terms = chain.appraisal.conventions
    bases = list(dict.fromkeys(outcome.deadweight_basis for outcome in chain.appraisal.outcomes))
    money, health = tables.money, tables.wellbeing
    found = [
        Convention("price_year", "Price year", terms.price_year),
        Convention("deflator_vintage", "Deflator", terms.deflator_vintage, tables.deflator.mark),
        Convention("discount_schedule", "Discounting", f"{money.name}, {money.version}", _mark(money.verified)),
    ]
    if any(value.wellbeing for value in chain.appraisal.unit_values):
        shown = f"{health.name}, {health.version}"
        found.append(Convention("wellbeing_schedule", "Discounting of wellbeing", shown, _mark(health.verified)))
    ranges = "triangles from low to high, peaking at the value, each number drawn on its own"
    return (
        *found,
        Convention("first_discounted_year", "First year discounted", str(terms.first_discounted_year)),
        Convention("years", "Years appraised", f"{terms.years}, from {terms.first_year}"),
        Convention("deadweight_basis", "What would have happened anyway", "; ".join(BASES[basis] for basis in bases)),
        Convention("grades_rule", "Optimism bias by confidence grade", terms.grades_rule, _mark(tables.bias.verified)),
        Convention("financial_definition", "Fiscal return", FINANCIAL),
        Convention("ratio_definition", "Benefit-cost ratio", PUBLIC),
        Convention("mvpf_definition", "MVPF", MVPF),
        Convention("draws", "Draws and seed", f"{terms.draws} ({terms.sampling}), seed {terms.seed}"),
        Convention("ranges", "Ranges of inputs", ranges),
        Convention("interval", "Intervals", "middle 90% of the draws; the figure is at the central values"),
    )


def limits(chain: Chain, tables: Tables, marks: Marks) -> tuple[Limit, ...]:
    """Every limit that a reader needs, those that this result trips first."""
    return tuple(sorted(_limits(chain, tables, marks), key=lambda limit: not limit.warning))


def _limits(chain: Chain, tables: Tables, marks: Marks) -> Iterator[Limit]:
    appraisal = chain.appraisal
    if appraisal.invented:
        yield Limit("invented", "This appraisal is invented: it shows how a report reads.", True)
    unchecked = sum(not one.verified for one in chain.inputs)
    if marks.whole:
        text = f"{unchecked} of {len(chain.inputs)} numbers of the file have not been checked at their origin."
        yield Limit("unverified", text, True)
    graded = any(chain.bias != 1) or any(chain.cost_bias != 1)
    if graded and not tables.bias.verified:
        yield Limit("bias", "The corrections for optimism have not been checked in the published guidance.", True)
    if any(value.low < 0 for value in appraisal.unit_values) and any(chain.bias != 1):
        yield Limit("negative", "Bias makes a negative unit value smaller too, which flatters the result.", True)
    if len({outcome.deadweight_basis for outcome in appraisal.outcomes}) > 1:
        yield Limit("bases", "Lines read deadweight in different ways; each says which.", True)
    if not any(one.low < one.high for one in chain.inputs):
        yield Limit("certain", "No number has a range: the intervals say nothing about how sure this is.", True)
    if labels := _labels(chain, tables):
        yield Limit("prices", f"Price years: {'; '.join(labels)}.")
    yield Limit("before", "An appraisal says what would follow from its inputs, not what happened.")
    yield Limit(
        "independent", "Numbers are drawn as if independent; where they move together, intervals are too narrow."
    )
    yield Limit("fixed", "Deflators, discount rates, bias and agency shares are taken as certain.")
    yield Limit("horizon", f"Value after the {appraisal.conventions.years} years appraised is left out.")


def _labels(chain: Chain, tables: Tables) -> list[str]:
    """What to know of the price years that something was brought from or to."""
    target = chain.appraisal.conventions.price_year
    years = {value.price_year for value in chain.appraisal.unit_values}
    years |= {cost.price_year for cost in chain.appraisal.costs}
    years -= {target}
    return sorted({part for year in years for part in tables.price_label(year, target).split("; ") if part})


def sources(chain: Chain, tables: Tables) -> tuple[SourceNote, ...]:
    """Every number that went in, with its origin and mark."""
    return (*(_note(chain, place) for place in range(len(chain.inputs))), *_incomes(chain), *_outside(tables))


def _note(chain: Chain, place: int) -> SourceNote:
    one = chain.inputs[place]
    field, row = one.place
    unit = ""
    if field == "value":
        value = chain.appraisal.unit_values[row]
        unit = f" pounds{' a year' if value.per == 'year' else ''}, {value.price_year} prices"
    if field == "cost":
        cost = chain.appraisal.costs[row]
        unit = f" times £{number(sum(cost.amounts))} in all, {cost.price_year} prices"
    spread = "" if one.low == one.high else f" ({one.low:,.6g} to {one.high:,.6g})"
    shown = f"{one.value:,.6g}{spread}{unit}"
    return SourceNote(f"{one.name}: {one.field.replace('_', ' ')}", shown, one.source, _mark(one.verified))


def _incomes(chain: Chain) -> Iterator[SourceNote]:
    given = chain.appraisal.distribution
    if given is not None:
        for name in ("taxpayers", "participants", "elasticity"):
            figure = getattr(given, name)
            what = "Elasticity of distributional weights" if name == "elasticity" else f"Median income of {name}"
            yield SourceNote(what, f"{figure.value:,.6g}", figure.source, _mark(figure.verified))


def _outside(tables: Tables) -> Iterator[SourceNote]:
    for schedule in (tables.money, tables.wellbeing):
        shown = f"{schedule.name}, {schedule.version}"
        yield SourceNote("Discount schedule", shown, schedule.source, _mark(schedule.verified))
    yield SourceNote("Optimism bias", "by confidence grade", tables.bias.source, _mark(tables.bias.verified))
    yield SourceNote("Deflator", tables.deflator.vintage, tables.deflator.source, tables.deflator.mark)


def _mark(verified: bool) -> str:
    return "" if verified else "unverified"

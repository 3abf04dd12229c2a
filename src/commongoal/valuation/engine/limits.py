"""What must be said beside the figures: limits, conventions, sources, and what moves the answer."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from commongoal.kernel.estimates import Estimate, from_draws
from commongoal.kernel.words import number
from commongoal.valuation.engine.cost_limits import Paid, cost_limits
from commongoal.valuation.engine.job import Schedule
from commongoal.valuation.engine.material import Material
from commongoal.valuation.engine.results import Convention, Driver, Limit, Occupation, SourceNote
from commongoal.valuation.engine.terms import Assumed, ComparisonLedger, Effect, Figure, Outcomes

Floats = NDArray[np.float64]
STANDING_WARNING = 0.5
HIDDEN_BIAS = "10% to 29% in simulation"


def basis_in_words(material: Material) -> str:
    """How the chance without the programme was come by, in one phrase."""
    basis = material.terms.counterfactual
    if isinstance(basis, Assumed):
        return f"assumed: {basis.deadweight.value:.0%} would have got there anyway"
    if isinstance(basis, ComparisonLedger):
        return "estimated from a comparison group recorded with stages"
    if isinstance(basis, Outcomes):
        return "estimated from the outcomes of a comparison group; its shape over stages is assumed"
    if isinstance(basis, Effect):
        return f"estimated: a {basis.basis.replace('_', ' ')} from an evaluation; its shape over stages is assumed"
    return "none: gross value only"


def ratio_definition(material: Material) -> str:
    """What the ratio divides by what. Never printed apart from a ratio."""
    rule = material.main
    value = {
        "net": "public value (fiscal + economic + social, transfers left out) net of what would have happened anyway",
        "equal": "gross public value in equal steps, before additionality",
        "outcome_only": "gross public value of sustained work, before additionality",
        "relative": "no ratio",
    }[rule]
    year = material.terms.price_year
    return f"{value} ÷ all recorded costs, in money and in kind, as recorded; value in {year} prices; median of draws"


def standing(material: Material) -> Estimate:
    """Share of the value at the end of spells that stands at a stage, or went with leavers, rather than arrived."""
    arrived, still, away = np.einsum("gd,ged->ed", material.worth.public, material.drawn.ends)
    kept = away if material.main == "net" else np.zeros_like(away)
    total = arrived + still + kept
    return from_draws(np.divide(still + kept, total, out=np.zeros_like(total), where=total != 0))


def drivers(material: Material) -> tuple[Driver, ...]:
    """Squared rank correlation of the programme's credit with one summary of each group of inputs."""
    credit = material.total_draws(material.main)
    return tuple(
        sorted(
            (
                Driver(which, name, _squared_rank_correlation(values, credit))
                for which, name, values in _inputs(material)
            ),
            key=lambda driver: -driver.share,
        )
    )


def _inputs(material: Material) -> Iterator[tuple[str, str, Floats]]:
    weights = material.setting.spells / material.setting.spells.sum()
    yield "rates", "How people moved on the programme", weights @ material.drawn.with_programme
    if material.other is not None:
        named = "What would have happened anyway"
        yield "without", named, weights @ material.drawn.without
    if material.worth.in_pounds:
        yield "a_year", "Pounds a year of a sustained job", material.worth.a_year
        yield "months", "How long the additional work lasts", material.worth.months
    jobs = material.groups_of(material.main).sum(axis=(1, 3)) + material.returned_groups(material.main)
    yield (
        "people",
        "Which people happened to come (sampling)",
        material.sampling.noise(jobs @ material.worth.mean, material.main),
    )


def _squared_rank_correlation(a: Floats, b: Floats) -> float:
    if np.ptp(a) == 0 or np.ptp(b) == 0:
        return 0.0
    ranks = [np.argsort(np.argsort(x)).astype(np.float64) for x in (a, b)]
    return float(np.corrcoef(ranks[0], ranks[1])[0, 1] ** 2)


def limits(
    material: Material, misfit: tuple[Occupation, ...], after_horizon: float, paid: tuple[Paid, ...] = ()
) -> tuple[Limit, ...]:
    """Every limit of the method that a reader needs, those that this result trips being warnings, first."""
    found = [*_limits(material, misfit, after_horizon), *cost_limits(material.costs, paid)]
    return tuple(sorted(found, key=lambda limit: not limit.warning))


def _limits(material: Material, misfit: tuple[Occupation, ...], after_horizon: float) -> Iterator[Limit]:
    yield from _fixed_limits(material)
    share = standing(material)
    yield Limit(
        "standing",
        f"{share.point:.0%} of the value at the end of people's time stands at a stage or went with people who left; "
        "it has not arrived at sustained work. Compare the total over closed windows alone.",
        share.point > STANDING_WARNING,
    )
    outside = [row for row in misfit if row.outside]
    yield Limit(
        "fit",
        f"The model's share of people at a stage lies outside the observed 90% interval in {len(outside)} of "
        f"{len(misfit)} checks."
        if misfit
        else "Too few people were at risk for the model to be checked against what was observed.",
        len(outside) > max(1, len(misfit) // 5) or not misfit,
    )
    if after_horizon:
        yield Limit(
            "costs_after",
            f"About £{number(after_horizon)} of cost fell after the horizon, by days of support; it is counted.",
        )
    yield from _comparison_limits(material)
    late, arrived = int(material.stats["late"].sum()), int(material.stats["reached"][:, -1].sum())
    part = f" ({late / (late + arrived):.0%} of those who reached it at all)" if late else ""
    months = material.frame.horizon
    yield Limit(
        "late",
        f"{late} people{part} reached sustained work only after the {months} months; they earn nothing.",
        late > 0,
    )


def _comparison_limits(material: Material) -> Iterator[Limit]:
    """What is thin, quicker than the programme, or not reachable in what would have happened anyway."""
    other, segments = material.other, material.programme.segments
    if other is None:
        return
    if other.thin:
        cells = ", ".join(_cell(material, g, s) for g, s in other.thin)
        yield Limit(
            "thin", f"The comparison has no time at: {cells}. There the pooled rate of all segments stands in.", True
        )
    if other.factor is None:
        return
    quick = np.flatnonzero(np.atleast_1d(np.median(other.factor, axis=0)) > 1)
    if len(quick):
        whom = "everybody" if other.factor.ndim == 1 else ", ".join(segments[g].name for g in quick)
        yield Limit("quicker", f"The comparison moves forward faster than the programme (kappa above 1): {whom}.", True)
    if stuck := float((other.factor == 0).mean()):
        what = "the effect put in is above the whole chance with it"
        yield Limit("no_chance", f"In {stuck:.1%} of draws the chance without the programme is 0: {what}.", True)


def _cell(material: Material, g: int, s: int) -> str:
    return f"{material.programme.segments[g].name} at {material.programme.pathway.stages[s].name}"


def _fixed_limits(material: Material) -> Iterator[Limit]:
    if material.programme.invented:
        yield Limit("invented", "The programme, its place and its people are invented.", True)
    yield Limit("no_further_help", "An early step is valued as if no further help followed.")
    yield Limit("brought_forward", f"Bringing a job forward within the {material.frame.horizon} months earns nothing.")
    if material.main == "net":
        yield Limit(
            "hidden_differences",
            f"Differences between people that the segments miss push net value upwards ({HIDDEN_BIAS}).",
        )
    yield Limit(
        "equal_split", "Where several help at once the value is split by stated weights: a convention, not a cause."
    )
    yield Limit("costs_as_recorded", "Costs are taken as recorded, in the prices of their own year.")
    if isinstance(material.terms.counterfactual, Assumed):
        yield Limit("assumed", "What would have happened anyway is assumed, not estimated.", True)
    if material.other is not None and material.other.assumed:
        yield Limit(
            "shape",
            "Provider figures rest on a comparison of an assumed shape; the second shape (nobody steps back) stands "
            "beside them.",
            True,
        )
    if not material.worth.in_pounds:
        yield Limit("no_pounds", "No value in pounds is given: the unit is a sustained job.", True)
    if material.other is None:
        yield Limit(
            "no_comparison",
            "No comparison is given: value is gross, and nothing here says what the programme caused.",
            True,
        )


def conventions(material: Material, schedule: Schedule) -> tuple[Convention, ...]:
    """What every figure of the result carries."""
    terms = material.terms
    return (
        Convention("price_year", "Price year", terms.price_year),
        Convention("deflator_vintage", "Deflator", terms.deflator_vintage),
        Convention(
            "discount_schedule",
            "Discounting",
            f"{schedule.name}, {schedule.version}",
            "" if schedule.verified else "unverified",
        ),
        Convention("first_discounted_year", "First year discounted", str(terms.first_discounted_year)),
        Convention("deadweight_basis", "What would have happened anyway", basis_in_words(material)),
        Convention("ratio_definition", "Ratio", ratio_definition(material)),
        Convention("rule", "Rule", terms.rule),
        Convention("horizon", "Horizon H", f"{material.frame.horizon} months from referral"),
        Convention("snapshot", "Snapshot", material.snapshot_on),
        Convention("prior_months", "Prior strength alpha", f"{terms.prior_months:g} person-months"),
        Convention("time_bands", "Time bands from month", ", ".join(str(band) for band in terms.time_bands)),
        Convention("draws", "Draws and seed", f"{terms.draws}, seed {terms.seed}"),
        Convention("interval", "Intervals", "middle 90% of draws of rates, comparison, values, persistence and people"),
        Convention("ranges", "Ranges of inputs", "drawn as triangles from low to high, peaking at the value"),
        Convention("shared_cost", "Cost of stages and segments", "each pair's cost shared by days of support"),
    )


def sources(material: Material, schedule: Schedule) -> tuple[SourceNote, ...]:
    """Every number that went in, with its origin and mark."""
    return tuple(_sources(material, schedule))


def _sources(material: Material, schedule: Schedule) -> Iterator[SourceNote]:
    job, basis = material.terms.job, material.terms.counterfactual
    if job is not None and job.gains:
        yield _note("Months of additional work", job.duration_months, " months")
        for gain in job.gains:
            whom = f", {', '.join(gain.who.values())}" if gain.who else ""
            transfer = ", transfer" if gain.transfer else ""
            what = f"Gain a year: {gain.agency}, {gain.kind}{transfer}{whom}"
            yield _note(what, gain, f" pounds, {gain.price_year} prices")
    if isinstance(basis, Assumed):
        yield _note("Chance without the programme", basis.deadweight, "", "assumed")
    elif isinstance(basis, Effect):
        yield _note(basis.basis.replace("_", " ").capitalize(), basis.effect, "")
    elif isinstance(basis, Outcomes):
        for group in basis.groups:
            value = f"{group.sustained} of {group.people} people"
            yield SourceNote(
                f"Comparison outcome, {group.segment}", value, basis.source, "" if basis.verified else "unverified"
            )
    elif isinstance(basis, ComparisonLedger):
        yield SourceNote("Comparison ledger", basis.path, basis.source, "" if basis.verified else "unverified")
    yield SourceNote(
        "Discount schedule",
        f"{schedule.name}, {schedule.version}",
        schedule.source,
        "" if schedule.verified else "unverified",
    )
    for other in material.terms.comparators:
        value = f"£{number(other.value)} for each {other.measure}, {other.price_year} prices"
        mark = "" if other.verified else "unverified"
        yield SourceNote(f"Comparator: {other.name}", value, other.source, mark, enters=False)


def _note(what: str, figure: Figure, unit: str, mark: str = "") -> SourceNote:
    shown = f"{figure.value:,.6g} ({figure.low:,.6g} to {figure.high:,.6g}){unit}"
    marks = " ".join(part for part in (mark, "" if figure.verified else "unverified") if part)
    return SourceNote(what, shown, figure.source, marks)

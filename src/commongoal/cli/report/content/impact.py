"""The report of what a strategy saves if its targets are met, and of scaling up."""

from collections.abc import Iterator

from commongoal.kernel.estimates import Estimate
from commongoal.kernel.pictures import Cell, Table, cells, estimate_cell, heads
from commongoal.kernel.pictures.years import Layer, Years, years_picture
from commongoal.kernel.report import Fact, Report, Section, figure
from commongoal.kernel.words import (
    Written,
    about_pounds,
    chance,
    clean,
    interval,
    isolated,
    number,
    percent,
    pounds,
    sentence,
    with_interval,
)  # fmt: skip
from commongoal.valuation.engine.scaling import Scaled
from commongoal.valuation.engine.strategy_impact import PUBLIC, Impact, Needed, Saved
from commongoal.valuation.files.strategy import ScalingTable, StrategyFile

INVENTED = "This is an illustration. Its figures show how the sum is done; they are nobody's forecast."
CONDITION = "“If the targets are met” is a condition, not a forecast. Nothing here says that they will be."
SAVED_ONLY = "What the strategy costs is not taken off: this is what is saved, not what is left over."
DISPLACED = (
    "Somebody who is moved may take a job that another would have had. Only the share who would not have moved anyway "
    "can allow for that."
)
INDEPENDENT = "Each uncertain number is drawn on its own. If they go wrong together, the interval is too narrow."


def impact_report(read: StrategyFile, impact: Impact | None, scaled: Scaled | None) -> Report:
    """The whole report; at least one of the two results is there."""
    marks = ("unverified",) if any(not figure.verified for _, figure in read.figures) else ()
    sections: list[Section] = []
    if impact:
        sections += [_years(read, impact, marks), _people(impact), *_claim(impact)]
    if scaled and read.scaling:
        sections += [_scaling(read.scaling, scaled)]
    return Report(
        title=f"{clean(read.name)}: what it saves",
        programme=clean(read.name),
        notice=INVENTED if read.invented else "",
        heading=_heading(read, impact, scaled),
        marks=marks,
        lead=(sentence(read.note),) if read.note else (),
        warnings=tuple(_warnings(impact, scaled, read)),
        facts=_facts(read, impact),
        sections=(*sections, _limits(impact), _sources(read)),
    )


def _heading(read: StrategyFile, impact: Impact | None, scaled: Scaled | None) -> str:
    name = isolated(read.name)
    if impact:
        ends = interval(impact.if_met, about_pounds)
        return f"{name}: about {about_pounds(impact.if_met.point)} saved if the targets are met (90% interval {ends})"
    jobs = scaled.jobs if scaled else Estimate(0.0)
    return f"{name}: about {number(jobs.point)} sustained jobs (90% interval {interval(jobs, number)})"


def _warnings(impact: Impact | None, scaled: Scaled | None, read: StrategyFile) -> Iterator[str]:
    if impact and impact.claim and impact.chance is not None and impact.chance < 0.5:
        yield (
            f"{about_pounds(impact.claim.pounds)} is claimed. With the numbers given here, the chance of that or more "
            f"is {chance(impact.chance)}."
        )
    if scaled and read.scaling and scaled.share_of_claimants.point > 1:
        yield "The budget buys more jobs than there are claimants: the cost of a job would rise before that."


def _facts(read: StrategyFile, impact: Impact | None) -> tuple[Fact, ...]:
    found = [Fact("Prices of", Cell(clean(read.price_year)))]
    if impact is None:
        return tuple(found)
    discounted = read.discount_schedule if read.discount_schedule != "none" else "not discounted"
    told = (
        ("Years", Cell(clean(f"{impact.years[0]} to {impact.years[-1]}"))),
        ("People moved, if the targets are met", Cell(number(sum(impact.moved)))),
        ("Saved to the public purse, if the targets are met", estimate_cell(impact.if_met, pounds)),
        *_reached(read, impact),
        (f"The same as a present value ({discounted})", estimate_cell(impact.discounted, pounds)),
        ("Gains that are not public money, not counted above", estimate_cell(impact.beyond, pounds)),
    )
    found += [Fact(name, value) for name, value in told]
    if impact.claim:
        basis = "present value" if impact.claim.discounted else "not discounted"
        found.append(Fact("Claimed", Cell(pounds(impact.claim.pounds), basis)))
        found.append(Fact("Chance of that or more", Cell(chance(impact.chance))))
    return tuple(found)


def _reached(read: StrategyFile, impact: Impact) -> tuple[tuple[str, Cell], ...]:
    """The total with the share of the targets that is expected, where that is not all of them for certain."""
    if read.reached.low == read.reached.high == 1:
        return ()
    share = f"{percent(read.reached.value)} ({percent(read.reached.low)} to {percent(read.reached.high)})"
    return ((f"Saved if {share} of the targets is reached", estimate_cell(impact.total, pounds)),)


def _name(saved: Saved) -> str:
    return f"{saved.kind}{', transfer' if saved.transfer else ''}"


def _years(read: StrategyFile, impact: Impact, marks: tuple[str, ...]) -> Section:
    names = {agency.id: agency.name for agency in read.agency}
    unsure = {(names[row.agency], row.kind, row.transfer) for row in read.saving if not row.verified}
    layers = tuple(
        Layer(
            saved.agency,
            tuple(estimate.point for estimate in saved.by_year),
            _name(saved),
            ("unverified",) if (saved.agency, saved.kind, saved.transfer) in unsure else (),
        )
        for saved in impact.saved
        if saved.kind in PUBLIC
    )
    data = Years(
        "Saving to the public purse by year and agency", impact.years, layers, impact.by_year, impact.total,
        f"Pounds of {read.price_year}, not discounted, with the expected share of the targets reached.",
    )  # fmt: skip
    caption = "What the public purse saves in each year, by agency. The thin line is the 90% interval of the year."
    drawn = figure("savings", lambda key, width: years_picture(data, key, width), caption, marks=marks)
    return Section("years", "What is saved, when, and by whom", figure=drawn, tables=(_lines(impact),))


def _lines(impact: Impact) -> Table:
    rows = [
        cells(Cell(s.agency, _name(s)), estimate_cell(s.total, pounds), estimate_cell(s.discounted, pounds))
        for s in impact.saved
    ]
    rows.append(cells("Public purse", estimate_cell(impact.total, pounds), estimate_cell(impact.discounted, pounds)))
    headers = heads("Agency and kind", Cell("All years", "90% interval"), Cell("Present value", "90% interval"))
    note = "Economic and social gains are shown, and are not part of the public purse."
    return Table("Every line", headers, tuple(rows), note=note, footing=1)


def _people(impact: Impact) -> Section:
    rows = (
        cells("People moved in the year", *(number(n) for n in impact.moved), number(sum(impact.moved))),
        cells("Years that count", *(number(n) for n in impact.lasting), number(sum(impact.lasting))),
    )
    words = (
        "Years that count are those people moved so far who are still there, before taking off those who would have "
        "moved anyway. Years after the strategy's last are left out."
    )
    table = Table("People, if the targets are met", heads("People", *impact.years, "All years"), rows)
    return Section("people", "The people behind it", (words,), tables=(table,))


def _claim(impact: Impact) -> tuple[Section, ...]:
    if impact.claim is None:
        return ()
    rows = tuple(
        cells(row.name, _written(row, row.now), "nothing would do" if row.needed is None else _written(row, row.needed))
        for row in impact.needed
    )
    words = (
        f"{about_pounds(impact.claim.pounds)} is claimed. The chance of that or more, with the numbers given, is "
        f"{chance(impact.chance)}. For exactly that much, one of these would have to be so, the others as they are."
    )
    table = Table("What would have to be true", heads("Number", "Here", "Needed"), rows)
    return (Section("claim", "What would have to be true", (words,), tables=(table,)),)


def _written(row: Needed, value: float) -> str:
    ways: dict[str, Written] = {"pounds": pounds, "additional": percent, "years": lambda years: number(years, 2)}
    return ways.get(row.id, number)(value)


def _scaling(table: ScalingTable, scaled: Scaled) -> Section:
    other = isolated(table.comparator_name)
    told = [
        ("Own cost per sustained job now", Cell(pounds(table.own.value), table.own.definition)),
        (f"{other}: cost per sustained job", Cell(pounds(table.comparator.value), table.comparator.definition)),
        ("Shrinkage at scale", Cell(percent(table.shrinkage.value),
                                    f"{percent(table.shrinkage.low)} to {percent(table.shrinkage.high)}")),
        ("Own cost per sustained job at scale", estimate_cell(scaled.at_scale, pounds)),
        ("Budget", Cell(pounds(table.budget), table.budget_source)),
        ("Sustained jobs that it buys", estimate_cell(scaled.jobs, number)),
        (f"Jobs that it buys from {other}", estimate_cell(scaled.comparator_jobs, number)),
        (f"Share of {number(table.claimants)} claimants", estimate_cell(scaled.share_of_claimants, percent)),
        ("Cost of as many jobs as the comparator's", estimate_cell(scaled.cost_of_same_jobs, pounds)),
        ("Cheaper by", estimate_cell(scaled.saving, percent)),
        ("Chance that it is cheaper at scale", Cell(chance(scaled.chance_cheaper))),
        ("Shrinkage at which it is no cheaper", Cell(percent(scaled.break_even))),
    ]  # fmt: skip
    if table.jobs_claimed is not None:
        told.append(("Jobs claimed", Cell(number(table.jobs_claimed), table.jobs_source)))
        told.append(("Chance of that many or more", Cell(chance(scaled.chance_of_claim))))
        told.append(("Most shrinkage that the claim bears", Cell(percent(scaled.shrinkage_for_claim))))
    lead = (
        f"At scale a sustained job would cost {with_interval(scaled.at_scale, about_pounds)}, "
        f"beside {about_pounds(table.comparator.value)} of {other}."
    )
    rows = tuple((Cell(clean(name)), Cell(value.text, clean(value.under))) for name, value in told)
    found = Table("Scaling up", heads("What", Cell("Figure", "90% interval, range or definition")), rows)
    return Section("scaling", "Scaling up", (lead,), tables=(found,))


def _limits(impact: Impact | None) -> Section:
    points = (*((CONDITION, SAVED_ONLY, DISPLACED) if impact else ()), INDEPENDENT)
    return Section("limits", "Limits", points=points)


def _sources(read: StrategyFile) -> Section:
    def row(what: str, value: str, source: str, mark: tuple[str, ...]) -> tuple[Cell, ...]:
        return cells(clean(what), Cell(value, marks=mark), clean(source))

    rows = [
        row(what, f"{f.value:,g} ({f.low:,g} to {f.high:,g})", f.source, () if f.verified else ("unverified",))
        for what, f in read.figures
    ]
    names = {group.id: group.name for group in read.group}
    rows += [row(f"Target: {names[t.group]}", number(sum(t.people)), t.source, ()) for t in read.target]
    if read.claim:
        rows.append(row("Claim", pounds(read.claim.pounds), read.claim.source, ()))
    if read.scaling:
        rows.append(row("Claimants", number(read.scaling.claimants), read.scaling.claimants_source, ()))
    table = Table("Numbers that went in", heads("Number", "Value and range", "Source"), tuple(rows), (0, 1, 2))
    words = "“Unverified” means that nobody has checked the number at its origin."
    return Section("sources", "Sources", (words,), tables=(table,))

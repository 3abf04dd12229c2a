"""The report of an appraisal before the event: as a page and on a terminal."""

from commongoal.kernel.estimates import Estimate
from commongoal.kernel.pictures import Cell, Table, cells, estimate_cell, heads
from commongoal.kernel.pictures.tornado import Swing, Tornado, tornado_picture
from commongoal.kernel.pictures.years import Layer, Years, years_picture
from commongoal.kernel.report import Fact, Figure, Report, Section, figure
from commongoal.kernel.words import about_pounds, chance, clean, isolated, number, pounds, with_interval
from commongoal.valuation.engine.appraisal.results import Appraised, Case, Ratio, SwingRow, SwitchRow

INVENTED = "This scheme is invented, and so is every figure. It shows how an appraisal reads."
MOST_SWINGS = 12
BASES = {
    "points": "deadweight in points off the impact",
    "share_of_gross": "deadweight as a share of the effect",
    "already_net": "impact already net",
}


def as_html(a: Appraised) -> str:
    """The whole report as one HTML file."""
    from commongoal.cli.report.page import page_of

    return page_of(report_of(a), "an appraisal file, before the event")


def print_report(a: Appraised) -> None:
    """The report on a terminal."""
    from commongoal.cli.report.page import print_page

    print_page(report_of(a))


def report_of(a: Appraised) -> Report:
    """What the report says, in order."""
    sections = (
        _outcomes(a), _case("financial", a.financial), _savings(a), _public(a), _agencies(a), _tornado(a),
        _switching(a), _conventions(a), _limits(a), _sources(a),
    )  # fmt: skip
    return Report(
        title=f"{clean(a.name)}: what it would be worth",
        programme=clean(a.name),
        notice=INVENTED if a.invented else "",
        heading=f"{isolated(a.name)} would be worth {about_pounds(a.public.net.point)} more than it costs"
        if a.public.net.point >= 0
        else f"{isolated(a.name)} would cost {about_pounds(-a.public.net.point)} more than it is worth",
        marks=_marks(a.public.mark),
        lead=_lead(a),
        warnings=tuple(clean(limit.text) for limit in a.limits if limit.warning and limit.id != "invented"),
        facts=_facts(a),
        sections=tuple(section for section in sections if section is not None),
    )


def _marks(mark: str) -> tuple[str, ...]:
    return (mark,) if mark else ()


def _ratio(value: float) -> str:
    return pounds(value, 2)


def _lead(a: Appraised) -> tuple[str, ...]:
    net = a.financial.net.point
    purse = "gain" if net >= 0 else "lose"
    free = f"It does not pay back: {a.payback.why_none}."
    if a.payback.year:
        free = f"{a.payback.year} is the first year from which it has paid back."
    return (
        f"Public budgets would {purse} {about_pounds(abs(net))} over {len(a.years)} years. {free}",
        f"Every amount is in {a.price_year} prices.",
        "Two cases stand apart and are never mixed: money that budgets pay and save, and value to everybody.",
    )


def _facts(a: Appraised) -> tuple[Fact, ...]:
    found = [
        Fact("Net present public value", estimate_cell(a.public.net, pounds, _marks(a.public.mark))),
        _ratio_fact("Benefit–cost ratio", a.public.ratio),
        Fact("Chance that benefits exceed costs", Cell(chance(a.public.ratio.chance_above_one))),
    ]
    if a.weighted is not None:
        found.append(_ratio_fact("Benefit–cost ratio, weighted by income", a.weighted.ratio))
    found += [
        Fact("Net present budget impact", estimate_cell(a.financial.net, pounds, _marks(a.financial.mark))),
        _ratio_fact("Fiscal return", a.financial.ratio),
        Fact("Pays back", Cell(a.payback.year or a.payback.why_none, f"chance {chance(a.payback.chance)}")),
        _ratio_fact("MVPF", a.mvpf),
    ]
    if a.mvpf_weighted is not None:
        found.append(_ratio_fact("MVPF, weighted by income", a.mvpf_weighted))
    return tuple(found)


def _ratio_fact(name: str, ratio: Ratio) -> Fact:
    if ratio.value is None:
        return Fact(name, Cell(ratio.why_none))
    said = f"for each £1: {ratio.definition}"
    return Fact(name, Cell(with_interval(ratio.value, _ratio), said, _marks(ratio.mark)))


def _outcomes(a: Appraised) -> Section:
    rows = tuple(
        cells(
            Cell(clean(line.name), BASES[line.basis], _marks(line.mark)),
            number(line.people),
            estimate_cell(line.additional, lambda value: number(value, 1)),
            number(line.bias, 2),
            pounds(line.fiscal),
            pounds(line.economic),
            pounds(line.social),
            pounds(line.transfers),
            estimate_cell(line.public_value, pounds),
        )
        for line in a.outcomes
    )
    headers = heads(
        "Outcome", "People", Cell("Additional", "90% interval"), "Bias", "Fiscal", "Economic", "Social",
        Cell("Transfers", "in fiscal"), Cell("Public value", "90% interval"),
    )  # fmt: skip
    words = (
        "Additional is what would not have happened anyway, elsewhere or through others. Amounts are present values."
    )
    return Section("outcomes", "What it would achieve", (words,), tables=(Table("Outcomes", headers, rows),))


def _case(identity: str, case: Case) -> Section:
    words = (f"The ratio is {case.ratio.definition}.",)
    return Section(identity, case.name, words, facts=_case_facts(case))


def _case_facts(case: Case) -> tuple[Fact, ...]:
    marks = _marks(case.mark)
    return (
        Fact("Gain", estimate_cell(case.gain, pounds, marks)),
        Fact("Cost", estimate_cell(case.cost, pounds, marks)),
        Fact("Net present value", estimate_cell(case.net, pounds, marks)),
        _ratio_fact("Ratio", case.ratio),
    )


def _savings(a: Appraised) -> Section:
    payers = [agency for agency in a.agencies if any(agency.cashable)]
    layers = tuple(Layer(agency.name, agency.cashable, "", _marks(agency.mark)) for agency in payers)
    totals = tuple(Estimate(sum(agency.cashable[year] for agency in payers)) for year in range(len(a.years)))
    data = Years("Savings that free a budget, by year and agency", a.years, layers, totals)
    caption = f"Savings that free a budget, before discounting, in {a.price_year} prices."
    drawn = figure("savings", lambda key, width: years_picture(data, key, width), caption)
    return Section("savings", "Who saves, and when", figure=drawn, tables=(_payback_table(a),))


def _payback_table(a: Appraised) -> Table:
    rows = tuple(
        cells(
            year,
            pounds(sum(agency.cashable[place] for agency in a.agencies)),
            pounds(sum(agency.costs[place] for agency in a.agencies if agency.public)),
            pounds(a.payback.cumulative[place]),
        )
        for place, year in enumerate(a.years)
    )
    headers = heads(
        "Year", "Savings", Cell("Cost to public agencies", "in kind too"), Cell("Running total", "discounted, cash")
    )
    return Table("When it pays back", headers, rows)


def _public(a: Appraised) -> Section:
    rows = tuple(
        cells(
            Cell(
                kind.kind.capitalize(), "transfer: left out of public value" if kind.transfer else "", _marks(kind.mark)
            ),
            *(pounds(value) for value in kind.by_year),
            estimate_cell(kind.present, pounds),
        )
        for kind in a.kinds
    )
    headers = heads("Kind", *a.years, Cell("Present value", "90% interval"))
    table = Table("Value by kind and year", headers, rows, note="Years before discounting.")
    parts = () if a.weighted is None else (_case("weighted", a.weighted),)
    words = (f"The ratio is {a.public.ratio.definition}.",)
    return Section("public", a.public.name, words, facts=_case_facts(a.public), tables=(table,), parts=parts)


def _agencies(a: Appraised) -> Section:
    rows = tuple(
        cells(
            Cell(clean(agency.name), marks=_marks(agency.mark)),
            estimate_cell(agency.present_cost, pounds),
            estimate_cell(agency.present_gain, pounds),
            estimate_cell(agency.present_cashable, pounds),
        )
        for agency in a.agencies
    )
    headers = heads(
        "Agency", Cell("Pays", "present value"), Cell("Gains", "present value"), Cell("Frees a budget", "of it")
    )
    words = "A transfer counts for the agency, and is lost by people in the same amount."
    return Section("agencies", "Who pays, who gains", (words,), tables=(Table("Agencies", headers, rows),))


def _tornado(a: Appraised) -> Section | None:
    if not a.tornado:
        return None
    shown = a.tornado[:MOST_SWINGS]
    swings = tuple(_swing(row) for row in shown)
    data = Tornado("What moves the answer", "Net present public value", a.public.net.point, swings)
    rest = f" The {len(shown)} that move it most, of {len(a.tornado)}." if len(a.tornado) > len(shown) else ""
    caption = f"Net present public value with one number at a time at the ends of its range.{rest}"
    drawn: Figure = figure("tornado", lambda key, width: tornado_picture(data, key, width), caption)
    return Section("tornado", "What moves the answer", figure=drawn)


def _swing(row: SwingRow) -> Swing:
    ends = f"{row.low:,.6g} to {row.high:,.6g}"
    return Swing(f"{row.line}: {row.quantity}", ends, row.net_at_low, row.net_at_high, _marks(row.mark))


def _switching(a: Appraised) -> Section:
    rows = tuple(_switch_row(row) for row in a.switching if row.switch is not None)
    table = Table(
        "Switching values", heads("Number", "Taken as", "Switches at", "Can it be so?"), rows, text_columns=(0, 3)
    )
    words = "The value of one number, all others at theirs, at which the scheme is worth exactly what it costs."
    return Section("switching", "What would have to be true for it not to be worth it", (words,), tables=(table,))


def _switch_row(row: SwitchRow) -> tuple[Cell, ...]:
    return cells(
        Cell(clean(row.line), row.quantity, _marks(row.mark)),
        f"{row.value:,.6g}",
        f"{row.switch:,.4g}",
        "yes" if row.possible else "no number of this kind can be so",
    )


def _conventions(a: Appraised) -> Section:
    facts = tuple(Fact(clean(c.name), Cell(clean(c.value), marks=_marks(c.mark))) for c in a.conventions)
    return Section("conventions", "Conventions", ("Every figure in this report carries these.",), facts=facts)


def _limits(a: Appraised) -> Section:
    points = tuple(f"{'Warning: ' if limit.warning else ''}{clean(limit.text)}" for limit in a.limits)
    return Section("limits", "Limits", points=points)


def _sources(a: Appraised) -> Section:
    rows = tuple(cells(clean(s.what), Cell(clean(s.value), marks=_marks(s.mark)), clean(s.source)) for s in a.sources)
    table = Table("Numbers that went in", heads("Number", "Value and range", "Source"), rows, text_columns=(0, 1, 2))
    words = "“Unverified” means that nobody has checked the number at its origin."
    return Section("sources", "Sources", (words,), tables=(table,))

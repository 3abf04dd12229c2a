"""The sheets Outcomes and Profiles: how many more people, and in which years the difference is felt."""

from collections.abc import Mapping
from dataclasses import dataclass

from commongoal.cli.report.audit.book import FIRST, Book
from commongoal.cli.report.audit.factors import Factors
from commongoal.cli.report.audit.inputs import Inputs
from commongoal.cli.report.audit.terms import Term, both, largest, placed, rest, smallest, span, total, when, whole
from commongoal.valuation.engine.appraisal.chain import OF_OUTCOME
from commongoal.valuation.engine.appraisal.results import Appraised

PEOPLE = 10
"""Column of the people of a line, after its id, name, basis and numbers."""
SHAPES = 3
"""Column of the first year of a profile."""


@dataclass(frozen=True, slots=True)
class Effect:
    """One outcome line: people, additional outcomes, its correction, and both multiplied."""

    id: Term
    basis: Term
    levels: Mapping[str, Term]
    people: Term
    additional: Term
    bias: Term
    size: Term


@dataclass(frozen=True, slots=True)
class Shape:
    """When one outcome line is felt, by year: years of effect, and arrivals for what is felt once."""

    lag: Term
    lag_years: Term
    lag_months: Term
    duration: Term
    drop_off: Term
    starts: list[Term]
    yearly: list[Term]
    once: list[Term]


def additional(basis: Term, levels: Mapping[str, Term]) -> Term:
    """Outcomes that would not have happened anyway, elsewhere or through others, by the basis that the line states."""
    people = levels["population"] * levels["engagement"] * levels["retention"]
    return people * effect(basis, levels) * levels["attribution"] * (1 - levels["displacement"])


def effect(basis: Term, levels: Mapping[str, Term]) -> Term:
    """What the scheme changes for one person, by the stated reading of deadweight."""
    impact, deadweight = levels["impact"], levels["deadweight"]
    gross = when(basis.equals("share_of_gross"), impact * (1 - deadweight), impact)
    return when(basis.equals("points"), impact - deadweight, gross)


def write_outcomes(book: Book, inputs: Inputs, factors: Factors, result: Appraised) -> list[Effect]:
    """People, additional outcomes and bias by line; the money by line is added by `money.write_outcome_money`."""
    sheet = book.sheets["Outcomes"]
    note = (
        "Additional = people × effect × attribution × (1 − displacement). Effect: points: impact − deadweight; "
        "share of gross: impact × (1 − deadweight); already net: impact."
    )
    sheet.lay_out("Outcomes", note, (14, 34, 16, 13, 13, 13, 13, 13, 13, 13, 14, 14, 14, 11, 14, 18), 2)
    numbers = [what.capitalize() for what in OF_OUTCOME]
    derived = ("People", "Effect", "Additional", "Bias", "Additional × bias")
    sheet.heads(("Id", "Outcome", "Deadweight basis", *numbers, *derived))
    found = []
    for line, outcome in enumerate(result.file.outcomes):
        row = FIRST + line
        identity = sheet.say(row, 0, outcome.id)
        sheet.say(row, 1, outcome.name)
        basis = sheet.put(row, 2, inputs("outcomes", line, "deadweight_basis"), "text")
        cells = sheet.put_row(row, 3, [inputs("outcomes", line, what) for what in OF_OUTCOME], "number")
        levels = dict(zip(OF_OUTCOME, cells, strict=True))
        people = levels["population"] * levels["engagement"] * levels["retention"]
        people = sheet.put(row, PEOPLE, people, "number")
        changed = sheet.put(row, PEOPLE + 1, effect(basis, levels), "number")
        more = people * changed * levels["attribution"] * (1 - levels["displacement"])
        more = sheet.put(row, PEOPLE + 2, more, "number")
        grades = inputs.several("outcomes", line, "grade")
        bias = sheet.put(row, PEOPLE + 3, factors.correction("benefits", grades), "number")
        size = sheet.put(row, PEOPLE + 4, more * bias, "number")
        found.append(Effect(identity, basis, levels, people, more, bias, size))
    _check_effects(book, result, found)
    return found


def _check_effects(book: Book, result: Appraised, effects: list[Effect]) -> None:
    for line, (row, cells) in enumerate(zip(result.outcomes, effects, strict=True)):
        path, name = f"outcomes[{line}]", row.name
        book.agrees(f"{name}: people", f"{path}.people", "number", row.people, cells.people)
        book.agrees(f"{name}: additional", f"{path}.additional.point", "number", row.additional.point, cells.additional)
        book.agrees(f"{name}: bias", f"{path}.bias", "ratio", row.bias, cells.bias)
        used = result.workings
        book.agrees(
            f"{name}: additional, used",
            f"workings.additional[{line}]",
            "number",
            used.additional[line],
            cells.additional,
        )
        book.agrees(f"{name}: bias, used", f"workings.bias[{line}]", "ratio", used.bias[line], cells.bias)


def cohort(shape: Shape, duration: Term, drop_off: Term, year: Term) -> Term:
    """Years of effect that one cohort has in a year, counted from its start.

    The effect lasts `duration` months from the end of the lag, and is worth ``(1 - drop_off)^k`` in its k-th twelve
    months; a lag that is not in whole years splits each of those between two years.
    """
    here = _twelve(duration, drop_off, year - shape.lag_years, 12 - shape.lag_months, None)
    late = _twelve(duration, drop_off, year - 1 - shape.lag_years, shape.lag_months, 12 - shape.lag_months)
    return (here + late) / 12


def _twelve(duration: Term, drop_off: Term, since: Term, room: Term, gone: Term | None) -> Term:
    """Months of the k-th twelve (k = `since`) that fall in a year with `room` for them, `gone` before them."""
    left = duration - since * 12 if gone is None else duration - since * 12 - gone
    kept = when(since.equals(0), 1, (1 - drop_off) ** since)
    return when(since.at_least(0), kept * largest(0, smallest(room, left)), 0)


def cohorts(starts: list[Term], one: list[Term], year: int) -> Term:
    """All cohorts in a year: each year's share of people who start, times what a cohort has so long after its start."""
    parts = [share * one[year - place] for place, share in enumerate(starts) if place <= year]
    found = parts[0]
    for part in parts[1:]:
        found = found + part
    return found


def write_profiles(book: Book, inputs: Inputs, factors: Factors, result: Appraised) -> list[Shape]:
    """One cohort's years of effect, all cohorts', and all cohorts' arrivals, by outcome line and year."""
    sheet = book.sheets["Profiles"]
    note = (
        "Years of effect by year, for each additional outcome. Cohorts start as the shares say; all follow one curve."
    )
    sheet.lay_out("Profiles", note, (34, 40, 13, 13), 3)
    sheet.heads(("Outcome", "What", "Number", *result.years))
    found = []
    for line, outcome in enumerate(result.file.outcomes):
        row = FIRST + 9 * line
        names = (
            *("Lag, months", "Lag, whole years", "Lag, months beyond them", "Duration, months", "Yearly drop-off"),
            *("Share of people who start", "Years of effect, one cohort", "Years of effect, all", "Arrivals, all"),
        )
        for place, name in enumerate(names):
            sheet.say(row + place, 0, outcome.name)
            sheet.say(row + place, 1, name, "strong" if place > 6 else "text")
        lag, duration, drop = (inputs("profiles", line, what) for what in ("lag_months", "duration_months", "drop_off"))
        lag = sheet.put(row, 2, lag, "number")
        years, months = sheet.put(row + 1, 2, whole(lag / 12), "number"), sheet.put(row + 2, 2, rest(lag, 12), "number")
        duration, drop = sheet.put(row + 3, 2, duration, "number"), sheet.put(row + 4, 2, drop, "number")
        starts = sheet.put_row(row + 5, SHAPES, inputs.several("profiles", line, "starts"), "factor")
        sheet.put(row + 5, 2, total(span(starts)), "number")
        shape = Shape(lag, years, months, duration, drop, starts, [], [])
        one = [cohort(shape, duration, drop, year) for year in factors.numbers]
        one = sheet.put_row(row + 6, SHAPES, one, "factor")
        yearly = [cohorts(starts, one, t) for t in range(len(one))]
        shape.yearly.extend(sheet.put_row(row + 7, SHAPES, yearly, "factor"))
        shape.once.extend(sheet.put_row(row + 8, SHAPES, [_arrivals(shape, t) for t in factors.numbers], "factor"))
        found.append(shape)
    _check_shapes(book, result, found)
    return found


def _arrivals(shape: Shape, year: Term) -> Term:
    """Share of people whose lag ends in a year, in whole years."""
    inside = both((year - shape.lag_years).at_least(0), (year - shape.lag_years).below(len(shape.starts)))
    return when(inside, placed(span(shape.starts), year - shape.lag_years + 1), 0)


def _check_shapes(book: Book, result: Appraised, shapes: list[Shape]) -> None:
    used = result.workings
    for line, shape in enumerate(shapes):
        name = result.outcomes[line].name
        for what, path, printed, cells in (
            ("years of effect", "profiles", used.profiles, shape.yearly),
            ("arrivals", "arrivals", used.arrivals, shape.once),
        ):
            for t, cell in enumerate(cells):
                figure = f"{name}: {what}, {result.years[t]}"
                book.agrees(figure, f"workings.{path}[{line}][{t}]", "ratio", printed[line][t], cell)

"""The answer in a sentence, what it rests on, and the key facts."""

from commongoal.kernel.estimates import Estimate
from commongoal.kernel.pictures import Cell, estimate_cell
from commongoal.kernel.report import Fact
from commongoal.kernel.words import (
    Written,
    about_amount,
    amount,
    chance,
    clean,
    count_words,
    counted,
    day,
    isolated,
    jobs,
    percent,
    pounds,
    ratio,
    ratio_words,
    sentence,
    with_interval,
)  # fmt: skip
from commongoal.valuation.engine.results import Valuation

RULES = {
    "net": "Net: what people would have done without the programme is taken off.",
    "equal": "Gross: a job's value in equal parts along the pathway. What would happen anyway is not taken off.",
    "outcome_only": "Gross: value only where lasting work is reached. What would happen anyway is not taken off.",
    "relative": "For comparing providers given who they serve: these figures are not a return on what was spent.",
}
NO_COMPARISON = "none"
ASSUMED_SHAPE = "shape over stages is assumed"
"""Said by a basis that knows the programme's total and not its parts: who is credited then rests on that shape."""


def marks(v: Valuation) -> tuple[str, ...]:
    """What every figure made with the programme's worth and comparison must carry: "assumed", "unverified"."""
    given = [gain.mark for gain in v.gains] + [source.mark for source in v.sources if source.enters]
    found = {mark for marked in given for mark in marked.split()}
    found |= {"assumed"} if v.basis.startswith("assumed") else set()
    return tuple(sorted(found))


def heading(v: Valuation) -> str:
    """The answer: a ratio, or the value where there is no ratio, or the number of sustained jobs."""
    name = isolated(v.programme)
    if v.rule == "relative":
        return f"{name}: providers compared given who they serve, not a return on spending"
    if v.total.ratio is not None:
        ends = _interval_words(v.total.ratio, lambda x: ratio(x, v.unit))
        return f"{name}: about {ratio_words(v.total.ratio.point, v.unit)} ({ends})"
    ends = _interval_words(v.total.credit, lambda x: about_amount(x, v.unit).removesuffix(" sustained jobs"))
    what = "worth" if v.unit == "pounds" else "credited with"
    return f"{name}: {what} about {about_amount(v.total.credit.point, v.unit)} ({ends})"


def _interval_words(estimate: Estimate, written: Written) -> str:
    text = with_interval(estimate, written)
    return text[text.index(" (") + 2 : -1]


def basis_words(v: Valuation) -> str:
    """What stands for what would have happened anyway."""
    if v.basis.startswith(NO_COMPARISON):
        return "There is no comparison: nothing here says what would have happened anyway."
    return sentence(f"What would have happened anyway is {v.basis}")


def rests_on_shape(v: Valuation) -> bool:
    """Whether the division of net credit between providers rests on an assumed shape."""
    return v.rule == "net" and (v.basis.startswith("assumed") or ASSUMED_SHAPE in v.basis)


def definition(v: Valuation) -> str:
    """The ratio's definition, as it must stand beside every ratio."""
    per = "" if v.unit == "pounds" else " In sustained jobs for each £100,000."
    return (
        f"Ratio: {sentence(v.ratio_definition)}{per}" if v.ratio_definition else f"Ratio: credit divided by cost.{per}"
    )


def lead(v: Valuation) -> tuple[str, ...]:
    """What must be read with the answer: net or gross, the comparison, the ratio's definition, the value."""
    found = [f"{RULES.get(v.rule, f'Rule: {clean(v.rule)}.')} {basis_words(v)}"]
    if v.total.ratio is not None:
        found.append(definition(v))
        found.append(f"Value: about {with_interval(v.total.credit, lambda x: about_amount(x, v.unit))}.")
    elif v.total.why_no_ratio:
        found.append(f"There is no ratio: {clean(v.total.why_no_ratio)}.")
    if v.total.chance_above_one is not None:
        found.append(f"Chance that the value is more than the cost: {chance(v.total.chance_above_one)}.")
    if found_marks := marks(v):
        found.append(
            f"Some of the numbers that went in are {' or '.join(found_marks)}; figures that rest on them are marked."
        )
    return tuple(found)


def facts(v: Valuation) -> tuple[Fact, ...]:
    """The summary list."""
    given = marks(v)
    rows: list[tuple[str, str | Cell]] = [
        ("Place", clean(v.place)),
        ("Records up to", day(v.snapshot_on)),
        ("People", f"{count_words(v.people)}, in {counted(v.spells, 'spell', 'spells')} of support"),
        (
            "Reached lasting work",
            _sustained(v),
        ),
        (_credit_name(v), estimate_cell(v.total.credit, lambda x: amount(x, v.unit), given)),
    ]
    if v.unit == "pounds":
        rows.append(("The same in sustained jobs", estimate_cell(v.total.jobs, jobs, given)))
    rows += [
        (
            "Cost",
            Cell(
                pounds(v.total.cost), f"of which in kind {pounds(v.total.cost_in_kind)}" if v.total.cost_in_kind else ""
            ),
        ),
        ("Cost without an owner", f"{pounds(v.costs_without_owner)}, in the programme's cost and nobody else's"),
        ("Cost after the months that count", f"{pounds(v.costs_after_horizon)}, in the cost above"),
        ("Chance of lasting work, with the programme", estimate_cell(v.chance_with, percent)),
        (
            "Chance of lasting work, without it",
            estimate_cell(v.chance_without, percent, given, "not known: there is no comparison"),
        ),
    ]
    rows += (
        [("Part that would not have happened anyway", estimate_cell(v.additionality, percent, given))]
        if v.additionality
        else []
    )
    rows += (
        [("Pace without the programme, of the pace with it", estimate_cell(v.slowing, percent, given))]
        if v.slowing
        else []
    )
    return tuple(Fact(name, value if isinstance(value, Cell) else Cell(value)) for name, value in rows)


def _sustained(v: Valuation) -> str:
    late = count_words(v.sustained_after_horizon)
    return f"{count_words(v.sustained)}; {late} more only after the months that count"


def _credit_name(v: Valuation) -> str:
    return f"Credit ({v.rule.replace('_', ' ')}){'' if v.unit == 'pounds' else ', in sustained jobs'}"

"""The report of who pays, who gains and what would be fair."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from commongoal.kernel.pictures import Cell, Table, cells, heads
from commongoal.kernel.pictures.partners import Partner, Partners, partners_picture
from commongoal.kernel.report import Fact, Report, Section, figure
from commongoal.kernel.words import about_pounds, clean, isolated, listed, percent, pounds, sentence
from commongoal.valuation.engine.sharing import Matrix, Rule, Sharing, Split
from commongoal.valuation.files.sharing import SharingFile

NAMES: dict[Rule, str] = {
    "as_paid": "As paid now",
    "proportional": "In proportion to gain",
    "shapley": "By what each adds (Shapley)",
}
MEANINGS: dict[Rule, str] = {
    "as_paid": "What each bears today: its own spending, and what it hands over less what it is handed.",
    "proportional": "Every partner gains the same for each £1 it puts in.",
    "shapley": "Each keeps what it adds to a group of partners, averaged over all orders in which they could join.",
}
CONVEX = (
    "Nobody said what smaller groups of partners could do alone, so each is taken to bear the full cost for its own "
    "gains. Each partner that joins then adds at least as much to a larger group (the game is convex). Contributions "
    "by either rule are stable: without such a file the answer is always yes, everybody does best together."
)
LOSERS = "A partner loses by what is done. A group without that partner would not carry the loss."
INVENTED = "These figures are an illustration. No partner has agreed to them, and nobody should be held to them."


def partners_report(read: SharingFile, result: Sharing) -> Report:
    """The whole report."""
    marks = ("unverified",) if read.unverified else ()
    return Report(
        title=f"{clean(read.name)}: who pays, who gains",
        programme=clean(read.name),
        notice=INVENTED if read.invented else "",
        heading=_heading(read, result),
        marks=marks,
        lead=_lead(read, result),
        warnings=_warnings(result),
        facts=_facts(read, result),
        sections=(_who(read, result, marks), _by_year(result.matrix), _fair(result), _alone(result), _sources(read)),
    )


def _heading(read: SharingFile, result: Sharing) -> str:
    matrix = result.matrix
    return f"{isolated(read.name)}: {about_pounds(matrix.cost)} paid, {about_pounds(matrix.gain)} gained"


def _lead(read: SharingFile, result: Sharing) -> tuple[str, ...]:
    now = result.by("as_paid")
    names = {partner.id: partner.name for partner in result.matrix.partners}
    worse = [isolated(names[share.partner]) for share in now.shares if share.net < 0]
    told = f"{listed(worse)} would pay more than {'it gains' if len(worse) == 1 else 'they gain'}." if worse else (
        "As it is paid now, every partner gains at least what it pays."
    )  # fmt: skip
    return (told, *((sentence(read.note),) if read.note else ()))


def _warnings(result: Sharing) -> tuple[str, ...]:
    found = [f"{NAMES[split.rule]}: {split.why}" for split in result.splits if split.why]
    checked = next((split.core for split in result.splits if split.core), None)
    if checked and not checked.some_split_holds:
        found.append(
            "No split of the cost keeps every group of partners from doing better alone: "
            f"the best would still leave one {about_pounds(checked.least)} short."
        )
    return tuple(found)


def _facts(read: SharingFile, result: Sharing) -> tuple[Fact, ...]:
    matrix = result.matrix
    outside = float(matrix.present(matrix.outside).sum())
    moved = float(matrix.present(matrix.given).sum())
    discounted = read.discount_schedule if read.discount_schedule != "none" else "not discounted"
    told = [
        ("Partners", f"{len(matrix.partners)}"),
        ("Paid, counted once", pounds(matrix.cost)),
        ("Gained", pounds(matrix.gain)),
        ("Left over", pounds(matrix.gain - matrix.cost)),
        ("Handed from partner to partner", pounds(moved)),
        ("Of the gain, transfers from outside the table", pounds(outside)),
        ("Years", f"{matrix.years[0]} to {matrix.years[-1]}" if len(matrix.years) > 1 else matrix.years[0]),
        ("Prices of", read.price_year),
        ("Present values by", discounted),
    ]
    return tuple(Fact(name, Cell(clean(value))) for name, value in told)


def _who(read: SharingFile, result: Sharing, marks: tuple[str, ...]) -> Section:
    matrix = result.matrix
    paid, gained = matrix.present(matrix.paid), matrix.present(matrix.gained)
    unsure = {row.partner for row in read.gain if not row.verified} | {c.partner for c in read.cost if not c.verified}
    rows = tuple(
        Partner(p.name, float(pays), float(gains), ("unverified",) if p.id in unsure else ())
        for p, pays, gains in zip(matrix.partners, paid, gained, strict=True)
    )
    data = Partners("Who pays, who gains", rows, f"Present values, pounds of {read.price_year}.")
    caption = "What each partner pays on the left, what it gains on the right, and what is left at the end of its row."
    drawn = figure("partners", lambda key, width: partners_picture(data, key, width), caption, marks=marks)
    words = "Money handed from one partner to another counts once: for the giver, and no longer for the receiver."
    return Section("who", "Who pays, who gains", (words,), figure=drawn, tables=_handed(matrix))


def _handed(matrix: Matrix) -> tuple[Table, ...]:
    names = {partner.id: partner.name for partner in matrix.partners}
    rows = tuple(
        cells(names[move.giver], names[move.receiver], *(pounds(amount) for amount in move.pounds))
        for move in matrix.moved
    )
    headers = heads("From", "To", *matrix.years)
    return (Table("Money handed from partner to partner", headers, rows, text_columns=(0, 1)),) if rows else ()


def _by_year(matrix: Matrix) -> Section:
    """Paid, gained and net by year, before discounting, the net at the end of each row."""
    tables = tuple(
        _years(f"{name}, by year", matrix, amounts)
        for name, amounts in (("Paid", matrix.paid), ("Gained", matrix.gained), ("Net", matrix.net))
    )
    return Section("years", "By year", ("Before discounting, in the prices stated above.",), tables=tables)


def _years(caption: str, matrix: Matrix, amounts: NDArray[np.float64]) -> Table:
    def row(name: str, values: Sequence[float]) -> tuple[Cell, ...]:
        return cells(name, *(pounds(value) for value in values), pounds(sum(values)))

    rows = [row(p.name, [float(a) for a in of]) for p, of in zip(matrix.partners, amounts, strict=True)]
    rows.append(row("Everybody together", [float(a) for a in amounts.sum(axis=0)]))
    return Table(caption, heads("Partner", *matrix.years, "All years"), tuple(rows), footing=1)


def _fair(result: Sharing) -> Section:
    parts = tuple(_split(result, split) for split in result.splits)
    words = (
        "Three ways to share the same cost, as present values. A partner's share of the cost of any one year is its "
        "contribution in that year."
    )
    return Section("fair", "What would be fair", (words,), parts=parts)


def _split(result: Sharing, split: Split) -> Section:
    if split.why:
        return Section(split.rule, NAMES[split.rule], (MEANINGS[split.rule], split.why))
    names = {partner.id: partner.name for partner in result.matrix.partners}
    rows = tuple(
        cells(
            names[share.partner], pounds(share.contribution), percent(share.share_of_cost), pounds(share.gain),
            pounds(share.net), "nothing put in" if share.ratio is None else pounds(share.ratio, 2),
            pounds(share.settlement),
        )
        for share in split.shares
    )  # fmt: skip
    headers = heads("Partner", "Puts in", "Share of cost", "Gains", "Left over", "Gain for each £1", "Beyond today")
    table = Table(NAMES[split.rule], headers, rows)
    return Section(split.rule, NAMES[split.rule], (MEANINGS[split.rule], _core_words(split)), tables=(table,))


def _core_words(split: Split) -> str:
    if split.core is None or not split.complaining:
        return "With one partner there is no group that could do better alone."
    group = listed([isolated(name) for name in split.complaining])
    if split.core.in_core:
        return "No group of partners would do better alone."
    if len(split.complaining) == len(split.shares):
        return "This does not share out exactly what there is: everybody together would do better with nothing done."
    return f"Not stable: {group} would be {about_pounds(split.core.complaint)} better off without the others."


def _alone(result: Sharing) -> Section:
    """What groups could do alone, and what the check over all of them can show."""
    title = "Would any group do better alone?"
    if result.always_holds:
        return Section("alone", title, (CONVEX,))
    names = {partner.id: partner.name for partner in result.matrix.partners}
    rows = tuple(
        cells(listed([names[name] for name in scheme.partners]), pounds(scheme.pounds), scheme.source)
        for scheme in result.schemes
    )
    table = Table("What groups said they could win alone", heads("Group", "Present value", "Source"), rows, (0, 2))
    looked = f"Every group of partners was looked at, {2 ** len(result.matrix.partners) - 2:,} in all."
    words = (looked, *(() if rows else (LOSERS,)), *_stable(result))
    return Section("alone", title, words, tables=(table,) if rows else ())


def _stable(result: Sharing) -> tuple[str, ...]:
    """Whether there is any split that holds everybody."""
    core = next((split.core for split in result.splits if split.core), None)
    if core is None or not core.group:
        return ()
    if not core.some_split_holds:
        return ("There is no split of the cost under which no group would do better alone.",)
    most = about_pounds(-core.least)
    return (f"There are splits that hold everybody: the best leaves each group {most} above what it wins alone.",)


def _sources(read: SharingFile) -> Section:
    names = {partner.id: partner.name for partner in read.partner}

    def row(what: str, pounds_of: Sequence[float], source: str, verified: bool) -> tuple[Cell, ...]:
        return cells(what, Cell(pounds(sum(pounds_of)), marks=() if verified else ("unverified",)), source)

    rows = [row(f"{names[c.partner]} pays", c.pounds, c.source, c.verified) for c in read.cost]
    rows += [row(f"{names[g.partner]} gains, {g.kind}", g.pounds, g.source, g.verified) for g in read.gain]
    rows += [row(f"{names[m.giver]} hands {names[m.receiver]}", m.pounds, m.source, True) for m in read.moved]
    table = Table("Numbers that went in", heads("Number", "All years", "Source"), tuple(rows), (0, 2))
    words = "“Unverified” means that nobody has checked the number at its origin. Figures here have no interval."
    return Section("sources", "Sources", (words,), tables=(table,))

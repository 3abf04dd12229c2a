"""The sheet Inputs: every number and choice of the appraisal file, from which all else is computed."""

from dataclasses import dataclass, field
from typing import get_args

from commongoal.cli.report.audit.book import FIRST, Book, Sheet
from commongoal.cli.report.audit.terms import Term
from commongoal.valuation.engine.appraisal.chain import OF_OUTCOME, OF_PROFILE
from commongoal.valuation.engine.appraisal.model import (
    KINDS,
    Appraisal,
    Basis,
    Cost,
    CostKind,
    Number,
    Outcome,
    Profile,
    UnitValue,
)

HEADS = ("Table", "Row", "What", "Value", "Low", "High", "Unit", "Price year", "Source", "Mark")
WIDTHS = (15, 32, 26, 18, 14, 14, 24, 12, 70, 12)
FILE = "the appraisal file"
UNITS = {
    "population": "people",
    "impact": "share of those who stay",
    "deadweight": "as its basis says",
    "duration_months": "months",
    "drop_off": "share a year",
    "elasticity": "power",
}
CHOICES = {
    "deadweight_basis": get_args(Basis),
    "kind": (*KINDS, *get_args(CostKind)),
    "per": ("year", "once"),
    "goes_to": ("participants", "others"),
    "grades_rule": ("worst", "mean"),
}
"""What a choice may be."""
Key = tuple[str, int, str]


@dataclass(slots=True)
class Inputs:
    """References to the inputs by table, row of the file and field; `low` and `high` where there is a range."""

    sheet: Sheet
    cells: dict[Key, Term] = field(default_factory=dict)
    low: dict[Key, Term] = field(default_factory=dict)
    high: dict[Key, Term] = field(default_factory=dict)
    numbered: dict[Key, list[Term]] = field(default_factory=dict)
    row: int = FIRST

    def __call__(self, table: str, row: int, what: str) -> Term:
        return self.cells[table, row, what]

    def several(self, table: str, row: int, what: str) -> list[Term]:
        """Inputs of one row that are numbered: "grade 1", "grade 2"."""
        return self.numbered[table, row, what]

    def choice(self, key: Key, name: str, value: str | bool, source: str = FILE) -> None:
        """A word, or yes and no."""
        shown = ("yes" if value else "no") if isinstance(value, bool) else value
        self._begin(key, name, source)
        self.cells[key] = self.sheet.put(self.row, 3, shown, "input_text")
        if choices := ["yes", "no"] if isinstance(value, bool) else CHOICES.get(key[2]):
            self.sheet.page.data_validation(self.row, 3, self.row, 3, {"validate": "list", "source": list(choices)})
        self.row += 1

    def number(
        self, key: Key, name: str, value: float, unit: str = "share", source: str = FILE, style: str = "input"
    ) -> None:
        """A number without a range."""
        self._begin(key, name, source)
        table, row, what = key
        self.cells[key] = self.sheet.put(self.row, 3, value, style)
        self.numbered.setdefault((table, row, what.rpartition(" ")[0]), []).append(self.cells[key])
        self.sheet.say(self.row, 6, unit)
        self.row += 1

    def ranged(self, key: Key, name: str, given: Number | UnitValue | Cost, value: float, unit: str) -> None:
        """A number with its range, source and mark."""
        self.sheet.mark(self.row, 9, "" if given.verified else "unverified")
        self.low[key] = self.sheet.put(self.row, 4, given.low, "input")
        self.high[key] = self.sheet.put(self.row, 5, given.high, "input")
        self.number(key, name, value, unit, given.source, "number" if isinstance(given, Cost) else "input")

    def priced(self, key: Key) -> None:
        """Show the price year of the row before, which is an input of its own."""
        self.sheet.put(self.row - 1, 7, self.cells[key], "text")

    def _begin(self, key: Key, name: str, source: str) -> None:
        table, _, what = key
        for column, text in ((0, table.replace("_", " ")), (1, name), (2, what.replace("_", " ")), (8, source)):
            self.sheet.say(self.row, column, text)


def write_inputs(book: Book, appraisal: Appraisal) -> Inputs:
    """Every input of the file."""
    sheet = book.sheets["Inputs"]
    sheet.lay_out("Inputs", "Blue on cream is put in; change it and every sheet follows. One row for each.", WIDTHS, 3)
    sheet.heads(HEADS)
    inputs = Inputs(sheet)
    _conventions(inputs, appraisal)
    for row, agency in enumerate(appraisal.agencies):
        inputs.choice(("agencies", row, "public"), f"{agency.name} ({agency.id})", agency.public)
    for row, outcome in enumerate(appraisal.outcomes):
        _outcome(inputs, row, outcome, appraisal.profile_of(outcome.id))
    for row, value in enumerate(appraisal.unit_values):
        _value(inputs, row, value)
    for row, cost in enumerate(appraisal.costs):
        _cost(inputs, row, cost)
    sheet.page.autofilter(FIRST - 1, 0, inputs.row - 1, len(HEADS) - 1)
    return inputs


def _conventions(inputs: Inputs, appraisal: Appraisal) -> None:
    terms, given = appraisal.conventions, appraisal.distribution
    inputs.choice(("conventions", 0, "price_year"), "everything", terms.price_year)
    inputs.number(("conventions", 0, "first_discounted_year"), "everything", terms.first_discounted_year, "0 or 1")
    inputs.choice(("conventions", 0, "grades_rule"), "everything", terms.grades_rule)
    if given is not None:
        for name in ("taxpayers", "participants", "elasticity"):
            number = getattr(given, name)
            inputs.ranged(("distribution", 0, name), "incomes", number, number.value, UNITS.get(name, "pounds a year"))


def _outcome(inputs: Inputs, row: int, outcome: Outcome, profile: Profile) -> None:
    name = outcome.name
    inputs.choice(("outcomes", row, "deadweight_basis"), name, outcome.deadweight_basis)
    for what in OF_OUTCOME:
        number = getattr(outcome, what)
        inputs.ranged(("outcomes", row, what), name, number, number.value, UNITS.get(what, "share"))
    for place, grade in enumerate(outcome.grades, start=1):
        inputs.number(("outcomes", row, f"grade {place}"), name, grade, "1 best, 6 worst")
    for place, start in enumerate(profile.starts, start=1):
        inputs.number(("profiles", row, f"starts {place}"), name, start, "share who start that year")
    inputs.number(("profiles", row, "lag_months"), name, profile.lag_months, "months")
    for what in OF_PROFILE:
        number = getattr(profile, what)
        inputs.ranged(("profiles", row, what), name, number, number.value, UNITS[what])


def _value(inputs: Inputs, row: int, value: UnitValue) -> None:
    def key(what: str) -> Key:
        return "unit_values", row, what

    name = f"{value.name} ({value.outcome})"
    inputs.choice(key("price_year"), name, value.price_year, value.source)
    inputs.ranged(key("value"), name, value, value.value, "pounds a year" if value.per == "year" else "pounds, once")
    inputs.priced(key("price_year"))
    for what in ("kind", "per", "transfer", "wellbeing", "goes_to"):
        inputs.choice(key(what), name, getattr(value, what))
    inputs.number(key("cashable"), name, value.cashable, "share that frees a budget")
    for agency, share in value.shares.items():
        inputs.number(key(f"share {agency}"), name, share)


def _cost(inputs: Inputs, row: int, cost: Cost) -> None:
    def key(what: str) -> Key:
        return "costs", row, what

    inputs.choice(key("agency"), cost.name, cost.agency)
    inputs.choice(key("kind"), cost.name, cost.kind)
    inputs.choice(key("price_year"), cost.name, cost.price_year, cost.source)
    for place, amount in enumerate(cost.amounts, start=1):
        inputs.number(key(f"amount {place}"), cost.name, amount, f"pounds, in year {place}", cost.source)
        inputs.priced(key("price_year"))
        inputs.sheet.mark(inputs.row - 1, 9, "" if cost.verified else "unverified")
    inputs.ranged(key("cost"), cost.name, cost, 1.0, "times its amounts: the range only")
    for place, grade in enumerate(cost.grades, start=1):
        inputs.number(key(f"grade {place}"), cost.name, grade, "1 best, 6 worst")

"""The audit workbook of an appraisal: live formulas that compute every figure again, but for intervals and chances."""

from pathlib import Path

from commongoal.cli.report.audit.book import Book, open_book
from commongoal.cli.report.audit.cases import write_financial, write_mvpf, write_public, write_weight
from commongoal.cli.report.audit.checks import write_checks
from commongoal.cli.report.audit.effects import write_outcomes, write_profiles
from commongoal.cli.report.audit.factors import write_factors
from commongoal.cli.report.audit.front import write_front
from commongoal.cli.report.audit.inputs import write_inputs
from commongoal.cli.report.audit.money import Chained, write_outcome_money, write_shares, write_values
from commongoal.cli.report.audit.sensitivity import Parts, write_sensitivity
from commongoal.cli.report.audit.spending import write_costs
from commongoal.cli.report.audit.views import write_by_agency, write_by_kind, write_by_year
from commongoal.valuation.engine.appraisal.results import Appraised
from commongoal.valuation.engine.appraisal.tables import Tables
from commongoal.valuation.files.appraisals import tables_for


def write_audit_workbook(result: Appraised, path: Path, tables: Tables | None = None) -> None:
    """Write the workbook of a result, whole or not at all.

    `tables` are those that the appraisal was made with; without them, those that its conventions name.
    """
    part = path.with_name(path.name + ".part")
    book = open_book(part)
    _write(book, result, tables or tables_for(result.file))
    book.file.close()
    part.replace(path)


def _write(book: Book, result: Appraised, tables: Tables) -> None:
    """Every sheet, each from those before it."""
    inputs = write_inputs(book, result.file)
    factors = write_factors(book, inputs, result, tables)
    effects = write_outcomes(book, inputs, factors, result)
    shapes = write_profiles(book, inputs, factors, result)
    chain = Chained(inputs, factors, effects, shapes, result)
    values = write_values(book, chain, write_weight(book, inputs, result))
    write_outcome_money(book, effects, values, result)
    shares = write_shares(book, inputs, values, result)
    costs = write_costs(book, inputs, factors, result)
    write_financial(book, factors, values, costs, result)
    net = write_public(book, values, costs, result)
    write_mvpf(book, values, costs, result)
    write_by_agency(book, shares, costs, result)
    kinds = write_by_kind(book, values, shares, result)
    write_by_year(book, factors, kinds, costs, result)
    write_sensitivity(book, Parts(inputs, factors, effects, shapes, values, costs, net, result, tables))
    write_front(book, result, write_checks(book))

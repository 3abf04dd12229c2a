"""`commongoal work HOUSEHOLDS.toml --hours 30`, or one household by options."""

import argparse
import math
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from commongoal.cli import exits
from commongoal.cli.arguments import add_json
from commongoal.kernel.errors import Refused

if TYPE_CHECKING:
    from commongoal.valuation.engine.tax_benefit.gains import Agencies, MoveIntoWork
    from commongoal.valuation.engine.tax_benefit.households import Household
    from commongoal.valuation.engine.tax_benefit.rates import Rates

HEALTH = ("none", "lcw", "lcwra_protected", "lcwra_new")
NATIONS = ("england", "wales", "scotland", "northern_ireland")
FIELDS = (
    "nation", "london", "couple", "age", "partner_age", "children", "children_before_2017", "rent_month", "health",
    "partner_earnings",
)  # fmt: skip


class WhoseHousehold(Refused):
    """Say whose household it is: a file of households, or one by --single or --couple with --age; not both."""


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of `work`."""
    parser.add_argument("file", nargs="?", type=Path, metavar="HOUSEHOLDS.toml", help="[[households]] with shares")
    _add_job(parser)
    _add_household(parser)
    parser.add_argument("--toml", action="store_true", help="print [[valuation.job.gains]] to paste in a programme")
    parser.add_argument(
        "--id",
        action="append",
        default=[],
        type=_agency,
        metavar="WHO=ID",
        help="the programme's id for dwp, hmrc or residents, as in --id dwp=jobcentre",
    )
    add_json(parser)


def run(args: argparse.Namespace) -> int:
    """Work out who gains what a year, and show it."""
    from commongoal.valuation.engine.tax_benefit.gains import Agencies, move_into_work
    from commongoal.valuation.files.tax_rates import read_rate_book

    book = read_rate_book()
    rates = book.rates(args.year or book.years[-1])
    move = move_into_work(_mix(args), args.hours, rates.living_wage if args.pay is None else args.pay, rates)
    _show(move, Agencies(**dict(args.id)), args)
    return _warn_of_low_pay(move, rates)


def _add_job(parser: argparse.ArgumentParser) -> None:
    job = parser.add_argument_group("the job")
    job.add_argument("--hours", required=True, type=_hours, help="hours a week")
    job.add_argument("--pay", type=_pounds, help="pounds an hour; without it, the National Living Wage of the year")
    job.add_argument("--year", metavar="2025/26", help="tax year of the rates; without it, the latest there is")


def _add_household(parser: argparse.ArgumentParser) -> None:
    one = parser.add_argument_group("one household, in place of a file")
    alone = one.add_mutually_exclusive_group()
    alone.add_argument("--single", action="store_true", help="somebody without a partner")
    alone.add_argument("--couple", action="store_true", help="somebody with a partner")
    one.add_argument("--age", type=int, help="age of the person")
    one.add_argument("--partner-age", type=int, help="age of the partner")
    one.add_argument("--partner-earnings", type=_pounds, default=0.0, help="pounds a year")
    one.add_argument("--children", type=int, default=0, help="dependent children")
    one.add_argument("--children-before-2017", type=int, default=0, help="of them born before 6 April 2017")
    one.add_argument("--rent-month", type=_pounds, default=0.0, help="rent of a tenant, pounds a month")
    one.add_argument("--health", choices=HEALTH, default="none", help="what a work capability assessment found")
    one.add_argument("--nation", choices=NATIONS, default="england", help="where they live")
    one.add_argument("--london", action="store_true", help="in Greater London, for the benefit cap")


def _mix(args: argparse.Namespace) -> "tuple[Household, ...]":
    from commongoal.pathway.engine.programme import read_part
    from commongoal.valuation.engine.tax_benefit.households import Household
    from commongoal.valuation.files.tax_rates import read_households

    by_options = args.single or args.couple
    if bool(args.file) == bool(by_options):
        raise WhoseHousehold
    if args.file:
        return read_households(args.file)
    given = {key: getattr(args, key) for key in FIELDS if getattr(args, key) is not None}
    return (read_part(Household, given, "command line"),)


def _show(move: "MoveIntoWork", agencies: "Agencies", args: argparse.Namespace) -> None:
    from commongoal.cli.report.work import as_text, as_toml, as_values

    if args.json:
        from commongoal.cli.console import emit_json

        emit_json(as_values(move, agencies))
    else:
        sys.stdout.write(as_toml(move, agencies) if args.toml else as_text(move))


def _warn_of_low_pay(move: "MoveIntoWork", rates: "Rates") -> int:
    least = max(rates.minimum_wage(household.age) for household in move.mix)
    if move.pay >= least:
        return exits.DONE
    sys.stderr.write(f"Warning: £{move.pay:.2f} an hour is below the minimum wage of {rates.year}, £{least:.2f}.\n")
    return exits.PARTLY


def _number(text: str, most: float, what: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not 0 <= value <= most:
        raise argparse.ArgumentTypeError(f"{what}, not {text!r}")
    return value


def _hours(text: str) -> float:
    return _number(text, 100, "hours a week from 0 to 100")


def _pounds(text: str) -> float:
    return _number(text, 10_000_000, "pounds from 0 to 10,000,000")


def _agency(text: str) -> tuple[str, Any]:
    if not re.fullmatch(r"(dwp|hmrc|residents)=[a-z0-9][a-z0-9_]*", text):
        raise argparse.ArgumentTypeError(f"dwp=ID, hmrc=ID or residents=ID, the id in lower case, not {text!r}")
    who, _, name = text.partition("=")
    return who, name

"""`commongoal values list|show|uprate|import`."""

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from commongoal.cli import exits
from commongoal.cli.arguments import Parser, add_json

if TYPE_CHECKING:
    from commongoal.kernel.errors import Problem
    from commongoal.valuation.engine.parameters import UnitValue, Uprated
    from commongoal.valuation.files.unit_costs import Imported

KINDS = ("fiscal", "economic", "social")
LAYOUTS = ("gmca_v1_4_flat", "gmca_v1_4", "gmca_v3", "own")
DEFLATOR = "obr_2025_11"
SHOWN = 50


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the four subcommands."""
    commands = parser.add_subparsers(dest="verb", required=True, parser_class=Parser, metavar="list|show|uprate|import")
    every = commands.add_parser("list", help="unit values, one a line", description=list_values.__doc__)
    every.add_argument("words", nargs="*", metavar="WORD", help="only values whose code or detail holds every word")
    every.add_argument("--domain", default="", metavar="DOMAIN", help="only of this domain, such as employment")
    every.add_argument("--kind", choices=KINDS, help="only of this kind")
    _finish(every, list_values)
    show = commands.add_parser("show", help="one value with its source and agencies", description=show_value.__doc__)
    show.add_argument("code", metavar="CODE", help="such as 'E&E1.0' (in quotes: & means something to a shell)")
    _finish(show, show_value)
    uprate = commands.add_parser("uprate", help="a value in another year's prices", description=uprate_value.__doc__)
    uprate.add_argument("code", metavar="CODE", help="such as 'E&E1.0'")
    uprate.add_argument("--to", required=True, metavar="YEAR", help="the price year, such as 2025/26")
    uprate.add_argument("--deflator", default=DEFLATOR, metavar="VINTAGE", help=f"price index (default {DEFLATOR})")
    _finish(uprate, uprate_value)
    bring = commands.add_parser("import", help="read a unit cost table", description=import_values.__doc__)
    bring.add_argument("file", type=Path, metavar="FILE", help="CSV or workbook")
    bring.add_argument("--layout", choices=LAYOUTS, help="how it is laid out; a GMCA table is recognised without")
    bring.add_argument("--mapping", type=Path, metavar="FILE.toml", help="headings of a value bank of your own")
    bring.add_argument("--out", type=Path, metavar="FILE.csv", help="write the good values, for --own")
    bring.add_argument("--limit", type=int, default=SHOWN, metavar="N", help=f"problems to show (default {SHOWN})")
    add_json(bring)
    bring.set_defaults(verb_run=import_values)


def _finish(parser: argparse.ArgumentParser, verb: object) -> None:
    parser.add_argument("--own", type=Path, metavar="FILE.csv", help="values of your own that come first")
    add_json(parser)
    parser.set_defaults(verb_run=verb)


def run(args: argparse.Namespace) -> int:
    """Run the chosen subcommand."""
    return int(args.verb_run(args))


def list_values(args: argparse.Namespace) -> int:
    """Unit values with their price year, kind and mark; none is uprated."""
    from commongoal.valuation.files.parameters import book_with

    words = [word.casefold() for word in args.words]
    found = [
        value
        for value in book_with(args.own).unit_values()
        if args.domain.casefold() in ("", value.domain.casefold())
        and args.kind in (None, value.kind)
        and all(word in f"{value.code} {value.detail}".casefold() for word in words)
    ]
    if args.json:
        _emit([_as_json(value) for value in found])
        return exits.DONE
    _print_values(found)
    return exits.DONE


def show_value(args: argparse.Namespace) -> int:
    """Everything about one code: each kind's value, agencies, transfers, source and mark."""
    from commongoal.kernel.words import percent, pounds
    from commongoal.valuation.files.parameters import book_with

    found = book_with(args.own).kinds_of(args.code)
    if args.json:
        _emit([_as_json(value) for value in found])
        return exits.DONE
    lines = [f"{found[0].code}: {found[0].detail}"]
    for value in found:
        about = [f"{pounds(value.value, 2)} {value.unit.lower()}, {value.price_year} prices", _range(value), value.mark]
        lines += ["", f"{value.kind}: {'; '.join(part for part in about if part)}"]
        lines += [f"  {s.agency} {percent(s.share)}{', a transfer' if s.transfer else ''}" for s in value.shares]
        lines += [f"  note: {value.note}"] if value.note else []
        lines += [f"  source: {value.source}"]
    _say(lines)
    return exits.DONE


def uprate_value(args: argparse.Namespace) -> int:
    """A code's values in another year's prices, beside the originals."""
    from commongoal.kernel.words import pounds
    from commongoal.valuation.engine.parameters import uprate
    from commongoal.valuation.files.parameters import book_with

    book = book_with(args.own)
    deflator = book.deflator(args.deflator)
    found = [(value, uprate(value, deflator, args.to)) for value in book.kinds_of(args.code)]
    if args.json:
        _emit([_uprated_as_json(value, other) for value, other in found])
        return exits.DONE
    lines = [f"{found[0][0].code}: {found[0][0].detail}"]
    for value, other in found:
        was = f"{pounds(value.value, 2)} in {value.price_year} prices"
        said = "; ".join(part for part in (other.label, other.mark) if part)
        lines.append(f"{value.kind}: {pounds(other.value, 2)} in {other.price_year} prices, from {was}")
        lines.append(f"  by {args.deflator}, times {other.factor.value:.6f}{'; ' + said if said else ''}")
    _say(lines)
    return exits.DONE


def import_values(args: argparse.Namespace) -> int:
    """Read a unit cost table: good rows become values; for the others, what is wrong and what would be right.

    Layouts: the GMCA unit cost database (v1.4, flat or by kind; v3.0), and `own`, a value bank that you hold a licence
    for. Ends with 3 where some rows were left out, with 1 where none is good.
    """
    from commongoal.valuation.files.unit_costs import import_unit_costs
    from commongoal.valuation.files.value_banks import import_bank
    from commongoal.valuation.files.value_tables import written

    own = args.layout == "own" or args.mapping is not None
    found = import_bank(args.file, args.mapping) if own else import_unit_costs(args.file, args.layout or "")
    if args.out and found.values:
        args.out.write_text(written(found.values), encoding="utf-8")
    if args.json:
        _emit({**_import_as_json(found), "written": str(args.out) if args.out and found.values else None})
    else:
        _print_import(found, args)
    return exits.REFUSED if not found.values else exits.PARTLY if found.problems else exits.DONE


def _range(value: "UnitValue") -> str:
    from commongoal.kernel.words import pounds

    if value.low == value.high:
        return f"range: {value.range}" if value.range else ""
    return f"{pounds(value.low, 2)} to {pounds(value.high, 2)}"


def _as_json(value: "UnitValue") -> dict[str, object]:
    from dataclasses import asdict

    return {**asdict(value), "mark": value.mark, "transfer": value.transfer}


def _uprated_as_json(value: "UnitValue", other: "Uprated") -> dict[str, object]:
    figures = {name: getattr(other, name) for name in ("value", "low", "high", "price_year", "source", "mark", "label")}
    return {"code": value.code, "kind": value.kind, **figures, "original": _as_json(value), "factor": other.factor}


def _import_as_json(found: "Imported") -> dict[str, object]:
    values = [_as_json(value) for value in found.values]
    return {
        "layout": found.layout,
        "rows": found.rows,
        "rows_left_out": found.refused,
        "values": values,
        "problems": found.problems,
        "notes": found.notes,
    }


def _emit(value: object) -> None:
    from commongoal.cli.console import emit_json

    emit_json(value)


def _print_values(values: "Sequence[UnitValue]") -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    from commongoal.kernel.words import clean, pounds

    table = Table(title=f"{len(values):,} unit values", title_justify="left")
    for name in ("code", "kind", "pounds", "prices", "unit", "detail", "mark"):
        table.add_column(name, justify="right" if name == "pounds" else "left", overflow="fold")
    for value in values:
        cells = (value.code, value.kind, pounds(value.value, 2), value.price_year, value.unit, value.detail, value.mark)
        table.add_row(*(Text(clean(cell)) for cell in cells))
    Console(highlight=False, markup=False).print(table)


def _print_import(found: "Imported", args: argparse.Namespace) -> None:
    for title, problems in (("left out", found.problems), ("notes on what was kept", found.notes)):
        if problems:
            _say([f"{title}:", *(f"  {_plain(problem)}" for problem in problems[: args.limit])])
        if (more := len(problems) - args.limit) > 0:
            _say([f"  and {more:,} more; --json lists them all"])
    said = f"{found.layout}: {found.rows:,} rows, {found.refused:,} left out, {len(found.values):,} values"
    _say([said, *([f"written to {args.out}"] if args.out and found.values else [])])


def _plain(problem: "Problem") -> str:
    from commongoal.kernel.words import clean

    return clean(str(problem))


def _say(lines: Sequence[str]) -> None:
    import sys

    from commongoal.kernel.words import clean

    sys.stdout.writelines(f"{clean(line)}\n" for line in lines)

"""`commongoal places import|profile|check`."""

import argparse
from datetime import date, datetime
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from commongoal.cli import exits
from commongoal.cli.arguments import Parser, add_json

if TYPE_CHECKING:
    from commongoal.kernel.errors import Problem
    from commongoal.places.engine.geography import Geography
    from commongoal.places.engine.observations import Asked, Edition

OTHERS = {
    "profile": "print what is known of an area",
    "check": "say which headline figures about a place do not follow from the others",
}
"""Subcommands in modules of their own, `commongoal.cli.places_NAME`, each with `configure` and `run`."""
SHOWN = 50
SAID = ("dataset", "title", "source", "table")
LARGEST_BASE = 1_000_000
"""Nothing about a place is rounded to more; the site's form has the same bound."""


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the subcommands."""
    there = [name for name in OTHERS if find_spec(f"commongoal.cli.places_{name}")]
    words = "|".join(("import", *there))
    commands = parser.add_subparsers(dest="verb", required=True, parser_class=Parser, metavar=words)
    bring = commands.add_parser("import", help="read official figures, lookups and boundaries into a store",
                                description=import_files.__doc__)  # fmt: skip
    _add_import(bring)
    bring.set_defaults(verb_run=import_files)
    for name in there:
        module = import_module(f"commongoal.cli.places_{name}")
        other = commands.add_parser(name, help=OTHERS[name], description=f"{OTHERS[name].capitalize()}.")
        module.configure(other)
        other.set_defaults(verb_run=module.run)


def _add_import(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add("files", type=Path, nargs="+", metavar="FILE", help="figures, a lookup of areas, or boundaries in GeoJSON")
    add("--into", required=True, type=Path, metavar="STORE", help="the folder of the store; it is made if need be")
    add("--fetched-on", type=_day, metavar="DATE", help="the day the files were fetched (default: the file's own date)")
    for name in SAID:
        add(f"--{name}", type=_words, default="", metavar="TEXT", help=f"the {name}, where the file does not say")
    add(
        "--vintage",
        type=_vintage,
        action="append",
        default=[],
        metavar="KIND=YEAR",
        help="year of its areas: lsoa=2011",
    )
    add("--rounding", type=_base, metavar="BASE", help="the base to which figures are rounded; 0 where they are not")
    add("--perturbed", action="store_true", help="figures were moved at random, so that nobody can be told from them")
    add("--mapping", type=Path, metavar="M.toml", help="says which column of a tidy file is what")
    add("--layout", default="", metavar="L", help="the layout, where it should not be found out from the file")
    add("--keep-good", action="store_true", help="leave faulty rows out instead of refusing the file")
    add("--dry-run", action="store_true", help="read and check, write nothing")
    add_json(parser)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"a day as year-month-day, such as 2026-03-31, not {text!r}") from None


def _name(path: Path) -> str:
    """The name of a file, as it can be told and kept."""
    return _words(path.name)


def _words(text: str) -> str:
    """Words without what could steer a terminal, nor bytes that are no text."""
    from commongoal.kernel.words import clean

    return clean(text)


def _base(text: str) -> float:
    try:
        base = float(text)
    except ValueError:
        base = -1.0
    if not 0 <= base <= LARGEST_BASE:  # nor is "nan" between the two
        raise argparse.ArgumentTypeError(f"a number from 0 to {LARGEST_BASE:,}, such as 5, not {text!r}")
    return base


def _vintage(text: str) -> tuple[str, str]:
    from commongoal.places.engine.areas import AreaKind

    kind, _, year = text.partition("=")
    if kind not in set(AreaKind) or not (year.isascii() and year.isdigit() and len(year) == 4):
        raise argparse.ArgumentTypeError(f"a kind of area and a year, such as lsoa=2011, not {text!r}")
    return kind, year


def run(args: argparse.Namespace) -> int:
    """Run the chosen subcommand."""
    return int(args.verb_run(args))


def import_files(args: argparse.Namespace) -> int:
    """Read files of official figures, lookups and boundaries into a store. Each is kept whole or not at all.

    Every fault is told at once. With one faulty file, nothing of any file is written, unless --keep-good leaves its
    faulty rows out.
    """
    from commongoal.cli.console import progress
    from commongoal.kernel.errors import BadInput, Problem

    faults: list[Problem] = []
    kept: list[dict[str, Any]] = []
    takers = []
    with progress("Importing", steps=2 * len(args.files)) as work:
        for path in sorted(args.files, key=lambda path: _sort(path) != "lookup"):  # names of areas first
            work.advance(_name(path))
            try:
                takers.append(_read(path, args))
            except BadInput as refused:
                faults += refused.problems
        if faults:
            raise BadInput(faults)
        for take in takers:
            work.advance()
            kept.append(take())
    _tell(kept, args)
    return exits.PARTLY if any(entry["left_out"] for entry in kept) else exits.DONE


def _sort(path: Path) -> str:
    """What a file is taken for: a lookup, boundaries, or figures."""
    if path.suffix.casefold() in (".geojson", ".json"):
        return "boundaries"
    if path.suffix.casefold() == ".parquet":
        return "lookup"
    import re

    from commongoal.places.engine.lookup_file import COLUMN

    with path.open("rb") as file:
        header = file.readline(1 << 20).decode("utf-8-sig", "replace").casefold()
    names = [name.strip(' "\r\n') for name in header.split(",")]
    areas = {parts[1] for name in names if (parts := COLUMN.fullmatch(name)) and parts[3] == "code"}
    others = [
        name for name in names if not COLUMN.fullmatch(name) and not re.fullmatch(r"change_code|msoa\d+hclnm|", name)
    ]
    return "lookup" if len(areas) > 1 and not others else "figures"


def _read(path: Path, args: argparse.Namespace) -> Any:
    """What keeps a file that was read, and says what was kept. Raises `BadInput`."""
    sort = _sort(path) if not args.layout and not args.mapping else "figures"
    if sort == "boundaries":
        return _boundaries(path, args)
    return _lookup(path, args) if sort == "lookup" else _figures(path, args)


def _figures(path: Path, args: argparse.Namespace) -> Any:
    from commongoal.places.engine.catalogue import check_fetched
    from commongoal.places.files.reading import read_path
    from commongoal.places.files.store import keep

    mapping = args.mapping.read_bytes() if args.mapping else b""
    reading = read_path(path, _asked(path, args), args.layout, mapping, _geography(args.into))
    check_fetched(reading.edition.fetched_on, datetime.now().astimezone().date())

    def take() -> dict[str, Any]:
        edition = reading.edition if args.dry_run else keep(args.into, reading)
        return _entry(path, edition.name, edition.rows, reading.problems, reading.remarks, edition)

    return take


def _lookup(path: Path, args: argparse.Namespace) -> Any:
    from commongoal.kernel.errors import BadInput
    from commongoal.places.files.lookups import keep_lookup, read_lookup

    found = read_lookup(path.read_bytes(), _name(path))
    if found.problems and not args.keep_good:
        raise BadInput(found.problems)

    def take() -> dict[str, Any]:
        names = [table.name for table in found.tables] if args.dry_run else keep_lookup(args.into, found)
        rows = sum(len(table.rows) for table in found.tables)
        return _entry(path, ", ".join(names), rows, found.problems, found.remarks, None)

    return take


def _boundaries(path: Path, args: argparse.Namespace) -> Any:
    from commongoal.places.files.boundaries import keep_outlines, read_geojson

    outlines = read_geojson(path.read_bytes(), _name(path))

    def take() -> dict[str, Any]:
        name = "" if args.dry_run else keep_outlines(args.into, outlines)
        return _entry(path, name, len(outlines.outlines), (), outlines.remarks, None)

    return take


def _geography(store: Path) -> "Geography | None":
    """The areas whose lookups the store keeps."""
    from commongoal.places.files.lookups import kept_geography

    return kept_geography(store) if (store / "lookups").is_dir() else None


def _asked(path: Path, args: argparse.Namespace) -> "Asked":
    from commongoal.places.engine.observations import Asked, Perturbation

    fetched = args.fetched_on or datetime.fromtimestamp(path.stat().st_mtime).astimezone().date()
    return Asked(
        fetched_on=fetched,
        **{name: getattr(args, name) for name in SAID},
        vintages=tuple(args.vintage),
        rounding=args.rounding,
        perturbation=Perturbation.NOISE if args.perturbed else None,
        keep_good=args.keep_good,
    )


def _entry(path: Path, name: str, rows: int, problems: Any, remarks: Any, edition: "Edition | None") -> dict[str, Any]:
    from commongoal.places.files.store import edition_as_data

    told = edition_as_data(edition) if edition else None
    kept = {"file": _name(path), "kept_as": name, "rows": rows}
    return kept | {"left_out": problems, "remarks": remarks, "edition": told}


def _tell(kept: list[dict[str, Any]], args: argparse.Namespace) -> None:
    if args.json:
        from commongoal.cli.console import emit_json

        emit_json({"written": not args.dry_run, "files": kept})
        return
    from rich.console import Console

    console = Console(highlight=False, markup=False, soft_wrap=True)
    for entry in kept:
        console.print(_line(entry, args.dry_run))
        if entry["edition"]:
            console.print(f"  {_about(entry['edition'])}")
        for words, problems in (("left out", entry["left_out"]), ("to know", entry["remarks"])):
            _list(console, words, problems)


def _line(entry: dict[str, Any], dry: bool) -> str:
    what = "no fault found, nothing written" if dry else f"kept as {entry['kept_as']}"
    return f"{entry['file']}: {entry['rows']:,} rows, {what}"


def _about(edition: dict[str, Any]) -> str:
    """Dataset, periods, years of areas, rounding and perturbation, in a line."""
    years = ", ".join(f"{kind} of {year}" for kind, year in edition["vintages"]) or "year of the areas not stated"
    base = edition["rounding"]
    rounded = "rounding not stated" if base is None else f"rounded to {base:g}" if base else "not rounded"
    moved = {"none": "", "noise": "; perturbed"}.get(edition["perturbation"], "; perturbation not stated")
    return f"{edition['dataset']}, {edition['first']} to {edition['last']}; {years}; {rounded}{moved}"


def _list(console: Any, words: str, problems: "tuple[Problem, ...]") -> None:
    for problem in problems[:SHOWN]:
        console.print(f"  {words}: {problem}")
    if (more := len(problems) - SHOWN) > 0:
        console.print(f"  and {more:,} more; --json lists them all")

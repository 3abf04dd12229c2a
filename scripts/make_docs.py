"""Write the reference pages in docs/reference from the code that they describe.

    python scripts/make_docs.py            write them
    python scripts/make_docs.py --check    write nothing; end with 1 when a page is not what would be written

A page whose module does not exist yet is left out.
"""

import argparse
import inspect
import json
import os
import re
import sys
from collections.abc import Iterator
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any, get_args

os.environ["COLUMNS"] = "100"  # argparse lays help out for the terminal it finds

ROOT = Path(__file__).resolve().parent.parent
REFERENCE = ROOT / "docs" / "reference"
MADE = "<!-- made by `make docs`; change the code instead -->\n"


def pages() -> dict[str, str]:
    """File name -> text of every generated page."""
    makers = {
        "appraisal.md": appraisal_page,
        "cli.md": cli_page,
        "ledger.md": ledger_page,
        "permissions.md": permissions_page,
        "programme.md": programme_page,
        "python.md": python_page,
    }
    return {name: f"{MADE}{make().rstrip()}\n" for name, make in makers.items()}


def cli_page() -> str:
    """The command line, from its help."""
    from commongoal.cli import main

    parts = [
        "# The command line\n",
        "Options of each command, as its own `--help` prints them.\n",
        fence(main.help_text()),
    ]
    for name in (*main.COMMANDS, *main.JOINED):
        if not exists(f"commongoal.cli.{name}") and not exists(f"commongoal.{name}.command"):
            continue
        for parser in with_children(main.parser_of(name)):
            parts += [f"## {parser.prog}\n", fence(parser.format_help())]
    return "\n".join(parts)


def with_children(parser: argparse.ArgumentParser) -> Iterator[argparse.ArgumentParser]:
    """A parser and those of its sub-commands, in order."""
    yield parser
    for action in parser._subparsers._group_actions if parser._subparsers else ():
        for child in (action.choices or {}).values() if isinstance(action.choices, dict) else ():
            yield from with_children(child)


def ledger_page() -> str:
    """The ledger's format, from its one definition."""
    ledger = import_module("commongoal.pathway.engine.ledger")
    parts = [f"# The ledger, format version {ledger.FORMAT_VERSION}\n", paragraphs(ledger.__doc__)]
    parts.append("A ledger is a folder with one file for each table: CSV, XLSX or Parquet in, Parquet out.\n")
    for table in ledger.TABLES:
        need = "Required." if table.required else "Optional."
        parts += [f"## {table.name}\n", f"{table.meaning} {need}\n"]
        parts.append("| column | holds | may be empty | values from | meaning |\n|---|---|---|---|---|")
        parts += [column_row(column) for column in table.columns]
        parts.append(f"\nNo two rows share all of: {', '.join(f'`{name}`' for name in table.key)}.\n")
    return "\n".join(parts)


def column_row(column: Any) -> str:
    """One column of a ledger table as a row of the page."""
    among = " or ".join(f"`{part}`" for part in column.among.split("|")) if "|" in column.among else column.among
    empty = "no" if column.required else "yes"
    values = among if "|" in column.among else words(among)
    return f"| `{column.name}` | {column.kind} | {empty} | {values} | {column.meaning} |"


RELATION_WORDS = {
    "own": "the viewer's organisation works with the person, or the record belongs to that organisation",
    "referred": "the person was referred to the viewer's organisation",
    "agreed": "the person agreed that the viewer's organisation may see",
    "named": "the viewer is named on a restricted record",
    "sent": "the viewer's organisation sent the referral",
    "received": "the viewer's organisation received the referral",
    "self": "the record is about the viewer",
    "any": "whatever the relation",
}


def permissions_page() -> str:
    """Who may do what, from the one table that every page, query and action asks."""
    permissions = import_module("commongoal.access.engine.permissions")
    roles = permissions.COLUMNS
    parts = [
        "# Who may do what\n",
        paragraphs("""
            Every page, query and action asks this one table. A row is something that can be done, a column a role, and
            a cell says how the viewer must stand to the record. An empty cell is never. What is not here nobody may do.
        """),
        "A relation to a person counts only while it runs; a restricted record answers to the staff named on it.\n",
        f"| | {' | '.join(roles)} |",
        f"|---|{'---|' * len(roles)}",
    ]
    for verb, cells in permissions.table().items():
        told = " | ".join(", ".join(word for word in permissions.Relation if word in cells[role]) for role in roles)
        parts.append(f"| {verb} | {told} |")
    parts += ["\n## How a viewer stands to a record\n"]
    parts += [f"* **{word}**: {RELATION_WORDS[word]}" for word in permissions.Relation]
    return "\n".join(parts)


def programme_page() -> str:
    """The programme file, from the classes that read it."""
    return file_page(
        "The programme file",
        ("commongoal.pathway.engine.programme", "Programme"),
        ("commongoal.valuation.engine.terms", "Terms"),
    )


def appraisal_page() -> str:
    """The appraisal file, from the classes that read it."""
    return file_page("The appraisal file", ("commongoal.valuation.engine.appraisal.model", "Appraisal"))


def file_page(title: str, *models: tuple[str, str]) -> str:
    """A file in TOML, from the classes that read it: module and name of each outermost one."""
    parts = [f"# {title}\n"]
    for module_name, top in models:
        module = import_module(module_name)
        parts.append(paragraphs(module.__doc__))
        for model in tables_under(getattr(module, top)):
            parts += [f"## {model.__name__}\n", paragraphs(model.__doc__), field_table(model)]
    return "\n".join(parts)


def tables_under(model: Any) -> list[Any]:
    """A pydantic class and those that its keys hold, each once, from the outside in."""
    found = [model]
    for current in found:
        inner = [part for field in current.model_fields.values() for part in parts_of(field.annotation)]
        found += [part for part in dict.fromkeys(inner) if part not in found]
    return found


def parts_of(annotation: Any) -> list[Any]:
    """The pydantic classes somewhere inside a type."""
    if hasattr(annotation, "model_fields"):
        return [annotation]
    return [part for inner in get_args(annotation) for part in parts_of(inner)]


def field_table(model: Any) -> str:
    """A table of the keys of one pydantic class."""
    rows = ["| key | holds | default | meaning |\n|---|---|---|---|"]
    for name, field in model.model_fields.items():
        default = "required" if field.is_required() else shown_default(field)
        meaning = field.description or ""
        rows.append(f"| `{name}` | {type_words(field)} | {default} | {escape(meaning)} |")
    return "\n".join(rows) + "\n"


def shown_default(field: Any) -> str:
    """What a key is when the file leaves it out."""
    value = field.get_default(call_default_factory=True)
    if value in (None, "", (), {}):
        return "none"
    return f"`{json.dumps(value)}`" if isinstance(value, bool | tuple) else f"`{value}`"


def type_words(field: Any) -> str:
    """The type of a key in the words of the file, with its bounds."""
    bounds = [str(part) for part in field.metadata if type(part).__name__ in ("Ge", "Gt", "Le", "Lt")]
    signs = {"Ge(ge=": "at least ", "Gt(gt=": "above ", "Le(le=": "at most ", "Lt(lt=": "below "}
    for sign, word in signs.items():
        bounds = [bound.replace(sign, word).rstrip(")") for bound in bounds]
    return escape(", ".join([annotation_words(field.annotation), *bounds]))


def annotation_words(annotation: Any) -> str:
    """A Python type as somebody who writes TOML would say it."""
    simple = {str: "text", int: "whole number", float: "number", bool: "true or false", type(None): "", Any: "anything"}
    if annotation in simple:
        return simple[annotation]
    inner = get_args(annotation)
    origin = getattr(annotation, "__origin__", None)
    if getattr(annotation, "__metadata__", None):
        return annotation_words(origin)
    if origin is tuple:
        listed = [annotation_words(part) for part in inner if part is not Ellipsis]
        return f"list of {listed[0]}" if Ellipsis in inner else f"pair of {' and '.join(listed)}"
    if origin is dict:
        return f"table of {annotation_words(inner[1])}"
    if origin is not None and str(origin) == "typing.Literal":
        return " or ".join(f"`{part}`" for part in inner)
    if inner:
        return " or ".join(part for part in map(annotation_words, inner) if part)
    return f"{getattr(annotation, '__name__', annotation)}"


def python_page() -> str:
    """The public face of the package, from its docstrings."""
    package = import_module("commongoal")
    parts = ["# In Python\n", paragraphs(package.__doc__)]
    for name in package.__all__:
        if name.startswith("_") or not exists(package._HOMES[name]) or not hasattr(package, name):
            continue
        thing = getattr(package, name)
        parts += [f"## {name}\n", fence(signature_of(name, thing), "python"), paragraphs(thing.__doc__)]
        if inspect.isclass(thing):
            parts += [method_line(name, method) for method in methods_of(thing)]
    return "\n".join(parts)


def signature_of(name: str, thing: Any) -> str:
    """How a function is called, or which fields a class has."""
    if inspect.isfunction(thing):
        return call_of(name, inspect.signature(thing))
    fields = getattr(thing, "__dataclass_fields__", {})
    lines = [f"    {field}: {type_text(spec.type)}" for field, spec in fields.items()]
    return "\n".join([f"class {name}({', '.join(base.__name__ for base in thing.__bases__)})", *lines])


def call_of(name: str, signature: inspect.Signature) -> str:
    """A call, one argument a line, without module names."""
    lines, starred = [], False
    for argument in signature.parameters.values():
        if argument.kind is argument.KEYWORD_ONLY and not starred:
            lines, starred = [*lines, "    *,"], True
        default = "" if argument.default is argument.empty else f" = {default_text(argument.default)}"
        lines.append(f"    {argument.name}: {type_text(argument.annotation)}{default},")
    return "\n".join([f"{name}(", *lines, f") -> {type_text(signature.return_annotation)}"])


def default_text(value: Any) -> str:
    """A default as it stands in the code; a function has no text, so it is left open."""
    return "..." if callable(value) else repr(value)


def type_text(kind: Any) -> str:
    """A type as it stands in the code, without module names."""
    return (
        kind if isinstance(kind, str) else re.sub(r"\b(?:[a-z_]+\.)+(?=[A-Za-z])", "", inspect.formatannotation(kind))
    )


def methods_of(thing: Any) -> list[Any]:
    """The public, documented methods that a class defines itself."""
    found = [value for key, value in vars(thing).items() if not key.startswith("_")]
    return [value for value in found if inspect.isfunction(value) and value.__doc__]


def method_line(owner: str, method: Any) -> str:
    """One method as an entry of a list."""
    return f"* `{owner}.{method.__name__}`: {' '.join((method.__doc__ or '').split())}\n"


def paragraphs(doc: str | None) -> str:
    """A docstring as Markdown, double back-ticks made single."""
    return inspect.cleandoc(doc or "").replace("``", "`") + "\n"


def fence(text: str, language: str = "text") -> str:
    """A block of literal text."""
    return f"```{language}\n{text.rstrip()}\n```\n"


def words(name: str) -> str:
    """A name of the code as words."""
    return name.replace("_", " ")


def escape(text: str) -> str:
    """Text that may stand in a cell of a table."""
    return text.replace("|", "\\|")


def exists(module: str) -> bool:
    """Whether a module can be imported, without importing it."""
    try:
        return find_spec(module) is not None
    except ModuleNotFoundError:
        return False


def stale() -> list[str]:
    """Names of pages that are not what would be written now."""
    return [name for name, text in pages().items() if not _same(REFERENCE / name, text)]


def _same(path: Path, text: str) -> bool:
    return path.is_file() and path.read_text(encoding="utf-8") == text


def main(words_given: list[str]) -> int:
    """Write the pages, or with `--check` only compare them."""
    if "--check" in words_given:
        old = stale()
        print(
            "\n".join(f"docs/reference/{name} is out of date: run `make docs`" for name in old)
            or "reference is current"
        )
        return 1 if old else 0
    REFERENCE.mkdir(parents=True, exist_ok=True)
    for name, text in pages().items():
        (REFERENCE / name).write_text(text, encoding="utf-8")
        print(f"docs/reference/{name}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

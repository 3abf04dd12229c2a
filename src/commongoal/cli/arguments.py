"""The argument parser that every command gets: help keeps its layout, options are never guessed from a prefix."""

import argparse
from typing import Any, NoReturn

from commongoal.cli import exits


class Parser(argparse.ArgumentParser):
    """An argument parser whose help ends with the exit codes, and whose errors say where help is."""

    def __init__(self, **settings: Any) -> None:
        settings.setdefault("formatter_class", argparse.RawDescriptionHelpFormatter)
        settings.setdefault("allow_abbrev", False)
        super().__init__(**settings)

    def format_help(self) -> str:
        """The usual help, then the exit codes."""
        return f"{super().format_help()}\nexit codes:\n{exits.exit_lines()}\n"

    def error(self, message: str) -> NoReturn:
        """One line about what was not understood, and the usage; ends with the exit code for usage."""
        self.exit(exits.USAGE, f"{self.prog}: {message}\n{self.format_usage()}'{self.prog} --help' says more.\n")


def add_json(parser: argparse.ArgumentParser) -> None:
    """Give a command its `--json`."""
    parser.add_argument("--json", action="store_true", help="one JSON document on standard output, nothing else there")

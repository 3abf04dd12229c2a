"""Any report as a page or on a terminal, whatever it was made of."""

from markupsafe import Markup
from rich.console import Console

from commongoal.cli.report.html import _environment, _text
from commongoal.cli.report.terminal import _section, _top
from commongoal.kernel.report import Report

FROM_A_LEDGER = "Made by Common Goal from one ledger of what happened to people."


def page_of(report: Report, made_from: str) -> str:
    """The report as one HTML file; `made_from` ends the sentence "Made by Common Goal from ..."."""
    page = _environment().get_template("report.html.j2")
    written = page.render(report=report, css=Markup(_text("report.css")))  # noqa: S704 - our own style sheet
    return written.replace(FROM_A_LEDGER, f"Made by Common Goal from {Markup.escape(made_from)}.")


def print_page(report: Report, console: Console | None = None) -> None:
    """The report on a terminal, without its pictures."""
    out = console or Console(highlight=False)
    _top(report, out)
    for section in report.sections:
        _section(section, out, 2)

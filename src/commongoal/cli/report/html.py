"""A valuation as one HTML file that needs no network and no script, and prints."""

import re
from functools import cache
from importlib.resources import files

from jinja2 import Environment, FunctionLoader, StrictUndefined
from markupsafe import Markup

from commongoal.kernel.pictures import ratios_picture
from commongoal.kernel.words import clean
from commongoal.valuation.engine.report import report_of
from commongoal.valuation.engine.report.drawn import ratios_of
from commongoal.valuation.engine.results import Valuation

RANGE = re.compile(r"[^a-z]+ to [^a-z]+")
"""An interval, which a line break must not split; reasons may wrap."""


def as_html(v: Valuation) -> str:
    """The whole page. Text is escaped by the template; only the pictures, which escape their own, go in as they are."""
    page = _environment().get_template("report.html.j2")
    return page.render(report=report_of(v), css=Markup(_text("report.css")))  # noqa: S704 - our own style sheet


def ratios_svg(v: Valuation) -> str:
    """The picture of the providers' ratios alone, for a page such as the README."""
    return ratios_picture(ratios_of(v, "provider")).svg + "\n"


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FunctionLoader(_text), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters["clean"] = clean
    environment.filters["drawn"] = Markup
    environment.tests["range"] = lambda text: bool(RANGE.fullmatch(text))
    return environment


def _text(name: str) -> str:
    return (files("commongoal.cli.report") / "templates" / name).read_text(encoding="utf-8")

"""What the programme was worth: the newest valuation, or any one run, in four pages."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache

from django.http import HttpResponse
from django.template.loader import render_to_string

from commongoal.access.engine.permissions import allowed
from commongoal.access.queries.sharing import programmes_on
from commongoal.kernel.pictures import Table
from commongoal.kernel.spreadsheets import csv_text
from commongoal.kernel.words import number
from commongoal.valuation.engine.report import Report, Section, answers
from commongoal.valuation.engine.results import Valuation
from commongoal.valuation.engine.runs import STEPS, RunFound, RunStatus
from commongoal.valuation.queries.runs import newest_runs, run, shown_result, whole_result
from commongoal.web.routing import Page, Request, Route, goto

TABS = (
    ("value_run", "What it was worth"),
    ("value_credit", "Providers and help"),
    ("value_sharing", "Who pays, who gains"),
    ("value_method", "How it was worked out"),
)


def value(request: Request) -> Page | HttpResponse:
    """The newest finished run of the one programme that runs, or the programmes to choose from."""
    newest = newest_runs(request.viewer)
    programmes = programmes_on(request.today)
    if len(programmes) == 1:
        (one,) = programmes
        return goto("value_run", newest[one.id]) if one.id in newest else goto("value_runs", one.id)
    valued = sum(one.id in newest for one in programmes)
    heading = f"{valued} of {len(programmes)} programmes are valued" if programmes else "No programme is running"
    values = {"heading": heading, "programmes": [(one, newest.get(one.id)) for one in programmes]}
    return Page("commongoal/value/programmes.html", values)


def worth(request: Request, run: int) -> Page:
    """What came back for what was spent; how far it is while it is being worked out, and why where it failed."""
    found = _run(request, run)
    if found.status is not RunStatus.DONE:
        return Page("commongoal/value/progress.html", _progress(request, found))
    return _told(request, found, "value_run", answers.worth_page)


def credit(request: Request, run: int) -> Page | HttpResponse:
    """Value of each provider and kind of help, with intervals."""
    return _part(request, run, "value_credit", answers.credit_page)


def sharing(request: Request, run: int) -> Page | HttpResponse:
    """Who pays and who gains."""
    return _part(request, run, "value_sharing", answers.sharing_page)


def method(request: Request, run: int) -> Page | HttpResponse:
    """Limits, conventions, sources, and the run itself."""
    return _part(request, run, "value_method", answers.method_page)


def tables(request: Request, run: int) -> HttpResponse:
    """Every table of the four pages, as they show them, one under another."""
    found = _run(request, run)
    if found.status is not RunStatus.DONE:
        return goto("value_run", run)
    v = shown_result(found, request.viewer)
    pages = (answers.worth_page(v), answers.credit_page(v), answers.sharing_page(v), answers.method_page(v))
    text = csv_text(row for page in pages for section in page.sections for row in _rows(section))
    return _file(f"\ufeff{text}", "text/csv; charset=utf-8", f"value-{found.snapshot_on}-run-{found.id}.csv")


def result(request: Request, run: int) -> HttpResponse:
    """The whole result, small counts and all, for those who work with it."""
    found = _run(request, run)
    if found.status is not RunStatus.DONE:
        return goto("value_run", run)
    text = whole_result(run, request.viewer)
    return _file(text, "application/json", f"value-{found.snapshot_on}-run-{found.id}.json")


def _run(request: Request, pk: int) -> RunFound:
    return run(pk, request.viewer)


def _part(request: Request, pk: int, name: str, told: Callable[[Valuation], Report]) -> Page | HttpResponse:
    found = _run(request, pk)
    return _told(request, found, name, told) if found.status is RunStatus.DONE else goto("value_run", pk)


def _told(request: Request, found: RunFound, name: str, told: Callable[[Valuation], Report]) -> Page:
    report, sections = _drawn(_Drawn(found.id, found.digest, name, shown_result(found, request.viewer), told))
    values = {
        "run": found,
        "report": report,
        "sections": sections,
        "tabs": [(tab, words, tab == name) for tab, words in TABS],
        "first": name == "value_run",
        "identity": _identity(found) if name == "value_method" else (),
        "left_out": [(reason[:1].upper() + reason[1:], number(rows)) for reason, rows in found.left_out.items()],
        "may_run": allowed(request.viewer, "run valuation"),
    }
    return Page("commongoal/value/report.html", values)


@dataclass(frozen=True, slots=True)
class _Drawn:
    """A page of a finished run, which never changes; the digest makes another database's run another."""

    run: int
    digest: str
    name: str
    valuation: Valuation = field(compare=False)
    told: Callable[[Valuation], Report] = field(compare=False)


@lru_cache(maxsize=64)
def _drawn(page: _Drawn) -> tuple[Report, str]:
    """The report, and its sections as markup: the pictures take longer to draw than all else of a page together."""
    report = page.told(page.valuation)
    return report, render_to_string("commongoal/value/sections.html", {"report": report})


def _identity(found: RunFound) -> list[tuple[str, str]]:
    """What the run is made of: the same snapshot, rule and versions give the same figures to the penny."""
    return [
        ("Run", str(found.id)),
        ("Digest of the snapshot", found.snapshot_digest),
        ("Rule", found.rule_words),
        ("Worked out by", ", ".join(f"{name} {number}" for name, number in found.versions.items())),
        ("Digest of the result", found.digest),
    ]


def _progress(request: Request, found: RunFound) -> dict[str, object]:
    headings = {
        RunStatus.WAITING: "The valuation waits to be worked out",
        RunStatus.RUNNING: "The valuation is being worked out",
        RunStatus.FAILED: "The valuation could not be worked out",
    }
    return {
        "run": found,
        "heading": headings[found.status],
        "steps": max(STEPS, found.steps_done),
        "may_run": allowed(request.viewer, "run valuation"),
    }


def _rows(section: Section) -> Iterator[tuple[str, ...]]:
    """A section's tables as rows of texts, each under its caption and before an empty row."""
    for table in (*(section.figure.tables if section.figure else ()), *section.tables):
        yield (table.caption,)
        yield from _cells(table)
        yield ()
    for part in section.parts:
        yield from _rows(part)


def _cells(table: Table) -> Iterator[tuple[str, ...]]:
    """Each row twice as wide: a cell's text, and what stands under it."""
    for row in (table.headers, *table.rows):
        yield tuple(text for cell in row for text in (cell.text, ", ".join(filter(None, (cell.under, *cell.marks)))))


def _file(content: str, kind: str, name: str) -> HttpResponse:
    disposition = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(content, content_type=kind, headers=disposition)


SEE, RUN = "see value", ("run",)
ROUTES = (
    Route("value/", value, "value", SEE, menu="Value", section="Results"),
    Route("value/<int:run>/", worth, "value_run", SEE, RUN),
    Route("value/<int:run>/providers/", credit, "value_credit", SEE, RUN),
    Route("value/<int:run>/who-gains/", sharing, "value_sharing", SEE, RUN),
    Route("value/<int:run>/method/", method, "value_method", SEE, RUN),
    Route("value/<int:run>/tables.csv/", tables, "value_tables", SEE, RUN),
    Route("value/<int:run>/result.json/", result, "value_result", "run valuation", RUN),
)

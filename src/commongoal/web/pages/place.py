"""An area as official figures show it: its profile, compared, over time, and where it is worst in it."""

import datetime as dt
from collections.abc import Iterator
from itertools import groupby

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.text import capfirst, slugify

from commongoal.access.engine.permissions import allowed
from commongoal.access.engine.refusals import NotThere
from commongoal.access.queries.partnerships import home_area
from commongoal.kernel.pictures import Table
from commongoal.kernel.report import Report, Section
from commongoal.kernel.spreadsheets import csv_text
from commongoal.places.engine.areas import AreaKind, is_area_code
from commongoal.places.engine.edition_words import kind_words, period_words
from commongoal.places.engine.figures import AreaName, Period
from commongoal.places.engine.geography import Geography
from commongoal.places.engine.indicators import Indicator
from commongoal.places.engine.report import tables_of
from commongoal.web.place_evidence import known_of
from commongoal.web.place_reports import PAGES, Asked, Drawn, drawn_of, periods_of
from commongoal.web.routing import Page, Request, Route, goto

SEE = "see place"
TABS = (("area", "Profile"), ("area_compare", "Compare"), ("area_trends", "Trends"), ("area_hot_spots", "Hot spots"))
ABOVE = (AreaKind.DISTRICT, AreaKind.WARD, AreaKind.MSOA)
BELOW = (
    (AreaKind.NEIGHBOURHOOD, "Neighbourhoods"),
    (AreaKind.DISTRICT, "Districts"),
    (AreaKind.CONSTITUENCY, "Constituencies"),
    (AreaKind.WARD, "Wards"),
    (AreaKind.MSOA, "MSOAs"),
    (AreaKind.LSOA, "LSOAs"),
)
MOST_PARTS = 400
"""Links to parts that one list has at most: a district of England has no more LSOAs than this, save the largest."""
BETWEEN = ".."
MISSING, ACCEPTED = "missing", "accepted"
SHORT = 40
"""Rows of a table that stands where it belongs on paper; a longer one comes after everything else."""


def place(request: Request) -> Page | HttpResponse:
    """The profile of the partnership's own area; where that is not known yet, the districts to choose from."""
    code, name = home_area(request.viewer)
    known = known_of(request.viewer)
    if known.has(code):
        return goto("area", code)
    districts = known.areas(AreaKind.DISTRICT)
    if len(districts) == 1:
        return goto("area", districts[0].code)
    values = {
        "name": name,
        "code": code,
        "heading": f"Nothing is known of {name or 'the place'} yet",
        "districts": districts[:MOST_PARTS],
        "figures": bool(known.evidence.editions),
        "may_take": allowed(request.viewer, "import places"),
    }
    return Page("commongoal/place/empty.html", values)


def profile(request: Request, code: str) -> Page:
    """All that is known of an area, with a map of its parts."""
    return _told(request, code, "area")


def compare(request: Request, code: str) -> Page:
    """An area among others of its kind, and those most like it."""
    return _told(request, code, "area_compare")


def trends(request: Request, code: str) -> Page:
    """An indicator over time; breaks of definition part the line."""
    return _told(request, code, "area_trends")


def hot_spots(request: Request, code: str) -> Page:
    """Where an indicator is high beyond what chance explains."""
    return _told(request, code, "area_hot_spots")


def tables(request: Request, code: str) -> HttpResponse:
    """Every table of a page (`?page=`, the profile where none is said) with its notes and sources."""
    name = request.GET.get("page", TABS[0][0])
    if name not in PAGES:
        raise NotThere
    asked = _asked(request, code, name)
    report = drawn_of(asked).report
    called = f"{_file_name(asked, report, dict(TABS)[name])}.csv"
    return _file(f"\ufeff{csv_text(tables_of(report))}".encode(), "text/csv; charset=utf-8", called)


def printable(request: Request, code: str) -> HttpResponse:
    """The profile as a page to print: every table open, no menu."""
    asked = _asked(request, code, "area")
    report = drawn_of(asked).report
    long = [table for section in report.sections for table in _tables_in(section) if len(table.rows) > SHORT]
    values = {"report": report, "code": code, "today": request.today, "long": long, "short": SHORT}
    return render(request, "commongoal/place/print.html", values)


def pdf(request: Request, code: str) -> HttpResponse:
    """The profile as a PDF."""
    from commongoal.places.files.report_paper import as_pdf  # only those who print wait for it

    asked = _asked(request, code, "area")
    report = drawn_of(asked).report
    return _file(as_pdf(report), "application/pdf", f"{_file_name(asked, report, 'Profile')}.pdf")


def _told(request: Request, code: str, name: str) -> Page:
    asked = _asked(request, code, name)
    drawn = drawn_of(asked)
    geography = asked.known.evidence.geography
    query = request.GET.urlencode()
    values = {
        "report": drawn.report,
        "sections": drawn.sections,
        "code": code,
        "kind": capfirst(kind_words(geography.area(code).kind, 1)),
        "crumbs": _crumbs(geography, code),
        "tabs": [
            (reverse(tab, args=[code]) + (f"?{query}" if query else ""), words, tab == name) for tab, words in TABS
        ],
        "groups": _grouped(asked.known.indicators),
        "accepted": asked.known.evidence.accept_missing,
        "chosen": drawn.chosen,
        "periods": _periods(asked, drawn) if name != "area_trends" else (),
        "below": _below(geography, code),
        "take": _take(code, name, query),
        "first": name == "area",
        "may_take": allowed(request.viewer, "import places"),
    }
    return Page("commongoal/place/area.html", values)


def _asked(request: Request, code: str, name: str) -> Asked:
    """What a page is asked for. Raises `NotThere` for what is no area, no indicator or no period here."""
    known = known_of(request.viewer)
    known = known.accepting if request.GET.get(MISSING) == ACCEPTED else known
    indicator = request.GET.get("indicator", "")
    if not is_area_code(code) or not known.has(code) or (indicator and indicator not in known.codes):
        raise NotThere
    return Asked(known.number, name, code, request.today, indicator, _period(request.GET.get("period", "")), known)


def _period(text: str) -> Period | None:
    """The period of an address: 2023-07-01..2023-08-01, half-open."""
    if not text:
        return None
    try:
        start, end = (dt.date.fromisoformat(day) for day in text.split(BETWEEN))
    except ValueError as fault:
        raise NotThere from fault
    if start >= end:
        raise NotThere
    return Period(start, end)


def _crumbs(geography: Geography, code: str) -> list[AreaName]:
    """What the area lies in, from large to small, where there is one of a kind; then the area itself."""
    parents = geography.parents(code)
    found = []
    for kind in ABOVE:
        of_kind = [area for area in parents if area.kind == kind]
        found += of_kind if len(of_kind) == 1 else []
    return [*found, geography.area(code)]


def _below(geography: Geography, code: str) -> list[tuple[str, tuple[AreaName, ...]]]:
    """The parts of an area by kind, each a link; kinds of which it has too many for a list are left out."""
    own, found = geography.kind(code), []
    for kind, words in BELOW:
        parts = geography.parts(code, kind) if kind != own else ()
        if 0 < len(parts) <= MOST_PARTS:
            found.append((words, parts))
    return found


def _grouped(indicators: tuple[Indicator, ...]) -> list[tuple[str, list[Indicator]]]:
    """The indicators to choose from, under their headings."""
    groups: dict[str, list[Indicator]] = {}
    for one in indicators:
        groups.setdefault(one.group or "Other", []).append(one)
    return list(groups.items())


def _periods(asked: Asked, drawn: Drawn) -> list[tuple[int, list[tuple[str, str, bool]]]]:
    """The periods of the chosen indicator, by year with the newest first: words, the rest of the address, shown."""
    every = sorted(periods_of(asked, drawn), key=lambda one: (one.start, one.end), reverse=True)
    lines = [
        (one.start.year, (period_words(one.start, one.end), _query(asked, drawn.chosen, one), one == drawn.period))
        for one in every
    ]
    return [(year, [line for _, line in of_year]) for year, of_year in groupby(lines, key=lambda line: line[0])]


def _query(asked: Asked, indicator: str, period: Period) -> str:
    accepted = f"&{MISSING}={ACCEPTED}" if asked.known.evidence.accept_missing else ""
    return f"?indicator={indicator}&period={period.start}{BETWEEN}{period.end}{accepted}"


def _take(code: str, name: str, query: str) -> list[tuple[str, str]]:
    """What can be kept of the page: words and address."""
    more = f"&{query}" if query else ""
    found = [
        ("The tables of this page with their notes (CSV)", reverse("area_tables", args=[code]) + f"?page={name}{more}")
    ]
    if name == "area":
        end = f"?{query}" if query else ""
        found.append(("The profile to print", reverse("area_print", args=[code]) + end))
        found.append(("The profile as a PDF", reverse("area_pdf", args=[code]) + end))
    return found


def _tables_in(section: Section) -> Iterator[Table]:
    """The tables of a section and its parts, those of pictures first."""
    yield from (*(section.figure.tables if section.figure else ()), *section.tables)
    for part in section.parts:
        yield from _tables_in(part)


def _file_name(asked: Asked, report: Report, page: str) -> str:
    """What a file is called: the area, its page, what it is about if that was chosen, and the day."""
    about = asked.known.evidence.indicator(asked.indicator).name if asked.indicator else ""
    return slugify(f"{report.programme} {page} {about} {asked.on}")


def _file(content: bytes, kind: str, name: str) -> HttpResponse:
    return HttpResponse(content, content_type=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'})


ABOUT = ("area",)
FRONT = (Route("places/", place, "place", SEE, menu="Place", section="Place", menu_verb="follow evidence"),)
ROUTES = (
    Route("places/<str:code>/", profile, "area", SEE, ABOUT),
    Route("places/<str:code>/compare/", compare, "area_compare", SEE, ABOUT),
    Route("places/<str:code>/trends/", trends, "area_trends", SEE, ABOUT),
    Route("places/<str:code>/hot-spots/", hot_spots, "area_hot_spots", SEE, ABOUT),
    Route("places/<str:code>/tables.csv/", tables, "area_tables", SEE, ABOUT),
    Route("places/<str:code>/print/", printable, "area_print", SEE, ABOUT),
    Route("places/<str:code>/profile.pdf/", pdf, "area_pdf", SEE, ABOUT),
)

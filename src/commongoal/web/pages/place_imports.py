"""Files of figures, boundaries and lookups taken in with every fault of them; and definitions of indicators."""

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.urls import reverse

from commongoal.kernel.errors import BadInput, Problem
from commongoal.kernel.spreadsheets import csv_text
from commongoal.kernel.words import clean
from commongoal.places.actions.boundaries import import_boundaries
from commongoal.places.actions.editions import import_edition
from commongoal.places.actions.imports import import_lookup
from commongoal.places.actions.indicators import define_indicators
from commongoal.places.engine.areas import AreaKind
from commongoal.places.engine.observations import Asked, Perturbation
from commongoal.places.files.datasets import known_datasets
from commongoal.places.files.indicators import template_text
from commongoal.places.files.reading import LAYOUTS, read_file
from commongoal.places.queries.editions import editions, own_indicators
from commongoal.places.queries.geography import geography
from commongoal.web.choices import offer
from commongoal.web.forms import DateField, Radios
from commongoal.web.routing import Page, Request, Route, goto
from commongoal.web.tags import counted

TAKE = "import places"
LARGEST = 20 * 1024 * 1024
MOST_SHOWN = 100
FAULTS = [("refuse", "Take in nothing"), ("keep", "Leave those rows out and take in the others")]
YEARS = re.compile(r"(?P<kind>[a-z ]+?)s? (?:of )?(?P<year>\d{4})")
MOVED = [("", "As the file or its layout says"), *((one.value, one.value.capitalize()) for one in Perturbation)]
FAULT_HEADINGS = ("file", "row", "column", "found", "what would be right", "rule")


def too_large(file: Any) -> Any:
    """The file, if it is not larger than the site takes."""
    if file is not None and (file.size or 0) > LARGEST:
        raise ValidationError("The file must be at most 20 MB; larger ones are taken in on the machine itself")
    return file


class FileForm(forms.Form):
    """A file and what to do with its faults."""

    file = forms.FileField(label="The file", help_text="At most 20 MB")
    faults = forms.ChoiceField(label="If rows in it have faults", choices=FAULTS, widget=Radios(), initial="refuse")

    def clean_file(self) -> Any:
        return too_large(self.cleaned_data["file"])


class EditionForm(FileForm):
    """A file of figures, and what it does not say of itself."""

    fetched_on = DateField(label="When was it fetched from the source?", what="day it was fetched")
    known = forms.ChoiceField(
        label="What is it?", required=False, widget=forms.Select, help_text="Leave it to the file if you are not sure"
    )
    layout = forms.ChoiceField(label="In which layout?", required=False, widget=forms.Select)
    dataset = forms.CharField(
        label="Code of a new set of figures (optional)", max_length=60, required=False,
        help_text="Small letters, digits and hyphens, like claimant-count",
    )  # fmt: skip
    title = forms.CharField(label="Title (optional)", max_length=200, required=False)
    source = forms.CharField(label="Who publishes it? (optional)", max_length=200, required=False)
    table = forms.CharField(label="The source’s name or number of the table (optional)", max_length=200, required=False)
    years = forms.CharField(
        label="Of which year are its areas? (optional)", max_length=200, required=False,
        help_text="Like this: lsoa 2011, ward 2023",
    )  # fmt: skip
    rounding = forms.FloatField(
        label="Rounded to (optional)",
        min_value=0,
        max_value=1_000_000,
        required=False,
        help_text="0 if it is not rounded",
    )
    moved = forms.ChoiceField(
        label="Are its figures moved at random?", choices=MOVED, required=False, widget=forms.Select
    )
    mapping = forms.FileField(
        label="A mapping file (optional)", required=False,
        help_text="For a table of your own: TOML that says which column is the area, the period and the value",
    )  # fmt: skip

    def clean_mapping(self) -> Any:
        return too_large(self.cleaned_data["mapping"])

    def clean_years(self) -> tuple[tuple[str, str], ...]:
        """(kind of area, year) pairs."""
        found = []
        for part in filter(None, (text.strip().lower() for text in self.cleaned_data["years"].split(","))):
            match = YEARS.fullmatch(part)
            if match is None or match["kind"] not in set(AreaKind):
                raise ValidationError(f"“{part}” must be a kind of area and a year, like lsoa 2011")
            found.append((match["kind"], match["year"]))
        return tuple(found)

    def asked(self) -> Asked:
        """What is said of the file; only of a valid form."""
        values = self.cleaned_data
        return Asked(
            fetched_on=values["fetched_on"],
            dataset=values["dataset"] or values["known"],
            title=values["title"],
            source=values["source"],
            table=values["table"],
            vintages=values["years"],
            rounding=values["rounding"],
            perturbation=Perturbation(values["moved"]) if values["moved"] else None,
            keep_good=values["faults"] == "keep",
        )


class BoundariesForm(forms.Form):
    """A file of boundaries."""

    file = forms.FileField(
        label="The file", help_text="GeoJSON as the Office for National Statistics publishes it, at most 20 MB"
    )
    source = forms.CharField(label="Who publishes it?", max_length=200)

    def clean_file(self) -> Any:
        return too_large(self.cleaned_data["file"])


class DefinitionsForm(forms.Form):
    """Definitions of indicators as text."""

    text = forms.CharField(
        label="Definitions", max_length=200_000, widget=forms.Textarea(attrs={"rows": 20}), strip=False
    )


def add_edition(request: Request) -> Page | HttpResponse:
    """The form of an import; then the edition, or every fault of the file."""
    sent = request.method == "POST"
    first = {"fetched_on": request.today}
    form = EditionForm(request.POST if sent else None, request.FILES if sent else None, initial=first)
    titles = {one.edition.dataset: one.edition.title for one in reversed(editions(request.viewer))}
    titles |= {code: one.title for code, one in known_datasets().items()}
    offer(form, "known", [("", "The file says so"), *sorted(titles.items(), key=lambda each: each[1])])
    offer(form, "layout", [("", "Find out from the file"), *((name, name.replace("_", " ")) for name in LAYOUTS)])
    if request.method != "POST" or not form.is_valid():
        return Page("commongoal/editions/add.html", {"form": form})
    content, name = _content(form, "file")
    mapping, _ = _content(form, "mapping")
    asked, layout = form.asked(), form.cleaned_data["layout"]
    if "check" in request.POST:
        return _faults_as_csv(lambda: read_file(content, name, asked, layout, mapping, geography()), name)

    def work() -> HttpResponse | Page:
        given = {"file": name, "layout": layout, "mapping": mapping}
        taken = import_edition(content, asked=asked, by=request.viewer, at=request.at, **given)
        if taken.there:
            what = "what was lost of it is whole again" if taken.renewed else "nothing was changed"
            messages.info(request, f"{name} is here already: {what}")
            return goto("edition", taken.id)
        return _taken(taken.problems, taken.remarks, name, f"{taken.edition.rows:,} figures", "edition", taken.id)

    return _answered(form, work, name, "add_edition")


def add_boundaries(request: Request) -> Page | HttpResponse:
    """A file of boundaries taken in."""
    form = BoundariesForm(request.POST, request.FILES) if request.method == "POST" else BoundariesForm()
    if request.method != "POST" or not form.is_valid():
        return Page(
            "commongoal/editions/add_other.html", {"form": form, "heading": "Take in boundaries", "lead": DRAWN}
        )
    content, name = _content(form, "file")
    source = form.cleaned_data["source"]

    def work() -> HttpResponse | Page:
        taken = import_boundaries(content, file=name, source=source, by=request.viewer, at=request.at)
        if taken.there:
            messages.info(request, f"{name} is here already: nothing was changed")
            return goto("editions")
        return _taken((), taken.remarks, name, f"{counted(taken.areas, 'outline,outlines')}", "editions")

    return _answered(form, work, name, "add_boundaries")


def add_lookup(request: Request) -> Page | HttpResponse:
    """A file of lookups between areas taken in."""
    form = FileForm(request.POST, request.FILES) if request.method == "POST" else FileForm()
    if request.method != "POST" or not form.is_valid():
        return Page(
            "commongoal/editions/add_other.html", {"form": form, "heading": "Take in a lookup", "lead": LOOKED_UP}
        )
    content, name = _content(form, "file")
    keep = form.cleaned_data["faults"] == "keep"

    def work() -> HttpResponse | Page:
        done = import_lookup([content], file=name, by=request.viewer, at=request.at, keep_good=keep)
        if not done.problems and not done.added and not done.changed:
            messages.info(request, f"{name} is here already: nothing was changed")
            return goto("editions")
        return _taken(done.problems, done.remarks, name, f"{counted(done.rows, 'row,rows')}", "editions")

    return _answered(form, work, name, "add_lookup")


def define(request: Request) -> Page | HttpResponse:
    """The partnership's own definitions and templates, as text."""
    form = DefinitionsForm(
        request.POST if request.method == "POST" else None, initial={"text": own_indicators() or template_text()}
    )
    if request.method == "POST" and form.is_valid():
        text = form.cleaned_data["text"]
        try:
            define_indicators(text, file="as written here", by=request.viewer, at=request.at)
        except BadInput as refusal:
            return Page("commongoal/editions/define.html", {"form": form, **_report(refusal.problems)}, status=422)
        messages.success(request, "The definitions are in force")
        return goto("editions")
    return Page("commongoal/editions/define.html", {"form": form})


DRAWN = "The outlines of areas of one kind and year. The map of a page needs those of the parts that it shows."
LOOKED_UP = (
    "A table that says which area lies in which: LSOAs in wards, wards in districts; or what became of LSOAs of 2011 "
    "in 2021. The names of its columns begin with the kind and the year, like lsoa21_code and ward23_name."
)


def _answered(form: forms.Form, work: Callable[[], HttpResponse | Page], file: str, back: str) -> HttpResponse | Page:
    """What came of the work: its own answer, or every fault of the file."""
    try:
        return work()
    except BadInput as refusal:
        values = {"refused": True, "file": file, "again": back, **_report(refusal.problems)}
        return Page("commongoal/editions/taken.html", values, status=422)


def _taken(
    problems: tuple[Problem, ...], remarks: tuple[Problem, ...], file: str, what: str, name: str, *ids: int
) -> HttpResponse | Page:
    values = {
        "file": file,
        "what": what,
        "next": reverse(name, args=ids),
        "again": "add_edition",
        "remarks": [_tame(one) for one in remarks[:MOST_SHOWN]],
    }
    return Page("commongoal/editions/taken.html", values | _report(problems))


def _faults_as_csv(work: Callable[[], Any], file: str) -> HttpResponse:
    """Every fault of a file that is only looked at, for the people who made it."""
    try:
        problems = work().problems
    except BadInput as refusal:
        problems = refusal.problems
    rows = [(one.file, one.row, one.column, one.value, one.expected, one.code) for one in map(_tame, problems)]
    answer = HttpResponse("\ufeff" + csv_text([FAULT_HEADINGS, *rows]), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="faults.csv"'
    return answer


def _content(form: forms.Form, name: str) -> tuple[bytes, str]:
    file = form.cleaned_data[name]
    return (file.read(), str(file.name)) if file else (b"", "")


def _report(problems: tuple[Problem, ...]) -> dict[str, object]:
    shown, hidden = [_tame(one) for one in problems[:MOST_SHOWN]], max(0, len(problems) - MOST_SHOWN)
    return {"count": len(problems), "problems": shown, "hidden": hidden}


def _tame(problem: Problem) -> Problem:
    """A fault that a page can say, whatever bytes stood in the file."""
    return replace(problem, column=clean(problem.column), value=clean(problem.value), expected=clean(problem.expected))


ROUTES = (
    Route("places/editions/add/", add_edition, "add_edition", TAKE),
    Route("places/boundaries/add/", add_boundaries, "add_boundaries", TAKE),
    Route("places/lookups/add/", add_lookup, "add_lookup", TAKE),
    Route("places/indicators/", define, "define_indicators", "define indicators"),
)

"""A file of services, taken in by an administrator, with every defect of it."""

from collections import Counter
from collections.abc import Iterable
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError

from commongoal.directory.actions.services import import_services as take_in
from commongoal.kernel.errors import BadInput, Problem
from commongoal.places.engine.rows import Imported
from commongoal.web.forms import Radios
from commongoal.web.routing import Page, Request, Route

LARGEST = 20 * 1024 * 1024
MOST_SHOWN = 500
CHOICES = [("refuse", "Take in nothing"), ("keep", "Leave those services out and take in the others")]


class ImportForm(forms.Form):
    """The file, whose it is, and what to do with faults."""

    source = forms.CharField(label="Whose directory is it?", max_length=60, help_text="Bristol City Council")
    file = forms.FileField(label="The file", help_text="JSON of Open Referral UK, at most 20 MB")
    faults = forms.ChoiceField(
        label="If services in it have faults", choices=CHOICES, widget=Radios(), initial="refuse"
    )

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if (file.size or 0) > LARGEST:
            raise ValidationError("The file must be at most 20 MB")
        return file


def import_services(request: Request) -> Page:
    """The form; after it, what came of the file."""
    form = ImportForm(request.POST, request.FILES) if request.method == "POST" else ImportForm()
    if request.method != "POST" or not form.is_valid():
        return Page("commongoal/services/import.html", {"form": form})
    values = form.cleaned_data
    file = values["file"]
    try:
        done = take_in(
            file.read(),
            source=values["source"],
            file=str(file.name),
            by=request.viewer,
            at=request.at,
            keep_good=values["faults"] == "keep",
        )
    except BadInput as refusal:
        report = Imported(problems=refusal.problems)
        return Page("commongoal/services/imported.html", {"refused": True, **_report(report)}, status=422)
    messages.success(request, f"{done.rows:,} services taken in")
    return Page("commongoal/services/imported.html", {"done": done, **_report(done)})


def _report(done: Imported) -> dict[str, object]:
    every = (*done.problems, *done.remarks)
    return {
        "kinds": _kinds(every),
        "count": len(every),
        "problems": every[:MOST_SHOWN],
        "hidden": max(0, len(every) - MOST_SHOWN),
    }


def _kinds(problems: Iterable[Problem]) -> list[tuple[str, str, int]]:
    """Field, rule and how many, the most first."""
    counts = Counter((problem.column.partition(" of ")[0], problem.code) for problem in problems)
    return [(field, code, count) for (field, code), count in counts.most_common()]


ROUTES = (Route("services/import/", import_services, "import_services", verb="import services"),)

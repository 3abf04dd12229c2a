"""A file of costs, taken in with every fault of it; and the empty one to fill in."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpResponse

from commongoal.kernel.errors import BadInput, Problem
from commongoal.pathway.actions.spending import import_costs
from commongoal.pathway.files.cost_files import KINDS, TEMPLATE, template
from commongoal.pathway.queries.costs import programmes_with_costs
from commongoal.web.forms import Radios
from commongoal.web.pages.costs import VERB, programme_asked
from commongoal.web.routing import Page, Request, Route

LARGEST = 20 * 1024 * 1024
MOST_SHOWN = 500
FAULTS = [("refuse", "Take in nothing"), ("keep", "Leave those rows out and take in the others")]


class ImportForm(forms.Form):
    """The file, where its figures come from, and what to do with faults."""

    file = forms.FileField(label="The file", help_text=f"One that ends in {', '.join(KINDS)}, at most 20 MB")
    source = forms.CharField(label="Where do the figures come from?", max_length=300)
    faults = forms.ChoiceField(label="If rows in it have faults", choices=FAULTS, widget=Radios(), initial="refuse")

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if (file.size or 0) > LARGEST:
            raise ValidationError("The file must be at most 20 MB")
        return file


def take_in(request: Request) -> Page | HttpResponse:
    """The form of an import; after it, what came of the file."""
    programme = programme_asked(request, programmes_with_costs(request.today))
    form = ImportForm(request.POST, request.FILES) if request.method == "POST" else ImportForm()
    if request.method != "POST" or not form.is_valid():
        return Page("commongoal/costs/import.html", {"form": form, "columns": TEMPLATE})
    values = form.cleaned_data
    given = {"content": values["file"].read(), "file": str(values["file"].name), "source": values["source"]}
    keep = values["faults"] == "keep"
    try:
        done = import_costs(by=request.viewer, at=request.at, programme=programme, keep_good=keep, **given)
    except BadInput as refusal:
        report = {"refused": True, "file": given["file"], **_report(refusal.problems)}
        return Page("commongoal/costs/imported.html", report, status=422)
    return Page("commongoal/costs/imported.html", {"done": done, "file": given["file"], **_report(done.problems)})


def empty_file(request: Request) -> HttpResponse:
    """The columns, to fill in."""
    answer = HttpResponse(template(), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="costs.csv"'
    return answer


def _report(problems: tuple[Problem, ...]) -> dict[str, object]:
    shown, hidden = problems[:MOST_SHOWN], max(0, len(problems) - MOST_SHOWN)
    return {"count": len(problems), "problems": shown, "hidden": hidden}


ROUTES = (
    Route("costs/import/", take_in, "import_costs", verb=VERB),
    Route("costs/import/template/", empty_file, "costs_template", verb=VERB),
)

"""Programmes: what people are helped by."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse

from commongoal.access.actions.programmes import CodeTaken, EndsBeforeItStarts, add_programme
from commongoal.access.engine.permissions import Viewer, allowed
from commongoal.access.queries.programmes import programmes
from commongoal.access.queries.sharing import organisation, partners
from commongoal.web.choices import offer
from commongoal.web.forms import DateField
from commongoal.web.routing import Page, Request, Route, goto
from commongoal.web.tags import counted


class ProgrammeForm(forms.Form):
    """A new programme."""

    name = forms.CharField(label="Name", max_length=200)
    code = forms.SlugField(
        label="Short code",
        max_length=40,
        help_text="Letters, figures and hyphens, such as connect-to-work",
        widget=forms.TextInput(attrs={"spellcheck": "false"}),
    )
    accountable_body = forms.ChoiceField(label="Which organisation answers for it?")
    from_on = DateField(label="Starts", what="first day")
    until_on = DateField(label="Ends (optional)", what="first day without it", required=False)

    def __init__(self, *args: Any, viewer: Viewer, **named: Any) -> None:
        super().__init__(*args, **named)
        found = sorted([organisation(viewer.organisation), *partners(viewer)], key=lambda one: one.name)
        choices = [("", "Choose an organisation"), *((str(one.id), one.name) for one in found)]
        offer(self, "accountable_body", choices)


def every(request: Request) -> Page:
    """All programmes."""
    found = programmes(request.viewer).value
    running = sum(one.runs(request.today) for one in found)
    heading = f"{counted(running, 'programme,programmes')} {'is' if running == 1 else 'are'} running"
    values = {
        "heading": heading,
        "programmes": [(one, one.runs(request.today)) for one in found],
        "may": allowed(request.viewer, "change programmes"),
    }
    return Page("commongoal/bases/programmes.html", values)


def add(request: Request) -> Page | HttpResponse:
    """A new programme."""
    form = ProgrammeForm(request.POST or None, viewer=request.viewer)
    if request.method == "POST" and form.is_valid():
        answers = form.cleaned_data
        try:
            add_programme(
                answers["code"],
                answers["name"],
                accountable_body=int(answers["accountable_body"]),
                from_on=answers["from_on"],
                until_on=answers["until_on"],
                by=request.viewer,
                at=request.at,
            )
        except CodeTaken as refusal:
            form.add_error("code", str(refusal))
        except EndsBeforeItStarts as refusal:
            form.add_error("until_on", str(refusal))
        else:
            messages.success(
                request, "The programme was added. It needs a lawful basis before anybody is referred to it."
            )
            return goto("programmes")
    return Page("commongoal/bases/add_programme.html", {"form": form})


ROUTES = (
    Route("programmes/", every, "programmes", "see bases"),
    Route("programmes/add/", add, "add_programme", "change programmes"),
)

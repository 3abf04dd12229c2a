"""A case closed."""

from django import forms
from django.contrib import messages
from django.http import HttpResponse

from commongoal.pathway.actions.closing import close_case
from commongoal.pathway.queries.closing import what_keeps_open
from commongoal.people.queries.person_page import person_heading
from commongoal.web.asking import kept
from commongoal.web.routing import Page, Request, Route, goto


class CloseForm(forms.Form):
    """Why."""

    why = forms.CharField(label="Why is the case closed?", max_length=300, widget=forms.Textarea(attrs={"rows": 3}))


def close(request: Request, person: int) -> Page | HttpResponse:
    """What will happen, or what has to end first; and the reason."""
    shown = person_heading(person, request.viewer, "close case")
    running = what_keeps_open(person, request.viewer.organisation)
    form = CloseForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = {"person": person, **form.cleaned_data}
        if kept(form, lambda: close_case(by=request.viewer, at=request.at, **given)):
            messages.success(request, f"The case of {shown.value.title} is closed")
            return goto("people")
    values = {"person": shown.value, "form": form, "kept_open": [str(refusal) for refusal in running]}
    return Page("commongoal/person/close_case.html", values, people=shown.people)


ROUTES = (Route("people/<int:person>/close/", close, "close_case", verb="close case", about=("person",)),)

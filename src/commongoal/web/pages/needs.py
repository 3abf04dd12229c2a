"""Needs added and ended."""

from django import forms
from django.contrib import messages
from django.http import HttpResponse

from commongoal.people.actions.needs import add_need, end_need
from commongoal.people.engine.vocabulary import NeedKind
from commongoal.people.queries.needs import need as need_of
from commongoal.people.queries.person_page import person_heading
from commongoal.web.asking import kept, question
from commongoal.web.choices import choices_of
from commongoal.web.forms import Radios
from commongoal.web.routing import Page, Request, Route, goto

HINTS = {
    NeedKind.INTERPRETER.value: "Say the language",
    NeedKind.NO_TEXTS.value: "No reminder goes out as a text",
    NeedKind.SAFE_CONTACT.value: "Shown at the top of the record to everybody who may make contact",
}


class NeedForm(forms.Form):
    """A need, and what others have to know to meet it."""

    kind = forms.ChoiceField(
        label="What do they need?",
        choices=choices_of(NeedKind),
        widget=Radios(hints=HINTS),
    )
    detail = forms.CharField(
        label="What should others know?",
        help_text="For example: Polish; never ring the house; use the side entrance",
        max_length=300,
        required=False,
        widget=forms.Textarea,
    )


def add(request: Request, person: int) -> Page | HttpResponse:
    """Ask for a need and add it."""
    shown = person_heading(person, request.viewer, "change person")
    form = NeedForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        kind, detail = NeedKind(form.cleaned_data["kind"]), form.cleaned_data["detail"]
        if kept(form, lambda: add_need(by=request.viewer, at=request.at, person=person, kind=kind, detail=detail)):
            messages.success(request, f"Added: {kind}")
            return goto("person", person)
    return question(shown, form, "What do they need?", "Add this need")


def end(request: Request, person: int, need: int) -> Page | HttpResponse:
    """Make sure, and end the need; the record keeps that it was."""
    shown = person_heading(person, request.viewer, "change person")
    found = need_of(person, need, request.viewer)
    form = forms.Form(request.POST if request.method == "POST" else None)
    if form.is_valid() and kept(form, lambda: end_need(by=request.viewer, at=request.at, person=person, need=need)):
        messages.success(request, f"No longer needed: {found.kind}")
        return goto("person", person)
    lead = f"{found.detail}. " if found.detail else ""
    lead += "The timeline keeps that it was needed."
    return question(shown, form, f"Is this no longer needed: {found.kind}?", "It is no longer needed", lead=lead)


ROUTES = (
    Route("people/<int:person>/needs/add/", add, "need_add", verb="change person", about=("person",)),
    Route("people/<int:person>/needs/<int:need>/end/", end, "need_end", verb="change person", about=("person", "need")),
)

"""The named worker changed, with a warm handover."""

from django import forms
from django.contrib import messages
from django.http import HttpResponse

from commongoal.access.queries.colleagues import colleagues
from commongoal.people.actions.workers import change_worker
from commongoal.people.queries.person_page import person_heading
from commongoal.people.queries.workers import current_worker
from commongoal.web.asking import kept, question
from commongoal.web.choices import offer
from commongoal.web.routing import Page, Request, Route, goto


class WorkerForm(forms.Form):
    """Who it will be, and why. `instead_of` is whom the user saw: two changes at once do not undo each other."""

    membership = forms.TypedChoiceField(label="New named worker", coerce=int, widget=forms.Select)
    why = forms.CharField(
        label="Why is it changing, and how is it handed over?",
        help_text="For example: moved to another team; met together on 3 March. The person can read this",
        max_length=200,
        widget=forms.Textarea,
    )
    instead_of = forms.IntegerField(required=False, widget=forms.HiddenInput)


def change(request: Request, person: int) -> Page | HttpResponse:
    """Choose a colleague and say why."""
    shown = person_heading(person, request.viewer, "change worker")
    now = current_worker(person, request.viewer)
    initial = {"instead_of": now.membership if now else None}
    form = WorkerForm(request.POST or None, initial=initial)
    choices = [(each.membership, each.name) for each in colleagues(request.viewer, request.today)]
    offer(form, "membership", [("", "Choose a colleague"), *choices])
    if request.method == "POST" and form.is_valid():
        answers = form.cleaned_data
        if kept(form, lambda: change_worker(by=request.viewer, at=request.at, person=person, **answers)):
            name = dict(choices)[answers["membership"]]
            messages.success(request, f"{name} is their named worker now")
            return goto("person", person)
    lead = f"It is {now.name}, {now.organisation}, now." if now else "Nobody is their named worker yet."
    lead += " Each change is counted and shown: introduce the new worker in person where you can."
    return question(shown, form, "Who will be their named worker?", "Change the worker", lead=lead)


ROUTES = (Route("people/<int:person>/worker/", change, "worker_change", verb="change worker", about=("person",)),)

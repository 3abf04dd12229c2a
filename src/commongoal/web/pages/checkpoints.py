"""Checkpoints at which somebody asks how work is going: answered, and answers put right."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse

from commongoal.kernel.words import counted as in_words
from commongoal.pathway.actions.working import answer_checkpoint, correct_checkpoint
from commongoal.pathway.engine.casework import CheckpointStatus
from commongoal.pathway.engine.jobs import CheckpointRecord, NotAnswered
from commongoal.pathway.queries.jobs import checkpoint as one_checkpoint
from commongoal.people.queries.person_page import person_heading
from commongoal.web.asking import kept, question, seen_now
from commongoal.web.choices import choices_of
from commongoal.web.forms import DateField, Radios
from commongoal.web.pages.job_changes import offer_evidence
from commongoal.web.routing import Page, Request, Route, goto
from commongoal.web.tags import day

VERB = "record job"
FOUND = {
    CheckpointStatus.IN_WORK: "They are in work",
    CheckpointStatus.NOT_IN_WORK: "They are not in work",
    CheckpointStatus.NOT_REACHED: "I could not reach anybody",
}


class CheckpointForm(forms.Form):
    """What was found, on which day, by what evidence."""

    status = forms.ChoiceField(label="What did you find?", choices=choices_of(FOUND, FOUND), widget=forms.RadioSelect)
    on = DateField(label="On which day?", what="day")
    evidence_kind = forms.ChoiceField(label="If they are in work, what shows it?", required=False, widget=Radios())
    note = forms.CharField(label="Note (optional)", required=False, max_length=300)


class CheckpointCorrectionForm(CheckpointForm):
    """What was found after all; the version is how often it was put right before."""

    version = forms.IntegerField(widget=forms.HiddenInput)


def answer(request: Request, person: int, checkpoint: int) -> Page | HttpResponse:
    """What was found at a checkpoint."""
    shown = person_heading(person, request.viewer, VERB)
    found = one_checkpoint(person, checkpoint, request.viewer).value
    form = CheckpointForm(request.POST or None, initial={"on": request.today})
    offer_evidence(form, found.programme)
    if _answered(request, form, found, answer_checkpoint, "Saved"):
        return goto("jobs", person)
    heading = f"Are they in work, {in_words(found.weeks, 'week', 'weeks')} on?"
    return question(shown, form, heading, "Save", lead=f"Ask {found.contact}. Due {day(found.due_on)}.", back="jobs")


def correct_answer(request: Request, person: int, checkpoint: int) -> Page | HttpResponse:
    """What was found at a checkpoint was something else."""
    shown = person_heading(person, request.viewer, VERB)
    found = one_checkpoint(person, checkpoint, request.viewer).value
    if found.status is CheckpointStatus.DUE:
        raise NotAnswered
    said: dict[str, Any] = {"status": found.status.value, "on": found.answered_on, "evidence_kind": found.evidence_kind}
    said |= {"note": found.note, "version": len(found.before)}
    form = CheckpointCorrectionForm(request.POST or None, initial=said)
    offer_evidence(form, found.programme)
    if _answered(request, form, found, correct_checkpoint, "Put right. What it said before is kept"):
        return goto("jobs", person)
    seen_now(form, len(found.before))
    heading = f"What did you find, {in_words(found.weeks, 'week', 'weeks')} on?"
    asked_on = day(found.answered_on) if found.answered_on else "a day not said"
    lead = f"It says now: {found.status.value}, asked on {asked_on} by {found.who}."
    return question(shown, form, heading, "Save the correction", lead=lead, back="jobs")


def _answered(
    request: Request, form: forms.Form, found: CheckpointRecord, action: Callable[..., None], done: str
) -> bool:
    """Whether the form was sent and the action took the answer."""
    if request.method != "POST" or not form.is_valid():
        return False
    answers = form.cleaned_data | {"status": CheckpointStatus(form.cleaned_data["status"])}
    values = {"person": found.person, "checkpoint": found.id, **answers}
    if not kept(form, lambda: action(by=request.viewer, at=request.at, **values)):
        return False
    out = answers["status"] is CheckpointStatus.NOT_IN_WORK
    messages.success(request, f"{done}. Now say when the job ended" if out else done)
    return True


ABOUT = ("person", "checkpoint")
AT = "people/<int:person>/work/checkpoints/<int:checkpoint>/"
ROUTES = (
    Route(AT, answer, "answer_checkpoint", verb=VERB, about=ABOUT),
    Route(f"{AT}correct/", correct_answer, "correct_checkpoint", verb=VERB, about=ABOUT),
)

"""Notes and contacts: read, written, corrected."""

from django import forms
from django.contrib import messages
from django.http import HttpResponse

from commongoal.people.actions.notes import NoteOfOthers, correct_note, write_note
from commongoal.people.engine.vocabulary import NoteKind
from commongoal.people.queries.notes import note_with_history
from commongoal.people.queries.notes import notes as notes_of
from commongoal.people.queries.person_page import person_heading
from commongoal.web.asking import kept, page_number, question
from commongoal.web.forms import DateField
from commongoal.web.routing import Page, Request, Route, goto
from commongoal.web.tags import day

LONGEST = 10_000
KINDS = ((NoteKind.CONTACT.value, "A contact: we met, spoke or wrote"), (NoteKind.NOTE.value, "A note"))


class CorrectionForm(forms.Form):
    """What happened, and on which day."""

    text = forms.CharField(
        label="What happened?",
        help_text="Write as if the person reads it: they may",
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 8}),
    )
    on = DateField(label="On which day?", what="day it happened")


class NoteForm(CorrectionForm):
    """A note or a contact."""

    kind = forms.ChoiceField(label="What is it?", choices=KINDS, widget=forms.RadioSelect)
    field_order = ("kind", "text", "on")


def read(request: Request, person: int) -> Page:
    """A page of notes, the newest first."""
    shown = notes_of(person, request.viewer, page_number(request))
    heading = person_heading(person, request.viewer, "read person").value
    return Page("commongoal/person/notes.html", {"person": heading, "notes": shown.value}, people=shown.people)


def write(request: Request, person: int) -> Page | HttpResponse:
    """Write a note or a contact."""
    shown = person_heading(person, request.viewer, "write note")
    form = NoteForm(request.POST or None, initial={"on": request.today})
    if request.method == "POST" and form.is_valid():
        answers = form.cleaned_data | {"kind": NoteKind(form.cleaned_data["kind"])}
        if kept(form, lambda: write_note(by=request.viewer, at=request.at, person=person, **answers)):
            messages.success(request, f"{answers['kind'].capitalize()} saved")
            return goto("person", person)
    return question(shown, form, "What happened?", "Save it")


def correct(request: Request, person: int, note: int) -> Page | HttpResponse:
    """Write what should have been written; what was stays readable behind it."""
    shown = person_heading(person, request.viewer, "write note")
    found = note_with_history(person, note, request.viewer).value[0]
    if not found.ours:
        raise NoteOfOthers
    form = CorrectionForm(request.POST or None, initial={"text": found.text, "on": found.on})
    if request.method == "POST" and form.is_valid():
        answers = form.cleaned_data
        if kept(form, lambda: correct_note(by=request.viewer, at=request.at, person=person, note=note, **answers)):
            messages.success(request, "Corrected. What was written before is kept")
            return goto("notes", person)
    lead = f"{found.who} wrote it on {day(found.written_at)}. The older words are kept behind yours."
    return question(shown, form, "What should it say?", "Save the correction", lead=lead, back="notes")


def history(request: Request, person: int, note: int) -> Page:
    """A note, and what was written before it was corrected."""
    shown = note_with_history(person, note, request.viewer)
    heading = person_heading(person, request.viewer, "read person").value
    return Page("commongoal/person/note.html", {"person": heading, "notes": shown.value}, people=shown.people)


ABOUT = ("person", "note")
ROUTES = (
    Route("people/<int:person>/notes/", read, "notes", verb="read person", about=("person",)),
    Route("people/<int:person>/notes/write/", write, "note_write", verb="write note", about=("person",)),
    Route("people/<int:person>/notes/<int:note>/", history, "note", verb="read person", about=ABOUT),
    Route("people/<int:person>/notes/<int:note>/correct/", correct, "note_correct", verb="write note", about=ABOUT),
)

"""Who supports a person with what, from when to when."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse

from commongoal.kernel.words import listed
from commongoal.pathway.actions.supporting import begin_support, correct_support, end_support, withdraw_support
from commongoal.pathway.engine.supporting import NotAProvider, Offered, SupportOfOthers, SupportRecord
from commongoal.pathway.queries.supporting import interventions_of, one_support
from commongoal.pathway.queries.supporting import support as support_of
from commongoal.people.queries.person_page import person_heading
from commongoal.web.asking import kept, question
from commongoal.web.choices import offer
from commongoal.web.forms import DateField, Radios
from commongoal.web.routing import Page, Request, Route, goto
from commongoal.web.tags import day

DAY = dt.timedelta(days=1)  # a last day, and the first day after it


class SupportForm(forms.Form):
    """With what, from when, and under which contract."""

    intervention = forms.ChoiceField(label="What do you help them with?", widget=Radios())
    from_on = DateField(label="When did it begin?", what="first day of the support")
    last_on = DateField(
        label="When was the last day? (optional)",
        what="last day of the support",
        help_text="Leave it empty while you still help them",
        required=False,
    )
    contract = forms.CharField(
        label="Under which contract? (optional)",
        help_text="Only where the same help is paid for in more than one way",
        max_length=100,
        required=False,
        widget=forms.TextInput(attrs={"class": "govuk-input--width-20"}),
    )

    def __init__(self, data: Any, offered: Sequence[Offered], initial: dict[str, Any]) -> None:
        super().__init__(data, initial=initial)
        several = len({each.programme for each in offered}) > 1
        keys = {f"{each.programme} {each.intervention}": each for each in offered}
        named = [
            (key, f"{each.intervention_name}, on {each.programme_name}" if several else each.intervention_name)
            for key, each in keys.items()
        ]
        offer(self, "intervention", named)
        self.fields["intervention"].widget.hints = {key: each.meaning for key, each in keys.items()}

    def given(self) -> dict[str, Any]:
        """What the actions ask for, the programme aside; `last_on` as the first day after it."""
        values = dict(self.cleaned_data)
        last = values.pop("last_on", None)
        intervention = str(values["intervention"]).partition(" ")[2]
        return values | {"intervention": intervention, "to_on": last + DAY if last else None}


class EndForm(forms.Form):
    """The last day."""

    last_on = DateField(label="When was the last day?", what="last day of the support")


class WithdrawForm(forms.Form):
    """Why it was a mistake."""

    why = forms.CharField(label="Why?", max_length=300, widget=forms.Textarea(attrs={"rows": 3}))


def support(request: Request, person: int) -> Page:
    """What runs, what has ended, and what was recorded by mistake."""
    shown = person_heading(person, request.viewer, "read person")
    heading = shown.value
    found = support_of(person, request.viewer, heading.classes).value
    runs = [each for each in found if each.runs(request.today)]
    ended = [each for each in found if each.counts and not each.runs(request.today)]
    may = "record support" in heading.may
    values = {
        "person": heading,
        "heading": _heading(heading.title, runs),
        "lists": (("Running", runs), ("Ended", ended)),
        "gone": [each for each in found if not each.counts],
        "may": may,
        "offered": may and interventions_of(request.viewer, request.today),
    }
    return Page("commongoal/journey/support.html", values, people=shown.people)


def _heading(name: str, runs: Sequence[SupportRecord]) -> str:
    names = list(dict.fromkeys(each.organisation_name for each in runs))
    if not names:
        return f"Nobody supports {name} now"
    return f"{listed(names)} {'supports' if len(names) == 1 else 'support'} {name}"


def begin(request: Request, person: int) -> Page | HttpResponse:
    """Our organisation begins to help with something."""
    shown = person_heading(person, request.viewer, "record support")
    offered = interventions_of(request.viewer, request.today)
    if not offered:
        raise NotAProvider
    form = SupportForm(request.POST or None, offered, {"from_on": request.today})
    del form.fields["last_on"]
    if request.method == "POST" and form.is_valid():
        given = {name: value for name, value in form.given().items() if name != "to_on"}
        programme = int(form.cleaned_data["intervention"].partition(" ")[0])
        act = {"person": person, "programme": programme, **given}
        if kept(form, lambda: begin_support(by=request.viewer, at=request.at, **act)):
            messages.success(request, "The support is recorded")
            return goto("support", person)
    heading = f"What does {request.viewer.organisation_name} help {shown.value.title} with?"
    return question(shown, form, heading, "Begin support", back="support")


def end(request: Request, person: int, support: int) -> Page | HttpResponse:
    """Our help with something has come to its end."""
    shown = person_heading(person, request.viewer, "record support")
    record = _ours(request, person, support)
    form = EndForm(request.POST or None, initial={"last_on": request.today})
    if request.method == "POST" and form.is_valid():
        given = {"person": person, "support": support, "to_on": form.cleaned_data["last_on"] + DAY}
        if kept(form, lambda: end_support(by=request.viewer, at=request.at, **given), "last_on"):
            messages.success(request, "The support has ended")
            return goto("support", person)
    lead = f"It began on {day(record.from_on)}."
    return question(shown, form, f"End the support: {record.intervention_name}", "End it", lead=lead, back="support")


def correct(request: Request, person: int, support: int) -> Page | HttpResponse:
    """What should have been recorded."""
    shown = person_heading(person, request.viewer, "record support")
    record = _ours(request, person, support)
    offered = [each for each in interventions_of(request.viewer, request.today) if each.programme == record.programme]
    initial = {
        "intervention": f"{record.programme} {record.intervention}",
        **{name: getattr(record, name) for name in ("from_on", "last_on", "contract")},
    }
    form = SupportForm(request.POST or None, offered, initial)
    if request.method == "POST" and form.is_valid():
        given = {"person": person, "support": support, **form.given()}
        if kept(form, lambda: correct_support(by=request.viewer, at=request.at, **given)):
            messages.success(request, "Corrected. What was recorded before is kept")
            return goto("support", person)
    lead = f"{record.who} recorded it on {day(record.at)}. It is kept behind your correction."
    return question(shown, form, "What should be recorded?", "Save the correction", lead=lead, back="support")


def withdraw(request: Request, person: int, support: int) -> Page | HttpResponse:
    """The support never was."""
    shown = person_heading(person, request.viewer, "record support")
    record = _ours(request, person, support)
    form = WithdrawForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = {"person": person, "support": support, **form.cleaned_data}
        if kept(form, lambda: withdraw_support(by=request.viewer, at=request.at, **given)):
            messages.success(request, "The support is withdrawn. It is kept, and counts no longer")
            return goto("support", person)
    heading = f"Withdraw the support: {record.intervention_name}, from {day(record.from_on)}"
    return question(shown, form, heading, "Withdraw it", lead="It is kept and counts no longer.", back="support")


def _ours(request: Request, person: int, support: int) -> SupportRecord:
    """Support that the viewer's organisation gives. Raises `SupportOfOthers`, `NotThere`."""
    record = one_support(person, support)
    if record.organisation != request.viewer.organisation:
        raise SupportOfOthers
    return record


AT, RECORD, ONE = "people/<int:person>/support/", "record support", ("person", "support")
ROUTES = (
    Route(AT, support, "support", verb="read person", about=("person",)),
    Route(f"{AT}begin/", begin, "begin_support", verb=RECORD, about=("person",)),
    Route(f"{AT}<int:support>/end/", end, "end_support", verb=RECORD, about=ONE),
    Route(f"{AT}<int:support>/correct/", correct, "correct_support", verb=RECORD, about=ONE),
    Route(f"{AT}<int:support>/withdraw/", withdraw, "withdraw_support", verb=RECORD, about=ONE),
)

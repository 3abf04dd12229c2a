"""A resident's own page: who holds what about me and why, what I agreed to share, and whom to call."""

from collections.abc import Iterator
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse

from commongoal.access.engine.bases import Basis
from commongoal.access.queries.bases import bases_of
from commongoal.access.queries.sharing import programmes_on
from commongoal.pathway.queries.participations import participations_of
from commongoal.people.actions.agreements import Terms, give_agreement, withdraw_agreement
from commongoal.people.engine.agreements import Agreement
from commongoal.people.engine.record import Record, knowers
from commongoal.people.engine.vocabulary import AreaOfLife, DataClass, GivenHow
from commongoal.people.engine.words import YOUR_CLASS_WORDS, in_order
from commongoal.people.queries.agreements import agreement as agreement_of
from commongoal.people.queries.own_record import own_person, own_record
from commongoal.web.asking import kept
from commongoal.web.choices import choices_of
from commongoal.web.forms import Checkboxes
from commongoal.web.routing import Page, Request, Route, goto

EVERYTHING = ["all that is on this page", "the notes that their staff wrote"]


class ChangeForm(forms.Form):
    """What may be shared from now on."""

    classes = forms.MultipleChoiceField(
        label="What can they see?",
        choices=choices_of(DataClass, YOUR_CLASS_WORDS),
        widget=Checkboxes,
    )
    areas = forms.MultipleChoiceField(
        label="What is it for?",
        choices=choices_of(AreaOfLife),
        widget=Checkboxes,
    )


def mine(request: Request) -> Page:
    """My information: who holds what, why, until when."""
    shown = own_record(request.viewer, request.today)
    record = shown.value
    values = {
        "record": record,
        "knowers": tuple(_knowers(record)),
        "agreed": tuple(_agreed(record)),
        "bases": [(each, _years(each.retention_months)) for each in _bases(request, record.person)],
    }
    return Page("commongoal/own/record.html", values, people=shown.people)


def _knowers(record: Record) -> Iterator[dict[str, Any]]:
    for knower in knowers(record.holdings or ()):
        words = [YOUR_CLASS_WORDS[kind] for kind in in_order(knower.classes)]
        yield {"knower": knower, "what": EVERYTHING if knower.everything else words}


def _agreed(record: Record) -> Iterator[dict[str, Any]]:
    for held in record.agreed:
        yield {"held": held, "what": [YOUR_CLASS_WORDS[kind] for kind in in_order(held.classes)]}


def _years(months: int) -> str:
    """A time in whole years where it is one: "6 years", "18 months"."""
    years, rest = divmod(months, 12)
    if rest:
        return f"{months} months"
    return "1 year" if years == 1 else f"{years} years"


def _bases(request: Request, person: int) -> tuple[Basis, ...]:
    """The bases of the programmes that the person is or was on, or of all there are before they are on any."""
    programmes = {each.programme for each in participations_of(person)}
    programmes = programmes or {each.id for each in programmes_on(request.today)}
    return bases_of(programmes, request.today)


def change(request: Request, agreement: int) -> Page | HttpResponse:
    """Choose again what is shared with one organisation."""
    person = own_person(request.viewer)
    shown = agreement_of(person, agreement, request.viewer)
    found = shown.value
    if not found.in_force(request.today):
        return goto("own_record")
    initial = {"classes": list(found.classes), "areas": list(found.areas)}
    form = ChangeForm(request.POST if request.method == "POST" else None, initial=initial)
    if form.is_valid() and _changed(request, found, form):
        messages.success(request, f"You changed what {found.to_name} can see")
        return goto("own_record")
    return Page("commongoal/own/change.html", {"agreement": found, "form": form}, people=shown.people)


def _changed(request: Request, found: Agreement, form: ChangeForm) -> bool:
    terms = Terms(
        to_organisation=found.to_organisation,
        areas=frozenset(AreaOfLife(area) for area in form.cleaned_data["areas"]),
        classes=frozenset(DataClass(kind) for kind in form.cleaned_data["classes"]),
        given_how=GivenHow.ONLINE,
        document_version=found.document_version,
        from_on=request.today,
        until_on=found.until_on,
    )
    return kept(
        form,
        lambda: give_agreement(
            by=request.viewer,
            at=request.at,
            person=found.person,
            terms=terms,
            from_organisation=found.from_organisation,
        ),
    )


def withdraw(request: Request, agreement: int) -> Page | HttpResponse:
    """Stop sharing with one organisation, now."""
    person = own_person(request.viewer)
    shown = agreement_of(person, agreement, request.viewer)
    form = forms.Form(request.POST if request.method == "POST" else None)

    def stop() -> None:
        withdraw_agreement(by=request.viewer, at=request.at, person=person, agreement=agreement, how=GivenHow.ONLINE)

    if form.is_valid() and kept(form, stop):
        messages.success(request, f"You stopped sharing with {shown.value.to_name}")
        return goto("own_record")
    return Page("commongoal/own/withdraw.html", {"agreement": shown.value, "form": form}, people=shown.people)


VERB, OF = "see own record", ("agreement",)
ROUTES = (
    Route("my-information/", mine, "own_record", verb=VERB, menu="My information"),
    Route("my-information/agreements/<int:agreement>/change/", change, "own_agreement_change", verb=VERB, about=OF),
    Route("my-information/agreements/<int:agreement>/stop/", withdraw, "own_agreement_stop", verb=VERB, about=OF),
)

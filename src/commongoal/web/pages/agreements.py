"""Agreements to share: seen, given in question pages, withdrawn."""

import datetime as dt
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse

from commongoal.access.queries.sharing import partners
from commongoal.people.actions.agreements import Terms, give_agreement, withdraw_agreement
from commongoal.people.engine.agreements import Agreement
from commongoal.people.engine.vocabulary import AreaOfLife, DataClass, GivenHow
from commongoal.people.engine.words import CLASS_WORDS, in_order, listed
from commongoal.people.queries.agreements import agreement as agreement_of
from commongoal.people.queries.agreements import agreements as agreements_of
from commongoal.people.queries.person_page import person_heading
from commongoal.web.asking import kept, question
from commongoal.web.choices import choices_of, offer
from commongoal.web.forms import Checkboxes, DateField
from commongoal.web.routing import Page, Request, Route, goto
from commongoal.web.tags import day

AREAS = choices_of(AreaOfLife)
CLASSES = choices_of(DataClass, CLASS_WORDS)
HOW = choices_of(GivenHow)
NOT_A_BASIS = (
    "An agreement to share is the person's choice, and they may withdraw it at any time. It is not the lawful basis: "
    "that comes from the law and is recorded for each programme."
)


class WithForm(forms.Form):
    """The other organisation."""

    to_organisation = forms.TypedChoiceField(
        label="With which organisation do they agree to share?", coerce=int, widget=forms.RadioSelect
    )


class WhatForm(forms.Form):
    """Kinds of information and areas of life."""

    classes = forms.MultipleChoiceField(label="Which information?", choices=CLASSES, widget=Checkboxes)
    areas = forms.MultipleChoiceField(label="For help with which areas of life?", choices=AREAS, widget=Checkboxes)


class HowForm(forms.Form):
    """How and when it was given, and how long it lasts."""

    given_how = forms.ChoiceField(label="How did they agree?", choices=HOW, widget=forms.RadioSelect)
    document_version = forms.CharField(
        label="Which version of the sharing document?", help_text="It is at the foot of the form", max_length=60
    )
    from_on = DateField(label="On which day?", what="day they agreed")
    until_on = DateField(
        label="On which day does it end? (optional)",
        help_text="Leave it empty if it lasts until they withdraw it",
        what="day it ends",
        required=False,
    )


class WithdrawForm(forms.Form):
    """How the person said so."""

    how = forms.ChoiceField(label="How did they tell you?", choices=HOW, widget=forms.RadioSelect)


def see(request: Request, person: int) -> Page:
    """Every agreement the person gave, the newest first."""
    shown = agreements_of(person, request.viewer)
    heading = person_heading(person, request.viewer, "record agreement").value
    lines = [
        (each, each.standing(request.today), class_words(each), listed(sorted(each.areas))) for each in shown.value
    ]
    values = {"person": heading, "lines": lines, "not_a_basis": NOT_A_BASIS}
    return Page("commongoal/person/agreements.html", values, people=shown.people)


def class_words(agreement: Agreement) -> str:
    """What may travel, in words."""
    return listed(CLASS_WORDS[kind] for kind in in_order(agreement.classes))


def give(request: Request, person: int) -> Page | HttpResponse:
    """First question: with whom."""
    shown = person_heading(person, request.viewer, "record agreement")
    form = WithForm(request.POST or None, initial=_answers(request, person))
    choices = [(each.id, each.name) for each in partners(request.viewer)]
    offer(form, "to_organisation", choices)
    if request.method == "POST" and form.is_valid():
        chosen = form.cleaned_data["to_organisation"]
        _keep(request, person, {"to_organisation": chosen, "to_name": dict(choices)[chosen]})
        return goto("agreement_what", person)
    return question(shown, form, "Who do they agree to share with?", "Continue", lead=NOT_A_BASIS, back="agreements")


def what(request: Request, person: int) -> Page | HttpResponse:
    """Second question: which information, for what."""
    shown = person_heading(person, request.viewer, "record agreement")
    answers = _answers(request, person)
    if "to_name" not in answers:
        return goto("agreement_give", person)
    form = WhatForm(request.POST or None, initial=answers)
    if request.method == "POST" and form.is_valid():
        _keep(request, person, form.cleaned_data)
        return goto("agreement_how", person)
    lead = f"Only what you choose here is shared with {answers['to_name']}."
    return question(shown, form, "What do they agree to share?", "Continue", lead=lead, back="agreement_give")


def how(request: Request, person: int) -> Page | HttpResponse:
    """Third question: how and when it was given."""
    shown = person_heading(person, request.viewer, "record agreement")
    answers = _answers(request, person)
    if "classes" not in answers:
        return goto("agreement_what", person)
    form = HowForm(request.POST or None, initial={"from_on": request.today} | answers)
    if request.method == "POST" and form.is_valid():
        dates = {name: _iso(form.cleaned_data[name]) for name in ("from_on", "until_on")}
        _keep(request, person, form.cleaned_data | dates)
        return goto("agreement_check", person)
    return question(shown, form, "How did they agree, and until when?", "Continue", back="agreement_what")


def check(request: Request, person: int) -> Page | HttpResponse:
    """Check the answers, and record the agreement."""
    shown = person_heading(person, request.viewer, "record agreement")
    answers = _answers(request, person)
    if "given_how" not in answers:
        return goto("agreement_how", person)
    form = forms.Form(request.POST if request.method == "POST" else None)
    terms = _terms(answers)

    def record() -> int:
        return give_agreement(by=request.viewer, at=request.at, person=person, terms=terms)

    if form.is_valid() and kept(form, record):
        request.session.pop(_key(person), None)
        messages.success(request, f"Recorded: they agree to share with {answers['to_name']}")
        return goto("agreements", person)
    values = {"person": shown.value, "form": form, "rows": _rows(person, answers, terms), "not_a_basis": NOT_A_BASIS}
    return Page("commongoal/person/agreement_check.html", values, people=shown.people)


def withdraw(request: Request, person: int, agreement: int) -> Page | HttpResponse:
    """Ask how the person said so, and end the sharing now."""
    found = agreement_of(person, agreement, request.viewer).value
    shown = person_heading(person, request.viewer, "record agreement")
    form = WithdrawForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        told = GivenHow(form.cleaned_data["how"])

        def end() -> None:
            withdraw_agreement(by=request.viewer, at=request.at, person=person, agreement=agreement, how=told)

        if kept(form, end):
            messages.success(request, f"Withdrawn. {found.to_name} sees this person no longer by this agreement")
            return goto("agreements", person)
    return question(
        shown,
        form,
        f"Withdraw the agreement to share with {found.to_name}?",
        "Withdraw it now",
        lead=f"{found.to_name} stops seeing what was shared at once. What they wrote down themselves stays with them.",
        back="agreements",
        kind="warning",
    )


def _key(person: int) -> str:
    return f"agreement of {person}"


def _answers(request: Request, person: int) -> dict[str, Any]:
    return dict(request.session.get(_key(person), {}))


def _keep(request: Request, person: int, answers: dict[str, Any]) -> None:
    request.session[_key(person)] = _answers(request, person) | answers


def _iso(day_or_none: dt.date | None) -> str:
    return day_or_none.isoformat() if day_or_none else ""


def _terms(answers: dict[str, Any]) -> Terms:
    return Terms(
        to_organisation=answers["to_organisation"],
        areas=frozenset(AreaOfLife(area) for area in answers["areas"]),
        classes=frozenset(DataClass(kind) for kind in answers["classes"]),
        given_how=GivenHow(answers["given_how"]),
        document_version=answers["document_version"],
        from_on=dt.date.fromisoformat(answers["from_on"]),
        until_on=dt.date.fromisoformat(answers["until_on"]) if answers["until_on"] else None,
    )


def _rows(person: int, answers: dict[str, Any], terms: Terms) -> list[tuple[str, ...]]:
    steps = ("agreement_give", "agreement_what", "agreement_how")
    first, second, third = (reverse(name, args=[person]) for name in steps)
    return [
        ("With", answers["to_name"], first),
        ("Information", listed(CLASS_WORDS[kind] for kind in in_order(terms.classes)), second),
        ("Areas of life", listed(sorted(area.value for area in terms.areas)), second),
        ("How they agreed", f"{terms.given_how.value}, {terms.document_version}", third),
        ("From", day(terms.from_on), third),
        ("Until", day(terms.until_on) or "they withdraw it", third),
    ]


def _route(address: str, view: Any, name: str, *further: str) -> Route:
    about = ("person", *further)
    return Route(f"people/<int:person>/agreements/{address}", view, name, verb="record agreement", about=about)


ROUTES = (
    _route("", see, "agreements"),
    _route("give/", give, "agreement_give"),
    _route("give/what/", what, "agreement_what"),
    _route("give/how/", how, "agreement_how"),
    _route("give/check/", check, "agreement_check"),
    _route("<int:agreement>/withdraw/", withdraw, "agreement_withdraw", "agreement"),
)

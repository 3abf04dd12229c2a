"""Several people of a caseload sent to one organisation at once, each checked on its own."""

import secrets
from dataclasses import replace
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse

from commongoal.access.engine.refusals import NotThere
from commongoal.access.queries.sharing import organisation
from commongoal.pathway.actions.sending import send_referrals
from commongoal.pathway.engine.sending import Tried
from commongoal.pathway.queries.sending import previews
from commongoal.pathway.queries.today import sees_team
from commongoal.people.engine.caseload import CaseloadPerson
from commongoal.people.engine.vocabulary import DataClass
from commongoal.people.engine.words import CLASS_WORDS, in_order
from commongoal.people.queries.caseload import people_of
from commongoal.web.asking import kept
from commongoal.web.choices import choices_of, offer
from commongoal.web.pages.referral_sending import SendForm, open_draft, sending_of
from commongoal.web.routing import Page, Request, Route, goto

MOST = 25  # each is checked on its own, and the page stays quick
KEY = "sending many"


class ManyForm(SendForm):
    """Who, to whom, and what goes of what each agreed to."""

    people = forms.TypedMultipleChoiceField(
        label="Who do you refer?",
        help_text="People whose named worker you are; for a manager, those of the organisation",
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
    )
    classes = forms.MultipleChoiceField(
        label="What do you share?",
        help_text="Each person has to have agreed to share all of it",
        choices=choices_of(in_order(DataClass), CLASS_WORDS),
        initial=[DataClass.IDENTITY.value, DataClass.CONTACT.value],
        widget=forms.CheckboxSelectMultiple,
    )
    field_order = ("people", "receiver", "programme", "need", "reason", "urgency", "classes")

    def __init__(self, request: Request, draft: dict[str, Any], people: tuple[CaseloadPerson, ...]) -> None:
        super().__init__(request, draft)
        offer(self, "people", [(each.person, each.name) for each in people])

    def clean_people(self) -> list[int]:
        """Not too many at once."""
        chosen: list[int] = self.cleaned_data["people"]
        if len(chosen) > MOST:
            raise forms.ValidationError(f"Choose at most {MOST} people at once")
        return chosen


class ChoiceForm(forms.Form):
    """What to do about those that cannot be sent."""

    all_or_none = forms.ChoiceField(
        label="What do you want to do?",
        choices=[("no", "Send those that can be sent"), ("yes", "Send all, or none if one cannot be sent")],
        widget=forms.RadioSelect,
    )


def choose(request: Request) -> Page | HttpResponse:
    """Who and to whom."""
    people = people_of(request.viewer, 4 * MOST, team=sees_team(request.viewer))
    form = ManyForm(request, open_draft(request, KEY), people)
    if request.method == "POST" and form.is_valid():
        request.session[KEY] = {**form.cleaned_data, "token": secrets.token_hex(16)}
        return goto("check_referrals")
    listed = tuple(each.person for each in people)
    return Page("commongoal/referrals/many.html", {"form": form, "people": people}, listed=listed)


def check(request: Request) -> Page | HttpResponse:
    """Each person: sent, or refused and why; then the choice."""
    draft = open_draft(request, KEY)
    if not draft:
        return goto("send_referrals")
    names = {each.person: each.name for each in people_of(request.viewer, 4 * MOST, team=sees_team(request.viewer))}
    if set(draft["people"]) - set(names):
        raise NotThere
    sending = sending_of(0, draft)
    form = ChoiceForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        found: list[Tried] = []
        given = {"people": draft["people"], "sending": sending}
        given["all_or_none"] = form.cleaned_data["all_or_none"] == "yes"
        if kept(form, lambda: found.extend(send_referrals(by=request.viewer, at=request.at, **given))):
            request.session[KEY] = {**draft, "sent": True}
            sent = sum(each.referral is not None for each in found)
            messages.success(request, f"{sent} sent, {len(found) - sent} not sent")
            return _told(found, names, sending.receiver)
    shown = previews(draft["people"], sending, request.viewer, request.today)
    values = {
        "tried": _named(shown.value, names),
        "receiver": organisation(sending.receiver).name,
        "kinds": [CLASS_WORDS[kind] for kind in in_order(sending.classes)],
        "form": form,
        "good": sum(not each.refusal for each in shown.value),
    }
    return Page("commongoal/referrals/check_many.html", values, listed=shown.listed)


def _told(found: list[Tried], names: dict[int, str], receiver: int) -> Page:
    values = {
        "tried": _named(found, names),
        "receiver": organisation(receiver).name,
        "sent": sum(each.referral is not None for each in found),
    }
    listed = tuple(each.person for each in found)
    return Page("commongoal/referrals/sent_many.html", values, listed=listed)


def _named(found: Any, names: dict[int, str]) -> list[Tried]:
    return [replace(each, name=names[each.person]) for each in found]


ROUTES = (
    Route("referrals/several/", choose, "send_referrals", verb="send referral"),
    Route("referrals/several/check/", check, "check_referrals", verb="send referral"),
)

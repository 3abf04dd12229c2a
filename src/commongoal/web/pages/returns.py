"""What partners say: who is asked for what, who has not answered, and one's own return."""

import secrets
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse

from commongoal.access.engine.permissions import relations_allowing
from commongoal.access.engine.refusals import NotThere
from commongoal.kernel.errors import Refused
from commongoal.kernel.words import listed
from commongoal.places.actions.evidence import send_return, withdraw_return
from commongoal.places.engine import evidence as refusals
from commongoal.places.engine.evidence import Says, last_period
from commongoal.places.engine.evidence_given import NewReturn
from commongoal.places.engine.evidence_seen import PartnerDue
from commongoal.places.files.themes import themes
from commongoal.places.queries.evidence import (
    SEE,
    SEND,
    asked_partners,
    may_change_return,
    partner_return,
    returns_due,
    returns_standing,
)
from commongoal.web.area_choices import areas_for
from commongoal.web.asking import kept
from commongoal.web.choices import offer
from commongoal.web.forms import DateField, Radios
from commongoal.web.pages.research import NO_NAMES, WhyForm, asked
from commongoal.web.routing import Page, Request, Route, goto
from commongoal.web.tags import counted, day
from commongoal.web.without_identities import WithoutIdentities

SAYS = (
    (Says.MORE.value, "More need than the year before"),
    (Says.SAME.value, "As much as the year before"),
    (Says.LESS.value, "Less need than the year before"),
)
BESIDE: dict[type[Refused], str] = {
    refusals.EndsBeforeStart: "until_on",
    refusals.NotOverYet: "until_on",
    refusals.NeedsWords: "words",
    refusals.NoSuchTheme: "theme",
    refusals.NoSuchAreaCode: "area",
}


class ReturnForm(WithoutIdentities):
    """A return."""

    token = forms.CharField(widget=forms.HiddenInput)
    theme = forms.ChoiceField(label="Which theme?")
    area = forms.ChoiceField(label="Where?")
    says = forms.ChoiceField(label="How much need do you see?", choices=SAYS, widget=Radios())
    helped = forms.IntegerField(
        label="How many people did you help with it? (optional)", required=False, min_value=0, max_value=1_000_000
    )
    waiting = forms.IntegerField(
        label="How many wait for help with it? (optional)", required=False, min_value=0, max_value=1_000_000
    )
    words = forms.CharField(
        label="What do you see?",
        help_text=f"In a sentence or two. {NO_NAMES}",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    from_on = DateField(label="First day that you speak of", what="first day")
    until_on = DateField(label="Last day that you speak of", what="last day")

    def given(self) -> NewReturn:
        """The answers."""
        found = {name: value for name, value in self.cleaned_data.items() if name not in ("token", "says")}
        return NewReturn(says=Says(self.cleaned_data["says"]), **found)


def every(request: Request) -> Page:
    """Who has answered for the last whole period, and every return that stands."""
    viewer = request.viewer
    (first, last), due = returns_due(viewer, request.today, asked_partners(viewer))
    areas, names = areas_for(request), themes()
    silent = [each for each in due if each.due]
    mine = next((each for each in due if each.organisation == viewer.organisation), None)
    may = bool(relations_allowing(viewer.role, SEND))
    values = {
        "heading": _heading(due, silent),
        "first": first,
        "last": last,
        "due": [(each, listed([names.name(theme).lower() for theme in each.due])) for each in due],
        "mine": [(theme, names.theme(theme)) for theme in mine.due] if mine and may else [],
        "may": may,
        "returns": [
            (each, names.name(each.theme), areas.name(each.area), may and may_change_return(viewer, each))
            for each in returns_standing(viewer)
        ],
    }
    return Page("commongoal/evidence/returns.html", values)


def send(request: Request) -> Page | HttpResponse:
    """Send a return of one's own organisation."""
    areas = areas_for(request)
    first, last = last_period(request.today, themes().months)
    initial: dict[str, Any] = {
        "token": secrets.token_hex(10),
        "theme": request.GET.get("theme", ""),
        "area": areas.home,
    }
    form = ReturnForm(request.POST or None, initial=initial | {"from_on": first, "until_on": last})
    offer(form, "theme", [("", "Choose a theme"), *((each.id, each.name) for each in themes().themes)])
    offer(form, "area", areas.choices)
    if request.method == "POST" and form.is_valid():
        given, token = form.given(), form.cleaned_data["token"]
        if kept(form, lambda: send_return(by=request.viewer, at=request.at, given=given, token=token), BESIDE):
            messages.success(request, "Return sent. It stands until you send another on the same theme and area")
            return goto("returns")
    lead = f"For {request.viewer.organisation_name}. Asked for now: {day(first)} to {day(last)}."
    return asked(form, "What does your organisation see?", "Send the return", "returns", (), lead)


def withdraw(request: Request, partner_return: int) -> Page | HttpResponse:
    """Withdraw a return of one's own organisation."""
    found = _return(request, partner_return)
    if not may_change_return(request.viewer, found):
        raise NotThere
    form = WhyForm(request.POST or None)
    by, at = request.viewer, request.at
    if request.method == "POST" and form.is_valid():
        why = form.cleaned_data["why"]
        if kept(form, lambda: withdraw_return(by=by, at=at, partner_return=partner_return, why=why), "why"):
            messages.success(request, "Withdrawn. The return before it stands again, if there is one")
            return goto("returns")
    heading = f"Withdraw the return on {themes().name(found.theme).lower()}"
    return asked(form, heading, "Withdraw it", "returns", (), found.words, "warning")


def _return(request: Request, pk: int) -> Any:
    return partner_return(request.viewer, pk)


def _heading(due: tuple[PartnerDue, ...], silent: list[PartnerDue]) -> str:
    if not due:
        return "No partner is asked for returns"
    if not silent:
        return "Every partner has answered"
    if len(silent) == len(due) > 1:
        return f"None of {len(due)} partners has answered in full"
    verb = "has" if len(silent) == 1 else "have"
    return f"{len(silent)} of {counted(len(due), 'partner,partners')} {verb} not answered in full"


FOLLOW = "follow evidence"  # a manager's menu is full; the page of the partnership leads there
ROUTES = (
    Route("places/evidence/returns/", every, "returns", SEE, menu="Returns", section="Place", menu_verb=FOLLOW),
    Route("places/evidence/returns/send/", send, "send_return", SEND),
    Route("places/evidence/returns/<int:partner_return>/withdraw/", withdraw, "withdraw_return", SEND, ("return",)),
)

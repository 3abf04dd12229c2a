"""Help near a postcode, for anybody; and the hubs, for whoever keeps them."""

import datetime as dt
import re

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse

from commongoal.access.queries.organisations import organisations
from commongoal.directory.queries.services import services_for_anybody
from commongoal.places.actions.hubs import save_hub
from commongoal.places.engine.areas import is_area_code
from commongoal.places.engine.hubs import Hub
from commongoal.places.engine.postcodes import MalformedPostcode, normal_postcode
from commongoal.places.queries.hubs import hub as hub_of
from commongoal.places.queries.hubs import hub_for, hubs
from commongoal.web.choices import offer
from commongoal.web.forms import DateField
from commongoal.web.routing import Page, Request, Route, goto

BETWEEN_CODES = re.compile(r"[\s,;]+")


class PostcodeField(forms.CharField):
    """A full postcode, kept in capitals without spaces."""

    def clean(self, value: str) -> str:
        text = str(super().clean(value) or "")
        if not text:
            return ""
        try:
            return normal_postcode(text)
        except MalformedPostcode as refusal:
            raise ValidationError(str(refusal)) from refusal


class NearForm(forms.Form):
    """Where somebody is."""

    postcode = PostcodeField(
        label="What is your postcode?",
        help_text="We use it to find help near you. We do not keep it.",
        max_length=12,
        widget=forms.TextInput(attrs={"class": "govuk-input--width-10", "autocomplete": "postal-code"}),
        error_messages={"required": "Enter a postcode, like CH41 1AA"},
    )


class HubForm(forms.Form):
    """All that a hub says."""

    name = forms.CharField(label="Name", max_length=120)
    organisation = forms.TypedChoiceField(label="Run by", coerce=int)
    address = forms.CharField(label="Address", max_length=300)
    postcode = PostcodeField(label="Postcode", max_length=12)
    phone = forms.CharField(label="Telephone", max_length=30)
    email = forms.EmailField(label="E-mail (optional)", required=False)
    opening = forms.CharField(label="When it is open", max_length=300, help_text="Monday to Friday, 9am to 5pm")
    areas = forms.CharField(
        label="Areas it serves",
        help_text="The codes of districts, wards or LSOAs, with spaces or commas between: E08000015",
        widget=forms.Textarea,
    )
    from_on = DateField(label="Open from", what="first day")
    until_on = DateField(label="Closed from (optional)", what="day it closes", required=False)

    def clean_areas(self) -> tuple[str, ...]:
        codes = [code for code in BETWEEN_CODES.split(self.cleaned_data["areas"].upper()) if code]
        wrong = [code for code in codes if not is_area_code(code)]
        if wrong:
            raise ValidationError(f"{', '.join(wrong)}: the code of an area is a letter and 8 digits, like E08000015")
        return tuple(dict.fromkeys(codes))

    def clean(self) -> None:
        first, last = self.cleaned_data.get("from_on"), self.cleaned_data.get("until_on")
        if first and last and last <= first:
            self.add_error("until_on", "The day it closes must be after the day it opens")


def find_help(request: Request) -> Page:
    """A postcode, and where to go from there. Nothing is kept, and the postcode stays out of the address."""
    form = NearForm(request.POST or None) if request.method == "POST" else NearForm()
    values: dict[str, object] = {"form": form}
    if request.method == "POST" and form.is_valid():
        answer = hub_for(form.cleaned_data["postcode"], request.today)
        values["answer"] = answer
        if answer.areas:
            values["services"] = services_for_anybody(answer.areas, request.today)
    return Page("commongoal/places/find_help.html", values)


def all_hubs(request: Request) -> Page:
    """The hubs, open and closed."""
    return Page("commongoal/places/hubs.html", {"hubs": hubs(request.viewer), "today": request.today})


def add_hub(request: Request) -> Page | HttpResponse:
    """A new hub."""
    return _edited(request, None)


def change_hub(request: Request, hub: int) -> Page | HttpResponse:
    """One hub, to change."""
    return _edited(request, hub_of(request.viewer, hub))


def _edited(request: Request, kept: Hub | None) -> Page | HttpResponse:
    initial = _initial(kept) if kept else {"from_on": request.today}
    form = HubForm(request.POST or None, initial=initial)
    if kept:
        form.fields["organisation"].disabled = True
    choices = [(line.id, line.name) for line in organisations(request.viewer, request.today)]
    offer(form, "organisation", choices)
    if request.method == "POST" and form.is_valid():
        save_hub(_hub(form, kept), by=request.viewer, at=request.at)
        messages.success(request, f"{form.cleaned_data['name']} saved")
        return goto("hubs")
    return Page("commongoal/places/hub.html", {"form": form, "hub": kept})


def _initial(kept: Hub) -> dict[str, object]:
    fields = ("name", "organisation", "address", "phone", "email", "opening", "from_on", "until_on")
    values: dict[str, object] = {field: getattr(kept, field) for field in fields}
    return values | {"postcode": kept.written_postcode, "areas": " ".join(kept.areas)}


def _hub(form: HubForm, kept: Hub | None) -> Hub:
    values = form.cleaned_data
    last: dt.date | None = values["until_on"]
    return Hub(**{**values, "id": kept.id if kept else 0, "organisation_name": "", "until_on": last})


ROUTES = (
    Route("find-help/", find_help, "find_help", public=True),
    Route("hubs/", all_hubs, "hubs", verb="change hubs", menu="Hubs", section="Partnership"),
    Route("hubs/add/", add_hub, "add_hub", verb="change hubs"),
    Route("hubs/<int:hub>/", change_hub, "change_hub", verb="change hubs", about=("hub",)),
)

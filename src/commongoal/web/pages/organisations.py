"""Organisations and partnerships, for administrators."""

from django import forms
from django.contrib import messages
from django.core.validators import RegexValidator
from django.http import HttpResponse

from commongoal.access.actions.organisations import (
    NameTaken,
    add_organisation,
    add_partnership,
    change_organisation,
    close_organisation,
    join_partnership,
    leave_partnership,
)
from commongoal.access.engine.vocabulary import OrganisationKind
from commongoal.access.queries.organisations import organisation as organisation_of
from commongoal.access.queries.organisations import organisations, partnerships
from commongoal.kernel.words import number
from commongoal.web.asking import kept
from commongoal.web.routing import Page, Request, Route, goto

KINDS = [(kind.value, kind.words) for kind in OrganisationKind]


class OrganisationForm(forms.Form):
    """What is known of an organisation."""

    name = forms.CharField(label="Name", max_length=200)
    kind = forms.ChoiceField(label="What kind of organisation is it?", choices=KINDS, widget=forms.RadioSelect)
    phone = forms.CharField(
        label="Phone (optional)",
        max_length=30,
        required=False,
        widget=forms.TextInput(attrs={"type": "tel", "class": "govuk-input--width-20"}),
    )
    email = forms.EmailField(label="E-mail address (optional)", required=False)


class PartnershipForm(forms.Form):
    """What a partnership is called and for which area."""

    name = forms.CharField(label="Name of the partnership", max_length=200)
    area_name = forms.CharField(label="Area", max_length=200, help_text="For example Marlhaven.")
    area_code = forms.CharField(
        label="Code of the area",
        help_text="The nine characters of the Office for National Statistics, such as E07000099.",
        widget=forms.TextInput(attrs={"class": "govuk-input--width-10", "spellcheck": "false"}),
        validators=[RegexValidator(r"^[A-Z]\d{8}$", "Enter a letter and eight digits, such as E07000099")],
    )


def every(request: Request) -> Page:
    """The organisations, each with its members counted."""
    closed = "closed" in request.GET
    found = organisations(request.viewer, request.today, closed=closed)
    heading = f"{number(len(found))} {'organisation' if len(found) == 1 else 'organisations'}"
    return Page("commongoal/organisations/list.html", {"organisations": found, "closed": closed, "heading": heading})


def one(request: Request, organisation: int) -> Page:
    """One organisation and the partnerships it is in."""
    shown = organisation_of(request.viewer, organisation, request.today)
    rows: list[tuple[str, ...]] = [
        ("Kind", shown.kind.words),
        ("Phone", shown.phone or "Not recorded"),
        ("E-mail", shown.email or "Not recorded"),
    ]
    if shown.closed_on is None:
        rows = [("Name", shown.name), *rows]
    values = {"organisation": shown, "rows": rows, "partnerships": partnerships(request.viewer, organisation)}
    return Page("commongoal/organisations/one.html", values)


def add(request: Request) -> Page | HttpResponse:
    """A new organisation."""
    form = OrganisationForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            made = add_organisation(
                given["name"],
                OrganisationKind(given["kind"]),
                phone=given["phone"],
                email=given["email"],
                by=request.viewer,
                at=request.at,
            )
        except NameTaken as refusal:
            form.add_error("name", str(refusal))
        else:
            messages.success(request, f"{given['name']} is added")
            return goto("organisation", made)
    values = {"form": form, "heading": "Add an organisation", "submit_text": "Add the organisation"}
    return Page("commongoal/organisations/form.html", values)


def change(request: Request, organisation: int) -> Page | HttpResponse:
    """Other details of an organisation."""
    shown = organisation_of(request.viewer, organisation, request.today)
    known = {"name": shown.name, "kind": shown.kind.value, "phone": shown.phone, "email": shown.email}
    form = OrganisationForm(request.POST or None, initial=known)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data | {"kind": OrganisationKind(form.cleaned_data["kind"])}
        by, at = request.viewer, request.at
        if kept(form, lambda: change_organisation(organisation, **given, by=by, at=at), beside="name"):
            messages.success(request, "Saved")
            return goto("organisation", organisation)
    values = {"form": form, "organisation": shown, "heading": f"Change {shown.name}", "submit_text": "Save"}
    return Page("commongoal/organisations/form.html", values)


def close(request: Request, organisation: int) -> Page | HttpResponse:
    """From today nobody acts for it."""
    shown = organisation_of(request.viewer, organisation, request.today)
    if request.method == "POST":
        close_organisation(organisation, by=request.viewer, at=request.at)
        messages.success(request, f"{shown.name} is closed")
        return goto("organisation", organisation)
    return Page("commongoal/organisations/close.html", {"organisation": shown})


def change_partners(request: Request, organisation: int, partnership: int) -> HttpResponse:
    """Join a partnership or leave it; the page with the buttons is the organisation's."""
    if request.method == "POST":
        act = leave_partnership if "leave" in request.POST else join_partnership
        act(partnership, organisation, by=request.viewer, at=request.at)
        messages.success(request, "Saved")
    return goto("organisation", organisation)


def new_partnership(request: Request) -> Page | HttpResponse:
    """A new partnership."""
    form = PartnershipForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        if kept(form, lambda: add_partnership(**given, by=request.viewer, at=request.at), beside="name"):
            messages.success(request, f"{form.cleaned_data['name']} is added. Organisations can join it now")
            return goto("organisations")
    values = {"form": form, "heading": "Add a partnership", "submit_text": "Add the partnership"}
    return Page("commongoal/organisations/form.html", values)


CHANGE = "change organisations"
ROUTES = (
    Route("organisations/", every, "organisations", verb=CHANGE, menu="Organisations", section="Partnership"),
    Route("organisations/add/", add, "add_organisation", verb=CHANGE),
    Route("partnerships/add/", new_partnership, "add_partnership", verb=CHANGE),
    Route("organisations/<int:organisation>/", one, "organisation", verb=CHANGE, about=("organisation",)),
    Route(
        "organisations/<int:organisation>/change/",
        change,
        "change_organisation",
        verb=CHANGE,
        about=("organisation",),
    ),
    Route("organisations/<int:organisation>/close/", close, "close_organisation", verb=CHANGE, about=("organisation",)),
    Route(
        "organisations/<int:organisation>/partnerships/<int:partnership>/",
        change_partners,
        "change_partners",
        verb=CHANGE,
        about=("organisation", "partnership"),
    ),
)

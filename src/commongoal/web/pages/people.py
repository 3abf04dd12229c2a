"""People: search, then add; change; restrict."""

import base64
import datetime as dt
import json
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse, QueryDict

from commongoal.access.engine.permissions import allowed
from commongoal.access.engine.shown import Shown
from commongoal.access.queries.keys import key_ring
from commongoal.people.actions.adding import LooksLikeSomebody, add_person
from commongoal.people.actions.changing import change_person
from commongoal.people.actions.restricting import open_record, restrict_person
from commongoal.people.engine.details import PersonDetails, faults, tidied
from commongoal.people.engine.search import Found, Searched, terms_of
from commongoal.people.engine.vocabulary import ContactMethod
from commongoal.people.queries.duplicates import likely_people
from commongoal.people.queries.named import may_be_named
from commongoal.people.queries.record import details_now
from commongoal.people.queries.search import search
from commongoal.web.asking import kept
from commongoal.web.choices import choices_of
from commongoal.web.forms import Checkboxes, DateField
from commongoal.web.routing import Page, Request, Route, goto

NI_SEALED = "ni_sealed"
SEARCHED = "searched"  # the sealed note of a search, carried from page to page in a hidden field


class SearchForm(forms.Form):
    """One line, in which anything may be typed in any order."""

    q = forms.CharField(
        label="Name, date of birth, postcode, telephone or National Insurance number",
        help_text="As much as you know, in any order. For example: Rosa Marden 12 4 1985",
        max_length=200,
        error_messages={"required": "Enter what you know of the person"},
    )


class PersonForm(forms.Form):
    """The details of a person."""

    first_name = forms.CharField(label="First name", max_length=100)
    last_name = forms.CharField(label="Last name", max_length=100)
    known_as = forms.CharField(label="Known as (optional)", max_length=100, required=False)
    born_on = DateField(
        label="Date of birth (optional)", what="date of birth", required=False, help_text="For example, 27 3 1985"
    )
    address = forms.CharField(label="Address without postcode (optional)", max_length=300, required=False)
    postcode = forms.CharField(
        label="Postcode (optional)",
        max_length=10,
        required=False,
        widget=forms.TextInput(attrs={"class": "govuk-input--width-10"}),
    )
    phone = forms.CharField(
        label="Telephone (optional)",
        max_length=30,
        required=False,
        widget=forms.TextInput(attrs={"type": "tel", "class": "govuk-input--width-20"}),
    )
    email = forms.CharField(
        label="E-mail address (optional)",
        max_length=254,
        required=False,
        widget=forms.TextInput(attrs={"type": "email", "spellcheck": "false"}),
    )
    contact_by = forms.ChoiceField(
        label="How do they prefer to be reached? (optional)",
        choices=[("", "Not known"), *choices_of(ContactMethod)],
        required=False,
        widget=forms.RadioSelect,
    )
    ni = forms.CharField(
        label="National Insurance number (optional)",
        help_text="Never shown in a list. For example, QQ 12 34 56 C",
        max_length=13,
        required=False,
        widget=forms.TextInput(attrs={"class": "govuk-input--width-10", "spellcheck": "false"}),
    )

    def __init__(self, *args: Any, today: dt.date, ni_recorded: bool = False, **named: Any) -> None:
        super().__init__(*args, **named)
        self.today = today
        if ni_recorded:
            self.fields["ni"].help_text = "One is recorded. Leave this empty to keep it"

    def clean(self) -> dict[str, Any]:
        """Every fault of the details at once, beside its field."""
        values = super().clean() or self.cleaned_data
        for fault in faults(self.details, self.today):
            if fault.field not in self.errors:
                self.add_error(fault.field, fault.says)
        return values

    @property
    def details(self) -> PersonDetails:
        """What was entered, tidied."""
        got = {name: value for name, value in self.cleaned_data.items() if name in PersonDetails.__dataclass_fields__}
        return tidied(PersonDetails(**{"first_name": "", "last_name": ""} | got))


# --- search


def people(request: Request) -> Page:
    """Search; the button that adds somebody comes with the answer."""
    form = SearchForm(request.POST if request.method == "POST" else None)
    if request.method != "POST" or not form.is_valid():
        return Page("commongoal/people/search.html", {"form": form, "heading": "Find somebody"})
    words = form.cleaned_data["q"]
    shown = search(terms_of(words), request.viewer)
    found = shown.value
    seen = {match.person for match in found.matches} | set(found.elsewhere_ids)
    values = {
        "form": form,
        "found": found,
        "heading": heading_of(found),
        SEARCHED: sealed(request, seen, words) if allowed(request.viewer, "add person") else "",
    }
    return Page("commongoal/people/search.html", values, listed=shown.listed)


def heading_of(found: Found) -> str:
    """The answer of a search in words."""
    count = len(found.matches)
    if found.more:
        return f"More than {count} people may be who you mean"
    if count:
        return "1 person may be who you mean" if count == 1 else f"{count} people may be who you mean"
    return "Somebody else may know this person" if found.elsewhere else "Nobody here matches"


# --- add


def add(request: Request) -> Page | HttpResponse:
    """The details of somebody new, then whoever they may be already, then done. Without a search: search first."""
    searched, words = opened(request)
    if searched is None:
        messages.info(request, "Search first: the person may be here already.")
        return goto("people")
    if "first_name" not in request.POST:
        form = PersonForm(initial=begun(words), today=request.today)
        return _form_page(request, form, searched, words)
    form = PersonForm(typed(request), today=request.today)
    if not form.is_valid():
        return _form_page(request, form, searched, words)
    likely, ids = likely_people(form.details, request.viewer)
    if ids and "none" not in request.POST:
        return _check_page(request, form, likely, searched.seen | ids, words)
    try:
        added = add_person(form.details, searched=searched, by=request.viewer, at=request.at)
    except LooksLikeSomebody:  # somebody was added while the user looked
        return _check_page(request, form, likely, searched.seen | ids, words)
    messages.success(request, f"{form.details.first_name} {form.details.last_name} added. You are their named worker.")
    return goto("person", added.person)


def begun(words: str) -> dict[str, Any]:
    """The names typed into the search, to begin the form with."""
    names = [name.capitalize() for name in terms_of(words).names]
    return {"first_name": " ".join(names[:1]), "last_name": " ".join(names[1:])}


def _form_page(request: Request, form: PersonForm, searched: Searched, words: str) -> Page:
    token = sealed(request, searched.seen, words, since=searched.at)
    return Page("commongoal/people/add.html", {"form": form, SEARCHED: token})


def _check_page(request: Request, form: PersonForm, likely: Shown[Found], seen: frozenset[int], words: str) -> Page:
    """Whoever this may be already; the details typed travel on in hidden fields."""
    once = {"csrfmiddlewaretoken", SEARCHED, "ni", NI_SEALED}
    fields = [(name, text) for name, text in request.POST.items() if name not in once]
    fields.append((NI_SEALED, text_sealed(form.details.ni)))
    count = len(likely.value.matches) + len(likely.value.elsewhere)
    values = {
        "found": likely.value,
        "details": form.details,
        "fields": fields,
        "heading": "This may be somebody already here" if count == 1 else f"{count} records may be this person",
        SEARCHED: sealed(request, seen, words),
    }
    return Page("commongoal/people/check.html", values, listed=likely.listed)


def sealed(request: Request, seen: set[int] | frozenset[int], words: str, since: dt.datetime | None = None) -> str:
    """That the viewer searched, when and what they saw, sealed: what is searched for is nobody else's to read."""
    note = {"by": request.viewer.membership, "at": (since or request.at).isoformat(), "seen": sorted(seen), "q": words}
    return text_sealed(json.dumps(note))


def opened(request: Request) -> tuple[Searched | None, str]:
    """The search that a page was reached from, if it was one of ours; and the words."""
    try:
        note = json.loads(text_opened(request.POST.get(SEARCHED, "")))
    except ValueError:  # which a text that does not open is too
        return None, ""
    return Searched(note["by"], dt.datetime.fromisoformat(note["at"]), frozenset(note["seen"])), note["q"]


def typed(request: Request) -> QueryDict:
    """The details sent; a National Insurance number comes back sealed from the page in between, which shows none."""
    data = request.POST.copy()
    if NI_SEALED in data:
        try:
            data["ni"] = text_opened(str(data[NI_SEALED]))
        except ValueError:
            data["ni"] = ""
    return data


def text_sealed(text: str) -> str:
    """The text for a hidden field that says nothing."""
    return base64.urlsafe_b64encode(key_ring().seal(text)).decode()


def text_opened(text: str) -> str:
    """The text sealed. Raises `ValueError`."""
    return key_ring().open(base64.urlsafe_b64decode(text))


# --- change


def change(request: Request, person: int) -> Page | HttpResponse:
    """The details, to be changed; whoever saves second is told what the first one changed."""
    shown = details_now(person, request.viewer)
    now = shown.value
    first = {name: getattr(now.details, name) for name in PersonDetails.__dataclass_fields__}
    named: dict[str, Any] = {"today": request.today, "ni_recorded": now.ni_recorded}
    form = PersonForm(request.POST, **named) if request.method == "POST" else PersonForm(initial=first, **named)
    if request.method == "POST" and form.is_valid():
        try:
            version = int(request.POST.get("version", "0")[:9])
        except ValueError:
            version = 0
        details = form.details
        if kept(form, lambda: change_person(person, details, version=version, by=request.viewer, at=request.at)):
            messages.success(request, "Details saved.")
            return goto("person", person)
    version_shown = request.POST.get("version", "") if request.method == "POST" else str(now.version)
    values = {"form": form, "person": now, "version": version_shown, "stale": version_shown != str(now.version)}
    return Page("commongoal/people/change.html", values, people=shown.people)


# --- restrict


def restrict(request: Request, person: int) -> Page | HttpResponse:
    """Who alone may open the record, or that everybody may again whose organisation works with the person."""
    shown = details_now(person, request.viewer, "restrict person")
    choices = may_be_named(person, request.viewer, request.today)
    form = NamedForm(request.POST or None, choices=choices)
    if request.method == "POST" and "open" in request.POST:
        open_record(person, by=request.viewer, at=request.at)
        messages.success(request, "The record is restricted no longer.")
        return goto("person", person)
    if request.method == "POST" and form.is_valid():
        named = {int(pk) for pk in form.cleaned_data["named"]}
        if kept(form, lambda: restrict_person(person, named, by=request.viewer, at=request.at)):
            messages.success(request, "Only the people you named can open this record now.")
            return goto("person", person)
    return Page("commongoal/people/restrict.html", {"form": form, "person": shown.value}, people=shown.people)


class NamedForm(forms.Form):
    """Who may open a restricted record."""

    named = forms.MultipleChoiceField(
        label="Who needs to open this record?",
        widget=Checkboxes,
        error_messages={"required": "Choose at least one person"},
    )

    def __init__(self, *args: Any, choices: tuple[tuple[int, str, bool], ...], **named: Any) -> None:
        super().__init__(*args, **named)
        field = self.fields["named"]
        assert isinstance(field, forms.MultipleChoiceField)
        field.choices = [(str(pk), name) for pk, name, _ in choices]
        field.initial = [str(pk) for pk, _, already in choices if already]


ROUTES = (
    Route("people/", people, "people", verb="find people", menu="People"),
    Route("people/add/", add, "add_person", verb="add person"),
    Route("people/<int:person>/change/", change, "change_person", verb="change person", about=("person",)),
    Route("people/<int:person>/restrict/", restrict, "restrict_person", verb="restrict person", about=("person",)),
)

"""Household and family links made and ended."""

from django import forms
from django.contrib import messages
from django.http import HttpResponse

from commongoal.access.engine.refusals import NotThere
from commongoal.people.actions.family import add_relative, end_family_link, leave_household
from commongoal.people.engine.vocabulary import FamilyLinkKind
from commongoal.people.queries.family import linked_name
from commongoal.people.queries.person_page import person_heading
from commongoal.web.asking import kept, question
from commongoal.web.choices import choices_of
from commongoal.web.routing import Page, Request, Route, goto


class RelativeForm(forms.Form):
    """Who, what they are to this person, and whether the two live together."""

    other = forms.IntegerField(
        label="Reference of the other person",
        help_text="It is on their record. Add them first if they have none",
        min_value=1,
        max_value=2**62,
    )
    kind = forms.ChoiceField(
        label="What are they to this person?",
        choices=[
            *choices_of(FamilyLinkKind),
            ("", "Not family"),
        ],
        widget=forms.RadioSelect,
        required=False,
    )
    together = forms.BooleanField(label="They live together", required=False)

    def clean(self) -> None:
        """Either answer will do, but not neither."""
        if not self.errors and not self.cleaned_data.get("kind") and not self.cleaned_data.get("together"):
            self.add_error("kind", "Choose what they are to this person, or tick that they live together")


def add(request: Request, person: int) -> Page | HttpResponse:
    """Ask who belongs to the person, and link them."""
    shown = person_heading(person, request.viewer, "change person")
    form = RelativeForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and _linked(request, person, form):
        messages.success(request, "Added to the family")
        return goto("person", person)
    return question(shown, form, "Who belongs to their family or household?", "Add them")


def _linked(request: Request, person: int, form: RelativeForm) -> bool:
    answers = form.cleaned_data
    kind = FamilyLinkKind(answers["kind"]) if answers["kind"] else None
    try:
        return kept(
            form,
            lambda: add_relative(
                by=request.viewer,
                at=request.at,
                person=person,
                other=answers["other"],
                kind=kind,
                together=answers["together"],
            ),
        )
    except NotThere:  # the person was just shown, so it is the other who is out of reach, or nobody
        form.add_error("other", "There is nobody with this reference whose record you can change")
        return False


def end(request: Request, person: int, link: int) -> Page | HttpResponse:
    """Make sure, and end the link on both sides."""
    shown = person_heading(person, request.viewer, "change person")
    name, other = linked_name(person, link, request.viewer)
    form = forms.Form(request.POST if request.method == "POST" else None)
    if form.is_valid() and kept(
        form, lambda: end_family_link(by=request.viewer, at=request.at, person=person, link=link)
    ):
        messages.success(request, "The family link has ended")
        return goto("person", person)
    page = question(shown, form, f"End the family link with {name}?", "End the link", kind="warning")
    return Page(page.template, page.values, people=page.people, listed=(other,) if other else ())


def leave(request: Request, person: int) -> Page | HttpResponse:
    """Make sure, and take the person out of their household."""
    shown = person_heading(person, request.viewer, "change person")
    form = forms.Form(request.POST if request.method == "POST" else None)
    if form.is_valid() and kept(form, lambda: leave_household(by=request.viewer, at=request.at, person=person)):
        messages.success(request, "They live with their household no longer")
        return goto("person", person)
    return question(shown, form, "Do they no longer live with their household?", "They live elsewhere")


ROUTES = (
    Route("people/<int:person>/family/add/", add, "family_add", verb="change person", about=("person",)),
    Route(
        "people/<int:person>/family/<int:link>/end/",
        end,
        "family_end",
        verb="change person",
        about=("person", "family link"),
    ),
    Route("people/<int:person>/household/leave/", leave, "household_leave", verb="change person", about=("person",)),
)

"""Ground-level research: what residents were asked, what they said, by theme; never who they are."""

import secrets
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse

from commongoal.access.engine.permissions import Relation, Viewer, allowed, relations_allowing
from commongoal.access.engine.refusals import NotThere
from commongoal.access.queries.sharing import organisation, partners
from commongoal.kernel.errors import Refused
from commongoal.places.actions.evidence import add_finding, add_research, withdraw_finding, withdraw_research
from commongoal.places.engine import evidence as refusals
from commongoal.places.engine.evidence import ResearchMethod
from commongoal.places.engine.evidence_given import NewFinding, NewResearch
from commongoal.places.engine.evidence_seen import ResearchSeen
from commongoal.places.files.themes import themes
from commongoal.places.queries.evidence import RECORD, SEE, finding, relations_to, research, research_list
from commongoal.web.area_choices import areas_for
from commongoal.web.asking import kept
from commongoal.web.choices import offer
from commongoal.web.forms import DateField, Radios
from commongoal.web.routing import Page, Request, Route, goto
from commongoal.web.tags import counted
from commongoal.web.without_identities import WithoutIdentities

METHODS = (
    (ResearchMethod.SURVEY.value, "A survey"),
    (ResearchMethod.INTERVIEWS.value, "Interviews"),
    (ResearchMethod.GROUP.value, "A group that met"),
    (ResearchMethod.OTHER.value, "Another way"),
)
NO_NAMES = "No names, telephone numbers, e-mail addresses, postcodes or dates of birth"
BESIDE: dict[type[Refused], str] = {
    refusals.NeedsConsent: "consent",
    refusals.EndsBeforeStart: "until_on",
    refusals.NotOverYet: "until_on",
    refusals.NobodyTookPart: "people",
    refusals.NoSuchAreaCode: "area",
}


class ResearchForm(WithoutIdentities):
    """A piece of research."""

    token = forms.CharField(widget=forms.HiddenInput)
    title = forms.CharField(label="What is it called?", max_length=200)
    organisation = forms.ChoiceField(label="Which organisation did it?")
    method = forms.ChoiceField(label="How were people asked?", choices=METHODS, widget=Radios())
    area = forms.ChoiceField(label="Where do they live?")
    from_on = DateField(label="First day", what="first day")
    until_on = DateField(label="Last day", what="last day")
    people = forms.IntegerField(label="How many people took part?", min_value=1, max_value=1_000_000)
    consent = forms.CharField(
        label="How did they agree that it may be used?",
        help_text="For example: told in writing what it is for, and ticked a box",
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    about = forms.CharField(
        label="What else should a reader know? (optional)",
        help_text=f"Who was asked, who was missed. {NO_NAMES}",
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def given(self) -> NewResearch:
        """The answers."""
        found = self.cleaned_data
        plain = {name: found[name] for name in ("title", "from_on", "until_on", "area", "people", "consent", "about")}
        return NewResearch(organisation=int(found["organisation"]), method=ResearchMethod(found["method"]), **plain)


class FindingForm(WithoutIdentities):
    """What it found on one theme."""

    theme = forms.ChoiceField(label="Which theme?")
    area = forms.ChoiceField(label="Where?")
    people = forms.IntegerField(label="How many said so?", min_value=0, max_value=1_000_000)
    words = forms.CharField(
        label="What did they say?",
        help_text=f"In a sentence or two. {NO_NAMES}",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )


class WhyForm(WithoutIdentities):
    """Why it counts no more."""

    why = forms.CharField(label="Why?", max_length=300, widget=forms.Textarea(attrs={"rows": 3}))


def every(request: Request) -> Page:
    """Every piece of research."""
    found = research_list(request.viewer)
    areas = areas_for(request)
    standing = [each for each in found if not each.withdrawn]
    heading = f"{counted(len(standing), 'piece,pieces')} of research with residents"
    values = {
        "heading": heading if standing else "Nobody has asked residents yet",
        "research": [(each, areas.name(each.area), sum(not one.withdrawn for one in each.findings)) for each in found],
        "may": bool(relations_allowing(request.viewer.role, RECORD)),
    }
    return Page("commongoal/evidence/research_list.html", values)


def add(request: Request) -> Page | HttpResponse:
    """Record a piece of research."""
    areas, token = areas_for(request), secrets.token_hex(10)
    form = ResearchForm(request.POST or None, initial={"token": token, "area": areas.home})
    offer(form, "organisation", _organisations(request.viewer))
    offer(form, "area", areas.choices)
    if request.method == "POST" and form.is_valid():
        made, given, token = [0], form.given(), form.cleaned_data["token"]

        def action() -> None:
            made[0] = add_research(by=request.viewer, at=request.at, research=given, token=token)

        if kept(form, action, BESIDE):
            messages.success(request, "Research recorded. Add what it found, theme by theme")
            return goto("research", made[0])
    return asked(form, "Record research with residents", "Save the research", "research_list")


def one(request: Request, research: int) -> Page:
    """One piece of research with what it found."""
    found = _one(request, research)
    areas = areas_for(request)
    rows = [
        ("Who did it", found.organisation_name),
        ("How", dict(METHODS).get(found.method, found.method)),
        ("When", (found.from_on, found.until_on)),
        ("Where", areas.name(found.area)),
        ("Who took part", f"{found.people} people"),
        ("How they agreed", found.consent),
        ("More", found.about or "Nothing"),
    ]
    values = {
        "research": found,
        "rows": rows,
        "findings": [(each, themes().name(each.theme), areas.name(each.area)) for each in found.findings],
    }
    return Page("commongoal/evidence/research.html", values)


def find(request: Request, research: int) -> Page | HttpResponse:
    """Add what a piece of research found on a theme."""
    found, areas = _own(request, research), areas_for(request)
    form = FindingForm(request.POST or None, initial={"area": found.area})
    offer(form, "theme", [("", "Choose a theme"), *((each.id, each.name) for each in themes().themes)])
    offer(form, "area", areas.choices or [(found.area, found.area)])
    if request.method == "POST" and form.is_valid():
        given = NewFinding(**form.cleaned_data)
        beside = {refusals.TooManySaidSo: "people", refusals.NoSuchTheme: "theme", refusals.NeedsWords: "words"}
        if kept(form, lambda: add_finding(by=request.viewer, at=request.at, research=research, finding=given), beside):
            messages.success(request, "Finding added")
            return goto("research", research)
    lead = f"Of {found.title}, in which {found.people} people took part."
    return asked(form, "What did it find?", "Add the finding", "research", (research,), lead)


def withdraw(request: Request, research: int) -> Page | HttpResponse:
    """Withdraw a piece of research."""
    found = _own(request, research)
    form = WhyForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        why = form.cleaned_data["why"]
        if kept(form, lambda: withdraw_research(by=request.viewer, at=request.at, research=research, why=why), "why"):
            messages.success(request, "Withdrawn. It counts no more, and is kept with the reason")
            return goto("research", research)
    back = ("research", (research,))
    return asked(form, f"Withdraw {found.title}", "Withdraw it", *back, "Its findings count no more either.", "warning")


def unfind(request: Request, research: int, finding: int) -> Page | HttpResponse:
    """Withdraw one finding."""
    _own(request, research)
    found = _finding(request, research, finding)
    form = WhyForm(request.POST or None)
    by, at = request.viewer, request.at
    if request.method == "POST" and form.is_valid():
        of = {"research": research, "finding": finding, "why": form.cleaned_data["why"]}
        if kept(form, lambda: withdraw_finding(by=by, at=at, **of), "why"):
            messages.success(request, "Withdrawn. It counts no more, and is kept with the reason")
            return goto("research", research)
    heading = f"Withdraw the finding on {themes().name(found.theme).lower()}"
    return asked(form, heading, "Withdraw it", "research", (research,), found.words, "warning")


def asked(
    form: forms.Form, heading: str, submit: str, back: str, ids: tuple[int, ...] = (), lead: str = "", kind: str = ""
) -> Page:
    """The page of one question about evidence."""
    values = {"form": form, "heading": heading, "submit_text": submit, "back_to": back, "back_ids": ids, "lead": lead}
    return Page("commongoal/evidence/question.html", values | {"kind": kind, "back_id": ids[0] if ids else None})


def _one(request: Request, pk: int) -> ResearchSeen:
    return research(request.viewer, pk)


def _own(request: Request, pk: int) -> ResearchSeen:
    """One that the viewer may change. Raises `NotThere`."""
    found = _one(request, pk)
    if not allowed(request.viewer, RECORD, relations_to(found.organisation, request.viewer)):
        raise NotThere
    return found


def _finding(request: Request, of: int, pk: int) -> Any:
    return finding(request.viewer, of, pk)


def _organisations(viewer: Viewer) -> list[tuple[str, str]]:
    """The viewer's own, and for whoever records for any the partners as well."""
    found = [organisation(viewer.organisation)]
    if Relation.ANY in relations_allowing(viewer.role, RECORD):
        found += sorted(partners(viewer), key=lambda each: each.name)
    return [(str(each.id), each.name) for each in found]


ABOUT, OF = ("research",), ("research", "research finding")
ROUTES = (
    Route(
        "places/evidence/research/",
        every,
        "research_list",
        SEE,
        menu="Research",
        section="Place",
        menu_verb="follow evidence",
    ),
    Route("places/evidence/research/add/", add, "add_research", RECORD),
    Route("places/evidence/research/<int:research>/", one, "research", SEE, ABOUT),
    Route("places/evidence/research/<int:research>/find/", find, "add_finding", RECORD, ABOUT),
    Route("places/evidence/research/<int:research>/withdraw/", withdraw, "withdraw_research", RECORD, ABOUT),
    Route("places/evidence/research/<int:research>/<int:finding>/withdraw/", unfind, "withdraw_finding", RECORD, OF),
)

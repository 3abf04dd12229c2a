"""What the partnership will act on, with what supports it from each source and what speaks against it."""

import datetime as dt
import re
import secrets
from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse

from commongoal.access.engine.permissions import allowed
from commongoal.access.engine.refusals import NotThere
from commongoal.kernel.errors import Refused
from commongoal.places.actions.priorities import VERB, cite, end_priority, set_priority, withdraw_citation
from commongoal.places.engine import evidence as refusals
from commongoal.places.engine.evidence import NAMES, NOBODY, Source, Stance
from commongoal.places.engine.evidence_given import NewCitation, NewPriority
from commongoal.places.engine.evidence_seen import Cited, PrioritySeen
from commongoal.places.engine.official import OfficialFigure
from commongoal.places.files.themes import themes
from commongoal.places.queries.evidence import SEE, findings_standing, priorities, priority, returns_standing
from commongoal.web.area_choices import areas_for
from commongoal.web.asking import kept
from commongoal.web.choices import offer
from commongoal.web.forms import Radios
from commongoal.web.official_figures import official_in
from commongoal.web.pages.evidence import SOURCES
from commongoal.web.pages.research import NO_NAMES, WhyForm, asked
from commongoal.web.place_evidence import known_of
from commongoal.web.routing import Page, Request, Route, goto
from commongoal.web.tags import counted, day
from commongoal.web.without_identities import WithoutIdentities

STANCES = ((Stance.FOR.value, "It speaks for the priority"), (Stance.AGAINST.value, "It speaks against the priority"))

FOLLOW = "follow evidence"
EDITION = re.compile(r"(.+)-(\d{4}-\d\d-\d\d)-\d+")
"""What the store calls an edition: the dataset, the day it was fetched and a number."""
UNCITED = {
    Source.OFFICIAL: "No official figure is cited",
    Source.RESIDENTS: "Residents have been asked, and nothing they said is cited",
    Source.PARTNERS: "Partners have answered, and nothing they said is cited",
}


class PriorityForm(WithoutIdentities):
    """A priority."""

    token = forms.CharField(widget=forms.HiddenInput)
    title = forms.CharField(label="What will the partnership do?", max_length=200)
    theme = forms.ChoiceField(label="Which theme is it about?")
    area = forms.ChoiceField(label="Where?")
    why = forms.CharField(
        label="Why this, before others?", help_text=NO_NAMES, max_length=2000, widget=forms.Textarea(attrs={"rows": 4})
    )


class CitationForm(WithoutIdentities):
    """What speaks for or against it."""

    what = forms.ChoiceField(label="What do you cite?", widget=Radios())
    stance = forms.ChoiceField(label="What does it do?", choices=STANCES, widget=Radios())
    words = forms.CharField(
        label="What should a reader see in it? (optional)",
        help_text=NO_NAMES,
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


def every(request: Request) -> Page:
    """Every priority."""
    found, areas, names = priorities(request.viewer), areas_for(request), themes()
    there = _there(request)
    standing = [each for each in found if each.ended_at is None]
    values = {
        "heading": _heading(standing),
        "priorities": [
            (each, names.name(each.theme), areas.name(each.area), [_missing(each, one, there) for one in each.missing])
            for each in found
        ],
        "may": allowed(request.viewer, VERB),
    }
    return Page("commongoal/evidence/priorities.html", values)


def add(request: Request) -> Page | HttpResponse:
    """Set a priority."""
    areas = areas_for(request)
    form = PriorityForm(request.POST or None, initial={"token": secrets.token_hex(10), "area": areas.home})
    offer(form, "theme", [("", "Choose a theme"), *((each.id, each.name) for each in themes().themes)])
    offer(form, "area", areas.choices)
    if request.method == "POST" and form.is_valid():
        given = dict(form.cleaned_data)
        token, made = given.pop("token"), [0]

        def action() -> None:
            made[0] = set_priority(by=request.viewer, at=request.at, priority=NewPriority(**given), token=token)

        if kept(form, action, {refusals.NeedsReason: "why", refusals.NoSuchAreaCode: "area"}):
            messages.success(request, "Priority set. Now cite what supports it")
            return goto("priority", made[0])
    return asked(form, "Set a priority", "Set the priority", "priorities")


def one(request: Request, priority: int) -> Page:
    """One priority: what supports it from each source, and what speaks against it."""
    found = _one(request, priority)
    there = _there(request)
    cited = [
        {
            "id": source.value,
            "title": title,
            "cited": [(each, _editions_of(each)) for each in found.of(source)],
            "nothing": _missing(found, source, there),
        }
        for source, title in SOURCES.items()
    ]
    values = {
        "priority": found,
        "theme": themes().name(found.theme),
        "area": areas_for(request).name(found.area),
        "sources": cited,
        "may": allowed(request.viewer, VERB) and found.ended_at is None,
    }
    return Page("commongoal/evidence/priority.html", values)


def _editions_of(cited: Cited) -> list[str]:
    """The editions that a cited figure was taken from, in words: "claimant count fetched on 20 October 2026"."""
    return [_edition_words(name) for name in (cited.figure.editions if cited.figure else ())]


def _edition_words(name: str) -> str:
    """A name of another shape is left as it is."""
    parts = EDITION.fullmatch(name)
    return f"{parts[1].replace('-', ' ')} fetched on {day(dt.date.fromisoformat(parts[2]))}" if parts else name


def add_citation(request: Request, priority: int) -> Page | HttpResponse:
    """Cite something of one source (`?source=`, official figures where none is said) for or against a priority."""
    found = _one(request, priority, cited=False)
    asked_for = request.GET.get("source", "")
    source = Source(asked_for) if asked_for in set(Source) else Source.OFFICIAL
    offered = _OFFERED[source](request, found)
    form = CitationForm(request.POST or None, initial={"stance": Stance.FOR.value})
    offer(form, "what", [(key, words) for key, words, _, _ in offered])
    form.fields["what"].widget.hints = {key: hint for key, _, hint, _ in offered}
    if request.method == "POST" and form.is_valid():
        of = next(of for key, _, _, of in offered if key == form.cleaned_data["what"])
        given = NewCitation(Stance(form.cleaned_data["stance"]), form.cleaned_data["words"], **of)
        beside: dict[type[Refused], str] = {refusals.AlreadyCited: "what", refusals.Standing: "what"}
        if kept(form, lambda: cite(by=request.viewer, at=request.at, priority=priority, citation=given), beside):
            messages.success(request, "Cited")
            return goto("priority", priority)
    lead = f"For “{found.title}”." if offered else f"{NOBODY[source]}: nothing can be cited."
    heading = f"What do {NAMES[source]} say of {themes().name(found.theme).lower()}?"
    return asked(form, heading, "Cite it" if offered else "", "priority", (priority,), lead)


def uncite(request: Request, priority: int, citation: int) -> Page | HttpResponse:
    """Withdraw a citation."""
    found = _one(request, priority)
    if not any(each.id == citation for each in found.cited):
        raise NotThere
    form = forms.Form(request.POST if request.method == "POST" else None)
    by, at = request.viewer, request.at
    if (
        request.method == "POST"
        and form.is_valid()
        and kept(form, lambda: withdraw_citation(by=by, at=at, priority=priority, citation=citation))
    ):
        messages.success(request, "The citation counts no more, and is kept")
        return goto("priority", priority)
    return asked(form, "Withdraw this citation?", "Withdraw it", "priority", (priority,), "", "warning")


def end(request: Request, priority: int) -> Page | HttpResponse:
    """End a priority."""
    found = _one(request, priority)
    form = WhyForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        why = form.cleaned_data["why"]
        if kept(form, lambda: end_priority(by=request.viewer, at=request.at, priority=priority, why=why), "why"):
            messages.success(request, "Ended. It is kept with the reason")
            return goto("priority", priority)
    return asked(form, f"End “{found.title}”?", "End it", "priority", (priority,), "", "warning")


Offered = tuple[str, str, str, dict[str, Any]]  # its key, words, hint, and what is cited


def _official(request: Request, found: PrioritySeen) -> list[Offered]:
    """Figures of the area, those of the theme's indicators first."""
    codes = next((each.indicators for each in themes().themes if each.id == found.theme), ())
    figures = official_in(known_of(request.viewer), [found.area], request.today)
    ordered = sorted(figures, key=lambda figure: (figure.indicator not in codes, figure.name))
    return [(each.indicator, each.name, _hint(each), {"figure": each}) for each in ordered]


def _residents(request: Request, found: PrioritySeen) -> list[Offered]:
    """What residents said of the theme, wherever."""
    areas = areas_for(request)
    return [
        (
            str(each.id),
            f"{each.title}, {areas.name(each.area)}",
            f"{each.said.words}: {each.words}",
            {"finding": each.id},
        )
        for each in findings_standing(request.viewer)
        if each.theme == found.theme
    ]


def _partners(request: Request, found: PrioritySeen) -> list[Offered]:
    """What partners say of the theme, wherever."""
    areas = areas_for(request)
    return [
        (
            str(each.id),
            f"{each.organisation_name}, {areas.name(each.area)}",
            f"{each.says.value}: {each.words}",
            {"partner_return": each.id},
        )
        for each in returns_standing(request.viewer)
        if each.theme == found.theme
    ]


_OFFERED: dict[Source, Callable[[Request, PrioritySeen], list[Offered]]] = {
    Source.OFFICIAL: _official,
    Source.RESIDENTS: _residents,
    Source.PARTNERS: _partners,
}


def _hint(figure: OfficialFigure) -> str:
    return ". ".join(part for part in (figure.said, figure.period, figure.compared) if part)


def _there(request: Request) -> dict[Source, set[str]]:
    """The themes of which residents, and partners, have said something."""
    return {
        Source.RESIDENTS: {each.theme for each in findings_standing(request.viewer)},
        Source.PARTNERS: {each.theme for each in returns_standing(request.viewer)},
    }


def _missing(found: PrioritySeen, source: Source, there: dict[Source, set[str]]) -> str:
    """What is said of a source that nothing is cited from."""
    if source is Source.OFFICIAL or found.theme in there[source]:
        return UNCITED[source]
    return NOBODY[source]


def _one(request: Request, pk: int, cited: bool = True) -> PrioritySeen:
    return priority(request.viewer, pk, cited)


def _heading(standing: list[PrioritySeen]) -> str:
    if not standing:
        return "No priority is set yet"
    whole = sum(not each.missing for each in standing)
    return f"{counted(len(standing), 'priority,priorities')}, {whole} with evidence from all three sources"


ABOUT = ("priority",)
ROUTES = (
    Route("places/priorities/", every, "priorities", SEE, menu="Priorities", section="Place", menu_verb=FOLLOW),
    Route("places/priorities/add/", add, "add_priority", VERB),
    Route("places/priorities/<int:priority>/", one, "priority", SEE, ABOUT),
    Route("places/priorities/<int:priority>/cite/", add_citation, "add_citation", VERB, ABOUT),
    Route("places/priorities/<int:priority>/end/", end, "end_priority", VERB, ABOUT),
    Route(
        "places/priorities/<int:priority>/citations/<int:citation>/withdraw/", uncite, "withdraw_citation", VERB,
        ("priority", "citation"),
    ),
)  # fmt: skip

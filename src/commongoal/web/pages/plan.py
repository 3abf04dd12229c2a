"""An action plan: begun, read, agreed to, looked at again and ended; its goals and tasks are changed elsewhere."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse

from commongoal.access.engine.shown import Shown
from commongoal.access.queries.sharing import programmes_on
from commongoal.pathway.actions.planning import agree_plan, begin_plan, end_plan, review_plan
from commongoal.pathway.engine.casework import ReviewReason
from commongoal.pathway.engine.plan import changes
from commongoal.pathway.queries.plan import (
    PlanOf,
    plan_alone,
    plan_of,
    plan_version,
    programmes_without_plan,
    the_plan,
)
from commongoal.pathway.queries.plan_rows import named_in
from commongoal.people.engine.record import Heading
from commongoal.people.engine.vocabulary import DataClass, GivenHow
from commongoal.people.queries.person_page import person_heading
from commongoal.web.asking import kept, question
from commongoal.web.choices import choices_of, offer
from commongoal.web.forms import DateField
from commongoal.web.routing import Page, Request, Route, goto

RADIOS = forms.RadioSelect
REASONS = [reason for reason in ReviewReason if reason is not ReviewReason.ENDING]  # ending has a page of its own


class BeginForm(forms.Form):
    """On which programme."""

    programme = forms.ChoiceField(label="On which programme?", widget=RADIOS)


class AgreeForm(forms.Form):
    """Who agreed, when, how."""

    agreed_by = forms.CharField(label="Name of the person who agrees", max_length=200)
    agreed_on = DateField(label="When did they agree?", what="day they agreed")
    given_how = forms.ChoiceField(label="How did they agree?", choices=choices_of(GivenHow), widget=RADIOS)
    seen = forms.CharField(widget=forms.HiddenInput)


class ReviewForm(forms.Form):
    """Why, and what came of it."""

    reason = forms.ChoiceField(label="Why did you look at it again?", choices=choices_of(REASONS), widget=RADIOS)
    note = forms.CharField(label="What came of it? (optional)", required=False, max_length=2000, widget=forms.Textarea)


class EndForm(forms.Form):
    """What is to be said of its end."""

    note = forms.CharField(label="What came of it? (optional)", required=False, max_length=2000, widget=forms.Textarea)


def read(request: Request, person: int) -> Page:
    """The plan that runs, as it stands."""
    return _read(request, plan_of(person, request.viewer))


def read_one(request: Request, person: int, plan: int) -> Page:
    """One of several plans, or one that ended."""
    return _read(request, plan_of(person, request.viewer, plan))


def _read(request: Request, shown: Shown[PlanOf]) -> Page:
    heading, plan = shown.value.person, shown.value.plan
    values: dict[str, Any] = {"person": heading, "plan": plan, "others": shown.value.others}
    if plan:
        values["goals"] = [(goal, [(each, each.overdue(request.today)) for each in goal.tasks]) for goal in plan.goals]
        values["review_overdue"] = plan.review_overdue(request.today)
        values["changes"] = changes(plan.agreed.content, plan.content) if plan.agreed else ()
        values["sendings"] = plan.sendings if DataClass.CONTACT in heading.classes else ()
    if "change plan" in heading.may:
        values["may_begin"] = any(each.id not in shown.value.programmes for each in programmes_on(request.today))
    return Page("commongoal/plan/plan.html", values, people=shown.people, listed=shown.listed)


def asked(
    person: Heading,
    plan: int,
    form: forms.Form,
    heading: str,
    submit: str,
    *,
    listed: Iterable[int] = (),
    template: str = "question",
    **more: Any,
) -> Page:
    """A page of one question about a plan, with the way back to that plan; `listed` are people whom it names."""
    words = {name: more.pop(name) for name in ("lead", "warning", "kind") if name in more}
    page = question(Shown(person, people=(person.person,)), form, heading, submit, **words)
    values = {**page.values, "plan_id": plan, **more}
    return replace(page, template=f"commongoal/plan/{template}.html", values=values, listed=tuple(listed))


def begin(request: Request, person: int) -> Page | HttpResponse:
    """Begin a plan; which programme is asked only where there are several."""
    shown = person_heading(person, request.viewer, "change plan")
    form = BeginForm(request.POST if request.method == "POST" else None)
    found = programmes_without_plan(person, request.today)
    offer(form, "programme", [(each.id, each.name) for each in found])
    if not found:
        lead = "There is a running plan for each programme already."
        return question(shown, form, "No other plan can begin", "", lead=lead, back="plan")
    if len(found) == 1:
        form.fields["programme"].widget, form.fields["programme"].initial = forms.HiddenInput(), found[0].id
    if form.is_valid():
        programme, made = int(form.cleaned_data["programme"]), [0]

        def act() -> None:
            made[0] = begin_plan(by=request.viewer, at=request.at, person=person, programme=programme)

        if kept(form, act):
            return goto("plan_one", person, made[0])
    return question(shown, form, "Begin an action plan", "Begin the plan", back="plan")


def agree(request: Request, person: int, plan: int) -> Page | HttpResponse:
    """Keep what the person agrees to."""
    shown = plan_of(person, request.viewer, plan, verb="change plan")
    heading, found = shown.value.person, the_plan(shown)
    initial = {"agreed_on": request.today, "seen": found.seen, "agreed_by": heading.title}
    form = AgreeForm(request.POST or None, initial=initial)
    if form.is_valid():
        given = form.cleaned_data | {"given_how": GivenHow(form.cleaned_data["given_how"])}
        if kept(form, lambda: agree_plan(by=request.viewer, at=request.at, person=person, plan=plan, **given)):
            messages.success(request, "Their agreement is kept with the plan as it stands")
            return goto("plan_one", person, plan)
    more: dict[str, Any] = {"template": "agree", "goals": found.running, "listed": named_in(found.running)}
    return asked(heading, plan, form, "Do they agree to this?", "Keep the agreement", **more)


def review(request: Request, person: int, plan: int) -> Page | HttpResponse:
    """The plan was looked at again."""
    shown = plan_alone(person, plan, request.viewer, verb="change plan")
    form = ReviewForm(request.POST or None)
    if form.is_valid():
        reason, note = ReviewReason(form.cleaned_data["reason"]), form.cleaned_data["note"]
        given = {"person": person, "plan": plan, "reason": reason, "note": note}
        if kept(form, lambda: review_plan(by=request.viewer, at=request.at, **given)):
            return goto("plan_one", person, plan)
    return asked(shown.value.person, plan, form, "Why did you look at the plan again?", "Save the review")


def end(request: Request, person: int, plan: int) -> Page | HttpResponse:
    """The plan ends; what is in it stays to be read."""
    shown = plan_alone(person, plan, request.viewer, verb="change plan")
    found = the_plan(shown)
    form = EndForm(request.POST if request.method == "POST" else None)
    note = form.cleaned_data["note"] if form.is_valid() else ""
    if form.is_valid() and kept(
        form, lambda: end_plan(by=request.viewer, at=request.at, person=person, plan=plan, note=note)
    ):
        messages.success(request, "The plan has ended")
        return goto("plan_one", person, plan)
    lead = "It stays to be read, and nothing in it can change any more. What is still to do is not done by it."
    heading = f"End the action plan for {found.programme_name}?"
    return asked(shown.value.person, plan, form, heading, "End the plan", lead=lead, kind="warning")


def version(request: Request, person: int, version: int) -> Page:
    """The plan as they agreed to it."""
    shown = plan_version(person, version, request.viewer)
    found = shown.value
    values = {"person": found.person, "plan": found.plan, "version": found.version, "goals": found.goals}
    return Page("commongoal/plan/version.html", values, people=shown.people, listed=shown.listed)


AT, CHANGE, READ = "people/<int:person>/plan/", "change plan", "read person"
OF_PLAN = ("person", "plan")
ROUTES = (
    Route(AT, read, "plan", verb=READ, about=("person",)),
    Route(f"{AT}begin/", begin, "plan_begin", verb=CHANGE, about=("person",)),
    Route(f"{AT}<int:plan>/", read_one, "plan_one", verb=READ, about=OF_PLAN),
    Route(f"{AT}<int:plan>/agree/", agree, "plan_agree", verb=CHANGE, about=OF_PLAN),
    Route(f"{AT}<int:plan>/review/", review, "plan_review", verb=CHANGE, about=OF_PLAN),
    Route(f"{AT}<int:plan>/end/", end, "plan_end", verb=CHANGE, about=OF_PLAN),
    Route(f"{AT}versions/<int:version>/", version, "plan_version", verb=READ, about=("person", "plan version")),
)

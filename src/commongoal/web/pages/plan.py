"""An action plan: goals, who does what by when, what the person agreed to, and the next review."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse

from commongoal.access.queries.colleagues import colleagues
from commongoal.access.queries.sharing import partners
from commongoal.pathway.actions.goals import add_goal, add_task, end_goal, finish_task, reopen_task
from commongoal.pathway.actions.planning import agree_plan, begin_plan, review_plan
from commongoal.pathway.engine.casework import GoalEnd, ReviewReason, TaskOwner, TaskStatus
from commongoal.pathway.engine.plan import NewTask, Owner, PlanRunning, changes
from commongoal.pathway.queries.assessments import barriers
from commongoal.pathway.queries.plan import (
    people_in,
    plan_of,
    plan_version,
    plan_with_goal,
    plan_with_task,
    programmes_without_plan,
)
from commongoal.people.engine.vocabulary import DataClass, GivenHow
from commongoal.people.queries.person_page import person_heading
from commongoal.web.asking import kept, question
from commongoal.web.choices import choices_of, offer
from commongoal.web.forms import DateField
from commongoal.web.routing import Page, Request, Route, goto

RADIOS = forms.RadioSelect


class BeginForm(forms.Form):
    """On which programme."""

    programme = forms.ChoiceField(label="On which programme?", widget=RADIOS)


class GoalForm(forms.Form):
    """What they want to change, and the barrier it comes from."""

    area = forms.ChoiceField(label="What is it about?", widget=RADIOS, required=False)
    words = forms.CharField(label="What do they want to change?", help_text="In their own words", max_length=300)


class GoalEndForm(forms.Form):
    """How the goal ended."""

    how = forms.ChoiceField(label="How did it end?", choices=choices_of(GoalEnd), widget=RADIOS)
    why = forms.CharField(label="Why? (needed if it is no longer needed)", required=False, max_length=300)


class TaskForm(forms.Form):
    """What, who, by when."""

    words = forms.CharField(label="What is to be done?", max_length=300)
    owner = forms.ChoiceField(label="Who will do it?")
    due_on = DateField(label="By which day?", what="day it is due")


class FinishForm(forms.Form):
    """Done, or no longer required."""

    to = forms.ChoiceField(
        label="What became of it?", choices=choices_of([TaskStatus.DONE, TaskStatus.NOT_NEEDED]), widget=RADIOS
    )
    why = forms.CharField(label="Why? (needed if it is no longer required)", required=False, max_length=300)


class AgreeForm(forms.Form):
    """Who agreed, when, how."""

    agreed_by = forms.CharField(label="Name of the person who agrees", max_length=200)
    agreed_on = DateField(label="When did they agree?", what="day they agreed")
    given_how = forms.ChoiceField(label="How did they agree?", choices=choices_of(GivenHow), widget=RADIOS)
    seen = forms.CharField(widget=forms.HiddenInput)


class ReviewForm(forms.Form):
    """Why, and what came of it."""

    reason = forms.ChoiceField(label="Why did you look at it again?", choices=choices_of(ReviewReason), widget=RADIOS)
    note = forms.CharField(label="What came of it? (optional)", required=False, max_length=2000, widget=forms.Textarea)


def read(request: Request, person: int) -> Page:
    """The plan as it stands."""
    shown = plan_of(person, request.viewer)
    plan = shown.value.plan
    values: dict[str, Any] = {"person": shown.value.person, "plan": plan}
    if plan:
        values["goals"] = [(goal, [(each, each.overdue(request.today)) for each in goal.tasks]) for goal in plan.goals]
        values["review_overdue"] = plan.review_overdue(request.today)
        values["changes"] = changes(plan.agreed.content, plan.content) if plan.agreed else ()
    return Page("commongoal/plan/plan.html", values, people=shown.people, listed=shown.listed)


def begin(request: Request, person: int) -> Page | HttpResponse:
    """Begin a plan; which programme is asked only where there are several."""
    shown = person_heading(person, request.viewer, "change plan")
    form = BeginForm(request.POST if request.method == "POST" else None)
    found = programmes_without_plan(person, request.today)
    if not found:
        raise PlanRunning
    offer(form, "programme", [(each.id, each.name) for each in found])
    if len(found) == 1:
        form.fields["programme"].widget, form.fields["programme"].initial = forms.HiddenInput(), found[0].id
    if form.is_valid():
        programme = int(form.cleaned_data["programme"])
        if kept(form, lambda: begin_plan(by=request.viewer, at=request.at, person=person, programme=programme)):
            return goto("plan", person)
    return question(shown, form, "Begin an action plan", "Begin the plan", back="plan")


def goal(request: Request, person: int, plan: int) -> Page | HttpResponse:
    """Add a goal, from a barrier or in words alone."""
    shown = person_heading(person, request.viewer, "change plan")
    found = plan_of(person, request.viewer, plan).value.plan
    form = GoalForm(request.POST or None)
    known = barriers(person, found.programme) if found and DataClass.ASSESSMENT in shown.value.classes else ()
    offer(form, "area", [*((each.area, f"{each.name}: {each.words}") for each in known), ("", "Something else")])
    if form.is_valid():
        given = form.cleaned_data
        if kept(form, lambda: add_goal(by=request.viewer, at=request.at, person=person, plan=plan, **given)):
            messages.success(request, "Goal added")
            return goto("plan", person)
    return question(shown, form, "Add a goal", "Add the goal", back="plan")


def goal_end(request: Request, person: int, goal: int) -> Page | HttpResponse:
    """A goal was reached, or is no longer needed."""
    shown = person_heading(person, request.viewer, "change plan")
    found = plan_with_goal(person, goal, request.viewer)[1]
    form = GoalEndForm(request.POST or None)
    if form.is_valid():
        how, why = GoalEnd(form.cleaned_data["how"]), form.cleaned_data["why"]
        if kept(form, lambda: end_goal(by=request.viewer, at=request.at, person=person, goal=goal, how=how, why=why)):
            return goto("plan", person)
    return question(shown, form, "End this goal", "End the goal", lead=found.words, back="plan")


def task(request: Request, person: int, goal: int) -> Page | HttpResponse:
    """Add a task towards a goal."""
    shown = person_heading(person, request.viewer, "change plan")
    found = plan_with_goal(person, goal, request.viewer)[1]
    form = TaskForm(request.POST or None)
    staff = [(f"{TaskOwner.WORKER}:{each.membership}", each.name) for each in colleagues(request.viewer, request.today)]
    bodies = [(f"{TaskOwner.AGENCY}:{each.id}", each.name) for each in partners(request.viewer)]
    offer(form, "owner", [(f"{TaskOwner.RESIDENT}:", shown.value.title), *staff, *bodies])
    if form.is_valid():
        kind, _, pk = form.cleaned_data["owner"].partition(":")
        owner = Owner(TaskOwner(kind), int(pk) if pk else None)
        new = NewTask(form.cleaned_data["words"], owner, form.cleaned_data["due_on"])
        if kept(form, lambda: add_task(by=request.viewer, at=request.at, person=person, goal=goal, task=new)):
            messages.success(request, "Task added")
            return goto("plan", person)
    return question(shown, form, "Add a task", "Add the task", lead=f"Goal: {found.words}", back="plan")


def finish(request: Request, person: int, task: int) -> Page | HttpResponse:
    """A task is done, or no longer required."""
    shown = person_heading(person, request.viewer, "finish task")
    found = plan_with_task(person, task, request.viewer, "finish task")[1]
    form = FinishForm(request.POST or None)
    if form.is_valid():
        to, why = TaskStatus(form.cleaned_data["to"]), form.cleaned_data["why"]
        if kept(form, lambda: finish_task(by=request.viewer, at=request.at, person=person, task=task, to=to, why=why)):
            return goto("plan", person)
    return question(shown, form, "What became of this task?", "Save it", lead=found.words, back="plan")


def reopen(request: Request, person: int, task: int) -> Page | HttpResponse:
    """A task is to do again."""
    shown = person_heading(person, request.viewer, "finish task")
    found = plan_with_task(person, task, request.viewer, "finish task")[1]
    form = forms.Form(request.POST if request.method == "POST" else None)
    if form.is_valid() and kept(form, lambda: reopen_task(by=request.viewer, at=request.at, person=person, task=task)):
        return goto("plan", person)
    return question(shown, form, "Is this task to do again?", "It is to do again", lead=found.words, back="plan")


def agree(request: Request, person: int, plan: int) -> Page | HttpResponse:
    """Keep what the person agrees to."""
    shown = person_heading(person, request.viewer, "change plan")
    found = plan_of(person, request.viewer, plan).value.plan
    initial = {"agreed_on": request.today, "seen": found.seen if found else "", "agreed_by": shown.value.title}
    form = AgreeForm(request.POST or None, initial=initial)
    if form.is_valid():
        given = form.cleaned_data | {"given_how": GivenHow(form.cleaned_data["given_how"])}
        if kept(form, lambda: agree_plan(by=request.viewer, at=request.at, person=person, plan=plan, **given)):
            messages.success(request, "Their agreement is kept with the plan as it stands")
            return goto("plan", person)
    return question(shown, form, "Do they agree to the plan?", "Keep the agreement", back="plan")


def review(request: Request, person: int, plan: int) -> Page | HttpResponse:
    """The plan was looked at again."""
    shown = person_heading(person, request.viewer, "change plan")
    plan_of(person, request.viewer, plan)
    form = ReviewForm(request.POST or None)
    if form.is_valid():
        reason, note = ReviewReason(form.cleaned_data["reason"]), form.cleaned_data["note"]
        given = {"person": person, "plan": plan, "reason": reason, "note": note}
        if kept(form, lambda: review_plan(by=request.viewer, at=request.at, **given)):
            return goto("plan", person)
    return question(shown, form, "Why did you look at the plan again?", "Save the review", back="plan")


def version(request: Request, person: int, version: int) -> Page:
    """The plan as they agreed to it."""
    shown, found = plan_version(person, version, request.viewer)
    values = {"person": shown.value.person, "version": found}
    listed = tuple({*shown.listed, *people_in(found, request.viewer)})
    return Page("commongoal/plan/version.html", values, people=shown.people, listed=listed)


AT, CHANGE, FINISH = "people/<int:person>/plan/", "change plan", "finish task"
ROUTES = (
    Route(AT, read, "plan", verb="read person", about=("person",)),
    Route(f"{AT}begin/", begin, "plan_begin", verb=CHANGE, about=("person",)),
    Route(f"{AT}<int:plan>/goal/", goal, "plan_goal", verb=CHANGE, about=("person", "plan")),
    Route(f"{AT}<int:plan>/agree/", agree, "plan_agree", verb=CHANGE, about=("person", "plan")),
    Route(f"{AT}<int:plan>/review/", review, "plan_review", verb=CHANGE, about=("person", "plan")),
    Route(f"{AT}goals/<int:goal>/end/", goal_end, "goal_end", verb=CHANGE, about=("person", "goal")),
    Route(f"{AT}goals/<int:goal>/task/", task, "task_add", verb=CHANGE, about=("person", "goal")),
    Route(f"{AT}tasks/<int:task>/finish/", finish, "task_finish", verb=FINISH, about=("person", "task")),
    Route(f"{AT}tasks/<int:task>/reopen/", reopen, "task_reopen", verb=FINISH, about=("person", "task")),
    Route(
        f"{AT}versions/<int:version>/", version, "plan_version", verb="read person", about=("person", "plan version")
    ),
)

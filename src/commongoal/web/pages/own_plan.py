"""A resident's own action plan: what they do, what others do for them, when it is talked about again, whom to call."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.utils import timezone

from commongoal.access.engine.shown import Shown
from commongoal.pathway.actions.goals import finish_task, reopen_task
from commongoal.pathway.engine.appointments import met_words
from commongoal.pathway.engine.casework import TaskOwner
from commongoal.pathway.engine.plan import NotYourTask
from commongoal.pathway.engine.plan_paper import whom_to_call
from commongoal.pathway.queries.appointments import own_next_appointment
from commongoal.pathway.queries.plan import PlanOf, own_plan, task_with_plan
from commongoal.pathway.queries.plan_paper import first_calls, own_paper, own_version_paper
from commongoal.people.queries.own_record import own_person
from commongoal.web.asking import kept
from commongoal.web.papers import handed_out
from commongoal.web.routing import Page, Request, Route, goto


def mine(request: Request) -> Page:
    """My plan, the one that runs."""
    return _read(request, own_plan(request.viewer))


def one(request: Request, plan: int) -> Page:
    """One of several of mine, or one that ended."""
    return _read(request, own_plan(request.viewer, plan))


def _read(request: Request, shown: Shown[PlanOf]) -> Page:
    plan = shown.value.plan
    values: dict[str, Any] = {"plan": plan, "others": shown.value.others}
    if ahead := own_next_appointment(shown.value.person.person, request.viewer, request.at):
        values["meeting"] = met_words(
            timezone.localtime(ahead.slot.starts_at), ahead.slot.mode, ahead.slot.place, ahead.with_whom
        )
    if plan:
        to_do = [(task, task.overdue(request.today)) for task in (() if plan.ended_on else plan.to_do)]
        mine = [each for each in to_do if each[0].owner.kind is TaskOwner.RESIDENT]
        calls = whom_to_call(first_calls(shown.value.person), plan.running)
        values["review_overdue"] = plan.review_overdue(request.today)
        values |= {"mine": mine, "others_do": [each for each in to_do if each not in mine], "calls": calls}
    return Page("commongoal/own/plan.html", values, people=shown.people, listed=shown.listed)


def task(request: Request, task: int) -> Page | HttpResponse:
    """Say that something of mine is done, or that it is to do again after all."""
    person = own_person(request.viewer)
    shown = task_with_plan(person, task, request.viewer, verb="see own record")
    found, plan = shown.value.task, shown.value.plan
    if found.owner.kind is not TaskOwner.RESIDENT:
        raise NotYourTask
    form = forms.Form(request.POST if request.method == "POST" else None)
    act = finish_task if found.open else reopen_task
    if form.is_valid() and kept(form, lambda: act(by=request.viewer, at=request.at, person=person, task=task)):
        messages.success(request, "Well done. We marked it as done" if found.open else "It is on your list again")
        return goto("own_plan_one", plan)
    values = {"form": form, "task": found, "plan_id": plan}
    return Page("commongoal/own/task.html", values, people=shown.people)


def pdf(request: Request, plan: int) -> HttpResponse:
    """My plan as it stands, to print."""
    return handed_out(request, own_paper(request.viewer, plan), "own_plan_pdf", "My plan")


def version_pdf(request: Request, version: int) -> HttpResponse:
    """What I agreed to, to print."""
    return handed_out(request, own_version_paper(request.viewer, version), "own_version_pdf", "My agreed plan")


AT, VERB = "my-plan/", "see own record"
ROUTES = (
    Route(AT, mine, "own_plan", verb=VERB, menu="My plan"),
    Route(f"{AT}<int:plan>/", one, "own_plan_one", verb=VERB, about=("plan",)),
    Route(f"{AT}<int:plan>/print/", pdf, "own_plan_pdf", verb=VERB, about=("plan",)),
    Route(f"{AT}tasks/<int:task>/", task, "own_task", verb=VERB, about=("task",)),
    Route(f"{AT}versions/<int:version>/print/", version_pdf, "own_version_pdf", verb=VERB, about=("plan version",)),
)

"""The goals of an action plan, and the tasks towards them: added, changed, finished."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse

from commongoal.access.queries.colleagues import colleagues
from commongoal.access.queries.sharing import partners
from commongoal.directory.engine.shown_services import Search
from commongoal.directory.queries.services import services_offered
from commongoal.pathway.actions.goals import add_goal, add_task, change_task, end_goal, finish_task, reopen_task
from commongoal.pathway.engine.casework import GoalEnd, TaskOwner, TaskStatus
from commongoal.pathway.engine.plan import NewTask, Owner, Task
from commongoal.pathway.queries.assessments import barriers
from commongoal.pathway.queries.plan import goal_with_plan, plan_alone, task_with_plan, the_plan
from commongoal.people.engine.record import Heading
from commongoal.people.engine.vocabulary import DataClass
from commongoal.people.queries.family import relatives
from commongoal.web.asking import kept
from commongoal.web.choices import choices_of, offer
from commongoal.web.forms import DateField
from commongoal.web.pages.plan import AT, CHANGE, asked
from commongoal.web.routing import Page, Request, Route, goto
from commongoal.web.tags import day

RADIOS = forms.RadioSelect
NO_SERVICE = "none"


class GoalForm(forms.Form):
    """What they want to change, and the barrier it comes from."""

    area = forms.ChoiceField(label="What is it about?", widget=RADIOS, required=False, initial="")
    words = forms.CharField(label="What do they want to change?", help_text="In their own words", max_length=300)


class GoalEndForm(forms.Form):
    """How the goal ended."""

    how = forms.ChoiceField(label="How did it end?", choices=choices_of(GoalEnd), widget=RADIOS)
    why = forms.CharField(label="Why? (needed if it is no longer needed)", required=False, max_length=300)


class TaskForm(forms.Form):
    """What, who, by when, and for whom where there is a family."""

    words = forms.CharField(label="What is to be done?", max_length=300)
    owner = forms.ChoiceField(label="Who will do it?")
    due_on = DateField(label="By which day?", what="day it is due")
    for_person = forms.ChoiceField(label="Who is it for?", required=False, initial="")
    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    def task(self, service: int | None = None) -> NewTask:
        """What the form says, with the service that was there."""
        kind, _, pk = self.cleaned_data["owner"].partition(":")
        whom = self.cleaned_data.get("for_person")
        return NewTask(
            words=self.cleaned_data["words"],
            owner=Owner(TaskOwner(kind), int(pk) if pk else None),
            due_on=self.cleaned_data["due_on"],
            for_person=int(whom) if whom else None,
            service=service,
        )


class FinishForm(forms.Form):
    """Done, or no longer required."""

    to = forms.ChoiceField(
        label="What became of it?", choices=choices_of([TaskStatus.DONE, TaskStatus.NOT_NEEDED]), widget=RADIOS
    )
    why = forms.CharField(label="Why? (needed if it is no longer required)", required=False, max_length=300)


class ServiceForm(forms.Form):
    """Words to find a service by, and the one that is chosen."""

    text = forms.CharField(
        label="Look for a service", help_text="For example, debt advice", required=False, max_length=100
    )
    service = forms.ChoiceField(label="Which one?", widget=RADIOS, required=False)
    seen = forms.CharField(widget=forms.HiddenInput, required=False)


def goal(request: Request, person: int, plan: int) -> Page | HttpResponse:
    """Add a goal, from a barrier or in words alone."""
    shown = plan_alone(person, plan, request.viewer, verb="change plan")
    heading, form = shown.value.person, GoalForm(request.POST or None)
    known = barriers(person, the_plan(shown).programme) if DataClass.ASSESSMENT in heading.classes else ()
    offer(form, "area", [*((each.area, f"{each.name}: {each.words}") for each in known), ("", "Something else")])
    if not known:
        del form.fields["area"]
    if form.is_valid():
        given = form.cleaned_data
        if kept(form, lambda: add_goal(by=request.viewer, at=request.at, person=person, plan=plan, **given)):
            messages.success(request, "Goal added")
            return goto("plan_one", person, plan)
    return asked(heading, plan, form, "Add a goal", "Add the goal")


def goal_end(request: Request, person: int, goal: int) -> Page | HttpResponse:
    """A goal was reached, or is no longer needed."""
    found = goal_with_plan(person, goal, request.viewer).value
    plan, form = found.plan, GoalEndForm(request.POST or None)
    if form.is_valid():
        how, why = GoalEnd(form.cleaned_data["how"]), form.cleaned_data["why"]
        if kept(form, lambda: end_goal(by=request.viewer, at=request.at, person=person, goal=goal, how=how, why=why)):
            return goto("plan_one", person, plan)
    return asked(found.person, plan, form, "End this goal", "End the goal", lead=found.words)


def task(request: Request, person: int, goal: int) -> Page | HttpResponse:
    """Add a task towards a goal."""
    found = goal_with_plan(person, goal, request.viewer).value
    plan, form = found.plan, TaskForm(request.POST or None)
    family = _choices(request, form, found.person)
    if form.is_valid():
        new = form.task()
        if kept(form, lambda: add_task(by=request.viewer, at=request.at, person=person, goal=goal, task=new)):
            messages.success(request, "Task added")
            return goto("plan_one", person, plan)
    return asked(found.person, plan, form, "Add a task", "Add the task", lead=f"Goal: {found.words}", listed=family)


def task_change(request: Request, person: int, task: int) -> Page | HttpResponse:
    """Other words, another owner, another day, for somebody else."""
    shown = task_with_plan(person, task, request.viewer, verb="change plan")
    found, plan = shown.value.task, shown.value.plan
    form = TaskForm(request.POST or None, initial=_filled(found))
    family = _choices(request, form, shown.value.person, found)
    if form.is_valid():
        if _changed(request, form, person, task, form.task(found.service)):
            messages.success(request, "Task changed")
            return goto("plan_one", person, plan)
        form.data = {**{name: form.data.get(name) for name in form.data}, "seen": found.seen}
    who = found.owner_name or shown.value.person.title
    now = f"It says now: {found.words}. {who}, by {day(found.due_on)}." if form.non_field_errors() else ""
    return asked(shown.value.person, plan, form, "Change this task", "Save the change", lead=now, listed=family)


def task_service(request: Request, person: int, task: int) -> Page | HttpResponse:
    """The service of the directory that a task is done with: looked for by words, then chosen."""
    shown = task_with_plan(person, task, request.viewer, verb="change plan")
    found, plan = shown.value.task, shown.value.plan
    form = ServiceForm(request.POST or None, initial={"seen": found.seen})
    count = _services(request, form, found)
    if "choose" in request.POST and form.is_valid():
        chosen = form.cleaned_data.get("service")
        if not chosen:
            form.add_error("service" if "service" in form.fields else "text", "Choose a service")
        elif _changed(request, form, person, task, _with_service(found, chosen)):
            messages.success(request, "Service saved" if chosen != NO_SERVICE else "Service taken out")
            return goto("plan_one", person, plan)
    now = f"Now with {found.service_name}." if found.service_name else ""
    nothing = "look" in request.POST and not count
    more: dict[str, Any] = {"lead": f"{found.words}. {now}", "nothing_found": nothing}
    return asked(shown.value.person, plan, form, "Which service is this with?", "Choose it", template="service", **more)


def finish(request: Request, person: int, task: int) -> Page | HttpResponse:
    """A task is done, or no longer required."""
    shown = task_with_plan(person, task, request.viewer, verb="finish task")
    found, plan, form = shown.value.task, shown.value.plan, FinishForm(request.POST or None)
    if form.is_valid():
        to, why = TaskStatus(form.cleaned_data["to"]), form.cleaned_data["why"]
        if kept(form, lambda: finish_task(by=request.viewer, at=request.at, person=person, task=task, to=to, why=why)):
            return goto("plan_one", person, plan)
    return asked(shown.value.person, plan, form, "What became of this task?", "Save it", lead=found.words)


def reopen(request: Request, person: int, task: int) -> Page | HttpResponse:
    """A task is to do again."""
    shown = task_with_plan(person, task, request.viewer, verb="finish task")
    found, plan, form = (
        shown.value.task,
        shown.value.plan,
        forms.Form(request.POST if request.method == "POST" else None),
    )
    if form.is_valid() and kept(form, lambda: reopen_task(by=request.viewer, at=request.at, person=person, task=task)):
        return goto("plan_one", person, plan)
    return asked(shown.value.person, plan, form, "Is this task to do again?", "It is to do again", lead=found.words)


def _choices(request: Request, form: forms.Form, person: Heading, now: Task | None = None) -> tuple[int, ...]:
    """Who may do a task and whom it may be for, with those it has now; returns those of the family who are named."""
    staff = [(f"{TaskOwner.WORKER}:{each.membership}", each.name) for each in colleagues(request.viewer, request.today)]
    bodies = [(f"{TaskOwner.AGENCY}:{each.id}", each.name) for each in partners(request.viewer)]
    owners = {f"{TaskOwner.RESIDENT}:": person.title, **dict(staff), **dict(bodies)}
    family = dict(relatives(person.person, request.viewer)) if DataClass.FAMILY in person.classes else {}
    whom = {"": person.title, **{str(pk): name for pk, name in family.items()}}
    if now is not None:
        owners.setdefault(_owner(now), now.owner_name or person.title)
        whom.setdefault(str(now.for_person or ""), now.for_name or "Somebody in their family")
    offer(form, "owner", owners.items())
    offer(form, "for_person", whom.items())
    if len(whom) == 1:
        del form.fields["for_person"]
    shown = {now.for_person} if now and now.for_person and now.for_name else set()
    return tuple(shown | family.keys())


def _owner(task: Task) -> str:
    return f"{task.owner.kind}:{task.owner.id or ''}"


def _filled(task: Task) -> dict[str, Any]:
    whom = str(task.for_person or "")
    return {"words": task.words, "owner": _owner(task), "due_on": task.due_on, "for_person": whom, "seen": task.seen}


def _changed(request: Request, form: forms.Form, person: int, task: int, to: NewTask) -> bool:
    seen = form.cleaned_data["seen"]
    return kept(form, lambda: change_task(by=request.viewer, at=request.at, person=person, task=task, to=to, seen=seen))


def _with_service(task: Task, chosen: str) -> NewTask:
    service = int(chosen) if chosen != NO_SERVICE else None
    return NewTask(task.words, task.owner, task.due_on, task.for_person, service)


def _services(request: Request, form: ServiceForm, now: Task) -> int:
    """Offer what the words find, and to have no service where there is one; how many were found."""
    text = str(form.data.get("text") or "").strip()
    text = text if text.isprintable() else ""
    lines = services_offered(request.viewer, Search(text), on=request.today).part.rows if text else ()
    found = [(str(each.id), f"{each.name}, {each.provider}" if each.provider else each.name) for each in lines]
    offer(form, "service", [*found, *([(NO_SERVICE, "No service")] if now.service else [])])
    if not found and not now.service:
        del form.fields["service"]
    return len(found)


FINISH, OF_TASK, OF_GOAL = "finish task", ("person", "task"), ("person", "goal")
ROUTES = (
    Route(f"{AT}<int:plan>/goal/", goal, "plan_goal", verb=CHANGE, about=("person", "plan")),
    Route(f"{AT}goals/<int:goal>/end/", goal_end, "goal_end", verb=CHANGE, about=OF_GOAL),
    Route(f"{AT}goals/<int:goal>/task/", task, "task_add", verb=CHANGE, about=OF_GOAL),
    Route(f"{AT}tasks/<int:task>/change/", task_change, "task_change", verb=CHANGE, about=OF_TASK),
    Route(f"{AT}tasks/<int:task>/service/", task_service, "task_service", verb=CHANGE, about=OF_TASK),
    Route(f"{AT}tasks/<int:task>/finish/", finish, "task_finish", verb=FINISH, about=OF_TASK),
    Route(f"{AT}tasks/<int:task>/reopen/", reopen, "task_reopen", verb=FINISH, about=OF_TASK),
)

"""Eligibility answered, and people started on a programme and leaving it."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse

from commongoal.access.queries.sharing import programme as one_programme
from commongoal.access.queries.sharing import programmes_on
from commongoal.pathway.actions.eligibility import answer_eligibility
from commongoal.pathway.actions.participations import end_participation, start_person
from commongoal.pathway.engine.eligibility import Terms, Verdict
from commongoal.pathway.engine.participation import Days
from commongoal.pathway.queries.eligibility import eligibility_answers, eligibility_history, terms
from commongoal.pathway.queries.participations import participation as one_participation
from commongoal.people.queries.person_page import person_heading
from commongoal.web.asking import kept, question
from commongoal.web.choices import choices_of, offer
from commongoal.web.forms import DateField
from commongoal.web.routing import Page, Request, Route, goto

OUTCOME_WORDS = {
    Verdict.YES: "{name} can join {programme}",
    Verdict.NO: "{name} cannot join {programme}",
    Verdict.NEEDS_EVIDENCE: "{programme} needs evidence before {name} can join",
}


class ProgrammeForm(forms.Form):
    """Which programme."""

    programme = forms.TypedChoiceField(label="Which programme?", coerce=int, widget=forms.RadioSelect)

    def __init__(self, request: Request) -> None:
        super().__init__(request.POST or None)
        offer(self, "programme", [(each.id, each.name) for each in programmes_on(request.today)])


class StartForm(forms.Form):
    """Three different days: the referral, the first contact, the start."""

    programme = forms.TypedChoiceField(label="Which programme do they start on?", coerce=int, widget=forms.RadioSelect)
    referred_on = DateField(
        label="When were they referred? (optional)",
        what="day of the referral",
        help_text="Leave it empty if they came by themselves. A referral that was sent here has its day already",
        required=False,
    )
    first_contact_on = DateField(
        label="When did you first speak to them? (optional)", what="day of first contact", required=False
    )
    started_on = DateField(label="When did they start on the programme?", what="day of the start")
    why = forms.CharField(
        label="If evidence is still needed, why do they start now? (optional)",
        required=False,
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, request: Request) -> None:
        super().__init__(request.POST or None, initial={"started_on": request.today})
        offer(self, "programme", [(each.id, each.name) for each in programmes_on(request.today)])


class EndForm(forms.Form):
    """The last day, and why."""

    ended_on = DateField(label="When did they leave?", what="day they left")
    exit_reason = forms.ChoiceField(label="Why?", widget=forms.RadioSelect)


def questions(rules: Terms, data: Any) -> forms.Form:
    """A form with one question for each rule."""
    form = forms.Form(data)
    for rule in rules.rules:
        form.fields[rule.id] = forms.ChoiceField(
            label=rule.question,
            help_text=rule.hint,
            choices=[(option.id, option.label) for option in rule.options],
            widget=forms.RadioSelect,
            error_messages={"required": f"Answer “{rule.question}”"},
        )
    return form


def choose(request: Request, person: int) -> Page | HttpResponse:
    """Which programme's questions; straight to them where there is one programme."""
    shown = person_heading(person, request.viewer, "answer eligibility")
    running = programmes_on(request.today)
    if len(running) == 1:
        return goto("answer_eligibility", person, running[0].id)
    form = ProgrammeForm(request)
    if request.method == "POST" and form.is_valid():
        return goto("answer_eligibility", person, form.cleaned_data["programme"])
    return question(shown, form, "Which programme might they join?", "Go on")


def answer(request: Request, person: int, programme: int) -> Page | HttpResponse:
    """The questions of the programme's rules."""
    shown = person_heading(person, request.viewer, "answer eligibility")
    rules = terms(programme)
    form = questions(rules, request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = {rule.id: str(form.cleaned_data[rule.id]) for rule in rules.rules}
        pk = answer_eligibility(by=request.viewer, at=request.at, person=person, programme=programme, answers=given)
        return goto("eligibility_answers", person, pk)
    lead = f"{rules.name}. Earlier answers are kept."
    name = one_programme(programme).name
    return question(shown, form, f"Can they join {name}?", "Save the answers", lead=lead)


def result(request: Request, person: int, answers: int) -> Page:
    """Yes, no or needs evidence, and the rule that decided."""
    heading = person_heading(person, request.viewer, "read person").value
    shown = eligibility_answers(person, answers, request.viewer)
    record = shown.value
    words = OUTCOME_WORDS[record.outcome].format(name=heading.title, programme=record.programme_name)
    values = {"person": heading, "record": record, "heading": words}
    return Page("commongoal/eligibility/result.html", values, people=shown.people)


def history(request: Request, person: int, programme: int) -> Page:
    """Every set of answers for a programme, the newest first."""
    heading = person_heading(person, request.viewer, "read person").value
    shown = eligibility_history(person, programme, request.viewer)
    values = {"person": heading, "records": shown.value, "programme": one_programme(programme)}
    return Page("commongoal/eligibility/history.html", values, people=shown.people)


def start(request: Request, person: int) -> Page | HttpResponse:
    """Start on a programme."""
    shown = person_heading(person, request.viewer, "start person")
    form = StartForm(request)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        days = Days(given["referred_on"], given["first_contact_on"], given["started_on"])
        chosen = {"programme": given["programme"], "why": given["why"], "days": days}
        if kept(form, lambda: start_person(by=request.viewer, at=request.at, person=person, **chosen)):
            messages.success(request, f"{shown.value.title} started on the programme")
            return goto("person", person)
    return question(shown, form, f"Start {shown.value.title} on a programme", "Start them")


def end(request: Request, person: int, participation: int) -> Page | HttpResponse:
    """Leave a programme."""
    shown = person_heading(person, request.viewer, "start person")
    record = one_participation(person, participation, request.viewer).value
    form = EndForm(request.POST or None, initial={"ended_on": request.today})
    reasons = terms(record.programme).exit_reasons
    offer(form, "exit_reason", choices_of(reasons))
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data

        def act() -> None:
            end_participation(
                by=request.viewer,
                at=request.at,
                person=person,
                participation=participation,
                ended_on=given["ended_on"],
                exit_reason=given["exit_reason"],
            )

        if kept(form, act):
            messages.success(request, f"They have left {record.programme_name}")
            return goto("person", person)
    return question(shown, form, f"When and why did they leave {record.programme_name}?", "Save")


ANSWER, READ, START = "answer eligibility", "read person", "start person"
PROGRAMME = ("person", "programme")
AT = "people/<int:person>/eligibility/"
ROUTES = (
    Route(AT, choose, "eligibility", verb=ANSWER, about=("person",)),
    Route(f"{AT}<int:programme>/", history, "eligibility_history", verb=READ, about=PROGRAMME),
    Route(f"{AT}<int:programme>/answer/", answer, "answer_eligibility", verb=ANSWER, about=PROGRAMME),
    Route(f"{AT}answers/<int:answers>/", result, "eligibility_answers", verb=READ, about=("person", "eligibility")),
    Route("people/<int:person>/start/", start, "start_person", verb=START, about=("person",)),
    Route(
        "people/<int:person>/participations/<int:participation>/end/",
        end,
        "end_participation",
        verb=START,
        about=("person", "participation"),
    ),
)

"""Journeys begun; moves recorded, corrected and withdrawn."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse

from commongoal.access.engine.shown import Shown
from commongoal.access.queries.sharing import programme as one_programme
from commongoal.pathway.actions.moving import begin_journey, correct_move, record_move, withdraw_move
from commongoal.pathway.engine.journey import JourneyRecord, MoveRecord
from commongoal.pathway.engine.ledger import ENDED, LEFT
from commongoal.pathway.engine.move_choices import MoveChoices, OpenStage
from commongoal.pathway.engine.moves import NeedsWhy
from commongoal.pathway.queries.journeys import journey_of_move
from commongoal.pathway.queries.move_choices import choices_from, move_choices
from commongoal.pathway.queries.pathways import pathway_of
from commongoal.people.engine.record import Heading
from commongoal.people.queries.person_page import person_heading
from commongoal.web.asking import kept, question
from commongoal.web.pages.move_forms import BeginForm, LeaveForm, MoveForm, WithdrawForm
from commongoal.web.routing import Page, Request, Route, goto
from commongoal.web.tags import day


def begin(request: Request, person: int, programme: int) -> Page | HttpResponse:
    """The first day on the pathway."""
    shown = person_heading(person, request.viewer, "record move")
    name, pathway = one_programme(programme).name, pathway_of(programme)
    form = BeginForm(request, pathway.programme.attributes)
    if request.method == "POST" and form.is_valid():
        given = {"person": person, "programme": programme, "on": form.cleaned_data["on"]}
        answers = form.attributes()
        if kept(form, lambda: begin_journey(by=request.viewer, at=request.at, attributes=answers, **given)):
            messages.success(request, f"{shown.value.title} has begun on {name}")
            return goto("journey", person)
    first = pathway.programme.pathway.stages[0].name
    lead = f"They begin at {first}. These answers are asked once and stay as they are for the whole journey."
    return question(shown, form, f"Begin on {name}", "Begin", lead=lead, back="journey")


def record(request: Request, person: int, programme: int) -> Page | HttpResponse:
    """They have come to another stage."""
    shown = person_heading(person, request.viewer, "record move")
    choices = move_choices(person, programme, request.viewer, request.today)
    form = MoveForm(request.POST or None, choices, _fresh(request, choices.journey))
    return _recorded(request, shown, form, choices.journey, "Where has {name} come to?", "Record the move")


def leave(request: Request, person: int, programme: int) -> Page | HttpResponse:
    """They have left, or it has ended for good."""
    shown = person_heading(person, request.viewer, "record move")
    choices = move_choices(person, programme, request.viewer, request.today)
    form = LeaveForm(request.POST or None, choices, _fresh(request, choices.journey))
    return _recorded(request, shown, form, choices.journey, "When and why does {name} leave?", "Record that they left")


def _fresh(request: Request, journey: JourneyRecord) -> dict[str, Any]:
    return {"on": request.today, "seen": max(move.id for move in journey.moves), "referral": ""}


def _recorded(
    request: Request,
    shown: Shown[Heading],
    form: MoveForm | LeaveForm,
    journey: JourneyRecord,
    heading: str,
    submit: str,
) -> Page | HttpResponse:
    if request.method == "POST" and form.is_valid():
        given = {"person": journey.person, "programme": journey.programme, **form.given()}
        if _kept(form, lambda: record_move(by=request.viewer, at=request.at, **given)):
            messages.success(request, "The move is recorded")
            return goto("journey", journey.person)
    since = f"{journey.stage_name}, since {day(journey.since_on)}"
    return _asked(shown, form, heading, submit, f"They stand at {since}." if journey.running else f"{since}.")


def correct(request: Request, person: int, move: int) -> Page | HttpResponse:
    """What should have been recorded."""
    shown = person_heading(person, request.viewer, "record move")
    journey, before = journey_of_move(person, move)
    form = _correction(request, journey, before)
    if request.method == "POST" and form.is_valid():
        given = {name: value for name, value in form.given().items() if name not in {"seen", "referral"}}
        if _kept(form, lambda: correct_move(by=request.viewer, at=request.at, person=person, move=move, **given)):
            messages.success(request, "Corrected. What was recorded before is kept")
            return goto("journey", person)
    lead = f"{before.who} recorded {before.stage_name} on {day(before.at)}. It is kept behind your correction."
    return _asked(shown, form, "What should be recorded of {name}?", "Save the correction", lead)


def _correction(request: Request, journey: JourneyRecord, before: MoveRecord) -> MoveForm | LeaveForm:
    """The question a move was recorded with, with what was answered; the first move keeps its stage."""
    origin = next((stop.origin for stop in journey.stops if stop.arrival.id == before.id), journey.stage)
    choices = choices_from(journey, origin, request.viewer, request.today)
    initial = {
        **{name: getattr(before, name) for name in ("stage", "on", "evidence_kind", "evidence", "document", "why")},
        "reason": f"{before.stage} {before.reason}",
    }
    if before.stage in {LEFT, ENDED}:
        return LeaveForm(request.POST or None, choices, initial)
    if not origin:
        choices = _of_first(choices, before)
    form = MoveForm(request.POST or None, choices, initial)
    form.fields.pop("referral", None)
    if not origin:
        form.fields["evidence_kind"].required = False
    return form


def _of_first(choices: MoveChoices, before: MoveRecord) -> MoveChoices:
    return replace(choices, stages=(OpenStage(before.stage, before.stage_name, None),))


def withdraw(request: Request, person: int, move: int) -> Page | HttpResponse:
    """The move never happened."""
    shown = person_heading(person, request.viewer, "record move")
    _, before = journey_of_move(person, move)
    form = WithdrawForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = {"person": person, "move": move, **form.cleaned_data}
        if kept(form, lambda: withdraw_move(by=request.viewer, at=request.at, **given)):
            messages.success(request, "The move is withdrawn. It is kept, and counts no longer")
            return goto("journey", person)
    heading = f"Withdraw the move to {before.stage_name} of {day(before.on)}"
    return question(shown, form, heading, "Withdraw it", lead="The move is kept and counts no longer.", back="journey")


def _kept(form: MoveForm | LeaveForm, action: Callable[[], object]) -> bool:
    """As `kept`; where only the readings are against it, the question why comes up beside what was typed."""
    refused: list[NeedsWhy] = []

    def act() -> None:
        try:
            action()
        except NeedsWhy as refusal:
            refused.append(refusal)

    done = kept(form, act)
    for refusal in refused:
        form.ask_why(refusal)
    return done and not refused


def _asked(shown: Shown[Heading], form: forms.Form, heading: str, submit: str, lead: str) -> Page:
    return question(shown, form, heading.format(name=shown.value.title), submit, lead=lead, back="journey")


AT, RECORD = "people/<int:person>/journey/", "record move"
PROGRAMME, MOVE = ("person", "programme"), ("person", "move")
ROUTES = (
    Route(f"{AT}<int:programme>/begin/", begin, "begin_journey", verb=RECORD, about=PROGRAMME),
    Route(f"{AT}<int:programme>/move/", record, "record_move", verb=RECORD, about=PROGRAMME),
    Route(f"{AT}<int:programme>/leave/", leave, "leave_journey", verb=RECORD, about=PROGRAMME),
    Route(f"{AT}moves/<int:move>/correct/", correct, "correct_move", verb=RECORD, about=MOVE),
    Route(f"{AT}moves/<int:move>/withdraw/", withdraw, "withdraw_move", verb=RECORD, about=MOVE),
)

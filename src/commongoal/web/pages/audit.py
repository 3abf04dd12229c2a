"""The data-protection officer's pages: who looked, who asked, and whether the audit is whole."""

import datetime as dt
from collections.abc import Callable

from django import forms
from django.contrib import messages
from django.http import HttpResponse

from commongoal.access.actions.watching import answer_finding
from commongoal.access.engine.refusals import NotThere
from commongoal.access.engine.unusual import FindingAnswer, FindingKind
from commongoal.access.queries.audit import (
    Days,
    Member,
    done_by,
    done_to,
    has_audit,
    looked_at,
    looked_by,
    member,
    most_reading,
)
from commongoal.access.queries.chain import ChainState, chain_state
from commongoal.access.queries.watching import FindingShown, finding, open_findings
from commongoal.people.queries.agreements import expiring_agreements
from commongoal.people.queries.person_page import person_heading
from commongoal.web.asking import page_number
from commongoal.web.forms import DateField, Radios
from commongoal.web.routing import Page, Request, Route, goto
from commongoal.web.tags import counted, day, moment

EXPIRY_DAYS = 30
EXPIRY_SHOWN = 10
LATE = dt.timedelta(minutes=10)  # the worker seals each minute; ten without one means that it stands still
ANSWERS = {
    FindingAnswer.EXPLAINED: "It was part of their work",
    FindingAnswer.ADVISED: "It was not needed for their work, and they were given advice",
    FindingAnswer.BREACH: "It was a data breach",
}
BREACH = "Recorded as a data breach. If it is likely to harm people, tell the Information Commissioner within 72 hours."


class AnswerForm(forms.Form):
    """What came of a finding."""

    answer = forms.ChoiceField(
        label="What did you find?",
        choices=[(answer.value, words) for answer, words in ANSWERS.items()],
        widget=Radios(
            hints={FindingAnswer.BREACH.value: "The Information Commissioner may have to be told in 72 hours"}
        ),
    )
    note = forms.CharField(
        label="What did you ask, and what was done? (optional if it was part of their work)",
        required=False,
        max_length=500,
        widget=forms.Textarea,
    )

    def clean(self) -> None:
        """All but work needs a note."""
        answer, note = self.cleaned_data.get("answer"), self.cleaned_data.get("note")
        if answer and answer != FindingAnswer.EXPLAINED and not note:
            self.add_error("note", "Say what you asked and what was done")


class DaysForm(forms.Form):
    """From one day through another."""

    since = DateField(label="From (optional)", what="first day", required=False)
    until = DateField(label="Through (optional)", what="last day", required=False)

    def days(self) -> Days:
        """The days asked for; all of them while the form is wrong."""
        return Days(self.cleaned_data["since"], self.cleaned_data["until"]) if self.is_valid() else Days()


def overview(request: Request) -> Page:
    """What to look at today."""
    found = open_findings(request.viewer, page_number(request))
    until = request.today + dt.timedelta(days=EXPIRY_DAYS)
    ending = expiring_agreements(request.viewer, request.today, until, limit=EXPIRY_SHOWN + 1)
    state = chain_state(request.viewer).value
    values = {
        "heading": _heading(len(found.value.rows), found.value.more or found.value.number > 1),
        "findings": [(one, in_words(one)) for one in found.value.rows],
        "part": found.value,
        "agreements": ending.value[:EXPIRY_SHOWN],
        "more_agreements": len(ending.value) > EXPIRY_SHOWN,
        "chain": chain_rows(state),
        "trouble": trouble(state, request.at),
    }
    return Page("commongoal/audit/overview.html", values, listed=tuple({*found.listed, *ending.listed}))


def one_finding(request: Request, finding: int) -> Page | HttpResponse:
    """One finding, and what came of it."""
    shown = _finding(request, finding)
    form = AnswerForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        answer = FindingAnswer(form.cleaned_data["answer"])
        answer_finding(finding, answer, form.cleaned_data["note"], by=request.viewer, at=request.at)
        messages.success(request, BREACH if answer is FindingAnswer.BREACH else "Your answer was kept")
        return goto("audit")
    found, people = shown
    answered = ANSWERS[found.answer] if found.answer else ""
    values = {"finding": found, "words": in_words(found), "form": form, "answered": answered}
    return Page("commongoal/audit/finding.html", values, people=people)


def looked(request: Request, person: int) -> Page:
    """Who looked at this person's record."""
    name, form = _name(request, person), DaysForm(request.GET or None)
    shown = looked_at(request.viewer, person, form.days(), page_number(request))
    heading = f"Who looked at {name}"
    return Page("commongoal/audit/looked.html", _values(form, shown.value, heading, person), people=shown.people)


def done(request: Request, person: int) -> Page:
    """What was done to this person's record."""
    name, form = _name(request, person), DaysForm(request.GET or None)
    shown = done_to(request.viewer, person, form.days(), page_number(request))
    heading = f"What was done to the record of {name}"
    return Page("commongoal/audit/done.html", _values(form, shown.value, heading, person), people=shown.people)


def members(request: Request) -> Page:
    """Who opened the most records this week."""
    part = most_reading(request.viewer, request.today, page_number(request)).value
    first = part.rows[0] if part.rows else None
    heading = (
        f"{first.member.name} opened the most records in the last 7 days"
        if first and part.number == 1
        else "Records opened in the last 7 days"
    )
    return Page("commongoal/audit/members.html", {"part": part, "heading": heading})


def did(request: Request, member: int) -> Page:
    """What one member did."""
    found, form = _member(request, member), DaysForm(request.GET or None)
    shown = done_by(request.viewer, member, form.days(), page_number(request))
    values = {**_values(form, shown.value, f"What {found.name} did"), "member": found}
    return Page("commongoal/audit/done.html", values, listed=shown.listed)


def member_looked(request: Request, member: int) -> Page:
    """Whose records one member looked at."""
    found, form = _member(request, member), DaysForm(request.GET or None)
    shown = looked_by(request.viewer, member, form.days(), page_number(request))
    values = {**_values(form, shown.value, f"Whose records {found.name} looked at"), "member": found}
    return Page("commongoal/audit/looked.html", values, listed=shown.listed)


def in_words(found: FindingShown) -> str:
    """A finding as a sentence."""
    who, on, records = found.member_name, day(found.on), counted(found.counted, "record,records")
    sentences: dict[FindingKind, Callable[[], str]] = {
        FindingKind.OWN_USUAL: lambda: f"{who} opened {records} on {on}; their usual day is {found.usual}",
        FindingKind.ROLE_USUAL: lambda: f"{who} opened {records} on {on}; usual for the role is {found.usual}",
        FindingKind.OUT_OF_HOURS: lambda: f"{who} opened {records} out of hours on {on}",
        FindingKind.NOT_THEIRS: lambda: (
            f"{who} opened {records} on {on} of people {found.organisation_name} did not work with"
        ),
        FindingKind.SAME_NAME: lambda: f"{who} opened a record on {on} with the same family name as theirs",
    }
    return sentences[found.kind]()


def chain_rows(state: ChainState) -> list[tuple[str, str]]:
    """The state of the chain as rows."""
    faults = counted(state.faults, "fault,faults") if state.faults else "no faults"
    checked = f"{moment(state.checked_at)}: {counted(state.checked_rows, 'row,rows')}, {faults}"
    return [
        ("Last sealed", moment(state.sealed_at) or "Not yet"),
        ("Last checked from end to end", checked if state.checked_at else "Not yet"),
        ("Digest of the last seal", state.digest if state.sealed_at else "None yet"),
    ]


def trouble(state: ChainState, at: dt.datetime) -> str:
    """What is wrong with the chain, in a sentence; "" when nothing is."""
    if state.faults:
        return "The audit was changed from outside: the check found faults. Ask your administrator to run verify_audit."
    if state.oldest_waiting_at and at - state.oldest_waiting_at > LATE:
        return f"Nothing was sealed since {moment(state.oldest_waiting_at)}: the task worker stands still."
    return ""


def _heading(count: int, more: bool) -> str:
    if more:
        return "More than 25 things to look at"
    return f"{counted(count, 'thing,things')} to look at" if count else "Nothing unusual waits for you"


def _finding(request: Request, pk: int) -> tuple[FindingShown, tuple[int, ...]]:
    shown = finding(request.viewer, pk)
    return shown.value, shown.people


def _member(request: Request, pk: int) -> Member:
    return member(request.viewer, pk).value


def _name(request: Request, person: int) -> str:
    """Whom the audit is about, also when the record was merged away or is gone."""
    try:
        return person_heading(person, request.viewer, "read person").value.title
    except NotThere:
        if not has_audit(request.viewer, person):
            raise
        return "a record that is no longer there"


def _values(form: DaysForm, part: object, heading: str, person: int = 0) -> dict[str, object]:
    return {"form": form, "part": part, "heading": heading, "person": person}


ROUTES = (
    Route("audit/", overview, "audit", "see audit", menu="Who looked"),
    Route("audit/findings/<int:finding>/", one_finding, "audit_finding", "answer finding", about=("finding",)),
    Route("audit/people/<int:person>/looked/", looked, "audit_looked", "see audit", about=("person",)),
    Route("audit/people/<int:person>/done/", done, "audit_done", "see audit", about=("person",)),
    Route("audit/members/", members, "audit_members", "see audit"),
    Route("audit/members/<int:member>/did/", did, "audit_did", "see audit", about=("member",)),
    Route("audit/members/<int:member>/looked/", member_looked, "audit_member_looked", "see audit", about=("member",)),
)

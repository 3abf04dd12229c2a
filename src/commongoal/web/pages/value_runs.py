"""Snapshots taken and valuations asked for: the list of a programme's runs, and the two questions."""

from django import forms
from django.contrib import messages
from django.http import HttpResponse

from commongoal.access.engine.naming import Named
from commongoal.access.engine.permissions import allowed
from commongoal.access.queries.sharing import programme as programme_of
from commongoal.kernel.words import written_day
from commongoal.pathway.actions.snapshots import take_snapshot
from commongoal.pathway.engine.snapshots import OFFERED
from commongoal.pathway.queries.snapshots import snapshots
from commongoal.valuation.actions.runs import ask_run
from commongoal.valuation.engine.runs import RunStatus
from commongoal.valuation.queries.runs import runs
from commongoal.web.asking import kept
from commongoal.web.choices import offer
from commongoal.web.forms import Radios
from commongoal.web.routing import Page, Request, Route, goto
from commongoal.web.tags import counted, moment

COLOURS = {RunStatus.WAITING: "grey", RunStatus.RUNNING: "blue", RunStatus.DONE: "green", RunStatus.FAILED: "red"}
RULES = (
    ("", "As the pathway's file says"),
    ("net", "Net of what would have happened anyway"),
    ("equal", "Gross, in equal steps along the pathway"),
    ("outcome_only", "Gross, only where lasting work is reached"),
    ("relative", "Providers compared given who they serve"),
)


class AskForm(forms.Form):
    """Which snapshot, by which rule."""

    snapshot = forms.ChoiceField(label="Which snapshot?", widget=forms.RadioSelect)
    rule = forms.ChoiceField(
        label="By which rule?",
        choices=RULES,
        required=False,
        widget=Radios(hints={"": "Others answer other questions, and their figures must not be added"}),
    )


def every(request: Request, programme: int) -> Page:
    """The valuations of a programme, the newest first."""
    named = programme_of(programme)
    found = runs(request.viewer, programme)
    done = sum(run.status is RunStatus.DONE for run in found)
    values = {
        "programme": named,
        "heading": f"{counted(done, 'valuation,valuations')} of {named.name}" if found else "Nothing is valued yet",
        "runs": [(run, COLOURS[run.status]) for run in found],
        "snapshots": bool(snapshots(request.viewer, programme)),
        "may_run": allowed(request.viewer, "run valuation"),
        "may_take": allowed(request.viewer, "take snapshot"),
    }
    return Page("commongoal/value/runs.html", values)


def ask(request: Request, programme: int) -> Page | HttpResponse:
    """Ask for a snapshot to be valued."""
    named = programme_of(programme)
    taken = snapshots(request.viewer, programme)
    form = AskForm(request.POST or None, initial={"snapshot": str(taken[0].id) if taken else "", "rule": ""})
    offer(form, "snapshot", [(str(one.id), f"Records up to {written_day(one.snapshot_on)}, taken {moment(one.at)}")
                             for one in taken[:OFFERED]])  # fmt: skip
    if request.method == "POST" and form.is_valid():
        answers, asked = form.cleaned_data, []

        def action() -> None:
            snapshot, rule = int(answers["snapshot"]), answers["rule"] or None
            asked.append(ask_run(by=request.viewer, at=request.at, snapshot=snapshot, rule=rule))

        if kept(form, action):
            messages.success(request, "The valuation was asked for. It begins within a minute or two.")
            return goto("value_run", asked[0])
    lead = "" if taken else "There is no snapshot yet: take one first."
    return _question(named, form, "What should be valued?", "Ask for the valuation" if taken else "", lead)


def take(request: Request, programme: int) -> Page | HttpResponse:
    """Take a snapshot of the records as they stand."""
    named = programme_of(programme)
    form = forms.Form(request.POST if request.method == "POST" else None)
    if (
        request.method == "POST"
        and form.is_valid()
        and kept(form, lambda: take_snapshot(by=request.viewer, at=request.at, programme=programme))
    ):
        messages.success(request, "The snapshot was taken. It can be valued now.")
        return goto("value_ask", programme)
    lead = (
        "A snapshot is the ledger of the programme as the records stand now, without names. A valuation goes by a "
        "snapshot, so that its figures can be found again later."
    )
    return _question(named, form, f"Take a snapshot of {named.name}?", "Take the snapshot", lead)


def _question(programme: Named, form: forms.Form, heading: str, submit: str, lead: str) -> Page:
    values = {"programme": programme, "form": form, "heading": heading, "submit_text": submit, "lead": lead}
    return Page("commongoal/value/question.html", values)


ABOUT = ("programme",)
ROUTES = (
    Route("value/programmes/<int:programme>/", every, "value_runs", "see value", ABOUT),
    Route("value/programmes/<int:programme>/ask/", ask, "value_ask", "run valuation", ABOUT),
    Route("value/programmes/<int:programme>/snapshot/", take, "value_snapshot", "take snapshot", ABOUT),
)

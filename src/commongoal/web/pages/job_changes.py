"""Jobs recorded, ended, corrected and withdrawn."""

import datetime as dt
from dataclasses import replace
from decimal import Decimal
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse

from commongoal.kernel.errors import Refused
from commongoal.kernel.words import pounds
from commongoal.pathway.actions.working import (
    correct_job,
    end_job,
    record_job,
    withdraw_job,
)
from commongoal.pathway.engine import jobs as refusals
from commongoal.pathway.engine.casework import PayPeriod
from commongoal.pathway.engine.jobs import JobDetails, JobRecord
from commongoal.pathway.engine.minimum_wage import Check, Standing, check_pay
from commongoal.pathway.files.minimum_wage import minimum_wage
from commongoal.pathway.queries.jobs import job as one_job
from commongoal.pathway.queries.jobs import may_start_on
from commongoal.pathway.queries.pathways import pathway_of
from commongoal.people.queries.documents import documents_for_choice
from commongoal.people.queries.person_page import person_heading
from commongoal.people.queries.record import details_now
from commongoal.web.asking import kept, question
from commongoal.web.choices import choices_of, offer
from commongoal.web.forms import DateField, Radios
from commongoal.web.pages.jobs import PERIOD_WORDS
from commongoal.web.routing import Page, Request, Route, goto

VERB = "record job"
# The question that a refusal is about; what is about none stands above the form.
BESIDE: dict[type[Refused], str] = {
    refusals.NeedsEmployer: "employer",
    refusals.EmployerOfSelf: "employer",
    refusals.BadOccupationCode: "occupation_code",
    refusals.NeedsPay: "pay",
    refusals.JobInFuture: "from_on",
    refusals.NotTheirDocument: "document",
    refusals.BelowMinimumWage: "below_minimum_why",
    refusals.EndsBeforeStart: "last_on",
    refusals.EndInFuture: "last_on",
    refusals.NeedsWhy: "ended_why",
}


class JobForm(forms.Form):
    """A job: since when, for whom, what, how many hours, for how much, and what shows it.

    `only` is the programme where nobody is asked for one; `kept` the document where documents are not shared with the
    viewer, who can then choose none.
    """

    only = 0
    kept: int | None = None

    programme = forms.TypedChoiceField(label="For which programme?", coerce=int, widget=forms.RadioSelect)
    from_on = DateField(label="What was their first day?", what="first day")
    self_employed = forms.TypedChoiceField(
        label="Who do they work for?",
        choices=[("no", "An employer"), ("yes", "Themselves: they are self-employed")],
        coerce=lambda value: value == "yes",
        initial="no",
        widget=forms.RadioSelect,
    )
    employer = forms.CharField(
        label="Name of the employer", required=False, max_length=200, help_text="Leave it empty for self-employment"
    )
    occupation = forms.CharField(label="What is the job?", max_length=200, help_text="For example, care assistant")
    occupation_code = forms.CharField(
        label="Occupation code (optional)",
        required=False,
        max_length=4,
        help_text="Four figures, a unit group of SOC 2020, such as 6135",
    )
    weekly_hours = forms.DecimalField(
        label="How many hours in a usual week?",
        min_value=Decimal("0.25"),
        max_value=168,
        max_digits=5,
        decimal_places=2,
        widget=forms.TextInput(attrs={"class": "govuk-input--width-4", "inputmode": "decimal"}),
    )
    pay = forms.DecimalField(
        label="How much is the pay, before tax?",
        help_text="In pounds, such as 12.50",
        min_value=0,
        max_digits=9,
        decimal_places=2,
        widget=forms.TextInput(attrs={"class": "govuk-input--width-10", "inputmode": "decimal"}),
    )
    pay_period = forms.ChoiceField(
        label="What is that pay for?", choices=choices_of(PayPeriod, PERIOD_WORDS), widget=forms.RadioSelect
    )
    evidence_kind = forms.ChoiceField(
        label="What shows it?",
        widget=Radios(),
        help_text="These are the kinds that the programme takes. Evidence that comes later can be added later",
    )
    evidence = forms.CharField(
        label="Where is the evidence? (optional)",
        required=False,
        max_length=300,
        help_text="For example, payslip of 30 June 2026 in their documents",
    )
    document = forms.TypedChoiceField(
        label="Is it among their documents? (optional)", coerce=int, empty_value=None, required=False
    )
    below_minimum_why = forms.CharField(
        label="If the pay is under the minimum wage, why? (optional)",
        required=False,
        max_length=300,
        help_text="For example, an apprentice in the first year. You are told if it is under",
    )

    def details(self) -> JobDetails:
        """The answers as a job."""
        found = dict(self.cleaned_data)
        found.pop("programme", None)
        found.setdefault("document", self.kept)
        pence = int(found.pop("pay") * 100)
        return JobDetails(**found | {"pay_pence": pence, "pay_period": PayPeriod(found["pay_period"])})


class EndForm(forms.Form):
    """The last day, and why."""

    last_on = DateField(label="What was their last day?", what="last day")
    why = forms.CharField(
        label="Why did it end?", max_length=60, help_text="For example, it was temporary, or they found another job"
    )


class CorrectionForm(JobForm):
    """What the job should say, its end too."""

    last_on = DateField(
        label="What was their last day? (optional)", what="last day", required=False, help_text="Empty while it runs"
    )
    ended_why = forms.CharField(label="Why did it end? (optional)", required=False, max_length=60)

    def details(self) -> JobDetails:
        last_on = self.cleaned_data.pop("last_on")
        return replace(super().details(), to_on=_after(last_on) if last_on else None)


class WithdrawForm(forms.Form):
    """Why it was a mistake."""

    why = forms.CharField(label="Why?", max_length=300, widget=forms.Textarea(attrs={"rows": 3}))


def record(request: Request, person: int) -> Page | HttpResponse:
    """Record a job."""
    shown = person_heading(person, request.viewer, VERB)
    form = JobForm(request.POST or None)
    _programmes(form, may_start_on(person, request.viewer, request.today), request)
    _documents(form, person, request)
    if request.method == "POST" and form.is_valid():
        programme, details = _chosen(form), form.details()
        values: dict[str, Any] = {"person": person, "programme": programme, "details": details}
        if kept(form, lambda: record_job(by=request.viewer, at=request.at, **values), BESIDE):
            messages.success(request, f"Job recorded. {_pay_words(request, person, details)}")
            return goto("jobs", person)
    return question(shown, form, "A job that began", "Save the job", back="jobs")


def correct(request: Request, person: int, job: int) -> Page | HttpResponse:
    """What the job should say."""
    shown = person_heading(person, request.viewer, VERB)
    found = one_job(person, job, request.viewer).value
    form = CorrectionForm(request.POST or None, initial=_initial(found))
    del form.fields["programme"]
    offer_evidence(form, found.programme)
    _documents(form, person, request, found)
    if request.method == "POST" and form.is_valid():
        details = form.details()
        values: dict[str, Any] = {"person": person, "job": job, "details": details}
        if kept(form, lambda: correct_job(by=request.viewer, at=request.at, **values), BESIDE):
            messages.success(request, f"Corrected. What it said before is kept. {_pay_words(request, person, details)}")
            return goto("jobs", person)
    return question(shown, form, "What should the job say?", "Save the correction", lead=found.name, back="jobs")


def end(request: Request, person: int, job: int) -> Page | HttpResponse:
    """A job ended."""

    def act(form: forms.Form) -> None:
        values = {"to_on": _after(form.cleaned_data["last_on"]), "why": form.cleaned_data["why"]}
        end_job(by=request.viewer, at=request.at, person=person, job=job, **values)

    shown = person_heading(person, request.viewer, VERB)
    found = one_job(person, job, request.viewer).value
    form = EndForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and kept(form, lambda: act(form)):
        messages.success(request, "Saved. The checkpoints follow the jobs that still run")
        return goto("jobs", person)
    return question(shown, form, "A job that ended", "Save", lead=found.name, back="jobs")


def withdraw(request: Request, person: int, job: int) -> Page | HttpResponse:
    """A job that was a mistake."""
    shown = person_heading(person, request.viewer, VERB)
    found = one_job(person, job, request.viewer).value
    form = WithdrawForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        why = form.cleaned_data["why"]
        if kept(form, lambda: withdraw_job(by=request.viewer, at=request.at, person=person, job=job, why=why)):
            messages.success(request, "Withdrawn. It counts no more, and is kept with the reason")
            return goto("jobs", person)
    lead = f"{found.name}. A job that ended is not a mistake: say instead when it ended."
    return question(shown, form, "Withdraw this job", "Withdraw it", lead=lead, back="jobs", kind="warning")


def _programmes(form: JobForm, programmes: tuple[tuple[int, str], ...], request: Request) -> None:
    """Ask for the programme only where there are several; the evidence is that of the one chosen, or of all."""
    offer(form, "programme", programmes)
    if len(programmes) == 1:
        del form.fields["programme"]
        form.only = programmes[0][0]
    asked = request.POST.get("programme", "")
    ids = [pk for pk, _ in programmes]
    offer_evidence(form, *([pk for pk in ids if str(pk) == asked] or ids))


def _chosen(form: JobForm) -> int:
    return int(form.cleaned_data.get("programme") or form.only)


def offer_evidence(form: forms.Form, *programmes: int) -> None:
    """The kinds of evidence that the programmes take, each once, with what they mean."""
    kinds = {kind.id: kind for each in programmes for kind in pathway_of(each).casework.job_evidence}
    offer(form, "evidence_kind", [(kind.id, kind.name) for kind in kinds.values()])
    widget: Any = form.fields["evidence_kind"].widget
    widget.hints = {kind.id: kind.meaning for kind in kinds.values()}


def _documents(form: JobForm, person: int, request: Request, before: JobRecord | None = None) -> None:
    """Offer the person's documents as evidence; where there is none to choose, what was chosen before stays."""
    found = documents_for_choice(person, request.viewer)
    form.kept = before.details.document if before else None
    if before and form.kept and form.kept not in dict(found):
        found = (*found, (form.kept, before.document_title)) if found else ()
    if found:
        offer(form, "document", [("", "No"), *found])
    else:
        del form.fields["document"]


def _initial(job: JobRecord) -> dict[str, Any]:
    details = job.details
    plain = {name: getattr(details, name) for name in JobForm.base_fields if hasattr(details, name)}
    return plain | {
        "self_employed": "yes" if details.self_employed else "no",
        "pay": Decimal(details.pay_pence) / 100,
        "pay_period": details.pay_period.value,
        "last_on": job.last_on,
        "ended_why": details.ended_why,
    }


def _pay_words(request: Request, person: int, details: JobDetails) -> str:
    """How the pay stands to the minimum wage, for the sentence after saving."""
    found = _pay(request, person, details)
    if found.standing is Standing.ENOUGH:
        return f"The pay is {pounds(float(found.hourly), 2)} an hour, {found.standing}"
    if found.standing is Standing.BELOW:
        return "The pay is under the minimum wage, for the reason that you gave"
    return f"The pay was {found.standing}"


def _pay(request: Request, person: int, details: JobDetails) -> Check:
    born_on = details_now(person, request.viewer, VERB).value.details.born_on
    return check_pay(
        minimum_wage(),
        pay_pence=details.pay_pence,
        period=details.pay_period,
        weekly_hours=details.weekly_hours,
        on=details.from_on,
        born_on=born_on,
        self_employed=details.self_employed,
    )


def _after(last_on: dt.date) -> dt.date:
    return last_on + dt.timedelta(days=1)


JOB = ("person", "job")
AT = "people/<int:person>/work/"
ROUTES = (
    Route(f"{AT}record/", record, "record_job", verb=VERB, about=("person",)),
    Route(f"{AT}<int:job>/correct/", correct, "correct_job", verb=VERB, about=JOB),
    Route(f"{AT}<int:job>/end/", end, "end_job", verb=VERB, about=JOB),
    Route(f"{AT}<int:job>/withdraw/", withdraw, "withdraw_job", verb=VERB, about=JOB),
)

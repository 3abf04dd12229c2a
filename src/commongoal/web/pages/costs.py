"""Costs: what each provider and kind of help cost, who bore it, and what has no cost at all."""

import datetime as dt
from decimal import Decimal
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse

from commongoal.access.engine.permissions import Viewer, allowed
from commongoal.kernel.errors import Refused
from commongoal.kernel.words import counted, listed, pounds
from commongoal.pathway.actions.spending import correct_cost, record_cost, withdraw_cost
from commongoal.pathway.engine import costs as refusals
from commongoal.pathway.engine.casework import CostBasis
from commongoal.pathway.engine.costs import CostDetails, CostFilter, CostRecord, Costs
from commongoal.pathway.engine.in_force import InForce
from commongoal.pathway.queries.costs import OWN, programmes_with_costs, provider_alone
from commongoal.pathway.queries.costs import cost as one_cost
from commongoal.pathway.queries.costs import costs as costs_of
from commongoal.pathway.queries.pathways import pathway_of
from commongoal.web.asking import kept, page_number
from commongoal.web.choices import offer
from commongoal.web.forms import DateField
from commongoal.web.pages.cost_pictures import cost_pictures
from commongoal.web.routing import Page, Request, Route, goto

VERB = "record costs"
BASIS = {CostBasis.CASH: "Spent in money", CostBasis.IN_KIND: "Given in kind"}
WHOLE, ALL_HELP = "The programme as a whole", "All help together"
BESIDE: dict[type[Refused], str] = {
    refusals.NoAmount: "amount",
    refusals.UnknownProvider: "provider",
    refusals.PeriodBackwards: "last_on",
    refusals.PeriodNotOver: "last_on",
}


class CostForm(forms.Form):
    """A cost: whose, for what, when, how much, who bore it."""

    provider = forms.ChoiceField(label="Whose cost is it?", required=False)
    intervention = forms.ChoiceField(label="For which kind of help?", required=False)
    from_on = DateField(label="First day of the period", what="first day")
    last_on = DateField(label="Last day of the period", what="last day")
    amount = forms.DecimalField(
        label="How much, in pounds?",
        help_text="Without the VAT that can be claimed back",
        max_digits=14,
        decimal_places=2,
        min_value=0,
        widget=forms.TextInput(attrs={"class": "govuk-input--width-10", "inputmode": "decimal"}),
    )
    basis = forms.ChoiceField(
        label="How was it paid?",
        choices=[(basis.value, words) for basis, words in BASIS.items()],
        widget=forms.RadioSelect,
    )
    borne_by = forms.ChoiceField(label="Who bore it?")
    source = forms.CharField(
        label="Where does the figure come from?", max_length=300, help_text="For example, accounts of 2025-26, line 12"
    )

    def details(self) -> CostDetails:
        """The answers as a cost."""
        found = self.cleaned_data
        plain = {name: found[name] for name in ("provider", "intervention", "from_on", "borne_by", "source")}
        basis, to_on = CostBasis(found["basis"]), found["last_on"] + dt.timedelta(days=1)
        return CostDetails(**plain, to_on=to_on, amount_pence=int(found["amount"] * 100), basis=basis)


class WithdrawForm(forms.Form):
    """Why it was a mistake."""

    why = forms.CharField(label="Why?", max_length=300, widget=forms.Textarea(attrs={"rows": 3}))


class FilterForm(forms.Form):
    """Which costs to show."""

    provider = forms.ChoiceField(label="Provider", required=False)
    intervention = forms.ChoiceField(label="Kind of help", required=False)
    borne_by = forms.ChoiceField(label="Who bore it", required=False)
    basis = forms.ChoiceField(
        label="How it was paid",
        required=False,
        choices=[("", "Both"), *((basis.value, words) for basis, words in BASIS.items())],
    )
    from_on = DateField(label="From", what="first day", required=False)
    last_on = DateField(label="To", what="last day", required=False)


def costs(request: Request) -> Page:
    """The costs that the viewer may see, with totals, and what has none."""
    programmes = programmes_with_costs(request.today)
    programme = programme_asked(request, programmes)
    pathway = pathway_of(programme)
    form = FilterForm(request.GET or None)
    _offer(form, pathway, "", everything="All")
    asked = CostFilter(**form.cleaned_data) if form.is_bound and form.is_valid() else CostFilter()
    found = costs_of(programme, request.viewer, asked, page_number(request), pathway)
    may = allowed(request.viewer, VERB, OWN)
    mine = provider_alone(request.viewer, pathway, VERB) if may else ""
    values = {
        "heading": costs_heading(found, asked),
        "form": form,
        "costs": found,
        "rows": [_row(each, pathway, mine) for each in found.rows],
        "totals": [
            (_provider(each.provider, pathway), *_pounds(each.cash, each.in_kind, each.whole)) for each in found.totals
        ],
        "together": _pounds(*found.together),
        "pictures": list(cost_pictures(found, pathway, WHOLE, ALL_HELP)),
        "in_part": asked.from_on is not None or asked.last_on is not None,
        "without": listed([_provider(each, pathway) for each in found.without]),
        "without_count": len(found.without),
        "may": may and mine != "",
        "programmes": programmes,
        "programme": programme,
    }
    return Page("commongoal/costs/list.html", values)


def record(request: Request) -> Page | HttpResponse:
    """Enter one cost."""
    programme = programme_asked(request, programmes_with_costs(request.today))
    pathway = pathway_of(programme)
    form = CostForm(request.POST or None)
    _offer_form(form, pathway, request.viewer)
    if request.method == "POST" and form.is_valid():
        details = form.details()
        by, at = request.viewer, request.at
        if kept(form, lambda: record_cost(by=by, at=at, programme=programme, details=details), BESIDE):
            messages.success(request, "Cost recorded")
            return goto("costs", query=f"programme={programme}")
    return _question(form, "What did it cost?", "Save the cost")


def correct(request: Request, cost: int) -> Page | HttpResponse:
    """What a cost should say."""
    found = one_cost(cost, request.viewer)
    form = CostForm(request.POST or None, initial=_initial(found.details))
    _offer_form(form, pathway_of(found.programme), request.viewer)
    if request.method == "POST" and form.is_valid():
        details = form.details()
        if kept(form, lambda: correct_cost(by=request.viewer, at=request.at, cost=cost, details=details), BESIDE):
            messages.success(request, "Corrected. What it said before is kept")
            return goto("costs", query=f"programme={found.programme}")
    return _question(form, "What should the cost say?", "Save the correction")


def withdraw(request: Request, cost: int) -> Page | HttpResponse:
    """A cost that was a mistake."""
    found = one_cost(cost, request.viewer)
    form = WithdrawForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        why = form.cleaned_data["why"]
        if kept(form, lambda: withdraw_cost(by=request.viewer, at=request.at, cost=cost, why=why)):
            messages.success(request, "Withdrawn. It counts no more, and is kept with the reason")
            return goto("costs", query=f"programme={found.programme}")
    amount = pounds(found.details.amount_pence / 100, 2)
    return _question(form, f"Withdraw the cost of {amount}", "Withdraw it", kind="warning")


def costs_heading(found: Costs, asked: CostFilter) -> str:
    """The answer of the page."""
    if not found.totals:
        return "No cost matches" if asked != CostFilter() else "No cost recorded yet"
    *_, pence = found.together
    whole = pounds(pence / 100)
    if found.without and asked == CostFilter():
        none = counted(len(found.without), "provider has", "providers have")
        return f"{whole} recorded, and {none} no cost"
    return f"{whole} recorded"


def programme_asked(request: Request, programmes: tuple[tuple[int, str], ...]) -> int:
    """The programme asked for by `?programme=`, or the first."""
    asked = request.GET.get("programme", "")
    return int(asked) if asked in {str(pk) for pk, _ in programmes} else programmes[0][0]


def _offer(form: forms.Form, pathway: InForce, whole: str, everything: str = "") -> None:
    programme = pathway.programme
    offer(form, "provider", [("", everything or whole), *((each.id, each.name) for each in programme.providers)])
    helps = [(each.id, each.name) for each in programme.interventions]
    offer(form, "intervention", [("", everything or ALL_HELP), *helps])
    partners = [(each.id, each.name) for each in programme.partners]
    offer(form, "borne_by", [("", everything or "Choose"), *partners])


def _offer_form(form: forms.Form, pathway: InForce, viewer: Viewer) -> None:
    """The choices of a cost; a manager's own provider alone."""
    _offer(form, pathway, WHOLE)
    mine = provider_alone(viewer, pathway, VERB)
    if mine is not None:
        offer(form, "provider", [(mine, _provider(mine, pathway))] if mine else [])


def _question(form: forms.Form, heading: str, submit: str, kind: str = "") -> Page:
    return Page(
        "commongoal/costs/question.html", {"form": form, "heading": heading, "submit_text": submit, "kind": kind}
    )


def _initial(details: CostDetails) -> dict[str, Any]:
    names = ("provider", "intervention", "from_on", "last_on", "borne_by", "source")
    plain = {name: getattr(details, name) for name in names}
    return plain | {"amount": Decimal(details.amount_pence) / 100, "basis": details.basis.value}


def _row(each: CostRecord, pathway: InForce, mine: str | None) -> dict[str, Any]:
    details = each.details
    partners = {partner.id: partner.name for partner in pathway.programme.partners}
    return {
        "cost": each,
        "provider": _provider(details.provider, pathway),
        "intervention": pathway.intervention_name(details.intervention) if details.intervention else ALL_HELP,
        "borne_by": partners.get(details.borne_by, details.borne_by),
        "basis": BASIS[details.basis],
        "amount": pounds(details.amount_pence / 100, 2),
        "may": mine is None or (mine != "" and mine == details.provider),
    }


def _provider(provider: str, pathway: InForce) -> str:
    names = {each.id: each.name for each in pathway.programme.providers}
    return names.get(provider, provider) if provider else WHOLE


def _pounds(*pence: int) -> tuple[str, ...]:
    return tuple(pounds(each / 100, 2) for each in pence)


ROUTES = (
    Route("costs/", costs, "costs", verb="see costs", menu="Costs", section="Results"),
    Route("costs/record/", record, "record_cost", verb=VERB),
    Route("costs/<int:cost>/correct/", correct, "correct_cost", verb=VERB, about=("cost",)),
    Route("costs/<int:cost>/withdraw/", withdraw, "withdraw_cost", verb=VERB, about=("cost",)),
)

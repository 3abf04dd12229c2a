"""Lawful bases: all of them, one, recorded with a check, ended, and who answers for the data."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse

from commongoal.access.actions.bases import end_basis, record_basis, set_controllers
from commongoal.access.engine.bases import (
    LONGEST_RETENTION,
    Basis,
    ConditionForNothing,
    Controller,
    EndsBeforeStart,
    NewBasis,
    NoCondition,
    NoLaw,
    OneControllerAlone,
    check_basis,
    check_controllers,
)
from commongoal.access.engine.permissions import Viewer, allowed
from commongoal.access.engine.vocabulary import Article6, Article9, ControllerKind
from commongoal.access.queries.bases import bases, basis
from commongoal.access.queries.sharing import organisation, partners, programmes_on
from commongoal.kernel.errors import Refused
from commongoal.web.asking import kept
from commongoal.web.choices import choices_of, offer
from commongoal.web.forms import Checkboxes, DateField, Radios
from commongoal.web.routing import Page, Request, Route, goto
from commongoal.web.tags import counted, day

KINDS = (
    (
        "controllers",
        ControllerKind.CONTROLLER,
        "Which organisations decide alone why and how data are used? (optional)",
    ),
    ("joint", ControllerKind.JOINT_CONTROLLER, "Which decide together? (optional)"),
    ("processors", ControllerKind.PROCESSOR, "Which only follow the instructions of others? (optional)"),
)
QUESTIONS: dict[type[Refused], str] = {
    NoLaw: "law",
    NoCondition: "article_9",
    ConditionForNothing: "special",
    EndsBeforeStart: "until_on",
    OneControllerAlone: "joint",
}
HINTS_6 = {
    Article6.PUBLIC_TASK.value: "A task in the public interest or official authority; it needs a law",
    Article6.LEGAL_OBLIGATION.value: "A law says that it must be done",
    Article6.CONSENT.value: "Rarely right for public bodies: people must be free to refuse without losing help",
}


class ControllersForm(forms.Form):
    """Who answers for the data. An organisation has one role."""

    def __init__(self, *args: Any, viewer: Viewer, **named: Any) -> None:
        super().__init__(*args, **named)
        found = sorted([organisation(viewer.organisation), *partners(viewer)], key=lambda one: one.name)
        self.names = {one.id: one.name for one in found}
        for name, kind, label in KINDS:
            choices = [(str(one.id), one.name) for one in found]
            hint = (
                f"A {kind.value}" if kind is not ControllerKind.JOINT_CONTROLLER else "Joint controllers: two or more"
            )
            self.fields[name] = forms.MultipleChoiceField(
                label=label, choices=choices, required=False, widget=Checkboxes, help_text=hint
            )

    def clean(self) -> None:
        """At most one role each."""
        chosen = [key for name, _, _ in KINDS for key in self.cleaned_data.get(name) or ()]
        twice = {key for key in chosen if chosen.count(key) > 1}
        if twice:
            names = ", ".join(sorted(self.names[int(key)] for key in twice))
            raise forms.ValidationError(f"Give one role only: {names}")
        if not {"controllers", "joint"} & {name for name, _, _ in KINDS if self.cleaned_data.get(name)}:
            raise forms.ValidationError("Choose at least one controller or two joint controllers")

    def named(self) -> tuple[Controller, ...]:
        """The organisations with their roles."""
        return tuple(
            Controller(int(key), kind, self.names[int(key)])
            for name, kind, _ in KINDS
            for key in self.cleaned_data[name]
        )


class BasisForm(ControllersForm):
    """A new basis."""

    programme = forms.ChoiceField(label="Programme", widget=forms.Select)
    purpose = forms.CharField(label="What are the data used for?", max_length=200, help_text="One purpose, in a phrase")
    article_6 = forms.ChoiceField(
        label="Which lawful basis of UK GDPR article 6?",
        choices=choices_of(Article6),
        widget=Radios(hints=HINTS_6),
    )
    special = forms.ChoiceField(
        label="Are health or other special category data used?",
        choices=[("yes", "Yes"), ("no", "No")],
        widget=forms.RadioSelect(attrs={"class": "govuk-radios--inline"}),
    )
    article_9 = forms.ChoiceField(
        label="If so, which condition of article 9? (optional)",
        choices=[("", "None"), *choices_of(Article9)],
        required=False,
        widget=forms.Select,
    )
    law = forms.CharField(
        label="Which law? (optional)",
        max_length=300,
        required=False,
        help_text="Act or regulation, and section; needed for a public task, a legal obligation and most conditions",
    )
    document = forms.CharField(
        label="Which document records it?", max_length=200, help_text="For example the sharing protocol and its version"
    )
    retention_months = forms.IntegerField(
        label="For how many months are records kept after support ends?", min_value=1, max_value=LONGEST_RETENTION
    )
    from_on = DateField(label="From", what="first day")
    until_on = DateField(label="Until (optional)", what="first day without it", required=False)

    def __init__(self, *args: Any, viewer: Viewer, today: Any, **named: Any) -> None:
        super().__init__(*args, viewer=viewer, **named)
        self.programmes = {one.id: one.name for one in programmes_on(today)}
        running = [(str(key), name) for key, name in self.programmes.items()]
        offer(self, "programme", [("", "Choose a programme"), *running])

    def clean(self) -> None:
        """The rules of a basis, each beside the question it is about."""
        super().clean()
        if self.errors:
            return
        try:
            check_basis(self.basis())
            check_controllers(self.named())
        except Refused as refusal:
            self.add_error(QUESTIONS.get(type(refusal)), str(refusal))

    def basis(self) -> NewBasis:
        """The answers as a basis."""
        found = self.cleaned_data
        return NewBasis(
            programme=int(found["programme"]),
            purpose=found["purpose"],
            article_6=Article6(found["article_6"]),
            document=found["document"],
            retention_months=found["retention_months"],
            from_on=found["from_on"],
            special_category=found["special"] == "yes",
            article_9=Article9(found["article_9"]) if found["article_9"] else None,
            law=found["law"],
            until_on=found["until_on"],
        )


class EndForm(forms.Form):
    """The first day without the basis."""

    until_on = DateField(label="Which is the first day without it?", what="first day without it")


def every(request: Request) -> Page:
    """All lawful bases."""
    found = bases(request.viewer).value
    running = [one for one in found if one.in_force(request.today)]
    verb = "is" if len(running) == 1 else "are"
    heading = f"{counted(len(running), 'lawful basis,lawful bases')} {verb} in force"
    values = {
        "heading": heading,
        "bases": [(one, _state(one, request)) for one in found],
        "may": allowed(request.viewer, "record basis"),
    }
    return Page("commongoal/bases/list.html", values)


def one(request: Request, basis: int) -> Page:
    """One lawful basis."""
    found = _basis(request, basis)
    rows = [
        ("Purpose", found.purpose),
        *_rows(found),
        ("From", day(found.from_on)),
        ("Until", day(found.until_on) if found.until_on else "No end is set"),
    ]
    values = {
        "basis": found,
        "rows": rows,
        "state": _state(found, request),
        "may": allowed(request.viewer, "record basis"),
        "ended": found.until_on is not None and found.until_on <= request.today,
    }
    return Page("commongoal/bases/one.html", values)


def add(request: Request) -> Page | HttpResponse:
    """A new basis: the questions, then the answers to check, then it is recorded."""
    form = BasisForm(request.POST or None, viewer=request.viewer, today=request.today)
    if request.method != "POST" or not form.is_valid() or "change" in request.POST:
        return Page("commongoal/bases/add.html", {"form": form})
    if "confirmed" in request.POST:
        try:
            pk = record_basis(form.basis(), form.named(), by=request.viewer, at=request.at)
        except Refused as refusal:
            form.add_error(None, str(refusal))
            return Page("commongoal/bases/add.html", {"form": form})
        messages.success(request, "The lawful basis was recorded")
        return goto("basis", pk)
    sent = [(name, value) for name in request.POST for value in request.POST.getlist(name)]
    hidden = [(name, value) for name, value in sent if name != "csrfmiddlewaretoken"]
    return Page("commongoal/bases/check.html", {"rows": _answers(form), "hidden": hidden})


def end(request: Request, basis: int) -> Page | HttpResponse:
    """End a basis."""
    found, form = _basis(request, basis), EndForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        until_on = form.cleaned_data["until_on"]
        if kept(form, lambda: end_basis(basis, until_on, by=request.viewer, at=request.at), beside="until_on"):
            messages.success(request, "The end of the lawful basis was recorded")
            return goto("basis", basis)
    return Page("commongoal/bases/end.html", {"basis": found, "form": form})


def controllers(request: Request, basis: int) -> Page | HttpResponse:
    """Change who answers for the data."""
    found = _basis(request, basis)
    now = {name: [str(one.organisation) for one in found.controllers if one.kind is kind] for name, kind, _ in KINDS}
    form = ControllersForm(request.POST or None, viewer=request.viewer, initial=now)
    by, at = request.viewer, request.at
    sent = request.method == "POST" and form.is_valid()
    if sent and kept(form, lambda: set_controllers(basis, form.named(), by=by, at=at)):
        messages.success(request, "Who answers for the data was changed")
        return goto("basis", basis)
    return Page("commongoal/bases/controllers.html", {"basis": found, "form": form})


def _basis(request: Request, pk: int) -> Basis:
    return basis(request.viewer, pk).value


def _state(found: Basis, request: Request) -> tuple[str, str]:
    """In force, ended or still to come, with its colour."""
    if found.in_force(request.today):
        return "In force", "green"
    return ("Not yet", "yellow") if found.from_on > request.today else ("Ended", "grey")


def _rows(found: Basis | NewBasis) -> list[tuple[str, str]]:
    rows = [
        ("Basis under article 6", found.article_6.value.capitalize()),
        (
            "Condition under article 9",
            found.article_9.value.capitalize() if found.article_9 else "No such data are used",
        ),
        ("Law", found.law or "None needed"),
        ("Document", found.document),
        ("Kept after support ends", counted(found.retention_months, "month,months")),
    ]
    if isinstance(found, Basis):
        rows += [(f"{one.name} is", one.kind.value) for one in found.controllers]
    return rows


def _answers(form: BasisForm) -> list[tuple[str, str]]:
    new = form.basis()
    return [
        ("Programme", form.programmes[new.programme]),
        ("Purpose", new.purpose),
        *_rows(new),
        *((f"{one.name} is", one.kind.value) for one in form.named()),
        ("From", day(new.from_on)),
        ("Until", day(new.until_on) if new.until_on else "No end is set"),
    ]


ROUTES = (
    Route("bases/", every, "bases", "see bases", menu="Lawful bases", menu_verb="record basis"),
    Route("bases/add/", add, "add_basis", "record basis"),
    Route("bases/<int:basis>/", one, "basis", "see bases", about=("basis",)),
    Route("bases/<int:basis>/end/", end, "end_basis", "record basis", about=("basis",)),
    Route("bases/<int:basis>/controllers/", controllers, "basis_controllers", "record basis", about=("basis",)),
)

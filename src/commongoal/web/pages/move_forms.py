"""The questions about journeys and moves, as forms."""

from collections.abc import Iterable
from typing import Any

from django import forms

from commongoal.pathway.engine.move_choices import MoveChoices
from commongoal.pathway.engine.moves import NeedsWhy
from commongoal.pathway.engine.programme import Attribute
from commongoal.web.choices import offer
from commongoal.web.forms import DateField, Radios
from commongoal.web.routing import Request

SUPPORTED = {
    True: "What is recorded of them supports it",
    False: "What is recorded of them does not support it yet: you will be asked why",
    None: "",
}


class BeginForm(forms.Form):
    """The first day, and what stays as it is for the whole journey."""

    on = DateField(label="When did they begin?", what="day they began")

    def __init__(self, request: Request, attributes: Iterable[Attribute]) -> None:
        super().__init__(request.POST or None, initial={"on": request.today})
        for each in attributes:
            self.fields[f"attribute {each.id}"] = forms.ChoiceField(
                label=each.name,
                help_text=each.meaning,
                choices=[(value.id, value.name) for value in each.values],
                widget=Radios(hints={value.id: value.meaning for value in each.values}),
                error_messages={"required": f"Choose an answer for “{each.name}”"},
            )

    def attributes(self) -> dict[str, str]:
        """What was answered, by attribute."""
        given = self.cleaned_data.items()
        return {name.removeprefix("attribute "): value for name, value in given if name.startswith("attribute ")}


class MoveForm(forms.Form):
    """Where to, when, and what shows it. Why is asked only once the readings were found not to support it."""

    stage = forms.ChoiceField(label="Which stage have they come to?", widget=Radios())
    why = forms.CharField(
        label="Why do you record the move all the same?",
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    on = DateField(label="On which day?", what="day of the move")
    evidence_kind = forms.ChoiceField(label="What shows it?", widget=Radios())
    evidence = forms.CharField(
        label="Say what it is (optional)",
        help_text="For example: letter from the landlord of 3 May",
        max_length=300,
        required=False,
    )
    document = forms.TypedChoiceField(
        label="Is it among their documents? (optional)", coerce=int, empty_value=None, required=False
    )
    referral = forms.TypedChoiceField(
        label="Who gives them the help of this stage?", coerce=int, empty_value=None, required=False, widget=Radios()
    )
    seen = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, data: Any, choices: MoveChoices, initial: dict[str, Any]) -> None:
        super().__init__(data, initial=initial)
        self._offer("stage", ((each.id, each.name, SUPPORTED[each.supported]) for each in choices.stages))
        self._offer("evidence_kind", choices.evidence)
        offer(self, "document", [("", "No"), *choices.documents])
        by_us = "The move counts once they have spoken to them"
        others = ((pk, f"{name}, to whom we referred them", by_us) for pk, name in choices.referrals)
        self._offer("referral", [("", "We do", ""), *others])
        for name, offered in (("document", choices.documents), ("referral", choices.referrals)):
            if not offered:
                del self.fields[name]
        if not initial.get("why") and "why" not in self.data:
            self.asked_why = self.fields.pop("why")

    def _offer(self, name: str, choices: Iterable[tuple[Any, str, str]]) -> None:
        listed = list(choices)
        offer(self, name, [(value, words) for value, words, _ in listed])
        self.fields[name].widget.hints = {str(value): hint for value, _, hint in listed}

    def ask_why(self, refusal: NeedsWhy) -> None:
        """The question that comes with the refusal; what was typed elsewhere stays."""
        if "why" not in self.fields:
            self.fields["why"] = self.asked_why
            self.order_fields(("stage", "why"))
        self.add_error("why", str(refusal))

    def given(self) -> dict[str, Any]:
        """What the actions ask for."""
        return {name: value for name, value in self.cleaned_data.items() if value is not None}


class LeaveForm(forms.Form):
    """Why, and when."""

    reason = forms.ChoiceField(label="Why are they leaving?", widget=forms.RadioSelect)
    on = DateField(label="On which day?", what="day they left")
    seen = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, data: Any, choices: MoveChoices, initial: dict[str, Any]) -> None:
        super().__init__(data, initial=initial)
        offer(self, "reason", [(f"{how} {reason}", words) for how, reason, words in choices.leaving])

    def given(self) -> dict[str, Any]:
        """What the actions ask for."""
        how, _, reason = str(self.cleaned_data["reason"]).partition(" ")
        return self.cleaned_data | {"stage": how, "reason": reason, "evidence_kind": ""}

    def ask_why(self, refusal: NeedsWhy) -> None:
        """Leaving is evidenced by no area of life, so this is never asked."""
        raise refusal


class WithdrawForm(forms.Form):
    """Why it was a mistake."""

    why = forms.CharField(label="Why?", max_length=300, widget=forms.Textarea(attrs={"rows": 3}))

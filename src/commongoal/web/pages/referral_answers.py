"""What the two ends of a referral do: receive, answer, confirm first contact, close, withdraw."""

from collections.abc import Callable

from django import forms
from django.contrib import messages
from django.http import HttpResponse

from commongoal.pathway.actions.answers import (
    accept_referral,
    close_referral,
    confirm_first_contact,
    receive_referral,
    reject_referral,
    withdraw_referral,
)
from commongoal.pathway.engine.referral import Outcome, RejectionReason
from commongoal.pathway.queries.referrals import referral as one_referral
from commongoal.web.asking import kept
from commongoal.web.choices import choices_of
from commongoal.web.forms import DateField
from commongoal.web.routing import Page, Request, Route, goto

ACCEPT = "accept"
REASON_WORDS = {
    RejectionReason.INELIGIBLE: "No: they cannot join",
    RejectionReason.DUPLICATE: "No: we have them already",
    RejectionReason.NO_CAPACITY: "No: we have no room",
    RejectionReason.OUT_OF_AREA: "No: they live outside our area",
    RejectionReason.NOT_ENGAGED: "No: they do not want to, or could not be reached",
    RejectionReason.NEEDS_MET_ELSEWHERE: "No: somebody else meets the need",
}


class NoteForm(forms.Form):
    """Some words with it."""

    note = forms.CharField(
        label="Note for the other organisation (optional)",
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class AnswerForm(NoteForm):
    """Yes, or no with its reason."""

    answer = forms.ChoiceField(
        label="Do you take this person?",
        choices=[(ACCEPT, "Yes"), *((code.value, words) for code, words in REASON_WORDS.items())],
        widget=forms.RadioSelect,
    )
    field_order = ("answer", "note")


class ContactForm(forms.Form):
    """The day the receiver first spoke to the person."""

    contact_on = DateField(label="When did you first speak to them?", what="day of first contact")


class CloseForm(NoteForm):
    """How it ended."""

    outcome = forms.ChoiceField(
        label="How did it end?",
        choices=choices_of(Outcome),
        widget=forms.RadioSelect,
    )
    field_order = ("outcome", "note")


class WithdrawForm(forms.Form):
    """Why the sender takes it back."""

    note = forms.CharField(label="Why?", max_length=1000, widget=forms.Textarea(attrs={"rows": 3}))


def receive(request: Request, referral: int) -> HttpResponse:
    """We have it."""
    one_referral(referral, request.viewer, request.today, "answer referral")
    if request.method == "POST":
        receive_referral(by=request.viewer, at=request.at, referral=referral)
        messages.success(request, "The sender sees that you have it")
    return goto("referral", referral)


def answer(request: Request, referral: int) -> Page | HttpResponse:
    """Yes, or no for a coded reason."""

    def act(form: forms.Form) -> None:
        answer, note = form.cleaned_data["answer"], form.cleaned_data["note"]
        if answer == ACCEPT:
            accept_referral(by=request.viewer, at=request.at, referral=referral, note=note)
        else:
            code = RejectionReason(answer)
            reject_referral(by=request.viewer, at=request.at, referral=referral, code=code, note=note)

    return _asked(request, referral, AnswerForm, "Do you take {name}?", "Send the answer", act)


def contact(request: Request, referral: int) -> Page | HttpResponse:
    """The handover is done when the receiver has spoken to the person."""

    def act(form: forms.Form) -> None:
        confirm_first_contact(by=request.viewer, at=request.at, referral=referral, **form.cleaned_data)

    return _asked(request, referral, ContactForm, "First contact with {name}", "Confirm first contact", act)


def close(request: Request, referral: int) -> Page | HttpResponse:
    """Finished."""

    def act(form: forms.Form) -> None:
        given = {"outcome": Outcome(form.cleaned_data["outcome"]), "note": form.cleaned_data["note"]}
        close_referral(by=request.viewer, at=request.at, referral=referral, **given)

    return _asked(request, referral, CloseForm, "Close the referral of {name}", "Close it", act)


def withdraw(request: Request, referral: int) -> Page | HttpResponse:
    """Taken back by the sender."""

    def act(form: forms.Form) -> None:
        withdraw_referral(by=request.viewer, at=request.at, referral=referral, **form.cleaned_data)

    heading = "Withdraw the referral of {name}"
    return _asked(request, referral, WithdrawForm, heading, "Withdraw it", act, verb=WITHDRAW)


def _asked(
    request: Request,
    referral: int,
    kind: type[forms.Form],
    heading: str,
    submit: str,
    act: Callable[[forms.Form], None],
    verb: str = "answer referral",
) -> Page | HttpResponse:
    shown = one_referral(referral, request.viewer, request.today, verb)
    line = shown.value.line
    form = kind(request.POST or None)
    if request.method == "POST" and form.is_valid() and kept(form, lambda: act(form)):
        messages.success(request, "Saved. The other organisation sees it now")
        return goto("referral", referral)
    values = {"form": form, "line": line, "heading": heading.format(name=line.name), "submit_text": submit}
    return Page("commongoal/referrals/question.html", values, people=shown.people)


ANSWER, WITHDRAW, ABOUT = "answer referral", "withdraw referral", ("referral",)
AT = "referrals/<int:referral>/"
ROUTES = (
    Route(f"{AT}received/", receive, "receive_referral", verb=ANSWER, about=ABOUT),
    Route(f"{AT}answer/", answer, "answer_referral", verb=ANSWER, about=ABOUT),
    Route(f"{AT}first-contact/", contact, "first_contact", verb=ANSWER, about=ABOUT),
    Route(f"{AT}close/", close, "close_referral", verb=ANSWER, about=ABOUT),
    Route(f"{AT}withdraw/", withdraw, "withdraw_referral", verb=WITHDRAW, about=ABOUT),
)

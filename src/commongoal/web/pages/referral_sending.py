"""A person sent to another organisation: to whom, what is shared, check, sent; and passed on by a receiver.

What was answered so far waits in the session under the person's or the referral's id, so that no name or reason stands
in an address.
"""

import secrets
from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse

from commongoal.access.engine.naming import Named
from commongoal.access.queries.sharing import organisation, partners, programmes_on
from commongoal.directory.queries.run_by import services_run_by
from commongoal.pathway.actions.sending import pass_on_referral, send_referral
from commongoal.pathway.engine.referral import Sending, Urgency
from commongoal.pathway.engine.sending import Ready
from commongoal.pathway.queries.referrals import referral as one_referral
from commongoal.pathway.queries.sending import preview, preview_onward, standing
from commongoal.people.engine.vocabulary import AreaOfLife, DataClass
from commongoal.people.engine.words import CLASS_WORDS, in_order
from commongoal.people.queries.person_page import person_heading
from commongoal.web.asking import kept, question
from commongoal.web.choices import choices_of, offer
from commongoal.web.routing import Page, Request, Route, goto


class PassOnForm(forms.Form):
    """To whom, for what, how soon."""

    receiver = forms.TypedChoiceField(label="Which organisation?", coerce=int)
    need = forms.ChoiceField(
        label="What do they need help with?",
        choices=choices_of(AreaOfLife),
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(
        label="Why do you refer them?",
        help_text="The other organisation reads this, and the person may",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    urgency = forms.ChoiceField(
        label="How soon do they need somebody?",
        choices=[
            (Urgency.ROUTINE.value, "In the ordinary way"),
            (Urgency.SOON.value, "Soon"),
            (Urgency.URGENT.value, "It is urgent"),
        ],
        initial=Urgency.ROUTINE.value,
        widget=forms.RadioSelect,
    )

    def __init__(self, request: Request, draft: Mapping[str, Any]) -> None:
        super().__init__(request.POST or None, initial=dict(draft))
        offer(self, "receiver", [("", "Choose one"), *((each.id, each.name) for each in partners(request.viewer))])


class SendForm(PassOnForm):
    """The same, and the programme."""

    programme = forms.TypedChoiceField(label="For which programme?", coerce=int, widget=forms.RadioSelect)
    field_order: tuple[str, ...] = ("receiver", "programme", "need", "reason", "urgency")

    def __init__(self, request: Request, draft: Mapping[str, Any]) -> None:
        super().__init__(request, draft)
        running = [(each.id, each.name) for each in programmes_on(request.today)]
        offer(self, "programme", running)
        if len(running) == 1:
            self.fields["programme"].initial = running[0][0]


class ShareForm(forms.Form):
    """What goes, of what the person agreed to."""

    classes = forms.MultipleChoiceField(
        label="What do you share?",
        help_text="Only what they agreed to share with this organisation can be chosen",
        widget=forms.CheckboxSelectMultiple,
    )

    service = forms.TypedChoiceField(
        label="Which of their services? (optional)", required=False, coerce=int, empty_value=None
    )
    field_order = ("service", "classes")

    def __init__(self, data: Any, agreed: frozenset[DataClass], services: Sequence[Named], draft: Any) -> None:
        kinds = in_order(agreed)
        chosen = draft.get("classes") or [kind.value for kind in kinds]
        super().__init__(data, initial={"classes": chosen, "service": draft.get("service")})
        offer(self, "classes", choices_of(kinds, CLASS_WORDS))
        offer(self, "service", [("", "No one service"), *((each.id, each.name) for each in services)])
        if not services:
            del self.fields["service"]


class OverrideForm(forms.Form):
    """Why it has to go without."""

    override_reason = forms.CharField(
        label="Why does it have to be sent all the same?",
        help_text="Only the name and contact details go. Managers and the data protection officer see this reason",
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )


def open_draft(request: Request, key: str) -> dict[str, Any]:
    """What was answered so far; nothing once it was sent."""
    draft: dict[str, Any] = request.session.get(key, {})
    return {} if draft.get("sent") else draft


def to_whom(request: Request, person: int) -> Page | HttpResponse:
    """To which organisation, and for what."""
    shown = person_heading(person, request.viewer, "send referral")
    key = f"sending {person}"
    form = SendForm(request, open_draft(request, key))
    if request.method == "POST" and form.is_valid():
        request.session[key] = {**form.cleaned_data, "token": secrets.token_hex(16)}
        return goto("share_referral", person)
    return question(shown, form, f"Where do you refer {shown.value.title}?", "Go on")


def what(request: Request, person: int) -> Page | HttpResponse:
    """What is shared; or what is missing before anything may be."""
    heading = person_heading(person, request.viewer, "send referral").value
    key = f"sending {person}"
    draft = open_draft(request, key)
    if not draft:
        return goto("send_referral", person)
    shown = standing(person, draft["programme"], draft["receiver"], request.viewer, request.today)
    found = shown.value
    complete = found.basis and found.agreement
    form: forms.Form | None = None
    if complete:
        services = services_run_by(request.viewer, draft["receiver"])
        form = ShareForm(request.POST or None, found.agreed, services, draft)
    elif found.may_override:
        form = OverrideForm(request.POST or None)
    if request.method == "POST" and form and form.is_valid():
        whole = {**draft, "classes": [], "override_reason": "", **form.cleaned_data}
        if kept(form, lambda: preview(sending_of(person, whole), request.viewer, request.today)):
            request.session[key] = whole
            return goto("check_referral", person)
    values = {
        "person": heading,
        "receiver": organisation(draft["receiver"]).name,
        "standing": found,
        "complete": complete,
        "form": form,
    }
    return Page("commongoal/referrals/share.html", values, people=shown.people)


def check(request: Request, person: int) -> Page | HttpResponse:
    """Exactly what goes, before it goes."""
    heading = person_heading(person, request.viewer, "send referral").value
    key = f"sending {person}"
    draft = request.session.get(key)
    if not draft or "classes" not in draft:
        return goto("send_referral", person)
    if draft.get("sent"):
        return goto("referral", draft["sent"])
    sending = sending_of(person, draft)
    form = forms.Form(request.POST or None)
    if request.method == "POST":
        whole = sending_of(person, {**draft, "seen": request.POST.get("seen", "")})
        pks: list[int] = []
        if kept(form, lambda: pks.append(send_referral(by=request.viewer, at=request.at, sending=whole))):
            request.session[key] = {**draft, "sent": pks[0]}
            messages.success(request, f"Sent to {organisation(sending.receiver).name}")
            return goto("referral", pks[0])
    shown = preview(sending, request.viewer, request.today)
    offered = services_run_by(request.viewer, sending.receiver) if sending.service else ()
    more = {
        "person": heading,
        "service": next((each.name for each in offered if each.id == sending.service), ""),
        "change": "share_referral",
        "at": person,
    }
    return _checked(shown.value, sending, form, people=shown.people, **more)


def _checked(ready: Ready, sending: Sending, form: forms.Form, **more: Any) -> Page:
    people = more.pop("people")
    kept_back = in_order(frozenset(DataClass) - ready.classes)
    values = {
        "ready": ready,
        "rows": [(line.label, line.value) for line in ready.lines],
        "sending": sending,
        "receiver": organisation(sending.receiver).name,
        "not_sent": "; ".join(CLASS_WORDS[kind] for kind in kept_back),
        "form": form,
        **more,
    }
    return Page("commongoal/referrals/check.html", values, people=people)


def sending_of(person: int, draft: Mapping[str, Any]) -> Sending:
    """The answers so far as what would be sent."""
    return Sending(
        person=person,
        programme=draft.get("programme", 0),
        receiver=draft["receiver"],
        reason=draft["reason"],
        token=draft["token"],
        service=draft.get("service"),
        need=AreaOfLife(draft["need"]),
        classes=frozenset(DataClass(name) for name in draft.get("classes", ())),
        urgency=Urgency(draft["urgency"]),
        override_reason=draft.get("override_reason", ""),
        seen=draft.get("seen", ""),
    )


def pass_on(request: Request, referral: int) -> Page | HttpResponse:
    """To whom a receiver passes somebody on, and with what of that which it was told."""
    shown = one_referral(referral, request.viewer, request.today, "answer referral")
    record, key = shown.value, f"onward {referral}"
    form = PassOnForm(request, request.session.get(key, {"reason": record.reason, "need": record.need}))
    kinds = in_order(frozenset(record.classes))
    form.fields["classes"] = forms.MultipleChoiceField(
        label="What do you share?",
        help_text="No more than was sent to you, and only what they agreed to share",
        choices=choices_of(kinds, CLASS_WORDS),
        initial=[kind.value for kind in kinds],
        widget=forms.CheckboxSelectMultiple,
    )
    if request.method == "POST" and form.is_valid():
        draft = {**form.cleaned_data, "token": secrets.token_hex(16)}
        sending = sending_of(0, draft)
        if kept(form, lambda: preview_onward(referral, sending, request.viewer, request.today)):
            request.session[key] = draft
            return goto("check_onward", referral)
    values = {"form": form, "line": record.line, "heading": f"Pass on {record.line.name}", "submit_text": "Go on"}
    return Page("commongoal/referrals/question.html", values, people=shown.people)


def check_onward(request: Request, referral: int) -> Page | HttpResponse:
    """Exactly what is passed on, before it goes."""
    one_referral(referral, request.viewer, request.today, "answer referral")
    draft = request.session.get(f"onward {referral}")
    if not draft:
        return goto("pass_on_referral", referral)
    sending = sending_of(0, draft)
    form = forms.Form(request.POST or None)
    if request.method == "POST":
        whole = sending_of(0, {**draft, "seen": request.POST.get("seen", "")})

        def act() -> int:
            return pass_on_referral(by=request.viewer, at=request.at, referral=referral, sending=whole)

        if kept(form, act):
            messages.success(request, f"Passed on to {organisation(sending.receiver).name}")
            return goto("referral", referral)
    shown = preview_onward(referral, sending, request.viewer, request.today)
    return _checked(shown.value, sending, form, people=shown.people, change="pass_on_referral", at=referral)


SEND, PASS_ON = "send referral", "answer referral"
ROUTES = (
    Route("people/<int:person>/refer/", to_whom, "send_referral", verb=SEND, about=("person",)),
    Route("people/<int:person>/refer/share/", what, "share_referral", verb=SEND, about=("person",)),
    Route("people/<int:person>/refer/check/", check, "check_referral", verb=SEND, about=("person",)),
    Route("referrals/<int:referral>/pass-on/", pass_on, "pass_on_referral", verb=PASS_ON, about=("referral",)),
    Route("referrals/<int:referral>/pass-on/check/", check_onward, "check_onward", verb=PASS_ON, about=("referral",)),
)

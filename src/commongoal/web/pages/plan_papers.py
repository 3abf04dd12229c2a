"""An action plan on paper: handed out as a PDF, and sent to the person's own e-mail address."""

import secrets

from django import forms
from django.contrib import messages
from django.http import HttpResponse

from commongoal.pathway.actions.plan_sending import plan_not_sent, send_plan
from commongoal.pathway.engine.plan import Plan
from commongoal.pathway.files.plan_paper import as_pdf
from commongoal.pathway.queries.plan import plan_alone, the_plan
from commongoal.pathway.queries.plan_paper import plan_paper, version_paper
from commongoal.people.queries.reminding import WaysToRemind, ways_to_remind
from commongoal.web.asking import kept
from commongoal.web.choices import offer
from commongoal.web.letters import send_paper
from commongoal.web.pages.plan import AT, CHANGE, OF_PLAN, READ, asked
from commongoal.web.papers import handed_out
from commongoal.web.routing import Page, Request, Route, goto
from commongoal.web.tags import day

NOW = "now"


class SendForm(forms.Form):
    """Which of it, to the address that was shown."""

    which = forms.ChoiceField(label="What is sent?", widget=forms.RadioSelect, initial=NOW)
    email = forms.CharField(widget=forms.HiddenInput)
    token = forms.CharField(widget=forms.HiddenInput, max_length=64)


def pdf(request: Request, person: int, plan: int) -> HttpResponse:
    """The plan as it stands."""
    return handed_out(request, plan_paper(person, plan, request.viewer), "plan_pdf", "Action plan")


def version_pdf(request: Request, person: int, version: int) -> HttpResponse:
    """A version, as they agreed to it."""
    return handed_out(request, version_paper(person, version, request.viewer), "plan_version_pdf", "Agreed action plan")


def send(request: Request, person: int, plan: int) -> Page | HttpResponse:
    """Send the plan to the person, once a form."""
    shown = plan_alone(person, plan, request.viewer, verb="change plan")
    heading, found = shown.value.person, the_plan(shown)
    ways = ways_to_remind(person, request.viewer)
    form = _form(request, found, ways)
    if request.method == "POST" and form.is_valid() and _sent(request, form, person, plan):
        return goto("plan_one", person, plan)
    if not ways.email:
        lead = "Add their e-mail address to their details first, or print the plan for them."
        return asked(heading, plan, form, "We have no e-mail address for them", "", lead=lead)
    lead = "They get it as a PDF. Check with them that nobody else reads their e-mail."
    safe = f"How to contact safely: {'; '.join(ways.safe_contact)}" if ways.safe_contact else ""
    return asked(heading, plan, form, f"Send the plan to {ways.email}?", "Send the plan", lead=lead, warning=safe)


def _form(request: Request, plan: Plan, ways: WaysToRemind) -> SendForm:
    first = {"email": ways.email, "token": secrets.token_hex(16)}
    form = SendForm(request.POST if request.method == "POST" else None, initial=first)
    which = [(NOW, "The plan as it stands today")]
    if plan.agreed:
        which.append((str(plan.agreed.id), f"The plan as they agreed to it on {day(plan.agreed.agreed_on)}"))
    offer(form, "which", which)
    if len(which) == 1:
        form.fields["which"].widget = forms.HiddenInput()
    return form


def _sent(request: Request, form: SendForm, person: int, plan: int) -> bool:
    """Whether the sending is noted; it is posted then, unless this form was sent before."""
    which, email, noted = form.cleaned_data["which"], form.cleaned_data["email"], [0]
    version = None if which == NOW else int(which)
    if version is None:
        paper = plan_paper(person, plan, request.viewer, verb="change plan").value
    else:
        paper = version_paper(person, version, request.viewer, verb="change plan").value
    content = as_pdf(paper)

    def act() -> None:
        given = {"person": person, "plan": plan, "email": email, "version": version}
        noted[0] = send_plan(by=request.viewer, at=request.at, token=form.cleaned_data["token"], **given) or 0

    if not kept(form, act):
        return False
    if not noted[0]:
        messages.info(request, "This was sent already")
    elif send_paper(email, content, by=request.viewer):
        messages.success(request, f"The plan is on its way to {email}")
    else:
        plan_not_sent(by=request.viewer, at=request.at, person=person, sending=noted[0])
        messages.warning(request, "The e-mail could not be sent. Try again later, or print the plan")
    return True


ROUTES = (
    Route(f"{AT}<int:plan>/print/", pdf, "plan_pdf", verb=READ, about=OF_PLAN),
    Route(f"{AT}<int:plan>/send/", send, "plan_send", verb=CHANGE, about=OF_PLAN),
    Route(
        f"{AT}versions/<int:version>/print/", version_pdf, "plan_version_pdf", verb=READ,
        about=("person", "plan version"),
    ),
)  # fmt: skip

"""A person invited to see their own record."""

from django import forms
from django.contrib import messages
from django.http import HttpResponse

from commongoal.people.actions.accounts import invite_resident
from commongoal.people.queries.accounts import AccountStanding, own_account_of
from commongoal.people.queries.person_page import person_heading
from commongoal.web.asking import kept, question
from commongoal.web.letters import send_invitation
from commongoal.web.routing import Page, Request, Route, goto
from commongoal.web.tags import day


def invite(request: Request, person: int) -> Page | HttpResponse:
    """Send the person the link to make an account; a new link where one was sent before."""
    shown = person_heading(person, request.viewer, "invite resident")
    standing = own_account_of(person, request.viewer).value
    if not standing.email and not standing.since_on:
        messages.info(request, "Add their e-mail address first: the invitation to see their record goes there.")
        return goto("change_person", person)
    form = forms.Form(request.POST if request.method == "POST" else None)
    invited = []
    if request.method == "POST" and kept(
        form, lambda: invited.append(invite_resident(by=request.viewer, at=request.at, person=person))
    ):
        if send_invitation(request, invited[0], by=request.viewer.name, template="resident_invitation"):
            messages.success(request, f"An invitation is on its way to {invited[0].email}")
        else:
            messages.warning(request, "The invitation is noted, but the e-mail could not be sent. Send it again later")
        return goto("person", person)
    submit = "" if standing.since_on else "Send the invitation"
    return question(shown, form, "Invite them to see their own record", submit, lead=_lead(standing))


def _lead(standing: AccountStanding) -> str:
    if standing.since_on:
        return f"They can sign in, and have been able to since {day(standing.since_on)}."
    sent = f"One was sent on {day(standing.invited_on)}; a new link ends the old one. " if standing.invited_on else ""
    return (
        f"{sent}The invitation goes to {standing.email}. Check with them that nobody else reads their e-mail: whoever "
        "opens the link sees who knows about them and why, and can change what they agreed to share."
    )


ROUTES = (Route("people/<int:person>/invite/", invite, "invite_resident", verb="invite resident", about=("person",)),)

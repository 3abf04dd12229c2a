"""Who is in an organisation: managers see their own, administrators see all and change them."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse

from commongoal.access.actions.invitations import Invited, cancel_invitation, invite_member, send_again
from commongoal.access.actions.members import add_membership, end_membership, reset_codes
from commongoal.access.engine.permissions import WORKING, Role, allowed
from commongoal.access.queries.members import invitation as invitation_of
from commongoal.access.queries.members import invitations, members, require_organisation, user_with
from commongoal.access.queries.members import member as member_of
from commongoal.access.queries.organisations import organisation as organisation_of
from commongoal.kernel.errors import Refused
from commongoal.kernel.words import number
from commongoal.web.asking import kept, page_number
from commongoal.web.choices import choices_of
from commongoal.web.letters import send_invitation
from commongoal.web.routing import Page, Request, Route, goto

ROLES = choices_of(role for role in Role if role in WORKING)


class InviteForm(forms.Form):
    """Whom to invite, and as what."""

    name = forms.CharField(label="Name", max_length=200)
    email = forms.EmailField(label="E-mail address", help_text="The invitation goes there, and they sign in with it.")
    role = forms.ChoiceField(label="Role", choices=ROLES, widget=forms.RadioSelect)


class RoleForm(forms.Form):
    """Who gets one more role."""

    email = forms.EmailField(label="E-mail address that they sign in with")
    role = forms.ChoiceField(label="Role", choices=ROLES, widget=forms.RadioSelect)


def own(request: Request) -> HttpResponse:
    """The members of the viewer's own organisation."""
    return goto("members", request.viewer.organisation)


def of_organisation(request: Request, organisation: int) -> Page:
    """The members of an organisation and those it invited."""
    require_organisation(request.viewer, organisation)
    shown = organisation_of(request.viewer, organisation, request.today)
    page = page_number(request)
    found, more = members(request.viewer, organisation, request.today, page=page)
    count = f"{number(shown.members)} {'member' if shown.members == 1 else 'members'}"
    values: dict[str, Any] = {
        "organisation": shown,
        "members": found,
        "more": more,
        "page": page,
        "invitations": invitations(request.viewer, organisation, request.at),
        "may_change": allowed(request.viewer, "change members"),
        "heading": f"{shown.name} has {count}",
    }
    return Page("commongoal/members/list.html", values)


def invite(request: Request, organisation: int) -> Page | HttpResponse:
    """Somebody new in an organisation: they get a link by e-mail."""
    shown = organisation_of(request.viewer, organisation, request.today)
    form = InviteForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            invited = invite_member(
                given["email"], given["name"], organisation, Role(given["role"]), by=request.viewer, at=request.at
            )
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            return _sent(request, invited, organisation)
    values = {"form": form, "organisation": shown, "heading": f"Invite somebody to {shown.name}"}
    return Page("commongoal/members/form.html", values | {"submit_text": "Send the invitation"})


def _sent(request: Request, invited: Invited, organisation: int) -> HttpResponse:
    if send_invitation(request, invited, by=request.viewer.name):
        messages.success(request, f"An invitation is on its way to {invited.email}")
    else:
        messages.warning(request, "The invitation is noted, but the e-mail could not be sent. Send it again later")
    return goto("members", organisation)


def again(request: Request, organisation: int, invitation: int) -> HttpResponse:
    """A new link for an invitation; the old one stops working."""
    shown = invitation_of(request.viewer, organisation, invitation, request.at)
    if request.method == "POST":
        return _sent(request, send_again(shown.id, by=request.viewer, at=request.at), organisation)
    return goto("members", organisation)


def cancel(request: Request, organisation: int, invitation: int) -> HttpResponse:
    """An invitation's link stops working."""
    shown = invitation_of(request.viewer, organisation, invitation, request.at)
    if request.method == "POST":
        cancel_invitation(shown.id, by=request.viewer, at=request.at)
        messages.success(request, f"The invitation to {shown.email} is cancelled")
    return goto("members", organisation)


def add_role(request: Request, organisation: int) -> Page | HttpResponse:
    """One more role for somebody who has an account."""
    shown = organisation_of(request.viewer, organisation, request.today)
    form = RoleForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        user, role = user_with(request.viewer, form.cleaned_data["email"]), Role(form.cleaned_data["role"])
        if user is None:
            form.add_error("email", "Nobody signs in with this address. Invite them instead")
        elif kept(form, lambda: add_membership(user, organisation, role, by=request.viewer, at=request.at)):
            messages.success(request, f"They are {role} in {shown.name} now")
            return goto("members", organisation)
    values = {"form": form, "organisation": shown, "heading": f"Give somebody a role in {shown.name}"}
    return Page("commongoal/members/form.html", values | {"submit_text": "Give the role"})


def end(request: Request, organisation: int, membership: int) -> Page | HttpResponse:
    """A member reaches nothing from now on."""
    shown = member_of(request.viewer, organisation, membership)
    if request.method == "POST":
        end_membership(membership, by=request.viewer, at=request.at)
        messages.success(request, f"{shown.name} is no longer {shown.role} here")
        return goto("members", organisation)
    values = {"member": shown, "organisation": organisation_of(request.viewer, organisation, request.today)}
    return Page("commongoal/members/end.html", values)


def reset(request: Request, organisation: int, membership: int) -> Page | HttpResponse:
    """For a member who lost their phone."""
    shown = member_of(request.viewer, organisation, membership)
    if request.method == "POST":
        reset_codes(membership, by=request.viewer, at=request.at)
        messages.success(request, f"{shown.name} sets up one-time codes at their next sign-in")
        return goto("members", organisation)
    values = {"member": shown, "organisation": organisation_of(request.viewer, organisation, request.today)}
    return Page("commongoal/members/reset.html", values)


_HERE = "organisations/<int:organisation>"
CHANGE = "change members"
ROUTES = (
    Route("members/", own, "own_members", verb="see members", menu="Members", section="Partnership"),
    Route(f"{_HERE}/members/", of_organisation, "members", verb="see members", about=("organisation",)),
    Route(f"{_HERE}/members/add/", add_role, "add_membership", verb=CHANGE, about=("organisation",)),
    Route(f"{_HERE}/invitations/add/", invite, "invite_member", verb=CHANGE, about=("organisation",)),
    Route(
        f"{_HERE}/invitations/<int:invitation>/again/",
        again,
        "send_invitation_again",
        verb=CHANGE,
        about=("organisation", "invitation"),
    ),
    Route(
        f"{_HERE}/invitations/<int:invitation>/cancel/",
        cancel,
        "cancel_invitation",
        verb=CHANGE,
        about=("organisation", "invitation"),
    ),
    Route(
        f"{_HERE}/members/<int:membership>/end/",
        end,
        "end_membership",
        verb=CHANGE,
        about=("organisation", "membership"),
    ),
    Route(
        f"{_HERE}/members/<int:membership>/reset-codes/",
        reset,
        "reset_codes",
        verb=CHANGE,
        about=("organisation", "membership"),
    ),
)

"""Somebody's own account: what they act as, how they sign in, and how an invited person gets one."""

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth import get_user_model, logout
from django.contrib.auth.password_validation import validate_password
from django.http import HttpResponse
from django.utils import timezone
from django.views.decorators.debug import sensitive_post_parameters

from commongoal.access.engine.bodies import InvitationLine
from commongoal.access.queries.members import account, invitation_with
from commongoal.access.queries.viewers import viewers_of
from commongoal.people.actions.accounts import accept_invitation
from commongoal.web.choices import offer
from commongoal.web.routing import Page, Request, Route, goto
from commongoal.web.sign_in import MEMBERSHIP
from commongoal.web.sign_in_forms import LONG_ENOUGH

INVITATION = "invitation"  # the session's key for the secret of an invitation's link


def own_account(request: Request) -> Page:
    """How somebody signs in, and what they act as."""
    others = len(viewers_of(request.viewer.user, request.today)) > 1
    return Page("commongoal/account/account.html", {"account": account(request.viewer), "others": others})


class ChoiceForm(forms.Form):
    """One of the memberships of whoever is signed in."""

    membership = forms.TypedChoiceField(label="What are you here as?", coerce=int, widget=forms.RadioSelect)

    def __init__(self, *args: Any, choices: list[tuple[int, str]], **named: Any) -> None:
        super().__init__(*args, **named)
        offer(self, "membership", choices)


def choose_membership(request: Request) -> Page | HttpResponse:
    """For those with several memberships, the one to act under until they choose another."""
    if not request.user.is_authenticated:
        return goto("account_login")
    viewers = viewers_of(request.user.pk, timezone.localdate(request.at))
    if not viewers:
        return goto("no_membership")
    choices = [(viewer.membership, f"{viewer.role}, {viewer.organisation_name}".capitalize()) for viewer in viewers]
    form = ChoiceForm(request.POST or None, choices=choices, initial={"membership": request.session.get(MEMBERSHIP)})
    if request.method == "POST" and form.is_valid():
        request.session[MEMBERSHIP] = form.cleaned_data["membership"]
        return goto("start")
    return Page("commongoal/account/choose.html", {"form": form})


def no_membership(request: Request) -> Page | HttpResponse:
    """What somebody reads who can sign in and is in no organisation."""
    if not request.user.is_authenticated:
        return goto("account_login")
    if viewers_of(request.user.pk, timezone.localdate(request.at)):
        return goto("start")
    return Page("commongoal/account/none.html")


def open_invitation(request: Request, token: str) -> HttpResponse:
    """The link in the e-mail: its secret goes into the session, and out of the address at once."""
    request.session[INVITATION] = token
    answer = goto("accept_invitation")
    answer["Referrer-Policy"] = "no-referrer"
    return answer


class AcceptForm(forms.Form):
    """A name and a password for a new account."""

    name = forms.CharField(
        label="Your name",
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        help_text="As the people you work with know you.",
    )
    password = forms.CharField(
        label="Password",
        strip=False,
        help_text=LONG_ENOUGH,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    again = forms.CharField(
        label="Password again", strip=False, widget=forms.PasswordInput(attrs={"autocomplete": "new-password"})
    )

    def __init__(self, *args: Any, invitation: InvitationLine, **named: Any) -> None:
        super().__init__(*args, **named)
        self.invitation = invitation

    def clean(self) -> dict[str, Any]:
        """Both passwords are the same, and hard to guess for whoever knows the name and address."""
        given = self.cleaned_data
        password = given.get("password")
        if password and given.get("again") and password != given["again"]:
            self.add_error("again", "The two passwords are not the same")
        if password:
            try:
                validate_password(password, get_user_model()(name=given.get("name", ""), email=self.invitation.email))
            except forms.ValidationError as faults:
                self.add_error("password", faults)
        return given


def accept(request: Request) -> Page | HttpResponse:
    """An account for whoever has an invitation's link."""
    token = request.session.get(INVITATION, "")
    invitation = invitation_with(token, request.at) if token else None
    if invitation is None:
        return Page("commongoal/account/no_invitation.html", status=410)
    form = AcceptForm(request.POST or None, invitation=invitation, initial={"name": invitation.name})
    if request.method == "POST" and form.is_valid():
        accept_invitation(token, name=form.cleaned_data["name"], password=form.cleaned_data["password"], at=request.at)
        logout(request)  # of whoever used this browser before; the secret goes with the session
        messages.success(request, "Your account is ready. Sign in with it")
        return goto("account_login")
    return Page("commongoal/account/accept.html", {"form": form, "invitation": invitation})


ROUTES = (
    Route("account/", own_account, "account", verb="see own account"),
    Route("account/membership/", choose_membership, "choose_membership", public=True),
    Route("account/no-membership/", no_membership, "no_membership", public=True),
    Route("invitation/<str:token>/", open_invitation, "open_invitation", public=True, about=("link",)),
    Route("invitation/", sensitive_post_parameters("password", "again")(accept), "accept_invitation", public=True),
)

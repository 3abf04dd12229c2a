"""The forms of sign-in in our words; what they check is allauth's."""

from typing import Any

from allauth.account.forms import (
    ChangePasswordForm,
    LoginForm,
    ReauthenticateForm,
    ResetPasswordForm,
    ResetPasswordKeyForm,
)
from allauth.core import context
from allauth.mfa.base.forms import AuthenticateForm
from allauth.mfa.base.forms import ReauthenticateForm as ReauthenticateCodeForm
from allauth.mfa.totp.forms import ActivateTOTPForm
from django import forms

from commongoal.web.sessions import WITHOUT_CODE

LONG_ENOUGH = "At least 12 characters. Three words that mean nothing together are good. It cannot be a common password."


def worded(form: forms.Form, **words: tuple[str, str]) -> None:
    """Give fields a label and a hint in place of those they came with, and no placeholder."""
    for name, (label, hint) in words.items():
        field = form.fields[name]
        field.label, field.help_text = label, hint
        field.widget.attrs.pop("placeholder", None)


class SignIn(LoginForm):  # type: ignore[misc]  # allauth is untyped
    """E-mail and password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        worded(self, login=("E-mail address", ""), password=("Password", ""))
        self.fields["login"].widget.attrs["autocomplete"] = "username"


class ChangePassword(ChangePasswordForm):  # type: ignore[misc]
    """The old password, and a new one twice."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        worded(
            self,
            oldpassword=("Your password now", ""),
            password1=("New password", LONG_ENOUGH),
            password2=("New password again", ""),
        )


class AskForLink(ResetPasswordForm):  # type: ignore[misc]
    """Where to send a link to choose a new password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        worded(self, email=("E-mail address", "The one that your invitation was sent to."))


class ChoosePassword(ResetPasswordKeyForm):  # type: ignore[misc]
    """A new password twice."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        worded(self, password1=("New password", LONG_ENOUGH), password2=("New password again", ""))


class ConfirmPassword(ReauthenticateForm):  # type: ignore[misc]
    """The password again, before something that matters."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        worded(self, password=("Password", ""))


def _digits(form: forms.Form, label: str, hint: str) -> None:
    worded(form, code=(label, hint))
    form.fields["code"].widget.attrs.update(
        {
            "inputmode": "numeric",
            "autocomplete": "one-time-code",
            "spellcheck": "false",
            "class": "govuk-input--width-10",
        }
    )


class EnterCode(AuthenticateForm):  # type: ignore[misc]
    """The one-time code at sign-in."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _digits(
            self, "One-time code", "The 6 digits that your authenticator app shows now, or one of your recovery codes."
        )


class ConfirmCode(ReauthenticateCodeForm):  # type: ignore[misc]
    """A one-time code again, before something that matters."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _digits(
            self, "One-time code", "The 6 digits that your authenticator app shows now, or one of your recovery codes."
        )


class FirstCode(ActivateTOTPForm):  # type: ignore[misc]
    """The first code, which shows that the app is set up."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _digits(self, "One-time code", "The 6 digits that the app shows for Common Goal.")

    def clean_code(self) -> str:
        """A right code has been shown in this session now."""
        code = str(super().clean_code())
        context.request.session.pop(WITHOUT_CODE, None)
        return code

"""How long a session lasts: half an hour untouched, twelve hours in any case."""

import time
from collections.abc import Callable
from typing import Any

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib.auth import logout
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse

BEGAN = "began"  # the session's key for the second of sign-in
SEEN = "seen"  # and for the second it was last prolonged
WITHOUT_CODE = "without code"  # set while nobody has shown a one-time code in this session
TOUCH = 60  # seconds: a session is written at most so often


class SessionLimits:
    """Ends a session that is too old and prolongs a used one, with a write at most once a minute."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """The answer, as somebody who is signed out when the session has run its time."""
        began = request.session.get(BEGAN) if request.session.session_key else None
        if began is not None:
            now = int(time.time())
            if now - began >= settings.SESSION_LONGEST:
                logout(request)
            elif now - request.session.get(SEEN, began) >= TOUCH:
                request.session[SEEN] = now  # saving moves the session's end half an hour on
        return self.get_response(request)


@receiver(user_logged_in)
def stamp(request: HttpRequest, user: AbstractBaseUser, **_: Any) -> None:
    """The moment of sign-in, and whether a code was asked for."""
    request.session[BEGAN] = int(time.time())
    if not is_mfa_enabled(user):
        request.session[WITHOUT_CODE] = True

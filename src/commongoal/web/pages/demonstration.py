"""The sign-ins of the demonstration. It is there in demonstration settings alone, which `check --deploy` refuses."""

from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.conf import settings

from commongoal.access.engine.refusals import NotThere
from commongoal.access.queries.demonstration import sign_ins
from commongoal.web.routing import Page, Request, Route


def demonstration(request: Request) -> Page:
    """One sign-in for each role, with the one-time code of this moment."""
    if not settings.DEMONSTRATION:
        raise NotThere
    found = [
        {
            "role": known.role,
            "name": known.name,
            "organisation": known.organisation,
            "email": known.email,
            "code": code_now(known.secret) if known.secret else "",
        }
        for known in sign_ins()
    ]
    return Page("commongoal/demonstration.html", {"sign_ins": found, "password": settings.DEMONSTRATION_PASSWORD})


def code_now(secret: str) -> str:
    """The one-time code of this half minute."""
    counters = list(yield_hotp_counters_from_time())
    return str(format_hotp_value(hotp_value(secret, counters[len(counters) // 2])))


ROUTES = (Route("demonstration/", demonstration, "demonstration", public=True),)

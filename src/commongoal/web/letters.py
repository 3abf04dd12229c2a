"""E-mail that pages send: plain text, to one address, with no person's record in it."""

import logging

from django.conf import settings
from django.core.mail import send_mail
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse

from commongoal.access.actions.invitations import Invited

log = logging.getLogger(__name__)


def invitation_link(request: HttpRequest, invited: Invited) -> str:
    """The address that whoever is invited opens; a secret."""
    return request.build_absolute_uri(reverse("open_invitation", args=[invited.token]))


def send_invitation(request: HttpRequest, invited: Invited, *, by: str, template: str = "invitation") -> bool:
    """Send the link; whether the mail server took it. A mail that fails is logged without its address."""
    values = {"invited": invited, "by": by, "link": invitation_link(request, invited)}
    text = render_to_string(f"commongoal/mail/{template}.txt", values)
    subject = " ".join(f"Invitation from {invited.organisation}".split())  # a header has one line
    try:
        send_mail(subject, text, settings.DEFAULT_FROM_EMAIL, [invited.email])
    except OSError as fault:  # the mail server's refusals too: smtplib's faults are OSErrors
        log.error("an invitation could not be sent: %s", type(fault).__name__)
        return False
    return True

"""E-mail that pages send: plain text to one address. No person's record is in it, but in a file that they asked for."""

import logging

from django.conf import settings
from django.core.mail import EmailMessage, send_mail
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse

from commongoal.access.actions.invitations import Invited
from commongoal.access.engine.permissions import Viewer

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


def send_paper(email: str, pdf: bytes, *, by: Viewer) -> bool:
    """Send somebody their own plan as a file; whether the mail server took it. A failure is logged without address."""
    text = render_to_string("commongoal/mail/plan.txt", {"by": by.name, "organisation": by.organisation_name})
    letter = EmailMessage("Your plan", text, settings.DEFAULT_FROM_EMAIL, [email])
    letter.attach("My plan.pdf", pdf, "application/pdf")
    try:
        letter.send()
    except OSError as fault:
        log.error("a plan could not be sent: %s", type(fault).__name__)
        return False
    return True

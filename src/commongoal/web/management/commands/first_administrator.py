"""Begin an installation: a partnership, its first organisation, and a link for its administrator, printed once."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.urls import reverse
from django.utils import timezone

from commongoal.access.actions.founding import found_partnership
from commongoal.access.engine.vocabulary import OrganisationKind
from commongoal.kernel.errors import Refused
from commongoal.kernel.words import written_day


class Command(BaseCommand):
    """manage.py first_administrator --partnership ... --area-code ... ; refused once anybody is a member."""

    help = "Make the partnership, its first organisation and the invitation of its administrator; print the link once."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Everything is named."""
        parser.add_argument("--partnership", required=True, help="name of the partnership")
        parser.add_argument("--area-code", required=True, help="code of its area, such as E07000099")
        parser.add_argument("--area-name", required=True, help="name of its area")
        parser.add_argument("--organisation", required=True, help="name of the first organisation")
        kinds = [kind.value for kind in OrganisationKind]
        parser.add_argument("--kind", choices=kinds, default="council", help="kind of the organisation")
        parser.add_argument("--name", required=True, help="name of the administrator")
        parser.add_argument("--email", required=True, help="e-mail address of the administrator")

    def handle(self, **given: Any) -> None:
        """The link goes to the terminal and nowhere else."""
        try:
            invited = found_partnership(
                given["partnership"],
                area_code=given["area_code"],
                area_name=given["area_name"],
                organisation=given["organisation"],
                kind=OrganisationKind(given["kind"]),
                email=given["email"],
                name=given["name"],
                at=timezone.now(),
            )
        except Refused as refusal:
            raise CommandError(str(refusal)) from refusal
        scheme = "https" if settings.SESSION_COOKIE_SECURE else "http"
        address = f"{scheme}://{settings.ALLOWED_HOSTS[0]}{reverse('open_invitation', args=[invited.token])}"
        self.stdout.write(
            f"{invited.name} opens this link before {written_day(invited.expires_at)}. It is not shown again:"
        )
        self.stdout.write(address)

"""Documents kept about people: what they signed, what an organisation wrote, what they have learnt."""

import datetime as dt
from collections.abc import Callable, Iterator

from commongoal.access.engine.permissions import Viewer
from commongoal.demo.engine.residents import Resident
from commongoal.demo.papers import as_pdf, as_text
from commongoal.kernel.words import written_day
from commongoal.people.actions.documents import add_document
from commongoal.people.engine.vocabulary import DocumentKind

SOME = 3  # every so many of those who might have one
LETTER_AFTER = 16.2  # days


def papers(who: Resident, person: int, now: list[Viewer]) -> Iterator[tuple[float, Callable[[dt.datetime], object]]]:
    """The agreement that they signed, and a letter that they brought: of every third, days after they were added."""
    name = f"{who.first_name} {who.last_name}"
    if who.agrees and who.worker % SOME == 0:
        signed = as_pdf(
            ("Agreement to share, version 3", "", f"Signed by {name}", f"on {written_day(who.added_at.date())}")
        )
        yield 0.02, lambda at: keep(now[0], at, person, DocumentKind.AGREEMENT, "Agreement to share", signed)
    if who.starts_after is not None and who.worker % SOME == 1:
        letter = as_text((f"To {name}, {who.address}", "", "Your appointment with the debt adviser is confirmed."))
        yield LETTER_AFTER, lambda at: keep(now[0], at, person, DocumentKind.LETTER, "Letter they brought", letter)


def certificate(who: Resident, by: Viewer, at: dt.datetime, person: int) -> int:
    """What shows that somebody has learnt something; returns the document."""
    said = as_pdf(("North Quay College", "", "This is to say that", f"{who.first_name} {who.last_name}", "passed."))
    return keep(by, at, person, DocumentKind.CERTIFICATE, f"College certificate of {written_day(at.date())}", said)


def keep(by: Viewer, at: dt.datetime, person: int, kind: DocumentKind, title: str, content: bytes) -> int:
    """Keep a document under a name that goes with its content; returns its id."""
    from django.conf import settings

    ending = "pdf" if content.startswith(b"%PDF") else "txt"
    name = f"{title.lower().replace(' ', '-')}.{ending}"
    folder = settings.DOCUMENTS
    return add_document(
        by=by, at=at, person=person, kind=kind, title=title, file_name=name, content=content, folder=folder
    )

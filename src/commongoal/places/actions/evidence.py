"""Ground-level research and partners' returns, recorded and withdrawn. No person is named in any of it.

What people wrote is checked for what could tell who somebody is before anything is written; the audit keeps that it was
recorded, not a second copy of the words.
"""

import datetime as dt
from typing import Any

from django.db import IntegrityError
from django.utils import timezone

from commongoal.access.actions.acting import acting
from commongoal.access.actions.locking import locked
from commongoal.access.engine.permissions import Viewer, allowed
from commongoal.access.engine.refusals import ChangedMeanwhile, NotThere
from commongoal.places.engine.areas import is_area_code
from commongoal.places.engine.evidence import (
    NeedsConsent,
    NeedsReason,
    NeedsWords,
    NobodyTookPart,
    NoSuchAreaCode,
    TooManySaidSo,
    check_period,
)
from commongoal.places.engine.evidence_given import NewFinding, NewResearch, NewReturn
from commongoal.places.engine.identities import refuse_identities
from commongoal.places.files.themes import themes
from commongoal.places.models import Area, Finding, Research, Return
from commongoal.places.queries.evidence import RECORD, SEND, relations_to

LONGEST_TOKEN, LONGEST_WHY = 32, 300


def add_research(*, by: Viewer, at: dt.datetime, research: NewResearch, token: str) -> int:
    """Record a piece of research; its id. The same form sent twice records it once. Raises the refusals of evidence."""
    mine = own_token(token, by)
    try:
        return _known(Research, mine) or _add_research(by, at, research, mine)
    except IntegrityError:
        return _known(Research, mine)


def add_finding(*, by: Viewer, at: dt.datetime, research: int, finding: NewFinding) -> int:
    """Record what a piece of research found on a theme; its id. The same finding sent twice is recorded once."""
    with acting(RECORD, by=by, at=at) as act:
        row = _open_research(research, by)
        act.permit(relations_to(row.organisation_id, by))
        themes().theme(finding.theme)
        known_area(finding.area)
        if not finding.words.strip():
            raise NeedsWords
        refuse_identities(finding.words)
        if not 0 <= finding.people <= row.people:
            raise TooManySaidSo
        given = {"theme": finding.theme, "area_code": finding.area, "people": finding.people}
        words = {"words": finding.words.strip()}
        made, new = Finding.objects.get_or_create(
            research=row, **given, **words, withdrawn_at=None,
            defaults={"membership_id": by.membership, "at": at},
        )  # fmt: skip
        act.wrote("finding of research", made.pk, after={**given, "research": row.pk, "again": not new})
        return made.pk


def withdraw_research(*, by: Viewer, at: dt.datetime, research: int, why: str) -> None:
    """The research counts no more, nor do its findings; it is kept with the reason."""
    refuse_identities(why)
    with acting(RECORD, by=by, at=at) as act:
        row = _open_research(research, by)
        act.permit(relations_to(row.organisation_id, by))
        _withdraw(row, why, at)
        act.wrote("research", row.pk, after={"withdrawn_why": row.withdrawn_why})


def withdraw_finding(*, by: Viewer, at: dt.datetime, research: int, finding: int, why: str) -> None:
    """The finding counts no more; it is kept with the reason."""
    refuse_identities(why)
    with acting(RECORD, by=by, at=at) as act:
        parent = _open_research(research, by)
        act.permit(relations_to(parent.organisation_id, by))
        row = locked(Finding.objects.filter(research=parent), finding)
        _withdraw(row, why, at)
        act.wrote("finding of research", row.pk, after={"withdrawn_why": row.withdrawn_why})


def send_return(*, by: Viewer, at: dt.datetime, given: NewReturn, token: str) -> int:
    """Send what one's own organisation says of a theme; its id. The newest stands, earlier ones are kept."""
    mine = own_token(token, by)
    try:
        return _known(Return, mine) or _send_return(by, at, given, mine)
    except IntegrityError:
        return _known(Return, mine)


def withdraw_return(*, by: Viewer, at: dt.datetime, partner_return: int, why: str) -> None:
    """The return counts no more; the one before it stands again."""
    refuse_identities(why)
    with acting(SEND, by=by, at=at) as act:
        row = locked(Return.objects.all(), partner_return)
        if not allowed(by, SEND, relations_to(row.organisation_id, by)):
            raise NotThere
        act.permit(relations_to(row.organisation_id, by))
        _withdraw(row, why, at)
        act.wrote("return", row.pk, after={"withdrawn_why": row.withdrawn_why})


def own_token(token: str, by: Viewer) -> str:
    """A form's token as it is kept: each member's own, so that nobody can use up another's."""
    return f"{by.membership}-{token}"[:LONGEST_TOKEN]


def known_area(code: str) -> None:
    """Raises `NoSuchAreaCode` for what is no code and no area that was taken in."""
    if not is_area_code(code) and not Area.objects.filter(code=code).exists():
        raise NoSuchAreaCode


def _withdraw(row: Any, why: str, at: dt.datetime) -> None:
    """Mark a row withdrawn. Raises `NeedsReason`, `ChangedMeanwhile` where it is so already."""
    if not why.strip():
        raise NeedsReason
    if row.withdrawn_at is not None:
        raise ChangedMeanwhile("It has been withdrawn.")
    row.withdrawn_at, row.withdrawn_why = at, why.strip()[:LONGEST_WHY]
    row.save(update_fields=["withdrawn_at", "withdrawn_why"])


def _add_research(by: Viewer, at: dt.datetime, research: NewResearch, token: str) -> int:
    with acting(RECORD, by=by, at=at) as act:
        act.permit(relations_to(research.organisation, by))
        check_period(research.from_on, research.until_on, timezone.localdate(at))
        known_area(research.area)
        if research.people < 1:
            raise NobodyTookPart
        if not research.consent.strip():
            raise NeedsConsent
        refuse_identities(research.title, research.consent, research.about)
        plain = {"from_on": research.from_on, "until_on": research.until_on, "people": research.people}
        row = Research.objects.create(
            **plain, title=research.title.strip(), organisation_id=research.organisation, method=research.method.value,
            area_code=research.area, consent=research.consent.strip(), about=research.about.strip(), token=token,
            membership_id=by.membership, at=at,
        )  # fmt: skip
        days = {"from_on": research.from_on.isoformat(), "until_on": research.until_on.isoformat()}
        after = {"organisation": research.organisation, "method": row.method, "area": row.area_code, **days}
        act.wrote("research", row.pk, after={**after, "people": research.people})
        return row.pk


def _send_return(by: Viewer, at: dt.datetime, given: NewReturn, token: str) -> int:
    with acting(SEND, by=by, at=at) as act:
        act.permit(relations_to(by.organisation, by))
        themes().theme(given.theme)
        known_area(given.area)
        check_period(given.from_on, given.until_on, timezone.localdate(at))
        if not given.words.strip():
            raise NeedsWords
        refuse_identities(given.words)
        row = Return.objects.create(
            organisation_id=by.organisation, theme=given.theme, area_code=given.area, says=given.says.value,
            helped=given.helped, waiting=given.waiting, words=given.words.strip(), from_on=given.from_on,
            until_on=given.until_on, token=token, membership_id=by.membership, at=at,
        )  # fmt: skip
        days = {"from_on": given.from_on.isoformat(), "until_on": given.until_on.isoformat()}
        after = {"theme": given.theme, "area": given.area, "says": given.says.value, **days}
        act.wrote("return", row.pk, after=after)
        return row.pk


def _open_research(research: int, by: Viewer) -> Research:
    """The research, locked, if it is the viewer's to record and still counts."""
    row = locked(Research.objects.all(), research)
    if not allowed(by, RECORD, relations_to(row.organisation_id, by)):
        raise NotThere
    if row.withdrawn_at is not None:
        raise ChangedMeanwhile("This research has been withdrawn.")
    return row


def _known(model: Any, token: str) -> int:
    """The id of what a form recorded already; 0 where it did not."""
    return int(model.objects.filter(token=token).values_list("pk", flat=True).first() or 0)

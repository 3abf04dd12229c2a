"""Eligibility: the questions of a programme, and what people answered."""

import datetime as dt

from commongoal.access.engine.permissions import Viewer
from commongoal.access.engine.refusals import NotThere
from commongoal.access.engine.shown import Shown
from commongoal.access.queries.sharing import programme
from commongoal.pathway.engine.caseload import EligibilityRecord
from commongoal.pathway.engine.eligibility import RuleVerdict, Terms, Verdict
from commongoal.pathway.files.eligibility import terms_of
from commongoal.pathway.models import EligibilityAnswers
from commongoal.people.engine.travelling import Detail
from commongoal.people.engine.vocabulary import DataClass
from commongoal.people.queries.reach import classes_seen, require

LONGEST_HISTORY = 100


def terms(programme_id: int) -> Terms:
    """The rules of a programme and the times it allows. Raises `NotThere`."""
    return terms_of(programme(programme_id).code)


def eligibility_history(person: int, programme_id: int, viewer: Viewer) -> Shown[tuple[EligibilityRecord, ...]]:
    """Every set of answers of the person for the programme, the newest first. Raises `NotThere`."""
    require(person, viewer, "read person")
    if DataClass.ELIGIBILITY not in classes_seen(person, viewer):
        raise NotThere
    return Shown(_records(person, programme_id)[:LONGEST_HISTORY], people=(person,))


def eligibility_answers(person: int, answers: int, viewer: Viewer) -> Shown[EligibilityRecord]:
    """One set of answers of this person. Raises `NotThere`."""
    require(person, viewer, "read person")
    found = [record for record in _records(person) if record.id == answers]
    if not found or DataClass.ELIGIBILITY not in classes_seen(person, viewer):
        raise NotThere
    return Shown(found[0], people=(person,))


def current_eligibility(person: int, programme_id: int | None = None) -> tuple[EligibilityRecord, ...]:
    """The answers that stand, one set a programme; for actions and queries that have their permission. One query."""
    return tuple(record for record in _records(person, programme_id) if not record.superseded)


def eligibility_details(person: int) -> tuple[Detail, ...]:
    """The answers that stand, as lines that travel with a referral."""
    return tuple(
        Detail(
            DataClass.ELIGIBILITY,
            f"Eligibility for {record.programme_name}",
            f"{record.outcome.value}: {record.because} Answered on {in_words(record.on)}.",
        )
        for record in current_eligibility(person)
    )


def in_words(day: dt.date) -> str:
    """A day as pages write it: 3 March 2026."""
    return f"{day.day} {day:%B %Y}"


def _records(person: int, programme_id: int | None = None) -> tuple[EligibilityRecord, ...]:
    rows = EligibilityAnswers.objects.filter(person_id=person).select_related(
        "programme", "organisation", "membership__user"
    )
    rows = rows if programme_id is None else rows.filter(programme_id=programme_id)
    rows = rows.order_by("-id")
    superseded = {row.supersedes_id for row in rows}
    return tuple(_record(row, superseded=row.pk in superseded) for row in rows)


def _record(row: EligibilityAnswers, *, superseded: bool) -> EligibilityRecord:
    verdicts = (RuleVerdict(**{**each, "verdict": Verdict(each["verdict"])}) for each in row.verdicts)
    return EligibilityRecord(
        id=row.pk,
        person=row.person_id,
        programme=row.programme_id,
        programme_name=row.programme.name,
        on=row.on,
        who=row.membership.user.name,
        organisation=row.organisation.name,
        outcome=Verdict(row.outcome),
        because=row.because,
        rule=row.deciding_rule,
        verdicts=tuple(verdicts),
        superseded=superseded,
    )

"""Eligibility: the questions of a programme, and what people answered."""

from functools import cache
from typing import Any

from django.db import connection

from commongoal.access.engine.permissions import Viewer
from commongoal.access.engine.refusals import NotThere
from commongoal.access.engine.shown import Shown
from commongoal.access.queries.compiled import PERSON, Statement, answer, as_day, as_list, statement
from commongoal.access.queries.sharing import programme
from commongoal.kernel.words import written_day
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
            f"{record.outcome.value}: {record.because} Answered on {written_day(record.on)}.",
        )
        for record in current_eligibility(person)
    )


def _records(person: int, programme_id: int | None = None) -> tuple[EligibilityRecord, ...]:
    """Every set of answers, the newest first; one query, whatever the programme: a person has few.

    The newest of a programme stands, also where a merge brought two histories together.
    """
    rows = answer(_statement(connection.vendor), person=person)
    newest = {row[2]: row[0] for row in reversed(rows)}
    return tuple(_record(*row, superseded=row[0] != newest[row[2]]) for row in rows if programme_id in (None, row[2]))


@cache
def _statement(vendor: str) -> Statement:  # noqa: ARG001 - another database has another statement
    columns = (
        *("pk", "person_id", "programme_id", "programme__name", "on", "membership__user__name", "organisation__name"),
        *("outcome", "because", "deciding_rule", "verdicts"),
    )
    return statement(EligibilityAnswers.objects.filter(person_id=PERSON).order_by("-id").values_list(*columns))


def _record(
    pk: int, person: int, programme: int, programme_name: str, on: Any, who: str, organisation: str, *rest: Any,
    superseded: bool,
) -> EligibilityRecord:  # fmt: skip
    outcome, because, rule, verdicts = rest
    day = as_day(on)
    if day is None:
        raise ValueError(f"eligibility {pk} has no day")
    return EligibilityRecord(
        id=pk,
        person=person,
        programme=programme,
        programme_name=programme_name,
        on=day,
        who=who,
        organisation=organisation,
        outcome=Verdict(outcome),
        because=because,
        rule=rule,
        verdicts=tuple(RuleVerdict(**{**each, "verdict": Verdict(each["verdict"])}) for each in as_list(verdicts)),
        superseded=superseded,
    )

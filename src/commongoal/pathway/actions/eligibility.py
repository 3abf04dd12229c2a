"""Eligibility answered: answers are kept with their day and who took them, and new ones supersede them."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import asdict

from django.utils import timezone

from commongoal.access.actions import acting
from commongoal.access.engine.permissions import Viewer
from commongoal.pathway.engine.eligibility import decision
from commongoal.pathway.models import EligibilityAnswers
from commongoal.pathway.queries.eligibility import terms
from commongoal.people.actions.opening import open_person


def answer_eligibility(*, by: Viewer, at: dt.datetime, person: int, programme: int, answers: Mapping[str, str]) -> int:
    """Keep what the person answers today and what it decides; returns the id. Raises `NotAnOption`, `NotThere`."""
    with acting("answer eligibility", by=by, at=at) as act:
        open_person(act, person)
        rules = terms(programme)
        found = decision(rules, answers)
        newest = EligibilityAnswers.objects.filter(person_id=person, programme_id=programme).order_by("-id").first()
        row = EligibilityAnswers.objects.create(
            person_id=person,
            programme_id=programme,
            organisation_id=by.organisation,
            membership_id=by.membership,
            on=timezone.localdate(at),
            at=at,
            answers={rule.id: answers[rule.id] for rule in rules.rules},
            verdicts=[asdict(verdict) for verdict in found.verdicts],
            outcome=found.outcome.value,
            deciding_rule=found.rule,
            because=found.because,
            terms_version=rules.version,
            supersedes=newest,
        )
        before = {"outcome": newest.outcome, "rule": newest.deciding_rule} if newest else {}
        after = {"programme": programme, "outcome": row.outcome, "rule": row.deciding_rule}
        act.wrote("eligibility", row.pk, person=person, before=before, after=after)
        return row.pk

"""What was written since a merge and may go to the record that comes back: this part's rows in words."""

from collections.abc import Mapping

from commongoal.pathway.models import EligibilityAnswers, Participation, Referral
from commongoal.people.engine.merging import Since


def told_since(choices: Mapping[str, frozenset[int]]) -> tuple[Since, ...]:
    """The choices of this part in words, by day; three queries. For callers that have their permission."""
    found = [
        Since(_label(Referral), row.pk, row.sent_on, f"Referral to {row.receiver.name}, with all that came of it")
        for row in Referral.objects.filter(pk__in=choices.get(_label(Referral), ())).select_related("receiver")
    ]
    answers = EligibilityAnswers.objects.filter(pk__in=choices.get(_label(EligibilityAnswers), ()))
    found += [
        Since(_label(EligibilityAnswers), row.pk, row.on, f"Eligibility for {row.programme.name}: {row.outcome}")
        for row in answers.select_related("programme")
    ]
    starts = Participation.objects.filter(pk__in=choices.get(_label(Participation), ())).exclude(started_on=None)
    found += [
        Since(_label(Participation), row.pk, row.started_on, f"Start on {row.programme.name}")
        for row in starts.select_related("programme")
        if row.started_on
    ]
    return tuple(sorted(found, key=lambda each: (each.on, each.table, each.row)))


def _label(model: type[Referral] | type[EligibilityAnswers] | type[Participation]) -> str:
    return model._meta.label_lower

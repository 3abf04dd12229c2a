"""What an organisation still does with a person, and so keeps its case open."""

from collections.abc import Iterator

from commongoal.kernel.errors import Refused
from commongoal.kernel.words import written_day
from commongoal.pathway.engine.casework import TaskStatus
from commongoal.pathway.engine.closing import ReferralStillOpen, StillOnProgramme, StillSupported, TaskStillOpen
from commongoal.pathway.engine.referral import Lane
from commongoal.pathway.models import Referral, Task
from commongoal.pathway.queries.participations import participations_of
from commongoal.pathway.queries.supporting import support_of


def what_keeps_open(person: int, organisation: int) -> Iterator[Refused]:
    """A refusal for each thing that runs, naming it; for callers that have their permission.

    Support whose last day is today keeps nothing open: a case may be closed on the day on which the help ends.
    """
    for part in participations_of(person):
        if part.organisation == organisation and part.days.ended_on is None:
            yield StillOnProgramme(f"{part.programme_name}.")
    for record in support_of(person):
        if record.organisation == organisation and record.counts and record.to_on is None:
            yield StillSupported(f"{record.intervention_name}, since {written_day(record.from_on)}.")
    of_person = Task.objects.filter(goal__plan__person=person, goal__plan__ended_on=None, goal__ended_on=None)
    tasks = of_person.filter(status=TaskStatus.OPEN.value, worker__organisation=organisation)
    for words, due_on in tasks.order_by("due_on", "pk").values_list("words", "due_on"):
        yield TaskStillOpen(f"{words}, by {written_day(due_on)}.")
    referrals = Referral.objects.filter(person_id=person).exclude(lane=Lane.CLOSED.value)
    for sender, to, receiver in referrals.values_list("sender", "receiver__name", "receiver"):
        if organisation in {sender, receiver}:
            yield ReferralStillOpen(f"It is to {to}.")

"""What is kept about all of a person's rows together, reckoned again once a merge or a parting brought or took some.

`people.actions.merging` calls these by the name that `Assessment` and `Checkpoint` say of themselves.
"""

from commongoal.access.actions import Act
from commongoal.pathway.actions.assessing import reckon_counting
from commongoal.pathway.actions.working import reconcile_checkpoints
from commongoal.pathway.models import Assessment, Checkpoint, Job
from commongoal.people.engine.merging import Record


def count_again(act: Act, person: Record) -> None:
    """Which assessments count: of two records brought together, one may come too soon after one of the other."""
    rows = Assessment.objects.filter(person=person.pk).order_by()
    for programme in rows.values_list("programme", flat=True).distinct():
        reckon_counting(act, person.pk, programme)


def follow_jobs(act: Act, person: Record) -> None:
    """The checkpoints that the jobs ask for: work on two records may be one spell, and parted it is two again."""
    programmes = {
        programme
        for rows in (Job.objects.filter(person=person.pk), Checkpoint.objects.filter(person=person.pk))
        for programme in rows.order_by().values_list("programme", flat=True).distinct()
    }
    for programme in sorted(programmes):
        reconcile_checkpoints(act, person.pk, programme, person.contact_by)

"""What is let go of when an organisation no longer works with a person, inside the action that is the reason."""

from commongoal.access.actions import Act
from commongoal.access.engine.permissions import Relation
from commongoal.people.models import Holding, NamedStaff, Worker


def let_go(act: Act, person: int, organisation: int) -> bool:
    """End what the organisation holds as its own, its named worker, and its names on a restricted record.

    Whether there was anything to end. What the person agreed to let it see stays until they say otherwise.
    """
    names = NamedStaff.objects.filter(person=person, membership__organisation=organisation, until_at=None)
    worker = Worker.objects.filter(person=person, organisation=organisation, until_at=None)
    holdings = Holding.objects.filter(person=person, organisation=organisation, relation=Relation.OWN.value)
    running = holdings.exclude(until_at__lte=act.at)
    ended = False
    for subject, rows in (("named staff", names), ("worker", worker), ("holding", running)):
        ids = list(rows.values_list("pk", flat=True))
        rows.update(until_at=act.at)
        for pk in ids:
            act.wrote(subject, pk, person=person, after={"until_at": act.at.isoformat()})
        ended = ended or bool(ids)
    return ended

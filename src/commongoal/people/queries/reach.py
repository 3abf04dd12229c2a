"""Which people a viewer can reach for a verb: the one place where holdings become permission."""

from collections.abc import Iterable
from functools import cache, reduce
from operator import or_

from django.db import connection
from django.db.models import Exists, FilteredRelation, OuterRef, Q, TextField
from django.db.models.functions import Cast, Now

from commongoal.access.engine.permissions import Relation, Role, Viewer, allowed, relations_allowing
from commongoal.access.engine.refusals import NotThere
from commongoal.access.queries.compiled import PERSON, Statement, answer, as_list, stand_in, statement
from commongoal.people.engine.standing import Held, classes_from, relations_from
from commongoal.people.engine.vocabulary import HOLDING_RELATIONS, DataClass
from commongoal.people.models import Holding, NamedStaff, Person, ResidentAccount

NOBODY = Q(pk__in=[])
# Ended by the clock as well as by hand: an agreement that ran out shows nothing, whether or not a task has run.
IN_FORCE = Q(until_at=None) | Q(until_at__gt=Now())


def within_reach(viewer: Viewer, verb: str, person: str = "pk", *, sees: DataClass | None = None) -> Q:
    """The condition that `person` (a path to a person's id) is somebody the viewer can reach for the verb.

    Restricted records answer to `named` alone (and to `any`, for the data-protection officer). A record merged away is
    within nobody's reach; its holdings went to the one kept. With `sees`, the viewer sees that class of data too:
    whoever shows or finds a name asks for the identity.
    """
    allowing = relations_allowing(viewer.role, verb)
    prefix = "" if person == "pk" else person.removesuffix("_id") + "__"
    if Relation.ANY in allowing:
        return Q(**{f"{prefix}merged_into": None})
    ways: list[Q] = []
    holdings = [relation.value for relation in HOLDING_RELATIONS if relation in allowing]
    if holdings:
        held = Holding.objects.filter(
            IN_FORCE, person=OuterRef(person), organisation=viewer.organisation, relation__in=holdings
        )
        if sees is not None:
            listed = Q(listed__contains=f'"{sees.value}"')
            held = held.annotate(listed=Cast("classes", TextField())).filter(Q(relation=Relation.OWN.value) | listed)
        ways.append(Q(Exists(held), **{f"{prefix}restricted": False}))
    if Relation.NAMED in allowing:
        named = NamedStaff.objects.filter(IN_FORCE, person=OuterRef(person), membership=viewer.membership)
        ways.append(Q(Exists(named), **{f"{prefix}restricted": True}))
    if Relation.SELF in allowing:
        own = ResidentAccount.objects.filter(person=OuterRef(person), membership=viewer.membership)
        ways.append(Q(Exists(own)))
    return Q(**{f"{prefix}merged_into": None}) & reduce(or_, ways, NOBODY)


def relations_to(person: int, viewer: Viewer) -> frozenset[Relation]:
    """How the viewer stands to the person now; none if the record is merged away. One query."""
    return _standing(person, viewer)[0]


def classes_seen(person: int, viewer: Viewer) -> frozenset[DataClass]:
    """The classes of data about the person that the viewer may see; empty when the person is out of reach. One query.

    Raises nothing: a page that needs the person calls `require` first.
    """
    relations, held = _standing(person, viewer)
    return classes_from(viewer, relations, held) if held is not None else frozenset()


def _standing(person: int, viewer: Viewer) -> tuple[frozenset[Relation], list[Held] | None]:
    """The relations, and what the viewer's organisation holds; (none, None) for nobody."""
    rows = answer(_asked(connection.vendor), viewer, person=person)
    if not rows:
        return frozenset(), None
    held = [held_of(relation, as_list(classes)) for *_, relation, classes in rows if relation is not None]
    restricted, named, own_account, *_ = rows[0]
    return relations_from(bool(restricted), bool(named), bool(own_account), held), held


@cache
def _asked(vendor: str) -> Statement:  # noqa: ARG001 - another database has another statement
    """What `_standing` asks: a row for each holding of the viewer's organisation, and one where there is none."""
    viewer = stand_in(Role.KEY_WORKER)  # any role: the table of permissions is asked afterwards
    in_force = Q(holdings__until_at=None) | Q(holdings__until_at__gt=Now())
    held = FilteredRelation("holdings", condition=in_force & Q(holdings__organisation=viewer.organisation))
    rows = Person.objects.filter(pk=PERSON, merged_into=None).annotate(**facts_of(viewer), held=held)
    return statement(rows.values_list("restricted", *facts_of(viewer), "held__relation", "held__classes"))


def facts_of(viewer: Viewer) -> dict[str, Exists]:
    """Annotations of a person that `relations_from` asks for: `named` and `own_account`."""
    mine = {"person": OuterRef("pk"), "membership": viewer.membership}
    return {
        "named": Exists(NamedStaff.objects.filter(IN_FORCE, **mine)),
        "own_account": Exists(ResidentAccount.objects.filter(**mine)),
    }


def held_of(relation: str, classes: Iterable[str]) -> Held:
    """A holding as a value."""
    return Held(Relation(relation), frozenset(DataClass(name) for name in classes))


def require(person: int, viewer: Viewer, verb: str) -> frozenset[Relation]:
    """The viewer's relations to the person, if they allow the verb; raises `NotThere` otherwise, telling nothing."""
    relations = relations_to(person, viewer)
    exists = bool(relations) or Person.objects.filter(pk=person, merged_into=None).exists()
    if not exists or not allowed(viewer, verb, relations):
        raise NotThere
    return relations

"""How a viewer stands to a person, from the facts of the record alone: the one place where those become permission."""

from collections.abc import Iterable
from dataclasses import dataclass

from commongoal.access.engine.permissions import Relation, Viewer, allowed
from commongoal.people.engine.vocabulary import DataClass

EVERY_CLASS = frozenset(DataClass)
WHOLE = frozenset({Relation.OWN, Relation.NAMED, Relation.SELF})
"""The relations that show the whole record."""


@dataclass(frozen=True, slots=True)
class Held:
    """One holding in force of the viewer's organisation: the relation, and the classes it lists."""

    relation: Relation
    classes: frozenset[DataClass] = frozenset()


def relations_from(restricted: bool, named: bool, own_account: bool, held: Iterable[Held]) -> frozenset[Relation]:
    """The relations of a viewer; on a restricted record the holdings count for nothing and the names alone do."""
    found = {Relation.NAMED} if named else set()
    if not restricted:
        found = {each.relation for each in held}
    return frozenset(found | ({Relation.SELF} if own_account else set()))


def classes_from(viewer: Viewer, relations: frozenset[Relation], held: Iterable[Held]) -> frozenset[DataClass]:
    """The classes of data the viewer may see; empty where the table allows no reading at all."""
    if sees_whole(viewer, relations):
        return EVERY_CLASS
    if not allowed(viewer, "read person", relations):
        return frozenset()
    return frozenset(kind for each in held for kind in each.classes)


def sees_whole(viewer: Viewer, relations: frozenset[Relation]) -> bool:
    """Whether the viewer sees all of the record, and so who else holds it: by relation, or because `any` will do."""
    if Relation.SELF in relations and allowed(viewer, "see own record", relations):
        return True
    anyone = allowed(viewer, "read person")
    return anyone or (bool(relations & WHOLE) and allowed(viewer, "read person", relations))

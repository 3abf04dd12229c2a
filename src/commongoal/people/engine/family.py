"""Family links: each is kept both ways round, and this is the other way."""

from commongoal.people.engine.vocabulary import FamilyLinkKind

OTHER_WAY = {
    FamilyLinkKind.PARENT: FamilyLinkKind.CHILD,
    FamilyLinkKind.CHILD: FamilyLinkKind.PARENT,
    FamilyLinkKind.PARTNER: FamilyLinkKind.PARTNER,
    FamilyLinkKind.SIBLING: FamilyLinkKind.SIBLING,
    FamilyLinkKind.CARER: FamilyLinkKind.CARED_FOR,
    FamilyLinkKind.CARED_FOR: FamilyLinkKind.CARER,
    FamilyLinkKind.OTHER: FamilyLinkKind.OTHER,
}
"""If B is the parent of A, A is the child of B; and so on."""

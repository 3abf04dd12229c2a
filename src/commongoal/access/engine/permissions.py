"""The one table of who may do what: role x verb x relation.

Every action and every query asks it; the page `docs/reference/permissions.md` is made from it. A cell lists the
relations to the record that let a role do the verb; an empty cell is a refusal. What is not in the table is refused.
"""

from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from commongoal.access.engine.refusals import NotAllowed


class Role(StrEnum):
    """What a membership lets somebody be in an organisation."""

    KEY_WORKER = "key worker"
    MANAGER = "manager"
    COMMISSIONER = "commissioner"
    FINANCE = "finance"
    ANALYST = "analyst"
    BOARD = "board"
    DATA_PROTECTION = "data protection"
    ADMINISTRATOR = "administrator"
    RESIDENT = "resident"
    EMPLOYER = "employer"


STAFF = frozenset(Role) - {Role.RESIDENT, Role.EMPLOYER}
# A membership of these says where somebody works. That a resident has an account says more, so it is in no list.
WORKING = frozenset(Role) - {Role.RESIDENT}


class Relation(StrEnum):
    """How a viewer stands to a record."""

    OWN = "own"  # the viewer's organisation works with the person, or the record belongs to it
    REFERRED = "referred"  # the person was referred to the viewer's organisation
    AGREED = "agreed"  # the person agreed that the viewer's organisation may see
    NAMED = "named"  # the viewer is named on a restricted record
    SENT = "sent"  # the viewer's organisation sent the referral
    RECEIVED = "received"  # the viewer's organisation received the referral
    SELF = "self"  # the record is about the viewer
    ANY = "any"  # whatever the relation


# One line a verb; the columns follow COLUMNS.
COLUMNS = (
    Role.KEY_WORKER,
    Role.MANAGER,
    Role.COMMISSIONER,
    Role.FINANCE,
    Role.ANALYST,
    Role.BOARD,
    Role.DATA_PROTECTION,
    Role.ADMINISTRATOR,
    Role.RESIDENT,
    Role.EMPLOYER,
)
TABLE = """
see the partnership      | any | any | any | any | any | any | any | any | any | any
see services             | any | any | any | any | any | any | any | any | any | any
accept invitation        | self | self | self | self | self | self | self | self | self | self
see own account          | self | self | self | self | self | self | self | self | self | self
invite resident          | own named | own named |  |  |  |     |     |     |     |
see own record           |     |     |     |     |     |     |     |     | self |
see today                | own | own |     |     |     |     |     |     |     |
see team today           |     | own |     |     |     |     |     |     |     |
find people              | any | any |     |     |     |     | any |     |     |
read person              | own referred agreed named | own referred agreed named | | | | | any | | |
add person               | any | any |     |     |     |     |     |     |     |
show NI number           | own named | own named |  |  |  |     | any |     |     |
change person            | own named | own named |  |  |  |     |     |     |     |
write note               | own referred named | own referred named | | | | | | |     |
change worker            | own named | own named |  |  |  |     |     |     |     |
record agreement         | own named | own named |  |  |  |     | any |     | self |
restrict person          |     | own named |     |     |     |     | any |     |     |
merge people             |     | own named |     |     |     |     | any |     |     |
answer eligibility       | own named | own named |  |  |  |     |     |     |     |
start person             | own named | own named |  |  |  |     |     |     |     |
assess person            | own named | own named |  |  |  |     |     |     |     |
see team figures         |     | own | any |     | any | any |     |     |     |
change plan              | own named | own named |  |  |  |     |     |     |     |
finish task              | own agreed named | own agreed named | | | | | | | self |
record support           | own named | own named |  |  |  |     |     |     |     |
run groups               | own | own |     |     |     |     |     |     |     |
book appointment         | own named | own named |  |  |  |     |     |     |     |
add document             | own named | own named |  |  |  |     |     |     |     |
record move              | own named | own named |  |  |  |     |     |     |     |
record job               | own named | own named |  |  |  |     |     |     |     |
close case               | own named | own named |  |  |  |     |     |     |     |
see caseload             | own | own |     |     |     |     |     |     |     |
send referral            | own named | own named |  |  |  |     |     |     |     |
override basis           |     | own named |     |     |     |     |     |     |     |
read referral            | sent received | sent received | | | | | any |    |     |
answer referral          | received | received |  |   |     |     |     |     |     |
withdraw referral        | sent | sent |     |     |     |     |     |     |     |
see overrides            |     | own |     |     |     |     | any |     |     |
change services          |     | own |     |     |     |     |     | any |     |
import services          |     |     |     |     |     |     |     | any |     |
see place                | any | any | any | any | any | any | any | any |     |
follow evidence          |     |     | any |     | any | any |     | any |     |
import places            |     |     |     |     | any |     |     | any |     |
define indicators        |     |     |     |     | any |     |     |     |     |
draw neighbourhoods      |     |     | any |     | any |     |     |     |     |
record research          |     | own |     |     | any |     |     |     |     |
send return              |     | own |     |     |     |     |     |     |     |
set priorities           |     |     | any |     | any |     |     |     |     |
set area targets         |     |     | any |     | any |     |     |     |     |
change hubs              |     |     |     |     |     |     |     | any |     |
see pathways             | any | any | any | any | any | any | any | any |     |
change pathways          |     |     |     |     | any |     |     | any |     |
see costs                |     | own | any | any | any | any |     |     |     |
record costs             |     | own |     | any |     |     |     |     |     |
take snapshot            |     |     |     |     | any |     |     |     |     |
see value                |     | any | any | any | any | any |     |     |     |
run valuation            |     |     |     |     | any |     |     |     |     |
see bases                | any | any | any | any | any | any | any | any |     |
record basis             |     |     |     |     |     |     | any |     |     |
change programmes        |     |     |     |     |     |     | any | any |     |
see audit                |     |     |     |     |     |     | any |     |     |
answer finding           |     |     |     |     |     |     | any |     |     |
erase audit              |     |     |     |     |     |     | any |     |     |
see members              |     | own |     |     |     |     | any | any |     |
change members           |     |     |     |     |     |     |     | any |     |
change organisations     |     |     |     |     |     |     |     | any |     |
"""


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who asks: one membership of one user, in one organisation and role. Ids are those of the database."""

    user: int
    membership: int
    organisation: int
    role: Role
    name: str = ""
    organisation_name: str = ""


@cache
def table() -> dict[str, dict[Role, frozenset[Relation]]]:
    """The table read: verb, then role, then the relations that allow it.

    Raises `ValueError` when a line has another number of columns or a word that is no relation.
    """
    found: dict[str, dict[Role, frozenset[Relation]]] = {}
    for line in TABLE.strip().splitlines():
        verb, *cells = (cell.strip() for cell in line.split("|"))
        if len(cells) != len(COLUMNS):
            raise ValueError(f"{verb}: {len(cells)} columns, not {len(COLUMNS)}")
        found[verb] = {
            role: frozenset(Relation(word) for word in cell.split()) for role, cell in zip(COLUMNS, cells, strict=True)
        }
    return found


def relations_allowing(role: Role, verb: str) -> frozenset[Relation]:
    """The relations with which a role may do a verb; empty is never. Raises `KeyError` for a verb not in the table."""
    return table()[verb][role]


def allowed(viewer: Viewer, verb: str, relations: frozenset[Relation] = frozenset()) -> bool:
    """Whether the viewer, standing in these relations to the record, may do the verb."""
    enough = relations_allowing(viewer.role, verb)
    return Relation.ANY in enough or bool(enough & relations)


def ask(viewer: Viewer, verb: str, relations: frozenset[Relation] = frozenset()) -> None:
    """Go on only if the viewer, standing in these relations to the record, may do the verb. Raises `NotAllowed`."""
    if not allowed(viewer, verb, relations):
        raise NotAllowed

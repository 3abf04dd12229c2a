"""The ledger's format, version 1: what happened to people, as dated rows in nine tables.

This module is the one definition. The checks, the reader, the writer and the reference page in the docs are all made
from `TABLES`. Days are dates without a time; periods are half-open: `from_on` is the first day, `to_on` the first day
*after* the last, empty while it runs. Money is pounds with at most two decimals in files and whole pence once imported.
"""

from dataclasses import dataclass
from typing import Literal

FORMAT_VERSION = 1
LEFT, ENDED = "left", "ended"
"""Where a person stands who has left, or whose spell has ended for good (died, moved away, retired)."""

Kind = Literal["id", "text", "date", "count", "level", "number", "pounds", "choice", "flag"]


@dataclass(frozen=True, slots=True)
class Column:
    """One column: what it holds, whether a row may leave it empty, and which list its values come from.

    `among` names a list of the programme: stages, stages_or_ended, providers, interventions, partners, areas; or gives
    the choices themselves, separated by ``|``.
    """

    name: str
    kind: Kind
    meaning: str
    required: bool = True
    among: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """One table of the ledger. `key` are the columns that no two rows may share."""

    name: str
    meaning: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    required: bool = False


_PERSON = Column("person", "id", "pseudonymous id of the person; never a name or a National Insurance number")
_FROM = Column("from_on", "date", "first day")
_TO = Column("to_on", "date", "first day after the last; empty while it runs", required=False)
_SEQ = Column("seq", "count", "order among entries of the same person and day; file order where empty", required=False)

TABLES: tuple[Table, ...] = (
    Table(
        "people",
        "One row a person; the programme's attributes are further columns, each with a value from its list.",
        (_PERSON, Column("area", "text", "code of the small area where the person lives", required=False)),
        key=("person",),
        required=True,
    ),
    Table(
        "entries",
        "Moves along the pathway. A referral comes from nowhere (stage_from empty); leaving goes to 'left'; coming "
        "back comes from 'left'; 'ended' is for good, with its reason.",
        (
            _PERSON,
            Column("on", "date", "the day of the move"),
            _SEQ,
            Column("stage_from", "choice", "where the person stood; empty for a referral", False, "stages_or_left"),
            Column("stage_to", "choice", "where the person now stands", True, "stages_or_ended"),
            Column("reason", "text", "why, for leaving or ending", required=False),
            Column("recorded_by", "id", "who wrote it down; earns nothing by it", required=False),
            Column("evidence", "text", "reference of the evidence", required=False),
        ),
        key=("person", "on", "stage_from", "stage_to"),
        required=True,
    ),
    Table(
        "support",
        "Who helped whom with what, from when to when.",
        (
            _PERSON,
            Column("provider", "choice", "who helped", among="providers"),
            Column("intervention", "choice", "with what", among="interventions"),
            Column("contract", "text", "under which contract", required=False),
            _FROM,
            _TO,
        ),
        key=("person", "provider", "intervention", "contract", "from_on"),
    ),
    Table(
        "work",
        "Jobs and self-employment.",
        (
            _PERSON,
            Column("employer", "text", "the employer; empty when self-employed", required=False),
            Column("self_employed", "flag", "yes or no"),
            _FROM,
            _TO,
            Column("weekly_hours", "number", "usual hours a week", required=False),
            Column("evidence", "text", "reference of the evidence", required=False),
        ),
        key=("person", "employer", "from_on"),
    ),
    Table(
        "pay",
        "What a job paid, by pay period.",
        (
            _PERSON,
            Column("employer", "text", "the employer; empty when self-employed", required=False),
            _FROM,
            Column("to_on", "date", "first day after the pay period"),
            Column("amount", "pounds", "gross pay for the period"),
            Column("evidence", "text", "reference of the evidence", required=False),
        ),
        key=("person", "employer", "from_on"),
    ),
    Table(
        "benefit",
        "Periods on a benefit.",
        (_PERSON, Column("benefit", "id", "which benefit"), _FROM, _TO),
        key=("person", "benefit", "from_on"),
    ),
    Table(
        "agreement",
        "Periods during which the person agrees to share, with whom and what.",
        (
            _PERSON,
            Column("organisation", "id", "who may see"),
            Column("scope", "text", "area of life or class of data"),
            _FROM,
            _TO,
        ),
        key=("person", "organisation", "scope", "from_on"),
    ),
    Table(
        "readings",
        "Levels found by an assessment, by area of life.",
        (
            _PERSON,
            Column("on", "date", "the day of the assessment"),
            Column("area", "choice", "area of life", among="areas"),
            Column("level", "level", "a whole number from 1 to the area's highest level"),
        ),
        key=("person", "on", "area"),
    ),
    Table(
        "costs",
        "What was spent and who bore it. A cost of no one provider or intervention leaves that empty.",
        (
            Column("provider", "choice", "whose cost; empty for the programme as a whole", False, "providers"),
            Column("intervention", "choice", "for what; empty for the provider as a whole", False, "interventions"),
            _FROM,
            Column("to_on", "date", "first day after the period the cost is for"),
            Column("amount", "pounds", "pounds, not negative"),
            Column("borne_by", "choice", "which partner bore it", among="partners"),
            Column("basis", "choice", "spent in money or given in kind", among="cash|in_kind"),
        ),
        key=("provider", "intervention", "from_on", "to_on", "borne_by", "basis"),
    ),
)

BY_NAME = {table.name: table for table in TABLES}

"""What the ledger takes from people's records: where they live, and what they agreed to share, when."""

import datetime as dt
from collections.abc import Sequence

import pyarrow as pa
import pyarrow.compute as pc
from django.utils import timezone

from commongoal.access.queries.bulk import Kind, among, columns_read, moment
from commongoal.people.models import Agreement, Person


def homes_read(people: Sequence[int] | None) -> pa.Table:
    """`person` and `area`, the small area of the home, of everybody or of these, without records merged away."""
    columns: dict[str, tuple[str, Kind]] = {"person": ("t.id", "whole"), "area": ("t.area_code", "text")}
    mine = () if people is None else (among("t.id", people),)
    return columns_read(Person, columns, ("t.merged_into_id IS NULL", *mine))


def agreements_read(people: Sequence[int] | None) -> pa.Table:
    """Every agreement of everybody or of these, as it ran: until it ended, was replaced or was withdrawn.

    `person`, `organisation`, `areas` and `classes` (JSON), `from_on`, `to_on`.
    """
    columns: dict[str, tuple[str, Kind]] = {
        "person": ("t.person_id", "whole"),
        "organisation": ("t.to_organisation_id", "whole"),
        "areas": ("t.areas", "text"),
        "classes": ("t.classes", "text"),
        "from_on": ("t.from_on", "day"),
        "until_on": ("t.until_on", "day"),
        "withdrawn": (moment("t.withdrawn_at"), "text"),
    }
    read = columns_read(Agreement, columns, () if people is None else (among("t.person_id", people),))
    encoded = read["withdrawn"].combine_chunks().dictionary_encode()
    on = [
        timezone.localdate(dt.datetime.fromisoformat(text)) if text else None for text in encoded.dictionary.to_pylist()
    ]
    withdrawn = pa.array(on, pa.date32()).take(encoded.indices)
    ends = pc.min_element_wise(read["until_on"], withdrawn, skip_nulls=True)
    return read.drop_columns(["until_on", "withdrawn"]).append_column("to_on", ends)

"""Two parts of a ledger made one: what is told again of some people, and what an earlier ledger tells of the others."""

from collections.abc import Collection

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from commongoal.pathway.engine.ledger import BY_NAME
from commongoal.pathway.engine.ledger_tables import Told
from commongoal.pathway.engine.shape import shaped


def joined_with(earlier: Told, again: Told, people: Collection[str]) -> Told:
    """The tables of `again`, and of `earlier` all rows about others than these people. Costs are those of `again`."""
    gone = pa.array(sorted(people), pa.string())
    tables = {"costs": again.tables["costs"]}
    for name, table in again.tables.items():
        if name != "costs":
            both = [_without(earlier.tables[name], gone), shaped(BY_NAME[name], table)]
            tables[name] = pa.concat_tables(both).combine_chunks()
    old = earlier.left_out.filter(pc.is_valid(earlier.left_out["person"]))
    left_out = pa.concat_tables([_without(old, gone), again.left_out])
    read = set(people)
    return Told(tables, left_out, (*(one for one in earlier.due if one not in read), *again.due))


def _without(table: pa.Table, people: pa.Array) -> pa.Table:
    keep = ~np.asarray(pc.is_in(table["person"].combine_chunks(), people).to_numpy(zero_copy_only=False))
    return table if keep.all() else table.filter(pa.array(keep))

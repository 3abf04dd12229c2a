"""When a row of another table is a contact with its person, said by that table of itself."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class CountsAsContact:
    """A table's class attribute `counts_as_contact`: a row whose `field` is among `values`, on the day of `moment`.

    `field` and `moment` are names of fields as queries know them.
    """

    field: str
    values: tuple[str, ...]
    moment: str

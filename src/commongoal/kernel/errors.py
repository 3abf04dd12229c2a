"""Refusals that a person can act on.

A rule that refuses is a class; its docstring is the sentence the user reads. A file with faults is refused with all
of them at once, each a `Problem` that says where it is and what would be right.
"""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One fault in one place of one file: what was found there and what would be right.

    `row` counts as the reader of the file counts: the header is row 1, so the first record is row 2; 0 means the fault
    belongs to the file or column as a whole. `code` names the rule, for filtering and for tests.
    """

    file: str
    row: int
    column: str
    value: str
    expected: str
    code: str

    def __str__(self) -> str:
        place = ", ".join(part for part in (f"row {self.row}" if self.row else "", self.column) if part)
        found = f"found {self.value!r}; " if self.value else ""
        return f"{self.file}: {place + ': ' if place else ''}{found}{self.expected}"


class Refused(Exception):  # noqa: N818 - it is a refusal, not a fault of the program
    """This cannot be done."""

    def __init__(self, detail: str = "") -> None:
        self.detail = detail
        super().__init__(" ".join(part for part in (self.sentence(), detail) if part))

    @classmethod
    def sentence(cls) -> str:
        """The first paragraph of the class's docstring: what the user reads."""
        return " ".join((cls.__doc__ or "").strip().split("\n\n")[0].split())


class BadInput(Refused):
    """The input has faults; nothing was written."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        count = len(self.problems)
        super().__init__(f"{count} {'problem' if count == 1 else 'problems'}, the first: {self.problems[0]}")

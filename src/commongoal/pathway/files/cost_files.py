"""Files of costs as somebody sends them: read, and the empty one to fill in."""

import csv
import io
from pathlib import PurePath
from tempfile import TemporaryDirectory

from commongoal.kernel.errors import BadInput, Problem
from commongoal.pathway.engine.checks.raw import Raw
from commongoal.pathway.engine.ledger import BY_NAME
from commongoal.pathway.files.apart import read_apart

KINDS = (".csv", ".tsv", ".xlsx", ".ods")
TEMPLATE = tuple(column.name for column in BY_NAME["costs"].columns)


def read_cost_file(content: bytes, name: str) -> list[Raw]:
    """The tables in a file that was sent. Raises `BadInput` for a kind of file that is not taken."""
    from pathlib import Path

    plain = PurePath(name.replace("\\", "/")).name[-100:]
    ending = PurePath(plain).suffix.lower()
    if ending not in KINDS:
        expected = f"a file that ends in {', '.join(KINDS)}"
        raise BadInput([Problem(plain, 0, "", "", expected, "no_input")])
    with TemporaryDirectory() as folder:
        path = Path(folder) / f"costs{ending}"
        path.write_bytes(content)
        return read_apart(path)


def template() -> str:
    """A file with the columns alone, to fill in."""
    text = io.StringIO(newline="")
    csv.writer(text).writerow(TEMPLATE)
    return text.getvalue()

"""Whoever reads why a snapshot left something out finds each reason, and what to do about it, on a page."""

from pathlib import Path

from commongoal.pathway.engine import ledger_entries, ledger_tables, without_overlaps

PAGE = "docs/how-to/take-a-snapshot.md"


def reasons() -> set[str]:
    """The constants that are a reason in words."""
    found = set()
    for module in (ledger_tables, ledger_entries, without_overlaps):
        values = {name: value for name, value in vars(module).items() if name.isupper() and isinstance(value, str)}
        found |= {value for value in values.values() if value.startswith(("a ", "an ", "the ", "support "))}
    return found


def test_every_reason_is_explained(root: Path) -> None:
    page = (root / PAGE).read_text(encoding="utf-8")
    assert len(reasons()) >= 17
    assert [reason for reason in sorted(reasons()) if reason not in page] == []

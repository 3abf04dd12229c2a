"""Damaged files of official figures: figures that stand in them or a refusal in words, and never anything else."""

from pathlib import Path

import pytest

from tests.engine.fuzz_places import IMPORTERS, fuzzed

CASES, SEED = 200, 23


@pytest.mark.slow
@pytest.mark.parametrize("name", IMPORTERS)
def test_damaged_files(shared: Path, name: str) -> None:
    tally = fuzzed(IMPORTERS[name], shared / "data", CASES, SEED)
    assert sum(tally.values()) == CASES
    assert len(tally) > 1, tally  # damage that never or always ends in refusal shows nothing

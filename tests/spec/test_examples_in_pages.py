"""The TOML that the how-to pages show is read as it stands there."""

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

from commongoal.demo.place import programme
from commongoal.pathway.engine.programme import programme_from
from commongoal.pathway.files.programmes import common
from commongoal.valuation.engine.terms import terms_of

BLOCK = re.compile(r"^```toml\n(.*?)^```$", re.MULTILINE | re.DOTALL)
BASES = ["ledger", "outcomes", "risk_difference", "hazard_ratio", "assumed", "none"]
"""In the order of the page."""


def tables(root: Path, page: str) -> list[dict[str, Any]]:
    return [tomllib.loads(text) for text in BLOCK.findall((root / "docs/how-to" / page).read_text(encoding="utf-8"))]


def test_programme_file_is_whole(root: Path) -> None:
    found, casework = tables(root, "write-a-programme-file.md")
    read = programme_from(found | {"casework": common()["casework"] | casework})
    assert read.casework is not None
    assert [window.rule for window in read.casework.windows] == [
        "26 weeks within 30, of at least 16 hours a week",
        "13 weeks within 13, of under 16 hours a week",
    ]
    assert [stage.id for stage in read.pathway.stages] == ["referred", "ready", "in_work", "sustained"]
    terms = terms_of(read)
    assert terms.job is not None
    assert [gain.transfer for gain in terms.job.gains] == [False, True]


def test_every_basis_is_shown_in_order(root: Path) -> None:
    found = tables(root, "choose-what-would-have-happened-anyway.md")
    assert [table["valuation"]["counterfactual"]["basis"] for table in found] == BASES


@pytest.mark.parametrize("place", range(len(BASES)), ids=BASES)
def test_counterfactual_is_read(root: Path, place: int) -> None:
    shown = tables(root, "choose-what-would-have-happened-anyway.md")[place]["valuation"]["counterfactual"]
    rule = "equal" if BASES[place] == "none" else "net"
    marlhaven = programme()
    with_it = marlhaven.model_copy(
        update={"valuation": {**marlhaven.valuation, "rule": rule, "counterfactual": shown}},
    )
    assert terms_of(with_it).counterfactual.basis == BASES[place]

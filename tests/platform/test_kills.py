"""A process killed in an action leaves the old state or the new one; every action has a deed to be killed in."""

import ast
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.platform.scratch import scratch_database

KILLS = 5


def actions(root: Path) -> dict[str, str]:
    """Every public function of a part's actions that is done at a moment, with its module."""
    found = {}
    for path in sorted((root / "src" / "commongoal").glob("*/actions/**/*.py")):
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
                names = {argument.arg for argument in (*node.args.args, *node.args.kwonlyargs)}
                if "at" in names and node.name not in {"acting", "note_reading"}:
                    found[node.name] = path.as_posix()
    return found


def test_every_action_has_a_deed(root: Path) -> None:
    from tests.platform.deeds import DEEDS

    assert sorted(actions(root).keys() - DEEDS.keys()) == []
    assert sorted(DEEDS.keys() - actions(root).keys()) == []


@pytest.mark.slow
def test_a_killed_process_leaves_the_old_state_or_the_new(root: Path, tmp_path: Path) -> None:
    with scratch_database(tmp_path) as address:
        command = [sys.executable, "-m", "tests.platform.kills", "--kills", str(KILLS), "--seed", "1"]
        environment = os.environ | {"COMMONGOAL_DATABASE": address, "DJANGO_SETTINGS_MODULE": "tests.settings"}
        found = subprocess.run(command, cwd=root, env=environment, capture_output=True, text=True)
    assert found.returncode == 0, found.stdout + found.stderr
    told = json.loads(found.stdout.splitlines()[-1])
    assert (told["kills"], told["faults"]) == (KILLS, [])


def test_a_part_left_behind_is_told() -> None:
    from tests.platform.kills import fault

    before, whole = {"access_action": [], "people_note": []}, {"access_action": 1, "people_note": 1}
    assert fault("write_note", before, before, whole) == ""
    assert "a part" in fault("write_note", before, {"access_action": [], "people_note": [(1,)]}, whole)
    unrecorded = {"access_action": [], "people_note": [(1,), (2,)]}
    assert "without its audit" in fault("write_note", before, unrecorded, {"people_note": 2})

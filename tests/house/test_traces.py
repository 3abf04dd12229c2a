"""No file tells where it was made: no hosts of package registries, no index options, no paths of a machine."""

import re
import subprocess
from pathlib import Path

import pytest

HOSTS = (("pypi", "org"), ("files", "pythonhosted", "org"), ("registry", "npmjs", "org"), ("deb", "debian", "org"),
         ("conda", "anaconda", "org"), ("static", "crates", "io"), ("proxy", "golang", "org"))  # fmt: skip
OPTIONS = ("index-url", "find-links", "trusted-host")
HOMES = re.compile(r"(?<![\w.\-}])/(?:root|home/\w+|Users/\w+)/")


def kept_files(root: Path) -> list[Path]:
    """Files of the checkout that are tracked, or would be."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    names = subprocess.run(command, cwd=root, capture_output=True, text=True, check=True).stdout.split("\0")
    return [root / name for name in names if name and (root / name).is_file()]


def traces(text: str, checkout: Path) -> list[str]:
    """What in a text belongs to one machine or one registry."""
    hosts = [host for host in map(".".join, HOSTS) if host in text]
    options = [option for option in OPTIONS if f"--{option} " in text or f"--extra-{option} " in text]
    own = [str(checkout)] if re.search(rf"(?<![\w.\-}}/]){re.escape(str(checkout))}(/|\b)", text) else []
    return [*hosts, *options, *own, *(match.group() for match in HOMES.finditer(text))]


def test_no_file_holds_a_trace(root: Path) -> None:
    found = {}
    for path in kept_files(root):
        data = path.read_bytes()
        if b"\0" not in data[:8000] and path.name != "test_traces.py":
            found[str(path.relative_to(root))] = traces(data.decode("utf-8", "replace"), root)
    assert {name: rows for name, rows in found.items() if rows} == {}


@pytest.mark.parametrize(
    "text",
    [
        "see https://" + ".".join(HOSTS[0]),
        "--index-url x",
        "--extra-index-url x",
        "cd /home/ann/project",
        "/somewhere/checkout/src",
    ],
)
def test_planted_trace_is_found(text: str) -> None:
    assert traces(text, Path("/somewhere/checkout"))


def test_locks_pin_with_hashes(root: Path) -> None:
    for lock in sorted((root / "requirements").glob("*.lock")):
        lines = lock.read_text().splitlines()
        kinds = {"pin": r"[a-z0-9.\-]+==[^ ]+( ; .+)? \\$", "hash": r"    --hash=sha256:[0-9a-f]{64}( \\)?$"}
        strange = [line for line in lines if not any(re.match(kind, line) for kind in kinds.values())]
        assert strange == [], lock.name
        assert lines


def test_locks_agree(root: Path) -> None:
    def pins(name: str) -> set[str]:
        return set(re.findall(r"^\S+==\S+", (root / "requirements" / name).read_text(), re.MULTILINE))

    assert pins("base.lock") <= pins("dev.lock")
    assert pins("base.lock") <= pins("spark.lock")

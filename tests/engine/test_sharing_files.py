"""The files of `share` and `impact`: every fault at once, damaged files in words, and the commands as a whole."""

import json
import re
import tomllib
from collections import Counter
from collections.abc import Callable, Iterator
from copy import deepcopy
from pathlib import Path
from random import Random
from typing import Any

import pytest
import tomli_w

from commongoal.cli import exits, main
from commongoal.kernel.errors import BadInput, Refused
from commongoal.valuation.engine.scaling import scaled
from commongoal.valuation.engine.sharing import sharing_of
from commongoal.valuation.engine.strategy_impact import impact
from commongoal.valuation.files.sharing import read_sharing
from commongoal.valuation.files.strategy import read_strategy

PAGES = Path("docs/how-to")
SHARING, STRATEGY, SCALING = "sharing_example.toml", "strategy_example.toml", "scaling_example.toml"
COMMAND = {SHARING: "share", STRATEGY: "impact", SCALING: "impact"}
EVERY = pytest.mark.parametrize("name", [SHARING, STRATEGY, SCALING])

NASTY: tuple[Any, ...] = (
    "", " ", "council", "everybody", "none", "\N{PERSONAL COMPUTER}", "<script>", "x" * 5000, "[bold]", "2024-25",
    -1, 0, 1, 2, 0.5, -0.5, 1e13, 1e308, 10**30, float("nan"), float("inf"), True, False,
    [], [1, 2], ["council"], [[]], {}, {"council": 1}, {"value": 1.0}, [{}], [{"id": "x", "name": "y"}],
)  # fmt: skip


@pytest.fixture(autouse=True)
def commands(monkeypatch: pytest.MonkeyPatch) -> None:
    """Both commands, whether or not the command line lists them yet."""
    for name in ("share", "impact"):
        monkeypatch.setitem(main.COMMANDS, name, main.COMMANDS.get(name, "a command"))


def use(path: Path, command: str) -> None:
    """Read and work out, without a schedule and with few draws."""
    if command == "share":
        shared = read_sharing(path)
        sharing_of(shared.matrix(None), shared.schemes)
        return
    read = read_strategy(path).model_copy(update={"draws": 200})
    if read.strategy:
        impact(read.strategy, [1.0] * len(read.years), read.stated)
    if read.at_scale:
        scaled(read.at_scale)


def written(directory: Path, parsed: dict[str, Any]) -> Path:
    path = directory / "file.toml"
    path.write_text(tomli_w.dumps(parsed), encoding="utf-8")
    return path


def problems(directory: Path, parsed: dict[str, Any], command: str) -> dict[str, str]:
    with pytest.raises(BadInput) as refused:
        use(written(directory, parsed), command)
    return {problem.column: problem.expected for problem in refused.value.problems}


@pytest.fixture
def sharing(root: Path) -> dict[str, Any]:
    return tomllib.loads((root / PAGES / SHARING).read_text(encoding="utf-8"))


@pytest.fixture
def strategy(root: Path) -> dict[str, Any]:
    return tomllib.loads((root / PAGES / STRATEGY).read_text(encoding="utf-8"))


def test_every_fault_of_a_sharing_file_is_said_at_once(sharing: dict[str, Any], tmp_path: Path) -> None:
    sharing["cost"][0]["pounds"] = [1, 2]
    sharing["cost"][1]["partner"] = "police"
    sharing["gain"][0]["pounds"][1] = "many"
    sharing["gain"][4]["lost_by"] = "college"
    sharing["partner"].append({"id": "nhs", "name": "Another"})
    sharing["moved"][0]["surprise"] = 1
    sharing["coalition"].append({"partners": ["nhs", "jobcentre"], "value": 1, "cost": 2, "source": "s"})
    sharing["coalition"].append({"partners": ["nhs", "nhs", "mill"], "value": 1, "source": "s"})
    found = problems(tmp_path, sharing, "share")
    assert set(found) == {
        "cost.0.pounds", "cost.1.partner", "gain.0.pounds.1", "gain.4.lost_by", "partner.5.id", "moved.0.surprise",
        "coalition.1", "coalition.1.partners", "coalition.2.partners", "coalition.2.partners.2",
    }  # fmt: skip
    assert found["cost.0.pounds"] == "one amount for each of the 5 years"
    assert found["coalition.1"] == "either a value, or a cost and gains"
    assert "council, jobcentre" in found["cost.1.partner"]


def test_everybody_is_not_a_group(sharing: dict[str, Any], tmp_path: Path) -> None:
    everybody = [partner["id"] for partner in sharing["partner"]]
    sharing["coalition"] = [{"partners": everybody, "value": 1, "source": "s"}]
    assert "everybody together is the programme itself" in problems(tmp_path, sharing, "share")["coalition.0.partners"]


def test_every_fault_of_a_strategy_file_is_said_at_once(strategy: dict[str, Any], tmp_path: Path) -> None:
    strategy["target"][0]["people"] = [1, 2]
    strategy["target"][1]["group"] = "young"
    strategy["saving"][0]["agency"] = "police"
    strategy["saving"][1]["price_year"] = "2012-13"
    strategy["saving"][2]["low"] = 1e6
    strategy["saving"][3]["groups"] = ["nobody"]
    strategy["staying"][0]["drop_off"]["high"] = 1.5
    strategy["staying"].append(deepcopy(strategy["staying"][0]) | {"group": "everybody"})
    strategy["additional"]["source"] = ""
    found = problems(tmp_path, strategy, "impact")
    assert {
        "target.0.people", "target.1.group", "saving.0.agency", "saving.1.price_year", "saving.2", "saving.3.groups.0",
        "staying.0.drop_off", "staying.1.group", "additional.source",
    } <= set(found)  # fmt: skip
    assert "uprate it first" in found["saving.1.price_year"]


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (lambda p: p.clear(), "Field required"),
        (lambda p: p.pop("additional"), "a strategy needs additional as well"),
        (lambda p: [p.pop(k) for k in ("years", "group", "agency", "target", "saving", "staying", "additional")],
         "or scaling"),
        (lambda p: p.update(saving=[s for s in p["saving"] if s["kind"] != "fiscal"]), "no fiscal saving"),
        (lambda p: p["staying"][0].update(group="seeking"), "a row in staying"),
    ],
)  # fmt: skip
def test_a_strategy_that_is_not_whole_says_what_is_missing(
    strategy: dict[str, Any], tmp_path: Path, change: Callable[[dict[str, Any]], Any], expected: str
) -> None:
    change(strategy)
    assert any(expected in said for said in problems(tmp_path, strategy, "impact").values())


@pytest.mark.parametrize("data", [b"\xff\xfe", b"format = ", b"[[partner]\n", b"a" * 100_000, b"x = " + b"[" * 5000])
def test_files_that_are_not_toml_are_refused(data: bytes, tmp_path: Path) -> None:
    path = tmp_path / "file.toml"
    path.write_bytes(data)
    for command in ("share", "impact"):
        with pytest.raises(BadInput):
            use(path, command)
    with pytest.raises(BadInput, match="read"):
        use(tmp_path / "absent.toml", "share")


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Every key and place of a parsed file."""
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in pairs:
        yield (*path, key)
        yield from places(inner, (*path, key))


def mutated(parsed: dict[str, Any], luck: Random) -> dict[str, Any]:
    """One to three keys lost, replaced or repeated."""
    parsed = deepcopy(parsed)
    for _ in range(luck.randint(1, 3)):
        *way, key = luck.choice(list(places(parsed)) or [("name",)])
        inside: Any = parsed
        for step in way:
            inside = inside[step]
        deed = luck.random()
        if deed < 0.2:
            del inside[key]
        elif deed < 0.3 and isinstance(inside, list):
            inside.append(deepcopy(inside[key]))
        else:
            inside[key] = deepcopy(luck.choice(NASTY))
    return parsed


@EVERY
def test_damaged_files_give_a_result_or_words(name: str, root: Path, tmp_path: Path) -> None:
    parsed = tomllib.loads((root / PAGES / name).read_text(encoding="utf-8"))
    luck, seen = Random(name), Counter[str]()
    for _ in range(250):
        try:
            use(written(tmp_path, mutated(parsed, luck)), COMMAND[name])
            seen["result"] += 1
        except Refused as refused:
            seen["refused" if str(refused) else "without words"] += 1
    assert seen["result"]
    assert seen["refused"] > 100
    assert not seen["without words"]


@EVERY
@pytest.mark.parametrize("luck", range(8))
def test_damaged_files_never_end_the_command_with_a_fault(
    name: str, luck: int, root: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    parsed = tomllib.loads((root / PAGES / name).read_text(encoding="utf-8"))
    path = written(tmp_path, mutated(parsed, Random(luck)))
    code = main.run([COMMAND[name], str(path), "--html", str(tmp_path / "page.html")])
    assert code in (exits.DONE, exits.PARTLY, exits.REFUSED)
    assert "Traceback" not in capsys.readouterr().err


@EVERY
def test_the_example_prints_draws_and_emits(
    name: str, root: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    page = tmp_path / "page.html"
    assert main.run([COMMAND[name], str(root / PAGES / name), "--html", str(page)]) == exits.DONE
    out = capsys.readouterr().out
    assert "illustration" in out
    assert page.name in out
    html = page.read_text(encoding="utf-8")
    assert html.count("<svg") == (0 if name == SCALING else 2)
    assert "one ledger of what happened" not in html
    assert not re.search(r"(src|href)=\"(?!#)", html)
    identities = re.findall(r' id="([^"]+)"', html)
    assert sorted(identities) == sorted(set(identities))
    assert main.run([COMMAND[name], str(root / PAGES / name), "--json"]) == exits.DONE
    said = json.loads(capsys.readouterr().out)
    assert said["format"] in ("commongoal-sharing/1", "commongoal-impact/1")
    assert said["unverified"] is True


def test_the_sharing_example_has_a_group_that_would_leave(root: Path) -> None:
    read = read_sharing(root / PAGES / SHARING)
    found = sharing_of(read.matrix(None), read.schemes)
    assert found.by("proportional").complaining == ("Jobcentre (DWP)", "NHS Marlhaven")
    assert sum(share.settlement for share in found.by("shapley").shares) == pytest.approx(0.0, abs=0.01)
    assert found.matrix.spent.sum() == 1_970_000


def test_a_rule_that_does_not_apply_is_partly_done(
    sharing: dict[str, Any], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    sharing["gain"] = sharing["gain"][:1]
    assert main.run(["share", str(written(tmp_path, sharing))]) == exits.PARTLY
    assert "every partner to gain" in " ".join(capsys.readouterr().out.split())


def test_hostile_names_stay_words(sharing: dict[str, Any], tmp_path: Path) -> None:
    sharing["partner"][0]["name"] = "<script>alert(1)</script>"
    page = tmp_path / "page.html"
    assert main.run(["share", str(written(tmp_path, sharing)), "--html", str(page), "--json"]) == exits.DONE
    assert "<script" not in page.read_text(encoding="utf-8")

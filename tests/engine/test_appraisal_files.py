"""Appraisal files: TOML and workbook say the same; faults are told at their place; damage is refused, never a fault."""

import copy
import json
import tempfile
from collections import Counter
from pathlib import Path
from random import Random
from typing import Any

import pytest
import tomli_w

from commongoal.cli import exits, main
from commongoal.kernel.errors import BadInput
from commongoal.valuation.engine.appraisal.appraising import appraise
from commongoal.valuation.files.appraisal_books import template, write_book
from commongoal.valuation.files.appraisals import open_appraisal, read_appraisal
from tests.engine import referee_appraisal as referee
from tests.engine.appraisals import EXAMPLE, example, number
from tests.engine.test_fuzz_ledger import BYTES, NASTY

FEW_DRAWS = 200


@pytest.fixture(autouse=True)
def appraise_command(monkeypatch: pytest.MonkeyPatch) -> None:
    if "appraise" not in main.COMMANDS:
        monkeypatch.setitem(main.COMMANDS, "appraise", "appraise a scheme before the event")


def test_toml_and_workbook_say_the_same(tmp_path: Path) -> None:
    write_book(example(), tmp_path / "a.xlsx")
    assert read_appraisal(tmp_path / "a.xlsx") == read_appraisal(EXAMPLE)


def test_template_can_be_read_and_appraised(tmp_path: Path) -> None:
    write_book(template(), tmp_path / "a.xlsx")
    result = appraise(*open_appraisal(tmp_path / "a.xlsx"))
    assert result.outcomes[0].additional.point == pytest.approx(81)


def spoilt() -> dict[str, Any]:
    parsed = example()
    parsed["outcomes"][1]["attribution"] = number(0.5)
    parsed["unit_values"][1]["shares"] = {"nhs": 0.9, "council": 0.3}
    parsed["unit_values"][2]["price_year"] = "2012/14"
    parsed["costs"][1]["amounts"] = ["lots"]
    return parsed


def test_faults_of_a_workbook_name_sheet_row_and_heading(tmp_path: Path) -> None:
    write_book(spoilt(), tmp_path / "a.xlsx")
    with pytest.raises(BadInput) as refused:
        read_appraisal(tmp_path / "a.xlsx")
    assert sorted((p.file, p.row, p.column) for p in refused.value.problems) == [
        ("a.xlsx [Costs]", 3, "year 1"),
        ("a.xlsx [Outcomes]", 3, "attribution"),
        ("a.xlsx [Unit values]", 3, "shares"),
        ("a.xlsx [Unit values]", 4, "price year"),
    ]


def test_faults_of_a_toml_file_name_line_and_field(tmp_path: Path) -> None:
    text = EXAMPLE.read_text(encoding="utf-8")
    text = (
        text.replace("nhs = 0.9,", "nhs = 0.5,").replace('kind = "social"', 'kind = "nice"').replace("grades = [4]", "")
    )
    (tmp_path / "a.toml").write_text(text, encoding="utf-8")
    with pytest.raises(BadInput) as refused:
        read_appraisal(tmp_path / "a.toml")
    lines = text.splitlines()
    found = {problem.column: lines[problem.row - 1].strip() for problem in refused.value.problems}
    assert found == {
        "unit_values.1.shares": "shares = { nhs = 0.5, council = 0.1 }",
        "unit_values.4.kind": 'kind = "nice"',
        "outcomes.1.grades": "[[outcomes]]",
        "costs.3.grades": "[[costs]]",
    }


def test_unknown_names_of_tables_come_together(tmp_path: Path) -> None:
    text = EXAMPLE.read_text(encoding="utf-8").replace("obr_2025_11", "obr").replace("green_book_standard", "gb")
    (tmp_path / "a.toml").write_text(text, encoding="utf-8")
    with pytest.raises(BadInput) as refused:
        read_appraisal(tmp_path / "a.toml")
    assert [p.column for p in refused.value.problems] == [
        "conventions.deflator_vintage",
        "conventions.discount_schedule",
    ]
    assert all(p.row for p in refused.value.problems)


def test_missing_sheets_and_strange_headings_are_told(tmp_path: Path) -> None:
    import xlsxwriter

    with xlsxwriter.Workbook(tmp_path / "a.xlsx") as book:
        book.add_worksheet("Costs").write_row(0, 0, ["id", "prise year"])
    with pytest.raises(BadInput) as refused:
        read_appraisal(tmp_path / "a.xlsx")
    told = [str(problem) for problem in refused.value.problems]
    assert sum("a sheet" in one for one in told) == 5
    assert any("prise year" in one for one in told)


def run(words: list[str], capsys: pytest.CaptureFixture[str]) -> tuple[int, str, str]:
    code = main.run(["appraise", *words])
    printed = capsys.readouterr()
    return code, printed.out, printed.err


def test_command_prints_json_and_page(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run([str(EXAMPLE), "--json", "--html", str(tmp_path / "a.html")], capsys)
    assert code == exits.DONE
    found = json.loads(out)["appraisal"]
    assert found["mvpf"]["value"]["point"] == "Infinity"
    assert found["public"]["ratio"]["definition"]
    page = (tmp_path / "a.html").read_text(encoding="utf-8")
    assert "What moves the answer" in page
    assert page.count("<svg") == 4
    assert "Savings that free a budget" in page


def test_command_prints_words(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run([str(EXAMPLE)], capsys)
    assert code == exits.DONE
    assert "Financial case" in out
    assert "unverified" in out


def test_command_writes_a_template_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["--template", str(tmp_path / "a.xlsx")]
    assert run(words, capsys)[0] == exits.DONE
    assert run(words, capsys)[0] == exits.REFUSED
    assert run([], capsys)[0] == exits.REFUSED
    assert run([str(tmp_path / "a.xlsx"), "--json"], capsys)[0] == exits.DONE


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Every place in a parsed file."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(place for key, item in inner for place in places(item, (*path, key)))]


def changed(parsed: dict[str, Any], luck: Random) -> None:
    """One place of a parsed file is lost, repeated, swapped with another or written over."""
    found = [place for place in places(parsed) if place]
    place, other = luck.choice(found), luck.choice(found)
    holder, twin = _holder(parsed, place), _holder(parsed, other)
    kind = luck.choice(("nasty", "nasty", "number", "lost", "twin", "again"))
    if kind == "lost":
        del holder[place[-1]]
    elif kind == "twin":
        holder[place[-1]] = copy.deepcopy(twin[other[-1]])
    elif kind == "again" and isinstance(holder, list):
        holder.append(copy.deepcopy(holder[place[-1]]))
    else:
        numbers = (0, -1, 1e308, float("inf"), float("nan"), 1e12, -1e12, 10**18, True, [], {}, 0.5, 2, 1e-300)
        holder[place[-1]] = luck.choice(NASTY if kind == "nasty" else numbers)


def _holder(parsed: Any, place: tuple[Any, ...]) -> Any:
    for key in place[:-1]:
        parsed = parsed[key]
    return parsed


def damaged(place: Path, luck: Random) -> tuple[Path, str]:
    """The example as TOML or as a workbook, with its content or its bytes damaged; and what was done."""
    parsed = example()
    parsed["conventions"]["draws"] = FEW_DRAWS
    kind, inside = luck.choice(("toml", "xlsx")), luck.random() < 0.7
    file = place / f"a.{kind}"
    for _ in range(luck.randrange(1, 4) if inside else 0):
        changed(parsed, luck)
    try:
        if kind == "toml":
            file.write_bytes(tomli_w.dumps(parsed).encode("utf-8", "surrogatepass"))
        else:
            write_book(parsed, file)
    except (TypeError, ValueError, AttributeError, KeyError, IndexError, OverflowError):  # too broken to be written
        file.write_bytes(repr(parsed).encode("utf-8", "replace"))
    if not inside:
        file.write_bytes(luck.choice(BYTES)(file.read_bytes(), luck))
    return file, f"{kind} {'changed' if inside else 'spoilt'}"


def tenths(months: float) -> bool:
    """Whether the referee, who steps through tenths of a month, can follow."""
    return abs(10 * months - round(10 * months)) < 1e-9 and months < 1e6


def outcome(place: Path, luck: Random) -> str:
    """What became of one damaged file: appraised as its referee does, or refused with the place of every fault."""
    file, done = damaged(place, luck)
    try:
        appraisal, tables = open_appraisal(file)
    except BadInput as refused:
        return f"refused: {done}" if all(p.expected for p in refused.problems) else "refused without a word"
    if appraisal.conventions.draws <= 2000 and len(appraisal.outcomes) <= 10:
        result = appraise(appraisal, tables)
        slow = referee.appraised(appraisal, tables)
        assert result.public.cost.point == pytest.approx(slow["cost"], rel=1e-9, abs=1e-6)
        if all(tenths(row.duration_months.value) for row in appraisal.profiles):
            assert result.public.gain.point == pytest.approx(slow["public"], rel=1e-6, abs=1e-3)
            assert result.financial.gain.point == pytest.approx(slow["cash"], rel=1e-6, abs=1e-3)
    return f"appraised: {done}"


def fuzzed(count: int, seed: int) -> Counter[str]:
    """Damage `count` appraisals and count the outcomes. Any exception but `BadInput` passes through, with its case."""
    tally: Counter[str] = Counter()
    for case in range(count):
        with tempfile.TemporaryDirectory() as folder:
            try:
                tally[outcome(Path(folder), Random(seed * 1_000_003 + case))] += 1
            except BaseException as fault:
                fault.add_note(f"seed {seed}, case {case}")
                raise
    return tally


@pytest.mark.slow
def test_damaged_files_are_appraised_or_refused() -> None:
    tally = fuzzed(200, seed=2026)
    assert sum(tally.values()) == 200
    assert "refused without a word" not in tally
    assert len(tally) >= 6, tally

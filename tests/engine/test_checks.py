"""Each fault is found at its place, by its own rule, with what would be right; and nothing else is reported."""

from collections.abc import Callable
from datetime import date, timedelta
from itertools import pairwise

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from commongoal.pathway.engine.checks import Raw, check
from commongoal.pathway.engine.shape import combined
from tests.engine.good_ledger import GOOD, SNAPSHOT, Ledger, checked, good, problems, programme, raw, text_of

Spoil = Callable[[Ledger], object]


def cell(table: str, index: int, **values: str) -> Spoil:
    return lambda ledger: ledger[table][index].update(values)


def more(table: str, **values: str) -> Spoil:
    return lambda ledger: ledger[table].append({**dict.fromkeys(GOOD[table][0], ""), **values})


def again(table: str, index: int, **values: str) -> Spoil:
    return lambda ledger: ledger[table].append({**ledger[table][index], **values})


def without(table: str, *indices: int) -> Spoil:
    return lambda ledger: ledger.update({table: [row for i, row in enumerate(ledger[table]) if i not in indices]})


def entry(on: str, origin: str, target: str, person: str = "p2", **values: str) -> Spoil:
    return more("entries", person=person, on=on, stage_from=origin, stage_to=target, **values)


CELLS = [
    (cell("entries", 1, stage_to="engagd"), "unknown_value", "entries.csv", 3, "did you mean 'engaged'?"),
    (cell("entries", 1, stage_to="In work"), "unknown_value", "entries.csv", 3, "did you mean 'in_work'?"),
    (cell("support", 1, provider="mil"), "unknown_value", "support.csv", 3, "did you mean 'mill'?"),
    (cell("support", 1, intervention="trainin"), "unknown_value", "support.csv", 3, "did you mean 'training'?"),
    (cell("costs", 1, borne_by="councl"), "unknown_value", "costs.csv", 3, "did you mean 'council'?"),
    (cell("costs", 1, basis="kind"), "unknown_value", "costs.csv", 3, "cash, in_kind"),
    (cell("readings", 0, area="confidnce"), "unknown_value", "readings.csv", 2, "did you mean 'confidence'?"),
    (cell("people", 1, health="por"), "unknown_value", "people.csv", 3, "did you mean 'poor'?"),
    (cell("people", 1, health=""), "empty", "people.csv", 3, "not empty"),
    (cell("entries", 3, on=""), "empty", "entries.csv", 5, "the day of the move"),
    (cell("work", 0, employer=""), "empty", "work.csv", 2, "an employer"),
    (cell("work", 1, employer="Mine"), "contradiction", "work.csv", 3, "empty for self-employment"),
    (cell("work", 1, self_employed="perhaps"), "wrong_type", "work.csv", 3, "yes or no"),
    (cell("entries", 3, on="soon"), "wrong_type", "entries.csv", 5, "year-month-day"),
    (cell("entries", 3, on="2025-11-03 14:30"), "wrong_type", "entries.csv", 5, "2025-11-03"),
    (cell("entries", 3, on="31/02/2026"), "impossible_date", "entries.csv", 5, "February 2026 has 28 days"),
    (cell("entries", 3, on="2026-13-01"), "impossible_date", "entries.csv", 5, "a month from 1 to 12"),
    (cell("entries", 3, on="12/31/2025"), "impossible_date", "entries.csv", 5, "2025-12-31 if the month was put first"),
    (cell("entries", 3, on="1826-01-01"), "impossible_date", "entries.csv", 5, "1900 or later"),
    (cell("agreement", 0, to_on="2826-01-01"), "impossible_date", "agreement.csv", 2, "before 2200"),
    (cell("entries", 3, on="03-04-2026"), "ambiguous_date", "entries.csv", 5, "2026-04-03 or 2026-03-04"),
    (cell("entries", 3, on="3/4/26"), "ambiguous_date", "entries.csv", 5, "2026-04-03 or 2026-03-04"),
    (cell("entries", 3, on="45321"), "excel_date", "entries.csv", 5, "45321 would be 30 January 2024"),
    (cell("entries", 3, on="2026-07-01"), "after_snapshot", "entries.csv", 5, "not after 2026-06-30"),
    (cell("support", 2, to_on="2026-07-02"), "after_snapshot", "support.csv", 4, "not after 2026-07-01"),
    (cell("costs", 0, amount="-5"), "negative_money", "costs.csv", 2, "not negative"),
    (cell("costs", 0, amount="nan"), "not_finite", "costs.csv", 2, "finite"),
    (cell("costs", 0, amount="Infinity"), "not_finite", "costs.csv", 2, "finite"),
    (cell("costs", 0, amount="12.345"), "too_many_decimals", "costs.csv", 2, "12.34"),
    (cell("costs", 0, amount="1e9"), "wrong_type", "costs.csv", 2, "1250.50"),
    (cell("costs", 0, amount="9" * 30), "out_of_range", "costs.csv", 2, "million million"),
    (cell("pay", 0, amount="1,45"), "wrong_type", "pay.csv", 2, "1250.50"),
    (cell("work", 0, weekly_hours="169"), "out_of_range", "work.csv", 2, "from 0 to 168"),
    (cell("work", 0, weekly_hours="-1"), "out_of_range", "work.csv", 2, "from 0 to 168"),
    (cell("work", 0, weekly_hours="inf"), "not_finite", "work.csv", 2, "finite"),
    (cell("readings", 0, level="6"), "out_of_range", "readings.csv", 2, "from 1 to 5"),
    (cell("readings", 0, level="2.5"), "wrong_type", "readings.csv", 2, "whole number"),
    (cell("entries", 1, seq="-1"), "out_of_range", "entries.csv", 3, "from 0"),
    (cell("entries", 1, recorded_by="=cmd|'/c calc'!A1"), "bad_id", "entries.csv", 3, "spreadsheet"),
    (cell("entries", 1, recorded_by="har\x00bour"), "bad_id", "entries.csv", 3, "control"),
    (cell("entries", 1, recorded_by="har\u200bbour"), "bad_id", "entries.csv", 3, "invisible"),
    (cell("entries", 1, recorded_by="h" * 129), "bad_id", "entries.csv", 3, "128"),
    (cell("entries", 1, evidence="bell\x07"), "control_character", "entries.csv", 3, "control"),
    (cell("entries", 1, evidence="x" * 4001), "too_long", "entries.csv", 3, "4000"),
    (cell("entries", 9, reason="bored"), "unknown_reason", "entries.csv", 11, "died, moved_away, retired"),
    (cell("entries", 9, reason=""), "missing_reason", "entries.csv", 11, "died, moved_away, retired"),
    (cell("entries", 6, reason="bored"), "unknown_reason", "entries.csv", 8, "moved_on, no_contact"),
]

STORIES = [
    (
        cell("entries", 1, stage_to="in_work", stage_from="referred"),
        "forbidden_move",
        3,
        "'referred': to engaged, left",
    ),
    (
        cell("entries", 2, stage_from="in_work"),
        "stage_from_mismatch",
        4,
        "'engaged': there the person stood since",
    ),
    (cell("entries", 4, stage_from="referred", stage_to="engaged"), "before_referral", 6, "referral comes before"),
    (entry("2026-01-01", "engaged", "engaged"), "no_move", 12, "another stage"),
    (entry("2026-01-01", "", "referred"), "already_on_programme", 12, "'engaged', where the person stands"),
    (entry("2026-01-01", "left", "engaged"), "return_without_leaving", 12, "'engaged'"),
    (entry("2026-01-01", "ended", "referred", "p3"), "unknown_value", 12, "one of referred"),
    (entry("2026-01-01", "", "referred", "p3"), "after_ended", 12, "for good"),
    (entry("2024-01-01", "referred", "engaged"), "before_referral", 12, "referral comes before"),
    (entry("2026-01-01", "", "left", "p1"), "bad_referral", 12, "a stage"),
    (entry("2026-01-01", "", "referred", "p9"), "unknown_person", 12, "stands in people"),
    (again("entries", 1), "duplicate_row", 12, "the same as row 3"),
    (again("entries", 1, evidence="other"), "duplicate_key", 12, "row 3 has the same"),
]

TOGETHER = [
    (cell("support", 0, to_on="2025-01-06"), "period_backwards", "support.csv", 2, "after from_on (2025-01-06)"),
    (again("support", 0, from_on="2025-04-01", to_on="2025-09-01"), "overlap", "support.csv", 5, "row 2 (2025-01-06"),
    (again("support", 2, from_on="2025-04-01"), "overlap", "support.csv", 5, "row 4 (2025-03-03, still running)"),
    (again("work", 0, from_on="2025-08-01"), "overlap", "work.csv", 4, "row 2"),
    (again("pay", 0, from_on="2025-05-20", to_on="2025-06-20"), "overlap", "pay.csv", 3, "row 2"),
    (again("benefit", 1, from_on="2025-02-01"), "overlap", "benefit.csv", 4, "row 3"),
    (again("agreement", 0, from_on="2025-02-01"), "overlap", "agreement.csv", 3, "row 2"),
    (again("support", 1), "duplicate_row", "support.csv", 5, "same as row 3"),
    (again("costs", 1), "duplicate_row", "costs.csv", 4, "same as row 3"),
    (again("readings", 1), "duplicate_row", "readings.csv", 4, "same as row 3"),
    (again("people", 1), "duplicate_row", "people.csv", 5, "same as row 3"),
    (more("people", person="p4", health="good"), "no_entries", "people.csv", 5, "at least one entry"),
    (again("support", 0, person="p9"), "unknown_person", "support.csv", 5, "stands in people"),
    (again("readings", 0, person="p9"), "unknown_person", "readings.csv", 4, "stands in people"),
    (cell("support", 0, from_on="2025-01-05"), "before_referral", "support.csv", 2, "first referral, 2025-01-06"),
    (cell("readings", 0, on="2025-01-05"), "before_referral", "readings.csv", 2, "first referral, 2025-01-06"),
    (cell("benefit", 0, to_on="2025-01-01"), "before_referral", "benefit.csv", 2, "not over by"),
    (again("work", 0, from_on="2024-01-01", to_on="2024-06-01"), "before_referral", "work.csv", 4, "not over by"),
]  # fmt: skip


def test_the_good_ledger_is_good() -> None:
    found = checked(good())
    assert text_of(found.problems) == ""
    assert {name: len(table) for name, table in found.tables.items()} == {name: len(of) for name, of in GOOD.items()}


@pytest.mark.parametrize(("spoil", "code", "file", "row", "said"), CELLS + TOGETHER)
def test_fault_is_found_alone(spoil: Spoil, code: str, file: str, row: int, said: str) -> None:
    ledger = good()
    spoil(ledger)
    found = problems(ledger)
    assert [(p.code, p.file, p.row) for p in found] == [(code, file, row)], text_of(found)
    assert said in found[0].expected


@pytest.mark.parametrize(("spoil", "code", "row", "said"), STORIES)
def test_fault_in_a_story_is_found(spoil: Spoil, code: str, row: int, said: str) -> None:
    ledger = good()
    spoil(ledger)
    found = problems(ledger)
    first = next(p for p in found if (p.code, p.row) == (code, row))
    assert said in first.expected
    assert {p.file for p in found} == {"entries.csv"}, text_of(found)
    assert len(found) <= 2, text_of(found)


@pytest.mark.parametrize(
    ("spoil", "code"),
    [
        (again("support", 0, to_on="2025-03-01"), "duplicate_key"),
        (again("readings", 1, level="5"), "duplicate_key"),
        (again("people", 1, health="good"), "duplicate_key"),
    ],
)
def test_rows_that_contradict_each_other_are_both_refused(spoil: Spoil, code: str) -> None:
    ledger = good()
    spoil(ledger)
    assert [p.code for p in problems(ledger) if p.code != "overlap"] == [code, code]


def test_a_level_is_held_against_its_own_area() -> None:
    wide = programme().model_copy(
        update={"areas": (*programme().areas, programme().areas[0].model_copy(update={"id": "debt", "levels": 10}))}
    )
    ledger = good()
    ledger["readings"][0]["level"] = "6"
    ledger["readings"].append({"person": "p1", "on": "2025-01-20", "area": "debt", "level": "6"})
    found = check([raw(name, of) for name, of in ledger.items()], wide, SNAPSHOT).problems
    assert [(p.code, p.row) for p in found] == [("out_of_range", 2)]


@pytest.mark.parametrize("identity", ["QQ123456C", "ab 12 34 56 d", "someone@example.org"])
@pytest.mark.parametrize("table", ["people", "entries", "support"])
def test_identities_are_refused_and_never_shown(identity: str, table: str) -> None:
    ledger = good()
    identity = identity.replace("QQ", "AB")
    ledger[table][0]["person"] = identity
    found = checked(ledger)
    hidden = [p for p in found.problems if p.code == "identity"]
    assert [(p.file, p.row, p.value) for p in hidden] == [(f"{table}.csv", 2, "(hidden)")]
    assert identity not in repr(found.problems) + repr(found.cascades) + repr(list(found.refused))


@pytest.mark.parametrize("person", ["PX001234", "AB123456", "a-1", "NEL/0001", "0042", "Łódź7"])
def test_ordinary_pseudonyms_are_accepted(person: str) -> None:
    ledger = good()
    for of in ledger.values():
        for row in of:
            row.update({"person": person} if row.get("person") == "p1" else {})
    assert problems(ledger) == ()


def test_month_first_dates_make_the_others_of_the_column_ambiguous() -> None:
    ledger = good()
    ledger["benefit"][0]["from_on"] = "12/31/2019"
    ledger["benefit"][1]["from_on"] = "01/02/2025"
    codes = {p.row: p.code for p in problems(ledger)}
    assert codes == {2: "impossible_date", 3: "ambiguous_date"}


def test_british_dates_pounds_and_flags_are_read() -> None:
    ledger = good()
    ledger["benefit"][1]["from_on"] = "3/4/2025"
    ledger["costs"][0]["amount"] = "£20,000.10"
    ledger["work"][0]["self_employed"] = " FALSE "
    found = checked(ledger)
    assert found.problems == ()
    assert found.tables["benefit"].column("from_on")[1].as_py() == date(2025, 4, 3)
    assert 2_000_010 in found.tables["costs"].column("amount_pence").to_pylist()


def test_more_than_sixty_entries_in_a_day_are_refused() -> None:
    from commongoal.pathway.engine.programme import Named

    stages = tuple(Named(id=f"s{k}", name=f"S {k}") for k in range(16))
    path = programme().pathway.model_copy(update={"stages": stages, "moves": "any", "work_stage": "s1"})
    many = programme().model_copy(update={"pathway": path})
    walk = ["s0"]
    for k in range(63):  # four rounds of sixteen stages, each with its own stride, so no move repeats
        walk.append(f"s{(int(walk[-1][1:]) + (1, 3, 5, 7)[k // 16]) % 16}")
    lines = [dict(GOOD["entries"][0], person="p1", on="2026-01-01", stage_from="", stage_to="s0", seq="0")]
    for k, (origin, target) in enumerate(pairwise(walk), start=1):
        lines.append(dict(lines[0], stage_from=origin, stage_to=target, seq=str(k)))
    found = check([raw("people", GOOD["people"][:1]), raw("entries", lines)], many, SNAPSHOT)
    assert [(p.code, p.row) for p in found.problems] == [("too_many_entries", 62)], text_of(found.problems)
    assert len(found.tables["entries"]) == 60


def test_a_new_referral_is_accepted_after_leaving_arriving_or_the_whole_window() -> None:
    ledger = good()
    entry("2026-02-01", "", "referred", "p1")(ledger)
    entry("2026-03-01", "engaged", "left", "p2", reason="moved_on")(ledger)
    entry("2026-04-01", "", "referred", "p2")(ledger)
    assert problems(ledger) == ()
    later = good()
    later["entries"][4]["on"], later["entries"][5]["on"] = "2023-03-03", "2023-03-03"
    entry("2026-03-01", "", "referred", "p2")(later)
    assert problems(later) == ()


def test_headings_are_matched_without_case_and_spaces_and_strangers_are_named() -> None:
    given = good()["entries"]
    loose = [{k.replace("_", " ").title(): v for k, v in row.items()} for row in given]
    tables = [raw("People ", good()["people"], "people.csv"), raw("ENTRIES", loose, "entries.csv")]
    assert check(tables, programme(), SNAPSHOT).problems == ()
    odd = [{**row, "stagefrom": "", "": ""} for row in given]
    found = check([tables[0], raw("entries", odd)], programme(), SNAPSHOT)
    assert [(p.code, p.row) for p in found.problems] == [("unknown_column", 1)]
    assert "did you mean 'stage_from'?" in found.problems[0].expected
    assert len(found.tables["entries"]) == 10


@pytest.mark.parametrize(
    ("tables", "code"),
    [
        ({"people": GOOD["people"]}, "missing_table"),
        ({"people": [], "entries": GOOD["entries"]}, "empty_table"),
        ({"people": [{"person": "p1"}], "entries": GOOD["entries"]}, "missing_column"),
        ({"people": [{**GOOD["people"][0], "Person ": "p2"}], "entries": GOOD["entries"]}, "duplicate_column"),
    ],
)
def test_faults_of_a_whole_file_leave_nothing_to_keep(tables: Ledger, code: str) -> None:
    found = checked(tables)
    assert code in {p.code for p in found.problems}
    assert found.blocking
    assert found.tables == {}


def test_an_unknown_table_is_named() -> None:
    found = check([*(raw(n, of) for n, of in GOOD.items()), raw("suport", GOOD["support"])], programme(), SNAPSHOT)
    assert [(p.code, p.file) for p in found.problems] == [("unknown_table", "suport.csv")]
    assert "did you mean 'support'?" in found.problems[0].expected


def test_an_entry_before_the_referral_hides_no_early_support() -> None:
    ledger = good()
    entry("2024-01-01", "referred", "engaged", "p1")(ledger)
    ledger["support"][0]["from_on"] = "2024-06-01"
    found = checked(ledger)
    assert [(p.code, p.file) for p in found.problems] == [
        ("before_referral", "entries.csv"),
        ("before_referral", "support.csv"),
    ]
    assert found.cascades == ()


def test_a_refused_entry_takes_the_later_ones_with_it() -> None:
    ledger = good()
    ledger["entries"][2]["evidence"] = "bell\x07"
    found = checked(ledger)
    assert [(p.code, p.row) for p in found.problems] == [("control_character", 4)]
    assert [(p.code, p.row) for p in found.cascades] == [("after_refused_entry", 5)]
    assert [e for e in found.tables["entries"].column("person").to_pylist() if e == "p1"] == ["p1", "p1"]


def test_a_person_without_a_good_entry_is_refused_with_all_that_is_about_them() -> None:
    ledger = good()
    ledger["entries"][3]["on"] = "soon"
    found = checked(ledger)
    assert [p.code for p in found.problems] == ["wrong_type"]
    codes = [p.code for p in found.cascades]
    assert codes.count("after_refused_entry") == 3
    assert codes.count("all_entries_refused") == 1
    assert codes.count("person_refused") == 8
    for name, table in found.tables.items():
        assert name == "costs" or "p1" not in table.column("person").to_pylist()


def test_a_refused_person_takes_their_rows_with_them() -> None:
    ledger = good()
    ledger["people"][1]["health"] = "unwell"
    found = checked(ledger)
    assert [(p.code, p.row) for p in found.problems] == [("unknown_value", 3)]
    assert {p.code for p in found.cascades} == {"person_refused"}
    assert found.tables["people"].column("person").to_pylist() == ["p1", "p3"]


def as_files(tables: dict[str, pa.Table]) -> list[Raw]:
    return [raw_of(name, table) for name, table in tables.items()]


def raw_of(name: str, table: pa.Table) -> Raw:
    columns = tuple(column.combine_chunks() for column in table.columns)
    return Raw(f"{name}.parquet", name, tuple(table.column_names), columns, np.arange(2, len(table) + 2))


SPOILS = [case[0] for case in CELLS] + [case[0] for case in STORIES] + [case[0] for case in TOGETHER]


@given(st.lists(st.integers(0, len(SPOILS) - 1), min_size=1, max_size=6))
def test_what_is_kept_is_itself_a_ledger(chosen: list[int]) -> None:
    ledger = good()
    for index in chosen:
        SPOILS[index](ledger)
    kept = checked(ledger).tables
    if len(kept["people"]):
        again = check(as_files(dict(kept)), programme(), SNAPSHOT)
        assert text_of(again.problems) == ""
        assert {name: table.to_pylist() for name, table in again.tables.items()} == {
            name: table.to_pylist() for name, table in kept.items()
        }


@given(st.lists(st.tuples(st.one_of(st.none(), st.sampled_from("abcé")), st.one_of(st.none(), st.integers(-5, 5)))))
def test_combined_numbers_rise_as_the_columns_do(pairs: list[tuple[str | None, int | None]]) -> None:
    columns = [
        pa.chunked_array([pa.array([p[i] for p in pairs], kind)]) for i, kind in ((0, pa.string()), (1, pa.int32()))
    ]
    keys = combined(columns, len(pairs)).tolist()
    low = -(2**31)
    plain = [((a or "").encode(), low if b is None else b) for a, b in pairs]
    for i, left in enumerate(plain):
        for j, right in enumerate(plain):
            assert (keys[i] < keys[j]) == (left < right)


def test_thousands_of_overlaps_are_told_quickly() -> None:
    ledger = good()
    start = date(2025, 3, 3)
    ledger["support"] = [
        {**ledger["support"][2], "from_on": str(start + timedelta(days=k % 400)), "contract": f"c{k // 400}"}
        for k in range(4000)
    ]
    found = problems(ledger)
    assert len(found) == 10 * 399
    assert {p.code for p in found} == {"overlap"}

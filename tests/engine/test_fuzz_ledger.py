"""Damaged files: the outcome is a ledger or a refusal in words, and never anything else."""

import tempfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from random import Random

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from commongoal.kernel.errors import Refused
from commongoal.pathway.files import check_ledger, import_ledger
from tests.engine.good_ledger import GOOD, SNAPSHOT, Ledger, good, programme, write_csv, write_xlsx

NASTY = (
    *("", " ", "0", "-1", "1e308", "9" * 400, "NaN", "-inf", "45321", "2026-02-30", "30/02/2026", "0000-00-00", "+5"),
    *("=HYPERLINK(1)", "\x00", "p1\x00", "\u202ep1", "\ufeff", "é", "e\u0301", "😀", "'", '"', '""', ",", ";", "\t"),
    *("\n", "\r", "None", "null", "#REF!", "left", "ended", "p2", "AB123456C", "a@b.org", "x" * 5000, "٣", "1_000"),
    *("２０２６-01-01", "2025-03-03T00:00:00", "True", "£1", "1,000", "-0", "0.001", "9999-12-31", "1900-01-01"),
)


GRAINS = (b"\x00", b"\xff\xfe", b"\xef\xbb\xbf", b"\xe9", b"\xc3", b'"', b"\r", b"\n\n", b"\x1a", b"\x81")


def write_parquet(directory: Path, ledger: Ledger) -> Path:
    directory.mkdir()
    for name, of in ledger.items():
        table = pa.table({key: pa.array([row[key] for row in of], pa.string()) for key in GOOD[name][0]})
        pq.write_table(table, directory / f"{name}.parquet")
    return directory


def swapped(ledger: Ledger, luck: Random) -> None:
    """Two cells change places, within a table or across."""
    places = [(of, i, key) for of in ledger.values() for i, row in enumerate(of) for key in row]
    (a, i, x), (b, j, y) = luck.sample(places, 2)
    a[i][x], b[j][y] = b[j][y], a[i][x]


def nasty(ledger: Ledger, luck: Random) -> None:
    row = luck.choice(luck.choice(list(ledger.values())))
    row[luck.choice(list(row))] = luck.choice(NASTY)


def reshuffled(ledger: Ledger, luck: Random) -> None:
    """Rows repeated, lost and out of order."""
    of = luck.choice(list(ledger.values()))
    of[:] = [luck.choice(of) for _ in of] if luck.random() < 0.5 else luck.sample(of, len(of))


def flipped(data: bytes, luck: Random) -> bytes:
    spoilt = bytearray(data)
    for _ in range(luck.choice((1, 1, 3, 30))):
        spoilt[luck.randrange(len(spoilt))] ^= 1 << luck.randrange(8)
    return bytes(spoilt)


def cut(data: bytes, luck: Random) -> bytes:
    return data[: luck.randrange(len(data))]


def holed(data: bytes, luck: Random) -> bytes:
    start = luck.randrange(len(data))
    return data[:start] + data[start + luck.randrange(1, 200) :]


def doubled(data: bytes, luck: Random) -> bytes:
    start = luck.randrange(len(data))
    return data[:start] + data[start : start + luck.randrange(1, 200)] + data[start:]


def salted(data: bytes, luck: Random) -> bytes:
    grain = luck.choice(GRAINS)
    at = luck.randrange(len(data) + 1)
    return data[:at] + grain * luck.choice((1, 1, 50)) + data[at:]


def recoded(data: bytes, luck: Random) -> bytes:
    try:
        text = data.decode()
    except UnicodeDecodeError:
        return luck.randbytes(len(data))
    return (text + "é").encode(luck.choice(("utf-16", "utf-16-be", "utf-32", "cp1252", "cp037", "utf-7")))


CELLS: tuple[Callable[[Ledger, Random], None], ...] = (swapped, nasty, nasty, reshuffled)
BYTES: tuple[Callable[[bytes, Random], bytes], ...] = (flipped, flipped, cut, holed, doubled, salted, salted, recoded)


def damaged(place: Path, luck: Random) -> tuple[Path, str]:
    """A directory with a ledger of some kind of file, spoilt by one to three mutations; and what was done."""
    ledger, kind = good(), luck.choice(("csv", "xlsx", "parquet"))
    done = [kind]
    if in_cells := luck.random() < 0.5:
        for change in luck.choices(CELLS, k=luck.randrange(1, 4)):
            change(ledger, luck)
            done.append(change.__name__)
    source = place / "in"
    if kind == "csv":
        write_csv(source, ledger)
    elif kind == "parquet":
        write_parquet(source, ledger)
    else:
        source.mkdir()
        write_loosely(source / "book.xlsx", ledger)
    if not in_cells:
        file = luck.choice(sorted(source.iterdir()))
        spoil = luck.choice(BYTES)
        done.append(spoil.__name__)
        file.write_bytes(spoil(file.read_bytes(), luck))
    return source, " ".join(done)


def write_loosely(path: Path, ledger: Ledger) -> None:
    """A workbook with real dates where that works, and text where the mutations made it impossible."""
    try:
        write_xlsx(path, ledger)
    except (ValueError, TypeError, OverflowError):
        import xlsxwriter

        with xlsxwriter.Workbook(path, {"nan_inf_to_errors": True, "strings_to_numbers": True}) as book:
            for name, of in ledger.items():
                sheet = book.add_worksheet(name)
                sheet.write_row(0, 0, list(GOOD[name][0]))
                for i, row in enumerate(of, start=1):
                    sheet.write_row(i, 0, list(row.values()))


def outcome(place: Path, luck: Random) -> tuple[str, str]:
    """What became of one damaged ledger: whole, kept in part, or refused; and what had been done to it."""
    source, done = damaged(place, luck)
    try:
        report = import_ledger(programme(), [source], place / "out", SNAPSHOT, keep_good=True)
    except Refused:
        assert sorted(path.name for path in place.iterdir()) == ["in"], "a refusal left something behind"
        return "refused", done
    again = check_ledger(programme(), [place / "out"], SNAPSHOT)
    assert again.clean, f"what was written is not a ledger: {again.problems[0]}"
    assert again.good == report.good
    return ("whole" if report.clean else "kept in part"), done


def fuzzed(count: int, seed: int) -> Counter[str]:
    """Damage `count` ledgers and count the outcomes. Any exception but `Refused` passes through and names its case."""
    tally: Counter[str] = Counter()
    for case in range(count):
        with tempfile.TemporaryDirectory() as folder:
            try:
                found, _ = outcome(Path(folder), Random(seed * 1_000_003 + case))
            except BaseException as fault:
                fault.add_note(f"seed {seed}, case {case}")
                raise
            tally[found] += 1
    return tally


@pytest.mark.slow
def test_damaged_files_give_a_ledger_or_a_refusal() -> None:
    tally = fuzzed(200, seed=2026)
    assert sum(tally.values()) == 200
    assert set(tally) == {"whole", "kept in part", "refused"}, tally

"""What may be kept as a document: by name, by first bytes and by what is inside; and where it is kept."""

import io
import os
import stat
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commongoal.kernel.errors import Refused
from commongoal.people.engine.documents import (
    LARGEST,
    LONGEST_NAME,
    DocumentDamaged,
    DocumentTooLarge,
    EmptyDocument,
    NotWhatItIsCalled,
    WrongKindOfFile,
    shown_name,
)
from commongoal.people.files.kinds import KINDS, media_type
from commongoal.people.files.storage import digest_of, drop, orphans, put, take

PDF = b"%PDF-1.7\n%%EOF"
HTML = b"<!DOCTYPE html><script>alert(1)</script>"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'
ODT = b"application/vnd.oasis.opendocument.text"


def packed(members: dict[str, bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in members.items():
            made.writestr(name, content)
    return file.getvalue()


DOCX = packed({"[Content_Types].xml": b"<Types/>", "word/document.xml": b"<w/>"})
XLSX = packed({"[Content_Types].xml": b"<Types/>", "xl/workbook.xml": b"<x/>"})
WRITER = packed({"mimetype": ODT, "content.xml": b"<o/>"})
GOOD = {
    "a.pdf": PDF,
    "A.PDF": PDF,
    "a.png": b"\x89PNG\r\n\x1a\n....",
    "a.jpg": b"\xff\xd8\xff\xe0....",
    "a.jpeg": b"\xff\xd8\xff\xe0....",
    "a.docx": DOCX,
    "a.xlsx": XLSX,
    "a.odt": WRITER,
    "a.txt": "Größe 1 < 2".encode(),
    "a.csv": b"\xef\xbb\xbfname,day\n",
}


@pytest.mark.parametrize("name", GOOD)
def test_what_is_kept(name: str) -> None:
    assert media_type(name, GOOD[name])


def test_every_kind_is_tried() -> None:
    assert {name.rpartition(".")[2].lower() for name in GOOD} == set(KINDS)


def bomb() -> bytes:
    return packed({"[Content_Types].xml": b"", "word/document.xml": b"0" * (LARGEST + 1)})


def macros() -> bytes:
    return packed({"[Content_Types].xml": b"", "word/document.xml": b"", "word/vbaProject.bin": b"x"})


HOSTILE = {
    "a page called a PDF": ("cv.pdf", HTML, NotWhatItIsCalled),
    "a page called text": ("cv.txt", b"  " + HTML, NotWhatItIsCalled),
    "a drawing with a script": ("cv.svg", SVG, WrongKindOfFile),
    "a drawing called text": ("cv.txt", SVG, NotWhatItIsCalled),
    "a drawing called a picture": ("cv.png", SVG, NotWhatItIsCalled),
    "a page": ("cv.html", HTML, WrongKindOfFile),
    "two extensions, the last a program": ("cv.pdf.exe", PDF, WrongKindOfFile),
    "two extensions, the first a program": ("cv.html.pdf", HTML, NotWhatItIsCalled),
    "an extension written backwards": ("cv\u202efdp.exe", PDF, WrongKindOfFile),
    "an extension behind a null": ("cv.pdf\x00.exe", PDF, WrongKindOfFile),
    "a stream of Windows": ("cv.exe:a.pdf", b"MZ", NotWhatItIsCalled),
    "no extension": ("cv", PDF, WrongKindOfFile),
    "a space after it": ("cv.pdf ", b"MZ", NotWhatItIsCalled),
    "a program": ("cv.docx", b"MZ\x90\x00", NotWhatItIsCalled),
    "any zip": ("cv.docx", packed({"a.txt": b"a"}), NotWhatItIsCalled),
    "a spreadsheet called a letter": ("cv.docx", XLSX, NotWhatItIsCalled),
    "a bomb": ("cv.docx", bomb(), NotWhatItIsCalled),
    "too many members": (
        "cv.docx",
        packed({"[Content_Types].xml": b"", "word/document.xml": b"", **{str(n): b"" for n in range(2001)}}),
        NotWhatItIsCalled,
    ),
    "macros": ("cv.docx", macros(), NotWhatItIsCalled),
    "a page before a letter": ("cv.docx", HTML + DOCX, NotWhatItIsCalled),
    "a program before a letter": ("cv.odt", b"MZ\x90\x00" + WRITER, NotWhatItIsCalled),
    "an archive behind a PDF": ("cv.pdf", PDF + DOCX, NotWhatItIsCalled),
    "an archive behind a picture": ("cv.png", b"\x89PNG\r\n\x1a\n...." + packed({"a.class": b"x"}), NotWhatItIsCalled),
    "half a zip": ("cv.docx", DOCX[: len(DOCX) // 2], NotWhatItIsCalled),
    "another OpenDocument": ("cv.odt", packed({"mimetype": b"x", "content.xml": b""}), NotWhatItIsCalled),
    "a null in text": ("cv.txt", b"a\x00b", NotWhatItIsCalled),
    "text of no known letters": ("cv.txt", b"\xff\xfea\x00", NotWhatItIsCalled),
    "nothing": ("cv.pdf", b"", EmptyDocument),
    "too much": ("cv.pdf", PDF + b" " * LARGEST, DocumentTooLarge),
}


@pytest.mark.parametrize("case", HOSTILE)
def test_what_is_refused(case: str) -> None:
    name, content, refusal = HOSTILE[case]
    with pytest.raises(refusal):
        media_type(name, content)


def answered(name: str, content: bytes) -> bool:
    """Whether it is kept; what is not is refused in words, and nothing else is raised."""
    try:
        return bool(media_type(name, content))
    except Refused:
        return False


@given(st.binary(max_size=200), st.sampled_from(sorted(KINDS)))
def test_any_bytes_are_kept_or_refused(content: bytes, extension: str) -> None:
    kept = answered(f"a.{extension}", content)
    assert not kept or extension in {"txt", "csv"} or not content.startswith(b"<")


@given(st.integers(0, len(DOCX) - 1), st.integers(0, 255))
def test_a_spoilt_office_file_breaks_nothing(place: int, value: int) -> None:
    for content, name in ((DOCX, "a.docx"), (WRITER, "a.odt")):
        spoilt = bytearray(content)
        spoilt[place % len(spoilt)] = value
        assert answered(name, bytes(spoilt)) in {True, False}


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\rosa\\cv.pdf", "cv.pdf"),
        ("cv\r\nSet-Cookie: a.pdf", "cv Set-Cookie_ a.pdf"),
        ("cv\u202efdp.exe", "cvfdp.exe"),
        ('a"b;c%.pdf', "a_b_c_.pdf"),
        ("...", "document"),
        (".pdf", "pdf"),
        ("", "document"),
        ("Ωmega létter.pdf", "Ωmega létter.pdf"),
    ],
)
def test_a_name_is_shown_without_what_could_mislead(name: str, shown: str) -> None:
    assert shown_name(name) == shown


@given(st.text(max_size=400))
def test_a_shown_name_is_one_short_line_that_is_no_path(name: str) -> None:
    shown = shown_name(name)
    assert 0 < len(shown) <= LONGEST_NAME
    assert not set(shown) & set('/\\\r\n\t\0<>:"|?*;%')
    assert shown.strip(". ") == shown or shown.endswith(".")
    assert shown_name(shown) == shown


# --- where it is kept


def test_what_is_put_is_taken_and_nobody_else_reads_it(tmp_path: Path) -> None:
    folder = tmp_path / "documents"
    stored = put(folder, PDF)
    assert take(folder, stored, digest_of(PDF)) == PDF
    assert [place.name for place in folder.iterdir()] == [stored]
    assert stat.S_IMODE((folder / stored).stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    drop(folder, stored)
    drop(folder, stored)
    with pytest.raises(DocumentDamaged):
        take(folder, stored, digest_of(PDF))


def test_a_changed_file_is_not_handed_out(tmp_path: Path) -> None:
    stored = put(tmp_path, PDF)
    (tmp_path / stored).write_bytes(HTML)
    with pytest.raises(DocumentDamaged):
        take(tmp_path, stored, digest_of(PDF))


@pytest.mark.parametrize("stored", ["../secret", "a" * 31, "A" * 32, "", "a" * 32 + "/..", "/etc/passwd"])
def test_only_our_own_names_are_read_or_deleted(tmp_path: Path, stored: str) -> None:
    for act in (lambda: take(tmp_path, stored, ""), lambda: drop(tmp_path, stored)):
        with pytest.raises(DocumentDamaged):
            act()


def test_orphans_are_old_files_of_ours_that_no_row_names(tmp_path: Path) -> None:
    kept, left, young = (put(tmp_path, PDF) for _ in range(3))
    half, other = tmp_path / f"{'c' * 32}.part", tmp_path / "readme.txt"
    half.write_bytes(b"")
    other.write_bytes(b"")
    for place in (tmp_path / kept, tmp_path / left, half, other):
        os.utime(place, (1000, 1000))
    assert [place.name for place in orphans(tmp_path, {kept}, 2000)] == sorted([left, half.name])
    assert young not in {place.name for place in orphans(tmp_path, {kept}, 2000)}
    assert orphans(tmp_path / "none", (), 2000) == []

"""What a file really is: by its first bytes, by what is inside, and by its name; all three must agree.

A file is never opened here as what it claims to be: its container is looked at, no further than a check needs.
"""

import io
import zipfile
import zlib
from collections.abc import Callable

from commongoal.people.engine.documents import (
    LARGEST,
    DocumentTooLarge,
    EmptyDocument,
    NotWhatItIsCalled,
    WrongKindOfFile,
    extension_of,
)

# Office files hold a few dozen members and unpack to some ten times their size; what says it holds more is no letter.
MOST_MEMBERS, MOST_UNPACKED, MOST_OF_ONE = 2000, 30 * LARGEST, 200
OFFICE = "application/vnd.openxmlformats-officedocument."
ODT = "application/vnd.oasis.opendocument.text"


def media_type(name: str, content: bytes) -> str:
    """The media type of a file that may be kept. Raises a refusal that says what is wrong with any other."""
    if not content:
        raise EmptyDocument
    if len(content) > LARGEST:
        raise DocumentTooLarge
    known = KINDS.get(extension_of(name))
    if known is None:
        raise WrongKindOfFile
    found, is_such = known
    if not is_such(content):
        raise NotWhatItIsCalled
    return found


def _pdf(content: bytes) -> bool:
    return content.startswith(b"%PDF-") and not _packed_too(content)


def _png(content: bytes) -> bool:
    return content.startswith(b"\x89PNG\r\n\x1a\n") and not _packed_too(content)


def _jpeg(content: bytes) -> bool:
    return content.startswith(b"\xff\xd8\xff") and not _packed_too(content)


def _packed_too(content: bytes) -> bool:
    """Whether it is an archive as well, which is read from its end: a picture to one program, a program to another."""
    return zipfile.is_zipfile(io.BytesIO(content))


def _docx(content: bytes) -> bool:
    return _holds(content, "[Content_Types].xml", "word/document.xml")


def _xlsx(content: bytes) -> bool:
    return _holds(content, "[Content_Types].xml", "xl/workbook.xml")


def _odt(content: bytes) -> bool:
    return _holds(content, "mimetype", "content.xml") and _member(content, "mimetype", 100).strip() == ODT.encode()


def _text(content: bytes) -> bool:
    """Text that everybody's programs read, and no web page: the name would not stop a browser from guessing."""
    if b"\x00" in content:
        return False
    try:
        start = content.decode("utf-8-sig").lstrip()[:200].lower()
    except UnicodeDecodeError:
        return False
    return not start.startswith(("<!doctype", "<html", "<svg", "<?xml", "<script", "%pdf-"))


_DAMAGED = (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, KeyError)
UNREADABLE = (*_DAMAGED, NotImplementedError, RuntimeError)
"""What the reader of zips raises at a file that is none, is damaged, or packs in a way it does not know."""


def _holds(content: bytes, *members: str) -> bool:
    """Whether it is a sound zip from its first byte on with these members, no macros, nothing enciphered, no bomb."""
    if not content.startswith(b"PK\x03\x04"):
        return False
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            found = packed.infolist()
    except UNREADABLE:
        return False
    names = [each.filename for each in found]
    sound = len(found) <= MOST_MEMBERS and len(set(names)) == len(names) and set(members) <= set(names)
    return sound and not any(map(_suspect, found)) and sum(each.file_size for each in found) <= MOST_UNPACKED


def _suspect(member: zipfile.ZipInfo) -> bool:
    enciphered = bool(member.flag_bits & 0x1)
    bomb = member.file_size > LARGEST and member.file_size > MOST_OF_ONE * max(member.compress_size, 1)
    return enciphered or bomb or member.filename.lower().endswith("vbaproject.bin")


def _member(content: bytes, name: str, most: int) -> bytes:
    """The first bytes of one member; nothing where it cannot be unpacked."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed, packed.open(name) as member:
            return member.read(most)
    except UNREADABLE:
        return b""


KINDS: dict[str, tuple[str, Callable[[bytes], bool]]] = {
    "pdf": ("application/pdf", _pdf),
    "png": ("image/png", _png),
    "jpg": ("image/jpeg", _jpeg),
    "jpeg": ("image/jpeg", _jpeg),
    "docx": (f"{OFFICE}wordprocessingml.document", _docx),
    "xlsx": (f"{OFFICE}spreadsheetml.sheet", _xlsx),
    "odt": (ODT, _odt),
    "txt": ("text/plain", _text),
    "csv": ("text/csv", _text),
}

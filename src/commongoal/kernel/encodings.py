"""Bytes to text: UTF-8, UTF-16 and Windows-1252 told apart; a file that mixes them is found out byte by byte."""

import codecs
from dataclasses import dataclass

SAMPLE = 65_536


@dataclass(frozen=True, slots=True)
class Decoded:
    """A file's text. Where `mixed`, bytes that are not UTF-8 stand in it as lone surrogates (U+DC80 to U+DCFF)."""

    text: str
    encoding: str
    mixed: bool = False


def decode(data: bytes) -> Decoded:
    """The text of a file. Raises `UnicodeDecodeError` for UTF-16 that breaks off or does not hold together."""
    for mark, encoding in ((codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be")):
        if data.startswith(mark):
            return Decoded(data[2:].decode(encoding), encoding)
    data = data.removeprefix(codecs.BOM_UTF8)
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        return _not_utf8(data)
    guess = _utf16_without_mark(data)
    return Decoded(data.decode(guess), guess) if guess else Decoded(text, "utf-8")


def _utf16_without_mark(data: bytes) -> str:
    """UTF-16 of mostly Latin text has a zero in nearly every second byte."""
    sample = data[:SAMPLE]
    even, odd = sample[::2].count(0), sample[1::2].count(0)
    if len(sample) > 3 and max(even, odd) * 2 > 0.8 * len(sample) and min(even, odd) * 2 < 0.1 * len(sample):
        return "utf-16-le" if odd > even else "utf-16-be"
    return ""


def _not_utf8(data: bytes) -> Decoded:
    if guess := _utf16_without_mark(data):
        return Decoded(data.decode(guess), guess)
    text = data.decode("utf-8", "surrogateescape")
    has_utf8 = any(ord(c) > 127 and not is_stray(c) for c in set(text))
    if not has_utf8:
        try:
            return Decoded(data.decode("cp1252"), "cp1252")
        except UnicodeDecodeError:
            pass
    return Decoded(text, "utf-8", mixed=True)


def is_stray(character: str) -> bool:
    """Whether a character stands for a byte that is not UTF-8."""
    return "\udc80" <= character <= "\udcff"


def strays(cell: str) -> list[int]:
    """The bytes in a cell that are not UTF-8."""
    return [ord(c) - 0xDC00 for c in cell if is_stray(c)]


def as_if_windows(cell: str) -> str:
    """The cell with its stray bytes read as Windows-1252, U+FFFD where that has no character."""
    return "".join(bytes([ord(c) - 0xDC00]).decode("cp1252", "replace") if is_stray(c) else c for c in cell)


def as_escapes(cell: str) -> str:
    r"""The cell with its stray bytes written as ``\xE9``."""
    return "".join(f"\\x{ord(c) - 0xDC00:02X}" if is_stray(c) else c for c in cell)

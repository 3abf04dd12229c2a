"""A document about a person, as it is listed; and the name under which a file is shown."""

import datetime as dt
import unicodedata
from dataclasses import dataclass

from commongoal.kernel.errors import Refused
from commongoal.people.engine.vocabulary import DocumentKind

# Ten photographs of a telephone or a long scan; larger ones fill the disk and time out on a slow line.
LARGEST_MB = 10
LARGEST = LARGEST_MB * 1024 * 1024  # bytes
LONGEST_NAME = 120  # characters: what file systems take, in four bytes each, and a line of a page shows


class EmptyDocument(Refused):
    """The file is empty."""


class DocumentTooLarge(Refused):
    """The file is larger than 10 MB."""


class WrongKindOfFile(Refused):
    """The file must be a PDF, a picture (PNG or JPEG), a Word, Excel or OpenDocument text, plain text or CSV."""


class NotWhatItIsCalled(Refused):
    """What is in the file is not what its name says: save it again in the program that made it."""


class NoTitle(Refused):
    """Say what the document is."""


class NeedsReason(Refused):
    """Say why it is removed."""


class DocumentsNotShared(Refused):
    """Documents about this person are not shared with your organisation."""


class DocumentGone(Refused):
    """This document was removed."""


class DocumentDamaged(Refused):
    """The file is not there as it was added, so it is not handed out. Tell whoever runs the site."""


class DocumentOfOthers(Refused):
    """Another organisation added this document: ask them to remove it."""


@dataclass(frozen=True, slots=True)
class Document:
    """One document of a person. `size` is in bytes; `ours`: the viewer's organisation added it."""

    pk: int
    kind: DocumentKind
    title: str
    file_name: str
    media_type: str
    size: int
    who: str
    organisation: str
    added_at: dt.datetime
    removed_at: dt.datetime | None = None
    removed_why: str = ""
    ours: bool = False


@dataclass(frozen=True, slots=True)
class StoredDocument:
    """What is needed to hand a file out: its name for people, where it is stored, and its SHA-256."""

    file_name: str
    stored: str
    digest: str


def shown_name(name: str) -> str:
    """A file's name for people: the last part of any path, without what cannot be seen or bends a line, and not long.

    Its extension stays. "document" where nothing is left.
    """
    last = name.replace("\\", "/").rpartition("/")[2]
    plain = unicodedata.normalize("NFC", last)
    plain = "".join(" " if each.isspace() else each for each in plain if each.isspace() or _visible(each))
    for each in '<>:"|?*;%':
        plain = plain.replace(each, "_")
    plain = " ".join(plain.split()).strip(". ")
    stem, dot, extension = plain.rpartition(".")
    if not dot:
        return plain[:LONGEST_NAME] or "document"
    return f"{stem[: LONGEST_NAME - len(extension) - 1] or 'document'}.{extension}"[:LONGEST_NAME]


def extension_of(name: str) -> str:
    """The last extension in small letters, without its dot; "" for none."""
    return shown_name(name).rpartition(".")[2].lower() if "." in shown_name(name) else ""


def _visible(each: str) -> bool:
    """Neither a control nor a mark that turns the direction of writing, with which "fdp.exe" reads "exe.pdf"."""
    return unicodedata.category(each) not in {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}

"""Text messages: whatever sends them is chosen by a setting; without one they are kept as files."""

import os
import secrets
from pathlib import Path
from typing import Protocol

from django.conf import settings
from django.utils.module_loading import import_string


class TextMessages(Protocol):
    """Something that sends text messages. What cannot be sent raises an `OSError`."""

    def send(self, to: str, words: str) -> None:
        """Send the words to a telephone number."""
        ...


class TextsInFiles:
    """Each message in a file of its own, readable by this account alone: number, empty line, words."""

    def __init__(self, folder: Path | None = None) -> None:
        self.folder = folder or settings.TEXTS

    def send(self, to: str, words: str) -> None:
        """Keep the message; a name that nothing else has, so that none is written over."""
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        place = self.folder / f"{secrets.token_hex(16)}.txt"
        with os.fdopen(os.open(place, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
            file.write(f"{to}\n\n{words}\n")


def text_messages() -> TextMessages:
    """The sender that `COMMONGOAL_TEXTS` names by its dotted path, a class without arguments; else files."""
    chosen: str = getattr(settings, "COMMONGOAL_TEXTS", "")
    sender: TextMessages = import_string(chosen)() if chosen else TextsInFiles()
    return sender

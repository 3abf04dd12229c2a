"""National Insurance numbers: whether a text is one, and its one spelling.

Source: HMRC, National Insurance Manual NIM39110 (format): two letters, six digits and a letter A to D. The first letter
is none of D F I Q U V, the second none of D F I O Q U V; BG, GB, KN, NK, NT, TN and ZZ are not issued. The last letter
may be missing: it is no part of the identity.
"""

import re

_FORM = re.compile(r"(?!BG|GB|KN|NK|NT|TN|ZZ)[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z][0-9]{6}[A-D]?")
# What a search box may hold: the same with blanks, anywhere in a text.
IN_TEXT = re.compile(r"\b[A-Za-z]{2}(?:[ -]?[0-9]{2}){3}(?:[ -]?[A-Da-d])?\b")


def normal_ni(text: str) -> str | None:
    """The number in capitals without blanks, or None when the text is no National Insurance number."""
    number = re.sub(r"[\s-]", "", text).upper()
    return number if _FORM.fullmatch(number) else None


def identity(number: str) -> str:
    """The eight signs that tell people apart: two records of one number match whether or not the last letter is known.

    `number` is as `normal_ni` returns it.
    """
    return number[:8]

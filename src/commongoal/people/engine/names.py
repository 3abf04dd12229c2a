"""Names as they are searched: plain parts, how they sound, and how they may be mistyped. Written for names in Britain.

A part is a word of a name in small Latin letters without accents. Two parts are one edit apart when one letter was
added, left out, changed, or swapped with its neighbour (optimal string alignment).
"""

import re
import unicodedata
from functools import lru_cache

_JOINED = re.compile(r"['’`ʼ.]")
_BREAK = re.compile(r"[^a-z]+")
_LETTERS = str.maketrans({"ß": "ss", "ø": "o", "Ø": "o", "ł": "l", "Ł": "l", "æ": "ae", "Æ": "ae", "đ": "d", "ı": "i"})


@lru_cache(maxsize=8192)
def plain(text: str) -> str:
    """Small Latin letters, accents and apostrophes gone, everything else a blank."""
    bare = unicodedata.normalize("NFKD", _JOINED.sub("", text.translate(_LETTERS)))
    bare = "".join(sign for sign in bare if not unicodedata.combining(sign))
    return _BREAK.sub(" ", bare.lower()).strip()


def parts(text: str) -> tuple[str, ...]:
    """The words of a name, each once, in order."""
    return tuple(dict.fromkeys(plain(text).split()))


# Letters that sound alike in British names, in the order they are replaced.
_SOUNDS = tuple(
    (re.compile(form), to)
    for form, to in (
        (r"^(kn|gn|pn)", "n"), (r"^wr", "r"), (r"^x", "s"), (r"^wh", "w"), (r"^mac(?=[^aeiou])", "mc"), (r"^ps", "s"),
        (r"ough", "o"), (r"augh", "af"), (r"igh", "i"), (r"gh", "g"), (r"ph", "f"), (r"tch", "x"),
        (r"(sch|sh|ch)", "x"), (r"th", "0"), (r"ck|cq|q|kh", "k"), (r"c(?=[eiy])", "s"), (r"c", "k"),
        (r"dg(?=[eiy])", "j"), (r"g(?=[eiy])", "j"), (r"z", "s"), (r"v", "f"), (r"mb$", "m"), (r"d(?=t)", ""),
        (r"tz|ts", "s"), (r"ks|x(?=[t])", "s"), (r"(?<=[aeiou])h", ""), (r"w(?![aeiou])", ""), (r"e?s$", "s"),
    )
)  # fmt: skip


@lru_cache(maxsize=8192)
def sound(part: str) -> str:
    """How a part sounds, coarsely: its consonants with those that sound alike made one, at most eight signs."""
    text = part
    for form, to in _SOUNDS:
        text = form.sub(to, text)
    first, rest = text[:1], re.sub(r"[aeiouyhw]", "", text[1:])
    first = "a" if first in "aeiouy" else first
    return re.sub(r"(.)\1+", r"\1", first + rest)[:8]


def shortened(part: str) -> frozenset[str]:
    """The part and every text with one letter of it left out: two parts one edit apart share one of these."""
    return frozenset({part, *(part[:i] + part[i + 1 :] for i in range(len(part)))}) - {""}


def edits(a: str, b: str, most: int = 3) -> int:
    """How many edits part `a` from `b` (optimal string alignment); more than `most` is told as `most` + 1."""
    if abs(len(a) - len(b)) > most:
        return most + 1
    before: list[int] = []
    row = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        above, row = row, [i]
        for j, y in enumerate(b, 1):
            cost = min(above[j] + 1, row[j - 1] + 1, above[j - 1] + (x != y))
            if i > 1 and j > 1 and x == b[j - 2] and a[i - 2] == y:
                cost = min(cost, before[j - 2] + 1)
            row.append(cost)
        before = above
        if min(row) > most:
            return most + 1
    return min(row[-1], most + 1)


def closeness(typed: str, part: str) -> float:
    """How well a typed word matches a part of a name: 1 the same, 0.8 an edit, 0.75 its beginning, 0.6 its sound, or 0.

    A beginning needs three letters, an edit four; a sound counts only within two edits, or three for long names.
    """
    if typed == part:
        return 1.0
    apart = edits(typed, part)
    if apart == 1 and max(len(typed), len(part)) >= 4:
        return 0.8
    if len(typed) >= 3 and part.startswith(typed):
        return 0.75
    alike = sound(typed) == sound(part)
    if alike and apart <= (3 if len(typed) >= 7 else 2):
        return 0.6
    return 0.5 if apart == 2 and min(len(typed), len(part)) >= 7 else 0.0

"""Words as they are searched for: small letters, no accents, common English endings off.

A light stemmer, after the first steps of Porter, "An algorithm for suffix stripping" (1980): it need not be right, only
the same on both sides.
"""

import re
import unicodedata
from collections.abc import Iterator

WORD = re.compile(r"[a-z0-9]+")
IGNORED = frozenset(
    [
        "a",
        "about",
        "all",
        "also",
        "an",
        "and",
        "any",
        "are",
        "as",
        "at",
        "be",
        "been",
        "but",
        "by",
        "can",
        "do",
        "for",
        "from",
        "get",
        "has",
        "have",
        "how",
        "i",
        "if",
        "in",
        "into",
        "is",
        "it",
        "its",
        "may",
        "more",
        "no",
        "not",
        "of",
        "on",
        "or",
        "our",
        "out",
        "people",
        "please",
        "service",
        "so",
        "that",
        "the",
        "their",
        "them",
        "these",
        "they",
        "this",
        "to",
        "up",
        "us",
        "was",
        "we",
        "what",
        "when",
        "where",
        "which",
        "who",
        "will",
        "with",
        "you",
        "your",
    ]
)
LONGEST = 24
ENDINGS = ("ations", "ation", "ments", "ment", "ness", "ings", "ing", "ies", "ers", "er", "ed", "es", "s", "y", "e")
SHORTEST_LEFT = 4  # or 3 where the ending is one letter: jobs, but not carers, which would be care


def stems(text: str) -> Iterator[str]:
    """The stems of a text's words in order, without those that say nothing; each at most 24 letters."""
    for word in WORD.findall(_plain(text)):
        if word not in IGNORED:
            yield stem(word)


def stem(word: str) -> str:
    """One word, in small letters, without its ending where enough letters are left."""
    for ending in ENDINGS:
        if (
            word.endswith(ending)
            and len(word) - len(ending) >= SHORTEST_LEFT - (len(ending) == 1)
            and not word.endswith("ss")
        ):
            word = word.removesuffix(ending)
            break
    return word[:LONGEST]


def _plain(text: str) -> str:
    """Small letters without accents and apostrophes."""
    if not text.isascii():
        text = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    return text.lower().replace("'", "").replace("’", "")

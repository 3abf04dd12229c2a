"""What in free words could tell who somebody is. It names the kinds that it finds and never repeats what it found.

The forms: National Insurance numbers as HMRC's manual NIM39110 has them; telephone numbers of the National Telephone
Numbering Plan (Ofcom), 9 or 10 digits after 0 or +44; postcodes as in the Post Office's Programmers' Guide.
"""

import re
import unicodedata

from commongoal.kernel.errors import Refused

# Two letters that begin a number, and its six digits together, in pairs or in threes. Small letters with a blank may be
# words.
_CAPITALS = "[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z]"
_SIX = r"(?:\d{6}|\d\d([ ./-])\d\d\1\d\d|\d{3}[ ./-]\d{3})"
_SIX_AGAIN = _SIX.replace(r"\1", r"\2")
_MONTHS = "jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec"
_YEAR = r"(?:19|20)\d{2}"
KINDS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("a National Insurance number", re.compile(
        rf"\b(?:{_CAPITALS}[ ./-]?{_SIX}(?:[ ./-]?[A-D])?|"
        rf"(?i:{_CAPITALS}[ ./-]?{_SIX_AGAIN}[ ./-]?[A-D]|{_CAPITALS}\d{{6}}))(?![A-Za-z0-9])")),
    ("an e-mail address", re.compile(
        r"[\w.+-]+ ?(?:@|[(\[] ?at ?[)\]]) ?[\w-]+(?:\.| \. )\w{2,}|[\w.+-]+ at [\w-]+ dot \w{2,}", re.IGNORECASE)),
    ("a telephone number", re.compile(
        r"(?<![\d£.])(?:(?:\+|00)44[ ()-]*0?|\(?0)(?:[ ()-]*\d){9,10}(?!\d)"
        r"|(?<![\d£.,/])0\d{2,4}([./,])\d{3,4}\1?\d{3,4}(?![\d.,/]\d|\d)|(?<![\d£.,])(?:44\d|7)\d{9}(?!\d)")),
    ("a postcode", re.compile(r"\b[a-z]{1,2}[0-9][0-9a-z]?[ -]*[0-9][abd-hjlnp-uw-z]{2}\b", re.IGNORECASE)),
    ("a whole date, as a date of birth is", re.compile(
        rf"\b\d{{1,2}}([/.-])\d{{1,2}}\1(?:19|20)?\d{{2}}\b|\b\d{{1,2}} / \d{{1,2}} / (?:19|20)?\d{{2}}\b"
        rf"|\b\d{{1,2}}[/.-]\d{{1,2}}[/.-]{_YEAR}\b|\b{_YEAR}[/.-]\d{{2}}[/.-]\d{{2}}\b"
        rf"|\b\d{{1,2}}(?:st|nd|rd|th)?(?: day)?(?: of)? (?:{_MONTHS})[a-z]*\.?,? {_YEAR}\b"
        rf"|\b(?:{_MONTHS})[a-z]*\.? \d{{1,2}}(?:st|nd|rd|th)?,? {_YEAR}\b", re.IGNORECASE)),
    ("a name", re.compile(
        r"\b(?:Mrs?|MRS?|Mister|Ms|Miss|MISS|Mx|Dr|DR|Prof|Professor|Sir|Dame)\.? [A-Z][\w'’-]*"
        r"|\b(?:mrs?|mister) [a-z]\w+|\b(?i:(?:my|his|her|their) name(?:['’]s| is| was)) \w+")),
)  # fmt: skip
"""Kinds, each with the pattern that finds it."""


class MayTellWho(Refused):
    """These words could tell who somebody is: take that out, for nobody is named here."""


def tells_who(text: str) -> tuple[str, ...]:
    """The kinds of things in a text that could tell who somebody is, whichever blanks, dashes and digits it is in."""
    flat = _flat(text)
    return tuple(kind for kind, pattern in KINDS if pattern.search(flat))


def _flat(text: str) -> str:
    """The text with plain digits and letters, one blank where there are some, a hyphen for any dash, nothing unseen."""
    same = unicodedata.normalize("NFKC", text)
    seen = "".join("-" if unicodedata.category(sign) == "Pd" else sign for sign in same
                   if unicodedata.category(sign) != "Cf")  # fmt: skip
    return " ".join(seen.split())


def refuse_identities(*texts: str) -> None:
    """Go on only if no text could tell who somebody is. Raises `MayTellWho`, which names kinds alone."""
    found = {kind for text in texts for kind in tells_who(text)}
    if found:
        raise MayTellWho("Found: " + ", ".join(kind for kind, _ in KINDS if kind in found) + ".")

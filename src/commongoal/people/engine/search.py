"""What people are searched by: the keys a record is found under, and what a searcher's words ask for.

A key is a letter, a colon and a value:
    n:marden  part of a name          i:r.marden  initial and other part     b:1985-04-12  date of birth
    m:04-12   day and month, sorted   c:1985-04   year and month             y:1985        year
    p:SR13AA  postcode                o:SR1       its first half             t:01914960000 telephone   u:960000 its end
Nothing of a National Insurance number is a key; it is found by its blind index alone.
"""

import datetime as dt
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from commongoal.people.engine import names
from commongoal.people.engine.details import PersonDetails, normal_phone, tidy_postcode
from commongoal.people.engine.ni import IN_TEXT, identity, normal_ni

# Points a thing found is worth. Two names alone stay under STRONG, which needs a date of birth, postcode or telephone.
NAME, INITIAL, BORN, POSTCODE, OUTWARD, PHONE, PHONE_END, NI = 3.0, 1.5, 5.0, 4.0, 1.5, 5.0, 3.0, 10.0
STRONG = 8.0
ENOUGH = 5.5  # however many words were typed, this much is worth showing
SHARE = 0.5  # of the points there were to get
MOST_PARTS = 60  # parts of names that one typed word may stand for
MOST_TERMS = 8
OF_CONTACT = ("p:", "o:", "t:", "u:")


@dataclass(frozen=True, slots=True)
class Term:
    """One thing asked for: its points, and the keys that answer it with the share of the points each earns."""

    points: float
    keys: tuple[tuple[str, float], ...]


@dataclass(frozen=True, slots=True)
class SearchTerms:
    """What somebody typed, read. `ni` is the identity of a number (`people.engine.ni.identity`), never shown again."""

    names: tuple[str, ...] = ()
    initials: tuple[str, ...] = ()
    others: tuple[Term, ...] = ()
    ni: str = ""

    @property
    def nothing(self) -> bool:
        """Whether nothing was typed that people can be found by."""
        return not (self.names or self.others or self.ni)

    @property
    def without_contact(self) -> "SearchTerms":
        """The names and dates alone: for whoever sees no address, telephone or number of the person."""
        others = tuple(term for term in self.others if not term.keys[0][0].startswith(OF_CONTACT))
        return replace(self, others=others, ni="")


def keys_of(details: Iterable[PersonDetails]) -> frozenset[str]:
    """The keys of one person, from their own details and those of records merged into theirs. About a dozen."""
    return frozenset(key for each in details for key in _keys(each))


def _keys(details: PersonDetails) -> Iterable[str]:
    first = names.parts(f"{details.first_name} {details.known_as}")
    last = names.parts(details.last_name)
    for part in {*first, *last, *_whole(last)}:
        yield f"n:{part}"[:40]
    for part in {*last[-1:], *_whole(last)}:
        for initial in {name[0] for name in first}:
            yield f"i:{initial}.{part}"[:40]
    if details.born_on:
        yield from (key for key, _ in date_keys(details.born_on))
    if postcode := tidy_postcode(details.postcode):
        yield f"p:{postcode.replace(' ', '')}"
        yield f"o:{postcode.split()[0]}"
    if phone := normal_phone(details.phone):
        yield f"t:{phone}"
        yield f"u:{phone[-6:]}"


def _whole(last: Sequence[str]) -> tuple[str, ...]:
    """A last name of several words written as one: O Brien, Mc Donald, Smith-Jones."""
    return ("".join(last),) if len(last) > 1 else ()


def date_keys(born: dt.date) -> tuple[tuple[str, float], ...]:
    """The keys of a date of birth, with what each is worth of a whole one: a slip in one part leaves the others."""
    day_month = "-".join(sorted((f"{born:%m}", f"{born:%d}")))
    return (
        (f"b:{born.isoformat()}", 1.0),
        (f"m:{day_month}", 0.35),
        (f"c:{born:%Y-%m}", 0.3),
        (f"y:{born:%Y}", 0.2),
    )


def spelling_keys(part: str) -> frozenset[str]:
    """The keys under which a part of a name is found when mistyped: w: whole, d: one letter fewer, s: its sound."""
    return frozenset({f"w:{part}", f"s:{names.sound(part)}", *(f"d:{text}" for text in names.shortened(part))})


def spelling_probes(typed: str) -> frozenset[str]:
    """The keys to look a typed word up under; besides, w: keys that begin with it (three letters or more)."""
    return spelling_keys(typed) - {f"w:{typed}"} | {f"d:{typed}"}


def name_term(typed: str, known: Iterable[str]) -> Term:
    """The term of a typed word: itself, and the best of the `known` parts of names that it may stand for."""
    close = {part: names.closeness(typed, part) for part in known} | {typed: 1.0}
    best = sorted((part for part in close if close[part]), key=lambda part: (-close[part], part))[:MOST_PARTS]
    return Term(NAME, tuple((f"n:{part}"[:40], close[part]) for part in best))


def initial_term(initial: str, others: Sequence[Term]) -> Term:
    """The term of an initial beside names: whoever has it with one of the parts that those names may stand for."""
    keys = {(f"i:{initial}.{key[2:]}"[:40], share) for term in others for key, share in term.keys if share >= 0.8}
    return Term(INITIAL, tuple(sorted(keys)))


# --- reading what was typed

_MONTHS = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
]
_MONTH = "|".join(f"{name[:3]}(?:{name[3:]})?" if name[3:] else name for name in _MONTHS)
_PHONE = re.compile(r"(?<![\w-])(?:\+|0)(?:[ ()-]?[0-9]){8,14}\b")
_POSTCODE = re.compile(r"\b[A-Za-z]{1,2}[0-9][A-Za-z0-9]? ?[0-9][A-Za-z]{2}\b")
_OUTWARD = re.compile(r"\b[A-Za-z]{1,2}[0-9][A-Za-z0-9]?\b")
_DATES = (
    re.compile(r"\b(?P<year>[0-9]{4})-(?P<month>[0-9]{1,2})-(?P<day>[0-9]{1,2})\b"),
    re.compile(r"\b(?P<day>[0-9]{1,2})[ /.-](?P<month>[0-9]{1,2})[ /.-](?P<year>[0-9]{4}|[0-9]{2})\b"),
    re.compile(rf"\b(?P<day>[0-9]{{1,2}})(?:st|nd|rd|th)? (?P<word>{_MONTH}),? (?P<year>[0-9]{{4}})\b", re.IGNORECASE),
    re.compile(r"\b(?P<day>[0-9]{2})(?P<month>[0-9]{2})(?P<year>(?:19|20)[0-9]{2})\b"),
    re.compile(rf"\b(?P<word>{_MONTH}) (?P<year>[0-9]{{4}})\b", re.IGNORECASE),
    re.compile(r"\b(?P<day>[0-9]{1,2})[/.-](?P<month>[0-9]{1,2})\b"),
    re.compile(r"\b(?P<year>(?:19|20)[0-9]{2})\b"),
)
_DIGITS = re.compile(r"\b[0-9]{6,}\b")


def terms_of(text: str) -> SearchTerms:
    """What a line typed into the search box asks for, in any order. Words that are nothing else are parts of names."""
    ni = ""
    others: list[Term] = []
    for found in IN_TEXT.finditer(text):
        if number := normal_ni(found[0]):
            ni = identity(number)
            text = text.replace(found[0], " ", 1)
    text = _taken(_PHONE, text, _phone_term, others)
    text = _taken(_POSTCODE, text, _postcode_term, others)
    for form in _DATES:
        text = _taken(form, text, _date_term, others)
    text = _taken(_DIGITS, text, lambda found: Term(PHONE_END, ((f"u:{found[0][-6:]}", 1.0),)), others)
    text = _taken(_OUTWARD, text, lambda found: Term(OUTWARD, ((f"o:{found[0].upper()}", 1.0),)), others)
    return _with_names(text, others, ni)


def terms_from(details: PersonDetails) -> SearchTerms:
    """What to search for before a person with these details is added."""
    others = []
    if details.born_on:
        others.append(_born_term((details.born_on,)))
    if postcode := tidy_postcode(details.postcode):
        others.append(Term(POSTCODE, ((f"p:{postcode.replace(' ', '')}", 1.0),)))
    if phone := normal_phone(details.phone):
        others.append(Term(PHONE, ((f"t:{phone}", 1.0),)))
    number = normal_ni(details.ni)
    return _with_names(f"{details.first_name} {details.last_name}", others, identity(number) if number else "")


def _with_names(text: str, others: Sequence[Term], ni: str) -> SearchTerms:
    words = names.parts(text)
    return SearchTerms(
        names=tuple(word for word in words if len(word) > 1)[:MOST_TERMS],
        initials=tuple(word for word in words if len(word) == 1)[:2],
        others=tuple(others[:MOST_TERMS]),
        ni=ni,
    )


def _taken(form: re.Pattern[str], text: str, read: Callable[[re.Match[str]], Term | None], others: list[Term]) -> str:
    """The text without what `form` found and `read` could read; the terms read go to `others`."""

    def take(found: re.Match[str]) -> str:
        term = read(found)
        if term is None:
            return found[0]
        others.append(term)
        return " "

    return form.sub(take, text)


def _phone_term(found: re.Match[str]) -> Term | None:
    phone = normal_phone(found[0])
    return Term(PHONE, ((f"t:{phone}", 1.0), (f"u:{phone[-6:]}", 0.5))) if phone else None


def _postcode_term(found: re.Match[str]) -> Term | None:
    postcode = tidy_postcode(found[0])
    if not postcode:
        return None
    return Term(POSTCODE, ((f"p:{postcode.replace(' ', '')}", 1.0), (f"o:{postcode.split()[0]}", 0.3)))


def _date_term(found: re.Match[str]) -> Term | None:
    """A date or part of one; None when it is none, and the text is left for other readings."""
    got = found.groupdict()
    month = _MONTHS.index(next(m for m in _MONTHS if m[:3] == got["word"][:3].lower())) + 1 if got.get("word") else None
    month = month or (int(got["month"]) if got.get("month") else None)
    day = int(got["day"]) if got.get("day") else None
    years = _years(got.get("year"))
    if day and month:
        if not years:
            return Term(BORN / 2, ((f"m:{'-'.join(sorted((f'{month:02}', f'{day:02}')))}", 1.0),))
        dates = tuple(date for year in years if (date := _date(year, month, day) or _date(year, day, month)))
        return _born_term(dates) if dates else None
    if month:
        return Term(BORN / 2, tuple((f"c:{year}-{month:02}", 1.0) for year in years))
    return Term(BORN / 4, tuple((f"y:{year}", 1.0) for year in years))


def _born_term(dates: Sequence[dt.date]) -> Term:
    """A date of birth; day and month the other way round count for nearly as much."""
    keys: dict[str, float] = {}
    for date in dates:
        for key, share in date_keys(date):
            keys[key] = max(share, keys.get(key, 0.0))
        if swapped := _date(date.year, date.day, date.month):
            keys.setdefault(f"b:{swapped.isoformat()}", 0.8)
    return Term(BORN, tuple(keys.items()))


def _years(text: str | None) -> tuple[int, ...]:
    if not text:
        return ()
    return (int(text),) if len(text) == 4 else (1900 + int(text), 2000 + int(text))


def _date(year: int, month: int, day: int) -> dt.date | None:
    try:
        return dt.date(year, month, day)
    except ValueError:
        return None


# --- what was found


@dataclass(frozen=True, slots=True)
class Match:
    """A person within reach who may be the one looked for. What the viewer's agreement does not cover is empty."""

    person: int
    name: str
    born_on: dt.date | None
    postcode: str  # its first half
    organisation: str
    worker: str
    points: float
    restricted: bool = False


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """That a record exists out of reach, and whom to ask; nothing else of it. Without an organisation: restricted."""

    organisation: str = ""
    phone: str = ""
    points: float = 0.0


@dataclass(frozen=True, slots=True)
class Found:
    """What a search found, the likeliest first, and whether there is more than is shown."""

    matches: tuple[Match, ...] = ()
    elsewhere: tuple[Elsewhere, ...] = ()
    more: bool = False
    elsewhere_ids: tuple[int, ...] = ()  # for the rule that an addition answers; never shown

    @property
    def nobody(self) -> bool:
        """Whether nothing at all was found."""
        return not (self.matches or self.elsewhere)


@dataclass(frozen=True, slots=True)
class Searched:
    """That a member searched before adding, when, and which likely records they saw."""

    membership: int
    at: dt.datetime
    seen: frozenset[int] = frozenset()


def least_points(terms: Sequence[Term]) -> float:
    """How many points a record needs to be worth showing."""
    return min(ENOUGH, SHARE * sum(term.points for term in terms))

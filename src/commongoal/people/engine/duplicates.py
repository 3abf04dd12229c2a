"""How alike two records are, and why: whether somebody should look whether they are one person.

Points are those of a search: names up to 3 each, date of birth 5, postcode 4, telephone 5, National Insurance number
10. Two records are proposed from 8.5 points on: never for names alone, nor for father and son in one home.
"""

from dataclasses import dataclass

from commongoal.people.engine import names
from commongoal.people.engine.details import PersonDetails, normal_phone
from commongoal.people.engine.search import BORN, NAME, NI, PHONE, POSTCODE

PROPOSED = 8.5


@dataclass(frozen=True, slots=True)
class Likeness:
    """Points, and the reasons in words, the weightiest first."""

    points: float = 0.0
    reasons: tuple[str, ...] = ()

    @property
    def proposed(self) -> bool:
        """Whether somebody should look."""
        return self.points >= PROPOSED


def likeness(a: PersonDetails, b: PersonDetails, *, same_ni: bool | None = None) -> Likeness:
    """How alike two records are. `same_ni`: whether both numbers are known and equal, or None when one is unknown.

    Symmetric: likeness(a, b) equals likeness(b, a). Two different numbers take 6 points away, dates of birth apart 3.
    """
    found = [*_names_alike(a, b), *_born_alike(a, b)]
    if a.postcode and a.postcode == b.postcode:
        found.append((POSTCODE, "same postcode"))
    if a.phone and normal_phone(a.phone) == normal_phone(b.phone):
        found.append((PHONE, "same telephone"))
    if same_ni:
        found.append((NI, "same National Insurance number"))
    elif same_ni is False:
        found.append((-6.0, "different National Insurance numbers"))
    ranked = sorted(found, key=lambda each: -each[0])
    return Likeness(round(sum(points for points, _ in found), 2), tuple(reason for _, reason in ranked))


def _names_alike(a: PersonDetails, b: PersonDetails) -> list[tuple[float, str]]:
    first = _best(f"{a.first_name} {a.known_as}", f"{b.first_name} {b.known_as}")
    last = _best(a.last_name, b.last_name)
    straight = [(first, "first name"), (last, "last name")]
    crossed = min(_best(a.first_name, b.last_name), _best(a.last_name, b.first_name))
    if crossed > (first + last) / 2:
        return [(2 * NAME * crossed, "names the other way round")]
    return [(NAME * share, f"{_how(share)} {what}") for share, what in straight if share]


def _how(share: float) -> str:
    return "same" if share == 1 else "nearly the same" if share >= 0.75 else "similar-sounding"


def _best(a: str, b: str) -> float:
    """The best match of any part of one name with any part of the other."""
    pairs = [(x, y) for x in names.parts(a) for y in names.parts(b)]
    return max((max(names.closeness(x, y), names.closeness(y, x)) for x, y in pairs), default=0.0)


def _born_alike(a: PersonDetails, b: PersonDetails) -> list[tuple[float, str]]:
    if a.born_on is None or b.born_on is None:
        return []
    if a.born_on == b.born_on:
        return [(BORN, "same date of birth")]
    x, y = a.born_on, b.born_on
    if x.year == y.year and (x.month, x.day) == (y.day, y.month):
        return [(0.8 * BORN, "date of birth with day and month swapped")]
    same = (x.year == y.year) + (x.month == y.month) + (x.day == y.day)
    return [(0.5 * BORN, "nearly the same date of birth")] if same == 2 else [(-3.0, "different dates of birth")]

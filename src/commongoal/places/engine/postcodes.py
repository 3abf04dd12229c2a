"""Postcodes: how they are written, and the areas that one lies in."""

import datetime as dt
import re
from dataclasses import dataclass
from enum import StrEnum

from commongoal.kernel.errors import Refused

# Outward code, then inward code without the letters CIKMOV (Royal Mail, "Programmers' guide", Postcode Address File).
PATTERN = re.compile(r"(GIR0AA|[A-Z]{1,2}[0-9][0-9A-Z]?[0-9][ABD-HJLNP-UW-Z]{2})")
NOT_IN_A_POSTCODE = re.compile(r"[\s\-.]+")


class MalformedPostcode(Refused):
    """Enter a full postcode, like CH41 1AA."""


class PostcodeState(StrEnum):
    """What is known of a postcode."""

    LIVE = "live"
    TERMINATED = "terminated"  # once in use; its areas still hold
    UNKNOWN = "unknown"  # written as a postcode is, but in no file that was imported
    MALFORMED = "malformed"


@dataclass(frozen=True, slots=True)
class PostcodeAreas:
    """The areas a postcode lies in. Codes and names are empty where unknown; easting and northing in metres.

    `terminated_on` is the first day of the month in which Royal Mail took the postcode out of use.
    """

    postcode: str
    lsoa_2011: str = ""
    lsoa_2021: str = ""
    ward: str = ""
    district: str = ""
    terminated_on: dt.date | None = None
    easting: int | None = None
    northing: int | None = None
    ward_name: str = ""
    district_name: str = ""

    @property
    def state(self) -> PostcodeState:
        """Live or terminated."""
        return PostcodeState.TERMINATED if self.terminated_on else PostcodeState.LIVE

    @property
    def codes(self) -> tuple[str, ...]:
        """The codes that are known, the smallest area first."""
        return tuple(code for code in (self.lsoa_2021, self.lsoa_2011, self.ward, self.district) if code)


def normal_postcode(text: str) -> str:
    """The postcode in capitals without spaces, as it is kept ("SR11AA"). Raises `MalformedPostcode`."""
    postcode = NOT_IN_A_POSTCODE.sub("", text).upper()
    if not PATTERN.fullmatch(postcode):
        raise MalformedPostcode
    return postcode


def is_postcode(text: str) -> bool:
    """Whether the text is written as a full postcode is."""
    return bool(PATTERN.fullmatch(NOT_IN_A_POSTCODE.sub("", text).upper()))


def written_postcode(postcode: str) -> str:
    """A normal postcode as people write it: "SR1 1AA". What is too short to be one is left as it is."""
    return f"{postcode[:-3]} {postcode[-3:]}" if len(postcode) > 4 else postcode

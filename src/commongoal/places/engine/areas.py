"""The words of areas, and the kinds of match between two vintages."""

import re
from enum import StrEnum

# GSS codes (a letter and eight digits) of Great Britain, and the nine characters of a Northern Ireland output area.
CODE = re.compile(r"[A-Z][0-9]{8}|[0-9]{2}[A-Z]{2}[0-9]{2}[A-Z][0-9]")


class AreaKind(StrEnum):
    """What an area is."""

    LSOA = "lsoa"
    WARD = "ward"
    DISTRICT = "district"
    COMBINED_AUTHORITY = "combined authority"
    REGION = "region"


class Match(StrEnum):
    """How an area became another, as the Office for National Statistics marks it."""

    UNCHANGED = "U"
    SPLIT = "S"
    MERGED = "M"
    IRREGULAR = "X"


# The word that begins a column of areas in a lookup file, and the kind it means. "ltla" is the lower tier of councils.
COLUMN_KINDS = {
    "lsoa": AreaKind.LSOA,
    "ward": AreaKind.WARD,
    "ltla": AreaKind.DISTRICT,
    "lad": AreaKind.DISTRICT,
    "cauth": AreaKind.COMBINED_AUTHORITY,
    "region": AreaKind.REGION,
}


def is_area_code(text: str) -> bool:
    """Whether the text is written as the code of an area is."""
    return bool(CODE.fullmatch(text))

"""The words of areas, and the kinds of match between two vintages."""

import re
from enum import StrEnum

# GSS codes (a letter and eight digits) of Great Britain; the eight characters of an area of Northern Ireland; and the
# constituencies of 2024, which mySociety named before they had codes (https://github.com/mysociety/2025-constituencies).
CODE = re.compile(r"[A-Z][0-9]{8}|[0-9]{2}[A-Z]{2}[0-9]{2}[A-Z][0-9]|UKPARL\.2025\.[A-Z]{3}")


class AreaKind(StrEnum):
    """What an area is."""

    LSOA = "lsoa"
    MSOA = "msoa"
    WARD = "ward"
    DISTRICT = "district"
    COUNTY = "county"
    CONSTITUENCY = "constituency"
    COMBINED_AUTHORITY = "combined authority"
    REGION = "region"
    COUNTRY = "country"
    NEIGHBOURHOOD = "neighbourhood"  # drawn by the partnership from LSOAs


class Match(StrEnum):
    """How an area became another, as the Office for National Statistics marks it."""

    UNCHANGED = "U"
    SPLIT = "S"
    MERGED = "M"
    IRREGULAR = "X"


# The word that begins a column of areas in a lookup file, and the kind it means: "ltla" is the lower tier of councils;
# "wd", "par" and "rgn" are short for others. "lad" is what the Office for National Statistics calls a district.
COLUMN_KINDS = {
    "lsoa": AreaKind.LSOA,
    "msoa": AreaKind.MSOA,
    "pcon": AreaKind.CONSTITUENCY, "parl": AreaKind.CONSTITUENCY, "par": AreaKind.CONSTITUENCY,
    "ward": AreaKind.WARD, "wd": AreaKind.WARD,
    "ltla": AreaKind.DISTRICT, "lad": AreaKind.DISTRICT,
    "cty": AreaKind.COUNTY,
    "cauth": AreaKind.COMBINED_AUTHORITY,
    "region": AreaKind.REGION, "rgn": AreaKind.REGION,
    "ctry": AreaKind.COUNTRY,
}  # fmt: skip

# Kinds from small to large; those of one size do not nest in one another.
SIZES = {
    AreaKind.LSOA: 0, AreaKind.MSOA: 1, AreaKind.NEIGHBOURHOOD: 2, AreaKind.WARD: 2, AreaKind.CONSTITUENCY: 3,
    AreaKind.DISTRICT: 4, AreaKind.COUNTY: 5, AreaKind.COMBINED_AUTHORITY: 5, AreaKind.REGION: 6, AreaKind.COUNTRY: 7,
}  # fmt: skip


# What the first three characters of a code say its area is: the register of geographic codes of the Office for National
# Statistics (RGC, https://www.ons.gov.uk, "A beginner's guide to UK geography"). Q is the partnership's own.
PREFIXES = {
    "E01": AreaKind.LSOA, "W01": AreaKind.LSOA, "S01": AreaKind.LSOA,
    "E02": AreaKind.MSOA, "W02": AreaKind.MSOA, "S02": AreaKind.MSOA,
    "E05": AreaKind.WARD, "W05": AreaKind.WARD, "S13": AreaKind.WARD, "N08": AreaKind.WARD,
    "E06": AreaKind.DISTRICT, "E07": AreaKind.DISTRICT, "E08": AreaKind.DISTRICT, "E09": AreaKind.DISTRICT,
    "W06": AreaKind.DISTRICT, "S12": AreaKind.DISTRICT, "N09": AreaKind.DISTRICT,
    "E10": AreaKind.COUNTY, "E11": AreaKind.COUNTY, "E13": AreaKind.COUNTY,
    "E14": AreaKind.CONSTITUENCY, "W07": AreaKind.CONSTITUENCY, "S14": AreaKind.CONSTITUENCY,
    "N05": AreaKind.CONSTITUENCY,
    "E47": AreaKind.COMBINED_AUTHORITY, "E12": AreaKind.REGION,
    "E92": AreaKind.COUNTRY, "W92": AreaKind.COUNTRY, "S92": AreaKind.COUNTRY, "N92": AreaKind.COUNTRY,
    "K02": AreaKind.COUNTRY, "K03": AreaKind.COUNTRY, "K04": AreaKind.COUNTRY,
    "Q00": AreaKind.NEIGHBOURHOOD,
}  # fmt: skip


def kind_of(code: str) -> AreaKind | None:
    """What the area of a code is; none where the code does not say."""
    if code.startswith("UKPARL") and is_area_code(code):
        return AreaKind.CONSTITUENCY
    return PREFIXES.get(code[:3]) if is_area_code(code) else None


def is_area_code(text: str) -> bool:
    """Whether the text is written as the code of an area is."""
    return bool(CODE.fullmatch(text))

"""Which areas a postcode lies in. Nothing here is about a person, so no viewer is asked."""

from collections.abc import Iterable

from commongoal.places.engine.areas import AreaKind
from commongoal.places.engine.postcodes import PostcodeAreas, normal_postcode
from commongoal.places.models import Area, LookupRow, Postcode

FIELDS = ("postcode", "lsoa_2011", "lsoa_2021", "ward", "district", "terminated_on", "easting", "northing")


def areas_of(postcode: str) -> PostcodeAreas | None:
    """The areas of a postcode, live or terminated; none if it is in no file imported. At most three queries.

    Raises `MalformedPostcode`. Where no file gave the LSOA of 2021, the one that the LSOA of 2011 became is taken, if
    it became one alone.
    """
    row = Postcode.objects.filter(pk=normal_postcode(postcode)).values(*FIELDS).first()
    if row is None:
        return None
    if row["lsoa_2011"] and not row["lsoa_2021"]:
        row["lsoa_2021"] = _become(row["lsoa_2011"])
    names = _names(row["ward"], row["district"])
    return PostcodeAreas(**row, ward_name=names.get(row["ward"], ""), district_name=names.get(row["district"], ""))


def _become(lsoa_2011: str) -> str:
    rows = LookupRow.objects.filter(
        lookup__from_kind=AreaKind.LSOA, lookup__from_vintage="2011", lookup__to_kind=AreaKind.LSOA,
        lookup__to_vintage="2021", from_code=lsoa_2011,
    )  # fmt: skip
    codes = list(rows.values_list("to_code", flat=True)[:2])
    return codes[0] if len(codes) == 1 else ""


def _names(*codes: str) -> dict[str, str]:
    wanted = [code for code in codes if code]
    return dict(Area.objects.filter(code__in=wanted).order_by("vintage").values_list("code", "name"))


def grid_of(postcodes: Iterable[str]) -> dict[str, tuple[int, int]]:
    """Easting and northing in metres of those postcodes, given as they are kept, whose place is known; one query."""
    rows = Postcode.objects.filter(pk__in=list(postcodes), easting__isnull=False, northing__isnull=False)
    return {
        pk: (easting or 0, northing or 0) for pk, easting, northing in rows.values_list("pk", "easting", "northing")
    }

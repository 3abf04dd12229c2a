"""Areas of several vintages, lookups between them, postcodes, and the hubs that serve them."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from commongoal.places.engine.areas import AreaKind, Match


class Area(models.Model):
    """One area as it was in one vintage: the same code may have stood for it in several."""

    code = models.CharField(max_length=20)  # of 9 characters, but for constituencies that mySociety names by ids
    vintage = models.CharField(max_length=4)
    kind = models.CharField(max_length=20, choices=[(kind.value, kind.value) for kind in AreaKind])
    name = models.CharField(max_length=120)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["code", "vintage"], name="area_once_a_vintage")]
        indexes: ClassVar = [models.Index(fields=["kind", "vintage", "name"])]

    def __str__(self) -> str:
        return f"{self.name} ({self.code}, {self.vintage})"


class Lookup(models.Model):
    """A named table from the areas of one kind and vintage to those of another."""

    name = models.CharField(max_length=40, unique=True)
    from_kind = models.CharField(max_length=20)
    from_vintage = models.CharField(max_length=4)
    to_kind = models.CharField(max_length=20)
    to_vintage = models.CharField(max_length=4)
    imported_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name


class LookupRow(models.Model):
    """One line of a lookup. A split has several lines for one `from_code`, a merger several for one `to_code`."""

    lookup = models.ForeignKey("places.Lookup", on_delete=models.CASCADE, related_name="rows")
    from_code = models.CharField(max_length=20)
    to_code = models.CharField(max_length=20)
    match = models.CharField(max_length=1, blank=True, choices=[(match.value, match.name) for match in Match])
    weight = models.FloatField(null=True, blank=True)  # the share of the people of `from_code` who live in `to_code`

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["lookup", "from_code", "to_code"], name="lookup_row_once")
        ]
        indexes: ClassVar = [models.Index(fields=["lookup", "to_code"])]

    def __str__(self) -> str:
        return f"{self.from_code} to {self.to_code}"


class Postcode(models.Model):
    """A postcode in capitals without spaces, and the areas it lies in; empty where no file said."""

    postcode = models.CharField(max_length=7, primary_key=True)
    lsoa_2011 = models.CharField(max_length=9, blank=True)
    lsoa_2021 = models.CharField(max_length=9, blank=True)
    ward = models.CharField(max_length=9, blank=True)
    district = models.CharField(max_length=9, blank=True)
    terminated_on = models.DateField(null=True, blank=True)
    easting = models.IntegerField(null=True, blank=True)
    northing = models.IntegerField(null=True, blank=True)

    def __str__(self) -> str:
        return self.postcode


class Hub(models.Model):
    """A place where people can come for help, run by one organisation."""

    organisation = models.ForeignKey("access.Organisation", on_delete=models.PROTECT, related_name="hubs")
    name = models.CharField(max_length=120)
    address = models.CharField(max_length=300)
    postcode = models.CharField(max_length=7)
    phone = models.CharField(max_length=30)
    email = models.EmailField(blank=True)
    opening = models.CharField(max_length=300)
    from_on = models.DateField()
    until_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(until_on=None) | Q(until_on__gt=F("from_on")), name="hub_ends_after_start"
            )
        ]

    def __str__(self) -> str:
        return self.name


class HubArea(models.Model):
    """An area that a hub serves: an LSOA, a ward or a district."""

    hub = models.ForeignKey("places.Hub", on_delete=models.CASCADE, related_name="areas")
    area_code = models.CharField(max_length=9, db_index=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["hub", "area_code"], name="hub_area_once")]

    def __str__(self) -> str:
        return f"{self.hub_id}: {self.area_code}"

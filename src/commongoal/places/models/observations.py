"""The catalogue of what the store of observations keeps, and what partners draw and define."""

from typing import ClassVar

from django.db import models


class Edition(models.Model):
    """One file of observations as it was fetched on one day. The figures are in Parquet, under `name` in the store."""

    name = models.CharField(max_length=120, unique=True)
    dataset = models.CharField(max_length=60)
    entry = models.JSONField()  # an `engine.observations.Edition`
    kept_digest = models.CharField(max_length=64)  # of the Parquet file
    fetched_on = models.DateField()
    imported_at = models.DateTimeField()
    membership = models.ForeignKey("access.Membership", on_delete=models.PROTECT, null=True, related_name="editions")
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_why = models.CharField(max_length=300, blank=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["dataset", "fetched_on"])]

    def __str__(self) -> str:
        return self.name


class BoundaryFile(models.Model):
    """Outlines of areas of one kind and vintage; they are in Parquet, under `name` in the store."""

    name = models.CharField(max_length=120, unique=True)
    kind = models.CharField(max_length=20)
    vintage = models.CharField(max_length=4)
    source = models.CharField(max_length=200)
    areas = models.PositiveIntegerField()
    kept_digest = models.CharField(max_length=64)
    imported_at = models.DateTimeField()
    membership = models.ForeignKey("access.Membership", on_delete=models.PROTECT, null=True, related_name="boundaries")

    class Meta:
        indexes: ClassVar = [models.Index(fields=["kind", "vintage"])]

    def __str__(self) -> str:
        return self.name


class IndicatorFile(models.Model):
    """A partnership's own definitions and templates, as text; the newest is in force."""

    file = models.CharField(max_length=200)
    text = models.TextField()
    at = models.DateTimeField()
    membership = models.ForeignKey("access.Membership", on_delete=models.PROTECT, related_name="indicator_files")

    def __str__(self) -> str:
        return self.file


class Neighbourhood(models.Model):
    """An area that the partnership draws from LSOAs of one vintage."""

    code = models.CharField(max_length=9, unique=True)
    name = models.CharField(max_length=120)
    why = models.CharField(max_length=500, blank=True)
    vintage = models.CharField(max_length=4)
    membership = models.ForeignKey("access.Membership", on_delete=models.PROTECT, related_name="neighbourhoods")
    at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return self.name


class NeighbourhoodPart(models.Model):
    """One LSOA of a neighbourhood."""

    neighbourhood = models.ForeignKey("places.Neighbourhood", on_delete=models.CASCADE, related_name="parts")
    lsoa = models.CharField(max_length=9)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["neighbourhood", "lsoa"], name="neighbourhood_part_once")
        ]

    def __str__(self) -> str:
        return self.lsoa

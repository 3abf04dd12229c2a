"""Services, who runs them, where they are, which needs they meet, and the words they are found by."""

from typing import ClassVar

from django.db import models

from commongoal.directory.engine.entries import ServiceStatus


class Provider(models.Model):
    """An organisation of a source that runs services; it may be one of the partnership."""

    source = models.CharField(max_length=60)
    external_id = models.CharField(max_length=36)
    name = models.CharField(max_length=300)
    description = models.TextField(blank=True)
    email = models.CharField(max_length=254, blank=True)
    url = models.CharField(max_length=1000, blank=True)
    organisation = models.ForeignKey("access.Organisation", null=True, blank=True, on_delete=models.SET_NULL)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["source", "external_id"], name="provider_once")]

    def __str__(self) -> str:
        return self.name


class Service(models.Model):
    """A service. One of our own has an `organisation` and an empty `source`; others belong to their source.

    `offered` says that it is active and still in its source, so that lists need one index. What was checked here
    (`checked_on`) is kept apart from what the source assures, and no import touches it.
    """

    source = models.CharField(max_length=60, blank=True)
    external_id = models.CharField(max_length=36)
    organisation = models.ForeignKey("access.Organisation", null=True, blank=True, on_delete=models.PROTECT)
    provider = models.ForeignKey("directory.Provider", null=True, blank=True, on_delete=models.PROTECT)
    name = models.CharField(max_length=300)
    description = models.TextField(blank=True)
    url = models.CharField(max_length=1000, blank=True)
    email = models.CharField(max_length=254, blank=True)
    status = models.CharField(max_length=20, choices=[(status.value, status.value) for status in ServiceStatus])
    fees = models.TextField(blank=True)
    alert = models.TextField(blank=True)
    minimum_age = models.PositiveSmallIntegerField(null=True, blank=True)
    maximum_age = models.PositiveSmallIntegerField(null=True, blank=True)
    assured_on = models.DateField(null=True, blank=True)
    details = models.JSONField(default=dict)
    gone_on = models.DateField(null=True, blank=True)
    offered = models.BooleanField(default=True)
    checked_on = models.DateField(null=True, blank=True)
    checked_by = models.ForeignKey("access.Membership", null=True, blank=True, on_delete=models.PROTECT)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["source", "external_id"], name="service_once")]
        indexes: ClassVar = [
            models.Index(fields=["offered", "name", "id"]),
            models.Index(fields=["organisation", "name"]),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def run_by(self) -> int | None:
        """The id of the organisation of the partnership that runs it, itself or as its source's provider."""
        return self.organisation_id or (self.provider.organisation_id if self.provider else None)


class Location(models.Model):
    """One place of a service. Easting and northing in metres, from its degrees or else its postcode."""

    service = models.ForeignKey("directory.Service", on_delete=models.CASCADE, related_name="locations")
    name = models.CharField(max_length=300, blank=True)
    address = models.CharField(max_length=500, blank=True)
    city = models.CharField(max_length=120, blank=True)
    region = models.CharField(max_length=120, blank=True)
    postcode = models.CharField(max_length=7, blank=True)
    latitude = models.FloatField(null=True, blank=True)
    longitude = models.FloatField(null=True, blank=True)
    easting = models.IntegerField(null=True, blank=True)
    northing = models.IntegerField(null=True, blank=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["easting", "northing"])]

    def __str__(self) -> str:
        return f"{self.service_id}: {self.name or self.address}"


class ServiceNeed(models.Model):
    """A need that a service meets."""

    service = models.ForeignKey("directory.Service", on_delete=models.CASCADE, related_name="needs")
    need = models.CharField(max_length=60)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["service", "need"], name="need_once_a_service")]
        indexes: ClassVar = [models.Index(fields=["need", "service"])]

    def __str__(self) -> str:
        return f"{self.service_id}: {self.need}"


class Term(models.Model):
    """A stem that an offered service is found by; rank 0 stands in its name or its provider's, 1 in its description."""

    service = models.ForeignKey("directory.Service", on_delete=models.CASCADE, related_name="search_terms")
    stem = models.CharField(max_length=24)
    rank = models.PositiveSmallIntegerField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["service", "stem"], name="stem_once_a_service")]
        indexes: ClassVar = [models.Index(fields=["stem", "rank", "service"])]

    def __str__(self) -> str:
        return f"{self.service_id}: {self.stem}"

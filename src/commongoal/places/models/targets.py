"""A target for the whole area, and what of it falls to each ward."""

from typing import ClassVar

from django.db import models


class AreaTarget(models.Model):
    """People to reach a stage in an area by a day, apportioned to wards; a change makes another, which supersedes."""

    title = models.CharField(max_length=200)
    area_code = models.CharField(max_length=20)
    programme = models.ForeignKey("access.Programme", on_delete=models.PROTECT, related_name="area_targets")
    stage = models.CharField(max_length=60)
    people = models.PositiveIntegerField()
    from_on = models.DateField()
    until_on = models.DateField()
    method = models.JSONField()  # need, reach, their weights, and where each figure came from
    run = models.PositiveBigIntegerField(null=True, blank=True)  # the valuation whose chances make the volumes
    volumes = models.JSONField()  # people at each stage and provider that the target takes, by ward
    token = models.CharField(max_length=32, unique=True)
    supersedes = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="superseded"
    )
    membership = models.ForeignKey("access.Membership", on_delete=models.PROTECT, related_name="area_targets")
    at = models.DateTimeField()

    def __str__(self) -> str:
        return self.title


class TargetShare(models.Model):
    """What of a target falls to one ward, with the figures it was worked out from."""

    target = models.ForeignKey("places.AreaTarget", on_delete=models.CASCADE, related_name="shares")
    area_code = models.CharField(max_length=20)
    area_name = models.CharField(max_length=120)
    people = models.PositiveIntegerField()
    need = models.FloatField()
    reach = models.FloatField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["target", "area_code"], name="target_share_once")]

    def __str__(self) -> str:
        return f"{self.area_name}: {self.people}"

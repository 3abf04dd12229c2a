"""Valuations that were run: on which snapshot, by which terms and versions, how far they are, and what they found."""

from typing import ClassVar

from django.db import models

from commongoal.valuation.engine.runs import RunStatus


class Run(models.Model):
    """One valuation of one snapshot. A finished one never changes."""

    snapshot = models.ForeignKey("pathway.Snapshot", on_delete=models.PROTECT, related_name="+")
    rule = models.CharField(max_length=20)
    versions = models.JSONField(default=dict)  # of what worked it out
    status = models.CharField(max_length=20, choices=[(status.value, status.value) for status in RunStatus])
    step = models.CharField(max_length=200, blank=True)
    steps_done = models.PositiveSmallIntegerField(default=0)
    membership = models.ForeignKey("access.Membership", on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    begun_at = models.DateTimeField(null=True, blank=True)
    heard_at = models.DateTimeField(null=True, blank=True)  # the last sign of life of who works on it
    ended_at = models.DateTimeField(null=True, blank=True)
    result = models.JSONField(null=True, blank=True)  # as `commongoal value --json` prints it
    digest = models.CharField(max_length=64, blank=True)  # of the result
    fault = models.CharField(max_length=1000, blank=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["snapshot", "-id"])]

    def __str__(self) -> str:
        return f"run {self.pk}"

"""Assessments done with people, and the level found for each area of life."""

from typing import ClassVar

from django.db import models


class Assessment(models.Model):
    """An assessment done on a day. One inside the minimum gap is kept and does not count; a correction supersedes."""

    person = models.ForeignKey("people.Person", on_delete=models.CASCADE, related_name="assessments")
    programme = models.ForeignKey("access.Programme", on_delete=models.PROTECT, related_name="+")
    organisation = models.ForeignKey("access.Organisation", on_delete=models.PROTECT, related_name="+")
    membership = models.ForeignKey("access.Membership", on_delete=models.PROTECT, related_name="+")
    pathway_file = models.ForeignKey("pathway.PathwayFile", on_delete=models.PROTECT, related_name="+")
    on = models.DateField()
    at = models.DateTimeField()
    together = models.BooleanField(default=True)  # done with the person, not about them
    counts = models.BooleanField(default=True)
    token = models.CharField(max_length=64, unique=True)  # of the form, so that a second click writes no second one
    supersedes = models.OneToOneField(
        "pathway.Assessment", null=True, blank=True, on_delete=models.PROTECT, related_name="superseded_by"
    )

    written_because_of: ClassVar = ("supersedes",)
    reckoned_again_by: ClassVar = "commongoal.pathway.actions.brought.count_again"

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["person", "programme", "on"]),
            models.Index(fields=["programme", "organisation", "on"]),
        ]

    def __str__(self) -> str:
        return f"assessment {self.pk}"


class AssessmentLevel(models.Model):
    """What was found for one area of life; no level where they preferred not to say."""

    assessment = models.ForeignKey("pathway.Assessment", on_delete=models.CASCADE, related_name="levels")
    area = models.SlugField(max_length=60)
    level = models.PositiveSmallIntegerField(null=True, blank=True)
    note = models.CharField(max_length=500, blank=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["assessment", "area"], name="one_level_an_area")]

    def __str__(self) -> str:
        return f"{self.area} {self.level}"

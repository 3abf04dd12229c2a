"""What residents and partners say, the priorities that follow, and what speaks for and against each."""

from typing import ClassVar

from django.db import models
from django.db.models import Q


class Research(models.Model):
    """A piece of ground-level research: a survey, interviews, a group. No person is named in it."""

    title = models.CharField(max_length=200)
    organisation = models.ForeignKey("access.Organisation", on_delete=models.PROTECT, related_name="research")
    method = models.CharField(max_length=20)
    from_on = models.DateField()
    until_on = models.DateField()
    area_code = models.CharField(max_length=20)
    people = models.PositiveIntegerField()  # who took part
    consent = models.TextField()  # how those who took part agreed that it may be used
    about = models.TextField(blank=True)
    token = models.CharField(max_length=32, unique=True)
    membership = models.ForeignKey("access.Membership", on_delete=models.PROTECT, related_name="research")
    at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_why = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(until_on__gte=models.F("from_on")), name="research_ends_after_start")
        ]

    def __str__(self) -> str:
        return self.title


class Finding(models.Model):
    """What a piece of research found on one theme, and how many of those who took part said so."""

    research = models.ForeignKey("places.Research", on_delete=models.CASCADE, related_name="findings")
    theme = models.CharField(max_length=60)
    area_code = models.CharField(max_length=20)
    people = models.PositiveIntegerField()
    words = models.TextField()
    membership = models.ForeignKey("access.Membership", on_delete=models.PROTECT, related_name="findings")
    at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_why = models.CharField(max_length=300, blank=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["theme"])]

    def __str__(self) -> str:
        return f"{self.theme}: {self.words[:40]}"


class Return(models.Model):
    """What one partner says of one theme in one area: a structured return. The newest stands; earlier ones are kept."""

    organisation = models.ForeignKey("access.Organisation", on_delete=models.PROTECT, related_name="returns")
    theme = models.CharField(max_length=60)
    area_code = models.CharField(max_length=20)
    says = models.CharField(max_length=20)  # "more need", "as much", "less need"
    helped = models.PositiveIntegerField(null=True, blank=True)
    waiting = models.PositiveIntegerField(null=True, blank=True)
    words = models.TextField()
    from_on = models.DateField()
    until_on = models.DateField()
    token = models.CharField(max_length=32, unique=True)
    membership = models.ForeignKey("access.Membership", on_delete=models.PROTECT, related_name="returns")
    at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_why = models.CharField(max_length=300, blank=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["theme"])]

    def __str__(self) -> str:
        return f"{self.theme}: {self.says}"


class Priority(models.Model):
    """What the partnership will act on."""

    title = models.CharField(max_length=200)
    theme = models.CharField(max_length=60)
    area_code = models.CharField(max_length=20)
    why = models.TextField(blank=True)
    token = models.CharField(max_length=32, unique=True)
    membership = models.ForeignKey("access.Membership", on_delete=models.PROTECT, related_name="priorities")
    at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_why = models.CharField(max_length=300, blank=True)

    def __str__(self) -> str:
        return self.title


class Citation(models.Model):
    """What speaks for or against a priority: an official figure, a finding or a return."""

    priority = models.ForeignKey("places.Priority", on_delete=models.CASCADE, related_name="citations")
    source = models.CharField(max_length=20)  # "official", "residents", "partners"
    stance = models.CharField(max_length=10)  # "for", "against"
    finding = models.ForeignKey("places.Finding", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    partner_return = models.ForeignKey(
        "places.Return", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    figure = models.JSONField(null=True, blank=True)  # the official figure as it was cited, with its edition
    words = models.TextField(blank=True)
    membership = models.ForeignKey("access.Membership", on_delete=models.PROTECT, related_name="citations")
    at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.source} {self.stance}"

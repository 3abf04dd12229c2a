"""What a programme cost, and who bore it."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from commongoal.pathway.engine.casework import CostBasis


class Cost(models.Model):
    """An amount for a half-open period: of the programme where no provider, of the provider where no intervention."""

    programme = models.ForeignKey("access.Programme", on_delete=models.PROTECT, related_name="+")
    provider = models.SlugField(max_length=60, blank=True)
    intervention = models.SlugField(max_length=60, blank=True)
    from_on = models.DateField()
    to_on = models.DateField()
    amount_pence = models.PositiveBigIntegerField()
    borne_by = models.SlugField(max_length=60)
    basis = models.CharField(max_length=10, choices=[(basis.value, basis.value) for basis in CostBasis])
    source = models.CharField(max_length=300)
    organisation = models.ForeignKey(
        "access.Organisation", on_delete=models.PROTECT, related_name="+"
    )  # who entered it
    membership = models.ForeignKey("access.Membership", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    file = models.CharField(max_length=200, blank=True)  # the file it was imported from
    supersedes = models.OneToOneField(
        "pathway.Cost", null=True, blank=True, on_delete=models.PROTECT, related_name="superseded_by"
    )
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_why = models.CharField(max_length=300, blank=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["programme", "-from_on", "id"])]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(to_on__gt=F("from_on")), name="cost_has_a_period"),
        ]

    def __str__(self) -> str:
        return f"cost {self.pk}"

"""Jobs, and the checkpoints at which somebody asks how it goes."""

from typing import ClassVar

from django.db import models

from commongoal.pathway.engine.casework import CheckpointStatus, PayPeriod


class Job(models.Model):
    """Paid work from a day until a day. A correction writes a row that supersedes; a withdrawn one was a mistake."""

    person = models.ForeignKey("people.Person", on_delete=models.CASCADE, related_name="jobs")
    programme = models.ForeignKey("access.Programme", on_delete=models.PROTECT, related_name="+")
    organisation = models.ForeignKey("access.Organisation", on_delete=models.PROTECT, related_name="+")
    membership = models.ForeignKey("access.Membership", on_delete=models.PROTECT, related_name="+")
    self_employed = models.BooleanField(default=False)
    employer = models.CharField(max_length=200, blank=True)  # empty when self-employed
    occupation = models.CharField(max_length=200)
    occupation_code = models.CharField(max_length=4, blank=True)  # SOC 2020 unit group
    from_on = models.DateField()
    to_on = models.DateField(null=True, blank=True)  # first day after the last
    ended_why = models.CharField(max_length=60, blank=True)
    weekly_hours = models.DecimalField(max_digits=5, decimal_places=2)
    pay_pence = models.PositiveBigIntegerField()
    pay_period = models.CharField(max_length=20, choices=[(period.value, period.value) for period in PayPeriod])
    below_minimum_why = models.CharField(max_length=300, blank=True)
    evidence_kind = models.SlugField(max_length=60)
    evidence = models.CharField(max_length=300, blank=True)
    document = models.ForeignKey("people.Document", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField()
    supersedes = models.OneToOneField(
        "pathway.Job", null=True, blank=True, on_delete=models.PROTECT, related_name="superseded_by"
    )
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_why = models.CharField(max_length=300, blank=True)

    written_because_of: ClassVar = ("supersedes",)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["person", "programme", "from_on"]),
            models.Index(fields=["programme", "id"]),
        ]

    def __str__(self) -> str:
        return f"job {self.pk}"


class Checkpoint(models.Model):
    """A day on which somebody asks whether the person is still in work: made when a first job begins after none."""

    person = models.ForeignKey("people.Person", on_delete=models.CASCADE, related_name="checkpoints")
    programme = models.ForeignKey("access.Programme", on_delete=models.PROTECT, related_name="+")
    organisation = models.ForeignKey("access.Organisation", on_delete=models.PROTECT, related_name="+")
    job = models.ForeignKey("pathway.Job", on_delete=models.CASCADE, related_name="checkpoints")
    weeks = models.PositiveSmallIntegerField()
    due_on = models.DateField()
    contact = models.CharField(max_length=300)  # who to ask, in words
    status = models.CharField(
        max_length=30,
        choices=[(status.value, status.value) for status in CheckpointStatus],
        default=CheckpointStatus.DUE.value,
    )
    answered_on = models.DateField(null=True, blank=True)
    evidence_kind = models.SlugField(max_length=60, blank=True)
    note = models.CharField(max_length=300, blank=True)
    membership = models.ForeignKey(
        "access.Membership", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    written_because_of: ClassVar = ("job",)
    reckoned_again_by: ClassVar = "commongoal.pathway.actions.brought.follow_jobs"

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["job", "weeks"], name="checkpoint_once")]
        indexes: ClassVar = [models.Index(fields=["organisation", "status", "due_on"])]

    def __str__(self) -> str:
        return f"checkpoint {self.pk}"

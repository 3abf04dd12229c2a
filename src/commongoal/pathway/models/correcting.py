"""What was said before somebody put it right."""

from typing import ClassVar

from django.db import models


class SaidBefore(models.Model):
    """What was said of an appointment, of somebody at a session or at a checkpoint, until somebody corrected it.

    It hangs on one of the three, whose own row says what stands now. It counts for nothing, and is never changed.
    """

    appointment = models.ForeignKey(
        "pathway.Appointment", null=True, blank=True, on_delete=models.CASCADE, related_name="said_before"
    )
    attendance = models.ForeignKey(
        "pathway.Attendance", null=True, blank=True, on_delete=models.CASCADE, related_name="said_before"
    )
    checkpoint = models.ForeignKey(
        "pathway.Checkpoint", null=True, blank=True, on_delete=models.CASCADE, related_name="said_before"
    )
    status = models.CharField(max_length=30)
    on = models.DateField(null=True, blank=True)  # the day on which a checkpoint was answered
    evidence_kind = models.SlugField(max_length=60, blank=True)
    note = models.CharField(max_length=300, blank=True)
    corrected_at = models.DateTimeField()
    corrected_by = models.ForeignKey("access.Membership", on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(appointment=None, attendance=None, checkpoint__isnull=False)
                | models.Q(appointment=None, attendance__isnull=False, checkpoint=None)
                | models.Q(appointment__isnull=False, attendance=None, checkpoint=None),
                name="said_before_of_one",
            )
        ]

    def __str__(self) -> str:
        return f"said before {self.pk}"

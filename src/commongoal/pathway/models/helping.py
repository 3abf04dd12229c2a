"""Who supports whom with what; groups with their sessions and attendance; appointments."""

from typing import ClassVar

from django.db import models

from commongoal.pathway.engine.casework import AppointmentStatus, AttendanceStatus, Mode, Reminder
from commongoal.people.engine.contact import CountsAsContact
from commongoal.people.engine.merging import OneRunning

CAME = (AppointmentStatus.ATTENDED.value, AppointmentStatus.LATE.value)
CAME_TO_SESSION = (AttendanceStatus.CAME.value, AttendanceStatus.LATE.value)


class Support(models.Model):
    """An organisation helps a person with an intervention of the programme, from a day until a day.

    A correction writes a new row that supersedes this one; a withdrawn row was a mistake. Both are kept.
    """

    person = models.ForeignKey("people.Person", on_delete=models.CASCADE, related_name="support")
    programme = models.ForeignKey("access.Programme", on_delete=models.PROTECT, related_name="+")
    organisation = models.ForeignKey("access.Organisation", on_delete=models.PROTECT, related_name="+")
    membership = models.ForeignKey("access.Membership", on_delete=models.PROTECT, related_name="+")
    intervention = models.SlugField(max_length=60)
    contract = models.CharField(max_length=100, blank=True)
    from_on = models.DateField()
    to_on = models.DateField(null=True, blank=True)  # first day after the last
    at = models.DateTimeField()
    supersedes = models.OneToOneField(
        "pathway.Support", null=True, blank=True, on_delete=models.PROTECT, related_name="superseded_by"
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
        return f"support {self.pk}"


class Group(models.Model):
    """A course, club or workshop that meets more than once, as an intervention of a programme."""

    organisation = models.ForeignKey("access.Organisation", on_delete=models.PROTECT, related_name="+")
    programme = models.ForeignKey("access.Programme", on_delete=models.PROTECT, related_name="+")
    intervention = models.SlugField(max_length=60)
    name = models.CharField(max_length=200)
    place = models.CharField(max_length=200, blank=True)
    made_at = models.DateTimeField()
    closed_on = models.DateField(null=True, blank=True)

    def __str__(self) -> str:
        return f"group {self.pk}"


class GroupMember(models.Model):
    """A person in a group, from a day until a day."""

    group = models.ForeignKey("pathway.Group", on_delete=models.CASCADE, related_name="members")
    person = models.ForeignKey("people.Person", on_delete=models.CASCADE, related_name="groups")
    from_on = models.DateField()
    to_on = models.DateField(null=True, blank=True)

    one_running: ClassVar = OneRunning(like=("group",), end="to_on", days=("from_on",))

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["group", "person"], condition=models.Q(to_on=None), name="once_in_a_group")
        ]

    def __str__(self) -> str:
        return f"{self.person_id} in group {self.group_id}"


class GroupSession(models.Model):
    """One meeting of a group."""

    group = models.ForeignKey("pathway.Group", on_delete=models.CASCADE, related_name="sessions")
    starts_at = models.DateTimeField()
    minutes = models.PositiveIntegerField()
    place = models.CharField(max_length=200, blank=True)
    cancelled_why = models.CharField(max_length=200, blank=True)
    membership = models.ForeignKey("access.Membership", on_delete=models.PROTECT, related_name="+")
    listed_at = models.DateTimeField(null=True, blank=True)  # when attendance was taken
    version = models.PositiveIntegerField(default=1)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["group", "starts_at"])]

    def __str__(self) -> str:
        return f"session {self.pk}"


class Attendance(models.Model):
    """Whether a person came to a session."""

    session = models.ForeignKey("pathway.GroupSession", on_delete=models.CASCADE, related_name="attendance")
    person = models.ForeignKey("people.Person", on_delete=models.CASCADE, related_name="+")
    status = models.CharField(max_length=30, choices=[(status.value, status.value) for status in AttendanceStatus])
    note = models.CharField(max_length=300, blank=True)

    counts_as_contact: ClassVar = CountsAsContact("status", CAME_TO_SESSION, "session__starts_at")

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["session", "person"], name="attended_once")]

    def __str__(self) -> str:
        return f"{self.person_id} {self.status}"


class Appointment(models.Model):
    """A time agreed with a person, how they are reminded of it, and what became of it."""

    person = models.ForeignKey("people.Person", on_delete=models.CASCADE, related_name="appointments")
    organisation = models.ForeignKey("access.Organisation", on_delete=models.PROTECT, related_name="+")
    membership = models.ForeignKey("access.Membership", on_delete=models.PROTECT, related_name="+")  # with whom
    starts_at = models.DateTimeField()
    minutes = models.PositiveIntegerField()
    mode = models.CharField(max_length=30, choices=[(mode.value, mode.value) for mode in Mode])
    place = models.CharField(max_length=200, blank=True)
    about = models.CharField(max_length=200, blank=True)  # staff read it; never in a reminder
    status = models.CharField(
        max_length=30,
        choices=[(status.value, status.value) for status in AppointmentStatus],
        default=AppointmentStatus.BOOKED.value,
    )
    why = models.CharField(max_length=300, blank=True)
    reminder = models.CharField(max_length=10, choices=[(kind.value, kind.value) for kind in Reminder])
    remind_at = models.DateTimeField(null=True, blank=True)
    reminded_at = models.DateTimeField(null=True, blank=True)
    reminder_fault = models.CharField(max_length=200, blank=True)
    instead_of = models.OneToOneField(
        "pathway.Appointment", null=True, blank=True, on_delete=models.PROTECT, related_name="moved_to"
    )
    booked_at = models.DateTimeField()

    written_because_of: ClassVar = ("instead_of",)
    counts_as_contact: ClassVar = CountsAsContact("status", CAME, "starts_at")

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["person", "starts_at"]),
            models.Index(fields=["membership", "status", "starts_at"]),
            models.Index(fields=["organisation", "status", "starts_at"]),
            models.Index(
                fields=["remind_at"],
                condition=models.Q(reminded_at=None, status="booked"),
                name="reminder_waiting",
            ),
        ]

    def __str__(self) -> str:
        return f"appointment {self.pk}"

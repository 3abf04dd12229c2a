"""Action plans: the goals and tasks in hand, and the versions that people agreed to."""

from typing import ClassVar

from django.db import models

from commongoal.pathway.engine.casework import GoalEnd, ReviewReason, TaskOwner, TaskStatus
from commongoal.people.engine.merging import OneRunning
from commongoal.people.engine.vocabulary import GivenHow


class Plan(models.Model):
    """One package for a person on a programme, across agencies. Goals and tasks hang on it as they are now."""

    person = models.ForeignKey("people.Person", on_delete=models.CASCADE, related_name="plans")
    programme = models.ForeignKey("access.Programme", on_delete=models.PROTECT, related_name="+")
    organisation = models.ForeignKey("access.Organisation", on_delete=models.PROTECT, related_name="+")
    made_on = models.DateField()
    review_on = models.DateField()  # the last day of the next review
    ended_on = models.DateField(null=True, blank=True)

    one_running: ClassVar = OneRunning(like=("programme",), end="ended_on", days=(), second_ends=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["person", "programme"], condition=models.Q(ended_on=None), name="one_running_plan"
            )
        ]
        indexes: ClassVar = [models.Index(fields=["organisation", "ended_on", "review_on"])]

    def __str__(self) -> str:
        return f"plan {self.pk}"


class Goal(models.Model):
    """What somebody wants to change: from a barrier that an assessment found, or their own words alone."""

    plan = models.ForeignKey("pathway.Plan", on_delete=models.CASCADE, related_name="goals")
    area = models.SlugField(max_length=60, blank=True)
    words = models.CharField(max_length=300)
    membership = models.ForeignKey("access.Membership", on_delete=models.PROTECT, related_name="+")
    made_on = models.DateField()
    ended_on = models.DateField(null=True, blank=True)
    ended_how = models.CharField(max_length=20, blank=True, choices=[(end.value, end.value) for end in GoalEnd])
    why = models.CharField(max_length=300, blank=True)

    def __str__(self) -> str:
        return f"goal {self.pk}"


class Task(models.Model):
    """One thing to do towards a goal: whose, by when, with which service, and for whom in the family."""

    goal = models.ForeignKey("pathway.Goal", on_delete=models.CASCADE, related_name="tasks")
    words = models.CharField(max_length=300)
    owner = models.CharField(max_length=20, choices=[(owner.value, owner.value) for owner in TaskOwner])
    worker = models.ForeignKey(
        "access.Membership", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )  # under TaskOwner.WORKER
    agency = models.ForeignKey(
        "access.Organisation", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )  # under TaskOwner.AGENCY
    for_person = models.ForeignKey(
        "people.Person", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )  # somebody of the family, where it is for them
    service = models.ForeignKey("directory.Service", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    due_on = models.DateField()
    status = models.CharField(
        max_length=20, choices=[(status.value, status.value) for status in TaskStatus], default=TaskStatus.OPEN.value
    )
    finished_on = models.DateField(null=True, blank=True)
    finished_by = models.ForeignKey(
        "access.Membership", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    why = models.CharField(max_length=300, blank=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["worker", "status", "due_on"])]

    def __str__(self) -> str:
        return f"task {self.pk}"


class PlanVersion(models.Model):
    """The plan as it stood when the person agreed to it: a frozen copy, readable for good."""

    plan = models.ForeignKey("pathway.Plan", on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    content = models.JSONField()  # goals and tasks in words: see pathway.engine.plan
    agreed_on = models.DateField()
    agreed_by = models.CharField(max_length=200)
    given_how = models.CharField(max_length=30, choices=[(how.value, how.value) for how in GivenHow])
    membership = models.ForeignKey("access.Membership", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["plan", "number"], name="plan_version_once")]

    def __str__(self) -> str:
        return f"plan {self.plan_id} version {self.number}"


class PlanSending(models.Model):
    """The plan sent to the person as a file: by whom, when, to which address. The token is the form's."""

    plan = models.ForeignKey("pathway.Plan", on_delete=models.CASCADE, related_name="sendings")
    version = models.ForeignKey(
        "pathway.PlanVersion", null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )  # none is the plan as it stood
    email = models.EmailField(max_length=254)
    membership = models.ForeignKey("access.Membership", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    failed = models.BooleanField(default=False)  # the mail server did not take it
    token = models.CharField(max_length=64, unique=True)

    def __str__(self) -> str:
        return f"sending of plan {self.plan_id}"


class PlanReview(models.Model):
    """A dated look at the plan, and why."""

    plan = models.ForeignKey("pathway.Plan", on_delete=models.CASCADE, related_name="reviews")
    on = models.DateField()
    reason = models.CharField(max_length=40, choices=[(reason.value, reason.value) for reason in ReviewReason])
    note = models.TextField(blank=True)
    membership = models.ForeignKey("access.Membership", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"review of plan {self.plan_id}"

"""Eligibility answers, participations, and referrals with every change of them."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from commongoal.pathway.engine.eligibility import Verdict
from commongoal.pathway.engine.referral import Lane, Outcome, RejectionReason, Status, Urgency
from commongoal.people.engine.merging import OneRunning


class EligibilityAnswers(models.Model):
    """What a person answered on a day, and what it decided. New answers supersede old ones; none is overwritten."""

    person = models.ForeignKey("people.Person", on_delete=models.CASCADE, related_name="eligibility")
    programme = models.ForeignKey("access.Programme", on_delete=models.PROTECT, related_name="+")
    organisation = models.ForeignKey("access.Organisation", on_delete=models.PROTECT, related_name="+")
    membership = models.ForeignKey("access.Membership", on_delete=models.PROTECT, related_name="+")
    on = models.DateField()
    at = models.DateTimeField()
    answers = models.JSONField()  # rule id to option id
    verdicts = models.JSONField()  # each rule as it stood that day, in words: the rules may change later
    outcome = models.CharField(max_length=20, choices=[(verdict.value, verdict.value) for verdict in Verdict])
    deciding_rule = models.CharField(max_length=60, blank=True)
    because = models.CharField(max_length=400)
    terms_version = models.DateField()
    supersedes = models.OneToOneField(
        "pathway.EligibilityAnswers", null=True, blank=True, on_delete=models.SET_NULL, related_name="superseded_by"
    )

    class Meta:
        indexes: ClassVar = [models.Index(fields=["person", "programme", "id"])]

    def __str__(self) -> str:
        return f"eligibility {self.pk}"


class Referral(models.Model):
    """A person sent from one organisation to another, with a frozen copy of what was shared."""

    person = models.ForeignKey("people.Person", on_delete=models.CASCADE, related_name="referrals")
    programme = models.ForeignKey("access.Programme", on_delete=models.PROTECT, related_name="+")
    sender = models.ForeignKey("access.Organisation", on_delete=models.PROTECT, related_name="+")
    receiver = models.ForeignKey("access.Organisation", on_delete=models.PROTECT, related_name="+")
    sent_by = models.ForeignKey("access.Membership", on_delete=models.PROTECT, related_name="+")
    service = models.ForeignKey("directory.Service", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    service_name = models.CharField(max_length=300, blank=True)  # as it was when the referral was sent
    need = models.CharField(max_length=60, blank=True)
    reason = models.TextField()
    urgency = models.CharField(max_length=10, choices=[(urgency.value, urgency.value) for urgency in Urgency])
    classes = models.JSONField(default=list)  # of DataClass
    sent = models.JSONField(default=list)  # exactly what was sent: [class, label, value], never changed after
    basis = models.ForeignKey("access.LawfulBasis", null=True, on_delete=models.PROTECT, related_name="+")
    agreement = models.ForeignKey("people.Agreement", null=True, on_delete=models.SET_NULL, related_name="+")
    override_reason = models.TextField(blank=True)
    override_looked_at = models.DateTimeField(null=True, blank=True)
    override_looked_by = models.ForeignKey(
        "access.Membership", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    status = models.CharField(max_length=20, choices=[(status.value, status.value) for status in Status])
    lane = models.CharField(max_length=10, choices=[(lane.value, lane.value) for lane in Lane])
    sent_at = models.DateTimeField()
    sent_on = models.DateField()
    answer_due_on = models.DateField()
    answered_at = models.DateTimeField(null=True, blank=True)
    first_contact_on = models.DateField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    code = models.CharField(
        max_length=30, blank=True, choices=[(code.value, code.value) for code in (*RejectionReason, *Outcome)]
    )
    note = models.TextField(blank=True)
    passed_on_from = models.ForeignKey(
        "pathway.Referral", null=True, blank=True, on_delete=models.SET_NULL, related_name="passed_on_to"
    )
    token = models.CharField(max_length=64, unique=True)

    # One is open at a time, but a merge may bring a second: both ends answer both. So no constraint; sending checks
    # with the person locked.
    written_because_of: ClassVar = ("passed_on_from",)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["receiver", "lane", "answer_due_on", "id"]),
            models.Index(fields=["sender", "lane", "answer_due_on", "id"]),
            models.Index(fields=["sent_by", "lane", "answer_due_on"]),
            models.Index(
                fields=["sender", "override_looked_at", "id"], condition=~Q(override_reason=""), name="overrides"
            ),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(sender=F("receiver")), name="referral_to_another"),
        ]

    def __str__(self) -> str:
        return f"referral {self.pk}"


class ReferralEvent(models.Model):
    """One change of a referral's status: what it became, when, by whom, and why."""

    referral = models.ForeignKey("pathway.Referral", on_delete=models.CASCADE, related_name="events")
    status = models.CharField(max_length=20, choices=[(status.value, status.value) for status in Status])
    at = models.DateTimeField()
    on = models.DateField()  # the day it happened, which may be before it was written down
    membership = models.ForeignKey("access.Membership", on_delete=models.PROTECT, related_name="+")
    code = models.CharField(max_length=30, blank=True)
    note = models.TextField(blank=True)

    def __str__(self) -> str:
        return f"{self.referral_id} {self.status}"


class Participation(models.Model):
    """A person on a programme with one organisation. Referral, first contact and start are three different days."""

    person = models.ForeignKey("people.Person", on_delete=models.CASCADE, related_name="participations")
    programme = models.ForeignKey("access.Programme", on_delete=models.PROTECT, related_name="+")
    organisation = models.ForeignKey("access.Organisation", on_delete=models.PROTECT, related_name="+")
    referral = models.ForeignKey("pathway.Referral", null=True, on_delete=models.SET_NULL, related_name="+")
    eligibility = models.ForeignKey(
        "pathway.EligibilityAnswers", null=True, on_delete=models.SET_NULL, related_name="+"
    )
    referred_on = models.DateField(null=True, blank=True)
    first_contact_on = models.DateField(null=True, blank=True)
    started_on = models.DateField(null=True, blank=True)
    ended_on = models.DateField(null=True, blank=True)
    exit_reason = models.CharField(max_length=60, blank=True)
    started_before_evidence = models.CharField(max_length=300, blank=True)

    one_running: ClassVar = OneRunning(
        like=("organisation", "programme"), end="ended_on", days=("started_on", "first_contact_on", "referred_on")
    )
    written_because_of: ClassVar = ("referral",)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["organisation", "ended_on", "started_on"])]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["person", "organisation", "programme"],
                condition=Q(ended_on=None),
                name="one_running_participation",
            ),
            models.CheckConstraint(
                condition=Q(ended_on=None) | Q(started_on=None) | Q(ended_on__gte=F("started_on")),
                name="participation_in_order",
            ),
        ]

    def __str__(self) -> str:
        return f"participation {self.pk}"

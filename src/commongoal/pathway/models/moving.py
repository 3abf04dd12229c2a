"""Pathways as data, people's journeys along them, and the ledgers written from them."""

from typing import ClassVar

from django.db import models

from commongoal.people.engine.merging import OneRunning


class PathwayFile(models.Model):
    """A programme's file as it was put there: stages, moves, areas, providers, terms. The newest is in force."""

    programme = models.ForeignKey("access.Programme", on_delete=models.PROTECT, related_name="+")
    text = models.TextField()
    digest = models.CharField(max_length=64)
    organisations = models.JSONField()  # {"providers": {id: organisation}, "partners": {id: organisation}}
    membership = models.ForeignKey("access.Membership", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["programme", "-id"])]

    def __str__(self) -> str:
        return f"pathway file {self.pk}"


class Journey(models.Model):
    """A person on a programme's pathway: who they were on the first day, and where they stand now.

    `stage` and `since_on` follow from the moves that count, and are kept here for lists. `stage` is a stage's id, or
    "left" or "ended".
    """

    person = models.ForeignKey("people.Person", on_delete=models.CASCADE, related_name="journeys")
    programme = models.ForeignKey("access.Programme", on_delete=models.PROTECT, related_name="+")
    attributes = models.JSONField(default=dict)  # attribute id to value id, as on the first day
    begun_on = models.DateField()
    stage = models.SlugField(max_length=60)
    since_on = models.DateField()
    closed_at = models.DateTimeField(null=True, blank=True)  # begun by mistake

    one_running: ClassVar = OneRunning(like=("programme",), end="closed_at", days=("since_on", "begun_on"), story=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["person", "programme"], condition=models.Q(closed_at=None), name="one_journey"
            )
        ]
        indexes: ClassVar = [models.Index(fields=["programme", "stage"])]

    def __str__(self) -> str:
        return f"journey {self.pk}"


class Move(models.Model):
    """An arrival at a stage, at "left" or at "ended"; where the person came from follows from the move before.

    One that is superseded or withdrawn stands for the record only. One that waits is to a stage delivered elsewhere,
    and counts from the receiver's first contact with the person.
    """

    journey = models.ForeignKey("pathway.Journey", on_delete=models.CASCADE, related_name="moves")
    on = models.DateField()
    place = models.PositiveIntegerField(default=0)  # order within the day
    stage = models.SlugField(max_length=60)
    reason = models.CharField(max_length=60, blank=True)  # of leaving, or of ending for good
    organisation = models.ForeignKey("access.Organisation", on_delete=models.PROTECT, related_name="+")
    membership = models.ForeignKey("access.Membership", on_delete=models.PROTECT, related_name="+")
    evidence_kind = models.SlugField(max_length=60, blank=True)
    evidence = models.CharField(max_length=300, blank=True)
    document = models.ForeignKey("people.Document", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    assessment = models.ForeignKey(
        "pathway.Assessment", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )  # the readings that were looked at
    supported = models.BooleanField(null=True)  # whether the readings support it; none where no area evidences it
    why = models.CharField(max_length=300, blank=True)  # where they do not
    referral = models.ForeignKey(
        "pathway.Referral", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )  # to whoever delivers the stage
    waiting = models.BooleanField(default=False)
    supersedes = models.OneToOneField(
        "pathway.Move", null=True, blank=True, on_delete=models.PROTECT, related_name="superseded_by"
    )
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_why = models.CharField(max_length=300, blank=True)
    at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["journey", "on", "place"])]

    def __str__(self) -> str:
        return f"move {self.pk}"


class Snapshot(models.Model):
    """A ledger written from the database: where, of which day, by which file, and what was in it."""

    programme = models.ForeignKey("access.Programme", on_delete=models.PROTECT, related_name="+")
    pathway_file = models.ForeignKey("pathway.PathwayFile", on_delete=models.PROTECT, related_name="+")
    snapshot_on = models.DateField()
    directory = models.CharField(max_length=200)  # below the folder of snapshots
    digest = models.CharField(max_length=64)  # of all its tables
    rows = models.JSONField()  # rows by table
    left_out = models.JSONField(default=dict)  # rows left out, by reason
    last_action = models.PositiveBigIntegerField()  # the audit row up to which it has read
    people_read = models.PositiveIntegerField()  # how many people were read again
    membership = models.ForeignKey(
        "access.Membership", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["programme", "-id"])]

    def __str__(self) -> str:
        return f"snapshot {self.pk}"

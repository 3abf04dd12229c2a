"""People, who may know about them and why, families, needs, notes, workers, duplicates and merges."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from commongoal.people.engine.vocabulary import (
    HOLDING_RELATIONS,
    ContactMethod,
    DocumentKind,
    FamilyLinkKind,
    GivenHow,
    NeedKind,
    NoteKind,
)

_HELPED_NOW = Q(until_at=None, helping=True)


class Person(models.Model):
    """A person who is helped. A record that was merged away points to the one kept, and is kept itself."""

    first_name = models.CharField(max_length=100)
    last_name = models.CharField(max_length=100)
    known_as = models.CharField(max_length=100, blank=True)
    born_on = models.DateField(null=True, blank=True)
    address = models.CharField(max_length=300, blank=True)
    postcode = models.CharField(max_length=8, blank=True)
    area_code = models.CharField(max_length=9, blank=True)
    phone = models.CharField(max_length=30, blank=True)
    email = models.EmailField(blank=True)
    contact_by = models.CharField(
        max_length=10, blank=True, choices=[(method.value, method.value) for method in ContactMethod]
    )
    ni_sealed = models.BinaryField(null=True, editable=False)  # AES-GCM; see people.engine.ni
    ni_blind = models.CharField(max_length=64, blank=True, db_index=True, editable=False)
    restricted = models.BooleanField(default=False)
    added_by = models.ForeignKey("access.Organisation", on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField()
    merged_into = models.ForeignKey("people.Person", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(merged_into=F("id")), name="not_merged_into_itself")
        ]

    def __str__(self) -> str:
        return f"person {self.pk}"


class Holding(models.Model):
    """Which organisation may know about a person, why, which classes of data, and from when until when.

    The one answer to "who holds what about me", and to every question of reach. `own`: the organisation works with the
    person, and sees all. `referred`, `agreed`: it sees the classes listed.
    """

    person = models.ForeignKey("people.Person", on_delete=models.CASCADE, related_name="holdings")
    organisation = models.ForeignKey("access.Organisation", on_delete=models.PROTECT, related_name="+")
    relation = models.CharField(max_length=10, choices=[(kind.value, kind.value) for kind in HOLDING_RELATIONS])
    classes = models.JSONField(default=list)  # of DataClass; empty under `own`, which has all
    why = models.CharField(max_length=200)  # in words a resident reads
    source = models.CharField(max_length=40, blank=True)  # "referral 12", "agreement 3": what made it
    since_at = models.DateTimeField()
    until_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["organisation", "person", "relation"]),
            models.Index(fields=["source"]),
        ]

    def __str__(self) -> str:
        return f"{self.relation} {self.person_id} {self.organisation_id}"


class NamedStaff(models.Model):
    """Who may open a restricted record."""

    person = models.ForeignKey("people.Person", on_delete=models.CASCADE, related_name="named_staff")
    membership = models.ForeignKey("access.Membership", on_delete=models.PROTECT, related_name="+")
    since_at = models.DateTimeField()
    until_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"named {self.membership_id} for {self.person_id}"


class ResidentAccount(models.Model):
    """The membership with which a person sees their own record; until they accept, the invitation to it."""

    person = models.ForeignKey("people.Person", on_delete=models.CASCADE, related_name="+")
    membership = models.OneToOneField("access.Membership", null=True, on_delete=models.CASCADE, related_name="+")
    invitation = models.OneToOneField("access.Invitation", null=True, on_delete=models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return f"account of {self.person_id}"


class SearchPart(models.Model):
    """One thing a person can be found by: part of a name or date of birth, postcode, telephone; a dozen each."""

    person = models.ForeignKey("people.Person", on_delete=models.CASCADE, related_name="search_parts")
    key = models.CharField(max_length=40)  # the kind in a letter, a colon, the value

    class Meta:
        indexes: ClassVar = [models.Index(fields=["key", "person"])]

    def __str__(self) -> str:
        return self.key


class Spelling(models.Model):
    """A part of a name that somebody has, under one of the ways it may be typed: see `people.engine.search`.

    Rows for each part that exists, however many people have it: what a slip of the hand costs does not grow.
    """

    key = models.CharField(max_length=60)  # w: whole, d: a letter left out, s: sound
    part = models.CharField(max_length=60)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["key", "part"], name="spelling_once")]

    def __str__(self) -> str:
        return f"{self.key} {self.part}"


class Household(models.Model):
    """People who live together."""

    made_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"household {self.pk}"


class HouseholdMember(models.Model):
    """A person in a household, from a day until a day."""

    household = models.ForeignKey("people.Household", on_delete=models.CASCADE, related_name="members")
    person = models.ForeignKey("people.Person", on_delete=models.CASCADE, related_name="households")
    since_on = models.DateField()
    until_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["person"], condition=Q(until_on=None), name="one_household_now")
        ]

    def __str__(self) -> str:
        return f"{self.person_id} in {self.household_id}"


class FamilyLink(models.Model):
    """`other` is the `kind` of `person`: their parent, child, partner ... Kept both ways round."""

    person = models.ForeignKey("people.Person", on_delete=models.CASCADE, related_name="family")
    other = models.ForeignKey("people.Person", on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=20, choices=[(kind.value, kind.value) for kind in FamilyLinkKind])
    ended_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.other_id} is {self.kind} of {self.person_id}"


class Need(models.Model):
    """Something to arrange or to know before helping somebody."""

    person = models.ForeignKey("people.Person", on_delete=models.CASCADE, related_name="needs")
    kind = models.CharField(max_length=30, choices=[(kind.value, kind.value) for kind in NeedKind])
    detail = models.CharField(max_length=300, blank=True)
    since_on = models.DateField()
    until_on = models.DateField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.kind} for {self.person_id}"


class Agreement(models.Model):
    """A person's agreement to share: from one organisation to another, what, and how it was given."""

    person = models.ForeignKey("people.Person", on_delete=models.CASCADE, related_name="agreements")
    from_organisation = models.ForeignKey("access.Organisation", on_delete=models.PROTECT, related_name="+")
    to_organisation = models.ForeignKey("access.Organisation", on_delete=models.PROTECT, related_name="+")
    areas = models.JSONField(default=list)  # of AreaOfLife
    classes = models.JSONField(default=list)  # of DataClass
    given_how = models.CharField(max_length=30, choices=[(how.value, how.value) for how in GivenHow])
    document_version = models.CharField(max_length=60)
    from_on = models.DateField()
    until_on = models.DateField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_how = models.CharField(max_length=30, blank=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["until_on"], condition=Q(withdrawn_at=None), name="agreement_ending")]

    def __str__(self) -> str:
        return f"agreement {self.pk}"


class Worker(models.Model):
    """A person's named worker, from when until when: one at a time; each change is kept.

    The worker's organisation, and since when the running one has heard nothing, are kept here for whoever asks who
    waits: `people.actions.waiting`.
    """

    person = models.ForeignKey("people.Person", on_delete=models.CASCADE, related_name="workers")
    membership = models.ForeignKey("access.Membership", on_delete=models.PROTECT, related_name="+")
    organisation = models.ForeignKey("access.Organisation", on_delete=models.PROTECT, related_name="+")
    since_at = models.DateTimeField()
    until_at = models.DateTimeField(null=True, blank=True)
    why = models.CharField(max_length=200, blank=True)
    last_contact_on = models.DateField(null=True, blank=True)  # with the person, whoever made it
    quiet_since = models.DateField()  # the day of the last contact, or the worker's first day if that is later
    helping = models.BooleanField(default=True)  # no longer, once all support by the organisation has ended

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["person"], condition=Q(until_at=None), name="one_named_worker")
        ]
        indexes: ClassVar = [
            models.Index(fields=["membership", "quiet_since"], condition=_HELPED_NOW, name="worker_waiting"),
            models.Index(fields=["organisation", "quiet_since"], condition=_HELPED_NOW, name="worker_team_waiting"),
        ]

    def __str__(self) -> str:
        return f"worker {self.membership_id} of {self.person_id}"


class Note(models.Model):
    """A dated note or contact, by an organisation. A mistake is superseded, never overwritten."""

    person = models.ForeignKey("people.Person", on_delete=models.CASCADE, related_name="notes")
    membership = models.ForeignKey("access.Membership", on_delete=models.PROTECT, related_name="+")
    organisation = models.ForeignKey("access.Organisation", on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=10, choices=[(kind.value, kind.value) for kind in NoteKind])
    text = models.TextField()
    on = models.DateField()
    written_at = models.DateTimeField()
    supersedes = models.OneToOneField("people.Note", null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    written_because_of: ClassVar = ("supersedes",)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["person", "on"])]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"


class Document(models.Model):
    """A file about a person, kept outside everything that is served; `stored` names it there."""

    person = models.ForeignKey("people.Person", on_delete=models.CASCADE, related_name="documents")
    organisation = models.ForeignKey("access.Organisation", on_delete=models.PROTECT, related_name="+")
    membership = models.ForeignKey("access.Membership", on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=20, choices=[(kind.value, kind.value) for kind in DocumentKind])
    title = models.CharField(max_length=200)
    file_name = models.CharField(max_length=200)
    media_type = models.CharField(max_length=100)
    size = models.PositiveIntegerField()  # bytes
    digest = models.CharField(max_length=64)  # SHA-256 of the content
    stored = models.CharField(max_length=40, unique=True)
    added_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True, blank=True)
    removed_why = models.CharField(max_length=200, blank=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["person", "removed_at", "-added_at"])]

    def __str__(self) -> str:
        return f"document {self.pk}"


class Merge(models.Model):
    """Two records found to be one person; `moved` holds what is needed to part them again."""

    kept = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="+")
    gone = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="+")
    moved = models.JSONField(default=dict)
    ni_before = models.BinaryField(
        null=True, editable=False
    )  # the kept record's sealed number, if the other's was chosen
    at = models.DateTimeField()
    undone_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.gone_id} into {self.kept_id}"


class PossibleDuplicate(models.Model):
    """Two records that look like one person, found when one of them was added or changed; until somebody decides."""

    first = models.ForeignKey("people.Person", on_delete=models.CASCADE, related_name="+")
    second = models.ForeignKey("people.Person", on_delete=models.CASCADE, related_name="+")
    likeness = models.FloatField()
    reasons = models.JSONField(default=list)
    found_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["first", "second"], name="possible_once"),
            models.CheckConstraint(condition=Q(first__lt=F("second")), name="possible_in_order"),
        ]
        indexes: ClassVar = [models.Index(fields=["-likeness", "id"])]

    def __str__(self) -> str:
        return f"{self.first_id} may be {self.second_id}"


class Different(models.Model):
    """Two records somebody looked at and found to be two people; not proposed again."""

    first = models.ForeignKey("people.Person", on_delete=models.CASCADE, related_name="+")
    second = models.ForeignKey("people.Person", on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["first", "second"], name="different_once"),
            models.CheckConstraint(condition=Q(first__lt=F("second")), name="different_in_order"),
        ]

    def __str__(self) -> str:
        return f"{self.first_id} is not {self.second_id}"

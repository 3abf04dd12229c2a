"""Organisations, people who sign in, what they may be, the bases they work on, and the audit."""

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import F, Q

from commongoal.access.engine.permissions import Role
from commongoal.access.engine.unusual import FindingAnswer, FindingKind
from commongoal.access.engine.vocabulary import Article6, Article9, ControllerKind, OrganisationKind


class Organisation(models.Model):
    """A body that helps people into work, or employs them."""

    name = models.CharField(max_length=200, unique=True)
    kind = models.CharField(max_length=20, choices=[(kind.value, kind.value) for kind in OrganisationKind])
    phone = models.CharField(max_length=30, blank=True)
    email = models.EmailField(blank=True)
    closed_on = models.DateField(null=True, blank=True)

    def __str__(self) -> str:
        return self.name


class Partnership(models.Model):
    """Organisations with one goal for one area."""

    name = models.CharField(max_length=200, unique=True)
    area_code = models.CharField(max_length=9)
    area_name = models.CharField(max_length=200)
    colour = models.CharField(max_length=7, default="#0b4c5f")
    organisations = models.ManyToManyField("access.Organisation", related_name="partnerships")

    def __str__(self) -> str:
        return self.name


class Users(BaseUserManager["User"]):
    """Users are found by e-mail, whatever its case."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """A user with a hashed password, or with none that works."""
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def get_by_natural_key(self, username: str | None) -> "User":
        """The user with this e-mail."""
        return self.get(email=(username or "").strip().lower())


class User(AbstractBaseUser):
    """Somebody who signs in. What they may do hangs on their memberships."""

    email = models.EmailField(unique=True)
    name = models.CharField(max_length=200)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField()

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]
    objects = Users()

    def __str__(self) -> str:
        return self.name


class Membership(models.Model):
    """One user in one organisation in one role, from a day until a day."""

    user = models.ForeignKey("access.User", on_delete=models.PROTECT, related_name="memberships")
    organisation = models.ForeignKey("access.Organisation", on_delete=models.PROTECT, related_name="memberships")
    role = models.CharField(max_length=20, choices=[(role.value, role.value) for role in Role])
    from_on = models.DateField()
    until_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["user", "organisation", "role"], condition=Q(until_on=None), name="membership_once"
            ),
            models.CheckConstraint(
                condition=Q(until_on=None) | Q(until_on__gte=F("from_on")), name="membership_ends_after_start"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user}, {self.role}, {self.organisation}"


class Invitation(models.Model):
    """The only way to an account: a link that works once, for a time. The token itself is not kept, only its digest."""

    email = models.EmailField()
    name = models.CharField(max_length=200)
    organisation = models.ForeignKey("access.Organisation", on_delete=models.PROTECT)
    role = models.CharField(max_length=20, choices=[(role.value, role.value) for role in Role])
    token_digest = models.CharField(max_length=64, unique=True)
    invited_by = models.ForeignKey("access.Membership", null=True, on_delete=models.PROTECT)
    invited_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True)
    membership = models.OneToOneField("access.Membership", null=True, on_delete=models.PROTECT, related_name="+")
    cancelled_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.name}, {self.role}, {self.organisation}"


class Programme(models.Model):
    """A programme of support: what people are referred to and records are kept for."""

    code = models.SlugField(max_length=40, unique=True)
    name = models.CharField(max_length=200)
    accountable_body = models.ForeignKey("access.Organisation", on_delete=models.PROTECT, related_name="programmes")
    from_on = models.DateField()
    until_on = models.DateField(null=True, blank=True)

    def __str__(self) -> str:
        return self.name


class LawfulBasis(models.Model):
    """Why the law lets a programme use people's data for a purpose. It is not the person's agreement to share."""

    programme = models.ForeignKey("access.Programme", on_delete=models.PROTECT, related_name="bases")
    purpose = models.CharField(max_length=200)
    article_6 = models.CharField(max_length=30, choices=[(article.value, article.value) for article in Article6])
    article_9 = models.CharField(
        max_length=40, blank=True, choices=[(article.value, article.value) for article in Article9]
    )
    law = models.CharField(max_length=300, blank=True)
    document = models.CharField(max_length=200)
    retention_months = models.PositiveIntegerField()
    from_on = models.DateField()
    until_on = models.DateField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.programme}: {self.purpose}"


class ControllerRole(models.Model):
    """What an organisation is, in data protection, for one basis."""

    basis = models.ForeignKey("access.LawfulBasis", on_delete=models.CASCADE, related_name="controllers")
    organisation = models.ForeignKey("access.Organisation", on_delete=models.PROTECT)
    kind = models.CharField(max_length=20, choices=[(kind.value, kind.value) for kind in ControllerKind])

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["basis", "organisation"], name="one_role_a_basis")]

    def __str__(self) -> str:
        return f"{self.organisation}: {self.kind}"


class Seal(models.Model):
    """One link of the hash chain: a batch of rows, closed over the seal before it.

    `before` is unique, so the chain cannot fork, whoever seals.
    """

    at = models.DateTimeField()
    actions = models.PositiveIntegerField()
    readings = models.PositiveIntegerField()
    before = models.CharField(max_length=64, unique=True)
    digest = models.CharField(max_length=64, unique=True)

    def __str__(self) -> str:
        return f"seal {self.pk}"


class Action(models.Model):
    """What was done: the verb, by whom, to what, before and after. Written in the transaction of the change itself.

    `content_digest` commits to the content; erasing takes the content and its salt and leaves the digest.
    """

    at = models.DateTimeField()
    membership = models.ForeignKey("access.Membership", null=True, on_delete=models.PROTECT)
    verb = models.CharField(max_length=40)
    subject = models.CharField(max_length=40)
    subject_id = models.BigIntegerField()
    person_id = models.BigIntegerField(null=True)
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)
    salt = models.CharField(max_length=32)
    content_digest = models.CharField(max_length=64)
    seal = models.ForeignKey("access.Seal", null=True, on_delete=models.PROTECT, db_index=False, related_name="+")
    erasure = models.CharField(max_length=32, blank=True)  # the erasing that emptied the row

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["person_id", "id"]),
            models.Index(fields=["subject", "subject_id", "id"]),
            models.Index(fields=["membership", "at"]),
            models.Index(fields=["seal", "id"], name="action_by_seal"),
            models.Index(fields=["erasure"], condition=~Q(erasure=""), name="action_erased"),
        ]

    def __str__(self) -> str:
        return f"{self.verb} {self.subject} {self.subject_id}"


class Reading(models.Model):
    """Who looked at whose record, when, by which page, and whether the record itself or a line of a list.

    `content_digest` commits to the person, as that of an action does to its content.
    """

    at = models.DateTimeField(db_index=True)
    membership = models.ForeignKey("access.Membership", on_delete=models.PROTECT, db_index=False)
    person_id = models.BigIntegerField(null=True)  # null once erased
    page = models.CharField(max_length=60)
    listed = models.BooleanField(default=False)
    salt = models.CharField(max_length=32)
    content_digest = models.CharField(max_length=64)
    seal = models.ForeignKey("access.Seal", null=True, on_delete=models.PROTECT, db_index=False, related_name="+")
    erasure = models.CharField(max_length=32, blank=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["person_id", "id"]),
            models.Index(fields=["membership", "at"]),
            models.Index(fields=["seal", "id"], name="reading_by_seal"),
            models.Index(fields=["erasure"], condition=~Q(erasure=""), name="reading_erased"),
        ]

    def __str__(self) -> str:
        return f"{self.page} {self.person_id}"


class ChainCheck(models.Model):
    """One checking of the whole chain: how far it went, what it found, and the digest it ended at."""

    at = models.DateTimeField()
    seals = models.PositiveIntegerField()
    rows = models.PositiveBigIntegerField()
    faults = models.PositiveIntegerField()
    digest = models.CharField(max_length=64)

    def __str__(self) -> str:
        return f"check {self.pk}"


class ReadingDay(models.Model):
    """How many people's records a member opened on a day, and how many of them out of hours."""

    membership = models.ForeignKey("access.Membership", on_delete=models.CASCADE, db_index=False)
    on = models.DateField(db_index=True)
    opened = models.PositiveIntegerField()
    out_of_hours = models.PositiveIntegerField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["membership", "on"], name="one_tally_a_day")]

    def __str__(self) -> str:
        return f"{self.membership_id} on {self.on}"


class Finding(models.Model):
    """Reading that is unusual enough for the data-protection officer to look at, and what came of it."""

    membership = models.ForeignKey("access.Membership", on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=20, choices=[(kind.value, kind.value) for kind in FindingKind])
    on = models.DateField()
    person_id = models.BigIntegerField(default=0)  # 0 where it is about no one person
    counted = models.PositiveIntegerField()
    usual = models.PositiveIntegerField(default=0)
    found_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)
    answer = models.CharField(max_length=20, blank=True, choices=[(one.value, one.value) for one in FindingAnswer])
    note = models.CharField(max_length=500, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["membership", "kind", "on", "person_id"], name="found_once")
        ]
        indexes: ClassVar = [
            models.Index(fields=["-on", "-id"], condition=Q(answered_at=None), name="finding_open"),
            models.Index(fields=["person_id"]),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.membership_id} on {self.on}"


class CacheEntry(models.Model):
    """The table behind Django's database cache: used one-time codes and counts of wrong tries, for every process."""

    cache_key = models.CharField(max_length=255, primary_key=True)
    value = models.TextField()
    expires = models.DateTimeField(db_index=True)

    class Meta:
        db_table = "cache"

    def __str__(self) -> str:
        return self.cache_key

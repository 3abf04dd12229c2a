import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="User",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("password", models.CharField(max_length=128, verbose_name="password")),
                ("last_login", models.DateTimeField(blank=True, null=True, verbose_name="last login")),
                ("email", models.EmailField(max_length=254, unique=True)),
                ("name", models.CharField(max_length=200)),
                ("is_active", models.BooleanField(default=True)),
                ("created_at", models.DateTimeField()),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="CacheEntry",
            fields=[
                ("cache_key", models.CharField(max_length=255, primary_key=True, serialize=False)),
                ("value", models.TextField()),
                ("expires", models.DateTimeField(db_index=True)),
            ],
            options={
                "db_table": "cache",
            },
        ),
        migrations.CreateModel(
            name="ChainCheck",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField()),
                ("seals", models.PositiveIntegerField()),
                ("rows", models.PositiveBigIntegerField()),
                ("faults", models.PositiveIntegerField()),
                ("digest", models.CharField(max_length=64)),
            ],
        ),
        migrations.CreateModel(
            name="LawfulBasis",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("purpose", models.CharField(max_length=200)),
                (
                    "article_6",
                    models.CharField(
                        choices=[
                            ("consent", "consent"),
                            ("contract", "contract"),
                            ("legal obligation", "legal obligation"),
                            ("vital interests", "vital interests"),
                            ("public task", "public task"),
                            ("legitimate interests", "legitimate interests"),
                        ],
                        max_length=30,
                    ),
                ),
                (
                    "article_9",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("explicit consent", "explicit consent"),
                            ("employment and social security law", "employment and social security law"),
                            ("health or social care", "health or social care"),
                            ("substantial public interest", "substantial public interest"),
                            ("archiving, research or statistics", "archiving, research or statistics"),
                        ],
                        max_length=40,
                    ),
                ),
                ("law", models.CharField(blank=True, max_length=300)),
                ("document", models.CharField(max_length=200)),
                ("retention_months", models.PositiveIntegerField()),
                ("from_on", models.DateField()),
                ("until_on", models.DateField(blank=True, null=True)),
            ],
        ),
        migrations.CreateModel(
            name="Organisation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=200, unique=True)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("council", "council"),
                            ("jobcentre", "jobcentre"),
                            ("nhs", "nhs"),
                            ("housing", "housing"),
                            ("college", "college"),
                            ("provider", "provider"),
                            ("employer", "employer"),
                            ("voluntary", "voluntary"),
                        ],
                        max_length=20,
                    ),
                ),
                ("phone", models.CharField(blank=True, max_length=30)),
                ("email", models.EmailField(blank=True, max_length=254)),
                ("closed_on", models.DateField(blank=True, null=True)),
            ],
        ),
        migrations.CreateModel(
            name="Seal",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField()),
                ("actions", models.PositiveIntegerField()),
                ("readings", models.PositiveIntegerField()),
                ("before", models.CharField(max_length=64, unique=True)),
                ("digest", models.CharField(max_length=64, unique=True)),
            ],
        ),
        migrations.CreateModel(
            name="Membership",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("key worker", "key worker"),
                            ("manager", "manager"),
                            ("commissioner", "commissioner"),
                            ("finance", "finance"),
                            ("analyst", "analyst"),
                            ("board", "board"),
                            ("data protection", "data protection"),
                            ("administrator", "administrator"),
                            ("resident", "resident"),
                            ("employer", "employer"),
                        ],
                        max_length=20,
                    ),
                ),
                ("from_on", models.DateField()),
                ("until_on", models.DateField(blank=True, null=True)),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="memberships",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="memberships",
                        to="access.organisation",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Invitation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("email", models.EmailField(max_length=254)),
                ("name", models.CharField(max_length=200)),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("key worker", "key worker"),
                            ("manager", "manager"),
                            ("commissioner", "commissioner"),
                            ("finance", "finance"),
                            ("analyst", "analyst"),
                            ("board", "board"),
                            ("data protection", "data protection"),
                            ("administrator", "administrator"),
                            ("resident", "resident"),
                            ("employer", "employer"),
                        ],
                        max_length=20,
                    ),
                ),
                ("token_digest", models.CharField(max_length=64, unique=True)),
                ("invited_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField()),
                ("accepted_at", models.DateTimeField(blank=True, null=True)),
                ("cancelled_at", models.DateTimeField(blank=True, null=True)),
                (
                    "invited_by",
                    models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, to="access.membership"),
                ),
                (
                    "membership",
                    models.OneToOneField(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="access.membership"
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="access.organisation"),
                ),
            ],
        ),
        migrations.CreateModel(
            name="ControllerRole",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("controller", "controller"),
                            ("joint controller", "joint controller"),
                            ("processor", "processor"),
                        ],
                        max_length=20,
                    ),
                ),
                (
                    "basis",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="controllers", to="access.lawfulbasis"
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="access.organisation"),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Partnership",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=200, unique=True)),
                ("area_code", models.CharField(max_length=9)),
                ("area_name", models.CharField(max_length=200)),
                ("colour", models.CharField(default="#0b4c5f", max_length=7)),
                ("organisations", models.ManyToManyField(related_name="partnerships", to="access.organisation")),
            ],
        ),
        migrations.CreateModel(
            name="Programme",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.SlugField(max_length=40, unique=True)),
                ("name", models.CharField(max_length=200)),
                ("from_on", models.DateField()),
                ("until_on", models.DateField(blank=True, null=True)),
                (
                    "accountable_body",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="programmes", to="access.organisation"
                    ),
                ),
            ],
        ),
        migrations.AddField(
            model_name="lawfulbasis",
            name="programme",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="bases", to="access.programme"
            ),
        ),
        migrations.CreateModel(
            name="ReadingDay",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("on", models.DateField(db_index=True)),
                ("opened", models.PositiveIntegerField()),
                ("out_of_hours", models.PositiveIntegerField()),
                (
                    "membership",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.CASCADE, to="access.membership"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Reading",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField(db_index=True)),
                ("person_id", models.BigIntegerField(null=True)),
                ("page", models.CharField(max_length=60)),
                ("listed", models.BooleanField(default=False)),
                ("salt", models.CharField(max_length=32)),
                ("content_digest", models.CharField(max_length=64)),
                ("erasure", models.CharField(blank=True, max_length=32)),
                (
                    "membership",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, to="access.membership"
                    ),
                ),
                (
                    "seal",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="access.seal",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Action",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField()),
                ("verb", models.CharField(max_length=40)),
                ("subject", models.CharField(max_length=40)),
                ("subject_id", models.BigIntegerField()),
                ("person_id", models.BigIntegerField(null=True)),
                ("before", models.JSONField(default=dict)),
                ("after", models.JSONField(default=dict)),
                ("salt", models.CharField(max_length=32)),
                ("content_digest", models.CharField(max_length=64)),
                ("erasure", models.CharField(blank=True, max_length=32)),
                (
                    "membership",
                    models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, to="access.membership"),
                ),
                (
                    "seal",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="access.seal",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Finding",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("more than usual", "more than usual"),
                            ("more than the role", "more than the role"),
                            ("out of hours", "out of hours"),
                            ("not on their books", "not on their books"),
                            ("same family name", "same family name"),
                        ],
                        max_length=20,
                    ),
                ),
                ("on", models.DateField()),
                ("person_id", models.BigIntegerField(default=0)),
                ("counted", models.PositiveIntegerField()),
                ("usual", models.PositiveIntegerField(default=0)),
                ("found_at", models.DateTimeField()),
                ("answered_at", models.DateTimeField(null=True)),
                (
                    "answer",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("part of the work", "part of the work"),
                            ("advice given", "advice given"),
                            ("data breach", "data breach"),
                        ],
                        max_length=20,
                    ),
                ),
                ("note", models.CharField(blank=True, max_length=500)),
                (
                    "membership",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="access.membership"
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(condition=models.Q(("answered_at", None)), fields=["-on", "-id"], name="finding_open"),
                    models.Index(fields=["person_id"], name="access_find_person__f0bbf3_idx"),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("membership", "kind", "on", "person_id"), name="found_once")
                ],
            },
        ),
        migrations.AddConstraint(
            model_name="membership",
            constraint=models.UniqueConstraint(
                condition=models.Q(("until_on", None)), fields=("user", "organisation", "role"), name="membership_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="membership",
            constraint=models.CheckConstraint(
                condition=models.Q(("until_on", None), ("until_on__gte", models.F("from_on")), _connector="OR"),
                name="membership_ends_after_start",
            ),
        ),
        migrations.AddConstraint(
            model_name="controllerrole",
            constraint=models.UniqueConstraint(fields=("basis", "organisation"), name="one_role_a_basis"),
        ),
        migrations.AddConstraint(
            model_name="readingday",
            constraint=models.UniqueConstraint(fields=("membership", "on"), name="one_tally_a_day"),
        ),
        migrations.AddIndex(
            model_name="reading",
            index=models.Index(fields=["person_id", "id"], name="access_read_person__b98578_idx"),
        ),
        migrations.AddIndex(
            model_name="reading",
            index=models.Index(fields=["membership", "at"], name="access_read_members_37ed9e_idx"),
        ),
        migrations.AddIndex(
            model_name="reading",
            index=models.Index(fields=["seal", "id"], name="reading_by_seal"),
        ),
        migrations.AddIndex(
            model_name="reading",
            index=models.Index(
                condition=models.Q(("erasure", ""), _negated=True), fields=["erasure"], name="reading_erased"
            ),
        ),
        migrations.AddIndex(
            model_name="action",
            index=models.Index(fields=["person_id", "id"], name="access_acti_person__eb094d_idx"),
        ),
        migrations.AddIndex(
            model_name="action",
            index=models.Index(fields=["subject", "subject_id", "id"], name="access_acti_subject_81ed12_idx"),
        ),
        migrations.AddIndex(
            model_name="action",
            index=models.Index(fields=["membership", "at"], name="access_acti_members_0f6caa_idx"),
        ),
        migrations.AddIndex(
            model_name="action",
            index=models.Index(fields=["seal", "id"], name="action_by_seal"),
        ),
        migrations.AddIndex(
            model_name="action",
            index=models.Index(
                condition=models.Q(("erasure", ""), _negated=True), fields=["erasure"], name="action_erased"
            ),
        ),
    ]

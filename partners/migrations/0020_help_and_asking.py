import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

# Nobody reads more than before. What was not for other partners stays with the full record: the lead
# agency's and the hub's. What was: also the team around the child, and each partner to whom the child's
# contributions are open now; one to whom they are opened later has it passed on.
AUDIENCES = """
select set_config('portal.task', 'migrate partners 0020', true);
update partners_contribution c set
    audience = case when c.for_partners then '{case team,lead agency,hub}'::varchar[]
        else '{lead agency,hub}'::varchar[] end,
    named = case when c.for_partners then coalesce((
        select array_agg(distinct s.agency_id order by s.agency_id) from partners_share s
        where s.place_id = c.place_id and 'contributions' = any(s.sections) and s.agency_id <> c.agency_id
            and s.ended_at is null and s.until > now()
    ), '{}') else '{}' end;
"""
BACK = """
select set_config('portal.task', 'migrate partners 0020', true);
update partners_contribution set for_partners = 'case team' = any(audience);
"""


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0004_portal_reach"),
        ("cases", "0003_observation_sum"),
        ("partners", "0010_endings"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Consent",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "answer",
                    models.CharField(
                        choices=[
                            ("agreed", "Yes, they agreed"),
                            ("said no", "They were asked and said no"),
                            ("not asked", "They were not asked"),
                        ],
                        max_length=10,
                    ),
                ),
                (
                    "who",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("young person", "The young person"),
                            ("parent", "Whoever holds parental responsibility"),
                            ("both", "Both of them"),
                        ],
                        max_length=12,
                    ),
                ),
                ("competence", models.TextField(blank=True)),
                ("competence_judged_by", models.CharField(blank=True, max_length=120)),
                ("said_to", models.CharField(blank=True, max_length=120)),
                ("said_on", models.DateField(null=True)),
                ("in_writing", models.BooleanField(default=False)),
                ("until", models.DateField(null=True)),
                ("ask_again_on", models.DateField(null=True)),
                ("why_not", models.CharField(blank=True, max_length=300)),
                ("recorded_at", models.DateTimeField()),
                ("withdrawn_at", models.DateTimeField(null=True)),
                (
                    "withdrawn_who",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("young person", "The young person"),
                            ("parent", "Whoever holds parental responsibility"),
                            ("both", "Both of them"),
                        ],
                        max_length=12,
                    ),
                ),
                ("withdrawn_how", models.TextField(blank=True)),
            ],
        ),
        migrations.CreateModel(
            name="DecisionNotToShare",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("considered", models.TextField()),
                ("detriment", models.TextField()),
                ("decided_at", models.DateTimeField()),
                ("review_on", models.DateField()),
                ("ended_at", models.DateTimeField(null=True)),
            ],
            options={
                "verbose_name_plural": "decisions not to share",
            },
        ),
        migrations.CreateModel(
            name="InformationRequest",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("what", models.TextField()),
                ("why", models.TextField()),
                ("needed_by", models.DateField()),
                ("sent_at", models.DateTimeField()),
                (
                    "answer",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("given", "We know something: it is written here"),
                            ("nothing held", "We hold nothing about this"),
                            ("declined", "We decline to say"),
                        ],
                        max_length=12,
                    ),
                ),
                ("reason", models.TextField(blank=True)),
                ("answered_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="NotSharingReview",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("still_not", models.BooleanField()),
                ("reason", models.TextField()),
                ("next_on", models.DateField(null=True)),
                ("at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="PassedOn",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "agencies",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.BigIntegerField(), size=None
                    ),
                ),
                ("agreed_by_author", models.BooleanField()),
                ("override_reason", models.TextField(blank=True)),
                ("at", models.DateTimeField()),
            ],
            options={
                "verbose_name_plural": "passed on",
            },
        ),
        migrations.CreateModel(
            name="WithdrawalDecision",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("opened_at", models.DateTimeField()),
                ("due_on", models.DateField()),
                (
                    "outcome",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("end", "Help ends"),
                            ("go on", "Help goes on, on another basis"),
                            ("refer", "Refer to safeguarding"),
                        ],
                        max_length=8,
                    ),
                ),
                ("danger", models.TextField(blank=True)),
                ("basis", models.TextField(blank=True)),
                ("decided_at", models.DateTimeField(null=True)),
                ("reminded_on", models.DateField(null=True)),
            ],
        ),
        migrations.AddField(
            model_name="contribution",
            name="audience",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(
                    choices=[
                        ("case team", "The team around the child and the team that runs the case"),
                        ("lead agency", "The lead agency"),
                        ("hub", "The hub"),
                    ],
                    max_length=12,
                ),
                default=list,
                size=None,
            ),
        ),
        migrations.AddField(
            model_name="contribution",
            name="named",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.BigIntegerField(), default=list, size=None
            ),
        ),
        migrations.RunSQL(AUDIENCES, BACK),
        migrations.RemoveField(
            model_name="contribution",
            name="for_partners",
        ),
        migrations.AddConstraint(
            model_name="contribution",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("audience", []), _negated=True),
                    models.Q(("named", []), _negated=True),
                    _connector="OR",
                ),
                name="contribution_is_for_somebody",
            ),
        ),
        migrations.AddField(
            model_name="consent",
            name="place",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="cases.casechild"
            ),
        ),
        migrations.AddField(
            model_name="consent",
            name="recorded_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="consent",
            name="withdrawn_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="decisionnottoshare",
            name="agency",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.agency"
            ),
        ),
        migrations.AddField(
            model_name="decisionnottoshare",
            name="decided_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="decisionnottoshare",
            name="person",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="cases.person"
            ),
        ),
        migrations.AddField(
            model_name="decisionnottoshare",
            name="place",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="cases.casechild",
            ),
        ),
        migrations.AddField(
            model_name="informationrequest",
            name="answered_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="informationrequest",
            name="contribution",
            field=models.OneToOneField(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="partners.contribution",
            ),
        ),
        migrations.AddField(
            model_name="informationrequest",
            name="from_agency",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.agency"
            ),
        ),
        migrations.AddField(
            model_name="informationrequest",
            name="place",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="cases.casechild"
            ),
        ),
        migrations.AddField(
            model_name="informationrequest",
            name="sent_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="informationrequest",
            name="to_agency",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.agency"
            ),
        ),
        migrations.AddField(
            model_name="notsharingreview",
            name="by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="notsharingreview",
            name="decision",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="reviews",
                to="partners.decisionnottoshare",
            ),
        ),
        migrations.AddField(
            model_name="passedon",
            name="by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="passedon",
            name="contribution",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="passed_on",
                to="partners.contribution",
            ),
        ),
        migrations.AddField(
            model_name="withdrawaldecision",
            name="consent",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="decision",
                to="partners.consent",
            ),
        ),
        migrations.AddField(
            model_name="withdrawaldecision",
            name="decided_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddIndex(
            model_name="consent",
            index=models.Index(
                fields=["place", "-recorded_at"], name="partners_co_place_i_cddc77_idx"
            ),
        ),
        migrations.AddConstraint(
            model_name="consent",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("answer", "not asked"), models.Q(("why_not", ""), _negated=True)),
                    models.Q(
                        models.Q(("answer", "not asked"), _negated=True),
                        models.Q(("who", ""), _negated=True),
                        models.Q(("said_to", ""), _negated=True),
                        ("said_on__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="consent_says_who_and_how_or_why_not",
            ),
        ),
        migrations.AddConstraint(
            model_name="consent",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("answer", "agreed"), _negated=True),
                    models.Q(("ask_again_on__isnull", False), ("until", None)),
                    models.Q(("ask_again_on", None), ("until__isnull", False)),
                    _connector="OR",
                ),
                name="consent_until_or_asked_again",
            ),
        ),
        migrations.AddConstraint(
            model_name="consent",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("withdrawn_at", None), ("withdrawn_how", ""), ("withdrawn_who", "")),
                    models.Q(
                        ("answer", "agreed"),
                        ("withdrawn_at__isnull", False),
                        ("withdrawn_by__isnull", False),
                        models.Q(("withdrawn_who", ""), _negated=True),
                        models.Q(("withdrawn_how", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="consent_withdrawn_by_somebody",
            ),
        ),
        migrations.AddIndex(
            model_name="decisionnottoshare",
            index=models.Index(fields=["person"], name="partners_de_person__d06d41_idx"),
        ),
        migrations.AddConstraint(
            model_name="decisionnottoshare",
            constraint=models.UniqueConstraint(
                condition=models.Q(("ended_at", None)),
                fields=("person", "place", "agency"),
                name="one_standing_decision_not_to_share",
                nulls_distinct=False,
            ),
        ),
        migrations.AddConstraint(
            model_name="decisionnottoshare",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("considered", ""), _negated=True),
                    models.Q(("detriment", ""), _negated=True),
                ),
                name="not_sharing_is_weighed",
            ),
        ),
        migrations.AddIndex(
            model_name="informationrequest",
            index=models.Index(
                fields=["to_agency", "answered_at", "needed_by"],
                name="partners_in_to_agen_2915b0_idx",
            ),
        ),
        migrations.AddConstraint(
            model_name="informationrequest",
            constraint=models.CheckConstraint(
                condition=models.Q(("from_agency", models.F("to_agency")), _negated=True),
                name="request_between_two_agencies",
            ),
        ),
        migrations.AddConstraint(
            model_name="informationrequest",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("answer", ""), ("answered_at", None), ("contribution", None)),
                    models.Q(
                        ("answered_at__isnull", False),
                        ("answered_by__isnull", False),
                        models.Q(
                            models.Q(("answer", "given"), ("contribution__isnull", False)),
                            models.Q(("answer", "nothing held"), ("contribution", None)),
                            models.Q(
                                ("answer", "declined"),
                                ("contribution", None),
                                models.Q(("reason", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                    ),
                    _connector="OR",
                ),
                name="request_answered_by_somebody",
            ),
        ),
        migrations.AddConstraint(
            model_name="notsharingreview",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("reason", ""), _negated=True),
                    models.Q(
                        models.Q(("next_on__isnull", False), ("still_not", True)),
                        models.Q(("next_on", None), ("still_not", False)),
                        _connector="OR",
                    ),
                ),
                name="not_sharing_stands_until_the_next_review",
            ),
        ),
        migrations.AddConstraint(
            model_name="passedon",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("agreed_by_author", True), ("override_reason", "")),
                    models.Q(
                        ("agreed_by_author", False),
                        models.Q(("override_reason", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="passed_on_agreed_or_overridden",
            ),
        ),
        migrations.AddIndex(
            model_name="withdrawaldecision",
            index=models.Index(
                condition=models.Q(("decided_at", None)), fields=["due_on"], name="undecided"
            ),
        ),
        migrations.AddConstraint(
            model_name="withdrawaldecision",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("decided_at", None), ("outcome", "")),
                    models.Q(
                        ("decided_at__isnull", False),
                        ("decided_by__isnull", False),
                        models.Q(("outcome", ""), _negated=True),
                        models.Q(("danger", ""), _negated=True),
                        models.Q(
                            models.Q(("outcome", "go on"), _negated=True),
                            models.Q(("basis", ""), _negated=True),
                            _connector="OR",
                        ),
                    ),
                    _connector="OR",
                ),
                name="withdrawal_decided_with_the_danger_weighed",
            ),
        ),
    ]

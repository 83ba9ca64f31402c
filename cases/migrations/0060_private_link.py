"""The record that a contact made is a restricted child: known to the named list alone."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from asking.lock import lock

NAMED = "person_id in (select person_id from portal_grants() where ground = 'named')"


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0011_portal_ask"),
        ("cases", "0070_police_only_contacts"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="PrivateLink",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("made_at", models.DateTimeField()),
                ("until", models.DateTimeField(blank=True, null=True)),
                ("why_ended", models.CharField(blank=True, max_length=300)),
            ],
        ),
        migrations.AddField(
            model_name="observation",
            name="taken_from",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="cases.observation",
            ),
        ),
        migrations.AlterField(
            model_name="privatehit",
            name="outcome",
            field=models.CharField(
                blank=True,
                choices=[
                    ("linked", "It is the child: take what the contact tells into the record"),
                    ("answered in person", "It is the child: I answer whoever asked in person"),
                    ("not the child", "It is somebody else"),
                    ("known already", "It is the child, and nothing is to be done"),
                ],
                max_length=20,
            ),
        ),
        migrations.AddConstraint(
            model_name="observation",
            constraint=models.UniqueConstraint(
                condition=models.Q(("taken_from__isnull", False)),
                fields=("taken_from", "person"),
                name="a_fact_taken_once",
            ),
        ),
        migrations.AddField(
            model_name="privatelink",
            name="hit",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="link",
                to="cases.privatehit",
            ),
        ),
        migrations.AddField(
            model_name="privatelink",
            name="made_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="privatelink",
            name="person",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="cases.person"
            ),
        ),
        migrations.AddField(
            model_name="privatelink",
            name="told",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="cases.person"
            ),
        ),
        migrations.AddConstraint(
            model_name="privatelink",
            constraint=models.UniqueConstraint(
                condition=models.Q(("until", None)),
                fields=("person", "told"),
                name="one_live_link_a_pair",
            ),
        ),
        migrations.AddConstraint(
            model_name="privatelink",
            constraint=models.CheckConstraint(
                condition=models.Q(("person", models.F("told")), _negated=True),
                name="link_two_records",
            ),
        ),
        lock("cases_privatelink", NAMED),
    ]

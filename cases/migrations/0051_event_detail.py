"""What is typed into the chronology stands in a table of its own, which the lock keeps from partners."""

import django.db.models.deletion
from django.db import migrations, models

from asking.lock import AGENCY, WIDE, granted, lock

MOVE = """
insert into cases_eventdetail (event_id, text) select id, detail from cases_chronologyevent where detail <> '';
"""
BACK = """
update cases_chronologyevent e set detail = d.text from cases_eventdetail d where d.event_id = e.id;
"""
SEEN = "exists (select from cases_chronologyevent seen where seen.id = event_id"


class Migration(migrations.Migration):
    dependencies = [("cases", "0050_second_lock")]
    operations = [
        migrations.CreateModel(
            name="EventDetail",
            fields=[
                (
                    "event",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="words",
                        serialize=False,
                        to="cases.chronologyevent",
                    ),
                ),
                ("text", models.TextField()),
            ],
        ),
        migrations.RunSQL(MOVE, BACK),
        migrations.RemoveField(model_name="chronologyevent", name="detail"),
        lock(
            "cases_eventdetail",
            f"{SEEN} and ({WIDE} or seen.agency_id = {AGENCY}))",
            f"{SEEN} and {granted('seen.person_id', 'person_id', 'full')})",
        ),
    ]

"""A flag that was raised on a restricted child’s record too names the one that called first: figures count that one."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0140_planner"),
    ]

    operations = [
        migrations.AddField(
            model_name="flag",
            name="taken_from",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="cases.flag",
            ),
        ),
    ]
